"""The first day's one message: what is watched, what was found, what cannot be seen yet."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, func, text
from sqlalchemy import select as columns
from sqlmodel import col, select

from reviewbot.core.model import OPEN_STATES, SIGHTED, OutboxKind
from reviewbot.core.settings import SUPPORT
from reviewbot.core.source_facts import title_of
from reviewbot.queries.card_facts import operator_name
from reviewbot.queries.counting import is_question
from reviewbot.store.database import run
from reviewbot.store.queues import outbox
from reviewbot.store.queues.outbox import PREFIX
from reviewbot.store.tables import LocationRow, OutboxRow, ReviewRow, TargetRow, TicketRow
from reviewbot.store.tx import Tx
from reviewbot.words.notices import MOST_UNSEEN
from reviewbot.words.vocabulary import NoticeCode
from reviewbot.workflow.reminders import duty

_NOT_TOLD = (
    col(TargetRow.retired_at).is_(None),
    col(TargetRow.id) > bindparam("told"),
    func.coalesce(LocationRow.role, "own") == "own",
)
_PLACE = LocationRow, col(LocationRow.key) == TargetRow.location_key
# Columns: as objects the ten thousand of a large installation took 35 MiB for the one message.
_FRESH = (
    columns(
        col(TargetRow.id),
        col(TargetRow.key),
        col(TargetRow.source),
        col(TargetRow.location_key),
        col(TargetRow.health),
    )
    .join(*_PLACE, isouter=True)
    .where(*_NOT_TOLD)
    .order_by(col(TargetRow.id))
)
_IS_OF_FRESH = col(ReviewRow.target_id).in_(
    select(TargetRow.id).join(*_PLACE, isouter=True).where(*_NOT_TOLD)
)
_REVIEWS = select(func.count()).select_from(ReviewRow).where(_IS_OF_FRESH, ~is_question())
_BACKLOG = (
    select(func.count())
    .select_from(TicketRow)
    .join(ReviewRow, col(ReviewRow.id) == TicketRow.review_id)
    .where(_IS_OF_FRESH, col(TicketRow.backlog), col(TicketRow.state).in_(OPEN_STATES))
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
    chat = tx.settings.chats[SUPPORT]
    greetings = tx.session.exec(
        select(OutboxRow.dedupe_key).where(
            col(OutboxRow.dedupe_key).startswith(f"{PREFIX}{chat.key}:", autoescape=True)
        )
    ).all()
    told_up_to = max((int(key.rpartition(":")[2]) for key in greetings), default=0)
    # On the first day each target's first reading asks this: thousands of rows are not loaded.
    if tx.session.exec(_UNTRIED, params={"told": told_up_to}).first() is not None:
        return False
    fresh = run(tx.session, _FRESH, {"told": told_up_to}).all()
    if not fresh:
        return False
    return outbox.put(
        tx.session,
        OutboxKind.NOTICE,
        f"{PREFIX}{chat.key}:{fresh[-1].id}",
        chat,
        {"code": NoticeCode.FIRST_CONTACT, "params": _params(tx, fresh, told_up_to)},
        tx.now,
    )


def _params(tx: Tx, fresh: Sequence[Any], told_up_to: int) -> dict[str, Any]:
    since = {"told": told_up_to}
    every = [
        tx.settings.targets[target.key].every
        for target in fresh
        if target.key in tx.settings.targets
    ]
    names = {key: place.name for key, place in tx.settings.locations.items()}
    desk = tx.settings.desks[""]
    first = tx.settings.people.get(next(iter(duty.on_duty(tx, desk)), ""))
    unseen = [target for target in fresh if target.health not in SIGHTED]
    return {
        "locations": len({target.location_key for target in fresh}),
        "pages": len(fresh),
        "reviews": run(tx.session, _REVIEWS, since).scalar_one(),
        "backlog": run(tx.session, _BACKLOG, since).scalar_one(),
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
            for target in unseen[:MOST_UNSEEN]
        ],
        "unseen_count": len(unseen),
        "operator": operator_name(tx.settings),
    }


def _minutes(every: timedelta | None) -> int | None:
    return None if every is None else int(every.total_seconds() // 60)
