"""Prepares the demo: a temporary database, two loopback servers, a fast clock; then the story."""

import asyncio
import json
import os
import random  # noqa: TID251 - the demo makes its own, seeded: every show is the same
import sys
import tempfile
import tomllib
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from sqlmodel import Session

from reviewbot.app import App
from reviewbot.charts.painter import NotDrawn, Painter, can_draw
from reviewbot.charts.style import DARK, LIGHT, variables
from reviewbot.clock import FastClock
from reviewbot.config import Loaded, load
from reviewbot.core.trends.page import PageFacts
from reviewbot.demo.guest_act import play_guest
from reviewbot.demo.loopback import Loopback
from reviewbot.demo.screen import Screen
from reviewbot.demo.site import Site, Written, history
from reviewbot.demo.story import SAYS, SPEED, ScriptedVisitor, Story, TerminalVisitor
from reviewbot.queries.trends.places_meant import Meant
from reviewbot.store.tx import Tx
from reviewbot.ticks import Pace
from reviewbot.words.trends.page import Choice, PageView, page
from reviewbot.words.trends.pictures import offered, picture
from reviewbot.workflow.digests import page_of

ZONE = ZoneInfo("Europe/Moscow")
START = datetime(2026, 3, 3, 10, 52, tzinfo=UTC)
PACE = Pace(poll=0.2, publish=0.2, watch=0.3)
TOKEN = "4200000000:demo-token-that-opens-nothing"  # noqa: S105 - the loopback takes any
VISITOR = {"ru": ("Марина", "Marina"), "en": ("Marina", "Marina")}


async def play(language: str, database: Path | None, *, alone: bool) -> tuple[int, int]:
    """Play the demo on the terminal; return how many tickets were answered and escalated.

    `alone`: no visitor is asked anything. `database`: keep the file there; by default it goes
    with the temporary folder. Raises StoryEnded where the product did not do its part.
    """
    with tempfile.TemporaryDirectory(prefix="reviewbot-demo-") as folder:
        return await _play(language, database, Path(folder), alone=alone)


async def _play(
    language: str, database: Path | None, folder: Path, *, alone: bool
) -> tuple[int, int]:
    clock = FastClock(START, SPEED)
    data = tomllib.loads(_shipped("reviews.toml"))[language]
    site = Site(
        clock.now,
        data["place"],
        maps=history(data["maps"], START),
        business=history(data["business"], START),
    )
    console = Console(width=None if sys.stdout.isatty() else 100, highlight=False)
    name = VISITOR[language][0]
    who = {"id": 501000002, "is_bot": False, "first_name": name, "language_code": language}
    screen = Screen(console, lambda: clock.now().astimezone(ZONE), who)
    async with Loopback(site.handle) as sites, Loopback(screen.handle) as telegram:
        loaded = _loaded(
            folder,
            language=language,
            database=str(database or folder / "demo.sqlite3"),
            telegram_url=telegram.url,
            site_url=sites.url,
            visitor=name,
            place=data["place"].replace('"', '\\"'),
        )
        jitter = random.Random(7).random  # noqa: S311 - spreads polls, hides nothing
        async with App(loaded, clock=clock, jitter=jitter, pace=PACE) as app:
            story = Story(
                language,
                console,
                clock,
                site,
                screen,
                app.db,
                ScriptedVisitor() if alone else TerminalVisitor(SAYS[language]),
            )
            stop = asyncio.Event()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(app.run(stop))
                try:
                    together = [
                        Written(
                            f"t{n}", "Гость" if language == "ru" else "A guest", 1, text, START
                        )
                        for n, text in enumerate(data["together"])
                    ]
                    await story.begin(_written(data["bad"]))
                    await play_guest(story)
                    await story.go_on(_written(data["forgotten"]), together)
                    if can_draw():
                        story.tell("page", file=await _page(app))
                finally:
                    stop.set()
            return story.summary()


async def _page(app: App) -> Path:
    """Write the page of figures where it stays when the demo is over."""
    settings, painter = app.settings, Painter()
    about, chosen = Meant(tuple(settings.locations)), Choice(30)

    def look(rows: Session) -> PageFacts:
        tx = Tx(rows, settings, app.source_facts, app.clock.now())
        return page_of(tx, about, chosen.days, tx.now.date() + timedelta(days=1))

    facts = await app.db.read(look)
    charts = []
    for chart in offered(facts.figures):
        shown = picture(facts.figures, settings.language, chart)
        if shown is not None:
            with suppress(NotDrawn):  # a busy machine: the page goes without this picture
                charts.append((await painter.draw(shown, "svg")).decode())
    await painter.close()
    views = [PageView(chosen, facts, charts)]
    text = page(views, settings.language, (variables(LIGHT), variables(DARK)), ())
    descriptor, name = tempfile.mkstemp(prefix="reviewbot-demo-", suffix=".html")
    os.close(descriptor)
    await asyncio.to_thread(Path(name).write_text, text, encoding="utf-8")
    return Path(name)


def _loaded(folder: Path, **names: str) -> Loaded:
    credentials = folder / "google.json"
    credentials.write_text(
        json.dumps({"client_id": "demo", "client_secret": "demo", "refresh_token": "demo"})
    )
    credentials.chmod(0o600)
    config = folder / "config.toml"
    config.write_text(_shipped("config.toml").format(**names, credentials=credentials))
    return load(config, environ={"REVIEWBOT_TELEGRAM_TOKEN": TOKEN}, today=START.date())


def _shipped(name: str) -> str:
    return resources.files("reviewbot.demo").joinpath(name).read_text(encoding="utf-8")


def _written(row: dict[str, Any]) -> Written:
    return Written(row["id"], row["author"], row["rating"], row["text"], START)
