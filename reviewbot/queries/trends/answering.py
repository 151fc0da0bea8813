"""How people and templates answer: speed, share in time, unchanged texts, what came after it.

A reply counts in the period in which it was seen on its site; what only staff marked does not. It
is that of who posted it, or approved it where the bot posted (a machine is nobody); its template
is the approved text's, changed or not: of a colleague's text the one that was proposed before it.
A reply written straight in a cabinet counts too: without a template, and of nobody where nobody
marked it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select as columns
from sqlalchemy import true
from sqlmodel import Session, col, select

from reviewbot.core.calendar.digest_days import BLIND_SHARE
from reviewbot.core.calendar.round_outcome import RoundOutcome
from reviewbot.core.model import DraftSource, Tone
from reviewbot.core.ticket import MACHINES
from reviewbot.core.trends.page import Answering, ReplyEffects, ReplySpeed
from reviewbot.core.trends.stars import Share
from reviewbot.queries.card_facts import is_hidden
from reviewbot.queries.counting import BATCH, is_question
from reviewbot.queries.figures import middle
from reviewbot.queries.rounds import outcomes
from reviewbot.queries.trends.written import judged_before
from reviewbot.store.audit import RoundActs, acts_of, rounds_of
from reviewbot.store.database import chunks, is_one_of, padded
from reviewbot.store.days.pages import pages_of
from reviewbot.store.people import name_of
from reviewbot.store.tables import (
    DraftRow,
    ReviewRow,
    RevisionRow,
    TargetRow,
    TicketRoundRow,
    TicketRow,
)
from reviewbot.store.tx import Page, Tx

KEPT = {RoundOutcome.IN_TIME: True, RoundOutcome.LATE: False}


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply seen on its site. `in_time`: None where that is undecided, or nothing was due.
    `raised`, `changed`: the guest gives more stars now than when it was seen, says it in another
    text; None: not that anybody saw, the page being out of sight for too much of the time
    since. `unchanged` is None where no text was approved here; `topics` are what the guest
    complained of when it was seen: who raised the stars since complains of nothing now."""

    person: str | None
    template: str | None
    took: timedelta
    in_time: bool | None
    unchanged: bool | None
    raised: bool | None
    changed: bool | None
    topics: Sequence[str]


def replies(
    tx: Tx,
    places: Collection[str],
    since: datetime,
    until: datetime,
    source: str | None = None,
) -> list[Reply]:
    """Return the replies of these places (on one source, where it is named) first seen in
    [since, until)."""
    pages = tx.of_pages(
        ("replies", since, until),
        places,
        source,
        lambda some, on: read_replies(tx.session, some, since, until, tx.now, on),
    )
    return [each for found in pages.values() for each in found]


def read_replies(
    session: Session,
    places: Collection[str],
    since: datetime,
    until: datetime,
    now: datetime,
    source: str | None = None,
) -> dict[Page, list[Reply]]:
    """Return the same page by page, as they stand `now`."""
    on_it = select(TargetRow.id).where(TargetRow.source == source)
    rounds = session.exec(
        select(TicketRoundRow.id)
        .join(TicketRow, col(TicketRow.id) == TicketRoundRow.ticket_id)
        .join(ReviewRow, col(ReviewRow.id) == TicketRow.review_id)
        .where(
            col(TicketRoundRow.answered_by) >= since,
            col(TicketRoundRow.answered_by) < until,
            ~is_question(),
            is_one_of(col(TicketRow.location_key), places),
            true() if source is None else col(ReviewRow.target_id).in_(on_it),
        )
        .order_by(col(TicketRoundRow.id))
    ).all()
    hidden, known = _hidden_since(session), pages_of(session)
    found: dict[Page, list[Reply]] = defaultdict(list)
    # A batch of whole rows in memory at a time: a year has many.
    for start in range(0, len(rounds), BATCH):
        some = [number for number in rounds[start : start + BATCH] if number is not None]
        for page, reply in _in_rounds(session, now, some, hidden, known):
            found[page].append(reply)
    return found


