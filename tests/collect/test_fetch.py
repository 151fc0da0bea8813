"""What may come back, where we may go, how often: the fetcher against a server on loopback."""

import asyncio
import gzip
import json
import logging
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

from reviewbot.collect.fetching.egress import is_public
from reviewbot.collect.fetching.fetch import Fetcher, Validators
from reviewbot.core.contract import NotModified, Payload, Request, raise_for_status
from reviewbot.core.errors import (
    CollectError,
    Denied,
    RateLimited,
    TargetGone,
    Unreachable,
)
from reviewbot.store.database import Database
from reviewbot.store.tables import HostRow
from tests.collect.collect_world import MONDAY, a_setup
from tests.collect.loopback import Answer, Asked, Handler, Server, serving
from tests.hand_clock import HandClock
from tests.store.made import with_tables


class Bench:
    def __init__(self, server: Server, fetcher: Fetcher, clock: HandClock, db: Database) -> None:
        self.server, self.fetcher, self.clock, self.db = server, fetcher, clock, db

    async def get(self, path: str = "/", **more: Any) -> Payload:
        answer = await self.fetcher.fetch(Request("GET", f"{self.server.url}{path}", **more), "x")
        assert isinstance(answer, Payload)
        return answer


@asynccontextmanager
async def fetch_world(
    folder: Path, handler: Handler, clock: HandClock | None = None, **fetching: Any
) -> AsyncIterator[Bench]:
    clock = clock or HandClock(MONDAY)
    async with serving(handler) as server:
        settings = replace(a_setup(server.url, **fetching), sources={})
        db = with_tables(folder / "bench.sqlite3")
        async with Fetcher(db, settings, clock, lambda: 0.0) as fetcher:
            yield Bench(server, fetcher, clock, db)
        db.close()


def page(body: bytes | str = "ok", status: int = 200, **more: Any) -> Handler:
    return lambda asked: Answer(body, status, **more)


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 429, 500, 507, 521])
async def test_every_status_reaches_the_source(tmp_path: Path, status: int) -> None:
    async with fetch_world(tmp_path, page("told", status)) as made:
        answer = await made.get()
        assert (answer.status, answer.text, len(made.server.asked)) == (status, "told", 1)


async def test_a_site_is_told_who_asks(tmp_path: Path) -> None:
    async with fetch_world(tmp_path, page(), user_agent="shop-bot/9") as made:
        await made.get()
        assert made.server.asked[0].headers["user-agent"] == "shop-bot/9"


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_trouble_on_the_way_is_asked_again_a_bounded_number_of_times(
    tmp_path: Path, status: int
) -> None:
    async with fetch_world(tmp_path, page("", status)) as made:
        assert (await made.get()).status == status
        assert len(made.server.asked) == 3
        assert [wait.total_seconds() for wait in made.clock.waits] == [2.0, 4.0]


async def test_a_publication_is_sent_once_whatever_happens(tmp_path: Path) -> None:
    async with fetch_world(tmp_path, page("", 503)) as made:
        for method in ("PUT", "POST", "DELETE", "PATCH"):
            request = Request(method, made.server.url, kind="step")
            await made.fetcher.fetch(request, "x")
        assert len(made.server.asked) == 4
        made.server.handler = page("half", cut=2)
        with pytest.raises(Unreachable):
            await made.fetcher.fetch(Request("PUT", made.server.url, kind="step"), "x")
        assert len(made.server.asked) == 5


