"""The first day's one message: what is watched, what was found, what cannot be seen yet."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from reviewbot.core.model import OPEN_STATES, SIGHTED, OutboxKind
from reviewbot.core.settings import Settings
from reviewbot.core.source_facts import Sites, title_of
from reviewbot.store.queues import outbox
from reviewbot.store.queues.outbox import PREFIX
from reviewbot.store.tables import OutboxRow, ReviewRow, TargetRow, TicketRow


def greet(session: Session, settings: Settings, sites: Sites, now: datetime) -> bool:
    """Tell the support chat once all targets were tried; again when targets were added later.

    To be called when a target was tried for the first time. Returns whether a message was put.
    """
    targets = session.exec(select(TargetRow).where(col(TargetRow.retired_at).is_(None))).all()
    newest = max((target.id or 0 for target in targets), default=0)
    chat = settings.chats["support"]
    told = session.exec(
        select(OutboxRow.dedupe_key).where(
            col(OutboxRow.dedupe_key).startswith(f"{PREFIX}{chat.key}:", autoescape=True)
        )
    ).all()
    told_up_to = max((int(key.rpartition(":")[2]) for key in told), default=0)
    fresh = [target for target in targets if (target.id or 0) > told_up_to]
    if not fresh or any(not target.health for target in fresh):
        return False
    return outbox.put(
        session,
        OutboxKind.NOTICE,
        f"{PREFIX}{chat.key}:{newest}",
        chat,
        {"code": "first_contact", "params": _params(session, settings, sites, fresh)},
        now,
    )


def _params(
    session: Session, settings: Settings, sites: Sites, fresh: list[TargetRow]
) -> dict[str, Any]:
    ids = [target.id for target in fresh]
    reviews = session.exec(
        select(func.count()).select_from(ReviewRow).where(col(ReviewRow.target_id).in_(ids))
    ).one()
    backlog = session.exec(
        select(func.count())
        .select_from(TicketRow)
        .join(ReviewRow, col(ReviewRow.id) == TicketRow.review_id)
        .where(
            col(ReviewRow.target_id).in_(ids),
            col(TicketRow.backlog).is_(True),
            col(TicketRow.state).in_(OPEN_STATES),
        )
    ).one()
    every = [
        settings.targets[target.key].every for target in fresh if target.key in settings.targets
    ]
    operator = settings.chats.get(settings.operator_chat)
    person = settings.people.get(operator.person) if operator and operator.person else None
    names = {key: place.name for key, place in settings.locations.items()}
    desk = settings.desks[""]
    first = settings.people.get(desk.on_duty[0]) if desk.on_duty else None
    return {
        "locations": len({target.location_key for target in fresh}),
        "pages": len(fresh),
        "reviews": reviews,
        "backlog": backlog,
        "days": settings.backlog_within.days,
        "minutes_least": _minutes(min(every, default=None)),
        "minutes_most": _minutes(max(every, default=None)),
        "quiet": desk.quiet is not None,
        "critical_to": first.name if first else None,
        "unseen": [
            {
                "source": target.source,
                "source_title": dict(title_of(sites, target.source)),
                "location_name": names.get(target.location_key, target.location_key),
                "health": target.health,
            }
            for target in fresh
            if target.health not in SIGHTED
        ],
        "operator": person.name if person else None,
    }


def _minutes(every: timedelta | None) -> int | None:
    return None if every is None else int(every.total_seconds() // 60)
