"""The wizard, against a loopback Bot API and a loopback site."""

import asyncio
import io
import json
import os
import select
import socket
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from reviewbot.cli import app
from reviewbot.cli.setup import patience
from reviewbot.cli.setup.ask_telegram import ask_people, greet
from reviewbot.cli.setup.bot_api import BotApi
from reviewbot.cli.setup.new_file import NewFile
from reviewbot.cli.setup.prompts import forget_typed
from reviewbot.config import load
from reviewbot.core.model import Role
from reviewbot.store.tables import InboxRow
from reviewbot.words.language import words_in
from tests.config.config_files import SHORT
from tests.config.site import Telegram, site
from tests.patience import PATIENCE
from tests.store.made import with_tables
from tests.telegram_world import TOKEN

GROUP = -1002200000001


async def run(words: list[str], typed: str = "", **environ: str | None) -> Result:
    """Run a command in a thread, so that the loop can serve it."""
    runner = CliRunner(env={"REVIEWBOT_TELEGRAM_TOKEN": None, **environ})
    return await asyncio.to_thread(runner.invoke, app, words, typed)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def staffed(telegram: Telegram) -> None:
    telegram.add_user(501000002, "Марина")
    telegram.add_user(501000004, "Иван")
    telegram.add_group(GROUP, "Отзывы", 501000002, 501000004, topics=(12,))
    await telegram.say(GROUP, 501000002, "/start@reviews_test_bot", thread_id=12)
    await telegram.say(501000004, 501000004, "/start")


async def test_a_conversation_ends_in_a_short_file_that_works(folder: Path) -> None:
    async with Telegram() as telegram, site() as page:
        await staffed(telegram)
        typed = "\n".join(
            [
                TOKEN,
                "",  # wrote in the group
                "1",  # the topic
                "8",  # no line
                "-1002200000009",  # the managers' chat
                "1",  # Марина
                "",  # as she is called
                "2",
                "Ваня",
                "",  # nobody else
                "",  # Europe/Moscow
                "Точка, Тверская 12",
                "+7 495 000-00-01",
                "https://yandex.ru/maps/",
                f"json_ld:{page}",
                "y",
                "",
            ]
        )
        words = ["init", "--base-url", telegram.base_url, "--allow-host", "127.0.0.1"]
        words += ["--language", "en"]
        result = await run(words, f"{typed}\n")
    assert result.exit_code == 0, result.output
    assert "Отзывы / Topic (-1002200000001, topic 12)" in result.output
    assert "is on a site we read (yandex_maps), but is not a place's page" in result.output
    assert "Is this your place? Точка, Тверская 12 · 4.6★, 312 reviews" in result.output
    assert TOKEN not in result.output
    assert len(telegram.pending()) == 2, "the updates wait for whom they are meant"
    assert "allowed_updates" not in str([call.params for call in telegram.calls])

    loaded = load(folder / "config.toml", environ={})
    assert len((folder / "config.toml").read_text().splitlines()) <= 30
    assert loaded.token is not None
    assert loaded.token.get_secret_value() == TOKEN
    assert (folder / "token").stat().st_mode & 0o777 == 0o600
    settings = loaded.settings
    assert (settings.chats["support"].chat_id, settings.chats["support"].thread_id) == (GROUP, 12)
    assert settings.chats["managers"].chat_id == -1002200000009
    assert [(each.telegram_id, each.name, each.role) for each in settings.people.values()] == [
        (501000002, "Марина", Role.MANAGER),
        (501000004, "Ваня", Role.STAFF),
    ]
    assert settings.locations["tochka-tverskaya-12"].contact == "+7 495 000-00-01"
    assert list(settings.targets) == ["tochka-tverskaya-12/json_ld"]


