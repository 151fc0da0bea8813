"""A key made by hand: it does no more than the keys that its message has."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func
from sqlmodel import Session, col, select
from telegram import Update

from reviewbot.bot.handlers.context import UpdateContext
from reviewbot.bot.handlers.dispatch import handle
from reviewbot.store.tables import OutboxRow
from reviewbot.store.tx import Tx
from reviewbot.words.vocabulary import ButtonName, View
from reviewbot.workflow.templates import keeping
from tests.bot.bot_world import SUPPORT, BotWorld
from tests.store.store_world import PEOPLE
from tests.telegram_world import Shown

ARGS = {
    ButtonName.TEMPLATE: (keeping.key_of("one"),),
    ButtonName.RETIRE: (keeping.key_of("one"),),
    ButtonName.RESTORE: (keeping.key_of("one"),),
    ButtonName.TEMPLATES: ("o0",),
    ButtonName.REPORT: ("abuse",),
    ButtonName.COMPLAINT_SENT: ("sent",),
    ButtonName.AWAY: ("tomorrow", "back"),
    ButtonName.DUTY: ("0.", "1."),
    ButtonName.DUTY_SWAP: ("yes",),
    ButtonName.SETTINGS: ("all",),
    ButtonName.LIST: ("o0", "mine"),
    ButtonName.FOUND: ("0",),
    ButtonName.PEOPLE: ("0",),
    ButtonName.REMOVE: ("505",),
    ButtonName.AS_ROLE: ("staff",),
    ButtonName.CONCERN_CAUSE: ("staff",),
    ButtonName.UNCARDED: ("0",),
    ButtonName.GOOD: ("0",),
    ButtonName.TAKE_OVER: ("ivan",),
}
MAY_BECOME = {
    "card": {View.MENU},
    "/queue": {View.LIST},
    "/find капучино": {View.FOUND},
    "/templates": {View.TEMPLATES, View.TEMPLATE},
    "note": set[View](),
    "report": {View.REPORT},
}


def pressed(tx: Tx, shown: Shown, data: str, who: str) -> list[str]:
    """Return what a press would make of its message, by the views; it is undone."""
    chat = {"id": SUPPORT, "type": "supergroup", "title": "Отзывы"}
    user = {"id": PEOPLE[who].telegram_id, "is_bot": False, "first_name": who}
    message = {"message_id": shown.message_id, "date": 1, "chat": chat, "text": shown.text}
    query = {"id": "1", "from": user, "chat_instance": "1", "data": data, "message": message}
    update = Update.de_json({"update_id": 1, "callback_query": query}, None)
    known = tx.session.exec(select(func.max(OutboxRow.id))).one() or 0
    point = tx.session.begin_nested()
    handle(UpdateContext(tx, "reviews_test_bot", 1), update)
    tx.session.flush()
    rows = tx.session.exec(select(OutboxRow).where(col(OutboxRow.id) > known)).all()
    asked = [(row.payload.get("view"), row.payload.get("params") or {}) for row in rows]
    point.rollback()
    return [view for view, params in asked if params.get("message_id") == shown.message_id]


def every_key(number: int) -> Iterator[str]:
    for name in ButtonName:
        for arg in ("", *ARGS.get(name, ())):
            yield f"1:{number}:0:{name}" + (f":{arg}" if arg else "")


@pytest.mark.slow
async def test_no_key_makes_of_a_message_what_it_never_was(bot_world: BotWorld) -> None:
    """Every action on every kind of message of a group, by a viewer and by a manager: a message
    becomes another page of its kind, if anything; a card only gets its menus."""
    world = bot_world.store_world
    number, _ = world.ticket(), world.ticket()
    await bot_world.start()
    card, chat = await bot_world.card(number), bot_world.telegram.chat(SUPPORT)
    shown = {"card": card}

    async def newest(kind: str, before: int) -> None:
        await bot_world.telegram.wait_for(lambda: chat.of_bot[before:], kind)
        shown[kind] = chat.of_bot[-1]

    await bot_world.card(number + 1)
    for command in ("/queue", "/find капучино", "/templates"):
        before = len(chat.of_bot)
        await bot_world.telegram.say(SUPPORT, PEOPLE["ivan"].telegram_id, command)
        await newest(command, before)
    for name in ("note", "report"):
        before = len(chat.of_bot)
        await bot_world.press(card, "", "ivan", data=f"1:{number}:0:{name}")
        await newest(name, before)
    await bot_world.written(
        lambda: not [row for row in bot_world.rows_of(OutboxRow) if row.sent_at is None]
    )
    await bot_world.stop()
    now, wrong = bot_world.clock.now(), []

    def press_all(session: Session) -> None:
        for kind, message in shown.items():
            for data in every_key(number):
                for who in ("sergey", "marina"):
                    for view in pressed(world.tx(session, now), message, data, who):
                        if view not in MAY_BECOME[kind]:
                            wrong.append((kind, data, who, view))

    world.db.write_now(press_all)
    assert not wrong
    assert {"/templates", "report"} <= set(shown)


async def test_a_card_is_not_overwritten_by_a_key_of_another_message(
    bot_world: BotWorld,
) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    before = card.text
    for who, data in (
        ("sergey", f"1:0:0:template:{keeping.key_of('one')}"),
        ("ivan", f"1:{number}:0:report:abuse"),
        ("ivan", f"1:{number}:0:complaint_sent:sent"),
        ("ivan", "1:0:0:templates:o0"),
        ("ivan", f"1:{number}:0:save"),
    ):
        assert "старого сообщения" in await bot_world.press(card, "", who, data=data)
    assert await bot_world.press(card, "Беру", "ivan")
    await bot_world.shows(card, "Иван")
    assert card.text.startswith(before[:60])
    assert [row.action for row in bot_world.store_world.audit(number)] == ["opened", "take"]
