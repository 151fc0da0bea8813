"""What people and sites see of an operator's file: each function makes one output by the product's
own public functions, from the file to what is sent, asked or shown."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from reviewbot import registry
from reviewbot.bot.telegram.client import build_application
from reviewbot.bot.views.registry import render
from reviewbot.config import Loaded
from reviewbot.core.calendar import deadlines, digest_days, ladder
from reviewbot.core.errors import Refused
from reviewbot.core.model import Health, Kind, OutboxKind, Severity, TicketState, Tone
from reviewbot.core.readings.changes import arrival
from reviewbot.core.readings.health import next_poll
from reviewbot.core.settings import Subject
from reviewbot.core.surveys.survey import SurveyStep, Variant
from reviewbot.core.ticket import Act, Action, Actor, Circumstances, Ticket
from reviewbot.core.ticket_table import apply
from reviewbot.drafting.drafts import choose
from reviewbot.drafting.lint import problems
from reviewbot.lexicons.advice import advice_for
from reviewbot.queries.card_facts import card_facts, topics_to_choose
from reviewbot.store import cases, drafts
from reviewbot.store.queues.claims import Claimed
from reviewbot.store.tables import LocationRow, OutboxRow, PersonRow, ReviewRow, TargetRow
from reviewbot.store.targets import sync_settings
from reviewbot.store.tx import Tx
from reviewbot.words import answers
from reviewbot.words.cards.history import explain
from reviewbot.words.people import place_names
from reviewbot.words.surveys.questions import SurveyFacts, question
from reviewbot.words.vocabulary import NoticeCode
from reviewbot.workflow import act, open, sweep
from reviewbot.workflow.chats import tell_operator
from reviewbot.workflow.digests import put_due
from tests.store.made import with_tables
from tests.telegram_world import TOKEN

NOON = datetime(2026, 3, 3, 9, tzinfo=UTC)
"""A Tuesday, twelve o'clock in Moscow: within all hours."""
LATE = datetime(2026, 3, 3, 19, 30, tzinfo=UTC)
STARTS = (
    NOON,
    datetime(2026, 3, 6, 14, 30, tzinfo=UTC),  # Friday evening, before a long weekend
    datetime(2026, 4, 30, 14, 30, tzinfo=UTC),  # the last hour before a holiday
    datetime(2026, 12, 29, 15, tzinfo=UTC),
    datetime(2026, 3, 3, 18, 30, tzinfo=UTC),  # late in the evening
)
LATER = (12, 26, 50, 70, 300, 60 * 17, 60 * 26, 60 * 80)
"""Minutes after a review at which the bot looks what is due."""
PLACES = (
    "tverskaya/yandex_maps",
    "tverskaya/google_business",
    "nevsky/yandex_maps",
    "arbat/yandex_maps",
)
LONG_WAIT = "Ждали сорок минут, официант нахамил."


def told(loaded: Loaded, folder: Path, about: dict[str, Any], now: datetime = NOON) -> list[Any]:
    """Return every message that comes of one review and of the days after it."""

    def story(session: Session) -> list[Any]:
        _open(_tx(loaded, session, now), about)
        for minutes in LATER:
            _go_on(_tx(loaded, session, now + timedelta(minutes=minutes)))
        return _messages(_tx(loaded, session, now))

    return lived(loaded, folder, story)


def _open(tx: Tx, about: dict[str, Any]) -> None:
    target = tx.session.exec(select(TargetRow).where(TargetRow.key == about["target"])).one()
    review = ReviewRow(
        target_id=target.id or 0,
        external_id="1",
        fingerprint="f",
        kind="review",
        rating=about.get("rating", 1),
        text=about.get("text", LONG_WAIT),
        author="Анна Кузнецова",
        published_at=tx.now - timedelta(minutes=30),
        published_precision="second",
        first_seen_at=tx.now,
        last_seen_at=tx.now,
        unanswered_seen_at=tx.now,
        tone=about.get("tone", Tone.NEGATIVE),
        severity=about.get("severity", Severity.NORMAL),
        topics=["waiting"],
        verdict_language="ru",
        can_reply=True,
        reasons=[],
    )
    tx.session.add(review)
    tx.session.flush()
    place = cases.place_of(tx, target.location_key)
    case = open.first_case(tx, review, target, place)
    if case is None:
        return
    ask = drafts.draft_ask(tx, review, target.source, place, drafts.recent_of(tx, place))
    [number] = open.open_all(tx, [open.Opening(case, choose(tx.settings.replies, ask))])
    manager = tx.settings.people["marina"]
    by = Actor("marina", manager.name, manager.role)
    if about.get("does") is not None:
        act.act(tx, number, Act(about["does"], by))


def _go_on(tx: Tx) -> None:
    for target in tx.session.exec(select(TargetRow)):
        target.last_reading_at = target.last_complete_at = tx.now
        tx.session.add(target)
    for review in tx.session.exec(select(ReviewRow)):
        review.unanswered_seen_at = tx.now
        tx.session.add(review)
    tx.session.flush()
    put_due(tx)
    sweep.sweep(tx)


