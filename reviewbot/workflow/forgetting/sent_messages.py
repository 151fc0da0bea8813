"""Messages that told of a review whose guest is forgotten: those about it become copies of its
card, which says that it was removed; lists and digests are shown anew; files and pictures go.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlmodel import col, select

from reviewbot.core.calendar.digest_days import Due, Period
from reviewbot.core.model import OutboxKind
from reviewbot.core.settings import Chat
from reviewbot.core.trends.concern import Sign
from reviewbot.queries.review_lists import find
from reviewbot.store.queues import outbox
from reviewbot.store.tables import CardRow, ConcernRow, OutboxRow, ReviewRow, TicketRow
from reviewbot.store.tx import Tx
from reviewbot.words.vocabulary import View
from reviewbot.workflow.concerns import telling
from reviewbot.workflow.digests import digest_facts
from reviewbot.workflow.forgetting.traces import Elsewhere

LISTS = (View.LIST, View.FOUND, View.QUEUE, View.UNCARDED, View.READY, View.READY_DONE)
"""Views that show other reviews too, and can be shown anew in their place."""
OF_COLLEAGUES = (View.MEASURES, View.TEMPLATES, View.TEMPLATE, View.TEMPLATE_SAVED)
"""Views of what colleagues wrote, of several reviews or of none."""
NO_TEXT = (View.FILE, View.PHOTOS)
QUESTIONS = (
    View.EDIT_PROMPT,
    View.NOTE_PROMPT,
    View.BACK_PROMPT,
    View.GESTURE_PROMPT,
    View.PLACE_PROMPT,
    View.MEASURE_PROMPT,
    View.TEMPLATE_PROMPT,
)
"""What asks for a reply about one review: Telegram lets nobody edit it, but deletes it."""
QUOTE_A_TEXT = (View.EDIT_PROMPT, View.TEMPLATE_PROMPT)
"""Those of them that hold a colleague's text."""
KEYS_ALONE = (View.MENU, View.CLEAR, View.POSTING)
TELL_WHAT_COLLEAGUES_WROTE = (
    View.MEASURE_SAVED,
    View.MEASURE_YOURS,
    View.MEASURE_DUE,
    View.PLACE_QUESTION,
    View.PLACE_SAID,
    View.PLACE_LATE,
    View.HISTORY,
    View.ASK_MEANING,
    View.DRAFT_SAVED,
    View.TEMPLATE_OFFER,
    View.SECOND_SENTENCE,
    *QUOTE_A_TEXT,
)
"""Messages about other reviews that a guest may be named in."""
SAY_WHAT_THEIR_ROW_HOLDS = (OutboxKind.HANDOFF, OutboxKind.NOTICE)
"""Kinds of messages whose row itself holds what a colleague wrote: why something was sent back."""
MOST_LISTS = 200
"""The newest; what lies further back nobody scrolls to."""
QUOTED_WITHIN = {
    Period.DAILY: timedelta(days=4),
    Period.WEEKLY: timedelta(days=16),
    Period.MONTHLY: timedelta(days=64),
}
"""So long after a review came a digest of that kind may quote it."""
PRAISED_WITHIN = timedelta(days=4)


def quoting(tx: Tx, review: ReviewRow, ticket_id: int | None) -> list[OutboxRow]:
    """Return the digests and words of praise that may quote a review; asked before it is
    forgotten."""
    rows = tx.session.exec(
        select(OutboxRow).where(
            col(OutboxRow.kind).in_((OutboxKind.DIGEST, OutboxKind.PRAISE)),
            col(OutboxRow.message_id).is_not(None),
            col(OutboxRow.sent_at) >= review.first_seen_at,
            col(OutboxRow.sent_at) < review.first_seen_at + max(QUOTED_WITHIN.values()),
        )
    )
    return [row for row in rows if _may_quote(tx, row, review, ticket_id)]


def _may_quote(tx: Tx, row: OutboxRow, review: ReviewRow, ticket_id: int | None) -> bool:
    assert row.sent_at is not None
    after = row.sent_at - review.first_seen_at
    if row.kind == OutboxKind.PRAISE:
        return after < PRAISED_WITHIN
    period, chat = Period(row.payload["period"]), tx.settings.chats.get(row.payload["chat"])
    if chat is None or after >= QUOTED_WITHIN[period]:
        return False
    told = digest_facts(tx, chat, Due(period, date.fromisoformat(row.payload["on"]))).overview
    return told is not None and any(
        each.quote and each.number == ticket_id for each in told.problems
    )


def take_back(tx: Tx, review: ReviewRow, ticket_id: int | None, quoting: list[OutboxRow]) -> None:
    """Have every message that told of the review say that it was removed, or go."""
    anew = {(row.chat_id, row.message_id): row for row in quoting}
    for row in lists(tx, review, ticket_id):
        anew.setdefault((row.chat_id, row.message_id), row)
    if ticket_id is not None:
        for row in _told(tx, ticket_id):
            anew.setdefault((row.chat_id, row.message_id), row)
        ticket = tx.session.get_one(TicketRow, ticket_id)
        ticket.revision += 1
        tx.session.add(ticket)
        tx.session.flush()
        outbox.put_edits(tx.session, ticket_id, ticket.revision, tx.now)
        for concern in tx.session.exec(select(ConcernRow)).all():
            if ticket_id in Sign.from_json(concern.facts).tickets:
                telling.edit_copies(tx, concern)
    for row in anew.values():
        _show_anew(tx, row)


