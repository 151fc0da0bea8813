"""The other two ways in: notifications of Google, and a signed call from this machine."""

import asyncio
import base64
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlmodel import Session, col

from reviewbot.collect.doorbell.doorbell import Doorbell
from reviewbot.collect.doorbell.pubsub import SECRET, Subscription
from reviewbot.collect.doorbell.webhook import VALID_FOR, Webhook, signature_of
from reviewbot.collect.fetching.fetch import Fetcher
from reviewbot.config.credentials import sealed
from reviewbot.core.connections import Notifications
from reviewbot.core.contract import Source
from reviewbot.core.errors import Denied, Unreachable
from reviewbot.store import targets
from reviewbot.store.tables import WorkRow
from reviewbot.web.server import WebServer
from tests.collect import small_site
from tests.collect.collect_world import KEY, CollectWorld, collect_world
from tests.collect.loopback import Answer, Asked, serving
from tests.patience import PATIENCE

SECRET_TEXT = "a secret of sixteen letters and more"
PLACE = "tverskaya/google_business"


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[CollectWorld]:
    async with collect_world(tmp_path) as found:
        found.clock.advance(minutes=1)
        yield found


def polls(made: CollectWorld) -> list[WorkRow]:
    return made.rows(WorkRow, col(WorkRow.kind) == "poll_now")


# The webhook


@dataclass
class Caller:
    server: WebServer
    made: CollectWorld

    async def call(self, body: Any, *, secret: str = SECRET_TEXT, **more: Any) -> int:
        """Make a signed call; `at`, `signature`, `method` and `path` spoil it."""
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        at = more.get("at", self.made.clock.now())
        stamp = more.get("stamp", str(int(at.timestamp())))
        signature = more.get("signature") or signature_of(secret.encode(), stamp, sent)
        headers = {"X-Reviewbot-Timestamp": stamp, "X-Reviewbot-Signature": signature}
        url = f"http://127.0.0.1:{self.server.port}{more.get('path', '/ring')}"
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.request(
                more.get("method", "POST"), url, content=sent, headers=headers
            )
        return answer.status_code


@pytest.fixture
async def caller(made: CollectWorld) -> AsyncIterator[Caller]:
    doorbell = Doorbell(made.db, made.settings, made.clock, (cast(Source, small_site),))
    hook, stop = Webhook(SECRET_TEXT, doorbell, made.clock), asyncio.Event()
    server = WebServer(0, [hook.route], patience=timedelta(seconds=1))
    task = asyncio.get_running_loop().create_task(server.run(stop))
    await server.is_open.wait()
    yield Caller(server, made)
    stop.set()
    await task


@pytest.mark.parametrize("body", [{"target": KEY}, {"source": "small"}])
async def test_a_signed_call_asks_for_a_poll(caller: Caller, body: dict[str, str]) -> None:
    assert await caller.call(body) == 202
    [row] = polls(caller.made)
    assert row.outcome == "due"
    due_at = caller.made.target().next_poll_at
    assert due_at is not None
    assert due_at <= caller.made.clock.now()


async def test_a_call_is_heard_once(caller: Caller) -> None:
    at = caller.made.clock.now()
    assert await caller.call({"target": KEY}, at=at) == 202
    assert await caller.call({"target": KEY}, at=at) == 409
    caller.made.clock.advance(seconds=1)
    assert await caller.call({"target": KEY}) == 202
    assert len(polls(caller.made)) == 1


async def test_what_is_not_signed_or_not_fresh_is_refused(caller: Caller) -> None:
    now = caller.made.clock.now()
    late = VALID_FOR + timedelta(seconds=1)
    assert await caller.call({"target": KEY}, secret="another secret of that length") == 401
    assert await caller.call({"target": KEY}, signature="0" * 64) == 401
    assert await caller.call({"target": KEY}, signature="ü".encode().hex()) == 401
    assert await caller.call({"target": KEY}, at=now - late) == 401
    assert await caller.call({"target": KEY}, at=now + late) == 401
    assert await caller.call({"target": KEY}, stamp="soon") == 401
    assert await caller.call({"target": KEY}, stamp="9" * 30) == 401
    assert polls(caller.made) == []


@pytest.mark.parametrize(
    ("body", "more", "status"),
    [
        ({"target": "nowhere/small"}, {}, 422),
        ({"url": "https://else.test/"}, {}, 422),
        ({}, {}, 422),
        (b"[1]", {}, 422),
        (b"no json", {}, 422),
        ({"target": KEY}, {"path": "/"}, 404),
        ({"target": KEY}, {"method": "PUT"}, 405),
        (b"x" * 20_000, {}, 413),
    ],
)
async def test_nonsense_is_answered_as_such(
    caller: Caller, body: Any, more: dict[str, str], status: int
) -> None:
    assert await caller.call(body, **more) == status
    assert polls(caller.made) == []


