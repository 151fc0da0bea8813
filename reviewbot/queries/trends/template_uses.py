"""What became of the drafts of each template; and from which template a colleague's text came."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import col, select

from reviewbot.core.model import DraftSource
from reviewbot.core.ticket import MACHINES
from reviewbot.core.trends.templates import TemplateUse
from reviewbot.queries.counting import BATCH, is_question
from reviewbot.queries.trends.answering import by_template, replies
from reviewbot.store.audit import RoundActs, acts_of, rounds_of
from reviewbot.store.database import is_one_of
from reviewbot.store.tables import DraftRow, ReviewRow, TicketRow
from reviewbot.store.tx import Tx


def template_uses(
    tx: Tx, places: Collection[str], since: datetime, until: datetime
) -> dict[str, TemplateUse]:
    """Return what became of the drafts made in [since, until) for reviews of these places, by
    template; stars are those of replies first seen in that time."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    rows = tx.session.exec(
        select(TicketRow)
        .join(ReviewRow, col(ReviewRow.id) == TicketRow.review_id)
        .where(
            is_one_of(col(TicketRow.location_key), places),
            ~is_question(),
            col(TicketRow.id).in_(
                select(DraftRow.ticket_id).where(DraftRow.at >= since, DraftRow.at < until)
            ),
        )
    ).all()
    drafts = _drafts(tx, [ticket.id or 0 for ticket in rows])
    past = rounds_of(tx.session, [ticket.id or 0 for ticket in rows if ticket.round > 1])
    for ticket in rows:
        number = ticket.id or 0
        for of_round, ended in _by_round(ticket, drafts[number], past.get(number, {})):
            for place, draft in enumerate(of_round):
                if draft.template_id is None or not since <= draft.at < until:
                    continue
                counted[draft.template_id]["drafted"] += 1
                outcome = _outcome(draft, of_round[place + 1 :], ended)
                if outcome:
                    counted[draft.template_id][outcome] += 1
    uses = {
        name: TemplateUse(
            drafted=each["drafted"],
            as_is=each["as_is"],
            edited=each["edited"],
            replaced=each["replaced"],
            skipped=each["skipped"],
        )
        for name, each in counted.items()
    }
    for seen in by_template(replies(tx, places, since, until)):
        use = uses.get(seen.name, TemplateUse())
        uses[seen.name] = replace(use, answered=seen.answered, raised=seen.raised)
    return uses


def _drafts(tx: Tx, tickets: Sequence[int]) -> Mapping[int, list[DraftRow]]:
    """Return the drafts of tickets, oldest first."""
    found: dict[int, list[DraftRow]] = defaultdict(list)
    for start in range(0, len(tickets), BATCH):
        of_some = col(DraftRow.ticket_id).in_(tickets[start : start + BATCH])
        for draft in tx.session.exec(select(DraftRow).where(of_some).order_by(col(DraftRow.id))):
            found[draft.ticket_id].append(draft)
    return found


def _by_round(
    ticket: TicketRow, drafts: Sequence[DraftRow], past: Mapping[int, RoundActs]
) -> Iterator[tuple[list[DraftRow], RoundActs]]:
    """Yield the drafts that each round of a ticket brought, and how the round ended."""
    brought = {draft: n for n, acts in past.items() for draft in acts.drafts}
    found: dict[int, list[DraftRow]] = defaultdict(list)
    for draft in drafts:
        found[brought.get(draft.id or 0, 1)].append(draft)
    for n, of_round in found.items():
        yield of_round, acts_of(ticket) if n == ticket.round else past.get(n, RoundActs())


def _outcome(draft: DraftRow, later: Sequence[DraftRow], ended: RoundActs) -> str | None:
    """Return the field of TemplateUse that counts a template's draft; None while it is open, and
    where no colleague decided about it: the bot thanked, or a program's text took its place."""
    if draft.id == ended.approved:
        return "as_is" if ended.approved_by not in MACHINES else None
    for each in later:
        if each.author_kind == DraftSource.TEMPLATE:
            return "replaced"
        if each.author_kind == DraftSource.MACHINE:
            return None
        if each.id == ended.approved:
            return "edited"
    return "skipped" if ended.is_skipped else None