def _in_rounds(
    session: Session,
    now: datetime,
    rounds: Sequence[int],
    hidden: Mapping[int, datetime],
    known: Mapping[int, Page],
) -> Iterator[tuple[Page, Reply]]:
    rows = session.execute(
        columns(
            *(TicketRoundRow, TicketRow, ReviewRow),
            *(outcomes.outcome(now), outcomes.answered_at()),
        )
        .join(TicketRow, col(TicketRow.id) == TicketRoundRow.ticket_id)
        .join(ReviewRow, col(ReviewRow.id) == TicketRow.review_id)
        .where(col(TicketRoundRow.id).in_(padded(rounds)))
        .order_by(col(TicketRoundRow.id))
    ).all()
    before = _before(session, [review.id or 0 for _, _, review, *_ in rows])
    acts = _acts(session, [(round_.n, ticket) for round_, ticket, *_ in rows])
    drafts = _drafts(session, [each.approved for each in acts if each.approved])
    proposed = _proposed(session, list(drafts.values()))
    for (round_, ticket, review, outcome, answered_at), done in zip(rows, acts, strict=True):
        draft = drafts.get(done.approved or 0)
        seen_at = round_.answered_by
        assert seen_at is not None
        at_reply = next((old for old in before[review.id or 0] if old.at >= seen_at), None)
        is_known = _is_seen_since(seen_at, hidden.get(review.target_id), now)
        raised = at_reply is not None and (at_reply.rating or 5) < (review.rating or 0)
        changed = at_reply is not None and (at_reply.text or "") != (review.text or "")
        yield (
            (ticket.location_key, known[review.target_id][1]),
            Reply(
                person=_person(done),
                template=proposed.get(draft.id or 0) if draft else None,
                took=answered_at - round_.clock_start_at,
                in_time=KEPT.get(outcome),
                unchanged=_is_unchanged(draft, done.approved_by),
                raised=True if raised else False if is_known else None,
                changed=True
                if changed
                else False
                if is_known and review.forgotten_at is None
                else None,
                topics=_complained_of(at_reply, review),
            ),
        )


def _acts(session: Session, rounds: Sequence[tuple[int, TicketRow]]) -> list[RoundActs]:
    """Return what was done in each of these rounds (number, ticket): the ticket tells its last."""
    past = rounds_of(session, {each.id or 0 for n, each in rounds if n < each.round})
    return [
        past[ticket.id or 0].get(n, RoundActs()) if n < ticket.round else acts_of(ticket)
        for n, ticket in rounds
    ]


def _drafts(session: Session, numbers: Sequence[int]) -> dict[int, DraftRow]:
    rows = (
        session.exec(select(DraftRow).where(col(DraftRow.id).in_(some)))
        for some in chunks(numbers)
    )
    return {draft.id or 0: draft for some in rows for draft in some}


def _is_unchanged(draft: DraftRow | None, approved_by: str | None) -> bool | None:
    """Whether a colleague took a template's text as it was; None where no colleague approved one,
    or a program wrote it."""
    if draft is None or approved_by in MACHINES or draft.author_kind == DraftSource.MACHINE:
        return None
    return draft.author_kind == DraftSource.TEMPLATE


def _person(done: RoundActs) -> str | None:
    """Return who gave the reply: a machine is no colleague."""
    hands = (done.posted_by, done.approved_by)
    return next((each for each in hands if each and each not in MACHINES), None)


def _complained_of(at_reply: RevisionRow | None, review: ReviewRow) -> Sequence[str]:
    tone, topics = judged_before(at_reply, review.tone, review.topics)
    return topics if tone == Tone.NEGATIVE else ()


def _hidden_since(session: Session) -> dict[int, datetime]:
    """Return since when the pages out of sight now are so, by target."""
    rows = session.exec(
        select(TargetRow.id, TargetRow.health_since, TargetRow.health).where(
            col(TargetRow.health_since).is_not(None)
        )
    )
    return {number or 0: since for number, since, health in rows if since and is_hidden(health)}


def _is_seen_since(reply_at: datetime, hidden_since: datetime | None, now: datetime) -> bool:
    """Whether a page was in sight for enough of the time since a reply to know what the guest
    changed: a page that is seen again shows how the review stands."""
    if hidden_since is None or now <= reply_at:
        return True
    return now - max(hidden_since, reply_at) <= BLIND_SHARE * (now - reply_at)


