"""Acting on tickets: load, check, apply the table, write everything the outcome asks for.

One call is one change: ticket, round, draft, audit, work and outbox rows in the caller's
transaction. Nothing is written before everything was checked, so a caller may catch Refused and
go on in the same transaction.
"""

from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from reviewbot.core import ticket_table
from reviewbot.core.calendar.ticket_clock import next_duty_at
from reviewbot.core.errors import Refused
from reviewbot.core.handoffs import handoffs_after
from reviewbot.core.model import OUTCOME_STATES, DraftSource, Kind, TicketState
from reviewbot.core.source_facts import SourceFacts, title_of
from reviewbot.core.text import is_same_text, typed
from reviewbot.core.ticket import OUTCOMES, Act, Action, Actor, Circumstances, Outcome
from reviewbot.drafting.drafts import Draft, choose
from reviewbot.drafting.signature import signed
from reviewbot.store import audit, cases, drafts, tickets
from reviewbot.store.cases import Case
from reviewbot.store.queues import outbox, work
from reviewbot.store.tables import DraftRow, TicketRow
from reviewbot.store.tx import Tx
from reviewbot.workflow import handoffs
from reviewbot.workflow.checks import case_of, check_asked, check_text, in_words
from reviewbot.workflow.concerns import telling
from reviewbot.workflow.effects import follow

UNPUBLISH = frozenset(
    {
        Action.SEND_BACK,
        Action.UNDO_PUBLISH,
        Action.IS_A_COMPLAINT,
        Action.POSTED,
        Action.ALREADY_ANSWERED,
        Action.SKIP,
        *OUTCOMES,
    }
)
"""Acts of people that only fit while nothing is on its way to the site."""

ENDED = OUTCOME_STATES | {TicketState.ANSWERED}
"""Where a template's draft would be seen by nobody, and a wording be used up."""

_NEW = -1
"""Stands for the draft that the act itself brings, until it has an id."""


@dataclass(frozen=True, slots=True)
class Acted:
    """What an act did. `action` is what was really done: a press on approve may be a propose."""

    ticket: TicketRow
    action: Action
    changed: bool


def act(tx: Tx, ticket_id: int, act: Act, template: Draft | None = None) -> Acted:
    """Do something to a ticket. Raises Refused (core.ticket_table lists the codes).

    `template` is a template's draft; it is used where no person's text would be lost.
    """
    case = case_of(tx, ticket_id)
    if act.text is not None:
        act = replace(act, text=signed(typed(act.text), drafts.sign_of(tx, case.place)))
    try:
        return _act(tx, case, act, template)
    except Refused as refusal:
        raise in_words(tx, case, refusal) from None


def another_draft(tx: Tx, ticket_id: int, actor: Actor) -> Acted:
    """Replace the draft by another template's; when all were shown, begin anew.

    Raises Refused("no_other_draft") where there is only the one.
    """
    case = case_of(tx, ticket_id)
    used = tx.session.exec(
        select(DraftRow.template_id)
        .where(DraftRow.ticket_id == ticket_id, col(DraftRow.template_id).is_not(None))
        .order_by(col(DraftRow.id))
    ).all()
    shown = [template for template in used if template]
    recent = drafts.recent_of(tx, case.place)
    ask = drafts.draft_ask(tx, case.review, case.target.source, case.place, recent)
    chosen = choose(tx.settings.replies, ask, exclude=shown)
    if chosen is None and shown:
        chosen = choose(tx.settings.replies, ask, exclude=shown[-1:])
    if chosen is None:
        raise Refused("no_other_draft")
    return act(tx, ticket_id, Act(Action.ANOTHER, actor), chosen)


