"""Every key by who presses it: who only looks changes nothing, who does not see a place nothing
there; a manager of some places keeps templates for those alone."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func
from sqlmodel import Session, SQLModel, col, select
from telegram import Update

from reviewbot.bot.handlers.context import UpdateContext
from reviewbot.bot.handlers.dispatch import handle
from reviewbot.core.errors import Refused
from reviewbot.core.model import Role
from reviewbot.core.settings import Person
from reviewbot.core.ticket import Action, Actor
from reviewbot.drafting.drafts import choose
from reviewbot.store import drafts
from reviewbot.store.tables import (
    AuditRow,
    DraftRow,
    DutyRow,
    OutboxRow,
    RetiredTemplateRow,
    SavedTemplateRow,
    TicketRow,
    VerdictFeedbackRow,
    WorkRow,
)
from reviewbot.store.tx import Tx
from reviewbot.words.vocabulary import View
from reviewbot.workflow import checks
from reviewbot.workflow.templates import keeping
from tests.bot.bot_world import MANAGERS, SUPPORT, BotWorld
from tests.bot.test_keys_by_hand import every_key
from tests.store.store_world import MONDAY, PEOPLE
from tests.telegram_world import Shown

LOOKS = {
    View.CARD,
    View.HISTORY,
    View.WHY,
    View.PHOTOS,
    View.QUEUE,
    View.LIST,
    View.FOUND,
    View.STATS,
    View.CHART,
    View.PAST,
    View.DIGEST,
    View.TEMPLATES,
    View.TEMPLATE,
    View.MEASURES,
    View.PRACTICE,
    View.SETTINGS,
}
"""What is shown to who only looks."""
KEPT = (
    AuditRow,
    DraftRow,
    DutyRow,
    RetiredTemplateRow,
    SavedTemplateRow,
    VerdictFeedbackRow,
    WorkRow,
)
TICKETS = SQLModel.metadata.tables[str(TicketRow.__tablename__)]
LENA = Person("lena", 507, "Лена", Role.MANAGER, only=("group:spb",))
OWN_KEYS = ("duty", "away", "good", "uncarded", "page")
GOOD = "{{ greeting }} Смену нашли, ждём вас."


def with_lena(bot_world: BotWorld) -> None:
    """A manager of the places of one group."""
    world = bot_world.store_world
    people = {**world.settings.people, "lena": LENA}
    world.settings = replace(world.settings, people=people)
    bot_world.telegram.add_user(LENA.telegram_id, LENA.name)
    for chat in (SUPPORT, MANAGERS):
        bot_world.telegram.chat(chat).members.add(LENA.telegram_id)


def proposed(bot_world: BotWorld, number: int) -> str:
    """Return the template that is proposed for a review now."""

    def ask(session: Session) -> str:
        tx = bot_world.store_world.tx(session, bot_world.clock.now())
        case = checks.case_of(tx, number)
        recent = drafts.recent_of(tx, case.place)
        asked = drafts.draft_ask(tx, case.review, case.target.source, case.place, recent)
        draft = choose(replace(tx.settings.replies, templates=()), asked)
        assert draft is not None
        return draft.template_id

    return bot_world.store_world.db.read_now(ask)


class Pressing:
    """Presses one key after another on the same rows: what each does is told, and undone."""

    def __init__(self, session: Session, new_tx: Callable[[], Tx]) -> None:
        self._session, self._new_tx = session, new_tx
        self._counts = select(
            *(select(func.count()).select_from(table).scalar_subquery() for table in KEPT)
        )
        self._before = self._kept()
        self._known = session.exec(select(func.max(OutboxRow.id))).one() or 0

    def _kept(self) -> tuple[list[int], list[object]]:
        """How many rows there are of what is counted, and the tickets as they stand."""
        connection = self._session.connection()
        counts = connection.execute(self._counts).one()
        return list(counts), list(connection.execute(select(TICKETS).order_by(TICKETS.c.id)))

    def done(self, shown: Shown, data: str, person: Person) -> list[str]:
        """Return what a press would change, and the views it would show; it is undone."""
        chat = {"id": SUPPORT, "type": "supergroup", "title": "Отзывы"}
        user = {"id": person.telegram_id, "is_bot": False, "first_name": person.name}
        message = {"message_id": shown.message_id, "date": 1, "chat": chat, "text": shown.text}
        query = {"id": "1", "from": user, "chat_instance": "1", "data": data, "message": message}
        update = Update.de_json({"update_id": 1, "callback_query": query}, None)
        session = self._session
        point = session.begin_nested()
        handle(UpdateContext(self._new_tx(), "reviews_test_bot", 1), update)
        session.flush()
        (before, stood), (counts, stand) = self._before, self._kept()
        found = zip(KEPT, before, counts, strict=True)
        changed = [table.__name__ for table, was, now in found if now != was]
        changed += ["TicketRow"] if stand != stood else []
        rows = session.exec(select(OutboxRow).where(col(OutboxRow.id) > self._known)).all()
        changed += [str(row.payload.get("view") or row.kind) for row in rows]
        point.rollback()
        return changed


async def shown_in(bot_world: BotWorld, number: int) -> dict[str, Shown]:
    """The messages of a group whose keys are pressed."""
    chat = bot_world.telegram.chat(SUPPORT)
    shown = {"card": await bot_world.card(number)}
    for name, who, data in (
        ("/queue", "ivan", ""),
        ("/find капучино", "ivan", ""),
        ("/templates", "ivan", ""),
        ("report", "ivan", f"1:{number}:0:report"),
        ("draft_saved", "", ""),
    ):
        before = len(chat.of_bot)
        if data:
            await bot_world.press(shown["card"], "", who, data=data)
        elif who:
            await bot_world.telegram.say(SUPPORT, PEOPLE[who].telegram_id, name)
        else:
            await bot_world.press(shown["card"], "", "marina", data=f"1:{number}:0:edit")
            asked = await bot_world.said(SUPPORT, "Ответьте на это сообщение")
            before = len(chat.of_bot)
            text = "Анна, добрый день! Смену нашли, ждём вас снова."
            await bot_world.telegram.say(SUPPORT, 502, text, reply_to=asked.message_id)
        await bot_world.telegram.wait_for(lambda before=before: chat.of_bot[before:], name)
        shown[name] = chat.of_bot[-1]
    await bot_world.written(
        lambda: not [row for row in bot_world.rows_of(OutboxRow) if row.sent_at is None]
    )
    await bot_world.stop()
    return shown


@pytest.mark.parametrize("who", ["sergey", "lena"])
async def test_who_looks_changes_nothing_and_who_does_not_see_a_place_nothing_there(
    bot_world: BotWorld, who: str
) -> None:
    with_lena(bot_world)
    world = bot_world.store_world
    number, _ = world.ticket(), world.ticket()
    await bot_world.start()
    await bot_world.card(number + 1)
    shown = await shown_in(bot_world, number)
    now, wrong = bot_world.clock.now(), []
    person = world.settings.people[who]
    # Duty and absence are Lena's own; pages are of the places she sees.
    looks = (View.DUTY, View.AWAY, View.UNCARDED, View.READY, View.PAGE_PROMPT)
    own = {"DutyRow", "AuditRow", *map(str, looks)}

    def press_all(session: Session) -> None:
        pressing = Pressing(session, lambda: world.tx(session, now))
        for kind, message in shown.items():
            for data in every_key(number):
                changed = set(pressing.done(message, data, person))
                changed -= {str(each) for each in LOOKS}
                if who == "lena" and data.split(":")[3] in OWN_KEYS:
                    changed -= own
                if changed:
                    wrong.append((kind, data, changed))

    world.db.write_now(press_all)
    assert wrong == []


async def test_who_only_looks_is_offered_nothing_below_a_card(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    text = "Что скажете об этом, коллеги?"
    await bot_world.telegram.say(SUPPORT, 506, text, reply_to=card.message_id)
    await bot_world.telegram.say(SUPPORT, 504, text, reply_to=card.message_id)
    asked = await bot_world.said(SUPPORT, "Это к отзыву")
    rows = [row for row in bot_world.rows_of(OutboxRow) if row.payload.get("view")]
    offers = [row for row in rows if row.payload["view"] == View.ASK_MEANING]
    assert [row.payload["params"]["person"] for row in offers] == ["ivan"]
    assert asked.reply_to


async def test_a_manager_of_some_places_keeps_a_template_for_those_alone(
    bot_world: BotWorld,
) -> None:
    """Saved, listed, taken away: where they may see, and nowhere else."""
    with_lena(bot_world)
    world = bot_world.store_world
    here = world.ticket(target="nevsky/yandex_maps")
    there = world.ticket(text="Сорок минут ждали счёт.")
    world.act(
        here, Action.PROPOSE, "marina", MONDAY, text="Анна, добрый день! Смену нашли, ждём вас."
    )
    await bot_world.start()
    card = await bot_world.card(here)
    world.pressed_start("marina")
    await bot_world.press(card, "", LENA.telegram_id, data=f"1:{here}:0:keep_template")
    offer = await bot_world.said(SUPPORT, "{{ greeting }}")
    assert "Только для этих точек: spb." in offer.text
    await bot_world.press(offer, "Сохранить", LENA.telegram_id)
    await bot_world.shows(offer, "saved.1")
    assert "Только для этих точек: Точка, Невский 40" in offer.text
    [row] = bot_world.rows_of(SavedTemplateRow)
    assert row.when["group"] == ["spb"]
    assert proposed(bot_world, here) == "saved.1"
    assert proposed(bot_world, there) != "saved.1"

    def known(session: Session) -> list[str]:
        tx = world.tx(session)
        return [each.id for each in keeping.listed(tx, (), ("tverskaya",))]

    assert "saved.1" not in world.db.read_now(known)
    retire = f"1:0:0:retire:{keeping.key_of('saved.1')}"
    assert await bot_world.press(offer, "", LENA.telegram_id, data=retire)
    await bot_world.shows(offer, "⏸")
    own = keeping.key_of("one")
    said = await bot_world.press(offer, "", LENA.telegram_id, data=f"1:0:0:retire:{own}")
    assert "ваши не все" in said
    assert [each.template_id for each in bot_world.rows_of(RetiredTemplateRow)] == ["saved.1"]
    assert bot_world.telegram.violations == []


def test_places_named_one_by_one_and_a_text_known_elsewhere(bot_world: BotWorld) -> None:
    """Of single places a template is for those; another place's template is no double."""
    with_lena(bot_world)
    world = bot_world.store_world
    people = {**world.settings.people, "lena": replace(LENA, only=("nevsky", "group:spb"))}
    people["anna"] = replace(people["anna"], only=("tverskaya",))
    world.settings = replace(world.settings, people=people)
    here, there = world.ticket(target="nevsky/yandex_maps"), world.ticket()

    def keep(session: Session) -> list[dict[str, list[str]]]:
        tx = world.tx(session)
        keeping.save(tx, here, Actor("lena", "Лена", Role.MANAGER), GOOD)
        keeping.save(tx, there, Actor("anna", "Анна", Role.MANAGER), GOOD)
        with pytest.raises(Refused, match="template_known"):
            keeping.save(tx, there, Actor("marina", "Марина", Role.MANAGER), GOOD)
        return [row.when for row in session.exec(select(SavedTemplateRow))]

    kept = world.db.write_now(keep)
    assert [each["location"] for each in kept] == [["nevsky"], ["tverskaya"]]
