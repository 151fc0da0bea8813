"""Thanks for bare good stars, given by the bot itself where the operator asked for it: on sites
that take replies from us, so many a day, each in the audit, with the time to undo of any reply.

A review with a single word, or one star less, waits for people, and so does one for which every
wording was used lately: bots that say the same all day are noticed. A page that did not take one
is let alone for a while (`refused_thanks`).
"""

import logging
from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, or_
from sqlmodel import col, select

from reviewbot.core.calendar import hours
from reviewbot.core.errors import Refused
from reviewbot.core.model import Kind, TicketState
from reviewbot.core.settings import Location
from reviewbot.core.ticket import BOT, Act, Action
from reviewbot.drafting.drafts import choose, is_repeat
from reviewbot.store import cases, drafts
from reviewbot.store.cases import place_of
from reviewbot.store.database import is_one_of
from reviewbot.store.tables import DraftRow, MeasureRow, ReviewRow, TargetRow, TicketRow
from reviewbot.store.tickets import ticket_about
from reviewbot.store.tx import Tx
from reviewbot.workflow import act, open
from reviewbot.workflow.attempts import Attempted, attempt
from reviewbot.workflow.beside_reply.refused_thanks import resting
from reviewbot.workflow.checks import case_of

log = logging.getLogger(__name__)

THANKED, TRIED = "auto_thanks", "auto_thanks_tried"
"""Measures: one for each thanks, by the day; one for each review that was tried, by its id."""
LEAST_STARS = 4
LATELY = timedelta(days=4)
"""What came on a Friday evening is thanked for on Monday."""


def is_due(tx: Tx) -> bool:
    """Whether there is somebody to thank, and room for it today; reads only."""
    return bool(_room(tx)) and bool(_waiting(tx, 1))


def thank(tx: Tx) -> int:
    """Thank for what came, up to the day's limit; return how many were."""
    room = _room(tx)
    found = _waiting(tx, room) if room else []
    return sum(
        bool(attempt(tx, Attempted("review", str(each)), partial(_thank, tx, each)))
        for each in found
    )


def _room(tx: Tx) -> int:
    """Return how many more may be thanked today, by the default desk's clock."""
    most = tx.settings.replies.auto_thanks
    if not most:
        return 0
    done = select(func.count(col(MeasureRow.id))).where(
        MeasureRow.name == THANKED, MeasureRow.subject == _day(tx)
    )
    return max(0, most - tx.session.exec(done).one())


def _day(tx: Tx) -> str:
    return tx.now.astimezone(ZoneInfo(tx.settings.desks[""].zone)).date().isoformat()


def _at_work(tx: Tx) -> list[str]:
    """Return the places whose desk is open and takes messages aloud: somebody is there who can
    undo the thanks in time."""
    own = (place for place in tx.settings.locations.values() if place.role == "own")
    return [place.key for place in own if _is_at_work(tx, place)]


def _is_at_work(tx: Tx, place: Location) -> bool:
    desk = tx.settings.desk_of(place.key)
    is_open = hours.is_open(desk, tx.now, pause=place.paused, pause_zone=place.zone)
    return is_open and not hours.is_quiet(desk, tx.now)


def _waiting(tx: Tx, most: int) -> list[int]:
    """Return the ids of bare good stars that came lately, on sites that take replies from us, at
    places whose desk is at work, and that nobody touched; oldest first."""
    official = [name for name, facts in tx.sources.items() if facts.can_publish]
    places = _at_work(tx) if official else []
    if not places:
        return []
    bare = (ReviewRow.title, ReviewRow.text, ReviewRow.pros, ReviewRow.cons, ReviewRow.reply_text)
    since = tx.now - LATELY
    tried = select(MeasureRow.subject).where(MeasureRow.name == TRIED, col(MeasureRow.at) > since)
    known = set(tx.session.exec(tried).all())
    rows = tx.session.exec(
        select(ReviewRow.id)
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .join(TicketRow, col(TicketRow.review_id) == ReviewRow.id, isouter=True)
        .where(
            col(ReviewRow.first_seen_at) > since,
            col(ReviewRow.first_seen_at) > TargetRow.first_contact_at,
            col(ReviewRow.rating) >= LEAST_STARS,
            ReviewRow.kind == Kind.REVIEW,
            *(col(each).is_(None) for each in bare),
            col(ReviewRow.found_late).is_(False),
            col(ReviewRow.gone_at).is_(None),
            col(ReviewRow.forgotten_at).is_(None),
            col(TargetRow.source).in_(official),
            col(TargetRow.key).not_in(resting(tx)),
            col(TargetRow.retired_at).is_(None),
            is_one_of(col(TargetRow.location_key), places),
            or_(
                col(TicketRow.id).is_(None),
                and_(col(TicketRow.state) == TicketState.WAITING, col(TicketRow.holder).is_(None)),
            ),
        )
        .order_by(col(ReviewRow.id))
        .limit(most + len(known))
    )
    return [each for each in rows if each is not None and str(each) not in known][:most]


def _thank(tx: Tx, review_id: int) -> bool:
    """Open a ticket where there is none, and approve its template as the bot. What does not fit is
    left to people, and so is what they took back."""
    tx.session.add(MeasureRow(at=tx.now, name=TRIED, subject=str(review_id), value=1))
    try:
        with tx.session.begin_nested():
            number = ticket_about(tx.session, review_id) or _opened(tx, review_id)
            case = case_of(tx, number)
            if not cases.is_posted_by_us(tx.sources, case):
                raise Refused("not_now")
            draft = tx.session.get(DraftRow, case.ticket.draft_id or 0)
            if draft is not None and is_repeat(draft.why):
                raise Refused("no_draft")
            act.act(tx, number, Act(Action.AUTO_THANK, BOT))
    except Refused as refused:
        log.info("review %s is not thanked, and left to people: %s", review_id, refused.code)
        return False
    tx.session.add(MeasureRow(at=tx.now, name=THANKED, subject=_day(tx), value=1))
    tx.session.flush()
    return True


def _opened(tx: Tx, review_id: int) -> int:
    """Raises Refused where the file gives good reviews no time, or no template fits."""
    review = tx.session.get_one(ReviewRow, review_id)
    target = tx.session.get_one(TargetRow, review.target_id)
    place = place_of(tx, target.location_key)
    case = open.first_case(tx, review, target, place, by_tone=True)
    recent = drafts.recent_of(tx, place)
    ask = drafts.draft_ask(tx, review, target.source, place, recent)
    draft = choose(tx.settings.replies, ask, exclude={*recent.templates, *recent.near})
    if case is None or draft is None or draft.is_repeat:
        raise Refused("no_reply_time" if case is None else "no_draft")
    return open.open_all(tx, [open.Opening(case, draft)])[0]
