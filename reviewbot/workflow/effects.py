"""What an act brings with it beside the ticket's own fields: the round, the work, the alerts."""

from dataclasses import replace
from datetime import datetime

from reviewbot.core.calendar.ticket_clock import is_recorded
from reviewbot.core.model import OUTCOME_STATES, WorkKind
from reviewbot.core.ticket import BOT, Action, Effect, Outcome
from reviewbot.store.cases import Case
from reviewbot.store.queues import outbox, work
from reviewbot.store.tables import ReviewRow, TicketRoundRow
from reviewbot.store.tx import Tx
from reviewbot.words.vocabulary import NoticeCode
from reviewbot.workflow import rounds
from reviewbot.workflow.beside_reply import refused_thanks, site_complaint


def follow(tx: Tx, case: Case, outcome: Outcome) -> Case:
    """Do what the outcome asks for beside the ticket's own fields; return the current case."""
    ticket, round_, effects = case.ticket, case.round, outcome.effects
    if Effect.SEEN in effects and round_.seen_done_at is None:
        _settle_seen(round_, tx.now)
        round_.seen_done_at = tx.now
    if Effect.CANCEL_PUBLISH in effects:
        work.cancel(tx.session, case.ticket_id, tx.now)
    if Effect.SCHEDULE_PUBLISH in effects:
        work.put(
            tx.session,
            WorkKind.POST_REPLY,
            now=tx.now,
            ticket_id=case.ticket_id,
            target_id=case.target.id,
            payload={"draft_id": ticket.approved_draft_id},
            not_before=ticket.publish_at,
            dedupe_key=f"post_reply:{case.ticket_id}:{ticket.revision}",
        )
        outbox.put_keys_when_posting(tx.session, case.ticket_id, ticket.publish_at, tx.now)
    if Effect.DECLINE in effects:
        _decline(tx, case)
    if Effect.MARK in effects:
        round_.marked_at = tx.now
        _settle_breach(round_, tx.now)
    if Effect.UNMARK in effects:
        round_.marked_at = None
    if Effect.ANSWER in effects:
        _answer(round_, case.review, tx.now)
    if Effect.CLOSE_ROUND in effects or Effect.ANSWER in effects:
        if Effect.ANSWER not in effects and round_.marked_at is None:
            _settle_breach(round_, tx.now)
        round_.closed_at = ticket.closed_at = tx.now
    if Effect.REOPEN_ROUND in effects:
        round_.closed_at = ticket.closed_at = round_.marked_at = None
    if outcome.action is Action.MARK_STANDS or ticket.state in OUTCOME_STATES:
        round_.why = replace(case.reasons, mark_stands=True).as_json()
    elif outcome.action is Action.UNDO_OUTCOME:
        round_.why = replace(case.reasons, mark_stands=False).as_json()
    tx.session.add_all((ticket, round_))
    if outcome.action is Action.SEEN_AGAIN:
        site_complaint.returned(tx, case)
    if Effect.NEW_ROUND in effects:
        return rounds.new_round(tx, case, outcome.round_reason)
    if Effect.LOOK_AGAIN in effects:
        rounds.look_again(tx, case, edited=outcome.action is not Action.IS_A_COMPLAINT)
    if Effect.TELL_EDIT in effects:
        rounds.tell_edit(tx, case, is_worse=False)
    if outcome.action is Action.CONFIRMED_GONE:
        site_complaint.gone(tx, case)
    if outcome.action is Action.PUBLISH_REFUSED and ticket.approved_by == BOT.key:
        refused_thanks.refused(tx, case)
    elif outcome.action in (Action.PUBLISH_REFUSED, Action.OUTCOME_UNKNOWN):
        rounds.tell_beside_cards(tx, case, NoticeCode.PUBLISH_FAILED, {"failure": ticket.failure})
    return case


def _decline(tx: Tx, case: Case) -> None:
    """Have the site told that no reply is needed, where it keeps a list of what needs one. It can
    be undone as long as a reply can."""
    target, facts = case.target, tx.sources.get(case.target.source)
    if facts is None or not (facts.declines and facts.publishes(target.key)):
        return
    work.put(
        tx.session,
        WorkKind.DECLINE,
        now=tx.now,
        ticket_id=case.ticket_id,
        target_id=target.id,
        not_before=tx.now + facts.undo,
        dedupe_key=f"decline:{case.ticket_id}:{case.ticket.revision}",
    )


def _settle_seen(round_: TicketRoundRow, now: datetime) -> None:
    is_breached = is_recorded(round_.seen_breached_at, round_.seen_deadline)
    if round_.seen_deadline and round_.seen_deadline < now and not is_breached:
        round_.seen_breached_at = round_.seen_deadline


def _settle_breach(round_: TicketRoundRow, now: datetime) -> None:
    """Record a breach the watch had no time to: the deadline passed before this act."""
    is_breached = is_recorded(round_.breached_at, round_.reply_deadline)
    if round_.reply_deadline and round_.reply_deadline < now and not is_breached:
        round_.breached_at = round_.reply_deadline


def _answer(round_: TicketRoundRow, review: ReviewRow, now: datetime) -> None:
    """Write the interval in which the guest got the answer, and what it proves.

    The site's own date of the reply is taken where it can be true: not before we last saw the
    review without it, not in the future. Days without a time (midnight) fall out that way.
    """
    seen_at = review.reply_seen_at or now
    after = review.unanswered_seen_at
    round_.answered_after = after
    said = review.reply_at
    round_.answered_by = (
        said if said and said <= seen_at and (not after or said >= after) else seen_at
    )
    deadline = round_.reply_deadline
    if deadline is None:
        return
    if round_.breached_at is None and after is not None and after >= deadline:
        round_.breached_at = deadline
    if round_.breached_at is not None and round_.answered_by <= deadline:
        round_.refuted = True
