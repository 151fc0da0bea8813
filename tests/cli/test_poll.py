"""`poll` and `doctor` as an operator types them, on a captured page."""

import json
import re
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from rich.table import Table
from rich.text import Text
from sqlmodel import select
from typer.testing import CliRunner

from reviewbot.cli.app import app, main
from reviewbot.cli.cells import table_console
from reviewbot.cli.terminal import printable
from reviewbot.clock import WallClock
from reviewbot.core.model import WorkKind
from reviewbot.store.database import Database
from reviewbot.store.queues import work
from reviewbot.store.tables import HostRow, MeasureRow, OutboxRow, ReviewRow, TargetRow, TicketRow
from tests.cli.site_in_thread import Site, serving

CONFIG = """\
language = "en"
[database]
path = "{database}"
[telegram]
[fetch]
allowed_hosts = ["127.0.0.1"]
[chats]
support = -1002200000001
[people]
marina = {{ id = 501000002, role = "manager" }}
[sources.yandex_maps]
base_url = "{site}"
gap = "1s"
[locations.main]
name = "Точка"
links = ["https://yandex.ru/maps/org/tochka/1000000001/"]
"""
TARGET = "main/yandex_maps"


@dataclass
class Shop:
    site: Site
    config: Path
    database: Path

    def run(self, *arguments: str, code: int = 0) -> str:
        result = CliRunner().invoke(app, [*arguments, "--config", str(self.config)])
        assert result.exit_code == code, result.output
        return result.output

    def rows(self, table: type) -> list:  # type: ignore[type-arg]
        db = Database(str(self.database))
        try:
            return db.read_now(lambda rows: list(rows.exec(select(table)).all()))
        finally:
            db.close()

    def rest_is_over(self) -> None:
        """As if the hours of a blocked host had passed."""
        db = Database(str(self.database))

        def forget(rows) -> None:  # type: ignore[no-untyped-def]
            for host in rows.exec(select(HostRow)).all():
                host.backoff_until = host.next_allowed_at = None
                rows.add(host)

        db.write_now(forget)
        db.close()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with serving() as site:
        database, config = tmp_path / "shop.sqlite3", tmp_path / "config.toml"
        config.write_text(CONFIG.format(database=database, site=site.url), encoding="utf-8")
        yield Shop(site, config, database)


def moscow(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo("Europe/Moscow"))


def shown(moment: datetime, told: str) -> str:
    """A moment as doctor shows it: with its date where that is not the first line's."""
    local = moscow(moment)
    return f"{local:%H:%M}" if told.startswith(f"{local:%Y-%m-%d}") else f"{local:%Y-%m-%d %H:%M}"


def test_a_dry_run_tells_what_would_be_flagged_and_leaves_no_trace(shop: Shop) -> None:
    told = json.loads(shop.run("poll", TARGET, "--dry-run", "--json"))
    assert (told["health"], told["pages"], told["new"], told["listed"]) == ("ok", 1, 25, 25)
    assert len(told["reviews"]) == 25
    assert sum(not row["answered"] for row in told["reviews"]) == 4
    assert not shop.database.exists()


def test_a_kept_page_does_not_steer_the_terminal() -> None:
    assert (
        printable("a\x1b]0;title\x07\x9b2J\u202eb\r\n\tв")
        == "a\ufffd]0;title\ufffd\ufffd2J\ufffdb\n\tв"
    )


def test_poll_stores_what_it_read(shop: Shop) -> None:
    told = shop.run("poll", TARGET)
    assert "main/yandex_maps · ok" in told
    assert "1 page read · new: 25\n" in told
    assert len(shop.rows(ReviewRow)) == 25
    assert [row for row in shop.rows(OutboxRow) if row.kind == "alert"] == []
    assert all(ticket.backlog for ticket in shop.rows(TicketRow))
    again = json.loads(shop.run("poll", TARGET, "--json"))
    assert (again["new"], again["edited"]) == (0, 0)
    told = json.loads(shop.run("poll", TARGET, "--dry-run", "--json"))
    assert told["new"] == 0


