"""Where a guest's name and words lie beside the review: found and taken out, row by row.

Of what belongs to the review's ticket every free text goes. Elsewhere (lists, digests, updates as
they came, samples of pages) whatever holds words of the guest goes, with the texts beside it; of
updates that are done and of searches also what touches them. Texts of colleagues about somebody
else lose the guest's name and words alone.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, delete, or_, type_coerce, update
from sqlmodel import Session, col, select

from reviewbot.core.model import OPEN_STATES, OutboxKind
from reviewbot.store.queues.outbox import UNSENT
from reviewbot.store.surveys.guest_tables import SurveyRow
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
    TicketRow,
    WorkRow,
)
from reviewbot.words.vocabulary import View
from reviewbot.workflow.forgetting.guests_words import Said, holds, plain, untouched, without

_Messages = set[tuple[int | None, int | None]]
"""Messages of Telegram by chat and number."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where something about others told of the guest: the numbers of tickets, and the ids of the
    outbox rows themselves."""

    tickets: set[int] = field(default_factory=set)
    rows: set[int] = field(default_factory=set)


def erase(
    session: Session,
    review: ReviewRow,
    ticket_id: int | None,
    now: datetime,
    listed: Collection[OutboxRow] = (),
) -> Elsewhere:
    """Take out all that is left of the guest's name and words beside the review itself; `listed`
    are rows of messages that showed it among others. Return where else something told of them."""
    revisions = select(RevisionRow).where(RevisionRow.review_id == review.id)
    earlier = session.exec(revisions).all()
    texts = [review.title, review.text, review.pros, review.cons, review.translation]
    texts += [each for row in earlier for each in (row.title, row.text, row.pros, row.cons)]
    replies = [review.reply_text, *(row.reply_text for row in earlier)]
    messages: _Messages = {(row.chat_id, row.message_id) for row in listed}
    if ticket_id is not None:
        messages |= _messages(session, ticket_id)
        drafts = session.exec(select(DraftRow.text).where(DraftRow.ticket_id == ticket_id)).all()
        replies += drafts
    target = session.get_one(TargetRow, review.target_id)
    own = Said.of(
        texts,
        ticket_id,
        f"{target.key}:{review.external_id}",
        author=review.author,
        is_known=_is_known(session, review),
    )
    said = own.with_replies(replies)
    if ticket_id is not None:
        _erase_of_ticket(session, ticket_id, said, now)
    for row in earlier:
        row.title = row.text = row.pros = row.cons = row.reply_text = None
        row.fingerprint = ""
        session.add(row)
    for survey in session.exec(select(SurveyRow).where(SurveyRow.review_id == review.id)):
        survey.words = survey.praised = survey.contact = None
        session.add(survey)
    others = _erase_elsewhere(session, said, own)
    _erase_updates(session, said, messages)
    others.tickets.update(_erase_from_colleagues(session, own))
    if ticket_id is not None:
        others.tickets.discard(ticket_id)
    session.flush()
    return others


def _is_known(session: Session, review: ReviewRow) -> bool:
    """Whether the name stands at another review that is kept."""
    other = select(ReviewRow.id).where(
        ReviewRow.author == review.author, col(ReviewRow.id) != review.id
    )
    return review.author is not None and session.exec(other).first() is not None


def _messages(session: Session, ticket_id: int) -> _Messages:
    """The messages that showed the ticket, and those they answered or people wrote for it."""
    rows = session.execute(
        select(CardRow.chat_id, CardRow.message_id).where(CardRow.ticket_id == ticket_id)
    )
    written = session.execute(
        select(DraftRow.chat_id, DraftRow.message_id).where(DraftRow.ticket_id == ticket_id)
    )
    sent = session.execute(
        select(OutboxRow.chat_id, OutboxRow.message_id, OutboxRow.payload).where(
            OutboxRow.ticket_id == ticket_id
        )
    ).all()
    asked = [(chat, payload.get("reply_to")) for chat, _, payload in sent]
    told = [(chat, message) for chat, message, _ in sent]
    found = {(chat, message) for chat, message in (*rows, *written, *asked, *told)}
    return {each for each in found if each[1] is not None}


def _erase_of_ticket(session: Session, ticket_id: int, said: Said, now: datetime) -> None:
    session.execute(
        update(DraftRow)
        .where(col(DraftRow.ticket_id) == ticket_id)
        .values(text="", hash="", why="")
    )
    # What is on its way to Telegram stays: once it is there, its card is shown anew.
    session.execute(
        delete(OutboxRow).where(
            *UNSENT,
            col(OutboxRow.ticket_id) == ticket_id,
            col(OutboxRow.kind) != OutboxKind.EDIT,
            or_(col(OutboxRow.claimed_until).is_(None), col(OutboxRow.claimed_until) <= now),
        )
    )
    for row in session.exec(select(OutboxRow).where(OutboxRow.ticket_id == ticket_id)):
        row.payload, row.error = plain(row.payload, said), None
        session.add(row)
    for done in session.exec(select(WorkRow).where(WorkRow.ticket_id == ticket_id)):
        done.payload, done.error = plain(done.payload, said), None
        session.add(done)
    for act in session.exec(select(AuditRow).where(AuditRow.ticket_id == ticket_id)):
        act.detail, act.text_hash = plain(act.detail, said), None
        session.add(act)
    session.flush()


def _erase_elsewhere(session: Session, said: Said, own: Said) -> Elsewhere:
    others = Elsewhere()
    values: tuple[tuple[Any, str], ...] = (
        (OutboxRow, "payload"),
        (DeliveryRow, "payload"),
        (WorkRow, "payload"),
        (ConcernRow, "facts"),
    )
    for table, name in values:
        for row_id, value in _holding(session, table, name, said):
            kept = _unsearched(without(value, said), said)
            session.execute(update(table).where(table.id == row_id).values({name: kept}))
            if table is OutboxRow:
                others.rows.add(row_id)
                others.tickets.update(_ticket_of(session, OutboxRow, row_id))
    for row_id, value in _holding(session, AuditRow, "detail", own):
        kept = {key: _cut(each, own) for key, each in value.items()}
        session.execute(update(AuditRow).where(col(AuditRow.id) == row_id).values(detail=kept))
        others.tickets.update(_ticket_of(session, AuditRow, row_id))
    texts: tuple[tuple[Any, str], ...] = (
        (OutboxRow, "error"),
        (WorkRow, "error"),
        (DeliveryRow, "error"),
        (TargetStateRow, "sample"),
    )
    for table, name in texts:
        _erase_column(session, table, name, said)
    return others


def _ticket_of(session: Session, table: Any, row_id: int) -> set[int]:
    found = session.execute(select(table.ticket_id).where(table.id == row_id)).scalar()
    return {found} if found is not None else set()


def _cut(value: Any, own: Said) -> Any:
    return own.without(value) if isinstance(value, str) else without(value, own)


def _unsearched(payload: dict[str, Any], said: Said) -> dict[str, Any]:
    """A search for the guest is over: what was looked for tells of them."""
    params = payload.get("params")
    if payload.get("view") != View.FOUND or not isinstance(params, dict):
        return payload
    return {**payload, "params": {**params, "words": untouched(params.get("words", ""), said)}}


def _erase_column(session: Session, table: Any, name: str, said: Said) -> None:
    """What was written down of a trouble goes as a whole: it quotes what was sent or read."""
    column = getattr(table, name)
    rows = session.execute(select(table.id, column).where(col(column).is_not(None))).all()
    for row_id, written in rows:
        if said.may_be_in(written) and said.touches(written):
            session.execute(update(table).where(table.id == row_id).values({name: None}))


def _holding(session: Session, table: Any, name: str, said: Said) -> Iterator[tuple[int, Any]]:
    """The rows of a table whose JSON may hold what was said."""
    query = select(table.id, type_coerce(getattr(table, name), Text))
    if table is WorkRow:  # what is about to be posted for somebody else is posted as approved
        query = query.where(or_(col(WorkRow.done_at).is_not(None), _is_cancelled()))
    for row_id, written in session.execute(query).all():
        text = written if isinstance(written, str) else json.dumps(written)
        if said.may_be_in(text):
            value = json.loads(text)
            if holds(value, said) or _unsearched(value, said) != value:
                yield row_id, value


def _is_cancelled() -> ColumnElement[bool]:
    return col(WorkRow.cancelled_at).is_not(None)


def _erase_updates(session: Session, said: Said, messages: _Messages) -> None:
    """Updates lose what was said, and the texts of messages about the review; those that are over
    also whatever touches it."""
    query = select(InboxRow.id, InboxRow.raw, InboxRow.done_at, InboxRow.parked_at)
    marks = {f": {message}" for _, message in messages}
    for row_id, written, done_at, parked_at in session.execute(query).all():
        if not said.may_be_in(written) and not any(mark in written for mark in marks):
            continue
        try:
            value = json.loads(written)
        except (ValueError, RecursionError):
            kept: Any = {}
        else:
            kept = without(_messages_without(value, messages), said)
            if done_at is not None or parked_at is not None:
                kept = untouched(kept, said)
            if kept == value:
                continue
        session.execute(
            update(InboxRow)
            .where(col(InboxRow.id) == row_id)
            .values(raw=json.dumps(kept), error=None)
        )


def _messages_without(value: Any, messages: _Messages) -> Any:
    """Return an update without the texts of these messages and of what answers them."""
    if isinstance(value, list):
        return [_messages_without(each, messages) for each in value]
    if not isinstance(value, dict):
        return value
    answered = value.get("reply_to_message")
    if _place(value) in messages or (isinstance(answered, dict) and _place(answered) in messages):
        value = {
            key: each
            for key, each in value.items()
            if key not in ("text", "caption", "entities", "reply_markup", "quote")
        }
    return {key: _messages_without(each, messages) for key, each in value.items()}


def _place(message: dict[str, Any]) -> tuple[Any, Any]:
    chat = message.get("chat")
    return (chat.get("id") if isinstance(chat, dict) else None, message.get("message_id"))


def _erase_from_colleagues(session: Session, said: Said) -> set[int]:
    """What colleagues wrote for other reviews loses the guest's name and words; a template kept
    of such a text goes: what is left of it is none. Return the tickets of these drafts."""
    others = set[int]()
    approved = select(TicketRow.approved_draft_id).where(
        col(TicketRow.approved_draft_id).is_not(None), col(TicketRow.state).in_(OPEN_STATES)
    )
    # What was approved is what is published, to the letter.
    rows = session.execute(
        select(DraftRow.id, DraftRow.text).where(col(DraftRow.id).not_in(approved))
    )
    for row_id, text in rows.all():
        if said.may_be_in(text) and (kept := said.without(text)) != text:
            session.execute(update(DraftRow).where(col(DraftRow.id) == row_id).values(text=kept))
            others |= _ticket_of(session, DraftRow, row_id)
    for template in session.exec(select(SavedTemplateRow)).all():
        if said.is_in(template.text):
            session.delete(template)
    return others
