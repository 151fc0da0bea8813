"""Who is on the list, how somebody comes onto it, and what one gets in private."""

import logging
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from reviewbot.core.desk import SITE, Action
from reviewbot.core.model import OutboxKind, Role, Severity
from reviewbot.core.setup import Chat, Person
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
from tests.bot.office import MANAGERS, STRANGER, SUPPORT, Office
from tests.telegram_world import Shown

NINA, MARINA, IVAN, PETR = 507, 502, 504, 505
LINK = re.compile(r"https://t\.me/reviews_test_bot\?start=([A-Za-z0-9_-]{1,64})")
NEVSKY = "nevsky/yandex_maps"


@pytest.fixture(autouse=True)
def _an_admin(office: Office) -> None:
    """Олег has the number of the fake's bot, so he cannot speak."""
    nina = Person("nina", NINA, "Нина", Role.ADMIN)
    office.house.setup = replace(
        office.house.setup, people={**office.house.setup.people, "nina": nina}
    )
    office.telegram.add_user(NINA, nina.name)


async def choose(office: Office, number: int, label: str) -> Shown:
    await office.telegram.say(number, number, "/settings")
    shown = await office.said(number, "лично")
    assert await office.press(shown, label, number) == "Записано."
    await office.telegram.wait_for(lambda: shown.edits)
    return shown


async def invited(office: Office) -> tuple[Shown, str]:
    """The admin asks for a link; return its message, once it is good, and its code."""
    before = len(office.rows_of(InviteRow))
    await office.telegram.say(NINA, NINA, "/invite")
    await office.written(lambda: len(office.rows_of(InviteRow)) > before, "the invitation")
    shown = office.telegram.chat(NINA).find("Приглашение")
    found = LINK.search(shown.text)
    assert found
    return shown, found[1]


async def comes_in(office: Office, code: str, number: int = STRANGER) -> Shown:
    await office.telegram.say(number, number, f"/start {code}")
    return await office.said(number, "👋")


def audited(office: Office, *actions: str) -> list[AuditRow]:
    return [row for row in office.rows_of(AuditRow) if row.action in actions]


def copies_to(office: Office, number: int) -> list[OutboxRow]:
    return [row for row in office.house.outbox(OutboxKind.ALERT) if row.chat_id == number]


# What one gets in private


async def test_the_choice_is_shown_made_and_kept(office: Office) -> None:
    await office.start()
    await office.telegram.say(MARINA, MARINA, "/settings")
    shown = await office.said(MARINA, "лично")
    assert "приходит всегда" in shown.text
    assert shown.labels == ["🔔 Все карточки", "📍 Мои точки", "✅ Только критичное на дежурстве"]
    await office.press(shown, "Мои точки", "marina")
    await office.telegram.wait_for(lambda: shown.edits)
    assert shown.labels == ["🔔 Все карточки", "✅ Мои точки", "🚨 Только критичное на дежурстве"]
    [row] = office.rows_of(PersonRow)
    assert (row.telegram_id, row.key, row.alerts) == (MARINA, "marina", "mine")
    assert len(office.telegram.chat(MARINA).of_bot) == 1


async def test_the_greeting_leads_to_the_choice(office: Office) -> None:
    await office.start()
    await office.telegram.say(IVAN, IVAN, "/start here")
    await office.press(await office.said(IVAN, "👋"), "Что присылать", "ivan")
    await office.said(IVAN, "Кроме того")


async def test_in_a_group_nobody_chooses(office: Office) -> None:
    await office.start()
    await office.telegram.say(MANAGERS, MARINA, "/start")
    greeted = await office.said(MANAGERS, "👋")
    assert greeted.labels == []
    await office.telegram.say(MANAGERS, MARINA, "/settings")
    await office.said(MANAGERS, "лично, пожалуйста")
    assert "лично" in await office.press(greeted, "", "marina", data="1:0:0:settings:all")
    assert office.rows_of(PersonRow) == []


