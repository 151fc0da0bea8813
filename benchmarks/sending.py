"""How fast messages leave, against a strict Bot API on loopback, in real seconds."""

import asyncio
import time
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, event
from sqlmodel import Session

from benchmarks.installation import configured
from reviewbot.bot.telegram.client import build_application
from reviewbot.bot.telegram.sender import Sender
from reviewbot.clock import WallClock
from reviewbot.core import pacing
from reviewbot.core.model import OutboxKind
from reviewbot.store.database import Database
from reviewbot.store.migrations import upgrade
from reviewbot.store.queues import outbox
from tests.telegram_fake import TelegramFake
from tests.telegram_world import TOKEN

CHATS = 50
WAITING = 2.0


Row = tuple[str, str, str, str]


def rows(folder: Path, messages: int, *, with_groups: bool) -> list[Row]:
    """Return the rows of the table: to private chats, and to groups, where more than a minute's
    worth waits for each."""
    (folder / "private").mkdir()
    seconds, broken = asyncio.run(sent(folder / "private", messages, groups=False))
    what = f"{messages} messages to {CHATS} private chats: a second, limits broken"
    most = (
        f"Telegram's limit: {pacing.OVERALL.messages / pacing.OVERALL.window.total_seconds():.0f}"
    )
    made = [(what, "≥ 28.5, 0", f"{messages / seconds:.1f}, {broken}", most)]
    if with_groups:
        (folder / "groups").mkdir()
        many = CHATS * (pacing.PER_GROUP.messages + 4)
        seconds, broken = asyncio.run(sent(folder / "groups", many, groups=True))
        least = pacing.PER_GROUP.window.total_seconds() + 4
        share = f"{seconds:.0f} s, {broken}"
        what = f"{many} messages to {CHATS} groups, which take {least:.0f} s: time, limits broken"
        most = f"Telegram's limit: {least:.0f} s"
        made.append((what, f"≤ {least / 0.95:.0f} s, 0", share, most))
    (folder / "waiting").mkdir()
    written, looked = asyncio.run(transactions_of_an_empty_claim(folder / "waiting"))
    what = f"writes in {WAITING:.0f} s while {CHATS} chats wait for their time"
    made.append((what, "0", f"{written}", f"transactions that only read: {looked}"))
    return made


async def transactions_of_an_empty_claim(folder: Path) -> tuple[int, int]:
    """Return how many transactions are begun while nothing may go yet: those that write, and
    those that only read."""
    loaded = configured(folder, 1, site="http://127.0.0.1:9", telegram="http://127.0.0.1:9")
    db, clock = Database(loaded.settings.database), WallClock()
    upgrade.prepare(db)
    later = clock.now() + timedelta(hours=1)

    def fill(rows: Session) -> None:
        for n in range(CHATS):
            kind, payload = OutboxKind.REPLY, {"view": "help"}
            outbox.put(
                rows, kind, f"m{n}", f"id:{7000 + n}", payload, clock.now(), not_before=later
            )

    db.write_now(fill)
    begun: list[Connection] = []
    # A listener is found again by its identity: each `begun.append` is another object.
    note = begun.append
    application = build_application(TOKEN, loaded.settings.telegram)
    sender = Sender(application.bot, db, loaded.settings, {}, clock)
    running = asyncio.get_running_loop().create_task(sender.run())
    await asyncio.sleep(WAITING / 2)  # what a start writes is none of it
    event.listen(Engine, "begin", note)
    await asyncio.sleep(WAITING)
    event.remove(Engine, "begin", note)
    sender.stop()
    await running
    db.close()
    written = sum(each.engine is db.engine for each in begun)
    return written, len(begun) - written


async def sent(folder: Path, messages: int, *, groups: bool) -> tuple[float, int]:
    """Send to CHATS chats; return the seconds it took, and how many messages came sooner than
    Telegram's limits let them, by when they arrived."""
    clock = WallClock()
    async with TelegramFake(lambda: clock.now().timestamp()) as telegram:
        telegram.patience = 600.0
        chats = [-2000 - n if groups else 7000 + n for n in range(CHATS)]
        for chat in chats:
            if groups:
                telegram.add_group(chat, f"Group {chat}")
            else:
                telegram.add_user(chat, f"Guest {chat}")
                await telegram.say(chat, chat, "/start")
        loaded = configured(folder, 1, site="http://127.0.0.1:9", telegram=telegram.base_url)
        db = Database(loaded.settings.database)
        upgrade.prepare(db)

        def fill(rows: Session) -> None:
            for n in range(messages):
                chat = f"id:{chats[n % CHATS]}"
                outbox.put(rows, OutboxKind.REPLY, f"m{n}", chat, {"view": "help"}, clock.now())

        db.write_now(fill)
        application = build_application(TOKEN, loaded.settings.telegram)
        await application.initialize()
        sender = Sender(application.bot, db, loaded.settings, {}, clock)
        began = time.perf_counter()
        running = asyncio.get_running_loop().create_task(sender.run())
        await telegram.wait_for(lambda: telegram.count("sendMessage") >= messages, "all sent")
        seconds = time.perf_counter() - began
        sender.stop()
        await running
        await application.shutdown()
        db.close()
        arrived = [
            (call.at, call.params["chat_id"])
            for call in telegram.calls
            if call.method == "sendMessage"
        ]
    return seconds, _too_soon(arrived, groups=groups)


def _too_soon(arrived: list[tuple[float, str]], *, groups: bool) -> int:
    by_chat: dict[str, list[float]] = defaultdict(list)
    for at, chat in arrived:
        by_chat[chat].append(at)
    rates = (pacing.PER_CHAT, pacing.PER_GROUP) if groups else (pacing.PER_CHAT,)
    broken = _over(sorted(at for at, _ in arrived), pacing.OVERALL)
    return broken + sum(_over(sorted(times), rate) for times in by_chat.values() for rate in rates)


def _over(times: list[float], rate: pacing.Rate) -> int:
    """How many came within the window of the one so many places before them."""
    tolerance = timedelta(milliseconds=1)
    window = (rate.window - tolerance).total_seconds()
    pairs = zip(times, times[rate.messages :], strict=False)
    return sum(later - earlier < window for earlier, later in pairs)
