"""A business for tests of rows: three locations, five people, one database, time passed in.

2026-03-02 is a Monday; the desk works 10:00-19:00 in Moscow (UTC+3).
"""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from reviewbot.core.connections import Fetching, TargetSettings, Telegram
from reviewbot.core.contract import Limit, Target
from reviewbot.core.model import Approval, OutboxKind, Role, Severity, Tone
from reviewbot.core.settings import (
    Chat,
    Desk,
    Ladders,
    Location,
    Person,
    Replies,
    ReplyTimeEntry,
    Route,
    Settings,
    Span,
    Step,
    StepTo,
    Template,
    Times,
    When,
)
from reviewbot.core.source_facts import SourceFacts
from reviewbot.core.ticket import Act, Action, Actor
from reviewbot.drafting.drafts import Draft
from reviewbot.store import cases
from reviewbot.store.tables import (
    AuditRow,
    LocationRow,
    OutboxRow,
    PersonRow,
    ReviewRow,
    TargetRow,
    TicketRoundRow,
    TicketRow,
)
from reviewbot.store.tx import Tx
from reviewbot.workflow import act as tickets
from reviewbot.workflow import open
from reviewbot.workflow.act import Acted
from tests.store.made import with_tables

ON_SQLITE = pytest.mark.parametrize("database_path", ["sqlite"], indirect=True)
"""For tests that ask SQLite how it does a thing; the others run on PostgreSQL too."""

SUPPORT, MANAGERS, OPERATOR = -1001, -1002, 501


def at(text: str) -> datetime:
    """An instant from "2026-03-02 11:00", Moscow time."""
    return (datetime.fromisoformat(text) - timedelta(hours=3)).replace(tzinfo=UTC)


MONDAY = at("2026-03-02 11:00")

WEEK = tuple(((time(10), time(19)),) if day < 5 else () for day in range(7))

SITES = {
    "yandex_maps": SourceFacts({"ru": "Яндекс", "en": "Yandex"}),
    "google_business": SourceFacts(
        {"ru": "Google", "en": "Google"}, Limit(1, 4096, "bytes"), can_publish=True
    ),
}

PEOPLE = {
    "marina": Person("marina", 502, "Марина", Role.MANAGER),
    "anna": Person("anna", 503, "Анна", Role.MANAGER),
    "ivan": Person("ivan", 504, "Иван", Role.STAFF),
    "petr": Person("petr", 505, "Пётр", Role.STAFF, only=("group:spb",)),
    "sergey": Person("sergey", 506, "Сергей", Role.VIEWER),
    "oleg": Person("oleg", 501, "Олег", Role.ADMIN),
}


def actor(key: str) -> Actor:
    person = PEOPLE[key]
    return Actor(key, person.name, person.role)


def work(length: timedelta = timedelta(), days: int = 0) -> Span:
    return Span(length, days)


def clock(length: timedelta) -> Span:
    return Span(length, counts="clock")


