"""Files on this machine: read only from the folders that the operator named."""

from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from reviewbot.collect.fetching.fetch import Fetcher, Validators
from reviewbot.core.contract import Denied, NotModified, Payload, Target, TargetGone
from reviewbot.core.errors import CollectError
from sources import feed, table
from tests.collect.collect_world import CollectWorld

FILES = {
    "table": (table, "guests.csv", "Дата;Оценка;Отзыв\n05.03.2026;1;Долго\n"),
    "feed": (
        feed,
        "alerts.xml",
        "<rss><channel><item><guid>1</guid><title>Долго</title></item></channel></rss>",
    ),
}


def folder_of(world: CollectWorld, path: Path) -> Fetcher:
    """A fetcher that may read one folder; it opens no connection."""
    fetching = replace(world.settings.fetching, folders=(str(path),))
    return Fetcher(world.db, replace(world.settings, fetching=fetching), world.clock, lambda: 0.0)


@pytest.mark.parametrize("name", FILES)
async def test_a_file_of_a_named_folder_is_read_and_not_again_unchanged(
    world: CollectWorld, tmp_path: Path, name: str
) -> None:
    module, file, text = FILES[name]
    shared = tmp_path / "выгрузки"
    shared.mkdir()
    (shared / file).write_text(text, encoding="utf-8")
    place = Target(key="t", source=name, ref=str(shared / file))
    fetcher = folder_of(world, shared)
    request = next(module.pages(place, {}))
    answer = await fetcher.fetch(request, name)
    assert isinstance(answer, Payload)
    assert len(module.parse(answer, place).items) == 1
    held = Validators(etag=answer.headers["etag"])
    assert isinstance(await fetcher.fetch(request, name, held), NotModified)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    ("ref", "error"),
    [
        ("{outside}", Denied),
        ("{shared}/../outside.csv", Denied),
        ("{shared}/link.csv", Denied),
        ("{shared}/nowhere.csv", TargetGone),
        ("file:///etc/hostname", Denied),
    ],
)
async def test_nothing_else_is_read(
    world: CollectWorld, tmp_path: Path, name: str, ref: str, error: type[CollectError]
) -> None:
    module: ModuleType = FILES[name][0]
    shared, outside = tmp_path / "shared", tmp_path / "outside.csv"
    shared.mkdir()
    outside.write_text("Отзыв\nТайна\n", encoding="utf-8")
    (shared / "link.csv").symlink_to(outside)
    place = Target(key="t", source=name, ref=ref.format(shared=shared, outside=outside))
    with pytest.raises(error):
        await folder_of(world, shared).fetch(next(module.pages(place, {})), name)
