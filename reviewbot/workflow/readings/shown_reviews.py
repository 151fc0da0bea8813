"""What a site shows, stored: reviews new and changed, judged, with their tickets and what those
are told. Reviews are written by Core statements."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import partial
from typing import Protocol

from reviewbot.core.classifier.score import PAST_REVIEWS
from reviewbot.core.contract import Item
from reviewbot.core.model import Health, Verdict
from reviewbot.core.readings.changes import MARK, Arrival, ChangeKind, arrival, is_answered
from reviewbot.core.readings.forgotten_marks import is_forgotten
from reviewbot.core.readings.kept_reasons import words_of
from reviewbot.core.readings.reading import Reading
from reviewbot.core.readings.rules import Standing, became_worse, is_to_be_answered, wants_ticket
from reviewbot.core.settings import Location, Replies
from reviewbot.core.ticket import SITE, Act, Action
from reviewbot.drafting.drafts import Draft
from reviewbot.drafting.shelves import DraftAsk
from reviewbot.store import cases, drafts, reviews
from reviewbot.store.drafts import Recent
from reviewbot.store.reviews import Compared, Stored
from reviewbot.store.tables import ReviewRow, TargetRow
from reviewbot.store.tickets import ticket_about
from reviewbot.store.tx import Tx
from reviewbot.store.upserts import ids_for, insert_all, plain
from reviewbot.workflow import act, open
from reviewbot.workflow.attempts import Attempted, attempt, attempt_together
from reviewbot.workflow.open import GivenAlike, Opening, first_case


class Classify(Protocol):
    """core.classifier.classify.Classifier, as far as it is used here."""

    def classify(
        self,
        *,
        rating: int | None = None,
        title: str | None = None,
        text: str | None = None,
        pros: str | None = None,
        cons: str | None = None,
        language: str | None = None,
        comment: bool = False,
    ) -> Verdict: ...

    def knowing(self, past: Iterable[str]) -> "Classify": ...


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
    stuck: int = 0
    """Reviews that could not be taken in: the next reading brings them again."""
    found: list["Found"] = field(default_factory=list)

    def put_back(self, before: "Ingested") -> None:
        """Be again what `before` says."""
        for each in fields(self):
            setattr(self, each.name, getattr(before, each.name))


@dataclass(frozen=True, slots=True)
class Found:
    """One review of interest: what happened to it, the verdict, the ticket if one was opened."""

    item: Item
    kinds: frozenset[ChangeKind]
    verdict: Verdict | None
    arrival: Arrival | None
    ticket_id: int | None


@dataclass(slots=True)
class Ingestion:
    """A reading being taken in: the transaction, the target, what judges and drafts, what came of
    it so far, and which of its reviews stand above those that were known (`above`)."""

    tx: Tx
    target: TargetRow
    reading: Reading
    classifier: Classify
    drafter: Drafter
    result: Ingested
    above: frozenset[str] = frozenset()
    judge: Classify | None = None
    """The classifier that knows the location's past, once something is to be judged."""

    @property
    def target_id(self) -> int:
        assert self.target.id is not None
        return self.target.id

    @property
    def reader(self) -> str:
        return reader_of(self.tx, self.target)

    @property
    def is_own(self) -> bool:
        place = self.tx.settings.locations.get(self.target.location_key)
        return place is None or place.role == "own"


def reader_of(tx: Tx, target: TargetRow) -> str:
    """Return what stands for the code that reads the target's reviews."""
    source = tx.sources.get(target.source)
    return source.reader if source else ""


def take_shown(run: Ingestion, shown: list[Compared]) -> None:
    """Store what the site shows, and do what follows for staff."""
    reviews.mark_seen(run.tx.session, shown, run.reading.read_at, run.reader)
    new = [entry for entry in shown if entry.stored is None]
    if not _is_taken(run, "", partial(_take_new, run, new)):
        # One of them brings all down: each by itself, and the next reading brings that one again.
        for entry in new:
            if not _is_taken(run, entry.item.external_id, partial(_take_new, run, [entry])):
                run.result.stuck += 1
    for entry in shown:
        if entry.stored and entry.change and entry.change.is_to_write:
            take = partial(_take_change, run, entry)
            if not _is_taken(run, entry.item.external_id, take):
                run.result.stuck += 1


