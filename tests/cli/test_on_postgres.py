"""One bot per database, where it is PostgreSQL: who comes second, beside, in place of it."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest
from typer.testing import CliRunner

from reviewbot.cli import app
from reviewbot.store import bot_lock
from reviewbot.store.bot_lock import ServerLock, is_held
from tests.cli.site_in_thread import serving
from tests.cli.test_run import refusing as refusing
from tests.cli.test_running_bot import CONFIG, TARGET, StoreWorld
from tests.cli.test_running_bot import bot as bot
from tests.config.config_files import TOKEN
from tests.store.postgres import Cluster, cut_holder


@pytest.fixture
def url(server: Cluster) -> str:
    """With a password, which nobody asks for and nobody must print."""
    return server.with_tables().replace("reviewbot@", "reviewbot:s3cret@")


@pytest.fixture
def store_world(
    tmp_path: Path, refusing: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[StoreWorld]:
    monkeypatch.setenv("REVIEWBOT_DATABASE", url)
    monkeypatch.setenv("REVIEWBOT_TELEGRAM_TOKEN", TOKEN)
    with serving() as site:
        text = CONFIG.format(telegram=refusing, site=site.url)
        (tmp_path / "config.toml").write_text(text, encoding="utf-8")
        yield StoreWorld(tmp_path, site)


def test_commands_see_the_bot_and_a_second_one_does_not_start(bot: StoreWorld, url: str) -> None:
    told = bot.run("run", code=1)
    assert "Another reviewbot already runs on postgresql://reviewbot:***@" in told
    assert "s3cret" not in told
    assert json.loads(bot.run("poll", TARGET, "--json"))["health"] == "unchanged"
    doctor = CliRunner().invoke(app, ["doctor", "--json", "--config", str(bot.config)])
    assert json.loads(doctor.output)["running"] is True
    assert is_held(url)


def test_without_a_bot_the_command_does_the_work(store_world: StoreWorld, url: str) -> None:
    assert json.loads(store_world.run("poll", TARGET, "--json"))["health"] == "ok"
    doctor = CliRunner().invoke(app, ["doctor", "--json", "--config", str(store_world.config)])
    assert json.loads(doctor.output)["running"] is False
    assert not is_held(url)


def test_check_asks_it_for_former_keys(store_world: StoreWorld, server: Cluster) -> None:
    text = store_world.config.read_text().replace('"Точка"', '"Точка"\nformerly = "gone"')
    store_world.config.write_text(text, encoding="utf-8")
    assert 'The database knows no location "gone"' in store_world.run("check")
    with server.away():
        assert "formerly" not in store_world.run("check"), (
            "nothing is known of a server that is away"
        )


def test_a_bot_whose_database_another_took_over_ends(
    store_world: StoreWorld, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot_lock, "LOOK_EVERY", 0.05)
    with closing(ServerLock(url)) as other:

        def take_over() -> None:
            while not is_held(url):
                Event().wait(0.01)
            while not other.take():
                cut_holder(url)

        thread = Thread(target=take_over)
        thread.start()
        told = store_world.run("run", code=1)
        thread.join()
        assert "Another reviewbot has taken the database over" in told
        assert other.is_ours()
