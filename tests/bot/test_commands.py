from datetime import timedelta

import pytest

from reviewbot.core.model import Tone
from reviewbot.store import pruning
from reviewbot.store.tables import CardRow, MeasureRow, OutboxRow, PersonRow
from tests.bot.office import MANAGERS, STRANGER, SUPPORT, TOPIC, Office

MARINA, IVAN, PETR, SERGEY = 502, 504, 505, 506


async def test_start_opens_the_private_chat(office: Office) -> None:
    await office.start()
    await office.telegram.say(IVAN, IVAN, "/start here")
    assert "Иван" in (await office.said(IVAN, "👋")).text
    [person] = office.rows_of(PersonRow)
    assert (person.key, person.telegram_id) == ("ivan", IVAN)
    assert person.started_at is not None


async def test_start_in_a_group_opens_nothing(office: Office) -> None:
    await office.start()
    await office.telegram.say(SUPPORT, IVAN, "/start")
    await office.said(SUPPORT, "👋")
    assert office.rows_of(PersonRow) == []


@pytest.mark.parametrize("command", ["/help", "/help@reviews_test_bot", "/HELP"])
async def test_help_is_answered_where_it_was_asked(office: Office, command: str) -> None:
    await office.start()
    await office.telegram.say(SUPPORT, IVAN, command, thread_id=TOPIC)
    assert (await office.said(SUPPORT, "/queue")).thread_id == TOPIC


async def test_commands_for_another_bot_are_not_ours(office: Office) -> None:
    await office.start()
    await office.telegram.say(SUPPORT, IVAN, "/help@another_bot")
    await office.telegram.say(SUPPORT, IVAN, "/nonsense")
    await office.telegram.say(SUPPORT, IVAN, "/whoami")
    await office.said(SUPPORT, str(IVAN))
    assert len(office.telegram.chat(SUPPORT).of_bot) == 1


async def test_whoami_tells_role_and_numbers(office: Office) -> None:
    await office.start()
    await office.telegram.say(SUPPORT, PETR, "/whoami", thread_id=TOPIC)
    told = await office.said(SUPPORT, str(PETR))
    assert "Пётр" in told.text
    assert str(SUPPORT) in told.text
    assert str(TOPIC) in told.text


async def test_a_stranger_learns_his_number_and_nothing_else(office: Office) -> None:
    office.house.ticket()
    office.telegram.add_group(-1999, "Чужие", STRANGER)
    await office.start()
    for command in ("/queue", "/review 1", "/health", "/help", "/start"):
        await office.telegram.say(STRANGER, STRANGER, command)
        await office.telegram.say(-1999, STRANGER, command)
    await office.telegram.say(STRANGER, STRANGER, "/whoami")
    told = await office.said(STRANGER, str(STRANGER))
    assert "Олег" in told.text
    assert len(office.telegram.chat(STRANGER).of_bot) == 1
    assert office.telegram.chat(-1999).of_bot == []


async def test_a_stranger_in_our_chat_gets_a_sentence(office: Office) -> None:
    office.house.ticket()
    await office.start()
    await office.telegram.say(MANAGERS, STRANGER, "/queue")
    told = await office.said(MANAGERS, str(STRANGER))
    assert "Точка" not in told.text


async def test_staff_in_a_foreign_group_get_silence(office: Office) -> None:
    office.house.ticket()
    office.telegram.add_group(-1999, "Чужие", MARINA)
    await office.start()
    await office.telegram.say(-1999, MARINA, "/queue")
    await office.telegram.say(MARINA, MARINA, "/whoami")
    await office.said(MARINA, "Марина")
    assert office.telegram.chat(-1999).of_bot == []


async def test_the_queue_goes_ticket_by_ticket(office: Office) -> None:
    for text in ("Первый гость.", "Второй гость.", "Третий гость."):
        office.house.ticket(text=text, tone=Tone.MIXED, rating=3)
    await office.start()
    await office.telegram.say(MARINA, MARINA, "/queue")
    shown = await office.said(MARINA, "Первый гость")
    await office.press(shown, "Дальше", "marina")
    await office.shows(shown, "Второй гость")
    await office.press(shown, "Утвердить", "marina")
    await office.shows(shown, "Утверждено: Марина")
    await office.press(shown, "Назад", "marina")
    await office.shows(shown, "Первый гость")
    assert len(office.telegram.chat(MARINA).of_bot) == 1


