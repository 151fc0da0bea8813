"""Telegram is silent: who is told by another way of what waits, once, and once when it is over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from reviewbot.core.connections import Event
from reviewbot.core.model import OutboxKind, Severity
from reviewbot.core.settings import Settings
from reviewbot.queries.card_facts import short_name
from reviewbot.queries.open_tickets import excerpt
from reviewbot.store.cases import Case, load, place_of
from reviewbot.store.queues import deliveries, inbox
from reviewbot.store.queues.outbox import UNSENT
from reviewbot.store.tables import DeliveryRow, OutboxRow
from reviewbot.store.tx import Tx
from reviewbot.words.operations.fallback_mail import over_mail, silent_mail
from reviewbot.workflow.reminders import duty

SILENT = ("unreachable", "refused")
"""The states of bot.telegram.intake in which nothing reaches Telegram."""
TELLING = (OutboxKind.ALERT, OutboxKind.ESCALATION, OutboxKind.HANDOFF, OutboxKind.REMINDER)
LISTED = 20


@dataclass(frozen=True, slots=True)
class TelegramSilence:
    """Since when nothing goes, and why (a state of the intake, or "sending")."""

    since: datetime
    cause: str


def is_asked_for(settings: Settings) -> bool:
    """Whether there is a second way out."""
    return settings.fallback.mail is not None or settings.fallback.endpoint is not None


def silence(session: Session) -> TelegramSilence | None:
    """Return how long Telegram has been silent, if it is."""
    trouble = inbox.trouble(session)
    if trouble is not None and trouble[0] in SILENT:
        return TelegramSilence(trouble[1], trouble[0])
    # Updates may come while nothing can be sent: what was tried since and never went tells it.
    oldest: datetime | None = session.exec(
        select(func.min(col(OutboxRow.created_at))).where(
            *UNSENT, col(OutboxRow.attempts) > 1, col(OutboxRow.kind).in_(TELLING)
        )
    ).first()
    if oldest is None:
        return None
    sent = select(OutboxRow.id).where(col(OutboxRow.sent_at) >= oldest).limit(1)
    return None if session.exec(sent).first() else TelegramSilence(oldest, "sending")


def is_anything_to_tell(tx: Tx) -> bool:
    """Whether `attend` may do something; reads only."""
    quiet = silence(tx.session)
    if quiet is None:
        return _newest_told(tx.session) is not None
    return quiet.since + tx.settings.fallback.after <= tx.now


def attend(tx: Tx) -> int:
    """Tell whom it concerns that Telegram is silent while something waits, or that it is over;
    return how many are told."""
    quiet = silence(tx.session)
    if quiet is None:
        return _tell_over(tx)
    if quiet.since + tx.settings.fallback.after > tx.now:
        return 0
    waiting = _waiting(tx)
    if not waiting["total"]:
        return 0
    began = _newest_told(tx.session)
    since = str(began.payload["since"]) if began is not None else quiet.since.isoformat()
    told = int(_tell_endpoint(tx, since, quiet, waiting))
    for address, critical in _addresses(tx, waiting).items():
        told += _tell(tx, address, critical, since, quiet, waiting)
    return told


def _addresses(tx: Tx, waiting: Mapping[str, Any]) -> dict[str, list[dict[str, Any]] | None]:
    """Return who gets a mail, of which reviews: the operator of everything (None), those on duty
    of what is critical at their places."""
    server = tx.settings.fallback.mail
    if server is None:
        return {}
    to: dict[str, list[dict[str, Any]] | None] = dict.fromkeys(server.to)
    for key, critical in waiting["on_duty"].items():
        person = tx.settings.people.get(key)
        if person is not None and person.mail:
            to[person.mail] = critical
    return to


def _tell(
    tx: Tx,
    address: str,
    own: list[dict[str, Any]] | None,
    since: str,
    quiet: TelegramSilence,
    waiting: Mapping[str, Any],
) -> bool:
    channel, key = deliveries.mail(address), f"silent:{since}"
    if deliveries.was_put(tx.session, channel, key):
        # Whoever is on duty, and knew of nothing critical, hears of that too.
        earlier = deliveries.payload_of(tx.session, channel, key)
        if own is None or earlier.get("critical"):
            return False
        key = f"{key}:critical"
    shown = waiting["items"] if own is None else own
    critical = waiting["critical"] if own is None else own
    mail = silent_mail(
        {**waiting, "items": shown[:LISTED], "shown_of": len(shown), "critical": critical},
        cause=quiet.cause,
        since=datetime.fromisoformat(since),
        now=tx.now,
        zone=tx.settings.zone,
        language=tx.settings.language,
    )
    payload = {
        "since": since,
        "critical": len(critical),
        "subject": mail.subject,
        "text": mail.text,
    }
    return deliveries.put(tx.session, channel, Event.TELEGRAM_SILENT, key, payload, tx.now)


def _tell_endpoint(tx: Tx, since: str, quiet: TelegramSilence, waiting: Mapping[str, Any]) -> bool:
    endpoint = tx.settings.fallback.endpoint
    if endpoint is None:
        return False
    data = {
        "since": since,
        "cause": quiet.cause,
        "waiting": waiting["total"],
        "reviews": waiting["items"][:LISTED],
    }
    payload = {
        "type": Event.TELEGRAM_SILENT,
        "timestamp": tx.now.isoformat(),
        "data": data,
        "since": since,
    }
    channel = deliveries.webhook(endpoint)
    return deliveries.put(
        tx.session, channel, Event.TELEGRAM_SILENT, f"silent:{since}", payload, tx.now
    )


def _tell_over(tx: Tx) -> int:
    """Tell those who were told; who has not been reached by now need not hear of it."""
    newest = _newest_told(tx.session)
    if newest is None:
        return 0
    since = str(newest.payload["since"])
    rows = [
        row
        for row in tx.session.exec(
            select(DeliveryRow).where(DeliveryRow.event == Event.TELEGRAM_SILENT)
        )
        if row.payload.get("since") == since
    ]
    deliveries.withdraw(tx.session, [row.id or 0 for row in rows if row.sent_at is None])
    return sum(_over(tx, row, since) for row in rows if row.sent_at is not None)


def _over(tx: Tx, row: DeliveryRow, since: str) -> bool:
    payload: dict[str, Any]
    if row.channel.startswith("mail:"):
        mail = over_mail(
            since=datetime.fromisoformat(since),
            now=tx.now,
            zone=tx.settings.zone,
            language=tx.settings.language,
        )
        payload = {"since": since, "subject": mail.subject, "text": mail.text}
    else:
        data = {"since": since, "until": tx.now.isoformat()}
        payload = {
            "type": Event.TELEGRAM_BACK,
            "timestamp": tx.now.isoformat(),
            "data": data,
            "since": since,
        }
    return deliveries.put(
        tx.session, row.channel, Event.TELEGRAM_BACK, f"back:{since}", payload, tx.now
    )


def _newest_told(session: Session) -> DeliveryRow | None:
    """Return what was last told of a silence that is not known to be over."""
    newest = session.exec(
        select(DeliveryRow)
        .where(col(DeliveryRow.event).in_((Event.TELEGRAM_SILENT, Event.TELEGRAM_BACK)))
        .order_by(col(DeliveryRow.id).desc())
        .limit(1)
    ).first()
    is_begun = newest is not None and newest.event == Event.TELEGRAM_SILENT
    return newest if is_begun else None


def _waiting(tx: Tx) -> dict[str, Any]:
    """Return what waits to be said: how many messages, the reviews they are about (critical ones
    first), and by the keys of who is on duty those that are critical."""
    rows = tx.session.exec(
        select(OutboxRow)
        .where(*UNSENT, col(OutboxRow.kind).in_(TELLING), col(OutboxRow.not_before) <= tx.now)
        .order_by(col(OutboxRow.id))
    ).all()
    numbers: dict[int, None] = {}
    for row in rows:
        named = [row.ticket_id] if row.ticket_id else []
        named += [int(item["ticket"]) for item in row.payload.get("items") or ()]
        numbers.update(dict.fromkeys(named))
    cases = [case for number in numbers if (case := load(tx, number)) is not None]
    cases.sort(key=lambda case: (not _is_critical(case), case.ticket_id))
    items = [_item(tx, case) for case in cases]
    on_duty: dict[str, list[dict[str, Any]]] = {}
    for case, item in zip(cases, items, strict=True):
        if item["critical"]:
            for key in duty.on_duty(tx, case.desk, place=case.place.key):
                on_duty.setdefault(key, []).append(item)
    return {
        "total": len(rows),
        "items": items,
        "critical": [item for item in items if item["critical"]],
        "on_duty": on_duty,
    }


def _is_critical(case: Case) -> bool:
    return case.review.severity == Severity.CRITICAL


def _item(tx: Tx, case: Case) -> dict[str, Any]:
    deadline = case.round.reply_deadline
    return {
        "number": case.ticket_id,
        "place": short_name(tx.settings, place_of(tx, case.ticket.location_key).name),
        "rating": case.review.rating,
        "critical": _is_critical(case),
        "excerpt": excerpt(case.review),
        "seen_at": case.review.first_seen_at.isoformat(),
        "deadline": deadline.isoformat() if deadline else None,
        "url": case.review.url or case.target.url,
    }
