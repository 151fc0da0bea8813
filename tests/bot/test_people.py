"""Who is on the list, how somebody comes onto it, and what one gets in private."""

import logging
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from reviewbot.core.model import OutboxKind, Role, Severity
from reviewbot.core.settings import Chat, Person
from reviewbot.core.ticket import SITE, Action
from reviewbot.store import targets
from reviewbot.store.people import name_of
from reviewbot.store.tables import (
    AuditRow,
    CardRow,
    InboxRow,
    InviteRow,
    OutboxRow,
    PersonRow,
)
from reviewbot.store.tx import Tx
from tests.bot.bot_world import MANAGERS, STRANGER, SUPPORT, BotWorld
from tests.telegram_world import Shown

NINA, MARINA, IVAN, PETR = 507, 502, 504, 505
LINK = re.compile(r"https://t\.me/reviews_test_bot\?start=([A-Za-z0-9_-]{1,64})")
NEVSKY = "nevsky/yandex_maps"


@pytest.fixture(autouse=True)
def _an_admin(bot_world: BotWorld) -> None:
    """Олег has the number of the fake's bot, so he cannot speak."""
    nina = Person("nina", NINA, "Нина", Role.ADMIN)
    bot_world.store_world.settings = replace(
        bot_world.store_world.settings,
        people={**bot_world.store_world.settings.people, "nina": nina},
    )
    bot_world.telegram.add_user(NINA, nina.name)


async def choose(bot_world: BotWorld, number: int, label: str) -> Shown:
    await bot_world.telegram.say(number, number, "/settings")
    shown = await bot_world.said(number, "лично")
    assert await bot_world.press(shown, label, number) == "Записано."
    await bot_world.telegram.wait_for(lambda: shown.edits)
    return shown


async def invited(bot_world: BotWorld) -> tuple[Shown, str]:
    """The admin asks for a link; return its message, once it is good, and its code."""
    before = len(bot_world.rows_of(InviteRow))
    await bot_world.telegram.say(NINA, NINA, "/invite")
    await bot_world.written(lambda: len(bot_world.rows_of(InviteRow)) > before, "the invitation")
    shown = bot_world.telegram.chat(NINA).find("Приглашение")
    found = LINK.search(shown.text)
    assert found
    return shown, found[1]


async def comes_in(bot_world: BotWorld, code: str, number: int = STRANGER) -> Shown:
    await bot_world.telegram.say(number, number, f"/start {code}")
    return await bot_world.said(number, "👋")


def audited(bot_world: BotWorld, *actions: str) -> list[AuditRow]:
    return [row for row in bot_world.rows_of(AuditRow) if row.action in actions]


def copies_to(bot_world: BotWorld, number: int) -> list[OutboxRow]:
    return [row for row in bot_world.store_world.outbox(OutboxKind.ALERT) if row.chat_id == number]


# What one gets in private


async def test_the_choice_is_shown_made_and_kept(bot_world: BotWorld) -> None:
    await bot_world.start()
    await bot_world.telegram.say(MARINA, MARINA, "/settings")
    shown = await bot_world.said(MARINA, "лично")
    assert "приходит всегда" in shown.text
    assert shown.labels == [
        "🔔 Все карточки",
        "📍 Мои точки",
        "✅ Только критичное на дежурстве",
        "🔊 Утверждение, когда дежурю не я",
        "🔊 Кто-то забрал мой отзыв",
    ]
    await bot_world.press(shown, "Мои точки", "marina")
    await bot_world.telegram.wait_for(lambda: shown.edits)
    assert shown.labels == [
        "🔔 Все карточки",
        "✅ Мои точки",
        "🚨 Только критичное на дежурстве",
        "🔊 Утверждение, когда дежурю не я",
        "🔊 Кто-то забрал мой отзыв",
    ]
    [row] = bot_world.rows_of(PersonRow)
    assert (row.telegram_id, row.key, row.alerts) == (MARINA, "marina", "mine")
    assert len(bot_world.telegram.chat(MARINA).of_bot) == 1


