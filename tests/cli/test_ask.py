"""`reviewbot ask`: the link, its pictures, and what is missing for one."""

from csv import DictReader
from datetime import timedelta
from io import StringIO
from json import loads
from pathlib import Path

import httpx
import pytest
import respx
import zxingcpp
from PIL import Image
from sqlmodel import select
from typer.testing import CliRunner

from reviewbot.cli import app
from reviewbot.store.database import Database
from reviewbot.store.migrations import upgrade
from reviewbot.store.surveys.guest_tables import GuestLinkRow

FILE = """
language = "en"
[chats]
support = -1001
[people]
marina = { id = 502, role = "manager" }
[locations.tverskaya]
name = "Tochka"
links = ["yandex_maps:1"]
"""
GUESTS = '[guests]\nprivacy = "https://example.com/privacy"\n'


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIEWBOT_TELEGRAM_TOKEN", "501:AAfake-token_for-tests-of-the-command")


def config(folder: Path, text: str) -> Path:
    path = folder / "reviewbot.toml"
    path.write_text(text + f'[database]\npath = "{folder}/rows.sqlite3"\n', encoding="utf-8")
    path.chmod(0o600)
    database = Database(str(folder / "rows.sqlite3"))
    upgrade.prepare(database)
    database.close()
    return path


@respx.mock
def test_a_link_its_code_and_a_card_are_made(tmp_path: Path) -> None:
    respx.post(url__regex=r".*/getMe").mock(
        httpx.Response(200, json={"ok": True, "result": {"username": "tochka_bot"}})
    )
    png, card = tmp_path / "qr.png", tmp_path / "card.html"
    asked = ["ask", "tverskaya", "--visit", "8412", "--png", str(png), "--card", str(card)]
    result = CliRunner().invoke(app, [*asked, "-c", str(config(tmp_path, FILE + GUESTS))])
    assert result.exit_code == 0, result.output
    address = result.stdout.splitlines()[0].strip()
    assert address.startswith("https://t.me/tochka_bot?start=")
    [read] = zxingcpp.read_barcodes(Image.open(png))
    assert read.text == address
    assert address in card.read_text(encoding="utf-8")
    database = Database(str(tmp_path / "rows.sqlite3"))
    [row] = database.read_now(lambda rows: list(rows.exec(select(GuestLinkRow))))
    assert (row.location_key, row.visit_id, row.reusable) == ("tverskaya", "8412", False)
    database.close()
    told = ["report", "guests", "--by", "segment", "-c", str(tmp_path / "reviewbot.toml")]
    shown = CliRunner().invoke(app, [*told, "--csv"])
    assert shown.stdout.splitlines() == [
        "name,asked,answered,low,reached,nps,csat,ces,stars,site_rating,"
        "response,response_low,response_high,reached_share,reached_share_low,reached_share_high,"
        "nps_low,nps_high,csat_low,csat_high,ces_low,ces_high",
        ",1,0,0,0,,,,,,0.0,0.0,79.35,,,,,,,,,",
    ]
    assert "sum of scores / answers" in CliRunner().invoke(app, told).stdout
    exported = CliRunner().invoke(app, ["export", "surveys", "-c", told[-1]]).stdout
    [line] = DictReader(StringIO(exported))
    assert (line["location"], line["visit"], line["score"]) == ("tverskaya", "8412", "")


@respx.mock
def test_a_place_s_links_are_withdrawn_and_its_guests_links_stay(tmp_path: Path) -> None:
    respx.post(url__regex=r".*/getMe").mock(
        httpx.Response(200, json={"ok": True, "result": {"username": "tochka_bot"}})
    )
    path = str(config(tmp_path, FILE + GUESTS))
    for more in ([], ["--visit", "8412"]):
        assert CliRunner().invoke(app, ["ask", "tverskaya", *more, "-c", path]).exit_code == 0
    for told in ("Withdrawn links: 1", "Withdrawn links: 0"):
        result = CliRunner().invoke(app, ["ask", "tverskaya", "--withdraw", "-c", path])
        assert told in result.output
    database = Database(str(tmp_path / "rows.sqlite3"))
    rows = database.read_now(lambda rows: list(rows.exec(select(GuestLinkRow))))
    database.close()
    long = {row.reusable: row.expires_at - row.created_at > timedelta(days=29) for row in rows}
    assert long == {True: False, False: True}


def test_churn_is_counted_from_a_table_of_customers(tmp_path: Path) -> None:
    path, table = str(config(tmp_path, FILE + GUESTS)), tmp_path / "customers.csv"
    asked = ["report", "guests", "--customers", str(table), "-c", path]
    table.write_text("place;period;start;end;new\ntverskaya;2026-02;500;475;25\n;2026-02;0;9;9\n")
    shown = CliRunner().invoke(app, asked).stdout
    assert "10.0%" in shown
    assert "CCR = 100 × (customers at the start" in shown
    lines = CliRunner().invoke(app, [*asked, "--csv"]).stdout.splitlines()
    assert lines[1:] == ["tverskaya,2026-02,500,475,25,10.0", ",2026-02,0,9,9,"]
    named = config(tmp_path, FILE + GUESTS + 'customers_file = "customers.csv"\n')
    of_the_file = ["report", "guests", "-c", str(named)]
    assert "10.0%" in CliRunner().invoke(app, of_the_file).stdout
    told = loads(CliRunner().invoke(app, [*of_the_file, "--json"]).stdout)
    assert told["customers"][0]["churn"] == 10
    assert told["formulas"]["churn"].startswith("100 × (customers at the start")
    for text, said in (
        ("place,period,start,end\n", "Missing columns: new"),
        ("place,period,start,end,new\na,b,100,150,10\n", "line 2"),
        ("place,period,start,end,new\na,b,many,1,1\n", "line 2"),
    ):
        table.write_text(text)
        result = CliRunner().invoke(app, asked)
        assert result.exit_code == 2
        assert said in result.output
        result = CliRunner().invoke(app, of_the_file)
        assert result.exit_code == 0, "a table that is wrong stops nothing else"
        assert said in result.output


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        (FILE, "tverskaya", "[guests]"),
        (FILE + GUESTS, "nevsky", "Locations: tverskaya"),
    ],
)
def test_what_is_missing_is_told(tmp_path: Path, text: str, place: str, said: str) -> None:
    result = CliRunner().invoke(app, ["ask", place, "-c", str(config(tmp_path, text))])
    assert result.exit_code == 2
    assert said in result.output
