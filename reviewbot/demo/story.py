"""What the visitor lives through: a complaint answered in time, another one forgotten."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol, TypeVar

from rich.console import Console
from rich.table import Table
from sqlmodel import Session, func, select

from reviewbot.clock import FastClock
from reviewbot.core.errors import ReviewbotError
from reviewbot.core.model import OPEN_STATES, OUTCOME_STATES, Kind, OutboxKind, TicketState
from reviewbot.demo.screen import Screen, Shown
from reviewbot.demo.site import Site, Written
from reviewbot.store.database import Database
from reviewbot.store.tables import (
    CardRow,
    InboxRow,
    OutboxRow,
    ReviewRow,
    TargetRow,
    TicketRoundRow,
    TicketRow,
)
from reviewbot.words.vocabulary import View

T = TypeVar("T")

SPEED = 120.0
"""How much faster than the wall time runs; while a visitor thinks it runs like the wall."""
UNHURRIED = 10.0
"""The same where nothing is waited for but pictures: a busy machine draws them for a minute, and
nobody shall be late by that."""
PATIENCE = 60.0
"""Real seconds a step of the story may take on a busy machine. A visitor's thinking is not
counted."""
SCREEN_PATIENCE = 3.0

SAYS = {
    "ru": {
        "intro": "Это настоящее приложение. Площадка и Telegram здесь ненастоящие, часы спешат.",
        "first": "Первый взгляд на площадки: старые отзывы в чат не идут.",
        "bad": "Гость только что написал плохой отзыв…",
        "choose": "Номер кнопки: ",
        "text": "Ваш текст: ",
        "link": "Ссылка: {url}",
        "approved": "Утверждено. Через две минуты (на этих часах) бот разместит ответ сам.",
        "seen": "Ответ стоит на площадке и виден при следующем чтении. Карточка закрыта.",
        "forgotten": "Ещё один плохой отзыв, на другой площадке. Все заняты, никто не отвечает…",
        "leap": "Проходит час.",
        "escalated": "Срок прошёл: бот посмотрел на площадку ещё раз и напомнил.",
        "together": "Акт второй. Девять гостей подряд пишут об одном и том же…",
        "incident": "Девять жалоб стали одной карточкой. А что с точкой вообще?",
        "page": "Страница с цифрами и картинками: {file}",
        "title": "Итог",
        "review": "отзыв",
        "state": "состояние",
        "time": "ответ через",
        "answered": "отвечен, видно на сайте",
        "overdue": "просрочен, передан дальше",
        "minutes": "{minutes} мин",
        "others": "в работе",
        "spoken": "с гостем связались",
        "guest": "опрос",
    },
    "en": {
        "intro": "This is the real application. Only the site and Telegram are make-believe, and "
        "the clock runs fast.",
        "first": "A first look at the sites: old reviews stay out of the chat.",
        "bad": "A guest has just written a bad review…",
        "choose": "Button number: ",
        "text": "Your text: ",
        "link": "Link: {url}",
        "approved": "Approved. In two minutes (on this clock) the bot posts the reply by itself.",
        "seen": "The reply is on the site and was seen by the next reading. The card is closed.",
        "forgotten": "Another bad review, on another site. Everyone is busy, nobody answers…",
        "leap": "An hour goes by.",
        "escalated": "The deadline passed: the bot looked at the site once more and escalated.",
        "together": "Act two. Nine guests in a row write of one and the same thing…",
        "incident": "Nine complaints became one card. And how is the place doing at all?",
        "page": "A page with figures and pictures: {file}",
        "title": "Summary",
        "review": "review",
        "state": "state",
        "time": "answered after",
        "answered": "answered, seen on the site",
        "overdue": "overdue, escalated",
        "minutes": "{minutes} min",
        "others": "in work",
        "spoken": "the guest was reached",
        "guest": "a survey",
    },
}


class Visitor(Protocol):
    """Whoever looks at the screen: a person at a terminal, or the demo itself."""

    async def choose(self, message: Shown) -> int:
        """Return the place of the button to press."""
        ...

    async def text(self) -> str: ...


class ScriptedVisitor:
    """Plays the visitor where there is no terminal: approves, and reaches the guest."""

    async def choose(self, message: Shown) -> int:
        labels = enumerate(message.labels())
        return next(n for n, label in labels if label.startswith(("📞", "✅")))

    async def text(self) -> str:
        return ""


class TerminalVisitor:
    """A person at the terminal."""

    def __init__(self, says: dict[str, str]) -> None:
        self._says = says

    async def choose(self, message: Shown) -> int:
        while True:
            typed = (await self._line(self._says["choose"])).strip()
            if typed.isdigit() and 1 <= int(typed) <= len(message.buttons):
                return int(typed) - 1

    async def text(self) -> str:
        return await self._line(self._says["text"])

    async def _line(self, prompt: str) -> str:
        sys.stdout.write(prompt)
        sys.stdout.flush()
        loop = asyncio.get_running_loop()
        line: asyncio.Future[str] = loop.create_future()

        def read() -> None:
            if not line.done():
                line.set_result(sys.stdin.readline())

        loop.add_reader(sys.stdin, read)
        try:
            text = await line
        finally:
            loop.remove_reader(sys.stdin)
        if not text:
            raise StoryEnded("the terminal was closed")
        return text


class StoryEnded(ReviewbotError):
    """The story cannot go on: what was waited for did not happen."""


@dataclass
class Story:
    """The acts, in order. `tell` prints; the database says when an act is over."""

    language: str
    console: Console
    clock: FastClock
    site: Site
    screen: Screen
    database: Database
    visitor: Visitor

    async def begin(self, bad: Written) -> None:
        """Play until the first review is answered. Raises StoryEnded where a step did not happen
        within PATIENCE."""
        self.tell("intro")
        await self.screen.write("/start")
        self.tell("first")
        await self.until(_first_contacts(2), "the first readings")

        self.tell("bad")
        bad.at = self.clock.now()
        self.site.business.append(bad)
        ticket = await self.until(_ticket_of(bad.id), "a ticket for the bad review")
        await self.answer(ticket)

    async def go_on(self, forgotten: Written, together: Sequence[Written]) -> None:
        """Play the rest. Raises StoryEnded."""
        self.tell("forgotten")
        forgotten.at = self.clock.now()
        self.site.maps.append(forgotten)
        ticket = await self.until(_ticket_of(forgotten.id), "a ticket for the second review")
        await self.until(card_of(ticket), "the second card")
        self.tell("leap")
        self.clock.leap(timedelta(minutes=61))
        await self.until(_escalation_of(ticket), "the escalation")
        self.tell("escalated")

        self.tell("together")
        for written in together:
            written.at = self.clock.now()
        self.site.maps += together
        await self.until(_sent(OutboxKind.CONCERN), "the incident")
        self.clock.run_at(UNHURRIED)
        self.tell("incident")
        await self.screen.write("/stats")
        await self.until(_stats_sent, "the figures")

    def tell(self, what: str, **names: Any) -> None:
        self.say(SAYS[self.language][what].format(**names))

    def say(self, sentence: str) -> None:
        self.console.print(f"\n[bold green]»[/] {sentence}")

    async def until(
        self, found: Callable[[Session], Any], what: str, patience: float | None = None
    ) -> Any:
        """Wait until `found` returns something; every commit is a chance to look again."""
        patience = patience or PATIENCE
        woken = asyncio.Event()
        self.database.wakers.append(woken)
        try:
            async with asyncio.timeout(patience):
                while not (value := await self.database.read(found)):
                    await woken.wait()
                    woken.clear()
                return value
        except TimeoutError:
            raise StoryEnded(f"waited {patience:.0f} s for {what}, in vain") from None
        finally:
            self.database.wakers.remove(woken)

    async def answer(self, ticket: int) -> None:
        """Let the visitor decide a review, and see the reply on the site."""
        await self.decide(ticket)
        state = await self.database.read(state_of(ticket))
        if state == TicketState.SKIPPED:
            return
        if state == TicketState.APPROVED:
            self.tell("approved")
        await self.until(_closed(ticket), "the reply to be seen on the site")
        self.tell("seen")

    async def decide(self, ticket: int) -> None:
        """Let the visitor press buttons of the card until it is decided."""
        card = await self.until(card_of(ticket), "the card")
        while await self.database.read(state_of(ticket)) in (
            TicketState.WAITING,
            TicketState.PROPOSED,
        ):
            prompt = next((one for one in self.screen.shown.values() if one.force_reply), None)
            if prompt is not None:
                prompt.force_reply = False
                text = await self.thinking(self.visitor.text())
                await self.act(ticket, self.screen.write(text, prompt.message_id))
                continue
            shown = self.screen.shown[card]
            place = await self.thinking(self.visitor.choose(shown))
            if url := shown.buttons[place].get("url"):
                self.tell("link", url=url)
                continue
            await self.act(ticket, self.screen.press(card, place))

    async def thinking(self, thought: Awaitable[T]) -> T:
        """Let the visitor take their time: no deadline passes over a thought."""
        self.clock.run_at(1.0)
        try:
            return await thought
        finally:
            self.clock.run_at(SPEED)

    async def act(self, ticket: int, pressing: Any) -> None:
        """Press, and wait until the bot has dealt with it."""
        before = await self.database.read(_handled)
        await pressing
        await self.until(lambda session: _handled(session) > before, "the press to be handled")
        # The next question comes after what the bot says to this one.
        await self.all_sent()

    async def all_sent(self) -> None:
        """Wait a little for what the bot still has to say."""
        with suppress(StoryEnded):
            await self.until(_all_sent, "the bot's messages", SCREEN_PATIENCE)

    def summary(self) -> tuple[int, int]:
        """Print what became of the tickets; return how many were answered, how many escalated."""
        says = SAYS[self.language]
        table = Table(title=says["title"], title_justify="left")
        for column in ("review", "state", "time"):
            table.add_column(says[column])
        answered = escalated = 0
        for review, ticket, turn in self.database.read_now(_outcomes):
            minutes = ""
            if ticket.state == TicketState.ANSWERED and turn.answered_by:
                answered += 1
                state = says["answered"]
                waited = turn.answered_by - turn.clock_start_at
                minutes = says["minutes"].format(
                    minutes=max(1, round(waited.total_seconds() / 60))
                )
            elif turn.breached_at and ticket.state in OPEN_STATES:
                escalated += 1
                state = says["overdue"]
            elif ticket.state in OUTCOME_STATES:
                state = says["spoken"]
            else:
                state = says["others"]
            stars, who = f"{review.rating}★", review.author
            if review.kind == Kind.SURVEY:
                stars, who = f"{review.score:.0f}/{review.scale:.0f}", says["guest"]
            table.add_row(f"№ {ticket.id} · {stars} · {who}", state, minutes)
        self.console.print(table)
        return answered, escalated


def _first_contacts(wanted: int) -> Callable[[Session], bool]:
    met = select(func.count()).where(TargetRow.first_contact_at.is_not(None))  # type: ignore[union-attr]
    return lambda session: session.exec(met).one() >= wanted


def _ticket_of(external_id: str) -> Callable[[Session], int | None]:
    found = select(TicketRow.id).join(ReviewRow).where(ReviewRow.external_id == external_id)
    return lambda session: session.exec(found).first()


def card_of(ticket: int) -> Callable[[Session], int | None]:
    found = select(CardRow.message_id).where(CardRow.ticket_id == ticket)
    return lambda session: session.exec(found).first()


def state_of(ticket: int) -> Callable[[Session], str]:
    found = select(TicketRow.state).where(TicketRow.id == ticket)
    return lambda session: session.exec(found).one()


def _sent(kind: OutboxKind) -> Callable[[Session], int | None]:
    found = select(OutboxRow.id).where(
        OutboxRow.kind == kind,
        OutboxRow.sent_at.is_not(None),  # type: ignore[union-attr]
    )
    return lambda session: session.exec(found).first()


def _stats_sent(session: Session) -> bool:
    sent = select(OutboxRow).where(
        OutboxRow.kind == OutboxKind.REPLY,
        OutboxRow.sent_at.is_not(None),  # type: ignore[union-attr]
    )
    return any(row.payload.get("view") == View.STATS for row in session.exec(sent))


def _closed(ticket: int) -> Callable[[Session], bool]:
    return lambda session: state_of(ticket)(session) == TicketState.ANSWERED


def _handled(session: Session) -> int:
    done = select(func.count()).where(InboxRow.done_at.is_not(None))  # type: ignore[union-attr]
    return session.exec(done).one()


def _all_sent(session: Session) -> bool:
    waiting = select(OutboxRow.id).where(
        OutboxRow.sent_at.is_(None),  # type: ignore[union-attr]
        OutboxRow.parked_at.is_(None),  # type: ignore[union-attr]
    )
    return session.exec(waiting).first() is None


def _escalation_of(ticket: int) -> Callable[[Session], bool]:
    def found(session: Session) -> bool:
        turn = session.exec(
            select(TicketRoundRow).where(TicketRoundRow.ticket_id == ticket)
        ).first()
        sent = select(OutboxRow).where(
            OutboxRow.kind == OutboxKind.ESCALATION,
            OutboxRow.sent_at.is_not(None),  # type: ignore[union-attr]
        )
        is_sent = any(
            item["ticket"] == ticket
            for row in session.exec(sent)
            for item in row.payload.get("items", ())
        )
        return bool(turn and turn.breached_at and is_sent)

    return found


def _outcomes(session: Session) -> list[tuple[ReviewRow, TicketRow, TicketRoundRow]]:
    found = (
        select(ReviewRow, TicketRow, TicketRoundRow)
        .join(TicketRow, TicketRow.review_id == ReviewRow.id)  # type: ignore[arg-type]
        .join(TicketRoundRow, TicketRoundRow.ticket_id == TicketRow.id)  # type: ignore[arg-type]
        .order_by(TicketRow.id)  # type: ignore[arg-type]
    )
    return [(review, ticket, turn) for review, ticket, turn in session.exec(found)]
