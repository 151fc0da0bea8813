"""Takes a reading in: the one transaction from what a site shows to what staff must do.

Reviews, revisions, tickets, their messages, the target's state and its host's rest change
together or not at all. Reviews are written by Core statements; nothing here asks the network.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from sqlmodel import col, select

from reviewbot.core.contract import Item
from reviewbot.core.model import (
    OPEN_STATES,
    SEVERITY_ORDER,
    TONE_ORDER,
    Health,
    Severity,
    Tone,
    Verdict,
)
from reviewbot.core.readings.changes import Arrival, ChangeKind, arrival, is_answered, mass_loss
from reviewbot.core.readings.health import Judgement, judge
from reviewbot.core.readings.reading import Reading
from reviewbot.core.readings.target_memory import TargetMemory
from reviewbot.core.settings import Location, Replies
from reviewbot.core.ticket import SITE, Act, Action
from reviewbot.drafting.drafts import Draft, DraftAsk
from reviewbot.store import cases, drafts, reviews
from reviewbot.store.drafts import Recent
from reviewbot.store.reviews import Compared
from reviewbot.store.tables import ReviewRow, TargetRow, TicketRow
from reviewbot.store.targets import due_targets, keep_memory, memory_of, plan_for, sync_setup
from reviewbot.store.tx import Tx
from reviewbot.workflow import act, open
from reviewbot.workflow.evidence import evidence_of
from reviewbot.workflow.first_contact import greet
from reviewbot.workflow.learned_rate import with_rhythm
from reviewbot.workflow.missing import count_missing, is_awaited
from reviewbot.workflow.open import Opening, first_case
from reviewbot.workflow.target_health import settle

__all__ = ["Drafter", "Ingested", "due_targets", "ingest", "ingest_page", "plan_for", "sync_setup"]


class Classify(Protocol):
    """core.classify.Classifier, as far as it is used here."""

    def classify(
        self,
        *,
        rating: int | None = None,
        title: str | None = None,
        text: str | None = None,
        pros: str | None = None,
        cons: str | None = None,
        language: str | None = None,
    ) -> Verdict: ...


ClassifierFor = Callable[[str], Classify]
"""Location key → the classifier with its rules."""


class Drafter(Protocol):
    """drafting.drafts.choose."""

    def __call__(
        self, replies: Replies, ask: DraftAsk, exclude: Collection[str] = ()
    ) -> Draft | None: ...


@dataclass(slots=True)
class Ingested:
    """What a reading brought; `found` are the new and changed reviews with what was decided."""

    health: Health
    cause: str = ""
    new: int = 0
    edited: int = 0
    answered: int = 0
    vanished: int = 0
    gone: int = 0
    tickets: int = 0
    found: list["Found"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Found:
    """One review of interest: what happened to it, the verdict, the ticket if one was opened."""

    item: Item
    kinds: frozenset[ChangeKind]
    verdict: Verdict | None
    arrival: Arrival | None
    ticket_id: int | None


@dataclass(slots=True)
class _Desk:
    """Everything one ingest needs at hand."""

    tx: Tx
    target: TargetRow
    reading: Reading
    classifier: Classify
    drafter: Drafter
    told: Ingested

    @property
    def target_id(self) -> int:
        assert self.target.id is not None
        return self.target.id

    @property
    def is_own(self) -> bool:
        place = self.tx.settings.locations.get(self.target.location_key)
        return place is None or place.role == "own"


def ingest(
    tx: Tx,
    target: TargetRow,
    reading: Reading,
    classifier_for: ClassifierFor,
    drafter: Drafter,
    jitter: float = 0.5,
) -> Ingested:
    """Store a reading and everything that follows from it; `jitter` in [0, 1) spreads polls."""
    target = tx.session.get_one(TargetRow, target.id)
    at = _Desk(
        tx,
        target,
        reading,
        classifier_for(target.location_key),
        drafter,
        Ingested(Health.OK),
    )
    stored = reviews.load(tx.session, at.target_id, [item.external_id for item in reading.items])
    shown = reviews.compare(reading.items, stored)
    memory = with_rhythm(tx, target, memory_of(target)).looked(reading, news=_is_news(shown))
    evidence = evidence_of(tx, target, memory, reading, shown)
    judgement = judge(evidence)
    lost = mass_loss(
        [(entry.known, entry.change) for entry in shown if entry.known and entry.change]
    )
    if lost:
        judgement = replace(judgement, health=Health.SUSPICIOUS, cause=lost)
        shown = [entry for entry in shown if entry.stored is None]
    at.told.health, at.told.cause = judgement.health, judgement.cause

    if reading.unchanged:
        reviews.still_seen(tx.session, memory.open_on_first, tx.now)
    _take(at, shown)
    at.told.gone = count_missing(tx, target, reading, judgement)

    was_tried = bool(target.health)
    memory = _remember(at, memory, judgement, evidence.new)
    with tx.session.no_autoflush:
        # One UPDATE of the target and one of its host: no query in between asks for what changed.
        settle(tx, target, reading, judgement, memory, jitter)
    if not was_tried:
        greet(tx)
    return at.told


def ingest_page(
    tx: Tx,
    target: TargetRow,
    reading: Reading,
    classifier_for: ClassifierFor,
    drafter: Drafter,
) -> Ingested:
    """Store what a saved page shows and what follows for staff; `reading.read_at` is the page's
    own time, not later than `now`.

    It is no look at the site: health, counters, the host's rest and the next reading stay as they
    are, and what was seen later than the page is not put back.
    """
    target = tx.session.get_one(TargetRow, target.id)
    classifier, told = classifier_for(target.location_key), Ingested(Health.OK)
    at = _Desk(tx, target, reading, classifier, drafter, told)
    page = reviews.identified(tx.session, at.target_id, reading.items)
    ids = [item.external_id for item in page]
    later = reviews.seen_since(tx.session, at.target_id, ids, reading.read_at)
    items = [item for item in page if item.external_id not in later]
    stored = reviews.load(tx.session, at.target_id, [item.external_id for item in items])
    shown = reviews.compare(items, stored)
    if lost := mass_loss([(one.known, one.change) for one in shown if one.known and one.change]):
        at.told.health, at.told.cause = Health.SUSPICIOUS, lost
        shown = [entry for entry in shown if entry.stored is None]
    _take(at, shown)
    if reading.items and target.first_contact_at is None:
        target.first_contact_at = target.last_new_at = tx.now
    elif at.told.new:
        target.last_new_at = tx.now
    tx.session.add(target)
    tx.session.flush()
    greet(tx)
    return at.told


def _take(at: _Desk, shown: list[Compared]) -> None:
    reviews.mark_seen(at.tx.session, shown, at.reading.read_at)
    _take_new(at, [entry for entry in shown if entry.stored is None])
    for entry in shown:
        if entry.stored and entry.change and (entry.change.kinds or entry.change.touched):
            _take_change(at, entry)


def _take_new(at: _Desk, entries: list[Compared]) -> None:
    verdicts = [_verdict(at, entry.item) for entry in entries]
    arrivals = [_arrival(at, entry.item) for entry in entries]
    rows = []
    for entry, verdict, came in zip(entries, verdicts, arrivals, strict=True):
        assert entry.change is not None
        answered = is_answered(entry.item)
        is_bare = not answered and reviews.tells_reply(entry.item)
        rows.append(
            {
                **reviews.values_of(entry.change, at.reading.links),
                **reviews.verdict_values(verdict),
                "target_id": at.target_id,
                "external_id": entry.item.external_id,
                "first_seen_at": at.tx.now,
                "last_seen_at": at.reading.read_at,
                "unanswered_seen_at": at.reading.read_at if is_bare else None,
                "reply_seen_at": at.reading.read_at if answered else None,
                "missed": 0,
                "found_late": came is Arrival.FOUND_LATE,
            }
        )
    ids = reviews.insert_all(at.tx.session, rows)
    at.told.new += len(ids)
    asking = {
        review_id: came
        for entry, verdict, came, review_id in zip(entries, verdicts, arrivals, ids, strict=True)
        if _wants_ticket(at, entry.item, verdict, came)
    }
    numbers = _open_all(at, asking)
    for entry, verdict, came, review_id in zip(entries, verdicts, arrivals, ids, strict=True):
        kinds = entry.change.kinds if entry.change else frozenset()
        found = Found(entry.item, kinds, verdict, came, numbers.get(review_id))
        at.told.found.append(found)


def _take_change(at: _Desk, entry: Compared) -> None:
    assert entry.stored is not None
    assert entry.change is not None
    stored, change = entry.stored, entry.change
    values = reviews.values_of(change, at.reading.links, stored.values["site"])
    kinds = change.kinds
    verdict = None
    if ChangeKind.EDITED in kinds or change.fingerprint != stored.values["fingerprint"]:
        # Also a teaser that came in full is read anew.
        verdict = _verdict(at, change.item)
        values.update(reviews.verdict_values(verdict))
    if ChangeKind.ANSWERED in kinds:
        values["reply_seen_at"] = at.reading.read_at
    if ChangeKind.REPLY_VANISHED in kinds:
        values["reply_seen_at"] = None
    if ChangeKind.BACK in kinds:
        values.update(gone_at=None, missed=0, missed_since=None)
    reviews.update_one(at.tx.session, stored.review_id, values)
    if not kinds and verdict is None:
        return
    for kind in sorted(kinds):
        reviews.add_revision(at.tx.session, stored, kind, at.tx.now)
    at.told.edited += ChangeKind.EDITED in kinds
    at.told.answered += ChangeKind.ANSWERED in kinds
    at.told.vanished += ChangeKind.REPLY_VANISHED in kinds
    ticket_id = _act_on(at, entry, verdict)
    at.told.found.append(Found(change.item, kinds, verdict, None, ticket_id))


def _act_on(at: _Desk, entry: Compared, verdict: Verdict | None) -> int | None:
    """Tell the review's ticket what happened, in the order in which it makes sense; open one
    where the review has none and now asks for it. Returns the ticket opened."""
    assert entry.stored is not None
    assert entry.change is not None
    kinds, review_id = entry.change.kinds, entry.stored.review_id
    ticket_id = at.tx.session.exec(
        select(TicketRow.id).where(TicketRow.review_id == review_id)
    ).first()
    # The rows were changed past the session: what it holds of this review is old.
    if held := at.tx.session.get(ReviewRow, review_id):
        at.tx.session.refresh(held)
    answered = is_answered(entry.change.item)
    if ticket_id is None:
        became_worse = verdict is not None and _is_worse(entry, verdict)
        asks = became_worse or ChangeKind.REPLY_VANISHED in kinds
        complaint = _complaint(verdict) if verdict else _was_complaint(entry)
        if asks and complaint and not answered and at.is_own:
            return _open_all(at, {review_id: Arrival.FRESH}).get(review_id)
        return None
    draft = None
    if verdict is not None:
        review = at.tx.session.get_one(ReviewRow, review_id)
        place = cases.place_of(at.tx, at.target.location_key)
        draft = _draft(at, review, place, drafts.recent_of(at.tx.session, place.key))
    acts: list[tuple[Act, Draft | None]] = []
    if ChangeKind.BACK in kinds:
        acts.append((Act(Action.SEEN_AGAIN, SITE, has_reply=answered), None))
    if verdict is not None:
        worse = _is_worse(entry, verdict)
        acts.append((Act(Action.EDITED_WORSE if worse else Action.EDITED, SITE), draft))
    if ChangeKind.REPLY_VANISHED in kinds:
        acts.append((Act(Action.REPLY_VANISHED, SITE), None))
    if kinds & {ChangeKind.ANSWERED, ChangeKind.REPLY_CHANGED}:
        acts.append((Act(Action.REPLY_SEEN, SITE), None))
    for done, draft in acts:
        act.act(at.tx, ticket_id, done, draft)
    return None


def _open_all(at: _Desk, asking: Mapping[int, Arrival]) -> dict[int, int]:
    """Open the tickets of stored reviews, but for those that get no time; return their numbers
    by the review's id."""
    if not asking:
        return {}
    place = cases.place_of(at.tx, at.target.location_key)
    recent = drafts.recent_of(at.tx.session, place.key)
    openings: list[Opening] = []
    stored = reviews.rows_of(at.tx.session, asking)
    for review_id, came in asking.items():
        review, backlog = stored[review_id], came is Arrival.BACKLOG
        case = first_case(at.tx, review, at.target, place, backlog=backlog)
        if case is None:
            continue
        draft = _draft(at, review, place, recent)
        recent = recent.with_draft(draft)
        openings.append(Opening(case, draft))
    numbers = open.open_all(at.tx, openings)
    at.told.tickets += len(numbers)
    opened = [each.case.ticket.review_id for each in openings]
    return dict(zip(opened, numbers, strict=True))


