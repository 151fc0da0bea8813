"""Asks a program for drafts, where the file names one: any server that speaks as OpenAI's does.

A card goes out with its template at once; a text that comes back in time, and that lint takes,
takes the template's place, marked as machine-made, and waits for approval like it. On any failure
the template stays. Each review is asked for once.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import httpx
from pydantic import SecretStr
from sqlalchemy import or_
from sqlmodel import Session, col, select

from reviewbot.clock import Clock
from reviewbot.core.errors import Refused
from reviewbot.core.model import LANGUAGES, DraftSource, TicketState
from reviewbot.core.settings import Settings
from reviewbot.core.source_facts import Sources
from reviewbot.core.text import typed
from reviewbot.core.ticket import BOT, Act, Action
from reviewbot.drafting.drafts import MACHINE, Draft
from reviewbot.drafting.machine_prompt import (
    MachineAsk,
    is_repeated,
    messages,
    misfit,
    nameless,
)
from reviewbot.drafting.signature import language_of, signed
from reviewbot.drafting.trade_lint import findings
from reviewbot.lanes import Lanes
from reviewbot.store import cases, drafts
from reviewbot.store.database import Database
from reviewbot.store.tables import DraftRow, MeasureRow, ReviewRow, TicketRow
from reviewbot.store.tx import Tx
from reviewbot.workflow import act
from reviewbot.workflow.checks import case_of, check_text

log = logging.getLogger(__name__)

SECRET = "drafting"  # noqa: S105 - the name of one
TRIED = "machine_draft"
"""The measure of each review that was asked for: 1 where its text was proposed."""
LATELY = timedelta(hours=2)
AT_ONCE = 5
MOST_BYTES = 64 * 1024
EXAMPLES = 4
WORDS = (ReviewRow.title, ReviewRow.text, ReviewRow.pros, ReviewRow.cons)
"""What a guest may have written in; a marketplace's review may have pros and cons alone."""


class NoDraft(Exception):
    """Nothing came back that could be a reply; the reason, for the log."""


@dataclass(frozen=True, slots=True)
class _Asked:
    ticket_id: int
    draft_id: int
    ask: MachineAsk


class MachineDrafter:
    """`look` starts the work in a lane of its own, and returns."""

    def __init__(
        self,
        db: Database,
        settings: Settings,
        sources: Sources,
        clock: Clock,
        lanes: Lanes,
        secrets: Mapping[str, Mapping[str, SecretStr]],
    ) -> None:
        self._db = db
        self._settings = settings
        self._sources = sources
        self._clock = clock
        self._lanes = lanes
        self._key = secrets[SECRET]["password"] if SECRET in secrets else None

    async def look(self) -> None:
        """Ask for drafts of what came lately."""
        now = self._clock.now()
        if await self._db.read(lambda rows: _waiting(self._tx(rows, now), 1)):
            self._lanes.start(SECRET, self._work)

    async def _work(self) -> None:
        now = self._clock.now()
        asked = await self._db.read(lambda rows: _waiting(self._tx(rows, now), AT_ONCE))
        async with httpx.AsyncClient(follow_redirects=False, trust_env=False) as client:
            for each in asked:
                text = ""
                try:
                    text = await self._ask(client, each.ask)
                except NoDraft as error:
                    log.warning("no machine-made draft for #%s: %s", each.ticket_id, error)
                now = self._clock.now()
                await self._db.write(partial(self._settle, asked=each, text=text, now=now))

    def _tx(self, session: Session, now: datetime) -> Tx:
        return Tx(session, self._settings, self._sources, now)

    def _settle(self, session: Session, asked: _Asked, text: str, now: datetime) -> None:
        _settle(self._tx(session, now), asked, text)

    async def _ask(self, client: httpx.AsyncClient, ask: MachineAsk) -> str:
        """Return the text that came back. Raises NoDraft."""
        endpoint = self._settings.drafting
        body: dict[str, Any] = {"messages": messages(ask), "temperature": 0.4, "max_tokens": 500}
        if endpoint.model:
            body["model"] = endpoint.model
        headers = {"accept-encoding": "identity"}
        if self._key:
            headers["authorization"] = f"Bearer {self._key.get_secret_value()}"
        try:
            async with (
                asyncio.timeout(endpoint.timeout.total_seconds()),
                client.stream(
                    "POST",
                    f"{endpoint.url}/chat/completions",
                    json=body,
                    headers=headers,
                    timeout=None,
                ) as answer,
            ):
                if not answer.is_success:
                    raise NoDraft(f"it answered {answer.status_code}")
                return _text_of(await _limited(answer))
        except TimeoutError:
            raise NoDraft("it did not answer in time") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # Not its text: it may hold the address with what is secret in it.
            raise NoDraft(type(error).__name__) from None


