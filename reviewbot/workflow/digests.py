"""Digests as rows: which are to go out, what one says, and which good reviews wait for a word.

What was put is remembered by chat, period and day in the transaction that puts it, so a digest
goes out once, whenever the bot was started and wherever the clock was set.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import func, literal
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from reviewbot.core.calendar import digest_days
from reviewbot.core.calendar.digest_days import (
    Days,
    DigestFacts,
    Due,
    Period,
    PlaceCount,
    RuleWord,
)
from reviewbot.core.calendar.hours import is_quiet
from reviewbot.core.model import SIGHTED, Muted, OutboxKind
from reviewbot.core.settings import Chat, Person, Settings
from reviewbot.core.surveys.churn import Customers, customers_told
from reviewbot.core.surveys.scores import GuestReport, SurveyGroup
from reviewbot.core.trends.page import PageFacts
from reviewbot.queries import period_figures
from reviewbot.queries.open_tickets import Among, Chosen, open_by_place, ready_size, to_do
from reviewbot.queries.period_figures import PeriodRows
from reviewbot.queries.question_figures import question_figures
from reviewbot.queries.rule_precision import rule_figures
from reviewbot.queries.sight.out_of_sight import (
    Blind,
    all_in_sight,
    blind,
    hidden_places,
    without_made_up,
)
from reviewbot.queries.sight.unseen_sites import unseen
from reviewbot.queries.surveys.survey_figures import guest_reports
from reviewbot.queries.trends.page_facts import Lists, page_facts
from reviewbot.queries.trends.period_overview import overview
from reviewbot.queries.trends.places_meant import Meant
from reviewbot.queries.uncarded import uncarded_count
from reviewbot.store import people
from reviewbot.store.database import run
from reviewbot.store.days.pages import are_at
from reviewbot.store.queues import outbox
from reviewbot.store.tables import (
    DigestSentRow,
    DraftRow,
    OutboxRow,
    TargetRow,
    TicketRow,
)
from reviewbot.store.tx import Tx
from reviewbot.workflow.attempts import Attempted, attempt, is_true_or_raises
from reviewbot.workflow.chats import is_alive

_PREFIX = "digest:"
"""Of the keys of digests in the outbox."""

PAGE = 5
"""Good reviews are read and approved in fives."""
PAGE_UNITS = 2400
"""UTF-16 units of the drafts of one page: with what stands beside them they fit a message."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A good review on a page: its ticket and the revision that was shown."""

    ticket_id: int
    revision: int


def are_due(tx: Tx) -> bool:
    """Whether `put_due` would do something; reads only."""
    return any(is_true_or_raises(partial(_unsent, tx, key)) for key in tx.settings.digest)


def put_due(tx: Tx) -> int:
    """Put the digests whose time has come; return how many."""
    keys = tx.settings.digest
    return sum(attempt(tx, Attempted("digest", key), partial(_put, tx, key)) or 0 for key in keys)


def pass_over(tx: Tx) -> None:
    """Note the digests whose time has come as sent: they went before this state was restored."""
    for key in tx.settings.digest:
        for chat, due in _unsent(tx, key):
            tx.session.add(DigestSentRow(chat_key=chat.key, period=due.key, sent_at=tx.now))
    tx.session.flush()


def _put(tx: Tx, key: str) -> int:
    put = 0
    for chat, due in _unsent(tx, key):
        places = digest_days.places_of(tx.settings, chat)
        desk = digest_days.desk_for(tx.settings, places)
        days = digest_days.days_of(due.period, due.on, desk.zone)
        has_gaps = _unread(tx, places, days) > 0
        starts_at = tx.now + digest_days.LOOK_FIRST if has_gaps else tx.now
        sent = DigestSentRow(chat_key=chat.key, period=due.key, sent_at=tx.now)
        tx.session.add(sent)
        tx.session.flush()
        put += outbox.put(
            tx.session,
            OutboxKind.DIGEST,
            f"{_PREFIX}{due.key}:{chat.key}",
            chat,
            {"chat": chat.key, "period": due.period, "on": due.on.isoformat()},
            tx.now,
            silent=is_quiet(desk, starts_at),
            not_before=starts_at,
        )
    return put


def _unsent(tx: Tx, key: str) -> list[tuple[Chat, Due]]:
    """Return a chat's digests to put: due, not put yet, of days that were watched; none where the
    chat is dead."""
    unsent = []
    chat = tx.settings.chats[key]
    if _is_muted(tx, chat):
        return []
    places = digest_days.places_of(tx.settings, chat)
    zone = digest_days.desk_for(tx.settings, places).zone
    for due in digest_days.due(tx.settings.digest[key], zone, tx.now):
        if tx.session.get(DigestSentRow, (chat.key, due.key)) is not None:
            continue
        days = digest_days.days_of(due.period, due.on, zone)
        watched = watched_since(tx.session, places)
        if watched is not None and watched < days.until and is_alive(tx.session, chat):
            unsent.append((chat, due))
    return unsent


