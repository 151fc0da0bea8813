"""Complaints that came together become one card: of one topic at a place within a day, or one text
on several sites, at several places, or by several authors on one page. Tickets stay as they are;
the card takes in their alerts that were not sent yet.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sql
from sqlalchemy import bindparam, case, func, literal_column
from sqlmodel import col, select

from reviewbot.core.model import OutboxKind, Precision, Severity, Tone
from reviewbot.core.readings.same_guest import BEGINNING, LONG_TEXT, TellsTheSame, Wrote
from reviewbot.core.settings import Location
from reviewbot.core.text import letters_of
from reviewbot.core.trends.concern import (
    SAME_TEXT_WITHIN,
    ConcernKind,
    Sign,
    day_part,
)
from reviewbot.core.trends.watching import tail, usual_of
from reviewbot.queries.counting import is_no_past, is_question
from reviewbot.queries.trends.concern_facts import IS_COMPLAINING, places_in
from reviewbot.queries.trends.place_days import place_days
from reviewbot.store.database import padded, run
from reviewbot.store.tables import ConcernRow, OutboxRow, ReviewRow, TargetRow, TicketRow
from reviewbot.store.tx import Tx
from reviewbot.workflow.chats import shows_all
from reviewbot.workflow.concerns import standing, telling

WITHIN = timedelta(hours=24)
LEAST = 5
"""Complaints of one topic within a day; fewer are no incident, whatever is usual."""
CHANCE = 1e-5
UNKNOWN_SHARE = 0.2
"""What is taken for usual where a place has no past to compare with."""
MOST_TEXTS = 1000
COPIES = 3
"""Authors of one text on one page who are no chance, but a wave of them."""
SHORT_COPIES, SHORT_WITHIN = 10, timedelta(hours=1)
"""A text that many write by chance («Ужас») is a wave from so many authors on, at one place."""


@dataclass(frozen=True, slots=True)
class _Fresh:
    """A complaint that came within the day, with its ticket; a mild one (`tone`) counts only where
    one text is told twice. `has_hour`: its site tells more than the day. `is_late`: it was
    written before a reading that did not show it. `text` of the newest alone: a busy day's texts
    would fill the memory."""

    number: int
    topics: Sequence[str]
    severity: Severity
    target_id: int
    at: datetime
    has_hour: bool
    is_late: bool
    tone: str
    author: str | None
    text: str
    source: str

    @property
    def wrote(self) -> Wrote:
        return Wrote(self.source, self.author, None, self.text)


_HAS_HOUR = col(ReviewRow.published_precision).in_(
    [literal_column(f"'{each}'") for each in (Precision.SECOND, Precision.LAST_CHANGE)]
)
_COLUMNS = (
    col(TicketRow.id),
    col(ReviewRow.topics),
    col(ReviewRow.severity),
    col(ReviewRow.target_id),
    func.coalesce(col(ReviewRow.published_at), col(ReviewRow.first_seen_at)),
    _HAS_HOUR,
    col(ReviewRow.found_late),
    col(ReviewRow.tone),
    col(ReviewRow.author),
)
_TEXT = func.coalesce(col(ReviewRow.text), "")


def _complaints(*columns: Any) -> sql.Select[Any]:
    """Tickets with their reviews and targets."""
    return (
        sql.select(*columns)
        .join(ReviewRow, col(ReviewRow.id) == TicketRow.review_id)
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
    )


# Every reading with complaints asks these: they are built once.
_OF_THE_DAY = (
    _complaints(
        *_COLUMNS,
        case((col(TicketRow.id) >= bindparam("with_text"), _TEXT), else_=""),
        col(TargetRow.source),
    )
    .where(
        col(TicketRow.location_key) == bindparam("place"),
        col(TicketRow.opened_at) > bindparam("since"),
        col(TicketRow.backlog).is_(False),
        IS_COMPLAINING,
        ~is_question(),
    )
    .order_by(col(TicketRow.id))
)


def _lately(complaints: sql.Select[Any]) -> sql.Select[Any]:
    """Those of the last days, the newest first."""
    return (
        complaints.where(
            col(TicketRow.opened_at) > bindparam("since"),
            IS_COMPLAINING,
            col(ReviewRow.text) != "",
            ~is_question(),
        )
        .order_by(col(TicketRow.id).desc())
        .limit(MOST_TEXTS)
    )


# Most are told apart by how they begin: nothing else of them is needed.
_BEGINNINGS: Any = sql.select(
    col(TicketRow.id), col(ReviewRow.author), func.substr(col(ReviewRow.text), 1, BEGINNING)
)
_TOLD_LATELY = _lately(_BEGINNINGS.join(ReviewRow, col(ReviewRow.id) == TicketRow.review_id))
_WHOLE_LATELY = _lately(_complaints(*_COLUMNS, _TEXT, col(TargetRow.source)))


def look(tx: Tx, target: TargetRow, opened: Sequence[int]) -> int:
    """Look whether the tickets `opened` by a reading belong together with others; return how many
    concerns are new."""
    place = tx.settings.locations.get(target.location_key)
    if not opened or place is None or place.role != "own":
        return 0
    fresh = _fresh(tx, place, min(opened))
    if not {each.number for each in fresh} & set(opened):
        return 0
    bad = _together([each for each in fresh if each.tone == Tone.NEGATIVE], set(opened))
    told = _by_text(tx, place, fresh, set(opened))
    return told + (_by_topic(tx, place, bad, set(opened)) if bad else 0)


def _fresh(tx: Tx, place: Location, with_text: int) -> list[_Fresh]:
    """Return the complaints of the day, oldest first; those from a ticket on with their texts."""
    asked = {"place": place.key, "since": tx.now - WITHIN, "with_text": with_text}
    return [_Fresh(*row) for row in run(tx.session, _OF_THE_DAY, asked).all()]


def _together(bad: list[_Fresh], opened: set[int]) -> list[_Fresh]:
    """Return those written within a day before the last of the opened ones, or since: one reading
    may bring up what was written weeks apart. What was found late bursts with nothing."""
    known = [each for each in bad if not each.is_late]
    last = max((each.at for each in known if each.number in opened), default=None)
    if last is None:
        return []
    return [each for each in known if each.at > last - (WITHIN if each.has_hour else 2 * WITHIN)]


def _by_topic(tx: Tx, place: Location, fresh: list[_Fresh], opened: set[int]) -> int:
    if not any(each.topics for each in fresh):
        return 0
    rest = _joined(tx, place, fresh)
    counts = Counter(topic for each in rest for topic in set(each.topics))
    likely = [topic for topic, n in counts.most_common() if n >= LEAST]
    if not likely:
        return 0
    days = place_days(tx.session, place.key, place.zone, tx.now)
    usual = usual_of(days, tx.now.astimezone(ZoneInfo(place.zone)).date())
    came, told = max(_came(tx, place), len(fresh)), 0
    for topic in likely:
        behind = [each for each in rest if topic in each.topics]
        share = usual.share(topic) if usual else UNKNOWN_SHARE
        is_chance = tail(len(behind), came, share) > CHANCE
        if len(behind) < LEAST or is_chance or not {each.number for each in behind} & opened:
            continue
        _tell(tx, place, ConcernKind.INCIDENT, topic, behind)
        told += 1
        # Complaints of two things are told by one card.
        rest = [each for each in rest if topic not in each.topics]
    return told


def _joined(tx: Tx, place: Location, fresh: list[_Fresh]) -> list[_Fresh]:
    """Have the day's incidents take in what names their topics; return what none of them holds,
    nor the card of a text that many sent."""
    here = standing.standing(tx.session, place.key)
    told = [
        row for row in here if row.kind == ConcernKind.INCIDENT and row.found_at > tx.now - WITHIN
    ]
    texts = [Sign.from_json(row.facts) for row in here if row.kind == ConcernKind.SAME_TEXT]
    held = {number for row in told for number in Sign.from_json(row.facts).tickets}
    held |= {number for sign in texts if len(sign.tickets) >= COPIES for number in sign.tickets}
    for row in told:
        more = [each for each in fresh if row.topic in each.topics and each.number not in held]
        _join(tx, row, place, more)
        held |= {each.number for each in more}
    return [each for each in fresh if each.number not in held]


def _came(tx: Tx, place: Location) -> int:
    """How many reviews of any tone came within the day; a first reading's are history."""
    return tx.session.exec(
        select(func.count())
        .select_from(ReviewRow)
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .where(
            TargetRow.location_key == place.key,
            ~is_question(),
            col(ReviewRow.first_seen_at) > tx.now - WITHIN,
            is_no_past(),
        )
    ).one()


