"""Brings reviews into a CRM: one deal per review, moved on by what happens to it.

    export REVIEWBOT_SECRET=whsec_… CRM_URL=https://crm.example/api CRM_TOKEN=…
    python crm_receiver.py 8090

`pip install standardwebhooks httpx`. The call of the CRM is the end of `save`: replace it by that
of yours. An event that was delayed may come after newer ones: what is older than what a deal was
last told changes nothing.
"""

import os
import sys
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any

import httpx
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

STAGES = {
    "ticket.opened": "to answer",
    "ticket.approved": "answer approved",
    "ticket.posted": "answer posted",
    "ticket.answered": "answered",
    "ticket.breached": "late",
}
LAST: dict[str, tuple[datetime, int]] = {}
"""The timestamp and number of what each deal was last told, of this run: keep it in your
database."""
ONE_BY_ONE = Lock()


class Receiver(BaseHTTPRequestHandler):
    """Answers 204 once the CRM has it; else 503, and reviewbot comes again."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        try:
            event = Webhook(os.environ["REVIEWBOT_SECRET"]).verify(body, dict(self.headers))
        except WebhookVerificationError:
            self._answer(401)
            return
        try:
            with ONE_BY_ONE:
                save(event, int(self.headers["webhook-id"].split("_")[1]))
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


def save(event: dict[str, Any], number: int) -> None:
    """Write a deal under the review's own id: the same event twice, or one that is older than the
    last, changes nothing. `number`: that of the webhook-id (`msg_<number>_…`), which grows."""
    if event["type"] not in STAGES:
        return
    review, ticket = event["data"]["review"], event["data"]["ticket"]
    came = (datetime.fromisoformat(event["timestamp"]), number)
    if came < LAST.get(review["id"], came):
        return
    what = f"{review['rating']}★" if review["rating"] else review["kind"]
    answer = httpx.put(
        f"{os.environ['CRM_URL']}/deals/{review['id'].replace('/', '-')}",
        headers={"authorization": f"Bearer {os.environ['CRM_TOKEN']}"},
        json={
            "title": f"{what} {review['location_name']}",
            "stage": STAGES[event["type"]],
            "contact": review["author"],
            "text": review["text"],
            "link": review["url"],
            "due": ticket["deadline"],
        },
    )
    answer.raise_for_status()
    LAST[review["id"]] = came


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
