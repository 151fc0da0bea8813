"""Where a guest's name and words lie beside the review: found and taken out, row by row.

Of what belongs to the review's ticket every free text goes. Elsewhere (lists, digests, updates as
they came, samples of pages) whatever holds words of the guest goes, with the texts beside it.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, delete, type_coerce, update
from sqlmodel import Session, col, select

from reviewbot.core.model import OutboxKind
from reviewbot.store.queues.outbox import UNSENT
from reviewbot.store.tables import (
    AuditRow,
    CardRow,
    ConcernRow,
    DeliveryRow,
    DraftRow,
    InboxRow,
    OutboxRow,
    ReviewRow,
    RevisionRow,
    SavedTemplateRow,
    TargetRow,
    TargetStateRow,
    WorkRow,
)

RUN = 4
"""So many words of the guest's in a row are theirs; fewer, anybody may have said."""

THEIRS = ("id", "url", "author", "title", "text", "pros", "cons")
"""What of a review another system is told goes, be it one word of plain letters."""

_WORD = re.compile(r"\w+")
_CODE = re.compile(r"[!-~]*")
"""What is no free text: a name of ours, a moment, a number, an address."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a guest said, as it is looked for: runs of words; of each a word as it was written, for
    a first look; and the number of the ticket, by which lists name the review, and what other
    systems are told as its id."""

    runs: frozenset[tuple[str, ...]]
    first: tuple[str, ...]
    ticket_id: int | None
    told_as: str = ""

    @classmethod
    def of(cls, texts: Iterable[str | None], ticket_id: int | None, told_as: str = "") -> "Said":
        """Return what is looked for of these texts."""
        runs, first = set(), set()
        for text in texts:
            for run in _in_a_row(tuple(_WORD.findall(text or "")), RUN):
                runs.add(tuple(word.casefold() for word in run))
                first.add(max(run, key=len))
        written = {each for word in first for each in (word, json.dumps(word)[1:-1])}
        if ticket_id is not None:
            written.add(f": {ticket_id}")
        if told_as:
            written.add(json.dumps(told_as)[1:-1])
        return cls(frozenset(runs), tuple(written), ticket_id, told_as)

    def is_in(self, text: str) -> bool:
        """Whether a text holds any of it, also cut or put into a message."""
        words = tuple(word.casefold() for word in _WORD.findall(text))
        return any(run in self.runs for run in _in_a_row(words, RUN))

    def may_be_in(self, written: str) -> bool:
        """Whether a row is worth being taken apart."""
        return any(word in written for word in self.first)

    def names(self, value: Mapping[str, Any]) -> bool:
        """Whether a part of a list, or of what another system is told, is about the review."""
        number = self.ticket_id
        if self.told_as and value.get("id") == self.told_as:
            return True
        return number is not None and number in (value.get("ticket"), value.get("number"))


def erase(session: Session, review: ReviewRow, ticket_id: int | None) -> None:
    """Take out all that is left of the guest's name and words beside the review itself."""
    revisions = select(RevisionRow).where(RevisionRow.review_id == review.id)
    earlier = session.exec(revisions).all()
    texts = [review.title, review.text, review.pros, review.cons, review.translation]
    texts += [each for row in earlier for each in (row.title, row.text, row.pros, row.cons)]
    replies = [review.reply_text, *(row.reply_text for row in earlier)]
    cards: set[tuple[int, int]] = set()
    if ticket_id is not None:
        cards = _cards(session, ticket_id)
        drafts = session.exec(select(DraftRow.text).where(DraftRow.ticket_id == ticket_id)).all()
        replies += drafts
        _erase_of_ticket(session, ticket_id)
    for row in earlier:
        row.title = row.text = row.pros = row.cons = row.reply_text = None
        row.fingerprint = ""
        session.add(row)
    name = (review.author or "").split()[:1]
    named = [text for text in replies if text and name and name[0] in text]
    target = session.get_one(TargetRow, review.target_id)
    said = Said.of([*texts, *named], ticket_id, f"{target.key}:{review.external_id}")
    _erase_elsewhere(session, said, cards)
    _erase_templates(session, Said.of(texts, None))
    session.flush()


def _erase_templates(session: Session, said: Said) -> None:
    """A template kept before the review was edited may say what the guest says now."""
    for template in session.exec(select(SavedTemplateRow)).all():
        if said.is_in(template.text):
            session.delete(template)


def _cards(session: Session, ticket_id: int) -> set[tuple[int, int]]:
    """The messages that showed the ticket, by chat and number."""
    rows = session.execute(
        select(CardRow.chat_id, CardRow.message_id).where(CardRow.ticket_id == ticket_id)
    )
    sent = session.execute(
        select(OutboxRow.chat_id, OutboxRow.message_id).where(
            OutboxRow.ticket_id == ticket_id, col(OutboxRow.message_id).is_not(None)
        )
    )
    return {(chat, message) for chat, message in (*rows, *sent)}