async def test_a_read_by_post_may_be_asked_again(tmp_path: Path) -> None:
    async with fetch_world(tmp_path, page("", 503)) as made:
        await made.fetcher.fetch(Request("POST", made.server.url, json={"limit": 5}), "x")
        assert [json.loads(asked.body) for asked in made.server.asked] == [{"limit": 5}] * 3


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(b"x" * 200_001), "too large"),
        (
            Answer(gzip.compress(b"0" * 50_000_000, 1), headers={"Content-Encoding": "gzip"}),
            "too large",
        ),
        (
            Answer(zlib.compress(b"0" * 50_000_000, 1), headers={"Content-Encoding": "deflate"}),
            "too large",
        ),
        (
            Answer(gzip.compress(b"whole" * 99)[:-20], headers={"Content-Encoding": "gzip"}),
            "cut off",
        ),
        (Answer(b"not gzip at all", headers={"Content-Encoding": "gzip"}), "broken"),
        (Answer(b"?", headers={"Content-Encoding": "br"}), "did not ask for"),
        (Answer(b"x" * 100, cut=10), "broke off"),
        (Answer(raw=b"SSH-2.0-OpenSSH\r\n\r\n"), "broke off"),
        (Answer(status=302, headers={"Location": "/again"}), "in a circle"),
        (Answer(status=302, headers={"Location": "file:///etc/passwd"}), "no web page"),
        (Answer(status=302, headers={"Location": "//["}), "no web page"),
        (Answer(status=302, headers={"Location": "http://a.test:x/"}), "location"),
        (
            Answer(status=302, headers={"Location": "http://169.254.169.254/"}),
            "not a public address",
        ),
        (Answer(status=302, headers={"Location": "http://[::1]:9/"}), "not a public address"),
        (Answer(status=302, headers={"Location": "http://2852039166/"}), "not a public address"),
    ],
)
async def test_what_cannot_be_trusted_is_unreachable(
    tmp_path: Path, answer: Answer, said: str
) -> None:
    async with fetch_world(tmp_path, lambda asked: answer, max_bytes=200_000, retries=0) as made:
        with pytest.raises(Unreachable, match=said):
            await made.get()


async def test_a_body_of_the_largest_size_is_taken_packed_or_not(tmp_path: Path) -> None:
    body = b"review " * 10_000
    packed = Answer(gzip.compress(body), headers={"Content-Encoding": "gzip"})
    async with fetch_world(tmp_path, lambda asked: packed, max_bytes=len(body)) as made:
        assert (await made.get()).content == body
        assert made.server.asked[0].headers["accept-encoding"] == "gzip, deflate"
        made.server.handler = page(body)
        assert (await made.get()).content == body


async def test_a_server_that_never_answers_is_given_up(tmp_path: Path) -> None:
    quick = timedelta(milliseconds=500)
    async with fetch_world(tmp_path, page(hang=True), timeout=quick, retries=1) as made:
        with pytest.raises(Unreachable, match="in time"):
            await made.get()
        assert len(made.server.asked) == 1, "it would hang again, and hold a reader meanwhile"
        assert made.fetcher.limits.is_hanging("127.0.0.1")
        made.server.handler = page("well")
        await made.get()
        assert not made.fetcher.limits.is_hanging("127.0.0.1")


async def test_redirects_are_followed_and_the_last_address_told(tmp_path: Path) -> None:
    def moved(asked: Asked) -> Answer:
        if asked.path == "/new":
            return Answer("here")
        return Answer(status=301, headers={"Location": "/new"})

    async with fetch_world(tmp_path, moved) as made:
        answer = await made.get("/old")
        assert (answer.text, answer.url) == ("here", f"{made.server.url}/new")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "ff02::1",
    ],
)
def test_addresses_that_are_not_of_the_public_internet(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["5.255.255.70", "2a02:6b8::2:242", "64:ff9b::5ff:ff46"])
def test_addresses_of_the_public_internet(address: str) -> None:
    assert is_public(ip_address(address))


async def test_a_private_host_is_refused_unless_it_is_named(tmp_path: Path) -> None:
    async with fetch_world(tmp_path, page(), allowed_hosts=()) as made:
        with pytest.raises(Unreachable, match="allowed_hosts"):
            await made.get()
        assert made.server.asked == []
    async with fetch_world(tmp_path, page(), allowed_hosts=("localhost:1", "127.0.0.1:1")) as made:
        with pytest.raises(Unreachable, match="allowed_hosts"):
            await made.get()
        made.server.port, there = 1, made.server.port
        with pytest.raises(Unreachable, match="cannot be reached: "):
            await made.get()
        made.server.port = there
    async with fetch_world(tmp_path, page(), allowed_hosts=("localhost",)) as made:
        url = made.server.url.replace("127.0.0.1", "localhost")
        answer = await made.fetcher.fetch(Request("GET", url), "x")
        assert isinstance(answer, Payload)
        assert made.server.asked[0].headers["host"].startswith("localhost:")


