"""Tries docs/operations.md's path, step by step, in a clean environment: `make deploy-check`.

usage: try_operations.py BIN, the folder of an installed `reviewbot`. Telegram and a site are
stand-ins on this machine. Each command is looked for in the page, English and Russian: what is
tried is what is written there.
"""

import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

ROOT = Path(__file__).parent.parent
PAGES = (ROOT / "docs/operations.md", ROOT / "docs/ru/operations.md")
PORT = 8643
PAGE = """<html><script type="application/ld+json">{"@context": "https://schema.org",
"@type": "Restaurant", "name": "Cafe", "review": [{"@type": "Review", "author": "Anna",
"datePublished": "2026-01-10", "reviewRating": {"ratingValue": 1}, "reviewBody": "Rude, cold."}],
"aggregateRating": {"ratingValue": 1, "reviewCount": 1}}</script></html>"""
CONFIG = """language = "en"
[telegram]
token_file = "secrets/telegram-token"
base_url = "{url}"
[chats]
support = -1001
[people]
oleg = {{ id = 501, role = "admin" }}
[fetch]
allowed_hosts = ["127.0.0.1"]
[backup]
every = "1d"
[web]
port = 8643
[locations.main]
name = "Cafe"
links = ["json_ld:{url}/cafe"]
"""


class Outside(BaseHTTPRequestHandler):
    """Telegram, which takes everything, and a site with one review."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        method = self.path.split("?")[0].rpartition("/")[2]
        me = {"id": 1, "is_bot": True, "first_name": "bot", "username": "cafe_bot"}
        message = {"message_id": 7, "date": 1, "chat": {"id": -1001, "type": "group"}}
        if method == "getUpdates":
            time.sleep(0.5)
        told = {"getMe": me, "getUpdates": []}.get(method, message if "send" in method else True)
        self._say(json.dumps({"ok": True, "result": told}), "application/json")

    def do_GET(self) -> None:
        self._say(PAGE, "text/html")

    def _say(self, text: str, kind: str) -> None:
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(text.encode())))
        self.end_headers()
        with suppress(BrokenPipeError):  # a bot that ends does not wait for an answer
            self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        return


class Machine:
    """A folder that stands for a machine: its file, its secrets, its database."""

    def __init__(self, home: Path, program: Path) -> None:
        self.home, self.program = home, program
        home.mkdir(parents=True, exist_ok=True)

    @property
    def environ(self) -> dict[str, str]:
        return {"PATH": f"{self.program}:/usr/bin:/bin", "HOME": str(self.home), "LANG": "C.UTF-8"}

    def does(self, command: str, code: int = 0) -> str:
        """Run a command of the pages here; end where it does not end as the pages say."""
        for page in PAGES:
            if command.split(" --yes")[0] not in page.read_text(encoding="utf-8"):
                sys.exit(f"{page.name} does not say: {command}")
        done = subprocess.run(
            command.split(), cwd=self.home, env=self.environ, capture_output=True, text=True
        )
        if done.returncode != code:
            sys.exit(f"{command}: {done.returncode}\n{done.stdout}{done.stderr}")
        print(f"✓ {command}")
        return done.stdout

    @contextmanager
    def runs(self) -> Iterator[None]:
        """The bot at work, until its port says that all its parts move."""
        log = (self.home / "log").open("ab")
        bot = subprocess.Popen(
            ["reviewbot", "run"],
            cwd=self.home,
            env=self.environ,
            stderr=log,
            executable=str(self.program / "reviewbot"),
        )
        try:
            self._awaits(bot, "last_reading_timestamp")
            yield
        finally:
            bot.send_signal(signal.SIGTERM)
            code = bot.wait(30)
            log.close()
        if code:
            sys.exit(f"the bot ended with {code}:\n{(self.home / 'log').read_text()[-3000:]}")
        print("✓ reviewbot run")

    def _awaits(self, bot: subprocess.Popen[bytes], what: str) -> None:
        for _ in range(300):
            if bot.poll() is None and "ok" in answer("/healthz") and what in answer("/metrics"):
                return
            time.sleep(0.2)
        bot.kill()
        sys.exit(f"the bot does not come up:\n{(self.home / 'log').read_text()[-3000:]}")


def answer(path: str) -> str:
    try:
        asked = HTTPConnection("127.0.0.1", PORT, timeout=5)
        asked.request("GET", path)
        return asked.getresponse().read().decode()
    except OSError:
        return ""


def main(program: Path) -> None:
    outside = ThreadingHTTPServer(("127.0.0.1", 0), Outside)
    Thread(target=outside.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{outside.server_address[1]}"
    with tempfile.TemporaryDirectory(prefix="reviewbot-") as folder:
        here, there = (Machine(Path(folder) / name, program) for name in ("here", "there"))
        for machine in (here, there):
            (machine.home / "secrets").mkdir(mode=0o700)
            token = machine.home / "secrets/telegram-token"
            token.write_text("501000000:AAfake-token_for-the-try-of-operations")
            token.chmod(0o600)
            (machine.home / "config.toml").write_text(CONFIG.format(url=url))
        here.does("reviewbot check")
        with here.runs():
            here.does("reviewbot doctor")
            here.does("reviewbot report")
            here.does("reviewbot backup reviewbot.backup")
        here.does("reviewbot migrate --check")
        here.does("reviewbot restore reviewbot.backup --yes")
        with here.runs():
            here.does("reviewbot doctor")
        (there.home / "reviewbot.backup").write_bytes(
            (here.home / "reviewbot.backup").read_bytes()
        )
        there.does("reviewbot restore reviewbot.backup --yes")
        with there.runs():
            there.does("reviewbot doctor")
    print("every step of docs/operations.md's path was tried")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
