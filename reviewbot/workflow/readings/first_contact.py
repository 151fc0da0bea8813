"""The first day's one message: what is watched, what was found, what cannot be seen yet."""

from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, func, text
from sqlmodel import col, select

from reviewbot.core.model import OPEN_STATES, SIGHTED, OutboxKind
from reviewbot.core.source_facts import title_of
from reviewbot.queries.counting import is_question
from reviewbot.store.queues import outbox
from reviewbot.store.queues.outbox import PREFIX
from reviewbot.store.tables import LocationRow, OutboxRow, ReviewRow, TargetRow, TicketRow
from reviewbot.store.tx import Tx
from reviewbot.words.vocabulary import NoticeCode
from reviewbot.workflow.reminders import duty

_NOT_TOLD = (
    col(TargetRow.retired_at).is_(None),
    col(TargetRow.id) > bindparam("told"),
    func.coalesce(LocationRow.role, "own") == "own",
)
_PLACE = LocationRow, col(LocationRow.key) == TargetRow.location_key
_FRESH = (
    select(TargetRow).join(*_PLACE, isouter=True).where(*_NOT_TOLD).order_by(col(TargetRow.id))
)
_UNTRIED = (
    select(TargetRow.id)
    .join(*_PLACE, isouter=True)
    # As the index on the untried has it.
    .where(*_NOT_TOLD, text("target.health = ''"))
    .limit(1)
)


def greet(tx: Tx) -> bool:
    """Tell the support chat once all targets were tried; again when targets were added later.

    To be called when a target was tried for the first time. Returns whether a message was put.
    """
    chat = tx.settings.chats["support"]
    greetings = tx.session.exec(
        select(OutboxRow.dedupe_key).where(
            col(OutboxRow.dedupe_key).startswith(f"{PREFIX}{chat.key}:", autoescape=True)
        )
    ).all()
    told_up_to = max((int(key.rpartition(":")[2]) for key in greetings), default=0)
    # On the first day each target's first reading asks this: thousands of rows are not loaded.
    if tx.session.exec(_UNTRIED, params={"told": told_up_to}).first() is not None:
        return False
    fresh = list(tx.session.exec(_FRESH, params={"told": told_up_to}))
    if not fresh:
        return False
    newest = max(target.id or 0 for target in fresh)
    return outbox.put(
        tx.session,
        OutboxKind.NOTICE,
        f"{PREFIX}{chat.key}:{newest}",
        chat,
        {"code": NoticeCode.FIRST_CONTACT, "params": _params(tx, fresh)},
        tx.now,
    )


def _params(tx: Tx, fresh: list[TargetRow]) -> dict[str, Any]:
    ids = [target.id for target in fresh]
    reviews = tx.session.exec(
        select(func.count())
        .select_from(ReviewRow)
        .where(col(ReviewRow.target_id).in_(ids), ~is_question())
    ).one()
    backlog = tx.session.exec(
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
        tx.settings.targets[target.key].every
        for target in fresh
        if target.key in tx.settings.targets
    ]
    operator = tx.settings.chats.get(tx.settings.operator_chat)
    person = tx.settings.people.get(operator.person) if operator and operator.person else None
    names = {key: place.name for key, place in tx.settings.locations.items()}
    desk = tx.settings.desks[""]
    first = tx.settings.people.get(next(iter(duty.on_duty(tx, desk)), ""))
    return {
        "locations": len({target.location_key for target in fresh}),
        "pages": len(fresh),
        "reviews": reviews,
        "backlog": backlog,
        "days": tx.settings.backlog_within.days,
        "minutes_least": _minutes(min(every, default=None)),
        "minutes_most": _minutes(max(every, default=None)),
        "quiet": desk.quiet is not None,
        "critical_to": first.name if first else None,
        "unseen": [
            {
                "source": target.source,
                "source_title": dict(title_of(tx.sources, target.source)),
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