async def test_no_proxy_of_the_environment_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with fetch_world(tmp_path, page("direct")) as made:
        assert (await made.get()).text == "direct"


async def test_requests_to_one_host_keep_their_distance_across_a_restart(
    tmp_path: Path,
) -> None:
    gap = {"127.0.0.1": timedelta(seconds=20)}
    async with fetch_world(tmp_path, page(), gaps=gap) as made:
        await made.get()
        await made.get()
        assert [wait.total_seconds() for wait in made.clock.waits] == [20.0]
        now = made.clock.now()
        made.db.write_now(lambda rows: made.fetcher.limits.save(rows, now))
    async with fetch_world(tmp_path, page(), gaps=gap) as made:
        made.clock.set(now + timedelta(seconds=5))
        await made.get()
        assert [wait.total_seconds() for wait in made.clock.waits] == [15.0]


async def test_a_clock_set_back_does_not_stop_a_host_for_an_hour(tmp_path: Path) -> None:
    async with fetch_world(tmp_path, page(), gaps={"127.0.0.1": timedelta(seconds=5)}) as made:
        await made.get()
        made.clock.advance(hours=-1)
        await made.get()
        assert sum(wait.total_seconds() for wait in made.clock.waits) <= 60


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("9" * 5000, 86_400),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
        ("Fri, 31 Dec 9999 23:59:59 -2359", None),
        ("Mon, 01 Jan 2024 00:00:00 +9999999999999999999999", None),
    ],
)
async def test_a_retry_after_beyond_sense_is_a_day_or_nothing(
    tmp_path: Path, said: str, seconds: float | None
) -> None:
    busy = page("wait", 429, headers={"Retry-After": said})
    async with fetch_world(tmp_path, busy) as made:
        answer = await made.get()
        with pytest.raises(RateLimited) as limited:
            raise_for_status(answer)
        assert limited.value.retry_after == seconds


def test_a_source_that_says_to_wait_for_ever_is_asked_again_after_a_day() -> None:
    said = [RateLimited("wait", retry_after=each).retry_after for each in (1e300, -5.0, 7.0)]
    assert said == [86_400, 0, 7]


async def test_retry_after_is_kept_across_a_restart(tmp_path: Path) -> None:
    busy = page("wait", 429, headers={"Retry-After": "900"})
    async with fetch_world(tmp_path, busy) as made:
        assert (await made.get()).status == 429
        with pytest.raises(RateLimited) as held:
            await made.get()
        assert held.value.retry_after == 900
        now = made.clock.now()
        made.db.write_now(lambda rows: made.fetcher.limits.save(rows, now))
    async with fetch_world(tmp_path, page()) as made:
        with pytest.raises(RateLimited):
            await made.get()
        made.clock.advance(minutes=16)
        assert (await made.get()).status == 200


async def test_those_that_waited_for_a_rest_to_end_keep_the_gap(tmp_path: Path) -> None:
    sent: list[datetime] = []

    def note(asked: Asked) -> Answer:
        sent.append(made.clock.now())
        return Answer("ok")

    async with fetch_world(tmp_path, note, gaps={"127.0.0.1": timedelta(seconds=20)}) as made:
        until = made.clock.now() + timedelta(seconds=60)
        made.fetcher.limits.hold("127.0.0.1", until)
        turns = [
            await made.fetcher.limits.next_turn("127.0.0.1", timedelta(seconds=20))
            for _ in range(2)
        ]
        await made.get()
        assert [turn - until for turn in turns] == [timedelta(), timedelta(seconds=20)]
        assert sent == [until + timedelta(seconds=40)]