def _messages(tx: Tx) -> list[Any]:
    found: list[Any] = []
    for row in tx.session.exec(select(OutboxRow).order_by(col(OutboxRow.id))).all():
        if row.kind == OutboxKind.EDIT:
            continue
        out = render(tx, Claimed((row,)), "reviews_test_bot", lambda: "code")
        shown = (out.message.html, out.message.buttons) if out else None
        found.append((row.kind, row.chat_id, row.thread_id, row.silent, row.not_before, shown))
    facts = card_facts(tx, 1)
    return [*found, facts and explain(facts, tx.settings.language)]


class _Undone(Exception):
    """Ends a story without a trace: the next one begins with the same empty database."""


def lived(loaded: Loaded, folder: Path, story: Callable[[Session], list[Any]]) -> list[Any]:
    """Return what a story tells, in a database as the bot has it after its first start with this
    file."""
    path = folder / "stories.sqlite3"
    db = with_tables(path)
    found: list[Any] = []

    def begin(session: Session) -> None:
        _fill(loaded, session)
        found.extend(story(session))
        raise _Undone

    try:
        db.write_now(begin)
    except _Undone:
        return found
    finally:
        db.close()
    raise AssertionError("a story ends")


def _fill(loaded: Loaded, session: Session) -> None:
    sync_settings(session, loaded.settings, NOON)
    for target in session.exec(select(TargetRow)):
        target.health, target.first_contact_at = "ok", NOON - timedelta(days=60)
        session.add(target)
    for person in loaded.settings.people.values():
        # One of them cannot be reached: she never wrote to the bot.
        if person.key != "marina":
            row = PersonRow(telegram_id=person.telegram_id, key=person.key, started_at=NOON)
            session.add(row)
    session.flush()


def _tx(loaded: Loaded, session: Session, now: datetime) -> Tx:
    return Tx(session, loaded.settings, _sources(loaded), now)


def _sources(loaded: Loaded) -> Any:
    return registry.source_facts_of(loaded.settings, loaded.secrets)


def due_times(loaded: Loaded, folder: Path) -> list[Any]:
    """When every kind of review is due at every desk, from several days on."""
    return list(_due_times(loaded))


def _due_times(loaded: Loaded) -> Iterator[Any]:
    settings = loaded.settings
    kinds = [(tone, Severity.NORMAL, False) for tone in Tone]
    kinds += [(Tone.NEGATIVE, Severity.CRITICAL, False), (Tone.NEGATIVE, Severity.NORMAL, True)]
    for key, entry in settings.targets.items():
        place = settings.locations[entry.location]
        site = entry.target.source
        for source, kind in (site, Kind.REVIEW), ("survey", Kind.SURVEY), (site, Kind.QUESTION):
            for tone, severity, wordless in kinds:
                subject = Subject(
                    tone,
                    severity,
                    source,
                    place.key,
                    groups=place.groups,
                    language="ru",
                    rating=2,
                    wordless=wordless,
                    kind=kind,
                )
                given = deadlines.times_for(settings.reply_time, subject)
                if given is None:
                    yield key, subject, None
                    continue
                for span in (given.times.reply, given.times.seen):
                    for start in STARTS if span else ():
                        at = settings.desk_of(place.key)
                        due = deadlines.deadline(span, start, at, place.paused, place.zone)
                        yield key, subject, due.at


def watched(loaded: Loaded, folder: Path) -> list[Any]:
    """Which places and pages there are, what is asked there first, and when they are read."""
    places, read = lived(loaded, folder, _places_and_pages)
    sources = {source.NAME: source for source in registry.loaded()}
    asked = []
    for key, each in loaded.settings.targets.items():
        module = sources[each.target.source]
        request = next(module.pages(each.target, {}), None)
        pace = {
            "every": each.every,
            "every_max": each.every_max,
            "expected_gap": timedelta(days=30),
        }
        again = [
            next_poll(health, failures=5, pressing=False, jitter=0.5, **pace)
            for health in (Health.OK, Health.UNREACHABLE)
        ]
        asked.append((key, request, again))
    return [places, read, asked]


def _places_and_pages(session: Session) -> list[Any]:
    places = session.exec(select(LocationRow)).all()
    pages = session.exec(select(TargetRow)).all()
    return [
        [(row.key, row.name, row.groups, row.role, row.zone) for row in places],
        [(row.key, row.next_poll_at) for row in pages],
    ]


def checked(loaded: Loaded, folder: Path) -> list[Any]:
    """What `check` says beside what it shows, and which secrets were found."""
    told = [str(each) for each in loaded.warnings]
    return [told, {key: sorted(each) for key, each in loaded.secrets.items()}, bool(loaded.token)]


def telegram(loaded: Loaded, folder: Path) -> list[Any]:
    """How the Bot API is reached."""
    made = build_application(TOKEN, loaded.settings.telegram)
    return [made.bot.base_url, loaded.settings.telegram.proxy]


