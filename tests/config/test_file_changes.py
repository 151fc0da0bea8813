"""`add` and `undo`: the file changes as asked, what stood in it stays, the way back is open."""

import os
import stat
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reviewbot.cli import app
from reviewbot.config import load
from reviewbot.config.changes.change import (
    AddedClosedDay,
    AddedLocation,
    AddedPerson,
    Change,
    change_as_json,
    change_of,
)
from reviewbot.config.changes.file_edit import MOST_FORMER, edit_with, undo, write
from reviewbot.core.errors import ConfigError
from reviewbot.words.operator_language import problem_text
from tests.config.config_files import SHORT, SKETCH, written

NEVSKY = "https://yandex.ru/maps/org/tochka/1000000009/"
GIS = "https://2gis.ru/spb/firm/70000001000000009"


def run(file: Path, *words: str, code: int = 0, typed: str = "") -> str:
    result = CliRunner().invoke(app, [*words, "--config", str(file)], typed)
    assert result.exit_code == code, result.output
    return result.output


def refused(file: Path, *words: str) -> str:
    """Return what the command line ends with (cli.app.main prints it)."""
    error = CliRunner().invoke(app, [*words, "--config", str(file)]).exception
    assert isinstance(error, ConfigError)
    return "\n".join(problem_text(problem, error.language) for problem in error.problems)


def remarks(text: str) -> list[str]:
    return [line[line.index("#") :] for line in text.splitlines() if "#" in line]


def test_a_location_is_added_and_every_remark_stays(tmp_path: Path) -> None:
    text = f"# мои точки\n{SHORT}# конец\n"
    file = written(tmp_path, text)
    told = run(file, "add", "location", "Невский 3", NEVSKY, GIS, "--contact", "+7", "--yes")
    assert '+ name = "Невский 3"\n+ contact = "+7"' in told
    assert "✓ Written" not in told, "the file is Russian, so the command is"
    assert "✓ Записано" in told
    place = load(file, environ={}).settings.locations["nevskiy-3"]
    assert (place.name, place.contact) == ("Невский 3", "+7")
    assert remarks(file.read_text()) == ["# мои точки", "# конец"]


@pytest.mark.parametrize(
    "change",
    [
        AddedLocation("Лиговский 5", (NEVSKY, GIS), "+7"),
        AddedPerson(501000077, "Ольга", "manager"),
        AddedClosedDay(date(2026, 12, 30)),
    ],
)
@pytest.mark.parametrize("text", [SKETCH, SHORT, "\ufeff" + SHORT, SHORT.replace("\n", "\r\n")])
def test_what_is_added_stands_below_what_it_belongs_to(
    tmp_path: Path, text: str, change: Change
) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(text.encode())
    edit = edit_with(file, change, {})
    assert remarks(edit.after) == remarks(text)
    gone = [line for line in edit.diff if line.startswith("-")]
    assert len(gone) <= 1, "only a list that grows is written anew"
    assert change_of(change_as_json(change)) == change
    write(edit)
    load(file, environ={})


def test_a_link_of_a_known_location_joins_the_others(tmp_path: Path) -> None:
    file = written(tmp_path, SHORT)
    run(file, "add", "location", "main", GIS, "--yes")
    targets = load(file, environ={}).settings.targets
    assert {target.location for target in targets.values()} == {"main"}
    assert len(targets) == 2
    assert "уже есть" in refused(file, "add", "location", "main", GIS, "--yes")


def test_a_person_and_a_day_off_are_added(tmp_path: Path) -> None:
    file = written(tmp_path, SHORT)
    run(file, "add", "person", "501000077", "Ольга", "Петрова", "--role", "manager", "--yes")
    run(file, "add", "closed-day", "2099-12-31", "--yes")
    settings = load(file, environ={}).settings
    assert settings.people["olga-petrova"].name == "Ольга Петрова"
    assert 'closed = ["2099-12-31"]' in file.read_text()
    again = refused(file, "add", "person", "501000077", "Оля", "--yes")
    assert "уже в списке" in again


