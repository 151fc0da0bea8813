"""The state of everything right now: what /health and `reviewbot doctor` tell."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from reviewbot.core.facts import BlindFacts, HealthFacts
from reviewbot.core.model import SIGHTED, Health
from reviewbot.core.source_facts import Sources, title_of
from reviewbot.queries.card_facts import operator_name
from reviewbot.queries.diagnosis import PERIOD, blind_times
from reviewbot.queries.open_tickets import open_by_place
from reviewbot.store.cases import place_of
from reviewbot.store.chats import DEAD, earlier_ids
from reviewbot.store.database import is_one_of, run
from reviewbot.store.queues import deliveries, inbox, unsent
from reviewbot.store.queues import work as work_queue
from reviewbot.store.queues.outbox import UNSENT, WAITS_SINCE
from reviewbot.store.tables import (
    ChatRow,
    HostRow,
    InboxRow,
    OutboxRow,
    TargetRow,
    WorkRow,
)
from reviewbot.store.tickets import open_on
from reviewbot.store.tx import Tx

_STANDING = columns(
    col(TargetRow.id),
    col(TargetRow.host),
    col(TargetRow.source),
    col(TargetRow.health),
    col(TargetRow.health_since),
    col(TargetRow.next_poll_at),
    col(TargetRow.location_key),
    col(TargetRow.failures),
)


def health(tx: Tx, places: Collection[str] | None = None) -> HealthFacts:
    """Return what /health and `reviewbot doctor` tell; of `places` alone, where somebody is shown
    no others: then no other chat is named either."""
    here: list[ColumnElement[bool]] = [col(TargetRow.retired_at).is_(None)]
    if places is not None:
        here.append(is_one_of(col(TargetRow.location_key), places))
    # Columns: in an outage all of ten thousand are out of sight.
    hidden = run(
        tx.session,
        _STANDING.where(*here, col(TargetRow.health).not_in(("", *sorted(SIGHTED)))),
    ).all()
    by_health = tx.session.exec(
        select(TargetRow.health, func.count(), func.max(TargetRow.last_reading_at))
        .where(*here)
        .group_by(TargetRow.health)
    ).all()
    waiting, oldest = tx.session.exec(
        select(func.count(), func.min(WAITS_SINCE)).where(*UNSENT, OutboxRow.not_before <= tx.now)
    ).one()
    parked = tx.session.exec(
        select(func.count()).where(col(OutboxRow.parked_at).is_not(None))
    ).one()
    updates, bad_updates = inbox.counts(tx.session)
    work = tx.session.exec(
        select(func.count()).where(
            col(WorkRow.done_at).is_(None), col(WorkRow.cancelled_at).is_(None)
        )
    ).one()
    dead = tx.session.exec(select(ChatRow).where(*DEAD)).all()
    if places is not None:
        dead = []
    open_, overdue, _ = open_by_place(tx, places)
    read = [last for *_, last in by_health if last]
    telegram, telegram_since = inbox.trouble(tx.session) or ("", None)
    return HealthFacts(
        at=tx.now,
        zone=tx.settings.zone,
        targets=sum(count for _, count, _ in by_health),
        states={state: count for state, count, _ in by_health if state},
        blind=_blind(Tx(tx.session, tx.settings, tx.sources or {}, tx.now), hidden),
        outbox_waiting=waiting,
        outbox_oldest=oldest,
        outbox_parked=parked,
        inbox_waiting=updates,
        inbox_parked=bad_updates,
        work_waiting=work,
        deliveries_given_up=deliveries.count_dead(tx.session),
        work_given_up=work_queue.count_given_up(tx.session, tx.now - timedelta(days=1)),
        dead_chats=tuple(_name_of_ours(tx, row) or row.title or str(row.chat_id) for row in dead),
        telegram=telegram,
        telegram_since=telegram_since,
        open_tickets=open_,
        overdue=sum(late for _, late in overdue),
        last_reading_at=max(read, default=None),
        unseen=_unseen(tx.session, tx.sources or {}, here, tx.now),
    )


def troubles(tx: Tx) -> HealthFacts:
    """Return what of it the operator can mend: messages that would still tell something, presses
    and deliveries given up since yesterday, chats of ours that are dead, pages out of sight."""
    facts = health(tx)
    given_up = select(func.count()).where(col(InboxRow.parked_at) > tx.now - timedelta(days=1))
    dead = tx.session.exec(select(ChatRow).where(*DEAD)).all()
    return replace(
        facts,
        outbox_parked=unsent.count_resendable(tx.session),
        inbox_parked=tx.session.exec(given_up).one(),
        deliveries_given_up=deliveries.count_dead(tx.session, tx.now - timedelta(days=1)),
        dead_chats=tuple(name for row in dead if (name := _name_of_ours(tx, row))),
    )


def _blind(tx: Tx, targets: Sequence[Any]) -> tuple[BlindFacts, ...]:
    """Return one entry per host and state, those longest out of sight first."""
    groups: dict[tuple[str, str, str], list[Any]] = defaultdict(list)
    for target in targets:
        groups[target.host, target.source, target.health].append(target)
    unseen = []
    for (name, source, state), rows in groups.items():
        host = tx.session.get(HostRow, name)
        whole = tx.session.exec(
            select(func.count()).where(
                TargetRow.host == name,
                TargetRow.source == source,
                col(TargetRow.retired_at).is_(None),
            )
        ).one()
        open_tickets = open_on(tx.session, [row.id for row in rows])
        since = [row.health_since for row in rows if row.health_since]
        tries = [row.next_poll_at for row in rows if row.next_poll_at]
        places = {row.location_key for row in rows}
        unseen.append(
            BlindFacts(
                host=name,
                source=source,
                source_title=title_of(tx.sources, source),
                health=Health(state),
                since=min(since) if since else tx.now,
                zone=tx.settings.zone,
                locations=len(places),
                all_locations=len(rows) == whole,
                open_tickets=open_tickets,
                next_try_at=min(tries, default=None),
                cause=(host.cause or "") if host else "",
                attempts=max(row.failures for row in rows),
                operator=operator_name(tx.settings),
                location_name=place_of(tx, next(iter(places))).name if len(places) == 1 else None,
            )
        )
    return tuple(sorted(unseen, key=lambda each: each.since or tx.now))


def _unseen(
    session: Session, sources: Sources, here: Sequence[ColumnElement[bool]], now: datetime
) -> tuple[tuple[Mapping[str, str], float], ...]:
    """Return the share of the last week that the pages of each source were out of sight."""
    blind_for = blind_times(session, now - PERIOD, now)
    if not blind_for:
        return ()
    lost: dict[str, timedelta] = defaultdict(timedelta)
    pages: Counter[str] = Counter()
    for target_id, source in session.exec(select(TargetRow.id, TargetRow.source).where(*here)):
        pages[source] += 1
        lost[source] += blind_for.get(target_id, timedelta())
    return tuple(
        (title_of(sources, source), lost[source] / (PERIOD * pages[source]))
        for source in sorted(lost)
        if lost[source]
    )


def _name_of_ours(tx: Tx, row: ChatRow) -> str:
    """Return the name of a configured chat, also where the group has moved, or of somebody of the
    staff list; empty for any other."""
    ids = {row.chat_id, *earlier_ids(tx.session, row.chat_id)}
    names = [chat.key for chat in tx.settings.chats.values() if chat.chat_id in ids]
    person = tx.settings.person_by_id(row.chat_id)
    return names[0] if names else person.name if person else ""
