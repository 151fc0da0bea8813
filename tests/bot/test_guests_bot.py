"""Guests may have a bot of their own in the same process: what is whose, and what is nobody's."""

from dataclasses import replace
from datetime import timedelta

import pytest

from reviewbot.core.model import BotKey, OutboxKind
from reviewbot.core.surveys.survey import GuestSettings, Scale
from reviewbot.store.queues import inbox
from reviewbot.store.surveys.guest_rows import hash_of_link
from reviewbot.store.surveys.guest_tables import GuestLinkRow, SurveyRow
from reviewbot.store.tables import (
    ChatRow,
    InboxRow,
    InviteRow,
    OutboxRow,
    PersonRow,
    ReviewRow,
    TicketRow,
)
from reviewbot.store.tx import Tx
from reviewbot.workflow.surveys import own_bot
from reviewbot.workflow.surveys.guest_links import GuestLink, Visit, hand_out_link
from tests.bot.bot_world import GUESTS_BOT, OPERATOR, STRANGER, SUPPORT, BotWorld
from tests.telegram_fake import TelegramFake
from tests.telegram_world import Shown

IVAN, OTHER = 504, 598
CODE, OF_PLACE = "a-code-of-one-visit-0001", "the-code-of-a-place-0001"


@pytest.fixture(autouse=True)
def _guests_are_asked(bot_world: BotWorld) -> None:
    world = bot_world.store_world
    guests = GuestSettings(Scale.NPS, timedelta(days=30), "https://example.com/privacy")
    world.settings = replace(world.settings, guests=guests)
    bot_world.telegram.add_user(OTHER, "Другой гость")
    for code, visit in ((CODE, Visit("8412")), (OF_PLACE, None)):
        given = GuestLink(hash_of_link(code), "tverskaya", "ivan", visit)
        bot_world.store_world.db.write_now(
            lambda rows, given=given: hand_out_link(tx_of(bot_world, rows), given)
        )


def tx_of(bot_world: BotWorld, rows) -> Tx:  # type: ignore[no-untyped-def]
    world = bot_world.store_world
    return Tx(rows, world.settings, world.source_facts, bot_world.clock.now())


async def said_in(telegram: TelegramFake, chat_id: int, piece: str) -> Shown:
    chat = telegram.chat(chat_id)
    found = await telegram.wait_for(lambda: chat.find(piece), f"{piece!r} said")
    assert isinstance(found, Shown)
    return found


async def done(bot_world: BotWorld, count: int) -> None:
    """Wait until so many updates of both bots are handled."""
    await bot_world.written(
        lambda: sum(row.done_at is not None for row in bot_world.rows_of(InboxRow)) >= count,
        f"{count} updates",
    )


def codes_used(bot_world: BotWorld) -> int:
    return sum(row.used_at is not None for row in bot_world.rows_of(GuestLinkRow))


async def test_links_lead_into_the_guests_bot_and_the_survey_is_held_there(
    bot_world: BotWorld,
) -> None:
    guests = bot_world.give_guests_a_bot()
    bot_world.tells_menus = True
    await bot_world.start()
    await guests.wait_for(lambda: guests.commands, "a menu")
    await bot_world.telegram.say(SUPPORT, IVAN, "/ask Тверская 12")
    address = f"https://t.me/{GUESTS_BOT}?start="
    assert (await bot_world.said(SUPPORT, address)).document is not None
    # Both bots number their updates from the same one on: neither hides the other's.
    await guests.say(STRANGER, STRANGER, f"/start {CODE}")
    asked = await said_in(guests, STRANGER, "От 0 до 10")
    await guests.answered(await guests.press(asked, "9", STRANGER))
    await said_in(guests, STRANGER, "Что понравилось")
    numbers = [(row.bot, row.update_id) for row in bot_world.rows_of(InboxRow)]
    assert {("staff", 700_001), ("guests", 700_001)} <= set(numbers)
    [survey] = bot_world.rows_of(SurveyRow)
    assert (survey.score, survey.bot) == (9, "guests")
    assert not bot_world.telegram.chat(STRANGER).messages, "the bot of staff says nothing"
    names = {command["command"] for menu in guests.commands.values() for command in menu}
    assert names == {"stop", "forget"}


async def test_a_link_opened_in_the_bot_of_staff_is_led_on_and_stays_good(
    bot_world: BotWorld,
) -> None:
    guests = bot_world.give_guests_a_bot()
    await bot_world.start()
    await guests.wait_for(lambda: guests.count("getMe"), "the name is known")
    await bot_world.telegram.say(STRANGER, STRANGER, f"/start {CODE}")
    told = await bot_world.said(STRANGER, "другой бот")
    assert [key["url"] for key in told.buttons] == [f"https://t.me/{GUESTS_BOT}?start={CODE}"]
    assert (codes_used(bot_world), bot_world.rows_of(SurveyRow)) == (0, [])
    await bot_world.written(
        lambda: not any(CODE in str(row.payload) for row in bot_world.rows_of(OutboxRow)),
        "the code is kept nowhere",
    )
    assert not any(CODE in row.raw for row in bot_world.rows_of(InboxRow))
    await guests.say(STRANGER, STRANGER, f"/start {CODE}")
    await said_in(guests, STRANGER, "От 0 до 10")