async def _limited(answer: httpx.Response) -> bytes:
    # As it is sent: the library unpacks without a limit, an archive of archives into a gigabyte.
    if answer.headers.get("content-encoding", "").strip().lower() not in ("", "identity"):
        raise NoDraft("its answer is compressed, though asked not to be")
    content = b""
    async for piece in answer.aiter_raw():
        content += piece
        if len(content) > MOST_BYTES:
            raise NoDraft("its answer is too long")
    return content


def _text_of(content: bytes) -> str:
    """Return the reply in an answer. Raises NoDraft."""
    try:
        text = json.loads(content)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise NoDraft("its answer is of another form") from None
    if not isinstance(text, str) or not text.strip():
        raise NoDraft("its answer is empty")
    return text


def _waiting(tx: Tx, most: int) -> list[_Asked]:
    """Return what to ask for: open reviews with words, whose template nobody has touched."""
    tried = select(MeasureRow.subject).where(
        MeasureRow.name == TRIED, col(MeasureRow.at) > tx.now - 2 * LATELY
    )
    known = set(tx.session.exec(tried).all())
    rows = tx.session.exec(
        select(TicketRow.id, TicketRow.round)
        .join(DraftRow, col(DraftRow.id) == TicketRow.draft_id)
        .join(ReviewRow, col(ReviewRow.id) == TicketRow.review_id)
        .where(
            TicketRow.state == TicketState.WAITING,
            col(TicketRow.opened_at) > tx.now - LATELY,
            DraftRow.author_kind == DraftSource.TEMPLATE,
            or_(*(col(part).is_not(None) for part in WORDS)),
            # What it answers is looked over by rules of these languages alone.
            col(ReviewRow.verdict_language).in_(LANGUAGES),
            col(ReviewRow.forgotten_at).is_(None),
        )
        .order_by(col(TicketRow.id))
        .limit(most + len(known))
    )
    fresh = [number for number, round_ in rows if number and f"{number}:{round_}" not in known]
    return [_asked(tx, number) for number in fresh[:most]]


def _asked(tx: Tx, ticket_id: int) -> _Asked:
    case = case_of(tx, ticket_id)
    review = case.review
    parts = (review.title, review.text, review.pros, review.cons)
    words = "\n".join(filter(None, parts))
    language = review.verdict_language or language_of(words)
    ask = MachineAsk(
        language=language,
        address=tx.settings.replies.address,
        place=case.place.name,
        rating=review.rating,
        topic=review.topics[0] if review.topics else None,
        tone=review.tone,
        review=words,
        examples=[
            example
            for text, author in drafts.examples_of_style(tx.session, case.place.key, EXAMPLES)
            if (example := nameless(text, author))
        ],
    )
    assert case.ticket.draft_id is not None
    return _Asked(ticket_id, case.ticket.draft_id, ask)


def _settle(tx: Tx, asked: _Asked, text: str) -> None:
    """Propose the text in the template's place, if it fits and the template still stands."""
    case = cases.load(tx, asked.ticket_id)
    if case is None:
        return
    took = False
    if text and case.ticket.draft_id == asked.draft_id and case.review.forgotten_at is None:
        took = _takes(tx, asked, text)
    subject = f"{asked.ticket_id}:{case.ticket.round}"
    tx.session.add(MeasureRow(at=tx.now, name=TRIED, subject=subject, value=float(took)))


def _takes(tx: Tx, asked: _Asked, text: str) -> bool:
    case = case_of(tx, asked.ticket_id)
    reply = typed(text).strip().strip('«»"').strip()
    sign = drafts.sign_of(tx, case.place)
    bad = misfit(reply, author=case.review.author or "", review=asked.ask.review, sign=sign)
    if bad is None and is_repeated(reply, drafts.said_near(tx, case.place, asked.ticket_id)):
        bad = "repeated"
    reply = signed(reply, sign)
    trade = drafts.trade_of(tx, case.review, case.target.source, case.place)
    bad = bad or next((each.code for each in findings(reply, trade)), None)
    if bad is None and language_of(reply) != asked.ask.language:
        bad = "language"
    if bad is not None:
        log.warning("a machine-made draft for #%s is not proposed: %s", asked.ticket_id, bad)
        return False
    draft = Draft(reply, MACHINE, asked.ask.topic, 1, f"template={MACHINE}")
    try:
        check_text(tx, case, reply)
        with tx.session.begin_nested():
            return act.act(tx, asked.ticket_id, Act(Action.MACHINE_DRAFT, BOT), draft).changed
    except Refused as refused:
        log.warning(
            "a machine-made draft for #%s is not proposed: %s", asked.ticket_id, refused.code
        )
        return False
