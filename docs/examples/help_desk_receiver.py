"""Mirrors reviews in a help desk: a request is opened, commented and solved as the review is.

    export REVIEWBOT_SECRET=whsec_… DESK_URL=https://desk.example/api DESK_TOKEN=…
    python help_desk_receiver.py 8091

`pip install standardwebhooks httpx`. A call may come twice (the answer to the first was lost), so
each is remembered by its webhook-id.
"""

import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

SEEN: set[str] = set()
"""Of this run; keep it in your database."""


class Receiver(BaseHTTPRequestHandler):
    """Answers 204 once the help desk has it; else 503, and reviewbot comes again."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        try:
            event = Webhook(os.environ["REVIEWBOT_SECRET"]).verify(body, dict(self.headers))
        except WebhookVerificationError:
            self._answer(401)
            return
        number = self.headers["webhook-id"]
        if number not in SEEN:
            try:
                mirror(event)
            except httpx.HTTPError:
                self._answer(503)
                return
            SEEN.add(number)
        self._answer(204)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


def mirror(event: dict[str, Any]) -> None:
    """Open, comment or solve the request that bears the review's number."""
    data = event["data"]
    if "ticket" not in data:
        return
    number, review = data["ticket"]["number"], data["review"]
    what = f"{review['rating']}★" if review["rating"] else review["kind"]
    match event["type"]:
        case "ticket.opened":
            urgent = review["severity"] == "critical"
            call(
                "POST",
                "/requests",
                external_id=f"review-{number}",
                subject=f"Review {number}: {what}, {review['location_name']}",
                body=f"{review['text']}\n\n{review['url']}",
                priority="urgent" if urgent else "normal",
                due_at=data["ticket"]["deadline"],
            )
        case "ticket.breached":
            call("POST", f"/requests/review-{number}/comments", body="The reply is late.")
        case "ticket.approved" | "ticket.posted":
            said = f"{data['ticket']['state']}: {data['ticket']['reply']}"
            call("POST", f"/requests/review-{number}/comments", body=said)
        case "ticket.answered":
            call("PATCH", f"/requests/review-{number}", status="solved")


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
