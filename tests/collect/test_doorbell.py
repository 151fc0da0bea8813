"""The doorbell: a mail in a real mailbox leads to a poll of the right target, once."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import pytest
from sqlmodel import Session, col, func, select

from reviewbot.clock import FastClock
from reviewbot.collect.doorbell.doorbell import Announcement, Doorbell, links_in
from reviewbot.collect.doorbell.mailbox import MailboxWatch, announcement_of, senders_of
from reviewbot.collect.parsing import Parsing
from reviewbot.core.connections import Mailbox
from reviewbot.core.contract import Source
from reviewbot.core.model import Health
from reviewbot.core.settings import Settings
from reviewbot.store.queues import due_readings
from reviewbot.store.tables import ReviewRow, TargetRow, WorkRow
from reviewbot.workflow import doorbell_polls
from tests.collect import small_site
from tests.collect.collect_world import KEY, CollectWorld, collect_world, days_ago, entry
from tests.collect.imap_server import PASSWORD, USER, MailServer, mail_server
from tests.collect.test_importer import SOURCES
from tests.collect.test_importer import a_setup as many_sites
from tests.hand_clock import HandClock
from tests.patience import PATIENCE
from tests.store.store_world import MONDAY

PROMISED = 5.0
"""Seconds from a mail to the reading it asks for."""
"""The same where another thing is tested, on a loaded machine."""
OTHER = "nevsky/small"
SMALL = (cast(Source, small_site),)


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with mail_server() as post:
        yield post


@pytest.fixture
def post(server: MailServer) -> MailServer:
    """The same server with an empty mailbox."""
    client = server.client()
    client.select_folder("INBOX")
    client.delete_messages(client.search())
    client.expunge()
    client.logout()
    return server


def mail(
    text: str,
    number: int = 1,
    sender: str = "Малый <no-reply@mail.small.test>",
    subject: str = "Новый отзыв",
    *,
    html: bool = False,
) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, "owner@cafe.test", subject
    made["Message-ID"] = f"<{number}@small.test>"
    made.set_content(text, subtype="html" if html else "plain")
    return made.as_bytes()


def two_places(settings: Settings) -> Settings:
    """The world's place and a second one on the same site."""
    first = settings.targets[KEY]
    second = replace(
        first,
        target=replace(first.target, key=OTHER, ref="nevsky"),
        location="nevsky",
    )
    from tests.store.store_world import settings as world_settings

    places = world_settings().locations
    return replace(settings, targets={KEY: first, OTHER: second}, locations=places)


@dataclass
class Bell:
    """A collector with a watched mailbox; polls are done at once, as the application does them."""

    collect_world: CollectWorld
    post: MailServer
    polled: list[str] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def rung(self) -> None:
        while await self.collect_world.worker.run_one():
            pass
        await self.poll()

    async def poll(self) -> None:
        db, clock = self.collect_world.db, self.collect_world.clock
        while due := await db.read(lambda s: due_readings.due_targets(s, clock.now())):
            for _, key in due:
                await self.collect_world.collector.collect_target(key)
                async with self.changed:
                    self.polled.append(key)
                    self.changed.notify_all()

    async def until_polled(self, count: int, patience: float = PATIENCE) -> None:
        async with asyncio.timeout(patience), self.changed:
            await self.changed.wait_for(lambda: len(self.polled) >= count)

    async def until_read(self, count: int) -> None:
        """Wait until that many mails of the mailbox were taken in."""
        woken = asyncio.Event()
        self.collect_world.db.wakers.append(woken)
        async with asyncio.timeout(PATIENCE):
            while await self.collect_world.db.read(_read) < count:
                await woken.wait()
                woken.clear()

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[asyncio.Task[None]]:
        """Watch the mailbox until the block ends; on return it is being watched."""
        made, stop = self.collect_world, asyncio.Event()
        doorbell = Doorbell(made.db, made.settings, made.clock, SMALL, self.rung)
        box = Mailbox("127.0.0.1", USER, self.post.port, tls=False)
        watch = MailboxWatch(box, PASSWORD, doorbell, made.db, made.settings, made.clock, SMALL)
        task = asyncio.get_running_loop().create_task(watch.run(stop))
        try:
            await self.until_read(0)
            yield task
        finally:
            stop.set()
            await task

    async def deliver(self, *mails: bytes) -> None:
        await asyncio.to_thread(self.post.deliver, *mails)

    def asked(self) -> list[WorkRow]:
        return self.collect_world.rows(WorkRow, col(WorkRow.kind) == "poll_now")


