"""The ways of a review, from the site to the site, through the real application."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from reviewbot.core.model import TicketState
from tests.journeys.town import IVAN, MANAGERS, MARINA, SUPPORT, Town, moscow

RUDE = "Ждали капучино сорок минут, бариста нахамила. Больше не придём."


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with Town(tmp_path, "2026-03-02 11:00") as opened:
        yield opened


async def approved(town: Town, by: str = "2026-03-02 11:30") -> None:
    """A complaint of 11:00 is proposed by Ivan and approved by Marina."""
    town.guest(1, RUDE)
    await town.pass_until(by)
    assert "менеджер" in await town.press(town.card(), "готов", IVAN)
    assert town.ticket().state == TicketState.PROPOSED
    assert "Утверждено" in await town.press(town.card(), "готов", MARINA)
    assert town.ticket().state == TicketState.APPROVED


async def test_a_complaint_is_proposed_approved_posted_by_hand_and_seen_on_the_site(
    town: Town,
) -> None:
    await approved(town)
    card = town.card()
    assert "Утверждено: Марина" in card.text
    assert len(town.messages(SUPPORT, "Жалоба")) == 0, "the card is edited, not sent again"
    review, to_post = town.site.maps[-1], text_to_post(card.text)
    await town.press(card, "Размещено", IVAN)
    assert town.ticket().state == TicketState.POSTED
    posted_at = town.ticket().posted_at
    assert posted_at is not None
    review.reply, review.reply_at = to_post, posted_at
    await town.pass_until("2026-03-02 12:30")

    assert town.ticket().state == TicketState.ANSWERED
    assert "Ответ виден на сайте" in town.card().text
    assert "Текст совпал" in town.card().text
    [turn] = town.rounds()
    assert turn.marked_at == posted_at
    assert turn.answered_after is not None
    assert turn.answered_by is not None
    assert turn.answered_after < posted_at <= turn.answered_by
    assert turn.breached_at is None
    assert len(town.messages(SUPPORT, "№ 1")) == 1
    assert town.telegram.violations == []


def text_to_post(text: str) -> str:
    """The text to post: the last paragraph of an approved card."""
    return text.strip().split("\n")[-1]


async def test_a_reply_made_outside_the_bot_closes_its_ticket(town: Town) -> None:
    review = town.guest(2, RUDE)
    await town.pass_until("2026-03-02 11:30")
    review.reply, review.reply_at = "Анна, простите нас!", town.clock.now()
    await town.pass_until("2026-03-02 12:10")
    assert town.ticket().state == TicketState.ANSWERED
    assert "Ответ виден на сайте" in town.card().text
    assert town.messages(MANAGERS, "№ 1") == [], "nobody is reminded of what is answered"


async def test_a_reply_that_never_shows_comes_back_after_confirm_within(tmp_path: Path) -> None:
    async with Town(tmp_path, "2026-03-02 11:00", every="90m") as town:
        await approved(town, by="2026-03-02 13:00")
        await town.press(town.card(), "Размещено", IVAN)
        await town.pass_until("2026-03-04 11:00")
        assert town.ticket().state == TicketState.POSTED
        assert len(town.rounds()) == 1
        await town.pass_until("2026-03-04 16:00")
        assert town.ticket().state == TicketState.WAITING
        assert [turn.reason for turn in town.rounds()] == ["new", "not_confirmed"]
        first = town.messages(SUPPORT, "№ 1")[0]
        assert town.card().message_id != first.message_id, "a new alert"


async def test_a_bad_review_on_friday_evening_is_due_on_monday_at_eleven(tmp_path: Path) -> None:
    async with Town(tmp_path, "2026-03-06 20:00", every="2h") as town:
        town.guest(1, RUDE)
        await town.pass_until("2026-03-06 22:30")
        assert "до пн 11:00" in town.card().text
        [turn] = town.rounds()
        assert turn.reply_deadline == moscow("2026-03-09 11:00")

        await town.pass_until("2026-03-09 10:20")
        assert town.messages(MANAGERS, "№ 1") == []
        await town.pass_until("2026-03-09 11:20")
        [turn] = town.rounds()
        assert turn.breached_at == moscow("2026-03-09 11:00")
        assert len(town.messages(MANAGERS, "Срок прошёл")) == 1

        await town.pass_until("2026-03-11 18:00")
        [turn] = town.rounds()
        assert turn.breached_at == moscow("2026-03-09 11:00")
        assert town.acts().count("breach") == 1
        assert sorted(turn.steps_done) == sorted(set(turn.steps_done))
        # at the deadline, four hours later, Tuesday, Wednesday
        assert len(town.messages(MANAGERS, "№ 1")) == 4
        assert town.telegram.violations == []


async def test_an_edited_worse_review_reopens_and_alerts_again(town: Town) -> None:
    review = town.guest(2, RUDE)
    await town.pass_until("2026-03-02 11:30")
    review.reply, review.reply_at = "Анна, простите нас!", town.clock.now()
    await town.pass_until("2026-03-02 12:10")
    assert town.ticket().state == TicketState.ANSWERED

    review.rating, review.text = 1, RUDE + " И отравились пирожным, попали в больницу."
    review.at = town.clock.now()
    await town.pass_until("2026-03-02 12:50")
    assert town.ticket().state == TicketState.WAITING
    assert [turn.n for turn in town.rounds()] == [1, 2]
    assert len(town.messages(SUPPORT, "№ 1")) >= 2
    assert any("отравились" in message.text for message in town.messages(SUPPORT, "№ 1")[1:])


async def test_two_copies_of_a_card_stay_in_step(tmp_path: Path) -> None:
    routes = '[[routes]]\nwhen = { location = "tverskaya" }\nchat = "support"\ncopy = ["managers"]'
    async with Town(tmp_path, "2026-03-02 11:00", routes) as town:
        town.guest(1, RUDE)
        await town.pass_until("2026-03-02 11:30")
        await town.press(town.card(chat_id=MANAGERS), "готов", MARINA)
        for chat in (SUPPORT, MANAGERS):
            assert "Утверждено: Марина" in town.card(chat_id=chat).text
        refused = await town.press(town.card(), "Размещено", MARINA)
        assert "Записано" in refused
        assert town.card().text == town.card(chat_id=MANAGERS).text


async def test_a_comment_under_a_card_does_not_become_the_draft(town: Town) -> None:
    town.guest(1, RUDE)
    await town.pass_until("2026-03-02 11:30")
    before = town.ticket()
    await town.telegram.say(SUPPORT, IVAN, "Кто был на смене?", reply_to=town.card().message_id)
    await town.take_in()
    after = town.ticket()
    assert (after.draft_id, after.state) == (before.draft_id, before.state)


async def test_a_manager_edits_the_draft_as_a_reply_to_the_prompt(town: Town) -> None:
    town.guest(1, RUDE)
    await town.pass_until("2026-03-02 11:30")
    await town.press(town.card(), "Изменить", MARINA)
    prompt = town.telegram.chat(SUPPORT).last
    assert (prompt.markup or {}).get("force_reply")
    await town.telegram.say(
        SUPPORT, MARINA, "Анна, простите! Разберёмся сегодня.", reply_to=prompt.message_id
    )
    await town.take_in()
    assert "Разберёмся сегодня" in town.card().text


async def test_a_reply_is_posted_through_the_api_once_after_the_undo_window(town: Town) -> None:
    review = town.guest(1, RUDE, site="business", name="g1")
    await town.pass_until("2026-03-02 11:30")
    await town.press(town.card(), "готов", MARINA)
    assert review.reply is None, "two minutes to undo"
    assert "Размещу" in town.card().text
    await town.pass_until("2026-03-02 11:50")
    assert review.reply
    await town.pass_until("2026-03-02 12:20")
    assert town.ticket("g1").state == TicketState.ANSWERED
    assert "Ответ виден на сайте" in town.card().text


async def test_the_time_to_undo_survives_a_restart(town: Town) -> None:
    first = town.guest(1, RUDE, site="business", name="g1")
    second = town.guest(1, RUDE, site="business", name="g2")
    await town.pass_until("2026-03-02 11:30")
    for number in (1, 2):
        await town.press(town.card(number), "готов", MARINA)
        assert "Размещу" in town.card(number).text
    await town.restart()
    await town.turn()
    assert (first.reply, second.reply) == (None, None), "the two minutes are not over"
    undone = town.ticket("g2").id or 0
    await town.press(town.card(undone), "Отменить", MARINA)
    await town.restart()
    await town.pass_until("2026-03-02 11:50")
    assert first.reply
    assert second.reply is None


async def test_an_approval_undone_in_time_is_never_posted(town: Town) -> None:
    review = town.guest(1, RUDE, site="business", name="g1")
    await town.pass_until("2026-03-02 11:30")
    await town.press(town.card(), "готов", MARINA)
    await town.press(town.card(), "Отменить", MARINA)
    await town.pass_until("2026-03-02 11:50")
    assert review.reply is None
    assert town.ticket("g1").state in (TicketState.WAITING, TicketState.PROPOSED)