def _erase_of_ticket(session: Session, ticket_id: int) -> None:
    session.execute(
        update(DraftRow)
        .where(col(DraftRow.ticket_id) == ticket_id)
        .values(text="", hash="", why="")
    )
    session.execute(
        delete(OutboxRow).where(
            *UNSENT, col(OutboxRow.ticket_id) == ticket_id, col(OutboxRow.kind) != OutboxKind.EDIT
        )
    )
    for row in session.exec(select(OutboxRow).where(OutboxRow.ticket_id == ticket_id)):
        row.payload, row.error = plain(row.payload), None
        session.add(row)
    for done in session.exec(select(WorkRow).where(WorkRow.ticket_id == ticket_id)):
        done.payload, done.error = plain(done.payload), None
        session.add(done)
    for act in session.exec(select(AuditRow).where(AuditRow.ticket_id == ticket_id)):
        act.detail, act.text_hash = plain(act.detail), None
        session.add(act)
    session.flush()


def _erase_elsewhere(session: Session, said: Said, cards: set[tuple[int, int]]) -> None:
    tables: tuple[tuple[Any, str], ...] = (
        (OutboxRow, "payload"),
        (DeliveryRow, "payload"),
        (WorkRow, "payload"),
        (ConcernRow, "facts"),
        (AuditRow, "detail"),
    )
    for table, name in tables:
        for row_id, value in _holding(session, table, name, said):
            session.execute(
                update(table).where(table.id == row_id).values({name: without(value, said)})
            )
    for row_id, written in session.execute(select(InboxRow.id, InboxRow.raw)).all():
        if kept := _update_without(written, said, cards):
            session.execute(
                update(InboxRow).where(col(InboxRow.id) == row_id).values(raw=kept, error=None)
            )
    samples = select(TargetStateRow).where(col(TargetStateRow.sample).is_not(None))
    for state in session.exec(samples):
        if said.may_be_in(state.sample or "") and said.is_in(state.sample or ""):
            state.sample = None
            session.add(state)


def _holding(session: Session, table: Any, name: str, said: Said) -> Iterator[tuple[int, Any]]:
    """The rows of a table whose JSON may hold what was said."""
    column = getattr(table, name)
    for row_id, written in session.execute(select(table.id, type_coerce(column, Text))).all():
        text = written if isinstance(written, str) else json.dumps(written)
        if said.may_be_in(text):
            value = json.loads(text)
            if holds(value, said):
                yield row_id, value


def holds(value: Any, said: Said) -> bool:
    """Whether any text in a JSON value holds what was said."""
    if isinstance(value, str):
        return said.is_in(value)
    if isinstance(value, dict):
        return said.names(value) or any(holds(each, said) for each in value.values())
    return isinstance(value, list) and any(holds(each, said) for each in value)


def without(value: Any, said: Said) -> Any:
    """Return a JSON value without what was said; with it goes every free text beside it."""
    if isinstance(value, dict):
        own = [each for each in value.values() if isinstance(each, str)]
        if said.names(value) or any(said.is_in(each) for each in own):
            value = {
                key: "" if key in THEIRS and each else _code(each) for key, each in value.items()
            }
        return {key: without(each, said) for key, each in value.items()}
    if isinstance(value, list):
        return [without(each, said) for each in value]
    return "" if isinstance(value, str) and said.is_in(value) else value


def plain(value: Any) -> Any:
    """Return a JSON value of ours without its free texts."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return _code(value)


def _update_without(written: str, said: Said, cards: set[tuple[int, int]]) -> str | None:
    """Return an update without what was said, and without the text of the review's own messages;
    None where it holds neither."""
    if not said.may_be_in(written) and not any(f": {message}" in written for _, message in cards):
        return None
    try:
        value = json.loads(written)
    except (ValueError, RecursionError):
        return "{}"
    kept = without(_messages_without(value, cards), said)
    return json.dumps(kept) if kept != value else None


def _messages_without(value: Any, cards: set[tuple[int, int]]) -> Any:
    if isinstance(value, list):
        return [_messages_without(each, cards) for each in value]
    if not isinstance(value, dict):
        return value
    chat = value.get("chat")
    here = (chat.get("id") if isinstance(chat, dict) else None, value.get("message_id"))
    if here in cards:
        value = {
            key: each
            for key, each in value.items()
            if key not in ("text", "caption", "entities", "reply_markup")
        }
    return {key: _messages_without(each, cards) for key, each in value.items()}


def _code(value: Any) -> Any:
    """The value, unless it is a free text: then nothing."""
    return "" if isinstance(value, str) and not _CODE.fullmatch(value) else value


def _in_a_row(words: tuple[str, ...], size: int) -> Iterator[tuple[str, ...]]:
    for start in range(len(words) - size + 1):
        yield words[start : start + size]