async def test_an_old_list_of_which_nothing_is_kept_is_no_card(office: Office) -> None:
    """Its row went with what is over: pressed, the message stays what it is."""
    number = office.house.ticket(text="Первый гость.", tone=Tone.MIXED, rating=3)
    await office.start()
    await office.telegram.say(MARINA, MARINA, "/queue")
    shown = await office.said(MARINA, "Первый гость")
    await office.written(lambda: all(row.sent_at for row in office.rows_of(OutboxRow)), "mark")
    later = office.clock.now() + timedelta(days=40)
    newest = OutboxRow(
        kind="notice",
        dedupe_key="today",
        chat_key="support",
        created_at=later,
        not_before=later,
        sent_at=later,
    )
    office.house.db.write_now(lambda rows: rows.add(newest))
    keep = timedelta(days=30)
    assert office.house.db.write_now(lambda rows: pruning.prune(rows, later, keep)) > 0
    await office.press(shown, "Беру", "marina")
    assert office.house.look(number).holder == "marina"
    assert office.rows_of(CardRow) == []


async def test_the_queue_holds_ones_own_places(office: Office) -> None:
    office.house.ticket(text="Про Тверскую.", tone=Tone.MIXED, rating=3)
    office.house.ticket(
        text="Про Невский.", tone=Tone.MIXED, rating=3, target="nevsky/yandex_maps"
    )
    await office.start()
    await office.telegram.say(PETR, PETR, "/queue")
    shown = await office.said(PETR, "Про Невский")
    assert not any("Дальше" in label for label in shown.labels)


async def test_an_empty_queue(office: Office) -> None:
    await office.start()
    await office.telegram.say(MARINA, MARINA, "/queue")
    await office.said(MARINA, "🎉")


async def test_a_review_by_number_is_a_card_kept_in_step(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    await office.telegram.say(MARINA, MARINA, f"/review №{number}")
    private = await office.card(number, MARINA)
    assert any("Утвердить" in label for label in private.labels)
    await office.press(private, "Утвердить", "marina")
    await office.shows(card, "Утверждено: Марина")
    await office.shows(private, "Утверждено: Марина")


@pytest.mark.parametrize("wanted", ["", "0", "99", "abc", "9" * 30, "-1"])
async def test_a_review_that_is_not_there(office: Office, wanted: str) -> None:
    office.house.ticket()
    await office.start()
    await office.telegram.say(MARINA, MARINA, f"/review {wanted}")
    await office.telegram.wait_for(lambda: office.telegram.chat(MARINA).last)
    assert "Жалоба" not in office.telegram.chat(MARINA).last.text


async def test_a_review_of_anothers_place(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    await office.telegram.say(PETR, PETR, f"/review {number}")
    told = await office.said(PETR, "Тверская")
    assert "Ждали" not in told.text


async def test_viewers_may_look(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    await office.telegram.say(SERGEY, SERGEY, f"/review {number}")
    await office.card(number, SERGEY)


async def test_practice_counts_for_nothing(office: Office) -> None:
    await office.start()
    card = await office.telegram.say(MARINA, MARINA, "/help")
    shown = office.telegram.find_message(MARINA, card)
    await office.press(shown, "", "marina", data="1:0:0:practice")
    practice = await office.said(MARINA, "🎓")
    assert await office.press(practice, "Утвердить", "marina")
    assert office.house.outbox()[-1].kind == "reply"


async def test_health(office: Office) -> None:
    await office.start()
    await office.telegram.say(MARINA, MARINA, "/health")
    await office.telegram.wait_for(lambda: office.telegram.chat(MARINA).last)
    assert [row.subject for row in office.rows_of(MeasureRow)] == ["ok"]
