"""Takes a reading in: the one transaction from what a site shows to what staff must do.

Reviews, revisions, tickets, their messages, the target's state and its host's rest change
together or not at all; nothing here asks the network.
"""

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session

from reviewbot.core.model import Health
from reviewbot.core.readings.changes import above_known, mass_loss
from reviewbot.core.readings.health import Judgement, judge
from reviewbot.core.readings.reading import Reading
from reviewbot.core.settings import Settings
from reviewbot.core.source_facts import Sources
from reviewbot.store import reviews, targets
from reviewbot.store.privacy import forgotten
from reviewbot.store.reviews import Compared
from reviewbot.store.tables import TargetRow
from reviewbot.store.targets import keep_memory, memory_of
from reviewbot.store.tx import Tx
from reviewbot.workflow.attempts import Attempted, attempt
from reviewbot.workflow.concerns import incidents
from reviewbot.workflow.readings.at_end import at_end_of
from reviewbot.workflow.readings.evidence import evidence_of
from reviewbot.workflow.readings.first_contact import greet
from reviewbot.workflow.readings.learned_rate import with_rhythm
from reviewbot.workflow.readings.missing import AWAITED, count_missing
from reviewbot.workflow.readings.remembered import remember
from reviewbot.workflow.readings.shown_reviews import (
    ClassifierFor,
    Drafter,
    Ingested,
    Ingestion,
    reader_of,
    take_shown,
)
from reviewbot.workflow.readings.target_health import settle
from reviewbot.workflow.readings.unchanged import (
    NothingNew,
    judge_unchanged,
    take_unchanged,
    write_marks,
)


def ingest(
    tx: Tx,
    target: TargetRow,
    reading: Reading,
    classifier_for: ClassifierFor,
    drafter: Drafter,
    jitter: float = 0.5,
) -> Ingested:
    """Store a reading and everything that follows from it; `jitter` in [0, 1) spreads polls."""
    standing = targets.standing_of(tx.session, target.id or 0)
    if standing.forgets:
        reading = _without_forgotten(tx, target, reading)
    stored = reviews.learn_ids(tx.session, target.id or 0, reading.items)
    shown = reviews.compare(reading.items, stored, reader_of(tx, target))
    unchanged = take_unchanged(tx, standing, reading, shown, reader_of(tx, target), jitter)
    if unchanged is not None:
        return unchanged
    target, host = targets.rows_of(tx.session, target.id or 0)
    run = Ingestion(
        tx,
        target,
        reading,
        classifier_for(target.location_key),
        drafter,
        Ingested(Health.OK),
    )
    memory = with_rhythm(tx, target, memory_of(target)).looked(reading, news=_is_news(shown))
    evidence = evidence_of(tx, target, memory, reading, shown)
    judgement = judge(evidence)
    shown, lost = _believable(shown)
    if lost:
        judgement = replace(judgement, health=Health.SUSPICIOUS, cause=lost)
    run.result.health, run.result.cause = judgement.health, judgement.cause

    if reading.unchanged:
        reviews.still_seen(tx.session, memory.open_on_first, tx.now)
    run.above = _above(run, shown, judgement)
    take_shown(run, shown)
    run.result.gone = count_missing(tx, target, reading, judgement)
    _look_for_incident(run)

    was_tried = bool(target.health)
    stuck = run.result.stuck
    at_end = at_end_of(tx.session, target.id or 0, tx.now - AWAITED)
    news, awaits = evidence.new, at_end.awaits
    with tx.session.no_autoflush:
        # One UPDATE of the target and one of its host: no query in between asks for what changed.
        memory = remember(
            tx, target, reading, memory, judgement, new=news, stuck=stuck, awaits=awaits
        )
        keep_memory(target, memory, reading.memory)
        settle(tx, target, host, reading, judgement, memory, at_end, jitter)
    if not was_tried:
        greet(tx)
    return run.result