def _draft(at: _Desk, review: ReviewRow, place: Location, recent: Recent) -> Draft | None:
    ask = drafts.draft_ask(at.tx, review, at.target.source, place, recent)
    return at.drafter(at.tx.settings.replies, ask)


def _verdict(at: _Desk, item: Item) -> Verdict:
    return at.classifier.classify(
        rating=item.rating,
        title=item.title,
        text=item.text,
        pros=item.pros,
        cons=item.cons,
        language=item.language,
    )


def _arrival(at: _Desk, item: Item) -> Arrival:
    return arrival(
        item.published_at,
        first_contact_at=at.target.first_contact_at,
        last_complete_at=at.target.last_complete_at,
        now=at.tx.now,
        backlog_within=at.tx.settings.backlog_within,
    )


def _wants_ticket(at: _Desk, item: Item, verdict: Verdict, came: Arrival) -> bool:
    """Whether a review just found may be somebody's duty; `reply_time` has the last word."""
    if not at.is_own or is_answered(item) or came is Arrival.HISTORY:
        return False
    return came is not Arrival.BACKLOG or _complaint(verdict)


def _complaint(verdict: Verdict) -> bool:
    return verdict.is_negative or verdict.severity is Severity.CRITICAL


def _was_complaint(entry: Compared) -> bool:
    assert entry.stored is not None
    values = entry.stored.values
    return bool(values["tone"] == Tone.NEGATIVE or values["severity"] == Severity.CRITICAL)


