"""A guest is forgotten: whatever was sent about them says so, or goes."""

import pytest
from sqlmodel import Session

from reviewbot.integrations import events
from reviewbot.store.cases import load
from reviewbot.store.privacy import forgotten
from reviewbot.store.tables import DeliveryRow, OutboxRow
from reviewbot.workflow.forgetting.forgotten_review import forget
from tests.bot.bot_world import MANAGERS, SUPPORT, BotWorld
from tests.bot.test_beside_reply import BOTH, PLACE, ask, with_place
from tests.bot.test_forgetting import OTHER, WORDS
from tests.store.store_world import MONDAY, actor

GONE = {"ru": "🗑 Удалено", "en": "🗑 Removed"}
PIECE = "уронила поднос"


def forget_now(bot_world: BotWorld, number: int) -> None:
    world = bot_world.store_world

    def work(session: Session) -> None:
        tx = world.tx(session, bot_world.clock.now())
        review_id = world.look(number).review_id
        forget(tx, review_id, actor("oleg"), forgotten.key_of(session))

    world.db.write_now(work)


def telling(bot_world: BotWorld, *chats: int) -> list[str]:
    """What lies in the chats and holds the guest's words; what Telegram showed one person alone
    has no number, and goes by itself."""
    shown = [each for chat in chats for each in bot_world.telegram.chat(chat).of_bot]
    files = [each for each in shown if each.document and PIECE.encode() in each.document.content]
    said = [each for each in shown if PIECE in each.text and not each.only_for]
    return [each.text for each in (*files, *said)]


@pytest.mark.parametrize("language", BOTH)
async def test_what_was_sent_about_a_forgotten_guest_says_so(
    bot_world: BotWorld, language: str
) -> None:
    """The question to the place, the prompt, the history, the complaint, a list: everything that
    stands in the chats, the bot killed before it is edited."""
    with_place(bot_world, language)
    world = bot_world.store_world
    number = world.ticket(text=WORDS)
    world.ticket(text=OTHER, rating=2)
    await bot_world.start()
    card = await bot_world.said(SUPPORT, PIECE)
    await ask(bot_world, card, "Что было за столом 7?", language)
    await bot_world.said(PLACE, PIECE)
    for action in ("history", "report", "measure", "edit", "why"):
        await bot_world.press(card, "", "ivan", data=f"1:{number}:0:{action}")
    await bot_world.telegram.say(MANAGERS, 502, "/queue")
    await bot_world.telegram.say(MANAGERS, 502, "/find поднос")
    await bot_world.telegram.say(MANAGERS, 502, f"/review {number}")
    await bot_world.telegram.wait_for(
        lambda: len(telling(bot_world, MANAGERS)) >= 3 and len(telling(bot_world, SUPPORT)) >= 1,
        "all is said",
    )
    await bot_world.written(
        lambda: (
            {row.payload["view"] for row in bot_world.rows_of(OutboxRow) if not row.sent_at}
            == {"place_late"}
        ),
        "all is sent",
    )
    await bot_world.kill()
    forget_now(bot_world, number)
    await bot_world.start()
    await bot_world.telegram.wait_for(
        lambda: not telling(bot_world, PLACE, SUPPORT, MANAGERS), "nothing tells of them"
    )
    assert bot_world.telegram.chat(PLACE).of_bot[0].text.startswith(GONE[language])
    assert OTHER[:20] in str([each.text for each in bot_world.telegram.chat(MANAGERS).of_bot])
    assert bot_world.telegram.violations == []


async def test_a_list_of_cards_is_shown_anew_and_a_file_goes(bot_world: BotWorld) -> None:
    world = bot_world.store_world
    text = WORDS + " Ужасно." * 900
    number = world.ticket(text=text)
    await bot_world.start()
    await bot_world.telegram.wait_for(
        lambda: [e for e in bot_world.telegram.chat(SUPPORT).of_bot if e.document], "the file"
    )
    await bot_world.written(
        lambda: not [row for row in bot_world.rows_of(OutboxRow) if not row.sent_at]
    )
    await bot_world.kill()
    forget_now(bot_world, number)
    await bot_world.start()
    await bot_world.telegram.wait_for(lambda: not telling(bot_world, SUPPORT), "the file is gone")
    assert bot_world.telegram.violations == []


async def test_an_album_goes_though_somebody_deleted_a_part_of_it(bot_world: BotWorld) -> None:
    world = bot_world.store_world
    number = world.ticket(text=WORDS)
    world.change_review(number, photos=[f"https://img.example.com/{n}.jpg" for n in range(3)])
    await bot_world.start()
    card = await bot_world.said(SUPPORT, PIECE)
    await bot_world.press(card, "Ещё", "ivan")
    await bot_world.press(card, "📷", "ivan")
    chat = bot_world.telegram.chat(SUPPORT)
    await bot_world.telegram.wait_for(lambda: len([e for e in chat.of_bot if e.album]) == 3)
    await bot_world.written(
        lambda: not [row for row in bot_world.rows_of(OutboxRow) if not row.sent_at]
    )
    await bot_world.kill()
    next(each for each in chat.of_bot if each.album).deleted = True
    forget_now(bot_world, number)
    await bot_world.start()
    await bot_world.telegram.wait_for(
        lambda: not [each for each in chat.of_bot if each.album], "the whole album is gone"
    )
    assert bot_world.telegram.violations == []


async def test_a_list_of_many_is_shown_anew(bot_world: BotWorld) -> None:
    world = bot_world.store_world
    number = world.ticket(text=WORDS)
    for n in range(8):
        world.ticket(text=f"Очередь, стол {n}, никто не подошёл.")
    await bot_world.start()
    listed = await bot_world.said(SUPPORT, "9 новых жалоб")
    assert PIECE in listed.text
    await bot_world.written(
        lambda: not [row for row in bot_world.rows_of(OutboxRow) if not row.sent_at]
    )
    await bot_world.kill()
    forget_now(bot_world, number)
    await bot_world.start()
    await bot_world.telegram.wait_for(lambda: PIECE not in listed.text, "shown anew")
    assert "стол 7" in listed.text
    assert bot_world.telegram.violations == []


@pytest.mark.parametrize("text", ["Terrible!", "Ужасно."])
async def test_what_another_system_was_told_goes_however_short(
    bot_world: BotWorld, text: str
) -> None:
    world = bot_world.store_world
    number = world.ticket(text=text)
    world.change_review(number, author="Annabel")

    def tell(session: Session) -> None:
        tx = world.tx(session, MONDAY)
        case = load(tx, number)
        assert case is not None
        told = {
            "at": MONDAY.isoformat(),
            "ticket": {"number": number},
            "review": events._review(tx, case.review, case.target),
        }
        session.add(
            DeliveryRow(
                channel="webhook:crm",
                event="review.new",
                dedupe_key="1",
                payload=told,
                created_at=MONDAY,
                not_before=MONDAY,
            )
        )

    world.db.write_now(tell)
    assert "Annabel" in str(bot_world.rows_of(DeliveryRow)[0].payload)
    forget_now(bot_world, number)
    kept = str(bot_world.rows_of(DeliveryRow)[0].payload)
    assert "Annabel" not in kept
    assert text not in kept
    assert "'rating': 1" in kept