def test_an_unknown_target_gets_the_nearest_name(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = shop.run("poll", "main/yandex", code=1)
    assert "Did you mean: main/yandex_maps?" in told


def test_a_captcha_ends_with_one_and_doctor_says_what_to_do(shop: Shop) -> None:
    shop.run("poll", TARGET)
    assert "In sight: 1 of 1" in shop.run("doctor")
    shop.site.page = "showcaptcha_smartcaptcha_2023_trimmed.html"
    assert "blocked" in shop.run("poll", TARGET, code=1)
    told = shop.run("doctor", code=1)
    assert "main/yandex_maps (127.0.0.1): blocked" in told
    assert "  1 blocked\n" in told
    assert told.splitlines()[0].endswith(", Europe/Moscow"), "the zone is named once"
    assert told.count("Europe/Moscow") == 1
    assert "failed in a row: 1, out of sight for 0 min of the last 7 days, last seen" in told
    rests_until, target = shop.rows(HostRow)[0].backoff_until, shop.rows(TargetRow)[0]
    assert f"next try {shown(target.next_poll_at, told)}" in told
    assert "captcha" in told
    assert "Let it rest" in told
    assert f"127.0.0.1 is left alone until {shown(rests_until, told)}." in told
    assert "The bot does not run." in told
    sample = shop.run("doctor", "--sample", TARGET)
    assert sample.startswith("200 http://127.0.0.1")
    found = json.loads(shop.run("doctor", "--json", code=1))
    assert found["blind"][0]["health"] == "blocked"
    assert (found["integrity"], found["is_well"]) == ("ok", False)
    assert datetime.fromisoformat(found["blind"][0]["next_poll_at"]) == target.next_poll_at
    asked = shop.run("poll", TARGET, code=1)
    assert f"left alone until {moscow(rests_until):%Y-%m-%d %H:%M} (Europe/Moscow)." in asked
    machine = json.loads(shop.run("poll", TARGET, "--json", code=1))
    assert datetime.fromisoformat(machine["rests_until"]) == rests_until
    shop.rest_is_over()
    shop.site.page = "reviews_page_25_some_unanswered.html"
    shop.run("poll", TARGET)
    assert "In sight: 1 of 1" in shop.run("doctor")
    assert shop.rows(TargetRow)[0].health == "ok"


def test_doctor_lists_what_was_set_aside(shop: Shop) -> None:
    shop.run("poll", TARGET)
    db = Database(str(shop.database))

    def park(rows) -> None:  # type: ignore[no-untyped-def]
        row = rows.exec(select(OutboxRow)).first()
        row.parked_at, row.error = row.created_at, "Bad Request: chat not found"
        rows.add(row)

    db.write_now(park)
    db.close()
    told = shop.run("doctor", code=1)
    assert "Messages and presses set aside: 1." in told
    assert "notice to support" in told
    assert "chat not found" in told


def test_what_a_chat_answered_does_not_steer_the_terminal(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.run("poll", TARGET)
    db, steering = Database(str(shop.database)), "no \x1b]0;title\x07\x1b[2J\x9b5m\u202e chat"

    def park(rows) -> None:  # type: ignore[no-untyped-def]
        row = rows.exec(select(OutboxRow)).first()
        row.parked_at, row.error = row.created_at, steering
        rows.add(row)

    db.write_now(park)
    db.close()
    for told in (shop.run("doctor", code=1), shop.run("doctor", "--json", code=1)):
        assert "title" in told
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", told)
    cells = Table("what")
    cells.add_row(Text(steering))
    table_console(sys.stdout).print(cells, Text(steering), steering)
    told = capsys.readouterr().out
    assert told.count("title") == 3
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", told)


def test_check_and_doctor_tell_what_others_may_read(shop: Shop) -> None:
    shop.run("poll", TARGET)
    assert "chmod" not in shop.run("doctor") + shop.run("check")
    shop.database.chmod(0o644)
    for command in ("doctor", "check"):
        assert f"chmod 600 {shop.database}" in shop.run(command).replace("\n", "")


def test_doctor_sends_again_what_was_set_aside(shop: Shop) -> None:
    shop.run("poll", TARGET)
    db = Database(str(shop.database))

    def park(rows) -> None:  # type: ignore[no-untyped-def]
        row = rows.exec(select(OutboxRow)).first()
        row.parked_at, row.error = row.created_at, "Bad Request: have no rights"
        row.payload = {**row.payload, "refusals": 5}
        rows.add(row)

    db.write_now(park)
    db.close()
    assert "→ reviewbot doctor --resend" in shop.run("doctor", code=1)
    assert "✓ 1 message that was set aside" in shop.run("doctor", "--resend")
    [waiting] = [row for row in shop.rows(OutboxRow) if row.payload.get("refusals") == 0]
    assert (waiting.parked_at, waiting.sent_at, waiting.error) == (None, None, None)
    assert "set aside: 0." in shop.run("doctor")
    assert "No message was set aside" in shop.run("doctor", "--resend"), (
        "said again, nothing is doubled"
    )


def test_doctor_takes_the_operators_word_on_a_counter(shop: Shop) -> None:
    shop.run("poll", TARGET)
    told = shop.run("doctor", "--accept", TARGET, code=1)
    assert "not what is odd about main/yandex_maps." in told
    db = Database(str(shop.database))

    def doubt(rows) -> None:  # type: ignore[no-untyped-def]
        target = rows.exec(select(TargetRow)).one()
        own = {**target.memory["_reading"], "doubts": 2, "counter": 3}
        target.health, target.memory = "suspicious", {**target.memory, "_reading": own}
        rows.add(target)

    db.write_now(doubt)
    db.close()
    assert f"→ reviewbot doctor --accept {TARGET}" in shop.run("doctor", code=1)
    assert f"✓ {TARGET}: the count" in shop.run("doctor", "--accept", TARGET)
    shop.run("poll", TARGET)
    assert "In sight: 1 of 1" in shop.run("doctor")


def test_doctor_says_that_another_copy_polls(shop: Shop) -> None:
    shop.run("poll", TARGET)
    db = Database(str(shop.database))
    conflict = MeasureRow(at=WallClock().now(), name="telegram", subject="conflict", value=0)
    db.write_now(lambda rows: rows.add(conflict))
    db.close()
    told = shop.run("doctor", code=1)
    assert f"Telegram since {shown(conflict.at, told)}: another process polls" in told


def test_a_russian_house_is_told_in_russian(shop: Shop) -> None:
    shop.config.write_text(shop.config.read_text().replace('"en"', '"ru"', 1), encoding="utf-8")
    assert "ещё нет: её создаёт" in shop.run("doctor", code=1)
    assert "прочитана 1 страница · новых: 25\n" in shop.run("poll", TARGET)
    assert "✓ Видно страниц: 1 из 1." in shop.run("doctor")
    shop.site.page = "showcaptcha_smartcaptcha_2023_trimmed.html"
    shop.run("poll", TARGET, code=1)
    told = shop.run("doctor", code=1)
    assert "✗ Видно страниц: 0 из 1." in told
    assert "неудач подряд: 1, за последние 7 дней не видели 0 мин, последний раз видели:" in told
    assert "→ Дайте сайту отдохнуть." in told
    assert "Бот не работает." in told


def test_doctor_tells_of_a_saved_page_that_is_late(shop: Shop) -> None:
    """It is about no review yet."""
    shop.run("poll", TARGET)
    db = Database(str(shop.database))
    long_ago = WallClock().now() - timedelta(hours=1)
    with closing(db):
        db.write_now(lambda rows: work.put(rows, WorkKind.IMPORT_FILE, now=long_ago))
    told = shop.run("doctor", code=1)
    assert "Replies and saved pages on their way: 1." in told
    assert "  import_file, tries: 0: overdue" in told


def test_doctor_without_a_database_says_so(shop: Shop) -> None:
    assert "There is no database" in shop.run("doctor", code=1)


def test_a_mistake_in_the_file_ends_with_two(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.config.write_text("[chats]\n", encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["reviewbot", "poll", TARGET, "-c", str(shop.config)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "✗" in capsys.readouterr().err


def test_a_database_that_others_can_read_is_told(shop: Shop) -> None:
    shop.run("poll", TARGET)
    assert "Others on this machine" not in shop.run("doctor"), "for its owner from the first byte"
    shop.database.chmod(0o644)
    assert f"chmod 600 {shop.database}" in shop.run("doctor")
    assert f"chmod 600 {shop.database}" in shop.run("check")


@pytest.mark.parametrize("damaged", [slice(8192, None), slice(16, 100), slice(18, 20)])
def test_a_damaged_database_is_restored_from_a_backup(
    shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    damaged: slice,
) -> None:
    shop.run("poll", TARGET)
    for beside in shop.database.parent.glob(f"{shop.database.name}-*"):
        beside.unlink()
    content = bytearray(shop.database.read_bytes())
    content[damaged] = b"\x09" * len(content[damaged])
    shop.database.write_bytes(content)
    monkeypatch.setattr("sys.argv", ["reviewbot", "doctor", "--config", str(shop.config)])
    with pytest.raises(SystemExit):
        main()
    assert "reviewbot restore" in capsys.readouterr().err