def _is_taken(run: Ingestion, external_id: str, take: Callable[[], None]) -> bool:
    """Whether `take` did not raise; else nothing is left of it, and the operator is told, where it
    was about one review."""
    before = replace(run.result, found=list(run.result.found))

    def work() -> bool:
        take()
        return True

    if external_id:
        name = f"{run.target.key} {external_id}"
        taken = attempt(run.tx, Attempted("review", name), work)
    else:
        taken = attempt_together(run.tx, work)
    if not taken:
        run.result.put_back(before)
    return bool(taken)


def _take_new(run: Ingestion, entries: list[Compared]) -> None:
    verdicts = [_verdict(run, entry.item) for entry in entries]
    arrivals = [_arrival(run, entry.item) for entry in entries]
    (ids,) = ids_for(run.tx.session, {ReviewRow: len(entries)})
    now, read_at, reader, is_own = run.tx.now, run.reading.read_at, run.reader, run.is_own
    rows = []
    for entry, verdict, came, review_id in zip(entries, verdicts, arrivals, ids, strict=True):
        assert entry.change is not None
        item = entry.item
        answered = is_answered(item)
        is_unanswered = not answered and reviews.tells_reply(item)
        row = reviews.values_of(entry.change, run.reading.links)
        row.update(reviews.verdict_values(verdict, _words(entry.change.item)))
        row.update(
            id=review_id,
            target_id=run.target_id,
            external_id=item.external_id,
            first_seen_at=now,
            last_seen_at=read_at,
            read_by=reader or None,
            unanswered_seen_at=read_at if is_unanswered else None,
            reply_seen_at=read_at if answered else None,
            missed=0,
            found_late=came is Arrival.FOUND_LATE,
            forgotten_at=now if is_forgotten(item.external_id) else None,
        )
        rows.append(row)
    insert_all(run.tx.session, ReviewRow, rows, seldom=reviews.SELDOM)
    run.result.new += len(ids)
    asking = [
        (plain(ReviewRow, row), came)
        for entry, verdict, came, row in zip(entries, verdicts, arrivals, rows, strict=True)
        if wants_ticket(entry.item, verdict, came, is_own=is_own)
    ]
    numbers = _open_all(run, asking)
    for entry, verdict, came, review_id in zip(entries, verdicts, arrivals, ids, strict=True):
        kinds = entry.change.kinds if entry.change else frozenset()
        number = numbers.get(review_id)
        run.result.found.append(Found(entry.item, kinds, verdict, came, number))


def _take_change(run: Ingestion, entry: Compared) -> None:
    assert entry.stored is not None
    assert entry.change is not None
    stored, change = entry.stored, entry.change
    values = reviews.values_of(change, run.reading.links, stored.of("site"))
    # A row written while the site was read is not asked for its links: it has its page.
    values["url"] = values["url"] or stored.of("url")
    values["read_by"] = run.reader or stored.of("read_by")
    kinds = change.kinds
    verdict = None
    if ChangeKind.EDITED in kinds or change.fingerprint != stored.of("fingerprint")[:MARK]:
        # Also a teaser that came in full is read anew.
        verdict = _verdict(run, change.item)
        values.update(reviews.verdict_values(verdict, _words(change.item)))
    elif _words(change.item) != words_of(*map(stored.of, ("title", "text", "pros", "cons"))):
        # Blanks came or went: the reasons tell places in the words.
        values.update(reviews.verdict_values(_verdict(run, change.item), _words(change.item)))
    if change.read_better:
        verdict = None  # nobody did anything: it is written down, and nobody is told
    if ChangeKind.ANSWERED in kinds:
        values["reply_seen_at"] = run.reading.read_at
    if ChangeKind.REPLY_VANISHED in kinds:
        values["reply_seen_at"] = None
    if ChangeKind.BACK in kinds:
        values.update(gone_at=None, missed=0, missed_since=None)
    reviews.update_one(run.tx.session, stored.review_id, values)
    # What is forgotten is counted on, and nobody's turn.
    if (not kinds and verdict is None) or is_forgotten(entry.item.external_id):
        return
    for kind in sorted(kinds):
        reviews.add_revision(run.tx.session, stored, kind, run.tx.now)
    run.result.edited += ChangeKind.EDITED in kinds
    run.result.answered += ChangeKind.ANSWERED in kinds
    run.result.vanished += ChangeKind.REPLY_VANISHED in kinds
    ticket_id = _act_on(run, entry, verdict)
    run.result.found.append(Found(change.item, kinds, verdict, None, ticket_id))


