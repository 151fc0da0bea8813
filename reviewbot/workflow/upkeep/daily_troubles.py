"""Once a day the operator hears what is parked, dead or blind still: nothing fails silently."""

from datetime import date, time
from zoneinfo import ZoneInfo

from reviewbot.queries.health_facts import troubles
from reviewbot.store.tables import DigestSentRow
from reviewbot.store.tx import Tx
from reviewbot.words.vocabulary import NoticeCode
from reviewbot.workflow.attempts import Attempted, attempt
from reviewbot.workflow.chats import tell_operator

TOLD_AT = time(9, 30)
"""By the default desk's clock."""


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
    chat, period = _remembered_by(tx, day)
    tx.session.add(DigestSentRow(chat_key=chat, period=period, sent_at=tx.now))
    tx.session.flush()
    facts = troubles(tx)
    parked = facts.outbox_parked or facts.inbox_parked
    wrong = bool(facts.blind or facts.dead_chats or parked)
    if wrong:
        params = {
            "blind": [each.to_json() for each in facts.blind],
            "dead": facts.dead_chats,
            "messages": facts.outbox_parked,
            "presses": facts.inbox_parked,
        }
        tell_operator(tx, NoticeCode.TROUBLES, params, key=f"notice:{period}")
    return wrong


def _day(tx: Tx) -> date | None:
    """Return the day whose notice is due; None: it is early, or it was put."""
    local = tx.now.astimezone(ZoneInfo(tx.settings.desks[""].zone))
    if local.time() < TOLD_AT:
        return None
    put = tx.session.get(DigestSentRow, _remembered_by(tx, local.date()))
    return local.date() if put is None else None


def _remembered_by(tx: Tx, day: date) -> tuple[str, str]:
    return tx.settings.operator_chat, f"troubles:{day.isoformat()}"
