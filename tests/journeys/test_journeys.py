"""The ways of a review, from the site to the site, through the real application."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from reviewbot.core.model import TicketState
from tests.journeys.journey_world import IVAN, MANAGERS, MARINA, SUPPORT, JourneyWorld, moscow

RUDE = "Ждали капучино сорок минут, бариста нахамила. Больше не придём."


@pytest.fixture
async def journey_world(tmp_path: Path) -> AsyncIterator[JourneyWorld]:
    async with JourneyWorld(tmp_path, "2026-03-02 11:00") as opened:
        yield opened


async def approved(journey_world: JourneyWorld, by: str = "2026-03-02 11:30") -> None:
    """A complaint of 11:00 is proposed by Ivan and approved by Marina."""
    journey_world.guest(1, RUDE)
    await journey_world.pass_until(by)
    assert "менеджер" in await journey_world.press(journey_world.card(), "готов", IVAN)
    assert journey_world.ticket().state == TicketState.PROPOSED
    assert "Утверждено" in await journey_world.press(journey_world.card(), "Утвердить", MARINA)
    assert journey_world.ticket().state == TicketState.APPROVED


async def test_a_complaint_is_proposed_approved_posted_by_hand_and_seen_on_the_site(
    journey_world: JourneyWorld,
) -> None:
    await approved(journey_world)
    card = journey_world.card()
    assert "Утверждено: Марина" in card.text
    assert len(journey_world.messages(SUPPORT, "Жалоба")) == 0, (
        "the card is edited, not sent again"
    )
    review, to_post = journey_world.site.maps[-1], text_to_post(card.text)
    await journey_world.press(card, "Размещено", IVAN)
    assert journey_world.ticket().state == TicketState.POSTED
    posted_at = journey_world.ticket().posted_at
    assert posted_at is not None
    review.reply, review.reply_at = to_post, posted_at
    await journey_world.pass_until("2026-03-02 12:30")

    assert journey_world.ticket().state == TicketState.ANSWERED
    assert "Ответ виден на сайте" in journey_world.card().text
    assert "Текст совпал" in journey_world.card().text
    [turn] = journey_world.rounds()
    assert turn.marked_at == posted_at
    assert turn.answered_after is not None
    assert turn.answered_by is not None
    assert turn.answered_after < posted_at <= turn.answered_by
    assert turn.breached_at is None
    assert len(journey_world.messages(SUPPORT, "№ 1")) == 1
    assert journey_world.telegram.violations == []


def text_to_post(text: str) -> str:
    """The text to post: the last paragraph of an approved card."""
    return text.strip().split("\n")[-1]


async def test_a_reply_made_outside_the_bot_closes_its_ticket(journey_world: JourneyWorld) -> None:
    review = journey_world.guest(2, RUDE)
    await journey_world.pass_until("2026-03-02 11:30")
    review.reply, review.reply_at = "Анна, простите нас!", journey_world.clock.now()
    await journey_world.pass_until("2026-03-02 12:10")
    assert journey_world.ticket().state == TicketState.ANSWERED
    assert "Ответ виден на сайте" in journey_world.card().text
    assert journey_world.messages(MANAGERS, "№ 1") == [], "nobody is reminded of what is answered"


async def test_a_reply_that_never_shows_comes_back_after_confirm_within(tmp_path: Path) -> None:
    async with JourneyWorld(tmp_path, "2026-03-02 11:00", every="90m") as journey_world:
        await approved(journey_world, by="2026-03-02 13:00")
        await journey_world.press(journey_world.card(), "Размещено", IVAN)
        await journey_world.pass_until("2026-03-04 11:00")
        assert journey_world.ticket().state == TicketState.POSTED
        assert len(journey_world.rounds()) == 1
        await journey_world.pass_until("2026-03-04 16:00")
        assert journey_world.ticket().state == TicketState.WAITING
        assert [turn.reason for turn in journey_world.rounds()] == ["new", "not_confirmed"]
        first = journey_world.messages(SUPPORT, "№ 1")[0]
        assert journey_world.card().message_id != first.message_id, "a new alert"


async def test_a_bad_review_on_friday_evening_is_due_on_monday_at_eleven(tmp_path: Path) -> None:
    async with JourneyWorld(tmp_path, "2026-03-06 20:00", every="2h") as journey_world:
        journey_world.guest(1, RUDE)
        await journey_world.pass_until("2026-03-06 22:30")
        assert "до пн 11:00" in journey_world.card().text
        [turn] = journey_world.rounds()
        assert turn.reply_deadline == moscow("2026-03-09 11:00")

        await journey_world.pass_until("2026-03-09 10:20")
        assert journey_world.messages(MANAGERS, "№ 1") == []
        await journey_world.pass_until("2026-03-09 11:20")
        [turn] = journey_world.rounds()
        assert turn.breached_at == moscow("2026-03-09 11:00")
        assert len(journey_world.messages(MANAGERS, "Срок прошёл")) == 1

        await journey_world.pass_until("2026-03-11 18:00")
        [turn] = journey_world.rounds()
        assert turn.breached_at == moscow("2026-03-09 11:00")
        assert journey_world.acts().count("breach") == 1
        assert sorted(turn.steps_done) == sorted(set(turn.steps_done))
        # at the deadline, four hours later, Tuesday, Wednesday
        assert len(journey_world.messages(MANAGERS, "№ 1")) == 4
        assert journey_world.telegram.violations == []


async def test_an_edited_worse_review_reopens_and_alerts_again(
    journey_world: JourneyWorld,
) -> None:
    review = journey_world.guest(2, RUDE)
    await journey_world.pass_until("2026-03-02 11:30")
    review.reply, review.reply_at = "Анна, простите нас!", journey_world.clock.now()
    await journey_world.pass_until("2026-03-02 12:10")
    assert journey_world.ticket().state == TicketState.ANSWERED

    review.rating, review.text = 1, RUDE + " И отравились пирожным, попали в больницу."
    review.at = journey_world.clock.now()
    await journey_world.pass_until("2026-03-02 12:50")
    assert journey_world.ticket().state == TicketState.WAITING
    assert [turn.n for turn in journey_world.rounds()] == [1, 2]
    assert len(journey_world.messages(SUPPORT, "№ 1")) >= 2
    assert any(
        "отравились" in message.text for message in journey_world.messages(SUPPORT, "№ 1")[1:]
    )


async def test_two_copies_of_a_card_stay_in_step(tmp_path: Path) -> None:
    routes = '[[routes]]\nwhen = { location = "tverskaya" }\nchat = "support"\ncopy = ["managers"]'
    async with JourneyWorld(tmp_path, "2026-03-02 11:00", routes) as journey_world:
        journey_world.guest(1, RUDE)
        await journey_world.pass_until("2026-03-02 11:30")
        await journey_world.press(journey_world.card(chat_id=MANAGERS), "готов", MARINA)
        for chat in (SUPPORT, MANAGERS):
            assert "Утверждено: Марина" in journey_world.card(chat_id=chat).text
        refused = await journey_world.press(journey_world.card(), "Размещено", MARINA)
        assert "Записано" in refused
        assert journey_world.card().text == journey_world.card(chat_id=MANAGERS).text


async def test_a_comment_under_a_card_does_not_become_the_draft(
    journey_world: JourneyWorld,
) -> None:
    journey_world.guest(1, RUDE)
    await journey_world.pass_until("2026-03-02 11:30")
    before = journey_world.ticket()
    await journey_world.telegram.say(
        SUPPORT, IVAN, "Кто был на смене?", reply_to=journey_world.card().message_id
    )
    await journey_world.take_in()
    after = journey_world.ticket()
    assert (after.draft_id, after.state) == (before.draft_id, before.state)


async def test_a_manager_edits_the_draft_as_a_reply_to_the_prompt(
    journey_world: JourneyWorld,
) -> None:
    journey_world.guest(1, RUDE)
    await journey_world.pass_until("2026-03-02 11:30")
    await journey_world.press(journey_world.card(), "Изменить", MARINA)
    prompt = journey_world.telegram.chat(SUPPORT).last
    assert (prompt.markup or {}).get("force_reply")
    await journey_world.telegram.say(
        SUPPORT, MARINA, "Анна, нам жаль! Разберёмся сегодня.", reply_to=prompt.message_id
    )
    await journey_world.take_in()
    assert "Разберёмся сегодня" in journey_world.card().text


async def test_a_reply_is_posted_through_the_api_once_after_the_undo_window(
    journey_world: JourneyWorld,
) -> None:
    review = journey_world.guest(1, RUDE, site="business", name="g1")
    await journey_world.pass_until("2026-03-02 11:30")
    await journey_world.press(journey_world.card(), "готов", MARINA)
    assert review.reply is None, "two minutes to undo"
    assert "Размещу" in journey_world.card().text
    await journey_world.pass_until("2026-03-02 11:50")
    assert review.reply
    await journey_world.pass_until("2026-03-02 12:20")
    assert journey_world.ticket("g1").state == TicketState.ANSWERED
    assert "Ответ виден на сайте" in journey_world.card().text


async def test_the_time_to_undo_survives_a_restart(journey_world: JourneyWorld) -> None:
    first = journey_world.guest(1, RUDE, site="business", name="g1")
    second = journey_world.guest(1, RUDE, site="business", name="g2")
    await journey_world.pass_until("2026-03-02 11:30")
    for number in (1, 2):
        await journey_world.press(journey_world.card(number), "готов", MARINA)
        assert "Размещу" in journey_world.card(number).text
    await journey_world.restart()
    await journey_world.turn()
    assert (first.reply, second.reply) == (None, None), "the two minutes are not over"
    undone = journey_world.ticket("g2").id or 0
    await journey_world.press(journey_world.card(undone), "Отменить", MARINA)
    await journey_world.restart()
    await journey_world.pass_until("2026-03-02 11:50")
    assert first.reply
    assert second.reply is None


async def test_a_reload_moves_open_deadlines_and_closes_what_is_no_longer_ours(
    journey_world: JourneyWorld,
) -> None:
    journey_world.guest(1, RUDE)
    await journey_world.pass_until("2026-03-02 11:30")
    loaded = journey_world.loaded
    desks = {
        key: replace(desk, closed=frozenset({date(2026, 3, 2)}))
        for key, desk in loaded.settings.desks.items()
    }
    journey_world.loaded = replace(loaded, settings=replace(loaded.settings, desks=desks))
    await journey_world.restart()
    await journey_world.turn()
    [told] = journey_world.messages(SUPPORT, "Файл настроек изменился")
    assert "1 срок стал позже" in told.text
    assert "Ответить до вт 11:00" in journey_world.card().text
    gone = replace(loaded.settings, locations={}, targets={})
    journey_world.loaded = replace(loaded, settings=gone)
    await journey_world.restart()
    await journey_world.turn()
    assert journey_world.ticket().state == TicketState.SKIPPED
    assert "точка больше не наша" in journey_world.card().text
    assert "bot" not in journey_world.card().text
    journey_world.loaded = loaded
    await journey_world.restart()
    await journey_world.turn()
    assert journey_world.ticket().state == TicketState.WAITING
    assert journey_world.telegram.violations == []


async def test_an_approval_undone_in_time_is_never_posted(journey_world: JourneyWorld) -> None:
    review = journey_world.guest(1, RUDE, site="business", name="g1")
    await journey_world.pass_until("2026-03-02 11:30")
    await journey_world.press(journey_world.card(), "готов", MARINA)
    await journey_world.press(journey_world.card(), "Отменить", MARINA)
    await journey_world.pass_until("2026-03-02 11:50")
    assert review.reply is None
    assert journey_world.ticket("g1").state in (TicketState.WAITING, TicketState.PROPOSED)


async def test_the_complaints_of_one_evening_are_one_message_a_chat(
    journey_world: JourneyWorld,
) -> None:
    texts = [
        "Ждали заказ сорок минут.",
        "Ждала кофе полчаса, очередь не двигается.",
        "Простояли в очереди сорок минут, ужас.",
        "Ждём заказ уже час!",
        "Очень долго ждали, ушли без кофе.",
        "Сорок минут ожидания за капучино.",
        "Заказ ждали почти час, больше не придём.",
        "Долгое ожидание, час в очереди.",
    ]
    for n, text in enumerate(texts):
        journey_world.guest(1, text, name=f"w{n}")
    await journey_world.pass_until("2026-03-02 12:30")
    for chat in (SUPPORT, MANAGERS):
        [card] = journey_world.messages(chat, "🧩")
        assert "Одно и то же: ожидание" in card.text
    assert journey_world.messages(SUPPORT, "🔴") == []
    card = journey_world.messages(MANAGERS, "🧩")[0]
    await journey_world.press(card, "Причина…", MARINA)
    [card] = journey_world.messages(MANAGERS, "🧩")
    assert "Записано" in await journey_world.press(card, "ремонт", MARINA)
    assert "🛠 Причина известна: ремонт (Марина)" in journey_world.messages(SUPPORT, "🧩")[0].text
    card = journey_world.messages(SUPPORT, "🧩")[0]
    assert "Это может только менеджер" in await journey_world.press(card, "Принято", IVAN)
    await journey_world.press(card, "Отзывы 8", IVAN)
    first = journey_world.telegram.chat(SUPPORT).last
    assert "№ 1" in first.text