def _is_muted(tx: Tx, chat: Chat) -> bool:
    """Whether the one person who would read it does without."""
    person = tx.settings.people.get(chat.person or "")
    return person is not None and Muted.DIGESTS in people.muted_by(tx, person)


def _last_on(session: Session, chat: Chat, due: Due) -> date | None:
    """Return the day of the last digest of this period before this one that reached the chat; of
    one whose message is not kept any more that is taken for granted."""
    prefix = f"{due.period}:"
    key = literal(_PREFIX).concat(col(DigestSentRow.period)).concat(f":{chat.key}")
    lost = select(OutboxRow.id).where(
        OutboxRow.dedupe_key == key, col(OutboxRow.message_id).is_(None)
    )
    last = session.exec(
        select(func.max(DigestSentRow.period)).where(
            DigestSentRow.chat_key == chat.key,
            col(DigestSentRow.period).startswith(prefix),
            DigestSentRow.period < due.key,
            ~lost.exists(),
        )
    ).one()
    return date.fromisoformat(last.removeprefix(prefix)) if last else None


def watched_since(session: Session, places: Sequence[str]) -> datetime | None:
    """Return when the first page of these places was read first; None: none was yet."""
    return session.exec(
        select(func.min(TargetRow.first_contact_at)).where(
            col(TargetRow.retired_at).is_(None), are_at(session, places)
        )
    ).one()


def _unread(tx: Tx, places: Sequence[str], days: Days) -> int:
    """Return how many pages in sight nobody looked at since the days ended: the bot was off. What
    is read seldom by the operator's own wish is none of them."""
    read = columns(col(TargetRow.key), col(TargetRow.last_reading_at)).where(
        col(TargetRow.retired_at).is_(None),
        are_at(tx.session, places),
        col(TargetRow.health).in_(("", *sorted(SIGHTED))),
    )
    unread, rows = 0, run(tx.session, read)
    for key, read_at in rows:
        entry = tx.settings.targets.get(key)
        if entry is not None:
            latest = min(days.until, tx.now - 2 * entry.every_max)
            unread += read_at is None or read_at < latest
    return unread


def local_date(zone: str, now: datetime) -> date:
    """Return the date in a zone."""
    return now.astimezone(ZoneInfo(zone)).date()


def today_of(settings: Settings, chat: Chat, now: datetime) -> date:
    """Return the date by the clock a chat's digests go by."""
    zone = digest_days.desk_for(settings, digest_days.places_of(settings, chat)).zone
    return local_date(zone, now)


def digest_facts(
    tx: Tx,
    chat: Chat,
    due: Due,
) -> DigestFacts:
    """Return what a digest says, as of `now`."""
    places = digest_days.places_of(tx.settings, chat)
    zone = digest_days.desk_for(tx.settings, places).zone
    return period_facts(tx, places, due.period, days_told(tx, chat, due), zone)


def days_told(tx: Tx, chat: Chat, due: Due) -> Days:
    """Return the days a digest is about."""
    zone = digest_days.desk_for(tx.settings, digest_days.places_of(tx.settings, chat)).zone
    return digest_days.days_of(due.period, due.on, zone, _last_on(tx.session, chat, due))


def page_of(
    tx: Tx,
    about: Meant,
    days: int,
    until: date | None,
    source: str | None = None,
    *,
    people: bool = False,
    lists: Lists = Lists.OWN,
) -> PageFacts:
    """Return what the page of figures tells of some places in the days up to `until` (today); of
    one source, where it is named. Figures of single `people` are told only where asked for."""
    zone = digest_days.desk_for(tx.settings, about.places).zone
    span = digest_days.days_back(days, until or local_date(zone, tx.now), zone)
    figures = period_facts(tx, about.places, Period.RECENT, span, zone, source)
    return page_facts(tx, about, figures, source, people=people, lists=lists)


