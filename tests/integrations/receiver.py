"""A program of the operator's that is called: keeps what it was told, answers as it is bidden."""

import time_machine
from standardwebhooks.webhooks import Webhook

from reviewbot.demo.loopback import Loopback, LoopbackRequest, LoopbackResponse

SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


class Receiver:
    """`async with Receiver() as crm:`; `answers` are the next statuses, then 200."""

    def __init__(self) -> None:
        self.calls: list[LoopbackRequest] = []
        self.answers: list[int] = []
        self._server = Loopback(self._take)

    async def __aenter__(self) -> "Receiver":
        await self._server.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._server.__aexit__(None, None, None)

    @property
    def url(self) -> str:
        return f"{self._server.url}/hooks/reviews"

    async def _take(self, call: LoopbackRequest) -> LoopbackResponse:
        self.calls.append(call)
        status = self.answers.pop(0) if self.answers else 200
        away = {"location": f"{self._server.url}/elsewhere"} if 300 <= status < 400 else {}
        return LoopbackResponse(status, b"you are welcome", away)

    def events(self) -> list[dict[str, object]]:
        """Return what was told, each call's signature verified by the scheme's own library."""
        return [verified(call) for call in self.calls]

    @property
    def types(self) -> list[str]:
        return [str(event["type"]) for event in self.events()]


def verified(call: LoopbackRequest) -> dict[str, object]:
    stamp = float(call.headers["webhook-timestamp"])
    with time_machine.travel(stamp, tick=False):
        told: dict[str, object] = Webhook(SECRET).verify(call.body, dict(call.headers))
    return told
