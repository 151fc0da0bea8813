"""The whole way of a review against a Bot API that others wrote: the npm package
telegram-test-api, from outside, the bot in a process of its own.

CI installs the package by its name and says where (TELEGRAM_TEST_API); see .ci/run.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest

from tests.config.config_files import TOKEN
from tests.patience import PATIENCE

FOLDER = os.environ.get("TELEGRAM_TEST_API", "")
LAUNCHER = Path(__file__).parent / "independent_api.cjs"
OLEG = 501
CONFIG = """language = "en"
[telegram]
base_url = "{telegram}"
[chats]
support = {{ person = "oleg" }}
[people]
oleg = {{ id = 501, name = "Oleg", role = "admin" }}
[fetch]
allowed_hosts = ["127.0.0.1"]
[locations.main]
name = "Cafe"
links = ["json_ld:{site}/cafe"]
"""

pytestmark = pytest.mark.skipif(
    not FOLDER or shutil.which("node") is None,
    reason="the npm package telegram-test-api is not here (TELEGRAM_TEST_API names its folder)",
)


class Page(BaseHTTPRequestHandler):
    """A page with reviews; `reviews` grows."""

    reviews: list[dict[str, Any]] = []  # noqa: RUF012 - the class is made anew for each server

    def do_GET(self) -> None:
        count = len(self.reviews)
        told = {
            "@context": "https://schema.org",
            "@type": "Restaurant",
            "name": "Cafe",
            "review": self.reviews,
            "aggregateRating": {"ratingValue": 3, "reviewCount": count},
        }
        body = f'<html><script type="application/ld+json">{json.dumps(told)}</script></html>'
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        return


def review(author: str, stars: int, text: str, day: str) -> dict[str, Any]:
    return {
        "@type": "Review",
        "author": author,
        "datePublished": day,
        "reviewRating": {"ratingValue": stars},
        "reviewBody": text,
    }


@contextmanager
def running(*command: str, says: str, **environ: str) -> Iterator[subprocess.Popen[str]]:
    child = subprocess.Popen(
        command,
        env={**os.environ, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert child.stdout is not None
    said: list[str] = []
    for line in child.stdout:
        said.append(line)
        if says in line:
            break
    else:
        child.wait(PATIENCE)
        child.stdout.close()
        pytest.fail("".join(said))
    rest = Thread(target=lambda: said.extend(child.stdout or ()))
    rest.start()
    try:
        yield child
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(PATIENCE)
        rest.join()
        child.stdout.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Client:
    """What a person sees and does, by the package's own interface."""

    def __init__(self, url: str) -> None:
        self._url = url

    def history(self) -> list[dict[str, Any]]:
        told = httpx.post(f"{self._url}/getUpdatesHistory", json={"token": TOKEN}).json()
        mine = str(OLEG)
        rows = [each for each in told["result"] if "message" in each]
        return [each for each in rows if str(each["message"].get("chat_id")) == mine]

    def card(self, piece: str) -> dict[str, Any] | None:
        return next((each for each in self.history() if piece in each["message"]["text"]), None)

    def awaits(self, found: Callable[[], Any]) -> Any:
        until = time.monotonic() + PATIENCE
        while not (value := found()):
            assert time.monotonic() < until, self.history()
            time.sleep(0.1)
        return value

    def press(self, card: dict[str, Any], label: str) -> None:
        keys = [key for row in card["message"]["reply_markup"]["inline_keyboard"] for key in row]
        [data] = [key["callback_data"] for key in keys if label in key["text"]]
        person = {"id": OLEG, "is_bot": False, "first_name": "Oleg"}
        message = {
            "message_id": card["messageId"],
            "chat": {"id": OLEG, "type": "private", "first_name": "Oleg"},
            "from": {"id": 1, "is_bot": True, "first_name": "bot"},
            "text": card["message"]["text"],
        }
        told = {"botToken": TOKEN, "from": person, "message": message, "data": data}
        httpx.post(f"{self._url}/sendCallback", json=told).raise_for_status()


def test_a_review_is_alerted_approved_and_its_card_follows(tmp_path: Path) -> None:
    page = type("Cafe", (Page,), {"reviews": [review("Olga", 5, "Great coffee.", "2026-01-10")]})
    site = ThreadingHTTPServer(("127.0.0.1", 0), page)
    Thread(target=site.serve_forever, daemon=True).start()
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    config = tmp_path / "config.toml"
    config.write_text(
        CONFIG.format(telegram=url, site=f"http://127.0.0.1:{site.server_address[1]}")
    )
    bot = [sys.executable, "-m", "reviewbot"]
    file = ["--config", str(config)]
    client = Client(url)
    with (
        running("node", str(LAUNCHER), FOLDER, str(port), says="ready"),
        running(*bot, "run", *file, says="Telegram intake: ok", REVIEWBOT_TELEGRAM_TOKEN=TOKEN),
    ):
        client.awaits(lambda: client.card("Watching reviews"))
        page.reviews.insert(
            0, review("Anna", 1, "Waited forty minutes, the barista was rude.", "2026-11-20")
        )
        done = subprocess.run([*bot, "poll", "main/json_ld", *file], timeout=120, check=False)
        assert done.returncode == 0
        card = client.awaits(lambda: client.card("Waited forty minutes"))
        client.press(card, "Approve")
        client.awaits(lambda: client.card("Approved: Oleg"))
    site.shutdown()
    site.server_close()
