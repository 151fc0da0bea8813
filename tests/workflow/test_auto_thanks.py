"""Thanks that the bot gives by itself: for bare good stars, on official sources, so many a day."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlmodel import Session, col, select

from reviewbot.core.model import OutboxKind, TicketState, Tone, WorkKind
from reviewbot.core.ticket import BOT, Action
from reviewbot.queries.card_facts import card_facts
from reviewbot.store.tables import AuditRow, DraftRow, ReviewRow, TargetRow, TicketRow, WorkRow
from reviewbot.words.cards.card import card
from reviewbot.words.notices import notice
from reviewbot.workflow.sweep import is_anything_due, sweep
from tests.store.store_world import MONDAY, StoreWorld, at
from tests.words.message_text import text_of

OFFICIAL, BY_HAND = "tverskaya/google_business", "tverskaya/yandex_maps"
NOON = MONDAY + timedelta(hours=1)


@pytest.fixture
def world(store_world: StoreWorld) -> StoreWorld:
    """Both pages were first read a week ago."""

    def met(session: Session) -> None:
        for target in session.exec(select(TargetRow)):
            target.first_contact_at = MONDAY - timedelta(days=7)
            session.add(target)

    store_world.db.write_now(met)
    thanks = replace(store_world.settings.replies, auto_thanks=2)
    store_world.settings = replace(store_world.settings, replies=thanks)
    return store_world


def stars(world: StoreWorld, rating: int = 5, target: str = OFFICIAL, text: str = "") -> None:
    tone = Tone.POSITIVE if rating > 3 else Tone.MIXED
    world.review(MONDAY, target=target, tone=tone, rating=rating, text=text or None)


def swept(world: StoreWorld, now: object = NOON) -> list[str]:
    """Sweep; return the names of the reviews that are thanked for by now."""
    world.db.write_now(lambda session: sweep(world.tx(session, now)))  # type: ignore[arg-type]

    def thanked(session: Session) -> list[str]:
        rows = session.exec(
            select(ReviewRow.external_id)
            .join(TicketRow, col(TicketRow.review_id) == ReviewRow.id)
            .join(AuditRow, col(AuditRow.ticket_id) == TicketRow.id)
            .where(AuditRow.action == Action.AUTO_THANK, AuditRow.actor == "bot")
            .order_by(col(ReviewRow.id))
        )
        return list(rows)

    return world.db.read_now(thanked)


def test_bare_good_stars_are_thanked_up_to_the_days_limit(world: StoreWorld) -> None:
    for rating in (5, 4, 5):
        stars(world, rating)
    assert swept(world) == ["r1", "r2"]
    assert swept(world, NOON + timedelta(hours=3)) == ["r1", "r2"], "that was all for today"
    assert swept(world, NOON + timedelta(days=1)) == ["r1", "r2", "r3"]

    def waiting(session: Session) -> list[tuple[str, str, bool]]:
        rows = session.exec(select(WorkRow, TicketRow).join(TicketRow)).all()
        return [(work.kind, ticket.state, ticket.carded) for work, ticket in rows]

    posting = (WorkKind.POST_REPLY, TicketState.APPROVED, False)
    assert world.db.read_now(waiting) == [posting] * 3
    texts = world.db.read_now(lambda session: [row.text for row in session.exec(select(DraftRow))])
    assert len(texts) == 3
    assert all(texts)


def test_nothing_is_thanked_for_while_the_desk_is_not_at_work(world: StoreWorld) -> None:
    """What the day's limit left over waits for the morning: nobody could undo it at night."""
    for _ in range(3):
        stars(world)
    assert swept(world) == ["r1", "r2"]
    for moment in ("2026-03-02 19:00", "2026-03-03 00:09", "2026-03-03 09:59"):
        assert swept(world, at(moment)) == ["r1", "r2"]
        due = world.db.read_now(
            lambda session, moment=moment: is_anything_due(world.tx(session, at(moment)))
        )
        assert due is False
    assert swept(world, at("2026-03-03 10:00")) == ["r1", "r2", "r3"]


def test_what_came_before_a_weekend_is_thanked_for_after_it(world: StoreWorld) -> None:
    def later(session: Session) -> None:
        for review in session.exec(select(ReviewRow)):
            review.first_seen_at = at("2026-03-06 20:00")
            session.add(review)

    stars(world)
    world.db.write_now(later)
    assert swept(world, at("2026-03-07 12:00")) == []
    assert swept(world, at("2026-03-09 10:00")) == ["r1"]


