"""What strangers send is read in other processes: nothing in it stops the bot, or its own end."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from reviewbot.collect.parsing import AT_ONCE, Done, Parsing
from reviewbot.core.contract import Item, Payload, Request, Target
from reviewbot.core.errors import Blocked, TooHeavy
from reviewbot.core.model import Health
from reviewbot.processes.child_processes import Broken, Processes
from reviewbot.processes.parsing_process import Limits
from reviewbot.words.blind_notices import NoticeContext, blind_notice
from reviewbot.words.language import Language
from tests.collect import hostile_source, odd_source
from tests.collect.collect_world import collect_world, many
from tests.collect.loopback import Answer
from tests.collect.small_site import SmallSite
from tests.patience import PATIENCE

TARGET = Target("t", "hostile", "t")
SOURCE: Any = hostile_source


def ordered(order: str) -> Payload:
    return Payload(200, "http://hostile.test/", order.encode())


@pytest.fixture
def processes() -> Iterator[Processes]:
    made = Processes(Limits(computing=1, waiting=30))
    yield made
    made.close()


async def test_the_loop_goes_on_while_pages_are_parsed_a_few_at_a_time(tmp_path: Path) -> None:
    parsing, gate = Parsing(), tmp_path / "gate"
    async with asyncio.timeout(60), asyncio.TaskGroup() as pages:
        order = ordered(f"wait {gate}")
        reads = [
            pages.create_task(parsing.page(SOURCE, order, TARGET)) for _ in range(AT_ONCE + 2)
        ]
        await asyncio.to_thread(wait_until, lambda: len(marks(tmp_path)) >= AT_ONCE)
        assert not any(read.done() for read in reads), "and yet we are here"
        gate.touch()
    assert len(marks(tmp_path)) == AT_ONCE, "the others came to the same processes"
    parsing.close()


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ("compute", "too slow to read: more than 1 s of computing"),
        ("pattern", "too slow to read: more than 1 s of computing"),
        ("memory", "too large to read"),
        ("hoard", "too large to read"),
        ("much", "too large to read"),
        ("crash", "brings its reader down"),
        ("end", "brings its reader down"),
    ],
)
async def test_a_page_that_takes_too_much_costs_its_own_reading(
    processes: Processes, order: str, reason: str
) -> None:
    if "large" in reason:  # a busy machine takes its time to fill the memory
        processes.limits = Limits(computing=30, waiting=60)
    parsing = Parsing(processes)
    async with asyncio.timeout(60):
        with pytest.raises(TooHeavy, match=reason):
            await parsing.page(SOURCE, ordered(order), TARGET)
        page = await parsing.page(SOURCE, ordered("item"), TARGET)
    assert len(page.items) == 1


async def test_a_page_that_waits_for_ever_is_given_up() -> None:
    parsing = Parsing(Processes(Limits(waiting=0.5)))
    async with asyncio.timeout(60):
        with pytest.raises(TooHeavy, match="no end is in sight"):
            await parsing.page(SOURCE, ordered("sleep"), TARGET)


@pytest.mark.parametrize(
    ("order", "told"),
    [
        ("exit", "SystemExit"),
        ("next", "StopIteration"),
        ("lambda", "Error"),
        ("unknown", "system is no part of the contract"),
        ("evil", "system is no part of the contract"),
    ],
)
async def test_a_fault_of_a_source_is_told_and_ends_nothing(
    processes: Processes, order: str, told: str, capfd: pytest.CaptureFixture[str]
) -> None:
    parsing = Parsing(processes)
    with pytest.raises(Broken, match=told):
        await parsing.page(SOURCE, ordered(order), TARGET)
    assert len((await parsing.page(SOURCE, ordered("print"), TARGET)).items) == 1
    assert "taken over" not in "".join(capfd.readouterr())


async def test_links_are_made_elsewhere_and_one_that_fails_is_no_matter_of_the_others(
    processes: Processes,
) -> None:
    parsing = Parsing(processes)
    good = Item(external_id="good", text="https://hostile.test/1")
    bad = [Item(external_id=order, title=order) for order in ("exit", "key", "own", "unknown")]
    bad.append(Item(external_id="long", text="x" * 5000))
    links = await parsing.links(SOURCE, TARGET, [bad[0], good, *bad[1:]])
    assert links(good) == ("https://hostile.test/1", None)
    for each in bad:
        if each.title == "unknown":  # what it returned is no link's matter
            assert links(each) == (None, None)
            continue
        with pytest.raises(RuntimeError, match="fails at the links of a review"):
            links(each)


@pytest.mark.parametrize(
    "order",
    # What computes for ever is ended in one way; the page's test above has both forms.
    [pytest.param("pattern", marks=pytest.mark.slow), "compute", "end"],
)
async def test_a_link_that_takes_too_much_costs_its_own_process(
    processes: Processes, order: str
) -> None:
    parsing = Parsing(processes)
    async with asyncio.timeout(60):
        with pytest.raises(TooHeavy):
            await parsing.links(SOURCE, TARGET, [Item(external_id="1", title=order)])
        with pytest.raises(TooHeavy):
            await parsing.recognised([SOURCE], [f"http://hostile.test/{order}"])
        links = ["http://hostile.test/exit", "http://hostile.test/place", "x" * 5000]
        assert await parsing.recognised([SOURCE], links) == (None, ("hostile", "place"), None)


async def test_a_sources_own_error_arrives_as_the_contracts(processes: Processes) -> None:
    with pytest.raises(Blocked, match="an own error") as raised:
        await Parsing(processes).page(SOURCE, ordered("own"), TARGET)
    assert raised.value.status == 403


async def test_the_process_has_no_secret(
    processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVIEWBOT_TELEGRAM_TOKEN", "7:secret")
    page = await Parsing(processes).page(SOURCE, ordered("environment"), TARGET)
    assert "REVIEWBOT" not in page.items[0].external_id


async def test_a_walk_goes_on_where_its_process_ended_of_anothers_page(
    processes: Processes,
) -> None:
    parsing = Parsing(processes)
    walk = parsing.walk(SOURCE, "pages", TARGET, {})
    asked: list[Request | None] = [await walk.begin()]
    for number in range(3):
        if number == 1:
            with pytest.raises(TooHeavy):
                await parsing.page(SOURCE, ordered("end"), TARGET)
        asked.append(await walk.send(ordered(str(number))))
    with pytest.raises(Done):
        await walk.send(ordered("3"))
    assert [request and request.url.rpartition("/")[2] for request in asked] == [
        "0?seen=",
        "1?seen=0",
        "2?seen=0,1",
        "3?seen=0,1,2",
    ]


async def test_a_walk_may_have_nothing_to_ask_and_hears_of_errors(processes: Processes) -> None:
    parsing = Parsing(processes)
    assert await parsing.walk(SOURCE, "one", TARGET, "no").begin() is None
    walk = parsing.walk(SOURCE, "one", TARGET, "7")
    await walk.begin()
    with pytest.raises(Done) as ended:
        await walk.throw(Blocked("a ban", status=521))
    assert ended.value.value.text == "a ban 521"


async def test_what_has_nothing_to_read_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reviewbot.collect.parsing.IDLE", 0.1)
    parsing = Parsing()
    page = await parsing.page(SOURCE, ordered("item"), TARGET)
    process = int(page.items[0].text or "")
    await asyncio.to_thread(wait_until, lambda: not _is_there(process))


def marks(folder: Path) -> list[Path]:
    """Who waits for the gate."""
    return list(folder.glob("gate.*"))


def wait_until(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.01)


def _is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


async def test_a_source_with_a_bare_next_is_told_and_not_waited_for(tmp_path: Path) -> None:
    """No future can carry StopIteration: who awaited it would wait for ever."""
    site = SmallSite(list(many(3)), answer=Answer("next"))
    async with collect_world(tmp_path, site, source=odd_source) as world:
        async with asyncio.timeout(60):
            report = await world.read()
        assert report.health is Health.OWN_FAULT
        assert "StopIteration" in report.cause


async def test_a_fault_of_our_own_is_told_as_ours_and_not_as_a_changed_page(
    tmp_path: Path,
) -> None:
    site = SmallSite(list(many(3)), answer=Answer("key"))
    async with collect_world(tmp_path, site, source=odd_source) as world:
        report = await world.read()
        assert (report.health, report.cause) == (
            Health.OWN_FAULT,
            "the reader failed: KeyError",
        )
        [copy] = [row for row in world.notices("blind") if row.chat_key == "operator"]
    for language, cause, remedy in (
        ("en", "a fault of reviewbot itself", "Its log says where it broke"),
        ("ru", "сбой в самом reviewbot", "Где именно, сказано в его журнале"),
    ):
        context = NoticeContext(Language(language), "Europe/Moscow", None, "bot")
        html = str(blind_notice(copy.payload["params"], context).html)
        assert cause in html
        assert remedy in html


async def test_too_slow_to_read_is_told_of_its_target(tmp_path: Path) -> None:
    site = SmallSite(list(many(3)), answer=Answer("end"))
    async with collect_world(tmp_path, site, source=odd_source) as world:
        report = await world.read()
        assert report.health is Health.LAYOUT_CHANGED
        assert "too much to read" in report.cause
        assert world.target().next_poll_at is not None


ENDLESS = """
import asyncio
from pathlib import Path
from reviewbot.collect.parsing import Parsing
from reviewbot.core.contract import Payload, Target
from tests.collect import hostile_source

async def main():
    gate = Path({gate!r})
    answer = Payload(200, "", f"wait {{gate}}".encode())
    page = Parsing().page(hostile_source, answer, Target("t", "hostile", "t"))
    reading = asyncio.ensure_future(page)
    while not list(gate.parent.glob("gate.*")):
        await asyncio.sleep(0.01)
    reading.cancel()

asyncio.run(main())
print("gone")
"""


def test_a_page_without_end_does_not_keep_the_process(tmp_path: Path) -> None:
    """A stop is promised within seconds, whatever a source is at; nobody is left behind."""
    begun = time.monotonic()
    child = subprocess.run(
        [sys.executable, "-c", ENDLESS.format(gate=str(tmp_path / "gate"))],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (child.returncode, child.stdout, child.stderr) == (0, "gone\n", "")
    assert time.monotonic() - begun < 60
    (mark,) = marks(tmp_path)
    assert not _is_there(int(mark.suffix[1:]))