def _act_on(run: Ingestion, entry: Compared, verdict: Verdict | None) -> int | None:
    """Tell the review's ticket what happened, in the order in which it makes sense; open one
    where the review has none and now asks for it. Returns the ticket opened."""
    assert entry.stored is not None
    assert entry.change is not None
    kinds, review_id = entry.change.kinds, entry.stored.review_id
    ticket_id = ticket_about(run.tx.session, review_id)
    # The rows were changed past the session: what it holds of this review is old.
    if held := run.tx.session.get(ReviewRow, review_id):
        run.tx.session.refresh(held)
    answered = is_answered(entry.change.item)
    before = _standing(entry.stored)
    worse = verdict is not None and became_worse(before, entry.change.item, verdict)
    if ticket_id is None:
        vanished = ChangeKind.REPLY_VANISHED in kinds
        asks = is_to_be_answered(before, verdict, worse=worse, reply_vanished=vanished)
        if asks and not answered and run.is_own:
            review = run.tx.session.get_one(ReviewRow, review_id, populate_existing=True)
            return _open_all(run, [(review, Arrival.FRESH)]).get(review_id)
        return None
    draft = None
    if verdict is not None:
        review = run.tx.session.get_one(ReviewRow, review_id)
        place = cases.place_of(run.tx, run.target.location_key)
        draft = _draft(run, review, place, drafts.recent_of(run.tx, place))
    acts: list[tuple[Act, Draft | None]] = []
    if ChangeKind.BACK in kinds:
        acts.append((Act(Action.SEEN_AGAIN, SITE, has_reply=answered), None))
    if verdict is not None:
        acts.append((Act(Action.EDITED_WORSE if worse else Action.EDITED, SITE), draft))
    if ChangeKind.REPLY_VANISHED in kinds:
        acts.append((Act(Action.REPLY_VANISHED, SITE), draft))
    if kinds & {ChangeKind.ANSWERED, ChangeKind.REPLY_CHANGED}:
        acts.append((Act(Action.REPLY_SEEN, SITE), None))
    for done, draft in acts:
        act.act(run.tx, ticket_id, done, draft)
    return None


def _open_all(run: Ingestion, asking: Sequence[tuple[ReviewRow, Arrival]]) -> dict[int, int]:
    """Open the tickets of stored reviews, but for those that get no time; return their numbers
    by the review's id."""
    if not asking:
        return {}
    place = cases.place_of(run.tx, run.target.location_key)
    recent = drafts.recent_of(run.tx, place)
    openings: list[Opening] = []
    alike = GivenAlike()
    for review, came in asking:
        backlog = came is Arrival.BACKLOG
        case = first_case(run.tx, review, run.target, place, backlog=backlog, alike=alike)
        if case is None:
            continue
        draft = _draft(run, review, place, recent)
        if draft is not None:
            recent.add(draft)
        openings.append(Opening(case, draft))
    numbers = open.open_all(run.tx, openings)
    run.result.tickets += len(numbers)
    opened = [each.case.ticket.review_id for each in openings]
    return dict(zip(opened, numbers, strict=True))


def _draft(run: Ingestion, review: ReviewRow, place: Location, recent: Recent) -> Draft | None:
    ask = drafts.draft_ask(run.tx, review, run.target.source, place, recent)
    return run.drafter(run.tx.settings.replies, ask)


def _verdict(run: Ingestion, item: Item) -> Verdict:
    if run.judge is None:
        past = reviews.latest_texts(run.tx.session, run.target.location_key, PAST_REVIEWS)
        run.judge = run.classifier.knowing(past)
    return run.judge.classify(
        rating=item.rating,
        title=item.title,
        text=item.text,
        pros=item.pros,
        cons=item.cons,
        language=item.language,
        comment=_is_comment(run),
    )


def _words(item: Item) -> str:
    return words_of(item.title, item.text, item.pros, item.cons)


def _is_comment(run: Ingestion) -> bool:
    """Whether what is read stands under a post, where people speak of anything."""
    source = run.tx.sources.get(run.target.source)
    return source is not None and source.is_comments(run.target.ref)


def _arrival(run: Ingestion, item: Item) -> Arrival:
    if is_forgotten(item.external_id):  # of a copy that was restored and is older than the review
        return Arrival.HISTORY
    return arrival(
        item.published_at,
        first_contact_at=run.target.first_contact_at,
        last_complete_at=run.target.last_complete_at,
        now=run.tx.now,
        backlog_within=run.tx.settings.backlog_within,
        above_known_of=(run.target.last_reading_at or run.target.first_contact_at)
        if item.external_id in run.above
        else None,
    )


def _standing(stored: Stored) -> Standing:
    values = stored.values
    return Standing(values["rating"], values["tone"], values["severity"])