def _told(tx: Tx, ticket_id: int) -> Iterator[OutboxRow]:
    """Make copies of the card of what is about this ticket alone; yield the lists it stands in."""
    rows = tx.session.exec(
        select(OutboxRow)
        .where(
            OutboxRow.ticket_id == ticket_id,
            col(OutboxRow.message_id).is_not(None),
            col(OutboxRow.kind) != OutboxKind.EDIT,
        )
        .order_by(col(OutboxRow.id))
    ).all()
    for row in rows:
        view = row.payload.get("view")
        if row.bundle_id is not None:
            yield row
        elif view in (*NO_TEXT, *QUESTIONS):
            _delete(tx, row)
        elif view not in (*KEYS_ALONE, *LISTS, *OF_COLLEAGUES):
            _becomes_card(tx, row, ticket_id)


def _becomes_card(tx: Tx, row: OutboxRow, ticket_id: int) -> None:
    assert row.chat_id is not None
    assert row.message_id is not None
    known = select(CardRow.id).where(
        CardRow.chat_id == row.chat_id, CardRow.message_id == row.message_id
    )
    if tx.session.exec(known).first() is not None:
        return
    tx.session.add(
        CardRow(
            ticket_id=ticket_id,
            round=row.round or 1,
            chat_key=row.chat_key,
            chat_id=row.chat_id,
            thread_id=row.thread_id,
            message_id=row.message_id,
            sent_at=row.sent_at or tx.now,
        )
    )
    tx.session.flush()


def lists(tx: Tx, review: ReviewRow, ticket_id: int | None) -> Iterator[OutboxRow]:
    """Yield what may show the review among others: the newest row of each message."""
    rows = tx.session.exec(
        select(OutboxRow)
        .where(
            col(OutboxRow.message_id).is_not(None),
            col(OutboxRow.sent_at) >= review.first_seen_at,
            col(OutboxRow.kind).in_(
                (OutboxKind.REPLY, OutboxKind.REMINDER, OutboxKind.ESCALATION)
            ),
        )
        .order_by(col(OutboxRow.id).desc())
        .execution_options(yield_per=500)
    )
    seen = 0
    for row in rows:
        is_list = row.payload.get("view") in (*LISTS, *OF_COLLEAGUES)
        items = () if row.kind == OutboxKind.REPLY else row.payload.get("items") or ()
        if is_list or (row.ticket_id is None and ticket_id in {each["ticket"] for each in items}):
            seen += is_list
            if not is_list or seen <= MOST_LISTS:
                yield row


def end_searches(tx: Tx, review_id: int) -> None:
    """Forget what was looked for where nothing else was found: the guest's own words. Asked before
    the review is forgotten."""
    searches = select(OutboxRow).where(
        OutboxRow.kind == OutboxKind.REPLY,
        col(OutboxRow.payload)["view"].as_string() == str(View.FOUND),
    )
    ended: dict[str, bool] = {}
    for row in tx.session.exec(searches).all():
        params = row.payload.get("params") or {}
        words = params.get("words")
        if not words:
            continue
        if words not in ended:
            ended[words] = _finds_only(tx, words, review_id)
        if ended[words]:
            row.payload = {**row.payload, "params": {**params, "words": ""}}
            tx.session.add(row)
    tx.session.flush()


def _finds_only(tx: Tx, words: str, review_id: int) -> bool:
    if not find(tx, words, None, 0, 1, review_id=review_id):
        return False
    return len(find(tx, words, None, 0, 2)) == 1


def tell_without(tx: Tx, others: Elsewhere) -> None:
    """Have the messages about other reviews say what colleagues wrote as it stands now."""
    newest: dict[tuple[int | None, int | None], OutboxRow] = {}
    for number in sorted(others.tickets):
        ticket = tx.session.get_one(TicketRow, number)
        ticket.revision += 1
        tx.session.add(ticket)
        tx.session.flush()
        outbox.put_edits(tx.session, number, ticket.revision, tx.now)
        told = select(OutboxRow).where(
            OutboxRow.ticket_id == number,
            OutboxRow.kind == OutboxKind.REPLY,
            col(OutboxRow.message_id).is_not(None),
        )
        for row in tx.session.exec(told.order_by(col(OutboxRow.id))):
            if row.payload.get("view") in TELL_WHAT_COLLEAGUES_WROTE:
                newest[row.chat_id, row.message_id] = row
    for row_id in sorted(others.rows):
        row = tx.session.get_one(OutboxRow, row_id)
        if row.message_id is not None and row.kind in SAY_WHAT_THEIR_ROW_HOLDS:
            newest[row.chat_id, row.message_id] = row
    for row in newest.values():
        if row.payload.get("view") in QUESTIONS:
            _delete(tx, row)
        else:
            _show_anew(tx, row)


def _show_anew(tx: Tx, row: OutboxRow) -> None:
    """A list of today's, and a question, is asked again by its own view; anything else by its
    row."""
    view, params = row.payload.get("view"), row.payload.get("params") or {}
    if view in LISTS or view == View.PLACE_QUESTION:
        payload = {**row.payload, "params": {**params, "message_id": row.message_id}}
    else:
        payload = {"view": View.ANEW, "params": {"row": row.id, "message_id": row.message_id}}
    _put(tx, row, payload)


def _delete(tx: Tx, row: OutboxRow) -> None:
    numbers = [row.message_id, *row.payload.get("others", ())]
    payload = {"view": View.DELETED, "params": {"messages": numbers}, "reply_to": row.message_id}
    _put(tx, row, payload)


def _put(tx: Tx, row: OutboxRow, payload: dict[str, Any]) -> None:
    chat = Chat(row.chat_key, row.chat_id or 0, row.thread_id)
    key = f"forgotten:{row.id}:{tx.now.isoformat()}"
    asked = row.ticket_id if payload["view"] == View.PLACE_QUESTION else None
    outbox.put(
        tx.session, OutboxKind.REPLY, key, chat, payload, tx.now, ticket_id=asked, silent=True
    )