def _by_text(tx: Tx, place: Location, fresh: list[_Fresh], opened: set[int]) -> int:
    came = [each for each in fresh if each.number in opened]
    asked = TellsTheSame([(each.number, each.wrote) for each in came])
    again = _told_again(tx, asked) if asked.is_any else {}
    told = 0
    for each in came:
        same = again.get(each.number)
        if not same or not (_is_elsewhere(tx, same, each) or _authors([*same, each]) >= COPIES):
            continue
        joined = _told_already(tx, [*same, each])
        if joined is not None:
            _join(tx, joined, place, [*same, each])
            continue
        _tell(tx, place, ConcernKind.SAME_TEXT, None, [*same, each])
        told += 1
    return told + _by_short_text(tx, place, came, asked.letters)


def _by_short_text(tx: Tx, place: Location, came: list[_Fresh], said: Mapping[int, str]) -> int:
    """Tell of waves of a text too short to be told apart from chance by three. Of a site that
    tells the day alone nobody knows what came within an hour."""
    short = {
        said[each.number]: each
        for each in came
        if each.has_hour and 0 < len(said[each.number]) < LONG_TEXT
    }
    if not short:
        return 0
    rows = run(
        tx.session,
        _WHOLE_LATELY.where(col(TicketRow.location_key) == place.key, _HAS_HOUR),
        {"since": tx.now - SAME_TEXT_WITHIN},
    )
    copies: dict[str, list[_Fresh]] = {}
    for each in (_Fresh(*row) for row in rows):
        if (letters := letters_of(each.text)) in short:
            copies.setdefault(letters, []).append(each)
    told = 0
    for letters, last in short.items():
        wave = [each for each in copies[letters] if abs(each.at - last.at) <= SHORT_WITHIN]
        if _authors(wave) < SHORT_COPIES:
            continue
        wave.sort(key=lambda each: each.number)
        joined = _told_already(tx, wave)
        if joined is not None:
            _join(tx, joined, place, wave)
            continue
        _tell(tx, place, ConcernKind.SAME_TEXT, None, wave)
        told += 1
    return told


