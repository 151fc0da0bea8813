"""`check --live` against a loopback Bot API and a loopback site."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reviewbot.cli.setup import patience
from reviewbot.store.tables import HostRow, PersonRow
from tests.config.config_files import written
from tests.config.site import Telegram, site
from tests.config.test_init import dead_names as dead_names
from tests.config.test_init import run
from tests.store.made import with_tables
from tests.telegram_world import TOKEN

GROUP, TOPICS, MUTED, GONE, MOVED = -1001, -1002, -1003, -1004, -1005


def config_file(folder: Path, telegram: Telegram, page: str, chats: str) -> Path:
    return written(
        folder,
        f"""\
language = "en"
[telegram]
base_url = "{telegram.base_url}"
[fetch]
allowed_hosts = ["127.0.0.1"]
[chats]
{chats}
[people]
marina = {{ id = 501000002, role = "manager" }}
ivan = {{ id = 501000004 }}
[locations.main]
links = ["json_ld:{page}"]
""",
    )


@pytest.fixture
def world() -> Telegram:
    telegram = Telegram()
    telegram.add_user(501000002, "Марина")
    telegram.add_user(501000004, "Иван", started=False)
    telegram.add_group(GROUP, "Отзывы")
    telegram.add_group(TOPICS, "С темами", topics=(12,))
    telegram.add_group(MUTED, "Молчанка")
    telegram.add_group(MOVED, "Была группа").migrated_to = -100777
    telegram.muted = frozenset({MUTED})
    return telegram


async def test_everything_is_well(tmp_path: Path, world: Telegram) -> None:
    world.chats[501000004].started = True
    async with world as telegram, site() as page:
        chats = f"support = {{ id = {TOPICS}, topic = 12 }}\nmanagers = {GROUP}"
        path = config_file(tmp_path, telegram, page, chats)
        result = await run(["check", "--live", "-c", str(path)], REVIEWBOT_TELEGRAM_TOKEN=TOKEN)
    assert result.exit_code == 0, result.output
    assert "the bot is @reviews_test_bot" in result.output
    assert "chats.support: “С темами”, topic 12" in result.output
    assert "everybody can be reached" in result.output
    assert "main/json_ld: Точка, Тверская 12 · 4.6★, 312 reviews" in result.output
    told_in_order = [
        "Live",
        "telegram: looking …",
        "telegram: the bot is",
        "people: looking …",
        "people: everybody",
        "main/json_ld: looking …",
        "main/json_ld: Точка",
    ]
    assert sorted(told_in_order, key=result.output.index) == told_in_order
    assert {call.method for call in telegram.calls} == {"getMe", "getChat", "getChatMember"}
    assert not (tmp_path / "reviewbot.sqlite3").exists(), "nothing is stored"


async def test_everything_that_is_wrong_is_told(tmp_path: Path, world: Telegram) -> None:
    chats = (
        f"support = {{ id = {GROUP}, topic = 3 }}\nmuted = {MUTED}\ngone = {GONE}\nmoved = {MOVED}"
    )
    async with world as telegram, site(521, b"") as page:
        path = config_file(tmp_path, telegram, page, chats)
        result = await run(["check", "--live", "-c", str(path)], REVIEWBOT_TELEGRAM_TOKEN=TOKEN)
    assert result.exit_code == 1
    for said in (
        "chats.support: “Отзывы” has no topics",
        "chats.muted: @reviews_test_bot may not write",
        "chats.gone: -1004: Bad Request: chat not found",
        "chats.moved: the group became a supergroup: write id = -100777",
        "people: never pressed /start: ivan. Send them https://t.me/reviews_test_bot?start=here",
        "main/json_ld: Blocked",
    ):
        assert said in result.output


async def test_what_the_database_knows_counts(tmp_path: Path, world: Telegram) -> None:
    db = with_tables(tmp_path / "reviewbot.sqlite3")
    now = datetime(2026, 3, 3, tzinfo=UTC)
    later = datetime(2126, 3, 3, tzinfo=UTC)

    def fill(rows: object) -> None:
        rows.add(PersonRow(telegram_id=501000004, key="ivan", started_at=now))  # type: ignore[attr-defined]
        rows.add(HostRow(name="127.0.0.1", retry_after_until=later))  # type: ignore[attr-defined]

    db.write_now(fill)
    db.close()
    async with world as telegram, site() as page:
        path = config_file(tmp_path, telegram, page, f"support = {GROUP}")
        result = await run(["check", "--live", "-c", str(path)], REVIEWBOT_TELEGRAM_TOKEN=TOKEN)
    assert "everybody can be reached" in result.output
    assert "main/json_ld: RateLimited" in result.output, "a host that asked for peace has it"


async def test_a_wrong_token_is_told_and_not_shown(tmp_path: Path, world: Telegram) -> None:
    async with world as telegram, site() as page:
        path = config_file(tmp_path, telegram, page, f"support = {GROUP}")
        wrong = "501:AAwrong-token-that-is-long"
        result = await run(["check", "--live", "-c", str(path)], REVIEWBOT_TELEGRAM_TOKEN=wrong)
    assert result.exit_code == 1
    assert "Telegram does not know this token" in result.output
    assert "AAwrong" not in result.output


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("Telegram does not answer", "Where Telegram needs a proxy", "network and DNS")),
        ("ru", ("Telegram не отвечает", "Если Telegram доступен только через прокси", "DNS")),
    ],
)
async def test_dead_name_servers_are_waited_for_a_short_time(
    tmp_path: Path, dead_names: list[str], language: str, said: tuple[str, ...]
) -> None:
    path = config_file(tmp_path, Telegram(), "https://nowhere.example/", f"support = {GROUP}")
    text = path.read_text().replace('language = "en"', f'language = "{language}"')
    path.write_text(re.sub(r'base_url = ".*"', 'base_url = "https://nowhere.example"', text))
    result = await run(["check", "--live", "-c", str(path)], REVIEWBOT_TELEGRAM_TOKEN=TOKEN)
    assert result.exit_code == 1
    shown = " ".join(result.output.split())
    for each in (*said, '[telegram] proxy = "socks5://host:1080"', "main/json_ld"):
        assert each in shown
    assert dead_names == [], "nobody waited for the name server"


class Falling(Telegram):
    """Says who the bot is, and nothing more."""

    async def do_getChat(self, params: dict[str, Any]) -> Any:
        await asyncio.Event().wait()


async def test_a_telegram_that_falls_silent_is_waited_for_once_and_nobody_is_accused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "PATIENCE", timedelta(milliseconds=300))
    async with Falling() as telegram, site() as page:
        path = config_file(tmp_path, telegram, page, f"support = {GROUP}\nmanagers = {TOPICS}")
        result = await run(["check", "--live", "-c", str(path)], REVIEWBOT_TELEGRAM_TOKEN=TOKEN)
        assert telegram.count("getChat") == 1
    assert result.exit_code == 1
    assert "✗ telegram: Telegram does not answer (TimeoutError)" in result.output
    assert "Where Telegram needs a proxy" in result.output
    assert "never pressed /start" not in result.output
    assert "✗ chats" not in result.output