def test_what_check_refuses_is_not_written(tmp_path: Path) -> None:
    file = written(tmp_path, SHORT)
    told = refused(file, "add", "location", "Невский", "https://yandex.ru/", "--yes")
    assert "locations.nevskiy.links" in told
    assert file.read_text() == SHORT
    assert [each.name for each in tmp_path.iterdir()] == ["config.toml"]


def test_what_check_would_warn_of_is_said_before_it_is_written(tmp_path: Path) -> None:
    """Too many pages of a site: said where they come in, not again for a day off."""
    links = ", ".join(f'"yandex_maps:{number}"' for number in range(1000000101, 1000000116))
    file = written(tmp_path, f"{SHORT}[locations.many]\nlinks = [{links}]\n")
    told = run(file, "add", "location", "Невский", NEVSKY, "--yes")
    assert told.index("Запросов в сутки к yandex.ru около 561") < told.index("✓ Записано")
    assert "Запросов" not in run(file, "add", "closed-day", "2099-12-31", "--yes")


def test_a_no_leaves_everything(tmp_path: Path) -> None:
    file = written(tmp_path, SHORT)
    assert "Записать?" in run(file, "add", "closed-day", "2099-12-31", typed="n\n", code=1)
    assert file.read_text() == SHORT


def test_undo_goes_back_step_by_step(tmp_path: Path) -> None:
    file = written(tmp_path, SHORT)
    file.chmod(0o640)
    run(file, "add", "closed-day", "2099-12-30", "--yes")
    between = file.read_text()
    run(file, "add", "closed-day", "2099-12-31", "--yes")
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert "✓ Отменено" in run(file, "undo")
    assert file.read_text() == between
    run(file, "undo")
    assert file.read_text() == SHORT
    assert "Отменять нечего" in refused(file, "undo")


def test_what_somebody_edited_since_is_not_undone(tmp_path: Path) -> None:
    file = written(tmp_path, SHORT)
    run(file, "add", "closed-day", "2099-12-30", "--yes")
    mine = file.read_text() + "# мой\n"
    file.write_text(mine)
    assert "Отменять нечего" in refused(file, "undo")
    assert file.read_text() == mine


def test_a_file_that_forbids_it_is_not_written(tmp_path: Path) -> None:
    file = written(tmp_path, f"writable = false\n{SHORT}")
    told = refused(file, "add", "closed-day", "2099-12-30", "--yes")
    assert "writable = false" in told
    assert "SIGHUP" in told
    assert file.read_text().endswith(SHORT)


def test_two_who_write_at_once_have_one_winner(tmp_path: Path) -> None:
    file = written(tmp_path, SHORT)
    one = edit_with(file, AddedClosedDay(date(2099, 12, 30)), {})
    other = edit_with(file, AddedClosedDay(date(2099, 12, 31)), {})
    write(one)
    with pytest.raises(ConfigError, match="changed meanwhile"):
        write(other)
    assert file.read_text() == one.after


def test_a_link_to_the_file_stays_one_and_old_files_go(tmp_path: Path) -> None:
    real = written(tmp_path, SHORT)
    link = tmp_path / "link.toml"
    link.symlink_to(real)
    for number in range(MOST_FORMER + 3):
        write(edit_with(link, AddedPerson(600 + number, f"N{number}"), {}))
    assert link.is_symlink()
    assert len(list(tmp_path.glob("config.toml.before-*"))) == MOST_FORMER
    undo(link, os.environ)


def test_tables_that_stand_apart_are_added_to_as_well(tmp_path: Path) -> None:
    text = SHORT + '[people.nina]\nid = 507\nrole = "admin"\n'
    file = written(tmp_path, text)
    write(edit_with(file, AddedPerson(600, "Ольга"), {}))
    assert load(file, environ={}).settings.people["olga"].telegram_id == 600