async def test_the_greeting_leads_to_the_choice(bot_world: BotWorld) -> None:
    await bot_world.start()
    await bot_world.telegram.say(IVAN, IVAN, "/start here")
    await bot_world.press(await bot_world.said(IVAN, "👋"), "Что присылать", "ivan")
    await bot_world.said(IVAN, "Кроме того")


async def test_in_a_group_nobody_chooses(bot_world: BotWorld) -> None:
    await bot_world.start()
    await bot_world.telegram.say(MANAGERS, MARINA, "/start")
    greeted = await bot_world.said(MANAGERS, "👋")
    assert greeted.labels == []
    await bot_world.telegram.say(MANAGERS, MARINA, "/settings")
    await bot_world.said(MANAGERS, "лично, пожалуйста")
    assert "лично" in await bot_world.press(greeted, "", "marina", data="1:0:0:settings:all")
    assert bot_world.rows_of(PersonRow) == []


@pytest.mark.parametrize("data", ["1:0:0:settings:none", "1:0:0:settings:ALL"])
async def test_a_choice_that_is_none_is_refused(bot_world: BotWorld, data: str) -> None:
    await bot_world.start()
    await bot_world.telegram.say(IVAN, IVAN, "/settings")
    shown = await bot_world.said(IVAN, "лично")
    assert "старого сообщения" in await bot_world.press(shown, "", "ivan", data=data)
    assert bot_world.rows_of(PersonRow) == []


async def test_a_copy_comes_and_stays_in_step(bot_world: BotWorld) -> None:
    await bot_world.start()
    await choose(bot_world, IVAN, "Все карточки")
    number = bot_world.store_world.ticket()
    card, copy = await bot_world.card(number), await bot_world.card(number, IVAN)
    await bot_world.press(card, "Беру", "marina")
    await bot_world.shows(copy, "Марина")
    await bot_world.press(copy, "готов", "ivan")
    await bot_world.shows(card, "Иван")


async def test_nobody_gets_copies_unasked(bot_world: BotWorld) -> None:
    bot_world.store_world.pressed_start("ivan", "marina", "sergey")
    bot_world.store_world.ticket(severity=Severity.CRITICAL)
    assert {row.chat_id for row in bot_world.store_world.outbox(OutboxKind.ALERT)} == {SUPPORT}


async def test_copies_are_of_places_one_may_see(bot_world: BotWorld) -> None:
    await bot_world.start()
    await choose(bot_world, PETR, "Все карточки")
    bot_world.store_world.ticket()
    number = bot_world.store_world.ticket(target=NEVSKY)
    assert [row.ticket_id for row in copies_to(bot_world, PETR)] == [number]


async def test_ones_own_places_are_those_of_the_desk_where_one_is_on_duty(
    bot_world: BotWorld,
) -> None:
    store_world = bot_world.store_world
    north = replace(store_world.settings.desks[""], key="spb", on_duty=("anna",))
    store_world.settings = replace(
        store_world.settings, desks={**store_world.settings.desks, "spb": north}
    )
    store_world.with_place("nevsky", desk="spb")
    default = replace(store_world.settings.desks[""], on_duty=("marina",))
    store_world.settings = replace(
        store_world.settings, desks={**store_world.settings.desks, "": default}
    )
    await bot_world.start()
    shown = await choose(bot_world, MARINA, "Мои точки")
    assert "Мои точки: Точка, Тверская 12" in shown.text
    other = store_world.ticket(target=NEVSKY)
    own = store_world.ticket()
    assert [row.ticket_id for row in copies_to(bot_world, MARINA)] == [own]
    await choose(bot_world, MARINA, "Все карточки")
    another = store_world.ticket(target=NEVSKY)
    assert [row.ticket_id for row in copies_to(bot_world, MARINA)] == [own, another]
    assert other not in (own, another)


async def test_a_chat_that_has_the_card_anyway_gets_no_second_one(bot_world: BotWorld) -> None:
    """The route copies to a private chat, whose person asked for copies too."""
    store_world = bot_world.store_world
    [route] = store_world.settings.routes
    chats = {**store_world.settings.chats, "nina": Chat("nina", NINA, person="nina")}
    store_world.settings = replace(
        store_world.settings, chats=chats, routes=(replace(route, copy=("nina",)),)
    )
    await bot_world.start()
    await choose(bot_world, NINA, "Все карточки")
    number = store_world.ticket(target=NEVSKY)
    assert [row.ticket_id for row in copies_to(bot_world, NINA)] == [number]