@pytest.mark.parametrize("own", [False, True], ids=["one-bot", "two-bots"])
async def test_whoever_is_no_guest_of_the_link_changes_nothing_and_sees_nothing(
    bot_world: BotWorld, own: bool
) -> None:
    if own:
        bot_world.give_guests_a_bot()
    await bot_world.start()
    asked = bot_world.guests_telegram if own else bot_world.telegram
    await asked.say(STRANGER, STRANGER, f"/start {CODE}")
    question = await said_in(asked, STRANGER, "От 0 до 10")
    [survey] = bot_world.rows_of(SurveyRow)
    before = codes_used(bot_world)

    # Forwarded: the link is used, its question is another's.
    await asked.say(OTHER, OTHER, f"/start {CODE}")
    await said_in(asked, OTHER, "уже ответили")
    other = replace(question, chat_id=OTHER)
    data = f"1:0:0:survey:{survey.id}.score.0"
    assert await asked.answered(await asked.press(other, "0", OTHER, data=data)) == ""
    # A guest tries what staff may do; a code nobody gave; an invitation's is none of a guest.
    for text in ("/queue", "/invite", "/ask", "/stats", "/review 1"):
        await asked.say(STRANGER, STRANGER, text)
    staffs = "1:1:1:mine"
    assert "👍" not in await asked.answered(await asked.press(other, "0", OTHER, data=staffs))
    # Somebody of staff tries the survey, its keys, its commands.
    await asked.say(IVAN, IVAN, f"/start {OF_PLACE}")
    await said_in(asked, IVAN, "Это для гостей")
    own_chat = replace(question, chat_id=IVAN)
    assert "👍" not in await asked.answered(await asked.press(own_chat, "0", IVAN, data=data))
    await done(bot_world, 11)
    assert [row.score for row in bot_world.rows_of(SurveyRow)] == [None]
    assert codes_used(bot_world) == before
    assert not bot_world.rows_of(TicketRow)
    assert not bot_world.rows_of(ReviewRow)
    assert not bot_world.rows_of(InviteRow)
    assert {row.telegram_id for row in bot_world.rows_of(PersonRow)} <= {IVAN}
    shown = [each.text for each in asked.chat(STRANGER).of_bot + asked.chat(OTHER).of_bot]
    assert not any("№" in each or "Очередь" in each for each in shown)


@pytest.mark.parametrize("own", [False, True], ids=["one-bot", "two-bots"])
async def test_a_link_for_one_guest_expires(bot_world: BotWorld, own: bool) -> None:
    if own:
        bot_world.give_guests_a_bot()
    bot_world.clock.leap(timedelta(days=31))
    await bot_world.start()
    asked = bot_world.guests_telegram if own else bot_world.telegram
    await asked.say(STRANGER, STRANGER, f"/start {CODE}")
    await said_in(asked, STRANGER, "Срок этой ссылки прошёл")
    assert (codes_used(bot_world), bot_world.rows_of(SurveyRow)) == (0, [])


async def test_the_guests_bot_knows_no_command_key_group_or_invitation_of_staff(
    bot_world: BotWorld,
) -> None:
    guests = bot_world.give_guests_a_bot()
    guests.add_group(SUPPORT, "Отзывы", IVAN, STRANGER)
    await bot_world.start()
    for text in ("/queue", "/start", "/review 1", "привет", "/start some-code-of-nobody"):
        await guests.say(STRANGER, STRANGER, text)
        await guests.say(SUPPORT, IVAN, text)
    await guests.say(IVAN, IVAN, "/queue")
    await said_in(guests, STRANGER, "Здесь гости отвечают")
    await said_in(guests, STRANGER, "Срок этой ссылки прошёл")
    await said_in(guests, IVAN, "Это для гостей")
    await done(bot_world, 11)
    assert len(guests.chat(STRANGER).of_bot) == 2, "a flood costs one line of each kind"
    assert not guests.chat(SUPPORT).of_bot
    assert str(STRANGER) not in "".join(each.text for each in guests.chat(STRANGER).of_bot)
    assert not bot_world.rows_of(PersonRow)