def _read(session: Session) -> int:
    from reviewbot.store.tables import MeasureRow

    first = select(func.max(MeasureRow.value)).where(MeasureRow.name == doorbell_polls.MEASURE)
    number = session.exec(first).one()
    return -1 if number is None else int(number)


@pytest.fixture
async def bell(tmp_path: Path, post: MailServer) -> AsyncIterator[Bell]:
    async with collect_world(tmp_path, shape=two_places) as made:
        found = Bell(made, post)
        made.clock.advance(minutes=1)
        await found.poll()
        assert sorted(found.polled) == [OTHER, KEY]
        found.polled.clear()
        made.clock.advance(minutes=1)
        yield found


async def test_a_mail_leads_to_a_poll_of_the_right_target_once(bell: Bell) -> None:
    site = bell.collect_world.site
    async with bell.watching():
        site.reviews.insert(0, entry("new", days_ago(0)))
        await bell.deliver(mail("Новый отзыв о «Точка, Тверская 12». Ответьте на него."))
        await bell.until_polled(1, PROMISED)
        assert bell.polled == [KEY]
    assert [row.external_id for row in bell.collect_world.rows(ReviewRow)] == ["new"]
    [row] = bell.asked()
    assert row.outcome == "due"


async def test_nothing_in_the_mailbox_is_marked(bell: Bell) -> None:
    async with bell.watching():
        await bell.deliver(mail("Точка, Невский 40"))
        await bell.until_polled(1)
    assert bell.polled == [OTHER]
    assert bell.post.flags() == [()]


async def test_what_lay_there_before_the_first_start_is_no_news(bell: Bell) -> None:
    await bell.deliver(mail("Точка, Тверская 12"))
    async with bell.watching():
        await bell.deliver(mail("Точка, Невский 40", 2))
        await bell.until_polled(1)
    assert bell.polled == [OTHER]


async def test_a_mail_that_came_while_nobody_watched_rings_at_the_start(bell: Bell) -> None:
    async with bell.watching():
        pass
    await bell.deliver(mail("Точка, Тверская 12"))
    async with bell.watching():
        await bell.until_polled(1)
    assert bell.polled == [KEY]


async def test_a_mail_without_a_place_asks_the_whole_source(bell: Bell) -> None:
    async with bell.watching():
        await bell.deliver(mail("О вас написали отзыв."))
        await bell.until_polled(2)
    assert sorted(bell.polled) == [OTHER, KEY]


async def test_strangers_do_not_ring(bell: Bell) -> None:
    strangers = ("spam@else.test", "small.test@else.test", "no-reply@notsmall.test")
    async with bell.watching():
        await bell.deliver(
            *(mail("Точка, Тверская 12", n, sender) for n, sender in enumerate(strangers)),
            mail("Точка, Невский 40", 9),
        )
        await bell.until_polled(1)
    assert bell.polled == [OTHER]


async def test_a_broken_mail_does_not_stop_the_others(bell: Bell) -> None:
    broken = b"From: no-reply@small.test\r\nContent-Type: text/plain; charset=x\r\n\r\n\xff\xfe"
    async with bell.watching():
        await bell.deliver(b"\r\n\r\n", b"From: =?x?q?=ff?=\r\n\r\n", mail("Точка, Невский 40", 3))
        await bell.until_polled(1)
    assert bell.polled == [OTHER]
    assert announcement_of(broken, senders_of(Mailbox("h", "u"), SMALL)) is not None