async def test_a_chat_that_is_none_is_said_and_asked_for_again(folder: Path) -> None:
    async with Telegram() as telegram, site() as page:
        await staffed(telegram)
        typed = "\n".join(
            [
                *(TOKEN, "", "8", "", "-12x", "", "moon", "", "1"),
                *("8", "-12x", ""),  # the managers' chat
                *("1", "", "", "", "Точка", "", f"json_ld:{page}", "y", ""),
            ]
        )
        words = ["init", "--base-url", telegram.base_url, "--allow-host", "127.0.0.1"]
        result = await run([*words, "--language", "en"], f"{typed}\n")
    assert result.exit_code == 0, result.output
    assert result.output.count("There is no line 8.") == 2
    assert result.output.count('"-12x" is not a chat') == 2
    assert '"moon" is not a chat' in result.output
    chats = load(folder / "config.toml", environ={}).settings.chats
    assert [(key, chat.chat_id) for key, chat in chats.items()] == [("support", GROUP)]


async def test_what_the_file_could_not_hold_is_not_taken(folder: Path) -> None:
    async with Telegram() as telegram, site() as page:
        await staffed(telegram)
        typed = "\n".join(
            [
                *(TOKEN, "", "1", ""),
                *("7", "1", "", ""),  # there are two lines
                *("", "Точка", ""),
                *("google_business:locations/8", "mine", "1089", "n", f"json_ld:{page}", "y", ""),
            ]
        )
        words = ["init", "--base-url", telegram.base_url, "--allow-host", "127.0.0.1"]
        result = await run([*words, "--language", "en"], f"{typed}\n")
    assert result.exit_code == 0, result.output
    assert "There is no line 7." in result.output
    assert "That is not an account's number." in result.output
    settings = load(folder / "config.toml", environ={}).settings
    assert [person.telegram_id for person in settings.people.values()] == [501000002]
    assert list(settings.targets) == ["tochka/json_ld"]


async def test_the_account_that_is_asked_for_stands_in_the_file(folder: Path) -> None:
    async with Telegram() as telegram:
        await staffed(telegram)
        typed = "\n".join(
            [
                *(TOKEN, "", "1", "", "1", "", "", "", "Точка", ""),
                *("google_business:locations/8", "1089", "y", ""),
            ]
        )
        words = ["init", "--base-url", telegram.base_url, "--language", "en"]
        result = await run(words, f"{typed}\n")
    assert result.exit_code == 0, result.output
    assert "needs a credential, and there is none" in result.output, "said at once"
    text = (folder / "config.toml").read_text(encoding="utf-8")
    assert '"google_business:accounts/1089/locations/8"' in text
    (target,) = load(folder / "config.toml", environ={}).settings.targets.values()
    assert target.target.source == "google_business"


async def test_a_location_of_google_is_not_taken_without_its_account(folder: Path) -> None:
    async with Telegram() as telegram:
        words = asked(telegram, "")
        words[words.index("json_ld:")] = "google_business:locations/8"
        result = await run(words, REVIEWBOT_TELEGRAM_TOKEN=TOKEN)
    assert result.exit_code == 2
    assert "account" in result.output
    assert files(folder) == []


def asked(telegram: Telegram, page: str, *more: str) -> list[str]:
    return [
        "init",
        "--language",
        "en",
        "--yes",
        "--base-url",
        telegram.base_url,
        "--support",
        f"{GROUP}/12",
        "--person",
        "501000002 Марина",
        "--location",
        "Точка",
        "--link",
        f"json_ld:{page}",
        "--allow-host",
        "127.0.0.1",
        *more,
    ]


async def test_options_answer_everything(folder: Path) -> None:
    async with Telegram() as telegram, site() as page:
        result = await run(asked(telegram, page), REVIEWBOT_TELEGRAM_TOKEN=TOKEN)
        assert result.exit_code == 0, result.output
        assert "4.6★, 312 reviews" in result.output
        assert not (folder / "token").exists(), "a token of the environment stays there"
        assert telegram.count("getUpdates") == 0
        again = await run(asked(telegram, page), REVIEWBOT_TELEGRAM_TOKEN=TOKEN)
        assert again.exit_code == 1
        assert "--force" in again.output
        forced = await run(asked(telegram, page, "--force"), REVIEWBOT_TELEGRAM_TOKEN=TOKEN)
        assert forced.exit_code == 0
    settings = load(folder / "config.toml", environ={}).settings
    assert settings.chats["support"].thread_id == 12