def _act(tx: Tx, case: Case, act: Act, template: Draft | None) -> Acted:
    check_asked(tx, case, act)
    row = case.ticket
    current = tx.session.get(DraftRow, row.draft_id) if row.draft_id else None
    is_new = act.text is not None and (current is None or not is_same_text(act.text, current.text))
    ticket = before = tickets.ticket_of(row, current)
    if is_new:
        ticket = replace(ticket, draft_id=_NEW, draft_author=act.actor.key)
    met = _circumstances(tx, case, new_text=is_new)
    outcome = ticket_table.apply(ticket, act, met)
    if not outcome.changed:
        return Acted(row, outcome.action, changed=False)
    if outcome.action in (Action.PROPOSE, Action.APPROVE, Action.AUTO_THANK):
        text = act.text if is_new else current and current.text
        check_text(tx, case, text or "", typed=is_new)
    if outcome.action in UNPUBLISH and work.is_publishing(tx.session, case.ticket_id):
        raise Refused("publishing")

    if outcome.ticket.state in ENDED:
        template = None
    draft_id = _settle_draft(tx, case, act, current, is_new=is_new, template=template)
    _write(row, outcome, draft_id)
    case = follow(tx, case, outcome)
    row.next_duty_at = next_duty_at(case.clock(tx.settings), tx.now)
    tx.session.add_all((case.ticket, case.round))
    _note(tx, case, act, outcome, before=before.state, had=current)
    tx.session.flush()
    outbox.put_edits(tx.session, case.ticket_id, row.revision, tx.now)
    if before.state != row.state or before.draft_id != row.draft_id:
        telling.follow_ticket(tx, case.ticket_id)
    handoffs.put(tx, case, act, handoffs_after(before, act, outcome, met))
    return Acted(row, outcome.action, changed=True)


def _circumstances(tx: Tx, case: Case, *, new_text: bool) -> Circumstances:
    source = tx.sources.get(case.target.source)
    undo = (source or SourceFacts(title_of(tx.sources, case.target.source))).undo
    return Circumstances(
        now=tx.now,
        approval=case.desk.approval,
        new_text=new_text,
        can_publish=cases.is_posted_by_us(tx.sources, case),
        publish_at=tx.now + undo,
        differs=_differs(tx.session, case),
        is_survey=case.review.kind == Kind.SURVEY,
    )


def _differs(session: Session, case: Case) -> bool:
    """Whether the site shows another text than the one approved."""
    if case.ticket.approved_draft_id is None or not case.review.reply_text:
        return False
    approved = session.get_one(DraftRow, case.ticket.approved_draft_id)
    return not is_same_text(approved.text, case.review.reply_text)


def _settle_draft(
    tx: Tx,
    case: Case,
    act: Act,
    current: DraftRow | None,
    *,
    is_new: bool,
    template: Draft | None,
) -> int | None:
    """Store the draft the act brings; return the id of the ticket's draft from now on."""
    language = case.review.verdict_language
    if is_new:
        return drafts.add_text(tx, case.ticket_id, act, language)
    is_template = current is None or current.author_kind == DraftSource.TEMPLATE
    if template is not None and (is_template or act.action is Action.ANOTHER):
        return drafts.add_template(tx, case.ticket_id, template, language)
    return case.ticket.draft_id


def _write(row: TicketRow, outcome: Outcome, draft_id: int | None) -> None:
    tickets.write(row, outcome.ticket)
    if row.approved_draft_id == _NEW:
        row.approved_draft_id = draft_id
    row.draft_id = draft_id
    row.revision += 1


def _note(
    tx: Tx, case: Case, act: Act, outcome: Outcome, *, before: str, had: DraftRow | None
) -> None:
    """Write into the audit who did what, and the text that stands since."""
    draft_id = case.ticket.draft_id
    current = tx.session.get(DraftRow, draft_id) if draft_id else None
    is_other = draft_id != (had.id if had else None)
    audit.audit(
        tx,
        case,
        outcome.action,
        act.actor.key,
        role=act.actor.role,
        before=before,
        text_hash=drafts.text_hash(current.text) if current else None,
        reason=act.reason,
        until=act.until.isoformat() if act.until else None,
        to=act.to,
        draft_id=draft_id,
        text=is_other or None,
    )