def ingest_unchanged(
    session: Session,
    settings: Settings,
    sources: Sources,
    readings: Sequence[NothingNew],
    classifier_for: ClassifierFor,
    drafter: Drafter,
) -> list[Ingested]:
    """`ingest` for several at a time that say that nothing is new: their targets are read by one
    statement and written by another."""
    standings = targets.standings_of(session, [each.target.id or 0 for each in readings])
    taken: list[Ingested | None] = []
    for each in readings:
        tx = Tx(session, settings, sources, each.reading.read_at)
        standing, reader = standings[each.target.id or 0], reader_of(tx, each.target)
        taken.append(judge_unchanged(tx, standing, each.reading, (), reader, each.jitter))
    pairs = list(zip(readings, taken, strict=True))
    write_marks(session, [standings[each.target.id or 0] for each, done in pairs if done])
    return [
        done
        or ingest(
            Tx(session, settings, sources, each.reading.read_at),
            each.target,
            each.reading,
            classifier_for,
            drafter,
            each.jitter,
        )
        for each, done in pairs
    ]


def _look_for_incident(run: Ingestion) -> None:
    """See whether what came belongs together; a reading is taken in whatever that brings."""
    opened = [found.ticket_id for found in run.result.found if found.ticket_id is not None]
    if opened:
        subject = Attempted("place", run.target.location_key)
        attempt(run.tx, subject, lambda: incidents.look(run.tx, run.target, opened))


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
    reading = _without_forgotten(tx, target, reading)
    classifier, result = classifier_for(target.location_key), Ingested(Health.OK)
    run = Ingestion(tx, target, reading, classifier, drafter, result)
    reviews.learn_ids(tx.session, run.target_id, reading.items)
    page = reviews.identified(tx.session, run.target_id, reading.items, run.reader)
    ids = [item.external_id for item in page]
    later = reviews.seen_since(tx.session, run.target_id, ids, reading.read_at)
    items = [item for item in page if item.external_id not in later]
    stored = reviews.load(tx.session, run.target_id, [item.external_id for item in items])
    shown = reviews.compare(items, stored, run.reader)
    shown, lost = _believable(shown)
    if lost:
        run.result.health, run.result.cause = Health.SUSPICIOUS, lost
    take_shown(run, shown)
    _look_for_incident(run)
    if reading.items and target.first_contact_at is None:
        target.first_contact_at = target.last_new_at = tx.now
    elif run.result.new:
        target.last_new_at = tx.now
    tx.session.add(target)
    tx.session.flush()
    greet(tx)
    return run.result


def _without_forgotten(tx: Tx, target: TargetRow, reading: Reading) -> Reading:
    items = forgotten.without(tx.session, target.source, target.ref, reading.items)
    return replace(reading, items=items) if items != reading.items else reading


def _believable(shown: list[Compared]) -> tuple[list[Compared], str]:
    """Return what may be stored, and the cause where so much is lost at once that the page is in
    doubt: then only what is new."""
    lost = mass_loss([(each.known, each.change) for each in shown if each.known and each.change])
    return ([each for each in shown if each.stored is None] if lost else shown), lost


def _above(run: Ingestion, shown: list[Compared], judgement: Judgement) -> frozenset[str]:
    """Return which unknown reviews of a list stand above known ones. A list without a single known
    one has moved on, where the reading can be believed and there are any to know."""
    if run.target.first_contact_at is None or not shown:
        return frozenset()
    known = {entry.item.external_id for entry in shown if entry.stored is not None}
    if not known and not (
        judgement.is_sighted and reviews.are_known(run.tx.session, run.target_id)
    ):
        return frozenset()
    listed = run.reading.items[: run.reading.listed]
    return above_known(listed, known, pages=run.reading.pages)


def _is_news(shown: list[Compared]) -> bool:
    return any(entry.stored is None or (entry.change and entry.change.kinds) for entry in shown)
