"""What newer servers of Telegram can do: used where the server has it, refused once where not."""

from datetime import timedelta

import pytest

from reviewbot.core.model import TicketState
from reviewbot.store.queues.refused_abilities import FOR
from reviewbot.store.tables import MeasureRow
from tests.bot.bot_world import SUPPORT, BotWorld
from tests.bot.test_prompts import change_language
from tests.telegram_world import Shown

IVAN = 504


def styles(shown: Shown) -> dict[str, str]:
    return {each["text"]: each["style"] for each in shown.buttons if "style" in each}


def refusals(bot_world: BotWorld) -> list[str]:
    rows = bot_world.rows_of(MeasureRow)
    return sorted(row.subject for row in rows if row.name == "telegram_refuses")


@pytest.mark.parametrize(
    ("language", "ready", "why", "due"),
    [("ru", "✅ Ответ готов", "Почему так", "12:00"), ("en", "✅ Ready", "Why so", "12:00")],
)
async def test_a_server_that_has_them_shows_them(
    bot_world: BotWorld, language: str, ready: str, why: str, due: str
) -> None:
    change_language(bot_world, language)
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "🔴")
    assert styles(card) == {ready: "success"}
    [time] = [each for each in card.entities if each.type == "date_time"]
    deadline = bot_world.store_world.round(number).reply_deadline
    assert deadline is not None
    assert time.attributes == f'unix="{int(deadline.timestamp())}"'
    shown = card.text.encode("utf-16-le")[2 * time.offset : 2 * (time.offset + time.length)]
    assert shown.decode("utf-16-le") == due, "the desk's own time is what stands there"
    await bot_world.press(card, ready, "ivan", data=f"1:{number}:0:why")
    told = await bot_world.said(SUPPORT, why)
    assert told.only_for == IVAN
    # Its keys go on, although it has no number in the chat.
    await bot_world.press(told, "👀", "ivan")
    await bot_world.telegram.wait_for(
        lambda: (
            len([each for each in bot_world.telegram.chat(SUPPORT).of_bot if "🔴" in each.text])
            == 2
        )
    )
    assert refusals(bot_world) == []
    assert bot_world.telegram.violations == []


async def test_a_server_that_refuses_them_is_asked_once_and_remembered(
    bot_world: BotWorld,
) -> None:
    """Also over a restart; after a month it is tried again, for it may be a newer one."""
    telegram = bot_world.telegram
    telegram.is_old = True
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    assert (styles(card), [each.type for each in card.entities].count("date_time")) == ({}, 0)
    assert "Ответить до 12:00" in card.text
    await bot_world.written(lambda: refusals(bot_world) == ["date_time"], "remembered")
    await bot_world.press(card, "готов", "ivan", data=f"1:{number}:0:history")
    history = await bot_world.said(SUPPORT, "🕘")
    assert history.only_for is None
    await bot_world.written(lambda: "only_for" in refusals(bot_world), "remembered")
    await bot_world.press(card, "готов", "ivan")
    await bot_world.shows(card, "Предложено")
    await bot_world.written(lambda: len(refusals(bot_world)) == 3, "remembered")
    assert refusals(bot_world) == ["date_time", "only_for", "style"]
    await bot_world.kill()
    await bot_world.start()
    other = bot_world.store_world.ticket(text="Холодный суп, ждали долго.")
    await bot_world.card(other)
    # What the managers are told of the first ticket may come before or after the restart.
    tried = [call for call in telegram.calls if "Холодный суп" in call.params.get("text", "")]
    assert len(tried) == 1, "nothing is tried again"
    telegram.is_old = False
    bot_world.clock.leap(FOR + timedelta(minutes=1))
    third = bot_world.store_world.ticket(text="Грязный стол.", now=bot_world.clock.now())
    assert styles(await bot_world.card(third)) == {"✅ Ответ готов": "success"}


@pytest.mark.parametrize(
    ("language", "key"),
    [("ru", "Размещается"), pytest.param("en", "Being posted", marks=pytest.mark.slow)],
)
async def test_a_key_that_undoes_nothing_any_more_is_disabled(
    bot_world: BotWorld, language: str, key: str
) -> None:
    change_language(bot_world, language)
    number = bot_world.store_world.ticket(target="tverskaya/google_business")
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "🔴")
    bot_world.clock.run_at(1.0)  # the undo's minutes shall not pass on a busy machine
    await bot_world.press(card, "✅", "marina")
    await bot_world.telegram.wait_for(lambda: "↩️" in str(card.labels), "undo")
    assert bot_world.store_world.look(number).state == TicketState.APPROVED
    await bot_world.kill()
    bot_world.clock.leap(timedelta(minutes=5))
    await bot_world.start()
    await bot_world.telegram.wait_for(lambda: key in str(card.labels), "posting")
    assert card.button(key)["disabled"] == {}
    assert "↩️" not in str(card.labels)