async def test_a_request_that_will_not_wait_takes_no_turn_from_others(tmp_path: Path) -> None:
    async with fetch_world(tmp_path, page(), gaps={"127.0.0.1": timedelta(seconds=20)}) as made:
        until = made.clock.now() + timedelta(hours=1)
        made.fetcher.limits.hold("127.0.0.1", until)
        for _ in range(5):
            with pytest.raises(RateLimited) as held:
                await made.get()
            assert held.value.retry_after == 3600
        made.clock.set(until)
        await made.get()
        assert made.clock.waits == []


async def test_who_waits_for_a_turn_hears_that_the_host_asked_for_rest(tmp_path: Path) -> None:
    """A request was given its turn; while it waits, another is told to come back later."""
    sent: list[datetime] = []

    def note(asked: Asked) -> Answer:
        sent.append(made.clock.now())
        return Answer("ok")

    class Meanwhile(HandClock):
        held_until: datetime | None = None

        def seconds_until(self, moment: datetime) -> float:
            if self.held_until is None:
                self.held_until = self.now() + timedelta(seconds=90)
                made.fetcher.limits.hold("127.0.0.1", self.held_until)
            return super().seconds_until(moment)

    clock = Meanwhile(MONDAY)
    async with fetch_world(tmp_path, note, clock=clock) as made:
        await made.get()
    assert sent == [clock.held_until]


async def test_what_comes_between_the_row_and_its_commit_is_not_forgotten(tmp_path: Path) -> None:
    async with fetch_world(tmp_path, page()) as made:
        limits, now = made.fetcher.limits, made.clock.now()
        await limits.next_turn("one.example", timedelta(seconds=5))
        made.db.write_now(lambda rows: limits.save(rows, now))
        limits.hold("one.example", now + timedelta(hours=1))
        await limits.next_turn("two.example", timedelta(seconds=5))
        made.db.write_now(lambda rows: limits.save(rows, now))
        rows = made.db.read_now(lambda session: session.exec(select(HostRow)).all())
        found = {row.name: (row.retry_after_until, row.next_allowed_at) for row in rows}
    soon = now + timedelta(seconds=5)
    assert found["one.example"] == (now + timedelta(hours=1), soon)
    assert found["two.example"] == (None, soon)


async def test_a_host_may_be_met_while_others_are_written_down(tmp_path: Path) -> None:
    """`save` runs in the writer's thread; meanwhile the loop meets new hosts."""
    async with fetch_world(tmp_path, page()) as made:
        limits, now = made.fetcher.limits, made.clock.now()
        await limits.next_turn("one.example", timedelta(seconds=5))
        loop = asyncio.get_running_loop()

        class Slow(Session):
            """Between two hosts' rows a third is met, as a thread may be stopped anywhere."""

            def execute(self, *arguments: Any, **named: Any) -> Any:
                asked = limits.next_turn("three.example", timedelta(seconds=5))
                asyncio.run_coroutine_threadsafe(asked, loop).result(5)
                return super().execute(*arguments, **named)

        def write() -> None:
            with Slow(made.db.engine) as session, session.begin():
                limits.save(session, now)

        await asyncio.to_thread(write)


async def test_a_conditional_request_sends_the_validators(tmp_path: Path) -> None:
    async with fetch_world(tmp_path, page("", 304)) as made:
        request = Request("GET", made.server.url)
        answer = await made.fetcher.fetch(request, "x", Validators('"a"', "yesterday"))
        assert isinstance(answer, NotModified)
        sent = made.server.asked[0].headers
        assert (sent["if-none-match"], sent["if-modified-since"]) == ('"a"', "yesterday")


async def test_old_russian_pages_are_read_in_their_own_letters(tmp_path: Path) -> None:
    body = "<html>Отзыв</html>".encode("windows-1251")
    async with fetch_world(tmp_path, page(body, headers={"Content-Type": "text/html"})) as made:
        assert "Отзыв" in (await made.get()).text


async def test_query_and_form_are_sent_as_the_source_says(tmp_path: Path) -> None:
    async with fetch_world(tmp_path, page()) as made:
        await made.get("/list?a=1", params=(("page", "2"), ("q", "кафе & бар")))
        assert made.server.asked[0].query == {"a": "1", "page": "2", "q": "кафе & бар"}
        form = (("code", "я"), ("b", "2"))
        await made.fetcher.fetch(Request("POST", made.server.url, form=form), "x")
        assert b"code=%D1%8F&b=2" in made.server.asked[1].body


