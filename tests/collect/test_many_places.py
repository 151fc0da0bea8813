"""The locations of one Google account are asked for together; each by itself where that helps."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from reviewbot.core.model import WorkKind
from reviewbot.core.settings import Settings
from reviewbot.store.queues import work
from reviewbot.store.tables import TargetRow
from reviewbot.store.tx import Tx
from reviewbot.workflow.upkeep import clock_set_back
from sources import google_business
from tests.collect.collect_world import KEY, SITES, CollectWorld, collect_world
from tests.collect.loopback import Answer, Asked
from tests.collect.owner_stand_ins import GoogleBusiness
from tests.collect.stand_ins import Told
from tests.store.store_world import MONDAY

PLACES = ("5501", "5502", "5503")


class Account(GoogleBusiness):
    """Three locations of one account; `shape` is how many places are answered for at once."""

    def __init__(self) -> None:
        super().__init__()
        start = MONDAY - timedelta(days=3)
        self.places = {
            place: GoogleBusiness([Told(f"{place}{n}", start + timedelta(hours=n), 5, "Вкусно!")])
            for n, place in enumerate(PLACES)
        }
        self.shape = "one list"

    def serve(self, asked: Asked) -> Answer:
        start = "/v4/accounts/1089/locations"
        if asked.path == f"{start}:batchGetReviews":
            return self._together(json.loads(asked.body))
        place = asked.path.removeprefix(f"{start}/").partition("/")[0]
        path = asked.path.replace(place, "5501", 1)
        return self.places[place].serve(replace(asked, path=path))

    def _together(self, body: dict[str, object]) -> Answer:
        names = [f"accounts/1089/locations/{place}" for place in PLACES]
        assert (body["locationNames"], body["orderBy"]) == (names, "updateTime desc")
        if self.shape == "refused":
            return Answer('{"error": {"code": 403, "status": "PERMISSION_DENIED"}}', 403)
        told = [
            (each.at, name, site._one(each))
            for name, site in zip(names, self.places.values(), strict=True)
            for each in site.reviews
        ]
        if self.shape == "one list":
            told.sort(key=lambda each: each[0], reverse=True)
        listed = [{"name": name, "review": review} for _, name, review in told]
        more = {"nextPageToken": "t1"} if self.shape != "whole" else {}
        return Answer(json.dumps({"locationReviews": listed, **more}))

    def calls(self) -> list[str]:
        """What was asked since the last time, by the last part of its path."""
        paths = [each.path for each in self.asked if each.path != "/token"]
        self.asked.clear()
        return ["together" if path.endswith("batchGetReviews") else path[-12:-8] for path in paths]


@asynccontextmanager
async def chain(folder: Path, account: Account) -> AsyncIterator[CollectWorld]:
    """Three locations, each read once."""

    def shape(settings: Settings) -> Settings:
        entry = settings.targets[KEY]
        made = {}
        for place in PLACES:
            target = replace(
                entry.target,
                key=f"tverskaya/{place}",
                ref=f"locations/{place}",
                options=google_business.Options(account="accounts/1089"),
            )
            made[target.key] = replace(entry, target=target)
        return replace(settings, targets=made)

    async with collect_world(
        folder,
        account,  # type: ignore[arg-type]
        shape=shape,
        source=google_business,
        secrets={"small": account.secret},
    ) as world:
        for _ in range(2):
            await round_of(world)
        account.calls()
        yield world


async def round_of(world: CollectWorld) -> None:
    world.clock.advance(minutes=30)
    for place in PLACES:
        report = await world.read(f"tverskaya/{place}")
        assert report.health in ("ok", "unchanged"), report.cause


async def test_nothing_new_anywhere_is_one_request(tmp_path: Path) -> None:
    account = Account()
    async with chain(tmp_path, account) as world:
        for account.shape in ("one list", "whole"):
            await round_of(world)
            assert account.calls() == ["together"]
            rows = world.rows(TargetRow)
            assert {row.last_reading_at for row in rows} == {world.clock.now()}
        # A look that was asked for since is not served from what was answered before.
        world.clock.advance(seconds=30)
        account.places["5501"].reviews.insert(0, Told("new", world.clock.now(), 1, "Обманули."))
        key = "tverskaya/5501"
        world.db.write_now(
            lambda rows: work.note(
                rows,
                WorkKind.POLL_NOW,
                now=world.clock.now(),
                target_id=world.target(key).id,
                dedupe_key="ring",
            )
        )
        await world.read(key)
        assert account.calls() == ["together", "5501"]
        assert world.review("new").rating == 1


async def test_a_new_review_and_an_edited_one_are_read_where_they_are(tmp_path: Path) -> None:
    account = Account()
    async with chain(tmp_path, account) as world:
        world.clock.advance(minutes=20)
        now = world.clock.now()
        account.places["5502"].reviews.insert(0, Told("new", now, 1, "Хамили и обсчитали."))
        edited = account.places["5503"].reviews[0]
        edited.text, edited.stars, edited.at = "Отравились вашей рыбой.", 1, now
        await round_of(world)
        assert account.calls() == ["together", "5502", "5503"]
        assert world.review("new").rating == world.review("55032").rating == 1
        world.clock.advance(minutes=20)
        await round_of(world)
        # Whose complaint waits for a reply is read by itself, which its answer may show.
        assert account.calls() == ["together", "5502", "5503"]


async def test_an_answer_of_no_use_leaves_each_to_itself(tmp_path: Path) -> None:
    account = Account()
    account.shape = "place by place"
    async with chain(tmp_path, account) as world:
        await round_of(world)
        assert account.calls() == [*PLACES], "asked for together at first contact, and no more"
        world.clock.advance(minutes=40)
        account.shape = "refused"
        account.places["5501"].reviews.insert(0, Told("new", world.clock.now(), 1, "Обманули."))
        await round_of(world)
        assert account.calls() == ["together", *PLACES]
        assert world.review("new").rating == 1


async def test_no_answer_gets_younger_when_the_clock_is_set_back(tmp_path: Path) -> None:
    """For an hour every place was as it had been then, whatever guests wrote."""
    account = Account()
    account.shape = "whole"
    async with chain(tmp_path, account) as world:
        await round_of(world)
        account.calls()
        by = timedelta(hours=1)
        world.clock.set(world.clock.now() - by)
        world.db.write_now(
            lambda rows: clock_set_back.follow(
                Tx(rows, world.settings, SITES, world.clock.now()), by
            )
        )
        world.clock.advance(minutes=30)
        account.places["5501"].reviews.insert(0, Told("new", world.clock.now(), 1, "Обманули."))
        await world.read("tverskaya/5501")
        assert account.calls() == ["together", "5501"]
        assert world.review("new").rating == 1
