"""The receivers of the docs, tried: the product calls them, they call a CRM and a help desk."""

import asyncio
import importlib.util
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from reviewbot.core.connections import OF_REVIEWS, Endpoint
from reviewbot.demo.loopback import Loopback, LoopbackRequest, LoopbackResponse
from reviewbot.integrations.webhooks import NotTaken, WebhookCaller
from reviewbot.store.tables import DeliveryRow
from tests.integrations.receiver import SECRET

EXAMPLES = Path(__file__).parent.parent.parent / "docs/examples"
REVIEW = {
    "id": "tverskaya/yandex_maps:m1",
    "location_name": "Tochka, Tverskaya 12",
    "author": "Anna K.",
    "rating": 1,
    "text": "Waited forty minutes.",
    "url": "https://example.com/1",
    "severity": "critical",
}


@cache
def now() -> datetime:
    """The moment of one test: the receivers look at the wall, and take nothing that is old."""
    return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251


def told(number: int, kind: str, state: str) -> DeliveryRow:
    ticket = {"number": 7, "state": state, "deadline": None, "reply": "We are sorry."}
    data = {"review": REVIEW, "ticket": ticket}
    return DeliveryRow(
        id=number,
        channel="webhook:other",
        event=kind,
        dedupe_key=str(number),
        payload={"type": kind, "timestamp": now().isoformat(), "data": data},
        created_at=now(),
        not_before=now(),
    )


@pytest.fixture
def receiver(request: pytest.FixtureRequest) -> Iterator[str]:
    """The example of that name, at work; its address."""
    now.cache_clear()
    spec = importlib.util.spec_from_file_location("example", EXAMPLES / request.param)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    server = ThreadingHTTPServer(("127.0.0.1", 0), module.Receiver)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    thread.join()
    server.server_close()


async def tell(url: str, secret: str, *rows: DeliveryRow) -> None:
    endpoint = Endpoint("other", url, OF_REVIEWS)
    caller = WebhookCaller({"other": endpoint}, {"other": SecretStr(secret)})
    try:
        for row in rows:
            await caller.send(row, now())
    finally:
        await caller.close()


class Office:
    """The CRM or help desk itself: what it was asked."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, Any]] = []
        self.is_down = False

    async def take(self, call: LoopbackRequest) -> LoopbackResponse:
        assert call.headers["authorization"] == "Bearer t0ken"
        if self.is_down:
            return LoopbackResponse(500)
        self.calls.append((call.method, call.path, call.json()))
        return LoopbackResponse.of_json({})


@asynccontextmanager
async def office(monkeypatch: pytest.MonkeyPatch, name: str) -> AsyncIterator[Office]:
    """The system that an example tells, as the example's variables name it."""
    taking = Office()
    async with Loopback(taking.take) as server:
        monkeypatch.setenv("REVIEWBOT_SECRET", SECRET)
        monkeypatch.setenv(f"{name}_URL", server.url)
        monkeypatch.setenv(f"{name}_TOKEN", "t0ken")
        yield taking


@pytest.mark.parametrize("receiver", ["crm_receiver.py"], indirect=True)
async def test_the_crm_gets_a_deal_that_moves_on(
    receiver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office(monkeypatch, "CRM") as crm:
        opened = told(1, "ticket.opened", "waiting")
        await tell(receiver, SECRET, opened, told(2, "ticket.answered", "answered"))
        crm.is_down = True
        with pytest.raises(NotTaken, match="503"):
            await tell(receiver, SECRET, told(3, "ticket.opened", "waiting"))
        with pytest.raises(NotTaken, match="401"):
            await tell(receiver, SECRET.replace("MDEy", "AAAA"), opened)
    assert [(method, path) for method, path, _ in crm.calls] == [
        ("PUT", "/deals/tverskaya-yandex_maps:m1"),
    ] * 2
    assert [fields["stage"] for *_, fields in crm.calls] == ["to answer", "answered"]
    assert crm.calls[0][2]["title"] == "1★ Tochka, Tverskaya 12"


@pytest.mark.parametrize("receiver", ["help_desk_receiver.py"], indirect=True)
async def test_the_help_desk_opens_comments_and_solves_each_once(
    receiver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office(monkeypatch, "DESK") as desk:
        opened = told(1, "ticket.opened", "waiting")
        steps = (
            told(2, "ticket.breached", "waiting"),
            told(3, "ticket.approved", "approved"),
            told(4, "ticket.answered", "answered"),
        )
        await asyncio.wait_for(tell(receiver, SECRET, opened, opened, *steps), 60)
    assert [(method, path) for method, path, _ in desk.calls] == [
        ("POST", "/requests"),
        ("POST", "/requests/review-7/comments"),
        ("POST", "/requests/review-7/comments"),
        ("PATCH", "/requests/review-7"),
    ]
    assert desk.calls[0][2]["priority"] == "urgent"


@pytest.mark.parametrize("receiver", ["crm_receiver.py"], indirect=True)
async def test_a_delayed_event_moves_no_deal_back(
    receiver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office(monkeypatch, "CRM") as crm:
        opened, answered = (
            told(1, "ticket.opened", "waiting"),
            told(2, "ticket.answered", "answered"),
        )
        earlier = told(3, "ticket.approved", "approved")
        earlier.payload["timestamp"] = (now() - timedelta(minutes=5)).isoformat()
        again = told(4, "ticket.opened", "waiting")
        await tell(receiver, SECRET, answered, opened, earlier, again)
    assert [fields["stage"] for *_, fields in crm.calls] == ["answered", "to answer"]


@pytest.mark.parametrize("receiver", ["help_desk_receiver.py"], indirect=True)
async def test_a_request_is_opened_before_it_is_solved_whatever_comes_first(
    receiver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office(monkeypatch, "DESK") as desk:
        steps = (
            told(3, "ticket.answered", "answered"),
            told(1, "ticket.opened", "waiting"),
            told(2, "ticket.breached", "waiting"),
            told(4, "ticket.opened", "waiting"),
        )
        await asyncio.wait_for(tell(receiver, SECRET, *steps), 60)
    assert [(method, path, fields.get("status")) for method, path, fields in desk.calls] == [
        ("POST", "/requests", None),
        ("PATCH", "/requests/review-7", "solved"),
        ("PATCH", "/requests/review-7", "open"),
    ]
