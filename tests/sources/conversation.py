"""A whole conversation of a source with an API on loopback, through the product's own client.

Secrets, gaps, Retry-After and read-backs are the real ones; only the clock stands still.
"""

from collections.abc import AsyncIterator, Generator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from pydantic import SecretStr

from reviewbot.collect.fetching.fetch import Fetcher
from reviewbot.collect.reader import Reader
from reviewbot.core.connections import Fetching, SourceSettings, TargetSettings
from reviewbot.core.contract import CollectError, Request, Source, Target
from reviewbot.core.readings.reading import Reading
from reviewbot.core.settings import Settings
from reviewbot.store.database import Database
from reviewbot.store.targets import first_plan
from tests.collect.collect_world import MONDAY
from tests.collect.loopback import Handler, Server, serving
from tests.hand_clock import HandClock
from tests.patience import PATIENCE
from tests.store.made import with_tables
from tests.store.store_world import settings as world_settings


@dataclass
class Conversation:
    """One target of one source, and the server that plays its site."""

    source: Source
    target: Target
    entry: TargetSettings
    server: Server
    clock: HandClock
    fetcher: Fetcher
    db: Database

    async def read(self, *, whole: bool = True) -> Reading:
        """Read the target: its whole list, or as at first contact."""
        plan = first_plan(self.entry)
        if whole:
            plan.target.first_contact_at = MONDAY
            plan = replace(plan, sweep=True)
        reader = Reader(self.db, self.fetcher, self.clock, lambda _name: self.source, 50)
        return await reader.read(self.target, plan)

    async def run(self, steps: Generator[Request, Any, Any]) -> Any:
        """Run a reply, or a question for one review, to its end. Raises CollectError."""
        try:
            request = next(steps)
            while True:
                try:
                    answer = await self.fetcher.fetch(request, self.source.NAME)
                except CollectError as error:
                    request = steps.throw(error)
                else:
                    request = steps.send(answer)
        except StopIteration as end:
            return end.value


@asynccontextmanager
async def conversation(
    folder: Path,
    module: ModuleType,
    handler: Handler,
    *,
    ref: str,
    secret: Mapping[str, str],
    options: Any = None,
) -> AsyncIterator[Conversation]:
    """Serve `handler` and let `module` talk to it; everything is closed afterwards."""
    source = cast(Source, module)
    async with serving(handler) as server:
        target = Target(
            key=f"t/{source.NAME}",
            source=source.NAME,
            ref=ref,
            options=options or source.Options(),
            base_url=server.url,
            secret_ref=source.NAME,
        )
        hour = timedelta(hours=1)
        entry = TargetSettings(target, "tverskaya", hour, hour, ("127.0.0.1",))
        settings = _settings(source, entry)
        clock = HandClock(MONDAY)
        db = with_tables(folder / "conversation.sqlite3")
        secrets = {source.NAME: {key: SecretStr(value) for key, value in secret.items()}}
        async with Fetcher(db, settings, clock, lambda: 0.0, secrets) as fetcher:
            yield Conversation(source, target, entry, server, clock, fetcher, db)
        db.close()


def _settings(source: Source, entry: TargetSettings) -> Settings:
    return replace(
        world_settings(),
        targets={entry.key: entry},
        sources={source.NAME: SourceSettings(source.NAME, gap=source.TRAITS.gap)},
        fetching=Fetching(timeout=timedelta(seconds=PATIENCE), allowed_hosts=("127.0.0.1",)),
    )