async def test_a_malformed_call_does_not_end_the_others(caller: Caller) -> None:
    for rubbish in (
        b"\r\n\r\n",
        b"POST /ring HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"\x00" * 20_000,
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", caller.server.port)
        writer.write(rubbish)
        writer.write_eof()
        async with asyncio.timeout(PATIENCE):
            assert (await reader.read()).startswith(b"HTTP/1.1 4")
        writer.close()
    assert await caller.call({"target": KEY}) == 202


async def test_who_does_not_come_to_the_point_is_left(caller: Caller) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", caller.server.port)
    writer.write(b"POST /ring HTTP/1.1\r\nHost: here\r\n")
    async with asyncio.timeout(60):
        assert (await reader.read()).startswith(b"HTTP/1.1 400")
    writer.close()
    assert await caller.call({"target": KEY}) == 202


async def test_a_port_that_is_taken_is_told_and_the_rest_goes_on(
    caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    await WebServer(caller.server.port, []).run(asyncio.Event())
    assert f"nothing can listen on 127.0.0.1:{caller.server.port}" in caplog.text


def test_without_a_port_no_server_is_imported() -> None:
    """What listens costs memory and start-up: only those pay who asked for it."""
    code = (
        "import sys, reviewbot.app; "
        "print([name for name in ('uvicorn', 'starlette') if name in sys.modules])"
    )
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (child.stdout, child.returncode) == ("[]\n", 0)


# Google's notifications


@dataclass
class Topic:
    """The Pub/Sub service: gives what is not acknowledged, again and again."""

    waiting: dict[str, dict[str, Any]] = field(default_factory=dict)
    token: str = "first"
    fails: str = ""

    def publish(self, location: str, number: int = 1) -> None:
        told = {"type": "NEW_REVIEW", "location": f"accounts/7/{location}"}
        told["review"] = f"accounts/7/{location}/reviews/AbC"
        data = base64.b64encode(json.dumps(told).encode()).decode()
        self.waiting[f"ack{number}"] = {"messageId": str(number), "data": data}

    def __call__(self, asked: Asked) -> Answer:
        if asked.path == "/token":
            assert b"assertion=" in asked.body
            return Answer(json.dumps({"access_token": self.token, "expires_in": 3600}))
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            return Answer("{}", status=401)
        verb = asked.path.rpartition(":")[2]
        if verb == self.fails:
            return Answer("{}", status=503)
        if verb == "acknowledge":
            for each in json.loads(asked.body)["ackIds"]:
                self.waiting.pop(each, None)
            return Answer("{}")
        assert asked.path == "/v1/projects/p/subscriptions/s:pull"
        found = [{"ackId": key, "message": each} for key, each in self.waiting.items()]
        return Answer(json.dumps({"receivedMessages": found} if found else {}))


def _key() -> str:
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture(scope="module")
def account() -> dict[str, str]:
    return {"client_email": "bot@p.iam.test", "private_key": _key()}


@dataclass
class Listening:
    topic: Topic
    made: CollectWorld
    subscription: Subscription


@pytest.fixture
async def listening(made: CollectWorld, account: dict[str, str]) -> AsyncIterator[Listening]:
    first, topic = made.settings.targets[KEY], Topic()
    google = replace(
        first,
        target=replace(first.target, key=PLACE, source="google_business", ref="locations/5501"),
    )
    settings = replace(made.settings, targets={KEY: first, PLACE: google})
    now = made.clock.now()

    def sync(session: Session) -> None:
        targets.sync_settings(session, settings, now)

    made.db.write_now(sync)
    async with (
        serving(topic) as server,
        Fetcher(made.db, settings, made.clock, lambda: 0.0, {SECRET: sealed(account)}) as fetcher,
    ):
        asked = Notifications("projects/p/subscriptions/s", server.url)
        doorbell = Doorbell(made.db, settings, made.clock, ())
        yield Listening(topic, made, Subscription(asked, doorbell, fetcher, settings, made.clock))


async def test_a_notification_asks_for_its_location_and_is_acknowledged(
    listening: Listening,
) -> None:
    listening.topic.publish("locations/5501")
    assert await listening.subscription.pull() == 1
    assert len(polls(listening.made)) == 1
    assert listening.topic.waiting == {}
    assert await listening.subscription.pull() == 0


async def test_a_foreign_location_and_rubbish_are_acknowledged_and_ask_nothing(
    listening: Listening,
) -> None:
    listening.topic.publish("locations/99")
    assert await listening.subscription.pull() == 1
    assert polls(listening.made) == []
    assert listening.topic.waiting == {}


async def test_what_names_no_location_asks_the_whole_source(listening: Listening) -> None:
    listening.topic.waiting["ack"] = {"messageId": "5", "data": "%%%"}
    assert await listening.subscription.pull() == 1
    assert len(polls(listening.made)) == 1
    assert listening.topic.waiting == {}


async def test_killed_before_the_acknowledgement_it_rings_no_second_time(
    listening: Listening,
) -> None:
    listening.topic.publish("locations/5501")
    listening.topic.fails = "acknowledge"
    with pytest.raises(Unreachable):
        await listening.subscription.pull()
    assert len(polls(listening.made)) == 1
    while await listening.made.worker.run_one():
        pass
    listening.topic.fails = ""
    assert await listening.subscription.pull() == 1
    assert len(polls(listening.made)) == 1
    assert listening.topic.waiting == {}


async def test_an_ended_token_is_renewed_and_a_refused_account_is_denied(
    listening: Listening,
) -> None:
    assert await listening.subscription.pull() == 0
    listening.topic.token = "second"
    assert await listening.subscription.pull() == 0
    missing = Subscription(
        Notifications("projects/p/subscriptions/s", "http://127.0.0.1:9"),
        Doorbell(listening.made.db, listening.made.settings, listening.made.clock, ()),
        listening.made.fetcher,
        listening.made.settings,
        listening.made.clock,
    )
    with pytest.raises(Denied):
        await missing.pull()