@pytest.mark.slow
async def test_killed_between_the_mail_and_the_poll(bell: Bell, tmp_path: Path) -> None:
    async with bell.watching():
        pass
    await bell.deliver(mail("Точка, Тверская 12"))
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.collect.doorbell_child",
        str(tmp_path / "collect.sqlite3"),
        str(bell.post.port),
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parent.parent.parent,
    )
    assert child.stdout is not None
    async with asyncio.timeout(PATIENCE):
        assert await child.stdout.readline() == b"ready\n"
        assert await child.stdout.readline() == b"rung\n"
    child.kill()
    await child.wait()
    assert bell.polled == []
    assert len(bell.asked()) == 1
    due_at = bell.collect_world.target().next_poll_at
    assert due_at is not None
    assert due_at <= MONDAY + timedelta(hours=1)
    bell.collect_world.clock.set(MONDAY + timedelta(hours=1))
    async with bell.watching():
        await bell.rung()
        assert bell.polled[0] == KEY
    assert bell.polled.count(KEY) == 1
    assert len(bell.asked()) == 1


async def test_a_crash_before_the_commit_rings_again(bell: Bell) -> None:
    """How far the mailbox was read and the poll are one transaction."""
    async with bell.watching():
        pass
    db = bell.collect_world.db
    db.write_now(
        lambda s: s.connection().exec_driver_sql(
            "CREATE TRIGGER crash BEFORE UPDATE ON measure BEGIN SELECT RAISE(ABORT, 'out'); END"
        )
    )
    await bell.deliver(mail("Точка, Тверская 12"))
    with pytest.raises(Exception, match="out"):
        async with bell.watching() as task:
            await asyncio.wait({task}, timeout=PATIENCE)
    assert bell.asked() == []
    db.write_now(lambda s: s.connection().exec_driver_sql("DROP TRIGGER crash"))
    async with bell.watching():
        await bell.until_polled(1)
    assert bell.polled == [KEY]


async def test_a_flood_costs_no_more_than_a_few_polls(bell: Bell) -> None:
    async with bell.watching():
        before = await bell.collect_world.db.read(_read)
        flood = [mail("Точка, Тверская 12", n) for n in range(250)]
        flood += [mail("О вас написали", 1000 + n) for n in range(250)]
        await bell.deliver(*flood)
        await bell.until_read(before + 500)
    assert len(bell.polled) <= 4
    now = bell.collect_world.clock.now()
    waiting = [row for row in bell.asked() if row.not_before > now]
    assert len(waiting) <= 2
    assert all(row.not_before >= MONDAY + doorbell_polls.AGAIN for row in waiting)


def test_a_host_keeps_the_larger_part_of_its_budget(bell: Bell) -> None:
    made, now = bell.collect_world, MONDAY

    def announcement(number: int) -> int:
        moment = now + timedelta(minutes=6 * number)

        def ask(session: Session) -> int:
            put = doorbell_polls.ask(
                session, [KEY], [f"m{number}"], moment, {"small": 40}, sure=True
            )
            for row in session.exec(select(TargetRow)).all():
                row.next_poll_at = moment + timedelta(hours=3)  # it was read
                session.add(row)
            return put

        return made.db.write_now(ask)

    assert sum(announcement(number) for number in range(200)) == 20
    assert announcement(300) == 1  # a day later


async def test_a_mail_and_no_review_on_the_page_make_the_target_suspicious(bell: Bell) -> None:
    made, clock = bell.collect_world, bell.collect_world.clock
    made.site.reviews.append(entry("old", days_ago(40)))
    await made.read()
    clock.advance(hours=7)
    async with bell.watching():
        # By now both places are due anyway.
        await bell.deliver(mail("Точка, Тверская 12", subject="Скидка на рекламу"))
        await bell.until_polled(2)
        causes = [(await made.read()).cause for _ in range(4)]
        assert causes == [""] * 4
        bell.polled.clear()
        clock.advance(hours=1)
        await bell.deliver(mail("Точка, Тверская 12", 2))
        await bell.until_polled(2)
        healths = []
        for _ in range(3):
            clock.advance(minutes=30)
            healths.append((await made.read()).health)
    assert healths == [Health.UNCHANGED, Health.SUSPICIOUS, Health.SUSPICIOUS]
    made.site.reviews.insert(0, entry("new", clock.now()))
    assert (await made.read()).health == Health.OK
    assert (await made.read()).health == Health.UNCHANGED