@pytest.mark.parametrize("data", ["1:0:0:settings:none", "1:0:0:settings:ALL"])
async def test_a_choice_that_is_none_is_refused(office: Office, data: str) -> None:
    await office.start()
    await office.telegram.say(IVAN, IVAN, "/settings")
    shown = await office.said(IVAN, "лично")
    assert "старого сообщения" in await office.press(shown, "", "ivan", data=data)
    assert office.rows_of(PersonRow) == []


async def test_a_copy_comes_and_stays_in_step(office: Office) -> None:
    await office.start()
    await choose(office, IVAN, "Все карточки")
    number = office.house.ticket()
    card, copy = await office.card(number), await office.card(number, IVAN)
    await office.press(card, "Беру", "marina")
    await office.shows(copy, "Марина")
    await office.press(copy, "готов", "ivan")
    await office.shows(card, "Иван")


async def test_nobody_gets_copies_unasked(office: Office) -> None:
    office.house.pressed_start("ivan", "marina", "sergey")
    office.house.ticket(severity=Severity.CRITICAL)
    assert {row.chat_id for row in office.house.outbox(OutboxKind.ALERT)} == {SUPPORT}


async def test_copies_are_of_places_one_may_see(office: Office) -> None:
    await office.start()
    await choose(office, PETR, "Все карточки")
    office.house.ticket()
    number = office.house.ticket(target=NEVSKY)
    assert [row.ticket_id for row in copies_to(office, PETR)] == [number]


async def test_ones_own_places_are_those_of_the_desk_where_one_is_on_duty(office: Office) -> None:
    house = office.house
    north = replace(house.setup.desks[""], key="spb", on_duty=("anna",))
    house.setup = replace(house.setup, desks={**house.setup.desks, "spb": north})
    house.with_place("nevsky", desk="spb")
    default = replace(house.setup.desks[""], on_duty=("marina",))
    house.setup = replace(house.setup, desks={**house.setup.desks, "": default})
    await office.start()
    shown = await choose(office, MARINA, "Мои точки")
    assert "Мои точки: Точка, Тверская 12" in shown.text
    other = house.ticket(target=NEVSKY)
    own = house.ticket()
    assert [row.ticket_id for row in copies_to(office, MARINA)] == [own]
    await choose(office, MARINA, "Все карточки")
    another = house.ticket(target=NEVSKY)
    assert [row.ticket_id for row in copies_to(office, MARINA)] == [own, another]
    assert other not in (own, another)


async def test_a_chat_that_has_the_card_anyway_gets_no_second_one(office: Office) -> None:
    """The route copies to a private chat, whose person asked for copies too."""
    house = office.house
    [route] = house.setup.routes
    chats = {**house.setup.chats, "nina": Chat("nina", NINA, person="nina")}
    house.setup = replace(house.setup, chats=chats, routes=(replace(route, copy=("nina",)),))
    await office.start()
    await choose(office, NINA, "Все карточки")
    number = house.ticket(target=NEVSKY)
    assert [row.ticket_id for row in copies_to(office, NINA)] == [number]


async def test_the_next_round_is_copied_again(office: Office) -> None:
    house = office.house
    await office.start()
    await choose(office, IVAN, "Все карточки")
    number = house.ticket()
    house.act(number, Action.REPLY_SEEN, SITE, office.clock.now())
    house.act(number, Action.REPLY_VANISHED, SITE, office.clock.now())
    assert [row.round for row in copies_to(office, IVAN)] == [1, 2]


async def test_who_blocked_the_bot_gets_no_copies_and_nobody_else_gets_his(office: Office) -> None:
    await office.start()
    await choose(office, IVAN, "Все карточки")
    office.telegram.chat(IVAN).kicked = "bot was blocked by the user"
    number = office.house.ticket()
    await office.card(number)
    [copy] = copies_to(office, IVAN)
    await office.written(lambda: copies_to(office, IVAN)[0].parked_at, "the copy given up")
    assert office.house.db.read_now(lambda s: s.get_one(OutboxRow, copy.id)).chat_id == IVAN
    cards = [shown for shown in office.telegram.chat(SUPPORT).of_bot if "№ 1" in shown.text]
    assert len(cards) == 1
    office.house.ticket()
    assert len(copies_to(office, IVAN)) == 1


