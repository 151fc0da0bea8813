"""An admin has a guest forgotten in chat: what lies in the files, and what is sent after."""

from reviewbot.core.model import TicketState
from reviewbot.store.database import file_of
from reviewbot.store.privacy import forgotten
from reviewbot.store.tables import AuditRow, ForgottenRow, InboxRow, ReviewRow
from tests.bot.bot_world import BotWorld
from tests.telegram_world import Shown

WORDS = "Официантка Ольга уронила поднос мне на колени и ушла курить."
OTHER = "Борщ подали холодным, а хлеба не принесли вовсе."
PIECES = ("уронила поднос", "Официантка Ольга", "ушла курить", "Анна Кузнецова")


def lies_in(bot_world: BotWorld, piece: str) -> list[str]:
    """The files of the database in which a piece of text lies, as it is or as JSON writes it."""
    bot_world.store_world.db.empty_log_now()
    file = file_of(bot_world.store_world.db.url)
    assert file is not None
    written = (piece.encode(), piece.encode("unicode_escape"))
    return [
        path.name
        for path in sorted(file.parent.glob(f"{file.name}*"))
        if any(each in path.read_bytes() for each in written)
    ]


async def asked(bot_world: BotWorld, card: Shown, who: str = "oleg") -> None:
    """Open the menus up to the question."""
    for label, following in (("Ещё", "Забыть гостя"), ("Забыть гостя", "Удалить имя и слова")):
        await bot_world.press(card, label, who)
        await has(bot_world, card, following)


async def has(bot_world: BotWorld, card: Shown, label: str) -> None:
    await bot_world.telegram.wait_for(lambda: any(label in each for each in card.labels), label)


async def test_a_guest_is_forgotten_everywhere(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket(text=WORDS)
    other = bot_world.store_world.ticket(text=OTHER, rating=2, author="Борис Котов")
    await bot_world.start()
    card, stays = await bot_world.card(number), await bot_world.card(other)
    await bot_world.press(card, "Беру", "ivan")  # its update carries the card's whole text
    assert lies_in(bot_world, "уронила поднос")
    assert "уронила поднос" in card.text
    await bot_world.shows(card, "В работе")
    await asked(bot_world, card)
    before = len(bot_world.telegram.calls)
    assert "Удалено" in await bot_world.press(card, "Удалить имя и слова", "oleg")
    await bot_world.shows(card, "🗑 Удалено")
    assert card.buttons == []
    await bot_world.stop()

    sent = [str(call.params) for call in bot_world.telegram.calls[before:]]
    for piece in PIECES:
        assert lies_in(bot_world, piece) == []
        assert not [each for each in sent if piece in each]
    assert OTHER[:20] in stays.text
    assert lies_in(bot_world, "Борщ подали холодным")
    [review] = [row for row in bot_world.rows_of(ReviewRow) if row.forgotten_at]
    assert (review.rating, review.tone, review.author, review.reasons) == (1, "negative", None, [])
    assert bot_world.store_world.look(number).state == TicketState.SKIPPED
    assert bot_world.rows_of(AuditRow)[-1].action == "forget"
    assert all(row.done_at for row in bot_world.rows_of(InboxRow))


async def test_only_an_admin_may_and_no_old_key_brings_it_back(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket(text=WORDS)
    await bot_world.start()
    card = await bot_world.card(number)
    await bot_world.press(card, "Ещё", "oleg")
    await has(bot_world, card, "Забыть")
    old = [dict(button) for button in card.buttons]
    assert "админ" in await bot_world.press(card, "Забыть гостя", "marina")
    await bot_world.press(card, "Забыть гостя", "oleg")
    await has(bot_world, card, "Удалить имя и слова")
    question = [dict(button) for button in card.buttons]
    assert "админ" in await bot_world.press(card, "Удалить имя и слова", "ivan")
    await bot_world.press(card, "Удалить имя и слова", "oleg")
    await bot_world.shows(card, "🗑 Удалено")
    for buttons, label in ((old, "Не жалоба"), (question, "Удалить имя и слова")):
        [data] = [each["callback_data"] for each in buttons if label in each["text"]]
        press = await bot_world.telegram.press(card, "", 501, data=data)
        assert "отвечать не на что" in await bot_world.telegram.answered(press)


async def test_staff_see_no_such_key(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket(text=WORDS)
    await bot_world.start()
    card = await bot_world.card(number)
    await bot_world.press(card, "Ещё", "marina")
    await has(bot_world, card, "Не жалоба")
    assert not [each for each in card.labels if "Забыть" in each]


async def test_a_file_that_cannot_be_read_stops_it_and_says_so(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket(text=WORDS)
    path = bot_world.store_world.db.read_now(forgotten.path_of)
    path.write_text("{", encoding="utf-8")
    await bot_world.start()
    card = await bot_world.card(number)
    await asked(bot_world, card)
    told = await bot_world.press(card, "Удалить имя и слова", "oleg")
    assert "Ничего не изменилось" in told
    assert lies_in(bot_world, "уронила поднос")


async def test_the_marks_stand_in_the_file_at_once(bot_world: BotWorld) -> None:
    """An hour later, with the tidying, a copy of the day before may long be restored."""
    number = bot_world.store_world.ticket(text=WORDS)
    await bot_world.start()
    card = await bot_world.card(number)
    await asked(bot_world, card)
    await bot_world.press(card, "Удалить имя и слова", "oleg")
    await bot_world.shows(card, "🗑 Удалено")
    held = forgotten.register(bot_world.store_world.db.read_now(forgotten.path_of))
    assert set(held.marks) == {row.mark for row in bot_world.rows_of(ForgottenRow)}
    assert held.marks