def test_hours_without_a_sound_are_no_hours_for_thanks(world: StoreWorld) -> None:
    desk = world.settings.desks[""]
    always = replace(desk, hours=(((time(), time()),),) * 7)
    world.settings = replace(world.settings, desks={"": always})
    stars(world)
    assert swept(world, at("2026-03-02 23:00")) == []
    assert swept(world, at("2026-03-03 09:00")) == ["r1"]


def test_nothing_else_is_thanked_for(world: StoreWorld) -> None:
    stars(world, 3)
    stars(world, text="Спасибо, вкусно!")
    stars(world, target=BY_HAND)
    assert swept(world) == []

    def old(session: Session) -> None:
        for target in session.exec(select(TargetRow)):
            target.first_contact_at = MONDAY
            session.add(target)

    stars(world)
    world.db.write_now(old)
    assert swept(world) == [], "what was there on the first day"


def test_it_is_off_by_default(world: StoreWorld) -> None:
    quiet = replace(world.settings.replies, auto_thanks=0)
    world.settings = replace(world.settings, replies=quiet)
    stars(world)
    assert swept(world) == []


def test_what_does_not_fit_is_left_to_people_once(world: StoreWorld) -> None:
    """A template with a forbidden word: no ticket stays behind, nothing is tried again."""
    forbid = replace(world.settings.replies, forbid=("*",), templates=())
    world.settings = replace(world.settings, replies=forbid)
    stars(world)
    forbidden = replace(forbid, forbid=("спасибо*", "благодар*", "рад*", "приятно*", "thank*"))
    world.settings = replace(world.settings, replies=forbidden)
    assert swept(world) == []
    assert world.db.read_now(lambda session: session.exec(select(TicketRow)).all()) == []
    due = world.db.read_now(lambda session: is_anything_due(world.tx(session, NOON)))
    assert due is False


def test_nothing_is_said_twice_by_itself(world: StoreWorld) -> None:
    """Thirty of a day: each wording once, the rest is left to people and not tried again."""
    many = replace(world.settings.replies, auto_thanks=100, templates=())
    world.settings = replace(world.settings, replies=many)
    for _ in range(30):
        stars(world)
    thanked = len(swept(world))
    texts = world.db.read_now(lambda session: [row.text for row in session.exec(select(DraftRow))])
    assert 20 <= thanked < 30
    assert len(set(texts)) == len(texts) == thanked
    assert len(swept(world, NOON + timedelta(hours=1))) == thanked


def test_what_the_site_refuses_is_told_once_and_the_page_is_let_alone(world: StoreWorld) -> None:
    for _ in range(2):
        stars(world)
    assert swept(world) == ["r1", "r2"]
    for number in (1, 2):
        world.act(number, Action.PUBLISH_REFUSED, BOT, NOON, reason="replies are suspended")
    [told] = world.outbox(OutboxKind.NOTICE)
    assert told.chat_key == world.settings.operator_chat
    assert (told.payload["code"], told.payload["params"]["number"]) == ("thanks_refused", 1)
    said = notice("thanks_refused", told.payload["params"], "en")
    assert text_of(said) == (
        "🙏 Google did not take thanks for bare stars\nТочка, Тверская 12\n"
        "“replies are suspended”\n"
        "Review #1 waits for people. Nobody is thanked there by the bot for 7 days.\n"
        "See whether the key may still reply on that site;"
        " where it takes no thanks at all, set auto_thanks = 0."
    )
    stars(world)
    assert len(swept(world, NOON + timedelta(days=1))) == 2, "the page is let alone"
    # A week later it is tried with what is new by then, and told again where it is refused again.
    later = NOON + timedelta(days=8)
    world.review(later, target=OFFICIAL, tone=Tone.POSITIVE, rating=5, text=None)
    assert len(swept(world, later)) == 3
    world.act(3, Action.PUBLISH_REFUSED, BOT, later, reason="replies are suspended")
    assert len(world.outbox(OutboxKind.NOTICE)) == 2


@pytest.mark.parametrize(
    ("language", "said"), [("ru", "Бот поблагодарил сам"), ("en", "Thanked by the bot itself")]
)
def test_who_asks_sees_it_and_can_undo_it(world: StoreWorld, language: str, said: str) -> None:
    stars(world)
    swept(world)
    facts = world.db.read_now(lambda session: card_facts(world.tx(session, NOON), 1))
    assert facts is not None
    shown = card(facts, language, group=True)
    assert said in shown.html
    assert any("↩️" in key.label for row in shown.buttons for key in row)
    world.act(1, Action.UNDO_PUBLISH, "ivan", NOON + timedelta(minutes=1))
    assert world.look(1).state == TicketState.WAITING
    assert swept(world, NOON + timedelta(minutes=2)) == ["r1"]
    assert world.look(1).state == TicketState.WAITING, "a person took it back: it stays so"
