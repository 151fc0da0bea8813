"""Thanks by itself that a site did not take: the operator is told once, and the page is let alone
for a while, so that not each bare star is refused and told of."""

from datetime import timedelta

from sqlmodel import col, select

from reviewbot.core.source_facts import title_of
from reviewbot.store.cases import Case
from reviewbot.store.tables import MeasureRow
from reviewbot.store.tx import Tx
from reviewbot.words.vocabulary import NoticeCode
from reviewbot.workflow.chats import tell_operator

_REFUSED = "auto_thanks_refused"
"""The measure of each refusal that was told, by the target's key."""
REST = timedelta(days=7)
"""How long a page is let alone after it did not take one."""


def resting(tx: Tx) -> frozenset[str]:
    """Return the keys of the targets on which nobody is thanked for now."""
    return frozenset(
        tx.session.exec(
            select(MeasureRow.subject).where(
                MeasureRow.name == _REFUSED, col(MeasureRow.at) > tx.now - REST
            )
        )
    )


def refused(tx: Tx, case: Case) -> None:
    """Let the page alone; tell why, unless it was told."""
    key = case.target.key
    if key in resting(tx):
        return
    tx.session.add(MeasureRow(at=tx.now, name=_REFUSED, subject=key, value=1))
    tx.session.flush()
    params = {
        "titles": title_of(tx.sources, case.target.source),
        "place": case.place.name,
        "number": case.ticket_id,
        "failure": case.ticket.failure,
        "days": REST.days,
    }
    tell_operator(tx, NoticeCode.THANKS_REFUSED, params, subject=key)