async def test_addresses_with_secrets_are_not_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        async with fetch_world(tmp_path, page("", 503)) as made:
            await made.get("/?token=SECRET")
    assert "SECRET" not in caplog.text


@pytest.mark.parametrize("url", ["http://", "nonsense", "http://[", "gopher://127.0.0.1/"])
async def test_a_link_that_is_none_is_told_as_such(tmp_path: Path, url: str) -> None:
    async with fetch_world(tmp_path, page()) as made:
        with pytest.raises(CollectError):
            await made.fetcher.fetch(Request("GET", url), "x")


async def test_local_files_only_from_named_folders(tmp_path: Path) -> None:
    inside = tmp_path / "exports"
    inside.mkdir()
    file = inside / "отзывы 1.csv"
    file.write_text("a;b", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("no")
    (inside / "link.csv").symlink_to(tmp_path / "secret.txt")
    async with fetch_world(tmp_path, page(), folders=(str(inside),)) as made:
        answer = await made.fetcher.fetch(Request("GET", file.as_uri()), "table")
        assert isinstance(answer, Payload)
        assert (answer.status, answer.text) == (200, "a;b")
        same = Validators(answer.headers["etag"])
        again = await made.fetcher.fetch(Request("GET", file.as_uri()), "table", same)
        assert isinstance(again, NotModified)
        for bad in (tmp_path / "secret.txt", inside / "link.csv", inside / ".." / "secret.txt"):
            with pytest.raises(Denied):
                await made.fetcher.fetch(Request("GET", f"file://{bad}"), "table")
        with pytest.raises(TargetGone):
            await made.fetcher.fetch(Request("GET", (inside / "none.csv").as_uri()), "table")


async def test_a_turn_is_written_once_and_again_where_it_was_undone(tmp_path: Path) -> None:
    """With hundreds of hosts, each reading wrote the turns of all."""
    async with fetch_world(tmp_path, page()) as made:
        limits, now, written = made.fetcher.limits, made.clock.now(), []
        event.listen(
            made.db.engine,
            "before_cursor_execute",
            lambda _c, _cu, text, *_more: written.append(text) if "host" in text else None,
        )

        def undone(rows: Session) -> None:
            with rows.begin_nested():
                limits.save(rows, now)
            raise ValueError("the reading cannot be stored")

        await limits.next_turn("one.example", timedelta(seconds=5))
        with pytest.raises(ValueError, match="cannot be stored"):
            made.db.write_now(undone)
        made.db.write_now(lambda rows: limits.save(rows, now))
        [kept] = made.db.read_now(lambda rows: rows.exec(select(HostRow)).all())
        assert kept.next_allowed_at == now + timedelta(seconds=5)
        written.clear()
        made.db.write_now(lambda rows: limits.save(rows, now))
        assert written == []
        await limits.next_turn("one.example", timedelta(seconds=5))
        made.db.write_now(lambda rows: limits.save(rows, now))
        assert written


async def test_turns_are_written_again_after_a_clock_set_back(tmp_path: Path) -> None:
    """What was past and left out may be still to come by the new time."""
    async with fetch_world(tmp_path, page()) as made:
        limits, now = made.fetcher.limits, made.clock.now()
        await limits.next_turn("one.example", timedelta(seconds=5))
        made.db.write_now(lambda rows: limits.save(rows, now + timedelta(minutes=1)))
        assert made.db.read_now(lambda rows: rows.exec(select(HostRow)).all()) == []
        limits.clock_set_back(timedelta(hours=1))
        made.db.write_now(lambda rows: limits.save(rows, now - timedelta(hours=1)))
        [kept] = made.db.read_now(lambda rows: rows.exec(select(HostRow)).all())
        assert kept.next_allowed_at == now - timedelta(hours=1) + timedelta(seconds=5)