@pytest.mark.slow
async def test_an_old_server_shows_no_key_instead(bot_world: BotWorld) -> None:
    bot_world.telegram.is_old = True
    bot_world.store_world.ticket(target="tverskaya/google_business")
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "🔴")
    bot_world.clock.run_at(1.0)  # the undo's minutes shall not pass on a busy machine
    await bot_world.press(card, "✅", "marina")
    await bot_world.telegram.wait_for(lambda: "↩️ Отменить" in card.labels, "undo")
    bot_world.clock.leap(timedelta(minutes=5))
    await bot_world.telegram.wait_for(lambda: "↩️ Отменить" not in card.labels, "gone")
    assert "🕘 История" in card.labels


@pytest.mark.parametrize("language", ["ru", pytest.param("en", marks=pytest.mark.slow)])
async def test_photos_come_by_their_addresses_or_as_links(
    bot_world: BotWorld, language: str
) -> None:
    change_language(bot_world, language)
    world = bot_world.store_world
    addresses = [f"https://img.example.com/{n}.jpg" for n in range(2)]
    number = world.ticket()
    world.change_review(number, photos=addresses)
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "🔴")
    await bot_world.press(card, {"ru": "Ещё", "en": "More"}[language], "ivan")
    await bot_world.telegram.wait_for(lambda: "📷" in str(card.labels), "the menu")
    await bot_world.press(card, "📷", "ivan")
    chat = bot_world.telegram.chat(SUPPORT)
    await bot_world.telegram.wait_for(lambda: len([m for m in chat.of_bot if m.album]) == 2)
    world.change_review(number, photos=[*addresses, "https://img.example.com/page"])
    await bot_world.press(card, "📷", "ivan")
    links = await bot_world.said(SUPPORT, "https://img.example.com/page")
    assert all(each in links.text for each in addresses)
    assert (links.reply_to, links.previews) == (card.message_id, False)
    before = len(chat.of_bot)
    many = [f"https://img.example.com/{n}.jpg" for n in range(13)]
    world.change_review(number, photos=many)
    await bot_world.press(card, "📷", "ivan")
    await bot_world.telegram.wait_for(lambda: len(chat.of_bot) == before + 13, "all of them")
    world.change_review(number, photos=addresses[:1])
    before = len(chat.of_bot)
    await bot_world.press(card, "📷", "ivan")
    await bot_world.telegram.wait_for(lambda: len(chat.of_bot) > before, "one alone")
    assert chat.last.document is not None


ASKED = {"ru": "Ответьте на это", "en": "Reply to this"}


@pytest.mark.parametrize(
    ("language", "refusal"),
    [
        ("ru", "«Приносим извинения» признаёт вину"),
        pytest.param("en", "“Приносим извинения” admits a fault", marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("is_old", [False, True])
async def test_what_concerns_one_alone_is_shown_to_them_alone(
    bot_world: BotWorld, language: str, refusal: str, is_old: bool
) -> None:
    """Commands that tell of oneself and refusals of a text, in a group; an old server shows them
    to all."""
    change_language(bot_world, language)
    bot_world.telegram.is_old = is_old
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "🔴")
    for command, said in (("/whoami", str(IVAN)), ("/help", "/queue")):
        await bot_world.telegram.say(SUPPORT, IVAN, command)
        assert (await bot_world.said(SUPPORT, said)).only_for == (None if is_old else IVAN)
    await bot_world.press(card, "", "ivan", data=f"1:{number}:0:edit")
    prompt = await bot_world.said(SUPPORT, ASKED[language])
    assert prompt.only_for is None, "it is answered"
    text = "Здравствуйте! Приносим извинения за ожидание."
    await bot_world.telegram.say(SUPPORT, IVAN, text, reply_to=prompt.message_id)
    assert (await bot_world.said(SUPPORT, refusal)).only_for == (None if is_old else IVAN)
    assert bot_world.telegram.violations == []