def _is_elsewhere(tx: Tx, same: list[_Fresh], one: _Fresh) -> bool:
    """Whether one of these stands on another site or at another place."""
    targets = {each.target_id for each in same} - {one.target_id}
    here = tx.session.get_one(TargetRow, one.target_id)
    there = (tx.session.get_one(TargetRow, each) for each in targets)
    at = (here.source, here.location_key)
    return any((each.source, each.location_key) != at for each in there)


def _authors(same: list[_Fresh]) -> int:
    """How many wrote them: one without a name is somebody."""
    named = {each.author for each in same if each.author}
    return len(named) + sum(not each.author for each in same)


def _told_again(tx: Tx, asked: TellsTheSame) -> dict[int, list[_Fresh]]:
    """Return other complaints of the last days that tell the same as each of these, by its
    number."""
    since = {"since": tx.now - SAME_TEXT_WITHIN}
    likely = [
        number
        for number, author, beginning in run(tx.session, _TOLD_LATELY, since).all()
        if asked.may_tell(number, author, beginning)
    ]
    found: dict[int, list[_Fresh]] = {}
    if likely:
        these = _WHOLE_LATELY.where(col(TicketRow.id).in_(padded(likely)))
        for copy in (_Fresh(*row) for row in run(tx.session, these, since)):
            # Each tells the same as itself, which is no copy.
            for number in set(asked.by(copy.author, copy.text)) - {copy.number}:
                found.setdefault(number, []).append(copy)
    return found