async def test_a_conversation_in_russian(folder: Path) -> None:
    (folder / "config.toml").write_text("old")
    async with Telegram() as telegram, site() as page:
        await staffed(telegram)
        typed = "\n".join(
            [
                "",  # LANG names no language of ours: Russian, as the file
                "да",  # overwrite
                TOKEN,
                "",
                "1",
                "",  # no managers' chat
                "1",
                "",
                "",
                "",
                "Точка",
                "",
                "https://yandex.ru/maps/",
                f"json_ld:{page}",
                "д",
                "",
            ]
        )
        words = ["init", "--base-url", telegram.base_url, "--allow-host", "127.0.0.1"]
        result = await run(words, f"{typed}\n", LANG="C.UTF-8", LC_ALL=None, LC_MESSAGES=None)
    assert result.exit_code == 0, result.output
    assert "Язык / Language (ru, en) [ru]" in result.output
    assert "Отзывы / Topic (-1002200000001, тема 12)" in result.output
    assert "но это не страница точки. Вставьте адрес страницы самой точки" in result.output
    assert "Это ваша точка? Точка, Тверская 12 · 4.6★, 312 отзывов [Д/н]" in result.output
    assert "Дальше: reviewbot check --live, потом reviewbot run" in result.output
    said = [line for line in result.output.splitlines() if line.isascii() and line.strip()]
    assert said == [], "no line is left in English"
    text = (folder / "config.toml").read_text(encoding="utf-8")
    assert 'language  = "ru"' in text
    assert "# когда отвечают на отзывы" in text
    assert load(folder / "config.toml", environ={}).settings.people


async def test_the_shell_tells_the_language_where_nothing_may_be_asked(folder: Path) -> None:
    async with Telegram() as telegram, site() as page:
        words = asked(telegram, page)
        del words[1:3]
        result = await run(words, REVIEWBOT_TELEGRAM_TOKEN=TOKEN, LC_ALL="en_GB.UTF-8")
        assert "Next: reviewbot check --live" in result.output
        assert load(folder / "config.toml", environ={}).settings.language == "en"
        result = await run([*words, "--force"], REVIEWBOT_TELEGRAM_TOKEN=TOKEN, LC_ALL="ru_RU")
    assert "Дальше: reviewbot check --live" in result.output
    assert load(folder / "config.toml", environ={}).settings.language == "ru"


async def test_a_piped_token_brings_no_warning(folder: Path) -> None:
    """getpass warns that a pipe echoes; a pipe shows nothing."""
    async with Telegram() as telegram, site() as page:
        words = asked(telegram, page)
        words.remove("--yes")
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "reviewbot", *words, "--contact", "", "--time-zone", "UTC"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=folder,
            env={name: value for name, value in os.environ.items() if "TOKEN" not in name},
        )
        out, errors = await child.communicate(f"{TOKEN}\n\n".encode())
    assert child.returncode == 0, errors.decode()
    assert errors == b""
    assert TOKEN not in out.decode()
    assert (folder / "token").read_text() == f"{TOKEN}\n"


async def test_the_managers_chat_is_asked_for_beside_an_option(
    folder: Path,
) -> None:
    async with Telegram() as telegram, site() as page:
        words = asked(telegram, page)
        words.remove("--yes")
        result = await run(words, "-1002200000002\n\n\n\n\n", REVIEWBOT_TELEGRAM_TOKEN=TOKEN)
    assert result.exit_code == 0, result.output
    assert load(folder / "config.toml", environ={}).settings.chats["managers"].chat_id == (
        -1002200000002
    )


async def test_an_older_file_is_overwritten_only_when_told_so(folder: Path) -> None:
    (folder / "config.toml").write_text("mine")
    async with Telegram() as telegram:
        result = await run(["init", "--base-url", telegram.base_url], "en\nn\n")
    assert result.exit_code == 1
    assert (folder / "config.toml").read_text() == "mine"


async def test_a_page_that_cannot_be_read_is_told_and_kept_if_wanted(folder: Path) -> None:
    async with Telegram() as telegram, site(403, b"no") as page:
        result = await run(asked(telegram, page), REVIEWBOT_TELEGRAM_TOKEN=TOKEN)
    assert result.exit_code == 0, result.output
    assert "Denied" in result.output
    assert load(folder / "config.toml", environ={}).settings.targets