async def test_the_next_round_is_copied_again(bot_world: BotWorld) -> None:
    store_world = bot_world.store_world
    await bot_world.start()
    await choose(bot_world, IVAN, "Все карточки")
    number = store_world.ticket()
    store_world.act(number, Action.REPLY_SEEN, SITE, bot_world.clock.now())
    store_world.act(number, Action.REPLY_VANISHED, SITE, bot_world.clock.now())
    assert [row.round for row in copies_to(bot_world, IVAN)] == [1, 2]


async def test_who_blocked_the_bot_gets_no_copies_and_nobody_else_gets_his(
    bot_world: BotWorld,
) -> None:
    await bot_world.start()
    await choose(bot_world, IVAN, "Все карточки")
    bot_world.telegram.chat(IVAN).kicked = "bot was blocked by the user"
    number = bot_world.store_world.ticket()
    await bot_world.card(number)
    [copy] = copies_to(bot_world, IVAN)
    await bot_world.written(lambda: copies_to(bot_world, IVAN)[0].parked_at, "the copy given up")
    assert (
        bot_world.store_world.db.read_now(lambda s: s.get_one(OutboxRow, copy.id)).chat_id == IVAN
    )
    cards = [shown for shown in bot_world.telegram.chat(SUPPORT).of_bot if "№ 1" in shown.text]
    assert len(cards) == 1
    bot_world.store_world.ticket()
    assert len(copies_to(bot_world, IVAN)) == 1


async def test_who_left_the_config_is_told_nothing_more(bot_world: BotWorld) -> None:
    store_world = bot_world.store_world
    await bot_world.start()
    await choose(bot_world, IVAN, "Все карточки")
    number = store_world.ticket()
    card, copy = await bot_world.card(number), await bot_world.card(number, IVAN)
    people = {key: person for key, person in store_world.settings.people.items() if key != "ivan"}
    store_world.settings = replace(store_world.settings, people=people)
    bot_world.intake.settings = bot_world.sender.settings = store_world.settings
    await bot_world.press(card, "Беру", "marina")
    await bot_world.shows(card, "Марина")
    await bot_world.written(
        lambda: all(row.sent_at for row in store_world.outbox(OutboxKind.EDIT))
    )
    assert "Марина" not in copy.text
    store_world.ticket()
    assert len(copies_to(bot_world, IVAN)) == 1


# Invitations