def settings(approval: Approval = Approval.MANAGER) -> Settings:
    desk = Desk(
        "",
        "Europe/Moscow",
        WEEK,
        quiet=(time(22), time(9)),
        on_duty=("marina", "anna"),
        approval=approval,
    )
    places = {
        "tverskaya": Location("tverskaya", "Точка, Тверская 12", "+7 495 000-00-01"),
        "nevsky": Location("nevsky", "Точка, Невский 40", groups=("spb",)),
    }
    targets = {
        f"{place}/{source}": TargetSettings(
            Target(f"{place}/{source}", source, f"{place}-ref"),
            place,
            timedelta(minutes=45),
            timedelta(hours=3),
            (f"{source}.test",),
        )
        for place in places
        for source in SITES
    }
    return Settings(
        language="ru",
        zone="Europe/Moscow",
        telegram=Telegram(),
        chats={
            "support": Chat("support", SUPPORT, 12),
            "managers": Chat("managers", MANAGERS),
            "operator": Chat("operator", OPERATOR, person="oleg"),
        },
        people=PEOPLE,
        desks={"": desk},
        reply_time=(
            ReplyTimeEntry(
                "reply_time",
                When(),
                {
                    "critical": Times(clock(timedelta(minutes=15)), work(timedelta(hours=2))),
                    "negative": Times(reply=work(timedelta(hours=1))),
                    "mixed": Times(reply=clock(timedelta(hours=24))),
                    "positive": Times(reply=work(days=3)),
                    "wordless": Times(),
                },
            ),
        ),
        ladders=Ladders(
            reply={
                "negative": (
                    Step("50% chat", StepTo.CHAT, percent=50),
                    Step("80% holder", StepTo.HOLDER, percent=80),
                    Step("100% managers", "managers", percent=100),
                    Step("+4h sergey", "sergey", after=work(timedelta(hours=4))),
                    Step("daily managers", "managers", daily=True),
                ),
                "critical": (Step("100% managers", "managers", percent=100),),
            },
            seen={
                "critical": (
                    Step("0m on_duty", StepTo.ON_DUTY, after=clock(timedelta())),
                    Step(
                        "10m next_on_duty",
                        StepTo.NEXT_ON_DUTY,
                        after=clock(timedelta(minutes=10)),
                    ),
                    Step("15m managers", "managers", after=clock(timedelta(minutes=15))),
                )
            },
        ),
        routes=(Route("petersburg", When(group=("spb",)), "support", ("managers",)),),
        locations=places,
        targets=targets,
        sources={},
        fetching=Fetching(),
        replies=Replies(
            forbid=("скидк*",),
            templates=(
                Template("one", "ru", "Здравствуйте! Разберёмся сегодня.", own=True),
                Template("two", "ru", "Добрый день! Уже разбираемся.", own=True),
            ),
        ),
        operator_chat="operator",
    )