def _told_already(tx: Tx, same: list[_Fresh]) -> ConcernRow | None:
    """Return the card that holds one of these copies of a text, of whichever place it is; or the
    incident that holds half of them, where they are all of its place: they ring once."""
    numbers = {each.number for each in same}
    ours = [row for row in standing.standing(tx.session) if ConcernKind(row.kind).is_sudden]
    for row in sorted(ours, key=lambda row: row.kind != ConcernKind.SAME_TEXT):
        held = numbers & set(Sign.from_json(row.facts).tickets)
        if not held or row.location_key not in tx.settings.locations:
            continue
        if row.kind == ConcernKind.SAME_TEXT:
            return row
        if 2 * len(held) >= len(numbers) and _places(tx, same) == {row.location_key}:
            return row
    return None


def _places(tx: Tx, same: list[_Fresh]) -> set[str]:
    targets = {each.target_id for each in same}
    return {tx.session.get_one(TargetRow, each).location_key for each in targets}


def _tell(
    tx: Tx, place: Location, kind: ConcernKind, topic: str | None, behind: list[_Fresh]
) -> None:
    concern = standing.add(tx, place.key, kind, topic, _sign(place, behind))
    _put(tx, concern, place, behind)


def _put(tx: Tx, concern: ConcernRow, place: Location, behind: list[_Fresh]) -> None:
    """Put the card where it is not yet, in place of the alerts that wait there. Who may be shown
    one of its places alone keeps the alerts of that one."""
    beside = _chats_of(tx, [each.number for each in behind])
    places = places_in(tx, concern)
    chats = telling.chats_for(tx, place.key, beside=beside)
    telling.tell(tx, concern, [each for each in chats if shows_all(tx, each.chat_id, places)])
    # Critical ones ring by themselves.
    taken = [each.number for each in behind if each.severity != Severity.CRITICAL]
    telling.take_in(tx, concern, taken, places)


def _join(tx: Tx, concern: ConcernRow, place: Location, behind: list[_Fresh]) -> None:
    """More of the same came, at `place`: the card holds them too."""
    known = Sign.from_json(concern.facts)
    numbers = {*known.tickets, *(each.number for each in behind)}
    if len(numbers) == len(known.tickets):
        return
    sign = _sign(place, _held(tx, numbers))
    concern.facts = replace(sign, measures=known.measures, text=known.text).to_json()
    tx.session.add(concern)
    for row in telling.copies(tx.session, concern):
        items = [{"ticket": number} for number in sign.tickets]
        row.payload = {**row.payload, "items": items}
        tx.session.add(row)
    tx.session.flush()
    telling.edit_copies(tx, concern)
    _put(tx, concern, place, behind)


def _held(tx: Tx, numbers: Collection[int]) -> list[_Fresh]:
    rows = tx.session.execute(
        _complaints(*_COLUMNS, sql.literal(""), col(TargetRow.source)).where(
            col(TicketRow.id).in_(padded(numbers))
        )
    )
    return [_Fresh(*row) for row in rows]


def _sign(place: Location, behind: list[_Fresh]) -> Sign:
    zone = ZoneInfo(place.zone)
    return Sign(
        days=1,
        n=len(behind),
        complaints=len(behind),
        mentions=len(behind),
        part=day_part([each.at.astimezone(zone).hour for each in behind if each.has_hour]),
        tickets=tuple(sorted({each.number for each in behind})),
        sources=Counter(each.source for each in behind),
        text=behind[-1].text[:200],
    )


def _chats_of(tx: Tx, numbers: Sequence[int]) -> list[str]:
    """Return the keys of the groups that the alerts of these tickets go to."""
    keys = tx.session.exec(
        select(OutboxRow.chat_key)
        .where(col(OutboxRow.ticket_id).in_(padded(numbers)), OutboxRow.kind == OutboxKind.ALERT)
        .distinct()
    )
    return [key for key in sorted(keys) if key in tx.settings.chats]
