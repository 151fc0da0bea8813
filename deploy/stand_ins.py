"""What stands on this machine for what is outside while deploy/ is tried: Telegram, and a site."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

PORT = 8643
TOKEN = "501000000:AAfake-token_for-the-try-of-operations"
PAGE = """<html><script type="application/ld+json">{"@context": "https://schema.org",
"@type": "Restaurant", "name": "Cafe", "review": [{"@type": "Review", "author": "Anna Kuznetsova",
"datePublished": "2026-01-10", "reviewRating": {"ratingValue": 1}, "reviewBody": "Rude, cold."}],
"aggregateRating": {"ratingValue": 1, "reviewCount": 1}}</script></html>"""
PORT_LINES = '[backup]\nevery = "1d"\n[web]\nport = 8643\n'
"""What version 0.1.0 does not know."""


def config(url: str, token_file: str, more: str = PORT_LINES) -> str:
    """Return a file for a bot whose Telegram and site are at `url`."""
    return f"""language = "en"
[telegram]
token_file = "{token_file}"
base_url = "{url}"
[chats]
support = -1001
[people]
oleg = {{ id = 501, role = "admin" }}
[fetch]
allowed_hosts = ["127.0.0.1"]
{more}[locations.main]
name = "Cafe"
links = ["json_ld:{url}/cafe"]
"""


class Outside(BaseHTTPRequestHandler):
    """Telegram, which takes everything, and a site with one review."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        method = self.path.split("?")[0].rpartition("/")[2]
        me = {"id": 501000000, "is_bot": True, "first_name": "bot", "username": "cafe_bot"}
        chat = {"id": -1001, "type": "group", "title": "Cafe"}
        message = {"message_id": 7, "date": 1, "chat": chat}
        member = {"status": "administrator", "user": me, "can_be_edited": False}
        if method == "getUpdates":
            time.sleep(0.5)
        told = {
            "getMe": {**me, "can_join_groups": True, "can_read_all_group_messages": False},
            "getUpdates": [],
            "getChat": {**chat, "accent_color_id": 0, "max_reaction_count": 1},
            "getChatMember": member,
            "getWebhookInfo": {
                "url": "",
                "has_custom_certificate": False,
                "pending_update_count": 0,
            },
        }.get(method, message if "send" in method else True)
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


@contextmanager
def outside() -> Iterator[str]:
    """Listen on this machine alone; yield the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Outside)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def answer(path: str) -> str:
    """Return what the bot's port says; nothing where nobody answers."""
    try:
        asked = HTTPConnection("127.0.0.1", PORT, timeout=5)
        asked.request("GET", path)
        return asked.getresponse().read().decode()
    except OSError:
        return ""