async def test_who_left_the_config_is_told_nothing_more(office: Office) -> None:
    house = office.house
    await office.start()
    await choose(office, IVAN, "Все карточки")
    number = house.ticket()
    card, copy = await office.card(number), await office.card(number, IVAN)
    people = {key: person for key, person in house.setup.people.items() if key != "ivan"}
    house.setup = replace(house.setup, people=people)
    office.intake.setup = office.sender.setup = house.setup
    await office.press(card, "Беру", "marina")
    await office.shows(card, "Марина")
    await office.written(lambda: all(row.sent_at for row in house.outbox(OutboxKind.EDIT)))
    assert "Марина" not in copy.text
    house.ticket()
    assert len(copies_to(office, IVAN)) == 1


# Invitations


async def test_a_link_lets_one_person_in(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    _, code = await invited(office)
    greeted = await comes_in(office, code)
    assert "Мимо" in greeted.text
    told = await office.said(NINA, "По вашему приглашению: Мимо")
    assert str(STRANGER) in told.text
    office.telegram.chat(SUPPORT).members.add(STRANGER)
    await office.press(card, "Беру", STRANGER)
    await office.shows(card, "Мимо")
    assert office.house.look(number).holder == f"tg:{STRANGER}"
    [row] = office.rows_of(PersonRow)
    assert (row.role, row.invited_by, row.name) == ("staff", "nina", "Мимо")
    assert [(each.actor, each.action) for each in audited(office, "invited", "joined")] == [
        ("nina", "invited"),
        (f"tg:{STRANGER}", "joined"),
    ]


async def test_the_role_is_chosen_on_the_link(office: Office) -> None:
    await office.start()
    shown, code = await invited(office)
    assert shown.labels == ["✅ Сотрудник", "Менеджер", "Наблюдатель", "🚫 Отозвать"]
    await office.press(shown, "Менеджер", NINA)
    await office.telegram.wait_for(lambda: "✅ Менеджер" in shown.labels)
    assert LINK.search(shown.text), "the link stays in sight"
    await comes_in(office, code)
    assert office.rows_of(PersonRow)[0].role == "manager"
    assert "уже вошли" in await office.press(shown, "Наблюдатель", NINA)
    assert office.rows_of(PersonRow)[0].role == "manager"


async def test_an_invited_person_is_handed_tickets_and_asks_for_copies(office: Office) -> None:
    await office.start()
    _, code = await invited(office)
    greeted = await comes_in(office, code)
    await office.press(greeted, "Что присылать", STRANGER)
    await office.press(await office.said(STRANGER, "Кроме того"), "Все карточки", STRANGER)
    number = office.house.ticket()
    card = await office.card(number)
    await office.card(number, STRANGER)
    await office.press(card, "", "marina", data=f"1:{number}:1:transfer")
    await office.telegram.wait_for(lambda: "Мимо" in card.labels)
    await office.press(card, "Мимо", "marina")
    await office.shows(card, "Мимо")


async def test_the_code_is_kept_nowhere_and_logged_nowhere(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await office.start()
    shown, code = await invited(office)
    await office.telegram.say(IVAN, IVAN, f"/start {code}")
    await office.said(IVAN, "Вы уже в списке")
    await office.press(shown, "Менеджер", NINA)
    await comes_in(office, code)
    kinds = (InviteRow, OutboxRow, InboxRow, AuditRow, PersonRow)
    kept = [repr(row) for kind in kinds for row in office.rows_of(kind)]
    assert len(code) >= 32
    await office.written(lambda: all(row.done_at for row in office.rows_of(InboxRow)))
    assert not any(code in each for each in kept)
    assert code not in caplog.text


async def test_two_links_are_two_codes(office: Office) -> None:
    await office.start()
    (_, one), (_, other) = await invited(office), await invited(office)
    assert one != other
    office.telegram.add_user(600, "Вера")
    await comes_in(office, one)
    await comes_in(office, other, 600)
    assert {row.telegram_id for row in office.rows_of(PersonRow)} == {STRANGER, 600}


async def test_a_used_link_is_refused(office: Office) -> None:
    await office.start()
    _, code = await invited(office)
    await comes_in(office, code)
    office.telegram.add_user(600, "Вера")
    await office.telegram.say(600, 600, f"/start {code}")
    await office.said(600, "уже вошли")
    await comes_in(office, code)
    assert [row.telegram_id for row in office.rows_of(PersonRow)] == [STRANGER]


async def test_a_link_is_good_for_a_day(office: Office) -> None:
    await office.start()
    _, code = await invited(office)
    [row] = office.rows_of(InviteRow)
    assert row.expires_at - row.created_at == timedelta(hours=24)
    await expire(office)
    await office.telegram.say(STRANGER, STRANGER, f"/start {code}")
    await office.said(STRANGER, "больше не действует")
    assert office.rows_of(PersonRow) == []


async def expire(office: Office) -> None:
    def past(session: Session) -> None:
        for row in session.exec(select(InviteRow)):
            row.expires_at = office.clock.now()
            session.add(row)

    office.house.db.write_now(past)


async def test_a_link_is_taken_back(office: Office) -> None:
    await office.start()
    shown, code = await invited(office)
    await office.press(shown, "Отозвать", NINA)
    await office.shows(shown, "Отозвано")
    assert code not in shown.text
    await office.telegram.say(STRANGER, STRANGER, f"/start {code}")
    await office.said(STRANGER, "больше не действует")
    assert len(audited(office, "invite_taken_back")) == 1
    assert office.rows_of(PersonRow) == []


@pytest.mark.parametrize("code", ["AAAA", "x" * 64, "' OR 1=1", "здравствуйте", "here here"])
async def test_a_foreign_link_is_refused(office: Office, code: str) -> None:
    await office.start()
    await invited(office)
    await office.telegram.say(STRANGER, STRANGER, f"/start {code}")
    await office.said(STRANGER, "Такой ссылки я не знаю")
    assert office.rows_of(PersonRow) == []


async def test_a_link_of_somebody_who_is_no_admin_any_more(office: Office) -> None:
    await office.start()
    _, code = await invited(office)
    people = dict(office.house.setup.people)
    people["nina"] = replace(people["nina"], role=Role.MANAGER)
    office.intake.setup = replace(office.house.setup, people=people)
    await office.telegram.say(STRANGER, STRANGER, f"/start {code}")
    await office.said(STRANGER, "больше не действует")
    assert office.rows_of(PersonRow) == []


async def test_nobody_invites_to_more_places_than_their_own(office: Office) -> None:
    people = dict(office.house.setup.people)
    people["nina"] = replace(people["nina"], only=("nevsky",))
    office.house.setup = replace(office.house.setup, people=people)
    number = office.house.ticket()
    await office.start()
    _, code = await invited(office)
    await comes_in(office, code)
    assert "Невский 40" in (await office.said(NINA, "По вашему приглашению")).text
    await office.telegram.say(STRANGER, STRANGER, f"/review {number}")
    await office.said(STRANGER, "не ваша точка")


async def test_in_a_group_a_link_lets_nobody_in(office: Office) -> None:
    await office.start()
    _, code = await invited(office)
    await office.telegram.say(MANAGERS, STRANGER, f"/start {code}")
    await office.said(MANAGERS, str(STRANGER))
    assert office.rows_of(PersonRow) == []
    await comes_in(office, code)


async def test_nobody_rises_by_a_link(office: Office) -> None:
    """Who is on the list stays what they are, and the link stays for somebody else."""
    await office.start()
    shown, code = await invited(office)
    await office.press(shown, "Менеджер", NINA)
    await office.telegram.say(IVAN, IVAN, f"/start {code}")
    await office.said(IVAN, "Вы уже в списке")
    _, other = await invited(office)
    await comes_in(office, other)
    await office.telegram.say(STRANGER, STRANGER, f"/start {code}")
    await office.said(STRANGER, "Вы уже в списке")
    roles = {row.telegram_id: row.role for row in office.rows_of(PersonRow)}
    assert roles == {IVAN: None, STRANGER: "staff"}
    office.telegram.add_user(600, "Вера")
    await comes_in(office, code, 600)


@pytest.mark.parametrize("role", ["admin", "", "owner"])
async def test_no_admin_is_made_by_a_link(office: Office, role: str) -> None:
    await office.start()
    shown, code = await invited(office)
    data = f"1:0:0:as:{role}" if role else "1:0:0:as"
    assert "старого сообщения" in await office.press(shown, "", NINA, data=data)
    await comes_in(office, code)
    assert office.rows_of(PersonRow)[0].role == "staff"


async def test_only_admins_invite_and_look_and_only_in_private(office: Office) -> None:
    await office.start()
    shown, _ = await invited(office)
    for command in ("/invite", "/people"):
        await office.telegram.say(MARINA, MARINA, command)
    await office.telegram.wait_for(lambda: len(office.telegram.chat(MARINA).of_bot) == 2)
    assert all("только администратор" in said.text for said in office.telegram.chat(MARINA).of_bot)
    for command in ("/invite", "/people"):
        await office.telegram.say(MANAGERS, NINA, command)
    await office.telegram.wait_for(lambda: len(office.telegram.chat(MANAGERS).of_bot) == 2)
    assert all("лично" in said.text for said in office.telegram.chat(MANAGERS).of_bot)
    for data in ("as:manager", "take_back", "people", f"remove:{IVAN}"):
        answer = await office.press(shown, "", "marina", data=f"1:0:0:{data}")
        assert "только администратор" in answer
    assert len(office.rows_of(InviteRow)) == 1


# The list, and leaving it


async def test_the_list_tells_the_file_from_the_invited(office: Office) -> None:
    await office.start()
    _, code = await invited(office)
    await comes_in(office, code)
    await office.telegram.say(NINA, NINA, "/people")
    shown = await office.said(NINA, "👥")
    before, after = shown.text.split("Из файла настроек")
    assert "Мимо · сотрудник" in before
    assert "Пётр · сотрудник · spb" in after
    assert shown.labels == ["❌ Убрать: Мимо"]


async def test_the_removed_are_out_at_once(office: Office) -> None:
    await office.start()
    _, code = await invited(office)
    await comes_in(office, code)
    await office.telegram.say(STRANGER, STRANGER, "/settings")
    await office.press(await office.said(STRANGER, "Кроме того"), "Все карточки", STRANGER)
    number = office.house.ticket()
    card, copy = await office.card(number), await office.card(number, STRANGER)
    await office.press(copy, "Беру", STRANGER)
    await office.shows(card, "Мимо")
    await office.telegram.say(NINA, NINA, "/people")
    shown = await office.said(NINA, "👥")
    await office.press(shown, "Убрать: Мимо", NINA)
    await office.telegram.wait_for(lambda: "Мимо" not in shown.text, "the list without them")
    assert office.house.look(number).holder is None
    assert await office.press(copy, "", STRANGER, data=f"1:{number}:0:take") == ""
    assert office.house.look(number).holder is None
    await office.press(card, "Беру", "marina")
    await office.shows(card, "Марина")
    assert "Марина" not in copy.text
    office.house.ticket()
    assert len(copies_to(office, STRANGER)) == 1
    [row] = audited(office, "person_removed")
    assert (row.actor, row.detail["name"]) == ("nina", "Мимо")
    await office.telegram.say(MARINA, MARINA, f"/review {number}")
    private = await office.card(number, MARINA)
    await office.press(private, "Ещё", "marina")
    await office.telegram.wait_for(lambda: any("История" in each for each in private.labels))
    await office.press(private, "История", "marina")
    assert "Мимо" in (await office.said(MARINA, "🕘")).text, "the history keeps the name"


async def test_the_removed_who_write_again_are_strangers(office: Office) -> None:
    await office.start()
    _, code = await invited(office)
    await comes_in(office, code)
    told = await office.said(NINA, "По вашему приглашению")
    number = office.house.ticket()
    await office.telegram.say(STRANGER, STRANGER, f"/review {number}")
    await office.card(number, STRANGER)
    await office.press(told, "Убрать", NINA)
    await office.telegram.say(STRANGER, STRANGER, "/queue")
    await office.telegram.say(STRANGER, STRANGER, f"/start {code}")
    await office.said(STRANGER, "уже вошли")
    cards = [row for row in office.rows_of(CardRow) if row.chat_id == STRANGER]
    assert [card.dead_at is None for card in cards] == [False]
    assert "в списке уже нет" in await office.press(
        told, "", NINA, data=f"1:0:0:remove:{STRANGER}"
    )
    _, again = await invited(office)
    await comes_in(office, again)
    await office.written(lambda: office.rows_of(PersonRow)[0].removed_at is None, "back again")


async def test_what_waited_for_the_removed_goes_to_the_support_chat(office: Office) -> None:
    """Nobody else would hear of an escalation put for them a moment before."""
    await office.start(sender=False)
    number = office.house.ticket()
    key = "escalation:1:1:late"
    now = office.clock.now()
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
    office.house.db.write_now(lambda rows: rows.add_all((waiting, guest)))
    asked = await office.telegram.say(NINA, NINA, "/help")
    await office.press(
        office.telegram.find_message(NINA, asked), "", NINA, data=f"1:0:0:remove:{STRANGER}"
    )
    [row] = [row for row in office.house.outbox() if row.dedupe_key == key]
    assert row.chat_id == SUPPORT


async def test_people_of_the_file_are_not_removed_in_chat(office: Office) -> None:
    await office.start()
    await office.telegram.say(NINA, NINA, "/people")
    shown = await office.said(NINA, "👥")
    assert shown.labels == []
    answer = await office.press(shown, "", NINA, data=f"1:0:0:remove:{IVAN}")
    assert answer == "Иван стоит в файле настроек: это меняет оператор, раздел [people]."
    for data in ("remove", "remove:x", "remove:999999"):
        assert await office.press(shown, "", NINA, data=f"1:0:0:{data}")
    assert audited(office, "person_removed") == []


async def test_a_long_list_is_turned(office: Office) -> None:
    def many(session: Session) -> None:
        for number in range(600, 620):
            row = PersonRow(telegram_id=number, key=f"tg:{number}", name=f"Г{number}")
            row.role, row.started_at = "staff", office.clock.now()
            session.add(row)

    office.house.db.write_now(many)
    await office.start()
    await office.telegram.say(NINA, NINA, "/people")
    shown = await office.said(NINA, "👥")
    assert "27 человек" in shown.text
    seen = set(re.findall(r"Г6\d\d|Иван|Нина", shown.text))
    for turn in (1, 2):
        await office.press(shown, "Дальше", NINA)
        await office.telegram.wait_for(lambda turn=turn: shown.edits >= turn)
        seen |= set(re.findall(r"Г6\d\d|Иван|Нина", shown.text))
    assert len(seen) == 22
    assert not any("Дальше" in label for label in shown.labels)
    assert len(office.telegram.chat(NINA).of_bot) == 1


async def test_who_is_named_in_the_file_needs_no_invitation(office: Office) -> None:
    """Named in the config and then taken out of it, they are out: the old invitation is spent."""
    house = office.house
    number = house.ticket()
    await office.start()
    _, code = await invited(office)
    await comes_in(office, code)
    office.telegram.chat(SUPPORT).members.add(STRANGER)
    card = await office.card(number)
    await office.press(card, "Беру", STRANGER)
    named = {**house.setup.people, "vera": Person("vera", STRANGER, "Вера", Role.STAFF)}
    with_vera = replace(house.setup, people=named)
    house.db.write_now(lambda rows: targets.sync_setup(rows, with_vera, office.clock.now()))
    assert house.look(number).holder == "vera"
    assert house.db.read_now(lambda rows: name_of(rows, with_vera, f"tg:{STRANGER}")) == "Вера"
    await office.telegram.say(STRANGER, STRANGER, "/whoami")
    await office.said(STRANGER, "Вас нет в списке")
    [row] = office.rows_of(PersonRow)
    assert (row.key, row.role) == ("vera", None)
