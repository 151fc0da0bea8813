"""*Another draft*: the next template's text in the place of the one shown."""

from sqlmodel import col, select

from reviewbot.core.errors import Refused
from reviewbot.core.ticket import Act, Action, Actor
from reviewbot.drafting.drafts import choose
from reviewbot.store import drafts
from reviewbot.store.tables import DraftRow
from reviewbot.store.tx import Tx
from reviewbot.workflow import act
from reviewbot.workflow.act import Acted
from reviewbot.workflow.checks import case_of


def another_draft(tx: Tx, ticket_id: int, actor: Actor, revision: int | None = None) -> Acted:
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
    recent = drafts.recent_of(tx.session, case.place.key)
    ask = drafts.draft_ask(tx, case.review, case.target.source, case.place, recent)
    chosen = choose(tx.settings.replies, ask, exclude=shown)
    if chosen is None and shown:
        chosen = choose(tx.settings.replies, ask, exclude=shown[-1:])
    if chosen is None:
        raise Refused("no_other_draft")
    return act.act(tx, ticket_id, Act(Action.ANOTHER, actor, revision), chosen)
