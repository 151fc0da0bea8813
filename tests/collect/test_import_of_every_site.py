"""A saved file of every source is taken in: laid into the watched folder, or sent to the bot."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewbot.collect.saved_pages.identify import WhichTarget
from reviewbot.core.errors import Refused
from reviewbot.store.tables import OutboxRow, ReviewRow
from tests.collect.saved_answers import SavedAnswer, all_sites, all_sources, saved_answers
from tests.collect.test_importer import SAVED, CollectWorld, made_station

EVERY = list(saved_answers())


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    pages = tmp_path / "pages"
    pages.mkdir()
    return pages


@pytest.fixture
def world(tmp_path: Path, pages: Path) -> Iterator[CollectWorld]:
    made = made_station(tmp_path, settings=all_sites(pages), sources=all_sources())
    yield made
    made.db.close()


def laid(folder: Path, answer: SavedAnswer) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / answer.name
    file.write_bytes(answer.path.read_bytes())
    os.utime(file, (SAVED.timestamp(), SAVED.timestamp()))


def sources_read(world: CollectWorld) -> set[str]:
    taken = {row.target_id for row in world.rows(ReviewRow)}
    return {name for name in EVERY if world.target(f"tverskaya/{name}").id in taken}


async def test_of_a_folder_named_as_its_target(world: CollectWorld, pages: Path) -> None:
    for answer in saved_answers().values():
        laid(pages / answer.target.key, answer)
    (pages / "tverskaya/elsewhere").symlink_to(pages / "tverskaya/ozon")
    await world.importer.look()
    assert await world.run() == len(EVERY)
    assert sources_read(world) == set(EVERY)
    # Of what is on a page and is not read the operator hears; nothing was refused.
    assert {row.payload["params"]["view"] for row in world.rows(OutboxRow)} <= {"imported"}
    assert (pages / "tverskaya/avito/imported/avito.json").exists()
    await world.importer.look()
    assert await world.run() == 0


async def test_of_the_folder_itself_where_the_file_says_whose_it_is(
    world: CollectWorld, pages: Path
) -> None:
    """The operator hears of the others, and between which targets the file leaves the choice."""
    for answer in saved_answers().values():
        laid(pages, answer)
    await world.importer.look()
    await world.run()
    told = {row.payload["params"]["file"].partition(".")[0] for row in world.rows(OutboxRow)}
    assert told | sources_read(world) >= set(EVERY) - {"flamp"}, "2GIS holds Flamp's reviews"
    assert sources_read(world) >= {"otzovik", "irecommend", "trustpilot"}


async def test_of_a_message_to_the_bot(world: CollectWorld) -> None:
    for name, answer in saved_answers().items():
        world.sent[answer.name] = answer.path.read_bytes()
        said = await world.answer(answer.name, target=answer.target.key)
        assert (name, said.payload["view"]) == (name, "imported")
        assert said.payload["params"]["listed"] > 0
    assert sources_read(world) == set(EVERY)


async def sources_meant(world: CollectWorld, content: bytes) -> set[str]:
    """The sources whose targets the file is taken for, or a person must choose among."""
    try:
        taken = await world.take(content)
    except WhichTarget as asked:
        return {entry.target.source for entry in asked.entries}
    except Refused:
        return set()
    return {taken.entry.target.source}


@pytest.mark.parametrize("name", [name for name in EVERY if saved_answers()[name].source.HOSTS])
async def test_nobody_is_asked_about_another_sites_target(world: CollectWorld, name: str) -> None:
    """Answers of many APIs look alike: a list `reviews` of entries with an `id`."""
    content = saved_answers()[name].path.read_bytes()
    assert await sources_meant(world, content) <= {name, "two_gis" if name == "flamp" else ""}
    other = "ozon" if name != "ozon" else "avito"
    with pytest.raises(Refused) as told:
        await world.take(content, target_key=f"tverskaya/{other}")
    assert told.value.code == "import_other_source"
