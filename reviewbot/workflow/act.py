"""Acting on tickets: load, check, `desk.apply`, write everything the outcome asks for.

One call is one change: ticket, round, draft, audit, work and outbox rows in the caller's
transaction. Nothing is written before everything was checked, so a caller may catch Refused and
go on in the same transaction.
"""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from reviewbot.core import ticket as desk
from reviewbot.core.errors import Refused
from reviewbot.core.model import DraftSource, Role, TicketState
from reviewbot.core.source_facts import SourceFacts, title_of
from reviewbot.core.text import clean, folded
from reviewbot.core.ticket import Act, Action, Actor
from reviewbot.drafting import lint
from reviewbot.drafting.drafts import Draft, choose
from reviewbot.store import audit, cases, drafts
from reviewbot.store.cases import Case
from reviewbot.store.people import may_see, name_of, person_of
from reviewbot.store.queues import outbox, work
from reviewbot.store.tables import (
    AuditRow,
    DraftRow,
    TicketRow,
    VerdictFeedbackRow,
)
from reviewbot.store.tx import Tx
from reviewbot.workflow import ladders
from reviewbot.workflow.effects import follow

UNPUBLISH = frozenset(
    {
        Action.SEND_BACK,
        Action.UNDO_PUBLISH,
        Action.POSTED,
        Action.ALREADY_ANSWERED,
        Action.SKIP,
    }
)
"""Acts of people that only fit while nothing is on its way to the site."""

_NEW = -1
"""Stands for the draft that the act itself brings, until it has an id."""


@dataclass(frozen=True, slots=True)
class Acted:
    """What an act did. `action` is what was really done: a press on approve may be a propose."""

    ticket: TicketRow
    action: Action
    changed: bool


def act(
    tx: Tx,
    ticket_id: int,
    action: Action,
    actor: Actor,
    *,
    revision: int | None = None,
    text: str | None = None,
    reason: str | None = None,
    until: datetime | None = None,
    to: str | None = None,
    has_reply: bool = False,
    draft: Draft | None = None,
    chat_id: int | None = None,
    message_id: int | None = None,
) -> Acted:
    """Do `action` to a ticket. Raises Refused (core.desk lists the codes).

    `revision` is that of the card pressed. `text` is a person's own (propose, approve), written
    in message `message_id` of `chat_id`; `draft` a template's, used where no person's text would
    be lost. `reason` goes with skip and with a failed publication, `until` with snooze, `to` (a
    person's key) with transfer, `has_reply` with seen_again.
    """
    case = _load(tx, ticket_id)
    asked = _Asked(
        action,
        actor,
        tx.now,
        revision,
        (clean(text) or "") if text is not None else None,
        reason,
        until,
        to,
        has_reply,
        draft,
        chat_id,
        message_id,
    )
    try:
        return _act(tx, case, asked)
    except Refused as refusal:
        raise _in_words(tx, case, refusal) from None


@dataclass(frozen=True, slots=True)
class _Asked:
    action: Action
    actor: Actor
    now: datetime
    revision: int | None
    text: str | None
    reason: str | None
    until: datetime | None
    to: str | None
    has_reply: bool
    draft: Draft | None
    chat_id: int | None
    message_id: int | None


