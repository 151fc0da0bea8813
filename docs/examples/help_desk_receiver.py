"""Mirrors reviews in a help desk: a request is opened, commented and solved as the review is.

    export REVIEWBOT_SECRET=whsec_… DESK_URL=https://desk.example/api DESK_TOKEN=…
    python help_desk_receiver.py 8091

`pip install standardwebhooks httpx`. A call may come twice (the answer to the first was lost), so
each is remembered by its webhook-id. One that was delayed may come after newer ones: whichever
comes first opens the request, and what is older than the last changes nothing.
"""

import os
import sys
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any

import httpx
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

SEEN: set[str] = set()
LAST: dict[int, tuple[datetime, int]] = {}
"""The timestamp and number of what each request was last told; (first, 0) of one just opened."""
ONE_BY_ONE = Lock()
# These are of this run: keep them in your database.


class Receiver(BaseHTTPRequestHandler):
    """Answers 204 once the help desk has it; else 503, and reviewbot comes again."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        try:
            event = Webhook(os.environ["REVIEWBOT_SECRET"]).verify(body, dict(self.headers))
        except WebhookVerificationError:
            self._answer(401)
            return
        try:
            with ONE_BY_ONE:
                take(event, self.headers["webhook-id"])
        except httpx.HTTPError:
            self._answer(503)
            return
        self._answer(204)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


def take(event: dict[str, Any], webhook_id: str) -> None:
    """Mirror an event unless it came before, or something newer of its request did. The number of
    a webhook-id (`msg_<number>_…`) grows."""
    if webhook_id in SEEN or "ticket" not in event["data"]:
        return
    number = event["data"]["ticket"]["number"]
    came = (datetime.fromisoformat(event["timestamp"]), int(webhook_id.split("_")[1]))
    is_new = number not in LAST
    if is_new:
        open_request(event["data"])
        LAST[number] = (came[0], 0)
    if came > LAST[number]:
        mirror(event, is_new=is_new)
        LAST[number] = came
    SEEN.add(webhook_id)


def open_request(data: dict[str, Any]) -> None:
    """Open the request that bears the review's number."""
    number, review = data["ticket"]["number"], data["review"]
    what = f"{review['rating']}★" if review["rating"] else review["kind"]
    call(
        "POST",
        "/requests",
        external_id=f"review-{number}",
        subject=f"Review {number}: {what}, {review['location_name']}",
        body=f"{review['text']}\n\n{review['url']}",
        priority="urgent" if review["severity"] == "critical" else "normal",
        due_at=data["ticket"]["deadline"],
    )


def mirror(event: dict[str, Any], *, is_new: bool) -> None:
    """Comment, solve or open again the request; one that `is_new` is open."""
    ticket = event["data"]["ticket"]
    request = f"/requests/review-{ticket['number']}"
    match event["type"]:
        case "ticket.opened" if not is_new:
            call("PATCH", request, status="open")
        case "ticket.breached":
            call("POST", f"{request}/comments", body="The reply is late.")
        case "ticket.approved" | "ticket.posted":
            call("POST", f"{request}/comments", body=f"{ticket['state']}: {ticket['reply']}")
        case "ticket.answered":
            call("PATCH", request, status="solved")


def call(method: str, path: str, **fields: Any) -> None:
    """Call the help desk: replace this by the API of yours."""
    answer = httpx.request(
        method,
        os.environ["DESK_URL"] + path,
        headers={"authorization": f"Bearer {os.environ['DESK_TOKEN']}"},
        json=fields,
    )
    answer.raise_for_status()


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