async def test_a_wrong_token_is_asked_for_again(folder: Path) -> None:
    async with Telegram() as telegram:
        typed = "501:wrong\n" * 3
        words = ["init", "--language", "en", "--base-url", telegram.base_url]
        result = await run(words, typed)
    assert result.exit_code == 1
    assert result.output.count("Telegram does not know this token") == 2
    assert "wrong" not in result.output


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("Conflict: can't use getUpdates method while webhook is active", "through a webhook"),
        ("Conflict: terminated by other getUpdates request", "Two cannot share one token"),
    ],
)
async def test_a_bot_that_another_program_uses_is_told(folder: Path, told: str, said: str) -> None:
    async with Telegram() as telegram, site() as page:
        await staffed(telegram)
        telegram.fail("getUpdates", 409, told, times=None)
        words = asked(telegram, page)
        words.remove("--yes")
        for option in ("--support", "--person"):
            at = words.index(option)
            del words[at : at + 2]
        typed = f"\n{GROUP}/12\n\n501000002\nМарина\n\n\n\n"
        result = await run(words, typed, REVIEWBOT_TELEGRAM_TOKEN=TOKEN)
    assert said in " ".join(result.output.split())
    assert result.exit_code == 0, result.output
    assert len(telegram.pending()) == 2
    assert (
        load(folder / "config.toml", environ={}).settings.people["marina"].telegram_id == 501000002
    )


async def test_the_queue_of_an_installed_bot_is_left_to_it(folder: Path) -> None:
    (folder / "config.toml").write_text(
        SHORT.replace("[telegram]", '[telegram]\ntoken_file = "t"')
    )
    (folder / "t").write_text(TOKEN)
    update = {
        "update_id": 1,
        "message": {
            "message_id": 5,
            "chat": {"id": GROUP, "type": "supergroup", "title": "Отзывы"},
            "from": {"id": 501000002, "is_bot": False, "first_name": "Марина"},
        },
    }
    db = with_tables(folder / "reviewbot.sqlite3")
    now = datetime(2026, 3, 3, tzinfo=UTC)
    db.write_now(
        lambda rows: rows.add(InboxRow(update_id=1, raw=json.dumps(update), received_at=now))
    )
    db.close()
    async with Telegram() as telegram, site() as page:
        await staffed(telegram)
        words = asked(telegram, page, "--config", "second.toml", "--location", "Точка")
        words.remove("--yes")
        at = words.index("--support")
        del words[at : at + 2]
        typed = "\n1\n\n\n\n"
        result = await run(words, typed, REVIEWBOT_TELEGRAM_TOKEN=TOKEN)
    assert result.exit_code == 0, result.output
    assert "is installed already" in result.output
    assert "Отзывы (-1002200000001)" in result.output
    assert telegram.count("getUpdates") == 0


def files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_what_is_missing_is_said_where_nothing_may_be_asked(folder: Path) -> None:
    async with Telegram() as telegram:
        words = ["init", "--yes", "--base-url", telegram.base_url]
        assert "REVIEWBOT_TELEGRAM_TOKEN" in (await run(words)).output
        for more, said in (
            ([], "--support"),
            (["--support", str(GROUP)], "--person"),
            (["--support", str(GROUP), "--person", "501000002 М"], "--location"),
        ):
            result = await run([*words, *more], REVIEWBOT_TELEGRAM_TOKEN=TOKEN)
            assert result.exit_code == 2
            assert said in result.output
    assert files(folder) == []


