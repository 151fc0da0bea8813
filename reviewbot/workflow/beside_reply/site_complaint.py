"""A complaint about a review to its site: what was sent, and what came of it.

The site has no way in for the bot: people send it by hand, and say so. That the review is gone
the bot sees itself.
"""

from reviewbot.core.beside_reply.said import ComplaintOutcome
from reviewbot.core.errors import Refused
from reviewbot.core.ticket import SITE, Actor
from reviewbot.queries.notes import beside_reply
from reviewbot.store import audit
from reviewbot.store.cases import Case
from reviewbot.store.queues import outbox
from reviewbot.store.tx import Tx
from reviewbot.workflow.beside_reply.told_below import changes_card
from reviewbot.workflow.checks import case_of, check_person


def note_complaint(tx: Tx, ticket_id: int, actor: Actor, outcome: ComplaintOutcome) -> None:
    """Write down that it was sent, or what the site made of it.

    Raises Refused: complaint_unsent, complaint_same, old_button (the site alone brings one back).
    """
    if outcome is ComplaintOutcome.RETURNED:
        raise Refused("old_button")
    case = case_of(tx, ticket_id)
    check_person(tx, case, actor)
    last = beside_reply(tx, case).complaint
    if last is None and outcome is not ComplaintOutcome.SENT:
        raise Refused("complaint_unsent")
    if last is not None and last.outcome is outcome:
        raise Refused("complaint_same")
    changes_card(tx, case)
    audit.audit(tx, case, "site_complaint", actor.key, role=actor.role, outcome=outcome)
    outbox.put_edits(tx.session, ticket_id, case.ticket.revision, tx.now)


def gone(tx: Tx, case: Case) -> None:
    """The review is gone from its site: what was complained of was removed."""
    last = beside_reply(tx, case).complaint
    if last is not None and last.outcome in (ComplaintOutcome.SENT, ComplaintOutcome.RETURNED):
        _note_of_site(tx, case, ComplaintOutcome.REMOVED)


def returned(tx: Tx, case: Case) -> None:
    """The review is on its site again: it was not removed for good."""
    last = beside_reply(tx, case).complaint
    if last is not None and last.outcome is ComplaintOutcome.REMOVED:
        _note_of_site(tx, case, ComplaintOutcome.RETURNED)


def _note_of_site(tx: Tx, case: Case, outcome: ComplaintOutcome) -> None:
    audit.audit(tx, case, "site_complaint", SITE.key, outcome=outcome)
    tx.session.flush()