def _is_worse(entry: Compared, verdict: Verdict) -> bool:
    """Whether stars or verdict fell with an edit."""
    assert entry.stored is not None
    assert entry.change is not None
    was, stars = entry.stored.values["rating"], entry.change.item.rating
    if was is not None and stars is not None and stars < was:
        return True
    before = entry.stored.values
    if before["tone"] in TONE_ORDER and TONE_ORDER.index(verdict.tone) > TONE_ORDER.index(
        Tone(before["tone"])
    ):
        return True
    return SEVERITY_ORDER.index(verdict.severity) > SEVERITY_ORDER.index(
        Severity(before["severity"])
    )


def _is_news(shown: list[Compared]) -> bool:
    return any(entry.stored is None or (entry.change and entry.change.kinds) for entry in shown)


def _remember(at: _Desk, memory: TargetMemory, judgement: Judgement, new: int) -> TargetMemory:
    """Write down on the target what the next reading needs."""
    target, reading, now = at.target, at.reading, at.tx.now
    trusted = judgement.is_sighted and reading.error is None
    if target.first_contact_at is None and (
        trusted or reading.items or judgement.health is Health.UNCONFIRMED
    ):
        target.first_contact_at = now
        dates = [item.published_at for item in reading.items if item.published_at]
        target.last_new_at = min(now, max(dates, default=now))
    elif new:
        target.last_new_at = now
    memory = memory.read(reading, judgement, new=bool(new))
    if trusted:
        target.last_reading_at = now
        if not reading.unchanged:
            certain = not judgement.doubts and not is_awaited(at.tx, target)
            memory = memory.with_open_on_first(_remember_page(at, certain=certain))
        to_the_end = reading.sweep or reading.complete
        if to_the_end or (memory.history_read and target.last_sweep_at is None):
            target.last_sweep_at = now
        if reading.is_whole and not reading.unchanged:
            target.last_complete_at = now
    elif reading.error is None or reading.pages == 0:
        # What could not be believed must not pass as "unchanged" next time.
        target.essence = target.etag = target.last_modified = None
    keep_memory(target, memory, reading.memory)
    return memory


def _remember_page(at: _Desk, *, certain: bool) -> list[int]:
    """Keep what says that the first page stayed as it is; return its reviews with open tickets."""
    target, reading = at.target, at.reading
    target.essence = reading.essence if certain else None
    target.etag = reading.etag if certain else None
    target.last_modified = reading.last_modified if certain else None
    rows = at.tx.session.exec(
        select(ReviewRow.id)
        .join(TicketRow, col(TicketRow.review_id) == ReviewRow.id)
        .where(
            ReviewRow.target_id == target.id,
            col(ReviewRow.external_id).in_(reading.first_page),
            col(ReviewRow.reply_seen_at).is_(None),
            # A page that leaves replies out proves nothing by staying as it is.
            ReviewRow.unanswered_seen_at == reading.read_at,
            col(TicketRow.state).in_(OPEN_STATES),
        )
    )
    return [review_id for review_id in rows.all() if review_id is not None]