def test_what_was_typed_while_a_page_was_read_answers_no_question(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keyboard, terminal = os.openpty()
    with os.fdopen(terminal, encoding="utf-8") as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        os.write(keyboard, b"y\ny\n")
        assert select.select([terminal], [], [], 60)[0], "it has come"
        forget_typed()
        assert select.select([terminal], [], [], 0)[0] == []
        os.write(keyboard, b"n\n")
        assert stdin.readline() == "n\n"
    os.close(keyboard)


async def test_what_was_typed_while_telegram_was_asked_answers_no_question(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keyboard, terminal = os.openpty()
    asked = threading.Event()

    class Screen(io.StringIO):
        def write(self, text: str) -> int:
            if "Who" in text:
                asked.set()
            return super().write(text)

    def talk(root: str) -> NewFile:
        new = NewFile("en", "Europe/Moscow", None, root, None)
        with BotApi(TOKEN, root, None) as api:
            os.write(keyboard, b"1\n1\n")
            greet(words_in("en"), api)
            os.write(keyboard, b"1\n1\n")
            ask_people(words_in("en"), new, api, None, [], yes=False)
        return new

    with os.fdopen(terminal, encoding="utf-8") as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        monkeypatch.setattr(sys, "stdout", Screen())
        async with Telegram() as telegram:
            await staffed(telegram)
            loop = asyncio.get_running_loop()
            talking = loop.run_in_executor(None, talk, telegram.base_url)
            await asyncio.to_thread(asked.wait, PATIENCE)
            asked.clear()
            os.write(keyboard, "2\nВаня\n".encode())
            await asyncio.to_thread(asked.wait, PATIENCE)
            os.write(keyboard, b"\n")
            new = await talking
    os.close(keyboard)
    assert new.people == [(501000004, "Ваня", "manager")]


@pytest.fixture
def dead_names(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The name servers say nothing of nowhere.example; the list has the names whose half a minute
    somebody sat out."""
    asked_for, over = socket.getaddrinfo, threading.Event()
    sat_out: list[str] = []

    def dead(host: str, *rest: Any, **more: Any) -> Any:
        if host == "nowhere.example" and not over.wait(30):
            sat_out.append(host)
        return asked_for(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", dead)
    monkeypatch.setattr(patience, "PATIENCE", timedelta(milliseconds=300))
    yield sat_out
    over.set()


async def test_dead_name_servers_are_waited_for_a_short_time(
    folder: Path, dead_names: list[str]
) -> None:
    async with Telegram() as telegram:
        words = asked(telegram, "")
        words[words.index("json_ld:")] = "json_ld:https://nowhere.example/"
        result = await run(words, REVIEWBOT_TELEGRAM_TOKEN=TOKEN)
    assert result.exit_code == 0, result.output
    told = ["Telegram: looking …", "✓ The bot is", "looking …", "network and DNS", "a proxy"]
    at = -1
    for each in told:
        at = result.output.index(each, at + 1)
    words[words.index(telegram.base_url)] = "https://nowhere.example"
    result = await run([*words, "--force"], REVIEWBOT_TELEGRAM_TOKEN=TOKEN)
    assert result.exit_code == 1
    assert result.output.index("Telegram: looking …") < result.output.index("does not answer")
    assert "--proxy socks5://host:1080" in result.output
    assert dead_names == [], "nobody waited for the name server"


async def test_an_interrupted_conversation_goes_on_with_what_was_answered(folder: Path) -> None:
    async with Telegram() as telegram, site() as page:
        await staffed(telegram)
        words = ["init", "--base-url", telegram.base_url, "--allow-host", "127.0.0.1"]
        words += ["--language", "en"]
        answers = [TOKEN, "", "1", "", "1", "", "", "", "Точка", "+7 495 000-00-01"]
        broken = await run(words, "\n".join([*answers, f"json_ld:{page}", "y"]))
        assert broken.exit_code == 1
        (kept,) = files(folder)
        assert kept.stat().st_mode & 0o777 == 0o600
        assert TOKEN not in kept.read_text(encoding="utf-8")
        result = await run(words, f"{TOKEN}\ny\n\n\n\n\n")
    assert result.exit_code == 0, result.output
    settings = load(folder / "config.toml", environ={}).settings
    assert (settings.chats["support"].chat_id, settings.chats["support"].thread_id) == (GROUP, 12)
    assert [person.name for person in settings.people.values()] == ["Марина"]
    assert settings.locations["tochka"].contact == "+7 495 000-00-01"
    assert list(settings.targets) == ["tochka/json_ld"]
    assert len(files(folder)) == 2, "the configuration and the token"