def _proposed(session: Session, approved: Sequence[DraftRow]) -> dict[int, str]:
    """Return the template of each approved text, by the text's id: its own, else that of the
    ticket's last draft before a colleague's that had one. A program's text has none."""
    found = {draft.id or 0: draft.template_id for draft in approved if draft.template_id}
    written: dict[int, list[int]] = defaultdict(list)
    for draft in approved:
        if draft.author_kind == DraftSource.PERSON:
            written[draft.ticket_id].append(draft.id or 0)
    for some in chunks(written):
        rows = session.exec(
            select(DraftRow.id, DraftRow.ticket_id, DraftRow.template_id)
            .where(
                col(DraftRow.ticket_id).in_(some),
                col(DraftRow.author_kind) != DraftSource.PERSON,
            )
            .order_by(col(DraftRow.id))
        )
        for draft_id, ticket_id, template in rows:
            for own in written[ticket_id]:
                if (draft_id or 0) < own:
                    found[own] = template or ""
    return {own: template for own, template in found.items() if template}


def _before(session: Session, reviews: Collection[int]) -> dict[int, list[RevisionRow]]:
    """Return what each review was before its changes, the first change first."""
    found: dict[int, list[RevisionRow]] = defaultdict(list)
    for start in range(0, len(reviews := list(reviews)), BATCH):
        rows = session.exec(
            select(RevisionRow)
            .where(col(RevisionRow.review_id).in_(reviews[start : start + BATCH]))
            .order_by(col(RevisionRow.at), col(RevisionRow.id))
        )
        for row in rows:
            found[row.review_id].append(row)
    return found


def by_person(tx: Tx, found: list[Reply]) -> tuple[Answering, ...]:
    """Return the figures of each person; empty where the operator does not want them."""
    if not tx.settings.people_figures:
        return ()
    return _by(found, lambda reply: name_of(tx, reply.person) if reply.person else None)


def of_person(tx: Tx, found: list[Reply], person: str) -> Answering:
    """Return one person's figures."""
    mine = [reply for reply in found if reply.person == person]
    return _figures(name_of(tx, person) or person, mine)


def by_template(found: list[Reply]) -> tuple[Answering, ...]:
    return _by(found, lambda reply: reply.template)


def effects(found: list[Reply]) -> ReplyEffects:
    """Return what came of the replies."""
    by_speed, by_topic = (
        defaultdict[ReplySpeed, list[Reply]](list),
        defaultdict[str, list[Reply]](list),
    )
    for reply in found:
        by_speed[_speed(reply.took)].append(reply)
        for topic in set(reply.topics):
            by_topic[topic].append(reply)
    topics = sorted(by_topic, key=lambda topic: (-len(by_topic[topic]), topic))
    return ReplyEffects(
        every=_figures("", found),
        by_speed={speed: _figures(speed, by_speed[speed]) for speed in ReplySpeed},
        by_topic={topic: _figures(topic, by_topic[topic]) for topic in topics},
    )


def _speed(took: timedelta) -> ReplySpeed:
    if took <= timedelta(hours=1):
        return ReplySpeed.HOUR
    return ReplySpeed.DAY if took <= timedelta(days=1) else ReplySpeed.LATER


def _by(found: list[Reply], key: Callable[[Reply], str | None]) -> tuple[Answering, ...]:
    groups: dict[str, list[Reply]] = defaultdict(list)
    for reply in found:
        name = key(reply)
        if name:
            groups[name].append(reply)
    figures = [_figures(name, each) for name, each in groups.items()]
    return tuple(sorted(figures, key=lambda each: (-each.answered, each.name)))


def _figures(name: str, found: list[Reply]) -> Answering:
    return Answering(
        name=name,
        answered=len(found),
        median=middle([reply.took for reply in found]),
        in_time=share_known(reply.in_time for reply in found),
        unchanged=share_known(reply.unchanged for reply in found),
        raised=share_known(reply.raised for reply in found),
        changed=share_known(reply.changed for reply in found),
    )


def share_known(values: Iterable[bool | None]) -> Share:
    """Return how many are true, of those that are known."""
    known = [each for each in values if each is not None]
    return Share(sum(known), len(known))