def period_facts(
    tx: Tx,
    places: tuple[str, ...],
    period: Period,
    days: Days,
    zone: str,
    source: str | None = None,
) -> DigestFacts:
    """Return what is told of some places in some days, as of `now`; of one source, where it is
    named (rules, guests' scores, competitors and what got no card are told of all alike)."""
    earlier = digest_days.days_before(period, days, zone)
    if earlier is not None and tx.now < days.until:
        # A day that is not over is compared with the same hours, not with a whole one.
        passed = max(tx.now - days.since, timedelta())
        earlier = replace(earlier, until=min(earlier.until, earlier.since + passed))
    named = period_figures.names(tx.settings)
    watched = watched_since(tx.session, places)
    # The night before a daily digest is not of its day, but it is what people ask about first.
    since = (earlier or days).since
    gaps = blind(tx, places, since, tx.now, source)
    now = PeriodRows(tx, places, days, zone, source)
    then = (
        PeriodRows(tx, places, earlier, zone, source, is_past=True)
        if earlier is not None
        else None
    )
    hides_much = then is not None and _hides_much(gaps, days, then.days)
    was_watched = then is not None and watched is not None and watched <= then.days.since
    came_before = then if was_watched and not hides_much else None
    # What was written while nobody saw it may have been found since.
    is_known = not hides_much or not _hides_much(
        without_made_up(tx, gaps), days, (earlier or days)
    )
    written_before = then if is_known else None
    hidden = hidden_places(tx, gaps, days)
    chosen = Chosen(source=source)
    open_, overdue, overdue_unseen = open_by_place(tx, places, chosen)
    rules: tuple[RuleWord, ...] = ()
    if period is Period.MONTHLY:
        by_rule = rule_figures(tx.session, days.since, days.until, places)
        rules = digest_days.least_precise(
            RuleWord(each.rule, each.right, each.judged) for each in by_rule
        )
    asked = _guests(tx, places, days) if earlier is not None else None
    return DigestFacts(
        period=period,
        days=days,
        zone=zone,
        at=tx.now,
        locations=len(places),
        name=named(places[0]) if len(places) == 1 else None,
        figures=period_figures.figures(now, named, hidden),
        before=period_figures.compared(came_before) if came_before is not None else None,
        uncompared=hides_much and was_watched,
        open=open_,
        overdue=tuple(PlaceCount(named(place), count) for place, count in overdue),
        overdue_unseen=overdue_unseen,
        ready=ready_size(tx, places, source),
        uncarded=uncarded_count(tx, places, days.since, days.until),
        unseen=unseen(tx, places, gaps, days.since, named),
        all_in_sight=watched is not None and all_in_sight(tx.session, places),
        unread=_unread(tx, places, days),
        watched_since=watched if watched is not None and watched > days.since else None,
        rules=rules,
        own_topics=tx.settings.topics,
        overview=overview(now, came_before, written_before) if then is not None else None,
        guests=asked.figures.get("") if asked else None,
        guests_on_sites=asked.sites.get("") if asked else None,
        customers=_customers(tx, places, period, days),
        questions=question_figures(tx, places, days, source),
        competitors=() if period is Period.DAILY else period_figures.competitors(tx, days),
    )


def _hides_much(gaps: Blind, *periods: Days) -> bool:
    return any(gaps.is_too_much(each) for each in periods)


def _guests(tx: Tx, places: tuple[str, ...], days: Days) -> GuestReport:
    by = SurveyGroup.ALL
    return guest_reports(tx, places, days.since, min(days.until, tx.now), (by,))[by]


def _customers(tx: Tx, places: tuple[str, ...], period: Period, days: Days) -> Customers | None:
    """A month's customers are told of a month or so: a day or a week would tell it again and
    again."""
    guests = tx.settings.guests
    if guests is None or period in (Period.DAILY, Period.WEEKLY):
        return None
    own = {key for key, place in tx.settings.locations.items() if place.role == "own"}
    return customers_told(guests.customers, places, days.end, whole=own <= set(places))


def among_for(settings: Settings, chat: str | None, now: datetime, *, ready: bool) -> Among | None:
    """Return which tickets a list that came from a digest is of; None: it came from none."""
    known = settings.chats.get(chat or "")
    return Among(now, digest_days.places_of(settings, known), ready) if known else None


def ready_page(tx: Tx, person: Person | None, among: Among, offset: int) -> list[Ready]:
    """Return the good reviews of one page, oldest first: PAGE of them, fewer where their drafts
    are long."""
    rows = tx.session.execute(
        to_do(tx, person, among)
        .join(DraftRow, col(DraftRow.id) == TicketRow.draft_id)
        .with_only_columns(col(TicketRow.id), col(TicketRow.revision), col(DraftRow.text))
        .order_by(col(TicketRow.id))
        .limit(PAGE)
        .offset(offset)
    ).all()
    page: list[Ready] = []
    room = PAGE_UNITS
    for ticket_id, revision, text in rows:
        room -= len(text.encode("utf-16-le", "surrogatepass")) // 2
        if page and room < 0:
            break
        page.append(Ready(ticket_id, revision))
    return page
