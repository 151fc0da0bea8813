"""Once a day the operator hears what is parked, dead or blind still: nothing fails silently."""

from datetime import date, time
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from reviewbot.queries.health_facts import troubles
from reviewbot.store.tables import MeasureRow
from reviewbot.store.tx import Tx
from reviewbot.words.vocabulary import NoticeCode
from reviewbot.workflow.attempts import Attempted, attempt
from reviewbot.workflow.chats import tell_operator

TOLD_AT = time(9, 30)
"""By the default desk's clock."""
_LOOKED = "troubles"
"""The measure that says on which days it was looked; its value: whether something was told."""


def is_due(tx: Tx) -> bool:
    """Whether today's look at what is wrong is still to come; reads only."""
    return _day(tx) is not None


def put_due(tx: Tx) -> bool:
    """Tell the operator what is wrong, once a day; return whether there was anything to tell."""
    return bool(attempt(tx, Attempted("troubles", "troubles"), lambda: _put(tx)))


def _put(tx: Tx) -> bool:
    day = _day(tx)
    if day is None:
        return False
    facts = troubles(tx)
    parked = facts.outbox_parked or facts.inbox_parked or facts.deliveries_given_up
    # An installation that is new, or new to this, has told what is wrong otherwise today.
    is_first = _last_day(tx) is None
    # Blindness alone has its own notice each day: here it is named beside the rest.
    wrong = bool(facts.dead_chats or parked or facts.work_given_up) and not is_first
    told = float(wrong)
    tx.session.add(MeasureRow(at=tx.now, name=_LOOKED, subject=day.isoformat(), value=told))
    tx.session.flush()
    if wrong:
        params = {
            "blind": [each.to_json() for each in facts.blind],
            "dead": facts.dead_chats,
            "messages": facts.outbox_parked,
            "presses": facts.inbox_parked,
            "work": facts.work_given_up,
            "deliveries": facts.deliveries_given_up,
        }
        tell_operator(tx, NoticeCode.TROUBLES, params, key=f"notice:troubles:{day}")
    return wrong


def _day(tx: Tx) -> date | None:
    """Return the day whose notice is due; None: it is early, or it was put."""
    local = tx.now.astimezone(ZoneInfo(tx.settings.desks[""].zone))
    if local.time() < TOLD_AT:
        return None
    last = _last_day(tx)
    return local.date() if last is None or last < local.date() else None


def _last_day(tx: Tx) -> date | None:
    days = select(MeasureRow.subject).where(MeasureRow.name == _LOOKED)
    last = tx.session.exec(days.order_by(col(MeasureRow.id).desc()).limit(1)).first()
    return date.fromisoformat(last) if last else None