def rights(loaded: Loaded, folder: Path) -> list[Any]:
    """What the press on *Approve* does at each place, by whom, for whose text."""
    settings, found = loaded.settings, []
    for place in settings.locations:
        approval = settings.desk_of(place).approval
        for person in settings.people.values():
            for author in (person.key, "somebody"):
                ticket = Ticket(TicketState.WAITING, draft_id=1, draft_author=author)
                by = Actor(person.key, person.name, person.role)
                met = Circumstances(now=NOON, approval=approval)
                try:
                    outcome = apply(ticket, Act(Action.APPROVE, by), met)
                    did = str(outcome.action)
                except Refused as refused:
                    did = refused.code
                found.append((place, person.key, author, settings.may_see(person, place), did))
    return found


def who(loaded: Loaded, folder: Path) -> list[Any]:
    """What /whoami answers each person, in their language."""
    settings = loaded.settings
    return [
        answers.whoami(
            person.language or settings.language,
            telegram_id=person.telegram_id,
            name=person.name,
            role=person.role,
            only=place_names(settings, person),
        )
        for person in settings.people.values()
    ]


def notices(loaded: Loaded, folder: Path) -> list[Any]:
    """Where the operator hears of trouble."""

    def story(session: Session) -> list[Any]:
        tell_operator(_tx(loaded, session, NOON), NoticeCode.TELEGRAM_CONFLICT, {})
        session.flush()
        return [each.chat_id for each in session.exec(select(OutboxRow))]

    return lived(loaded, folder, story)


def topics(loaded: Loaded, folder: Path) -> list[Any]:
    """The topics offered, and what is advised about them, at each place."""
    return lived(loaded, folder, lambda session: [*_topics(_tx(loaded, session, NOON))])


def _topics(tx: Tx) -> Iterator[Any]:
    for place in tx.settings.locations:
        offered = topics_to_choose(tx, place)
        yield place, offered, [advice_for(tx.settings, place, each, "ru") for each in offered]


def refused(loaded: Loaded, folder: Path) -> list[Any]:
    """What is said of a text that promises money."""
    text = "Анна, простите! Дадим вам скидку двадцать процентов на следующий визит."
    return problems(text, None, loaded.settings.replies, True)


def backlog(loaded: Loaded, folder: Path) -> list[Any]:
    """What becomes of old reviews on the first day."""
    within = loaded.settings.backlog_within
    return [
        arrival(
            NOON - timedelta(days=days),
            first_contact_at=None,
            last_complete_at=None,
            now=NOON,
            backlog_within=within,
        )
        for days in (5, 20, 40)
    ]


def digests(loaded: Loaded, folder: Path) -> list[Any]:
    """Which digests have come in the first minutes after a quarter past nine."""
    settings, at = loaded.settings, NOON.replace(hour=6, minute=17)
    return [
        (chat, digest_days.due(times, settings.zone, at))
        for chat, times in settings.digest.items()
    ]


def steps(loaded: Loaded, folder: Path) -> list[Any]:
    """What is climbed of each kind's ladder in the days after a deadline, and to whom."""
    settings, due = loaded.settings, NOON + timedelta(hours=2)
    desk, end = settings.desks[""], NOON + timedelta(days=3)
    return [
        (
            name,
            [
                (each.name, each.step.to)
                for each in ladder.due_steps(each_ladder, (), NOON, due, desk, end)
            ],
        )
        for name, each_ladder in settings.ladders.reply.items()
    ]


def survey(loaded: Loaded, folder: Path) -> list[Any]:
    """What a guest is asked first."""
    asked = loaded.settings.guests
    assert asked is not None
    told: list[Any] = []
    for way in asked.variants or (Variant("", asked.scale),):
        facts = SurveyFacts(1, SurveyStep.SCORE, way.scale, None, "Точка", asked.privacy, "guest")
        told.append(question(replace(facts, words=way.words.get("ru")), "ru"))
    return told


def of(**about: Any) -> Callable[[Loaded, Path], list[Any]]:
    """Every message that comes of one such review."""
    about.setdefault("target", PLACES[0])
    return lambda loaded, folder: told(loaded, folder, about)


OUTPUTS: dict[str, Callable[[Loaded, Path], list[Any]]] = {
    "checked": checked,
    "who": who,
    "watched": watched,
    "due_times": due_times,
    "digests": digests,
    "steps": steps,
    "rights": rights,
    "topics": topics,
    "telegram": telegram,
    "notices": notices,
    "refused": refused,
    "backlog": backlog,
    "survey": survey,
    "complaint": of(),
    "critical": of(severity=Severity.CRITICAL),
    "mixed": of(tone=Tone.MIXED, rating=3),
    "neutral": of(tone=Tone.NEUTRAL, rating=None),
    "positive": of(tone=Tone.POSITIVE, rating=5),
    "posted": of(does=Action.ALREADY_ANSWERED),
    "approved": of(target=PLACES[1], does=Action.APPROVE),
    "petrov": of(target=PLACES[2]),
    "late": lambda loaded, folder: told(loaded, folder, {"target": PLACES[0]}, LATE),
}
"""By the names under which tests/config/test_keys.py lists the keys that each shows."""