async def test_a_mail_about_a_review_just_found_expects_no_other(bell: Bell) -> None:
    made = bell.collect_world
    made.site.reviews.append(entry("found", days_ago(0)))
    await made.read()
    made.clock.advance(minutes=20)
    async with bell.watching():
        await bell.deliver(mail("Точка, Тверская 12"))
        await bell.until_polled(1)
    for _ in range(5):
        made.clock.advance(minutes=30)
        assert (await made.read()).health == Health.UNCHANGED


async def test_a_refused_password_is_told_to_the_operator_once(bell: Bell) -> None:
    made, stop = bell.collect_world, asyncio.Event()
    clock = FastClock(MONDAY, 1000.0)
    box = Mailbox("127.0.0.1", USER, bell.post.port, tls=False)
    doorbell = Doorbell(made.db, made.settings, clock, SMALL)
    watch = MailboxWatch(box, "wrong", doorbell, made.db, made.settings, clock, SMALL)
    woken = asyncio.Event()
    made.db.wakers.append(woken)
    task = asyncio.get_running_loop().create_task(watch.run(stop))
    async with asyncio.timeout(PATIENCE):
        for _ in range(3):
            await woken.wait()
            woken.clear()
    stop.set()
    await task
    [notice] = made.notices("mailbox_refused")
    assert "wrong" not in str(notice.payload)


# Whom a ring is for


PARSING = Parsing()


async def whom(announcement: Announcement) -> tuple[tuple[str, ...], bool]:
    doorbell = Doorbell(None, many_sites(), HandClock(MONDAY), SOURCES, parsing=PARSING)  # type: ignore[arg-type]
    found = await doorbell.addressees(announcement)
    return found.targets, found.sure


async def test_a_link_says_which_place() -> None:
    text = 'Читать: <a href="https://otzovik.com/reviews/bank_vtb_24/?from=mail&amp;x=1">тут</a>'
    announcement = Announcement("1", "otzovik", links_in(text), text)
    assert await whom(announcement) == (("tverskaya/otzovik",), True)
    yandex = links_in("https://yandex.ru/maps/org/1000000001/reviews/.")
    assert await whom(Announcement("1", "yandex_maps", yandex)) == (
        ("nevsky/yandex_maps",),
        True,
    )


async def test_a_name_says_which_place_and_the_longer_one_counts() -> None:
    text = "У организации «ТОЧКА, НЕВСКИЙ 40» новый отзыв"
    assert await whom(Announcement("1", "yandex_maps", (), text)) == (
        ("nevsky/yandex_maps",),
        True,
    )
    both = await whom(Announcement("1", "yandex_maps", (), f"{text}, и у «Точка, Тверская 12»"))
    assert both == (("tverskaya/yandex_maps", "nevsky/yandex_maps"), True)


async def test_without_either_the_whole_source_is_asked_and_a_foreign_link_asks_none() -> None:
    every = ("tverskaya/yandex_maps", "nevsky/yandex_maps")
    assert await whom(Announcement("1", "yandex_maps", ("https://click.mail.test/u?x=1",))) == (
        every,
        False,
    )
    assert await whom(Announcement("1", None, (), "Точка, Невский 40")) == ((), False)
    assert await whom(Announcement("1", "google_play")) == ((), False)


def test_senders_of_the_operator_stand_in_for_the_sites_own() -> None:
    box = Mailbox("h", "u", senders=(("otzovik", ("@letters.example", "robot@o.example")),))
    known = senders_of(box, SOURCES)
    for sender, source in (
        ("Отзовик <a@letters.example>", "otzovik"),
        ("robot@o.example", "otzovik"),
        ("other@o.example", None),
        ("noreply@otzovik.com", None),
        ("noreply@maps.yandex.ru", "yandex_maps"),
    ):
        announcement = announcement_of(mail("текст", sender=sender), known)
        assert (announcement.source if announcement else None) == source, sender


async def test_links_that_are_none_are_passed_over() -> None:
    links = ("https://[", "https://x:y@z:99999/", "http://" + "a" * 3000)
    assert await whom(Announcement("1", "trustpilot", links)) == (
        ("tverskaya/trustpilot",),
        True,
    )