async def test_a_link_lets_one_person_in(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    _, code = await invited(bot_world)
    greeted = await comes_in(bot_world, code)
    assert "Мимо" in greeted.text
    told = await bot_world.said(NINA, "По вашему приглашению: Мимо")
    assert str(STRANGER) in told.text
    bot_world.telegram.chat(SUPPORT).members.add(STRANGER)
    await bot_world.press(card, "Беру", STRANGER)
    await bot_world.shows(card, "Мимо")
    assert bot_world.store_world.look(number).holder == f"tg:{STRANGER}"
    [row] = bot_world.rows_of(PersonRow)
    assert (row.role, row.invited_by, row.name) == ("staff", "nina", "Мимо")
    assert [(each.actor, each.action) for each in audited(bot_world, "invited", "joined")] == [
        ("nina", "invited"),
        (f"tg:{STRANGER}", "joined"),
    ]


async def test_the_role_is_chosen_on_the_link(bot_world: BotWorld) -> None:
    await bot_world.start()
    shown, code = await invited(bot_world)
    assert shown.labels == ["✅ Сотрудник", "Менеджер", "Наблюдатель", "🚫 Отозвать"]
    await bot_world.press(shown, "Менеджер", NINA)
    await bot_world.telegram.wait_for(lambda: "✅ Менеджер" in shown.labels)
    assert LINK.search(shown.text), "the link stays in sight"
    await comes_in(bot_world, code)
    assert bot_world.rows_of(PersonRow)[0].role == "manager"
    assert "уже вошли" in await bot_world.press(shown, "Наблюдатель", NINA)
    assert bot_world.rows_of(PersonRow)[0].role == "manager"


async def test_an_invited_person_is_handed_tickets_and_asks_for_copies(
    bot_world: BotWorld,
) -> None:
    await bot_world.start()
    _, code = await invited(bot_world)
    greeted = await comes_in(bot_world, code)
    await bot_world.press(greeted, "Что присылать", STRANGER)
    await bot_world.press(await bot_world.said(STRANGER, "Кроме того"), "Все карточки", STRANGER)
    number = bot_world.store_world.ticket()
    card = await bot_world.card(number)
    await bot_world.card(number, STRANGER)
    await bot_world.press(card, "", "marina", data=f"1:{number}:1:transfer")
    await bot_world.telegram.wait_for(lambda: "Мимо" in card.labels)
    await bot_world.press(card, "Мимо", "marina")
    await bot_world.shows(card, "Мимо")


async def test_the_code_is_kept_nowhere_and_logged_nowhere(
    bot_world: BotWorld, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await bot_world.start()
    shown, code = await invited(bot_world)
    await bot_world.telegram.say(IVAN, IVAN, f"/start {code}")
    await bot_world.said(IVAN, "Вы уже в списке")
    await bot_world.press(shown, "Менеджер", NINA)
    await comes_in(bot_world, code)
    kinds = (InviteRow, OutboxRow, InboxRow, AuditRow, PersonRow)
    kept = [repr(row) for kind in kinds for row in bot_world.rows_of(kind)]
    assert len(code) >= 32
    await bot_world.written(lambda: all(row.done_at for row in bot_world.rows_of(InboxRow)))
    assert not any(code in each for each in kept)
    assert code not in caplog.text


async def test_two_links_are_two_codes(bot_world: BotWorld) -> None:
    await bot_world.start()
    (_, one), (_, other) = await invited(bot_world), await invited(bot_world)
    assert one != other
    bot_world.telegram.add_user(600, "Вера")
    await comes_in(bot_world, one)
    await comes_in(bot_world, other, 600)
    assert {row.telegram_id for row in bot_world.rows_of(PersonRow)} == {STRANGER, 600}


async def test_a_used_link_is_refused(bot_world: BotWorld) -> None:
    await bot_world.start()
    _, code = await invited(bot_world)
    await comes_in(bot_world, code)
    bot_world.telegram.add_user(600, "Вера")
    await bot_world.telegram.say(600, 600, f"/start {code}")
    await bot_world.said(600, "уже вошли")
    await comes_in(bot_world, code)
    assert [row.telegram_id for row in bot_world.rows_of(PersonRow)] == [STRANGER]


async def test_a_link_is_good_for_a_day(bot_world: BotWorld) -> None:
    await bot_world.start()
    _, code = await invited(bot_world)
    [row] = bot_world.rows_of(InviteRow)
    assert row.expires_at - row.created_at == timedelta(hours=24)
    await expire(bot_world)
    await bot_world.telegram.say(STRANGER, STRANGER, f"/start {code}")
    await bot_world.said(STRANGER, "больше не действует")
    assert bot_world.rows_of(PersonRow) == []


async def expire(bot_world: BotWorld) -> None:
    def past(session: Session) -> None:
        for row in session.exec(select(InviteRow)):
            row.expires_at = bot_world.clock.now()
            session.add(row)

    bot_world.store_world.db.write_now(past)


async def test_a_link_is_taken_back(bot_world: BotWorld) -> None:
    await bot_world.start()
    shown, code = await invited(bot_world)
    await bot_world.press(shown, "Отозвать", NINA)
    await bot_world.shows(shown, "Отозвано")
    assert code not in shown.text
    await bot_world.telegram.say(STRANGER, STRANGER, f"/start {code}")
    await bot_world.said(STRANGER, "больше не действует")
    assert len(audited(bot_world, "invite_taken_back")) == 1
    assert bot_world.rows_of(PersonRow) == []


@pytest.mark.parametrize("code", ["AAAA", "x" * 64, "' OR 1=1", "здравствуйте", "here here"])
async def test_a_foreign_link_is_refused(bot_world: BotWorld, code: str) -> None:
    await bot_world.start()
    await invited(bot_world)
    await bot_world.telegram.say(STRANGER, STRANGER, f"/start {code}")
    await bot_world.said(STRANGER, "Такой ссылки я не знаю")
    assert bot_world.rows_of(PersonRow) == []


async def test_a_link_of_somebody_who_is_no_admin_any_more(bot_world: BotWorld) -> None:
    await bot_world.start()
    _, code = await invited(bot_world)
    people = dict(bot_world.store_world.settings.people)
    people["nina"] = replace(people["nina"], role=Role.MANAGER)
    bot_world.intake.settings = replace(bot_world.store_world.settings, people=people)
    await bot_world.telegram.say(STRANGER, STRANGER, f"/start {code}")
    await bot_world.said(STRANGER, "больше не действует")
    assert bot_world.rows_of(PersonRow) == []


async def test_nobody_invites_to_more_places_than_their_own(bot_world: BotWorld) -> None:
    people = dict(bot_world.store_world.settings.people)
    people["nina"] = replace(people["nina"], only=("nevsky",))
    bot_world.store_world.settings = replace(bot_world.store_world.settings, people=people)
    number = bot_world.store_world.ticket()
    await bot_world.start()
    _, code = await invited(bot_world)
    await comes_in(bot_world, code)
    assert "Невский 40" in (await bot_world.said(NINA, "По вашему приглашению")).text
    await bot_world.telegram.say(STRANGER, STRANGER, f"/review {number}")
    shown = await bot_world.said(STRANGER, f"№ {number}")
    assert "Тверская" not in shown.text, "another's location is not even named"
    assert "капучино" not in shown.text, "nor its review shown"


async def test_in_a_group_a_link_lets_nobody_in(bot_world: BotWorld) -> None:
    await bot_world.start()
    _, code = await invited(bot_world)
    await bot_world.telegram.say(MANAGERS, STRANGER, f"/start {code}")
    await bot_world.said(MANAGERS, str(STRANGER))
    assert bot_world.rows_of(PersonRow) == []
    await comes_in(bot_world, code)


async def test_nobody_rises_by_a_link(bot_world: BotWorld) -> None:
    """Who is on the list stays what they are, and the link stays for somebody else."""
    await bot_world.start()
    shown, code = await invited(bot_world)
    await bot_world.press(shown, "Менеджер", NINA)
    await bot_world.telegram.say(IVAN, IVAN, f"/start {code}")
    await bot_world.said(IVAN, "Вы уже в списке")
    _, other = await invited(bot_world)
    await comes_in(bot_world, other)
    await bot_world.telegram.say(STRANGER, STRANGER, f"/start {code}")
    await bot_world.said(STRANGER, "Вы уже в списке")
    roles = {row.telegram_id: row.role for row in bot_world.rows_of(PersonRow)}
    assert roles == {IVAN: None, STRANGER: "staff"}
    bot_world.telegram.add_user(600, "Вера")
    await comes_in(bot_world, code, 600)


@pytest.mark.parametrize("role", ["admin", "", "owner"])
async def test_no_admin_is_made_by_a_link(bot_world: BotWorld, role: str) -> None:
    await bot_world.start()
    shown, code = await invited(bot_world)
    data = f"1:0:0:as:{role}" if role else "1:0:0:as"
    assert "старого сообщения" in await bot_world.press(shown, "", NINA, data=data)
    await comes_in(bot_world, code)
    assert bot_world.rows_of(PersonRow)[0].role == "staff"


async def test_only_admins_invite_and_look_and_only_in_private(bot_world: BotWorld) -> None:
    await bot_world.start()
    shown, _ = await invited(bot_world)
    for command in ("/invite", "/people"):
        await bot_world.telegram.say(MARINA, MARINA, command)
    await bot_world.telegram.wait_for(lambda: len(bot_world.telegram.chat(MARINA).of_bot) == 2)
    assert all(
        "только администратор" in said.text for said in bot_world.telegram.chat(MARINA).of_bot
    )
    for command in ("/invite", "/people"):
        await bot_world.telegram.say(MANAGERS, NINA, command)
    await bot_world.telegram.wait_for(lambda: len(bot_world.telegram.chat(MANAGERS).of_bot) == 2)
    assert all("лично" in said.text for said in bot_world.telegram.chat(MANAGERS).of_bot)
    for data in ("as:manager", "take_back", "people", f"remove:{IVAN}"):
        answer = await bot_world.press(shown, "", "marina", data=f"1:0:0:{data}")
        assert "только администратор" in answer
    assert len(bot_world.rows_of(InviteRow)) == 1


# The list, and leaving it


async def test_the_list_tells_the_file_from_the_invited(bot_world: BotWorld) -> None:
    await bot_world.start()
    _, code = await invited(bot_world)
    await comes_in(bot_world, code)
    await bot_world.telegram.say(NINA, NINA, "/people")
    shown = await bot_world.said(NINA, "👥")
    before, after = shown.text.split("Из файла настроек")
    assert "Мимо · сотрудник" in before
    assert "Пётр · сотрудник · spb" in after
    assert shown.labels == ["❌ Убрать: Мимо"]


async def test_the_removed_are_out_at_once(bot_world: BotWorld) -> None:
    await bot_world.start()
    _, code = await invited(bot_world)
    await comes_in(bot_world, code)
    await bot_world.telegram.say(STRANGER, STRANGER, "/settings")
    await bot_world.press(await bot_world.said(STRANGER, "Кроме того"), "Все карточки", STRANGER)
    number = bot_world.store_world.ticket()
    card, copy = await bot_world.card(number), await bot_world.card(number, STRANGER)
    await bot_world.press(copy, "Беру", STRANGER)
    await bot_world.shows(card, "Мимо")
    await bot_world.telegram.say(NINA, NINA, "/people")
    shown = await bot_world.said(NINA, "👥")
    await bot_world.press(shown, "Убрать: Мимо", NINA)
    await bot_world.telegram.wait_for(lambda: "Мимо" not in shown.text, "the list without them")
    assert bot_world.store_world.look(number).holder is None
    assert await bot_world.press(copy, "", STRANGER, data=f"1:{number}:0:take") == ""
    assert bot_world.store_world.look(number).holder is None
    await bot_world.press(card, "Беру", "marina")
    await bot_world.shows(card, "Марина")
    assert "Марина" not in copy.text
    bot_world.store_world.ticket()
    assert len(copies_to(bot_world, STRANGER)) == 1
    [row] = audited(bot_world, "person_removed")
    assert (row.actor, row.detail["name"]) == ("nina", "Мимо")
    await bot_world.telegram.say(MARINA, MARINA, f"/review {number}")
    private = await bot_world.card(number, MARINA)
    await bot_world.press(private, "Ещё", "marina")
    await bot_world.telegram.wait_for(lambda: any("История" in each for each in private.labels))
    await bot_world.press(private, "История", "marina")
    assert "Мимо" in (await bot_world.said(MARINA, "🕘")).text, "the history keeps the name"


async def test_the_removed_who_write_again_are_strangers(bot_world: BotWorld) -> None:
    await bot_world.start()
    _, code = await invited(bot_world)
    await comes_in(bot_world, code)
    told = await bot_world.said(NINA, "По вашему приглашению")
    number = bot_world.store_world.ticket()
    await bot_world.telegram.say(STRANGER, STRANGER, f"/review {number}")
    await bot_world.card(number, STRANGER)
    await bot_world.press(told, "Убрать", NINA)
    await bot_world.telegram.say(STRANGER, STRANGER, "/queue")
    await bot_world.telegram.say(STRANGER, STRANGER, f"/start {code}")
    await bot_world.said(STRANGER, "уже вошли")
    cards = [row for row in bot_world.rows_of(CardRow) if row.chat_id == STRANGER]
    assert [card.dead_at is None for card in cards] == [False]
    assert "в списке уже нет" in await bot_world.press(
        told, "", NINA, data=f"1:0:0:remove:{STRANGER}"
    )
    _, again = await invited(bot_world)
    await comes_in(bot_world, again)
    await bot_world.written(
        lambda: bot_world.rows_of(PersonRow)[0].removed_at is None, "back again"
    )


async def test_what_waited_for_the_removed_goes_to_the_support_chat(bot_world: BotWorld) -> None:
    """Nobody else would hear of an escalation put for them a moment before."""
    await bot_world.start(sender=False)
    number = bot_world.store_world.ticket()
    key = "escalation:1:1:late"
    now = bot_world.clock.now()
    item = {"ticket": number, "kind": "escalation", "due_at": now.isoformat(), "to": None}
    waiting = OutboxRow(
        kind=OutboxKind.ESCALATION,
        dedupe_key=key,
        chat_key=f"id:{STRANGER}",
        chat_id=STRANGER,
        ticket_id=number,
        payload={"items": [item]},
        created_at=now,
        not_before=now,
    )
    guest = PersonRow(
        telegram_id=STRANGER, key=f"tg:{STRANGER}", name="Мимо", role="staff", started_at=now
    )
    bot_world.store_world.db.write_now(lambda rows: rows.add_all((waiting, guest)))
    asked = await bot_world.telegram.say(NINA, NINA, "/help")
    await bot_world.press(
        bot_world.telegram.find_message(NINA, asked), "", NINA, data=f"1:0:0:remove:{STRANGER}"
    )
    [row] = [row for row in bot_world.store_world.outbox() if row.dedupe_key == key]
    assert row.chat_id == SUPPORT


async def test_people_of_the_file_are_not_removed_in_chat(bot_world: BotWorld) -> None:
    await bot_world.start()
    await bot_world.telegram.say(NINA, NINA, "/people")
    shown = await bot_world.said(NINA, "👥")
    assert shown.labels == []
    answer = await bot_world.press(shown, "", NINA, data=f"1:0:0:remove:{IVAN}")
    assert answer == "Иван: запись в файле настроек, её меняет оператор, раздел [people]."
    for data in ("remove", "remove:x", "remove:999999"):
        assert await bot_world.press(shown, "", NINA, data=f"1:0:0:{data}")
    assert audited(bot_world, "person_removed") == []


async def test_a_long_list_is_turned(bot_world: BotWorld) -> None:
    def many(session: Session) -> None:
        for number in range(600, 620):
            row = PersonRow(telegram_id=number, key=f"tg:{number}", name=f"Г{number}")
            row.role, row.started_at = "staff", bot_world.clock.now()
            session.add(row)

    bot_world.store_world.db.write_now(many)
    await bot_world.start()
    await bot_world.telegram.say(NINA, NINA, "/people")
    shown = await bot_world.said(NINA, "👥")
    assert "27 человек" in shown.text
    seen = set(re.findall(r"Г6\d\d|Иван|Нина", shown.text))
    for turn in (1, 2):
        await bot_world.press(shown, "Дальше", NINA)
        await bot_world.telegram.wait_for(lambda turn=turn: shown.edits >= turn)
        seen |= set(re.findall(r"Г6\d\d|Иван|Нина", shown.text))
    assert len(seen) == 22
    assert not any("Дальше" in label for label in shown.labels)
    assert len(bot_world.telegram.chat(NINA).of_bot) == 1


async def test_who_is_named_in_the_file_needs_no_invitation(bot_world: BotWorld) -> None:
    """Named in the config and then taken out of it, they are out: the old invitation is spent."""
    store_world = bot_world.store_world
    number = store_world.ticket()
    await bot_world.start()
    _, code = await invited(bot_world)
    await comes_in(bot_world, code)
    bot_world.telegram.chat(SUPPORT).members.add(STRANGER)
    card = await bot_world.card(number)
    await bot_world.press(card, "Беру", STRANGER)
    named = {**store_world.settings.people, "vera": Person("vera", STRANGER, "Вера", Role.STAFF)}
    with_vera = replace(store_world.settings, people=named)
    store_world.db.write_now(
        lambda rows: targets.sync_settings(rows, with_vera, bot_world.clock.now())
    )
    assert store_world.look(number).holder == "vera"
    assert (
        store_world.db.read_now(
            lambda rows: name_of(
                Tx(rows, with_vera, store_world.source_facts, bot_world.clock.now()),
                f"tg:{STRANGER}",
            )
        )
        == "Вера"
    )
    await bot_world.telegram.say(STRANGER, STRANGER, "/whoami")
    await bot_world.said(STRANGER, "Вас нет в списке")
    [row] = bot_world.rows_of(PersonRow)
    assert (row.key, row.role) == ("vera", None)
