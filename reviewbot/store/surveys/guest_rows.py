"""Rows of guests: their links and surveys, found. Nothing is decided here."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from reviewbot.core.model import BotKey, TicketState
from reviewbot.store.surveys.guest_tables import GuestLinkRow, SurveyRow
from reviewbot.store.tables import TicketRow

_START = re.compile(r"/start(?:@\w+)? ([\w-]{16,64})", re.ASCII)


def hash_of_link(code: str) -> str:
    # The codes are random: salt and slowness would add nothing.
    return sha256(code.encode()).hexdigest()


def link_of(session: Session, code: str) -> GuestLinkRow | None:
    """Return the link with this code, also one that is over."""
    wanted = GuestLinkRow.code_hash == hash_of_link(code)
    return session.exec(select(GuestLinkRow).where(wanted)).first()


def running_survey(session: Session, telegram_id: int) -> SurveyRow | None:
    """Return the survey this guest is answering, the newest one."""
    return session.exec(
        select(SurveyRow)
        .where(SurveyRow.telegram_id == telegram_id, col(SurveyRow.ended_at).is_(None))
        .order_by(col(SurveyRow.id).desc())
        .limit(1)
    ).first()


def surveys_of(session: Session, telegram_id: int) -> list[SurveyRow]:
    """Return all that a guest answered, the newest first."""
    own = select(SurveyRow).where(SurveyRow.telegram_id == telegram_id)
    return list(session.exec(own.order_by(col(SurveyRow.id).desc())))


def newest_here(
    session: Session, telegram_id: int, location: str, since: datetime
) -> SurveyRow | None:
    """Return the newest survey of a guest about a place that began after `since`."""
    return session.exec(
        select(SurveyRow)
        .where(
            SurveyRow.telegram_id == telegram_id,
            SurveyRow.location_key == location,
            SurveyRow.started_at > since,
        )
        .order_by(col(SurveyRow.id).desc())
        .limit(1)
    ).first()


def next_ended(session: Session, scored_before: datetime) -> int | None:
    """Return a survey with a score that is over, or was left before that instant, and is no
    review yet."""
    return session.exec(
        select(SurveyRow.id)
        .where(
            col(SurveyRow.review_id).is_(None),
            col(SurveyRow.scored_at).is_not(None),
            or_(col(SurveyRow.ended_at).is_not(None), col(SurveyRow.scored_at) < scored_before),
        )
        .order_by(col(SurveyRow.id))
        .limit(1)
    ).first()


def next_to_follow_up(
    session: Session, settled_before: datetime, bots: Collection[BotKey] = tuple(BotKey)
) -> int | None:
    """Return a survey whose guest agreed to be contacted, was reached before that instant, and was
    not asked yet whether it is solved; of those in `bots`, the ones that run."""
    return session.exec(
        select(SurveyRow.id)
        .join(TicketRow, col(TicketRow.review_id) == SurveyRow.review_id)
        .where(
            col(SurveyRow.contact).is_not(None),
            col(SurveyRow.bot).in_(bots),
            col(SurveyRow.followed_up_at).is_(None),
            col(SurveyRow.review_id).is_not(None),
            col(TicketRow.state).in_((TicketState.REACHED, TicketState.SOLVED)),
            col(TicketRow.closed_at) <= settled_before,
        )
        .order_by(col(SurveyRow.id))
        .limit(1)
    ).first()


def survey_of_review(session: Session, review_id: int) -> SurveyRow | None:
    """Return the survey that became this review; None where it came from a file."""
    return session.exec(select(SurveyRow).where(SurveyRow.review_id == review_id)).first()


def guests_among(
    session: Session, senders: Mapping[int, Iterable[Mapping[str, Any]]]
) -> frozenset[int]:
    """Return which senders of raw updates answer a survey, are asked whether it is solved, or come
    by a link that is known."""
    found = set(
        session.exec(
            select(SurveyRow.telegram_id).where(
                col(SurveyRow.telegram_id).in_(list(senders)),
                or_(
                    col(SurveyRow.ended_at).is_(None),
                    and_(
                        col(SurveyRow.followed_up_at).is_not(None), col(SurveyRow.solved).is_(None)
                    ),
                ),
            )
        )
    )
    by_hash = {
        hash_of_link(match[1]): sender
        for sender, updates in senders.items()
        for each in updates
        if (match := _START.fullmatch(_text_of(each)))
    }
    known = select(GuestLinkRow.code_hash).where(col(GuestLinkRow.code_hash).in_(list(by_hash)))
    return frozenset(found | {by_hash[each] for each in session.exec(known)})


def _text_of(update: Mapping[str, Any]) -> str:
    message = update.get("message")
    text = message.get("text") if isinstance(message, dict) else None
    return text if isinstance(text, str) else ""