async def test_a_refused_token_of_the_guests_bot_is_told_and_the_bot_of_staff_goes_on(
    bot_world: BotWorld,
) -> None:
    guests = bot_world.give_guests_a_bot()
    guests.bad_token = True
    await bot_world.start()
    await bot_world.said(OPERATOR, "Бот для гостей не работает")
    await bot_world.telegram.say(SUPPORT, IVAN, "/ask Тверская 12")
    await bot_world.said(SUPPORT, "сейчас не отвечает")
    await bot_world.telegram.say(STRANGER, STRANGER, f"/start {CODE}")
    await bot_world.said(STRANGER, "через час")
    trouble = bot_world.store_world.db.read_now(lambda rows: inbox.trouble(rows, BotKey.GUESTS))
    assert trouble is not None
    assert trouble[0] == "refused"
    assert bot_world.store_world.db.read_now(inbox.trouble) is None
    guests.bad_token = False  # asked again by itself
    await bot_world.telegram.wait_for(lambda: guests.count("getUpdates"), "it goes on")
    await guests.say(STRANGER, STRANGER, f"/start {CODE}")
    await said_in(guests, STRANGER, "От 0 до 10")
    told = [row for row in bot_world.rows_of(OutboxRow) if row.kind == OutboxKind.NOTICE]
    assert len(told) == 1, "once"


async def test_from_one_bot_to_two_a_survey_goes_on_where_it_began(bot_world: BotWorld) -> None:
    await bot_world.start()
    await bot_world.telegram.say(STRANGER, STRANGER, f"/start {CODE}")
    asked = await bot_world.said(STRANGER, "От 0 до 10")
    await bot_world.stop()
    guests = bot_world.give_guests_a_bot()
    await bot_world.start()
    await bot_world.telegram.say(STRANGER, STRANGER, f"/start {CODE}")  # again, by the same link
    await bot_world.press(asked, "3", STRANGER)
    happened = await bot_world.said(STRANGER, "Что случилось")
    await bot_world.press(happened, "ожидание", STRANGER)
    await bot_world.said(STRANGER, "Несколько слов")
    await bot_world.telegram.say(STRANGER, STRANGER, "Ждали сорок минут")
    await bot_world.said(STRANGER, "Можно с вами связаться")
    [survey] = bot_world.rows_of(SurveyRow)
    assert (survey.score, survey.words, survey.bot) == (3, "Ждали сорок минут", "staff")
    assert not guests.chat(STRANGER).of_bot


async def test_from_two_bots_to_one_it_is_told_and_who_comes_again_goes_on(
    bot_world: BotWorld,
) -> None:
    guests = bot_world.give_guests_a_bot()
    await bot_world.start()
    await guests.say(STRANGER, STRANGER, f"/start {CODE}")
    asked = await said_in(guests, STRANGER, "От 0 до 10")
    await guests.answered(await guests.press(asked, "2", STRANGER))
    await said_in(guests, STRANGER, "Что случилось")
    await bot_world.stop()
    world = bot_world.store_world
    assert world.settings.guests is not None
    world.settings = replace(world.settings, guests=replace(world.settings.guests, own_bot=False))
    world.db.write_now(lambda rows: own_bot.leave(tx_of(bot_world, rows)))
    await bot_world.start()
    await bot_world.said(OPERATOR, "1 опрос прерван")
    await bot_world.telegram.say(STRANGER, STRANGER, f"/start {CODE}")
    again = await bot_world.said(STRANGER, "Что случилось")
    await bot_world.press(again, "ожидание", STRANGER)
    await bot_world.said(STRANGER, "Несколько слов")
    [survey] = bot_world.rows_of(SurveyRow)
    assert (survey.score, survey.topics, survey.bot) == (2, ["waiting"], "staff")


async def test_a_guest_who_blocks_their_bot_is_no_dead_chat_of_staff(bot_world: BotWorld) -> None:
    guests = bot_world.give_guests_a_bot()
    await bot_world.start()
    await guests.say(IVAN, IVAN, "/start")
    await said_in(guests, IVAN, "Это для гостей")
    guests.chat(IVAN).kicked = "Forbidden: bot was blocked by the user"
    change = {"chat": {"id": IVAN, "type": "private", "first_name": "Иван"}}
    user = guests.users[IVAN]
    me = {"id": 777, "is_bot": True, "first_name": "Guests", "username": GUESTS_BOT}
    old, new = {"status": "member", "user": me}, {"status": "kicked", "user": me, "until_date": 0}
    told = {**change, "from": user, "date": 0, "old_chat_member": old, "new_chat_member": new}
    await guests.push({"my_chat_member": told})
    await bot_world.written(lambda: bot_world.rows_of(ChatRow), "it is known")
    [row] = bot_world.rows_of(ChatRow)
    assert (row.bot, row.chat_id, bool(row.dead_since)) == ("guests", IVAN, True)
    await bot_world.telegram.say(IVAN, IVAN, "/start")
    await bot_world.said(IVAN, "Иван")
    assert not [row for row in bot_world.rows_of(OutboxRow) if row.kind == OutboxKind.NOTICE]