def _act(tx: Tx, case: Case, asked: _Asked) -> Acted:
    ticket, actor, now = case.ticket, asked.actor, asked.now
    site = tx.sources.get(case.target.source) or SourceFacts(
        title_of(tx.sources, case.target.source)
    )
    if actor.role is not None:
        _check_place(tx, actor, case)
        _check_fresh(tx.session, case, asked)
    if asked.to is not None:
        _check_receiver(tx, asked.to, case)
    current = tx.session.get(DraftRow, ticket.draft_id) if ticket.draft_id else None
    is_new = asked.text is not None and (
        current is None or folded(asked.text) != folded(current.text)
    )
    seen = _seen(ticket, current)
    if is_new:
        seen = replace(seen, draft_id=_NEW, draft_author=actor.key)
    outcome = desk.apply(
        seen,
        Act(
            action=asked.action,
            actor=actor,
            now=now,
            approval=case.desk.approval,
            reason=asked.reason,
            until=asked.until,
            to=asked.to,
            new_text=is_new,
            can_publish=cases.is_posted_by_us(tx.sources, case),
            publish_at=now + site.undo,
            has_reply=asked.has_reply,
            differs=_differs(tx.session, case),
        ),
    )
    if not outcome.changed:
        return Acted(ticket, outcome.action, changed=False)
    if outcome.action in (Action.PROPOSE, Action.APPROVE):
        text = asked.text if is_new and asked.text is not None else current and current.text
        _lint(tx, case, text or "", site)
    if outcome.action in UNPUBLISH and work.is_publishing(tx.session, case.ticket_id):
        raise Refused("publishing")

    before = ticket.state
    draft_id = _settle_draft(tx, case, asked, current, is_new=is_new)
    _write(ticket, outcome.ticket)
    if ticket.approved_draft_id == _NEW:
        ticket.approved_draft_id = draft_id
    has_new_draft = draft_id != (current.id if current else None)
    ticket.draft_id = draft_id
    ticket.revision += 1
    case = follow(tx, case, outcome)
    ticket.next_duty_at = ladders.next_duty_at(tx, case)
    tx.session.add_all((case.ticket, case.round))
    current = tx.session.get(DraftRow, draft_id) if draft_id else None
    audit.audit(
        tx,
        case,
        outcome.action,
        actor.key,
        role=actor.role,
        before=before,
        text_hash=current.hash if current else None,
        reason=asked.reason,
        until=asked.until.isoformat() if asked.until else None,
        to=asked.to,
        draft_id=draft_id,
        text=has_new_draft or None,
    )
    tx.session.flush()
    outbox.put_edits(tx.session, case.ticket_id, ticket.revision, now)
    return Acted(ticket, outcome.action, changed=True)


def another_draft(
    tx: Tx,
    ticket_id: int,
    actor: Actor,
    *,
    revision: int | None = None,
) -> Acted:
    """Replace the draft by another template's; when all were shown, begin anew.

    Raises Refused("no_other_draft") where there is only the one.
    """
    case = _load(tx, ticket_id)
    used = tx.session.exec(
        select(DraftRow)
        .where(DraftRow.ticket_id == ticket_id, col(DraftRow.template_id).is_not(None))
        .order_by(col(DraftRow.id))
    ).all()
    shown = [row.template_id for row in used if row.template_id]
    recent = drafts.recent_of(tx.session, case.place.key)
    ask = drafts.draft_ask(tx, case.review, case.target.source, case.place, recent)
    chosen = choose(tx.settings.replies, ask, exclude=shown)
    if chosen is None and shown:
        chosen = choose(tx.settings.replies, ask, exclude=shown[-1:])
    if chosen is None:
        raise Refused("no_other_draft")
    return act(tx, ticket_id, Action.ANOTHER, actor, revision=revision, draft=chosen)


def note(tx: Tx, ticket_id: int, actor: Actor, text: str) -> None:
    """Write a note of a colleague into the ticket's history; the card does not change."""
    case = _load(tx, ticket_id)
    _check_person(tx, actor, case)
    words = clean(text, limit=2000)
    if words:
        audit.audit(tx, case, "note", actor.key, role=actor.role, note=words)
        tx.session.flush()


def verdict_feedback(
    tx: Tx,
    ticket_id: int,
    actor: Actor,
    says: str,
    *,
    topic: str | None = None,
) -> None:
    """Keep what a person says of the verdict: not_a_complaint, wrong_topic (with the right one)
    or is_a_complaint, with the rules that spoke."""
    case = _load(tx, ticket_id)
    _check_person(tx, actor, case)
    rules = [reason["rule"] for reason in case.review.reasons if reason.get("rule")]
    assert case.review.id is not None
    tx.session.add(
        VerdictFeedbackRow(
            review_id=case.review.id,
            at=tx.now,
            person=actor.key,
            says=says,
            topic=topic,
            rules=rules,
        )
    )
    audit.audit(tx, case, "feedback", actor.key, role=actor.role, says=says, topic=topic)
    tx.session.flush()


def _load(tx: Tx, ticket_id: int) -> Case:
    case = cases.load(tx, ticket_id)
    if case is None:
        raise Refused("unknown_ticket", number=ticket_id)
    return case


def _check_place(tx: Tx, actor: Actor, case: Case) -> None:
    if not may_see(tx, actor.key, case.place.key):
        raise Refused("not_your_location", location=case.place.name)


def _check_person(tx: Tx, actor: Actor, case: Case) -> None:
    if actor.role in (None, Role.VIEWER):
        raise Refused("viewer")
    _check_place(tx, actor, case)