class StoreWorld:
    """A database with the settings's places and targets, and short ways to act and to look."""

    def __init__(
        self,
        folder: Path,
        approval: Approval = Approval.MANAGER,
        database: Path | str | None = None,
    ) -> None:
        self.db = with_tables(database or folder / "store.sqlite3")
        self.settings = settings(approval)
        self.source_facts = SITES
        self._reviews = 0
        self.db.write_now(self._fill)

    def _fill(self, session: Session) -> None:
        for place in self.settings.locations.values():
            session.add(LocationRow(key=place.key, name=place.name, groups=list(place.groups)))
        session.flush()
        for target in self.settings.targets.values():
            session.add(
                TargetRow(
                    key=target.key,
                    location_key=target.location,
                    source=target.target.source,
                    ref=target.target.ref,
                    host=target.hosts[0],
                    health="ok",
                    last_reading_at=MONDAY,
                    last_complete_at=MONDAY,
                )
            )

    def pressed_start(self, *keys: str) -> None:
        def remember(session: Session) -> None:
            for key in keys:
                person = PEOPLE[key]
                session.add(PersonRow(telegram_id=person.telegram_id, key=key, started_at=MONDAY))

        self.db.write_now(remember)

    def review(
        self,
        now: datetime = MONDAY,
        *,
        target: str = "tverskaya/yandex_maps",
        tone: Tone = Tone.NEGATIVE,
        severity: Severity = Severity.NORMAL,
        text: str | None = "Ждали капучино сорок минут, бариста нахамила.",
        rating: int | None = 1,
        backlog: bool = False,
        author: str | None = "Анна Кузнецова",
    ) -> int | None:
        """Store a review with its ticket; return the ticket's number."""
        self._reviews += 1

        def store(session: Session) -> int | None:
            row = session.exec(select(TargetRow).where(TargetRow.key == target)).one()
            assert row.id is not None
            review = ReviewRow(
                target_id=row.id,
                external_id=f"r{self._reviews}",
                fingerprint="f",
                kind="review",
                rating=rating,
                text=text,
                author=author,
                published_at=now - timedelta(minutes=30),
                published_precision="second",
                first_seen_at=now,
                last_seen_at=now,
                unanswered_seen_at=now,
                tone=tone,
                severity=severity,
                topics=["waiting"],
                verdict_language="ru",
                reasons=[{"rule": "stars", "words": "1★"}],
            )
            session.add(review)
            session.flush()
            draft = Draft("Здравствуйте! Разберёмся сегодня.", "one", "waiting", 1, "own")
            tx = self.tx(session, now)
            place = cases.place_of(tx, row.location_key)
            case = open.first_case(tx, review, row, place, backlog=backlog)
            return open.open_all(tx, [open.Opening(case, draft)])[0] if case else None

        return self.db.write_now(store)

    def tx(self, session: Session, now: datetime = MONDAY) -> Tx:
        return Tx(session, self.settings, self.source_facts, now)

    def ticket(self, **about: object) -> int:
        """Store a negative review; return the number of its ticket."""
        number = self.review(**about)  # type: ignore[arg-type]
        assert number is not None
        return number

    def act(
        self, number: int, action: Action, who: Actor | str, now: datetime, **more: object
    ) -> Acted:
        by = actor(who) if isinstance(who, str) else who
        return self.db.write_now(
            lambda session: tickets.act(self.tx(session, now), number, Act(action, by, **more))
        )

    def look(self, number: int) -> TicketRow:
        return self.db.read_now(lambda session: session.get_one(TicketRow, number))

    def round(self, number: int) -> TicketRoundRow:
        def find(session: Session) -> TicketRoundRow:
            rows = session.exec(
                select(TicketRoundRow)
                .where(TicketRoundRow.ticket_id == number)
                .order_by(col(TicketRoundRow.n).desc())
            )
            return rows.first() or TicketRoundRow(n=0, reason="")  # type: ignore[call-arg]

        return self.db.read_now(find)

    def outbox(self, *kinds: OutboxKind) -> list[OutboxRow]:
        return self.db.read_now(
            lambda session: list(
                session.exec(
                    select(OutboxRow)
                    .where(col(OutboxRow.kind).in_(kinds or tuple(OutboxKind)))
                    .order_by(col(OutboxRow.id))
                )
            )
        )

    def audit(self, number: int) -> list[AuditRow]:
        return self.db.read_now(
            lambda session: list(
                session.exec(
                    select(AuditRow).where(AuditRow.ticket_id == number).order_by(col(AuditRow.id))
                )
            )
        )

    def change_review(self, number: int, **values: object) -> None:
        """Change the stored review as a reading would."""

        def change(session: Session) -> None:
            ticket = session.get_one(TicketRow, number)
            review = session.get_one(ReviewRow, ticket.review_id)
            for name, value in values.items():
                setattr(review, name, value)
            session.add(review)

        self.db.write_now(change)

    def change_round(self, number: int, **values: object) -> None:
        turn = self.round(number)

        def change(session: Session) -> None:
            row = session.get_one(TicketRoundRow, turn.id)
            for name, value in values.items():
                setattr(row, name, value)
            session.add(row)

        self.db.write_now(change)

    def competitor(self, key: str, name: str, page: str) -> None:
        """Add a competitor, read like everybody else."""
        first = next(iter(self.settings.targets.values()))
        target = replace(first, location=key, target=replace(first.target, ref="9", key=page))
        places = {**self.settings.locations, key: Location(key, name, role="competitor")}
        targets = {**self.settings.targets, page: target}
        self.settings = replace(self.settings, locations=places, targets=targets)

        def store(session: Session) -> None:
            session.add(LocationRow(key=key, name=name, role="competitor"))
            session.flush()
            session.add(
                TargetRow(
                    key=page,
                    location_key=key,
                    source="yandex_maps",
                    ref="9",
                    host="yandex.ru",
                    health="ok",
                )
            )

        self.db.write_now(store)

    def change_target(self, key: str, **values: object) -> None:
        def change(session: Session) -> None:
            row = session.exec(select(TargetRow).where(TargetRow.key == key)).one()
            for name, value in values.items():
                setattr(row, name, value)
            session.add(row)

        self.db.write_now(change)

    def with_place(self, key: str, **values: object) -> None:
        places = dict(self.settings.locations)
        places[key] = replace(places[key], **values)  # type: ignore[arg-type]
        self.settings = replace(self.settings, locations=places)
