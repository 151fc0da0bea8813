"""Who is told that we do not see, and that we see again.

Once per host when it goes out of sight and once when it is back; the operator again each day
while it lasts. What concerns one location alone (its page is gone, it is oddly silent) is told of
that location.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_
from sqlmodel import Session, col, select

from reviewbot.core.health import HOST_WIDE, Judgement, tells_people
from reviewbot.core.model import OPEN_STATES, SIGHTED, Health, OutboxKind
from reviewbot.core.setup import Chat, Setup
from reviewbot.core.sites import Sites, title_of
from reviewbot.store import outbox
from reviewbot.store.tables import HostRow, OutboxRow, ReviewRow, TargetRow, TicketRow

TELL_AGAIN = timedelta(days=1)


def tell(
    session: Session,
    setup: Setup,
    sites: Sites,
    target: TargetRow,
    host: HostRow,
    judgement: Judgement,
    now: datetime,
) -> None:
    health = judgement.health
    if judgement.is_sighted:
        _tell_sighted(session, setup, sites, target, host, now)
        return
    if not tells_people(health, target.failures):
        return
    if health in HOST_WIDE:
        again = host.told_at is not None and host.bad_since is not None
        if again and host.told_at and now - host.told_at < TELL_AGAIN:
            return
        host.bad_since = host.bad_since or target.health_since or now
        host.told_at, host.cause = now, judgement.cause
        session.add(host)
        since, subject = host.bad_since, f"host:{host.name}"
    else:
        since, subject = target.health_since or now, f"target:{target.id}:{health}"
        again = target.failures > 1
        if again and not _was_told_before(session, subject, since, now):
            return
    params = _blind_params(session, setup, sites, target, host, health, judgement.cause, since)
    day = now.date().isoformat()
    code = "unconfirmed" if health is Health.UNCONFIRMED else "blind"
    for chat, for_operator in _readers(setup, only_operator=again or health in _OPERATORS):
        key = f"notice:blind:{subject}:{since.isoformat()}:{chat.key}"
        outbox.put(
            session,
            OutboxKind.NOTICE,
            f"{key}:{day}" if again else key,
            chat,
            {"code": code, "params": _for(params, setup, for_operator)},
            now,
        )


_OPERATORS = frozenset({Health.UNCONFIRMED})
"""States that concern the operator alone: staff need not know of a place without reviews."""


def _was_told_before(session: Session, subject: str, since: datetime, now: datetime) -> bool:
    """Whether the last notice of this subject is a day old, so that it is repeated today."""
    prefix = f"notice:blind:{subject}:{since.isoformat()}:"
    last = session.exec(
        select(func.max(OutboxRow.created_at)).where(
            col(OutboxRow.dedupe_key).startswith(prefix, autoescape=True)
        )
    ).one()
    return last is None or now - last >= TELL_AGAIN


def _tell_sighted(
    session: Session,
    setup: Setup,
    sites: Sites,
    target: TargetRow,
    host: HostRow,
    now: datetime,
) -> None:
    """Say that a host is back, when the last of its targets that it hid is."""
    if host.bad_since is None:
        return
    # A held host's other targets were not asked since, so their state is old; the rest were.
    still = session.exec(
        select(TargetRow.id)
        .where(
            TargetRow.host == host.name,
            TargetRow.id != target.id,
            col(TargetRow.retired_at).is_(None),
            or_(
                col(TargetRow.health) == Health.LAYOUT_CHANGED,
                and_(col(TargetRow.health) == Health.UNREACHABLE, col(TargetRow.failures) > 1),
            ),
        )
        .limit(1)
    ).first()
    if still is not None:
        return
    since, told = host.bad_since, host.told_at
    params = _blind_params(session, setup, sites, target, host, Health.OK, host.cause or "", since)
    params["until"] = now.isoformat()
    host.bad_since = host.told_at = host.cause = None
    session.add(host)
    if told is None:
        return
    for chat, for_operator in _readers(setup):
        outbox.put(
            session,
            OutboxKind.NOTICE,
            f"notice:sighted:host:{host.name}:{since.isoformat()}:{chat.key}",
            chat,
            {"code": "sighted", "params": _for(params, setup, for_operator)},
            now,
        )


def _blind_params(
    session: Session,
    setup: Setup,
    sites: Sites,
    target: TargetRow,
    host: HostRow,
    health: Health,
    cause: str,
    since: datetime,
) -> dict[str, Any]:
    """core.facts.BlindFacts as JSON, instants as ISO text."""
    of_host = health in HOST_WIDE or health in SIGHTED
    targets = session.exec(
        select(TargetRow).where(
            TargetRow.host == host.name,
            TargetRow.source == target.source,
            col(TargetRow.retired_at).is_(None),
        )
    ).all()
    concerned = [row for row in targets if _is_hidden(row, target, host)] if of_host else [target]
    places = {row.location_key for row in concerned}
    open_tickets = session.exec(
        select(func.count())
        .select_from(TicketRow)
        .join(ReviewRow, col(ReviewRow.id) == TicketRow.review_id)
        .where(
            col(ReviewRow.target_id).in_([row.id for row in concerned]),
            col(TicketRow.state).in_(OPEN_STATES),
        )
    ).one()
    place = setup.locations.get(target.location_key)
    return {
        "host": host.name,
        "source": target.source,
        "source_title": dict(title_of(sites, target.source)),
        "health": health.value,
        "since": since.isoformat(),
        "zone": setup.desk_of(target.location_key).zone,
        "locations": len(places),
        "all_locations": len(places) == len({row.location_key for row in targets}),
        "open_tickets": open_tickets,
        "next_try_at": target.next_poll_at.isoformat() if target.next_poll_at else None,
        "until": None,
        "cause": cause,
        "attempts": target.failures,
        "operator": None,
        "cabinet_url": None,
        "url": target.url,
        "location_name": (place.name if place and (not of_host or len(places) == 1) else None),
    }


def _is_hidden(row: TargetRow, target: TargetRow, host: HostRow) -> bool:
    return row.id == target.id or row.health not in SIGHTED or host.backoff_until is not None


def _readers(setup: Setup, *, only_operator: bool = False) -> list[tuple[Chat, bool]]:
    """(chat, is the operator's), each chat once."""
    operator = setup.chats.get(setup.operator_chat, setup.chats["support"])
    readers = [(operator, True)]
    if not only_operator and operator.chat_id != setup.chats["support"].chat_id:
        readers.insert(0, (setup.chats["support"], False))
    return readers


def _for(params: dict[str, Any], setup: Setup, for_operator: bool) -> dict[str, Any]:
    """Staff's copy names the operator and spares them the cause; the operator's has it."""
    if for_operator:
        return {**params, "operator_copy": True}
    chat = setup.chats.get(setup.operator_chat)
    person = setup.people.get(chat.person) if chat and chat.person else None
    return {
        **params,
        "cause": "",
        "attempts": 0,
        "operator": person.name if person else None,
        "operator_copy": False,
    }