def _check_receiver(tx: Tx, key: str, case: Case) -> None:
    person = person_of(tx, key)
    if (
        person is None
        or person.role is Role.VIEWER
        or not tx.settings.may_see(person, case.place.key)
    ):
        raise Refused("unknown_person", person=person.name if person else key)


def _check_fresh(session: Session, case: Case, asked: _Asked) -> None:
    """Refuse a press on an older card where what it decides about has changed since."""
    if asked.revision is None or asked.revision >= case.ticket.revision:
        return
    since = session.exec(
        select(AuditRow).where(AuditRow.ticket_id == case.ticket_id).order_by(col(AuditRow.id))
    ).all()
    newer = [row for row in since if int(row.detail.get("revision", 0)) > asked.revision]
    reviews = [row for row in newer if row.action in _REVIEW_CHANGED]
    if reviews:
        raise Refused("stale_card", at=reviews[-1].at)
    texts = [row for row in newer if row.detail.get("text")]
    decides = asked.action in (Action.APPROVE, Action.PROPOSE) and asked.text is None
    still_open = case.ticket.state in (
        TicketState.WAITING,
        TicketState.PROPOSED,
        TicketState.FAILED,
    )
    if texts and decides and still_open:
        raise Refused("draft_changed", who=texts[-1].actor, at=texts[-1].at)


_REVIEW_CHANGED = frozenset(
    {Action.EDITED, Action.EDITED_WORSE, Action.REPLY_VANISHED, Action.SEEN_AGAIN}
)

_FIELDS = tuple(
    each.name for each in fields(desk.Ticket) if each.name not in ("draft_author", "draft_id")
)


def _seen(ticket: TicketRow, current: DraftRow | None) -> desk.Ticket:
    values: dict[str, Any] = {name: getattr(ticket, name) for name in _FIELDS}
    values["state"] = TicketState(ticket.state)
    return desk.Ticket(
        **values,
        draft_id=ticket.draft_id,
        draft_author=current.author_key if current else None,
    )


def _write(ticket: TicketRow, after: desk.Ticket) -> None:
    for name in _FIELDS:
        setattr(ticket, name, getattr(after, name))


def _differs(session: Session, case: Case) -> bool:
    """Whether the site shows another text than the one approved (principle 9's comparison)."""
    if case.ticket.approved_draft_id is None or not case.review.reply_text:
        return False
    approved = session.get_one(DraftRow, case.ticket.approved_draft_id)
    return folded(approved.text) != folded(case.review.reply_text)


def _lint(tx: Tx, case: Case, text: str, site: SourceFacts) -> None:
    review = case.review
    said = (review.title, review.text, review.pros, review.cons, review.author)
    guest = " ".join(filter(None, said))
    for problem in lint.problems(
        text, site.limit, tx.settings.replies, not case.subject.wordless, guest=guest
    ):
        if problem.refuses:
            title = title_of(tx.sources, case.target.source)
            raise Refused(f"reply_{problem.code}", **problem.params, source_title=title)


def _settle_draft(
    tx: Tx, case: Case, asked: _Asked, current: DraftRow | None, *, is_new: bool
) -> int | None:
    """Store the draft the act brings; return the id of the ticket's draft from now on."""
    language = case.review.verdict_language
    if is_new and asked.text is not None:
        return drafts.add_text(
            tx,
            case.ticket_id,
            asked.actor,
            asked.text,
            language,
            chat_id=asked.chat_id,
            message_id=asked.message_id,
        )
    is_template = current is None or current.author_kind == DraftSource.TEMPLATE
    if asked.draft is not None and (is_template or asked.action is Action.ANOTHER):
        return drafts.add_template(
            tx,
            case.ticket_id,
            asked.draft,
            language,
        )
    return case.ticket.draft_id


def _in_words(tx: Tx, case: Case, refusal: Refused) -> Refused:
    """Return the refusal with people's names for keys, and the time of what was there first."""
    params = dict(refusal.params)
    if params.get("who"):
        params["who"] = name_of(tx, params["who"])
    if refusal.code == "already" and params.get("at") is None:
        rows = tx.session.exec(
            select(AuditRow)
            .where(AuditRow.ticket_id == case.ticket_id, AuditRow.to_state == params["state"])
            .order_by(col(AuditRow.id).desc())
        ).all()
        arrived = [row for row in rows if row.from_state != row.to_state]
        if arrived:
            params["at"] = arrived[0].at
    return Refused(refusal.code, **params)
