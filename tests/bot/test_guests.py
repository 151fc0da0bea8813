"""Guests: invited by a link, asked, thanked alike; nobody else gets in, nothing counts twice."""

import re
from dataclasses import replace
from datetime import timedelta
from functools import partial
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image
from sqlmodel import Session

from reviewbot.bot.telegram.strangers import StrangerLimits
from reviewbot.charts.qr import as_png, as_svg
from reviewbot.collect.survey_reader import SurveyReader
from reviewbot.core.model import OutboxKind
from reviewbot.core.settings import ReplyTimeEntry, Span, Times, When
from reviewbot.core.source_facts import OF_SURVEYS, SURVEY
from reviewbot.core.surveys.scores import SurveyGroup
from reviewbot.core.surveys.survey import GuestSettings, Scale, Variant
from reviewbot.lexicons import classifier_for
from reviewbot.queries import exports
from reviewbot.queries.surveys.survey_figures import survey_figures
from reviewbot.store.surveys.guest_rows import hash_of_link
from reviewbot.store.surveys.guest_tables import GuestLinkRow, SurveyRow
from reviewbot.store.tables import (
    InboxRow,
    OutboxRow,
    PersonRow,
    ReviewRow,
    TicketRoundRow,
    TicketRow,
)
from reviewbot.store.tx import Tx
from reviewbot.words.surveys.invitation import link, table_card
from reviewbot.workflow.surveys.guest_links import GuestLink, Visit, hand_out_link
from tests.bot.bot_world import STRANGER, SUPPORT, BotWorld
from tests.bot.test_forgetting import lies_in
from tests.store.store_world import MONDAY
from tests.telegram_world import Shown

IVAN, SERGEY, OTHER = 504, 506, 598
LINK = re.compile(r"https://t\.me/reviews_test_bot\?start=([A-Za-z0-9_-]{1,64})")
PAGE = "https://yandex.ru/maps/org/tochka/1000000001/reviews/"
CODE, OF_PLACE = "a-code-of-one-visit-0001", "the-code-of-a-place-0001"


@pytest.fixture(autouse=True)
def _guests_are_asked(bot_world: BotWorld) -> None:
    world = bot_world.store_world
    targets, key = dict(world.settings.targets), "tverskaya/yandex_maps"
    targets[key] = replace(targets[key], target=replace(targets[key].target, url=PAGE))
    guests = GuestSettings(Scale.NPS, timedelta(days=30), "https://example.com/privacy")
    world.settings = replace(world.settings, guests=guests, targets=targets)
    bot_world.telegram.add_user(OTHER, "Другой гость")
    for code, visit in ((CODE, Visit("8412", "завтрак", "new")), (OF_PLACE, None)):
        given = GuestLink(hash_of_link(code), "tverskaya", "ivan", visit)
        world.db.write_now(
            lambda rows, given=given: hand_out_link(
                Tx(rows, world.settings, world.source_facts, bot_world.clock.now()), given
            )
        )


async def comes(bot_world: BotWorld, code: str, guest: int = STRANGER) -> Shown:
    await bot_world.telegram.say(guest, guest, f"/start {code}")
    return await bot_world.said(guest, "От 0 до 10")


def surveys(bot_world: BotWorld) -> list[SurveyRow]:
    return bot_world.rows_of(SurveyRow)


async def handled(bot_world: BotWorld, count: int) -> None:
    """Wait until so many updates are done."""
    await bot_world.written(
        lambda: sum(row.done_at is not None for row in bot_world.rows_of(InboxRow)) >= count,
        f"{count} updates",
    )


async def test_an_unhappy_guest_tells_what_happened_and_is_shown_the_same_links(
    bot_world: BotWorld,
) -> None:
    await bot_world.start()
    shown = await comes(bot_world, CODE)
    assert "https://example.com/privacy" in shown.html
    await bot_world.press(shown, "3", STRANGER)
    await bot_world.press(await bot_world.said(STRANGER, "Что случилось"), "ожидание", STRANGER)
    await bot_world.said(STRANGER, "Несколько слов")
    await bot_world.stop()
    await bot_world.start()  # goes on where it stopped
    await bot_world.telegram.say(STRANGER, STRANGER, "Ждали сорок минут")
    await bot_world.said(STRANGER, "Можно с вами связаться")
    await bot_world.telegram.say(STRANGER, STRANGER, "+7 900 000-00-00")
    thanks = await bot_world.said(STRANGER, "Спасибо! Это")
    assert [button["url"] for button in thanks.buttons] == [PAGE]
    [row] = surveys(bot_world)
    told = (row.score, row.topics, row.words, row.contact)
    assert told == (3, ["waiting"], "Ждали сорок минут", "+7 900 000-00-00")
    assert row.ended_at is not None
    assert bot_world.rows_of(PersonRow) == [], "a guest is nobody's colleague"


async def test_a_happy_guest_is_asked_whom_to_thank_and_shown_the_same_links(
    bot_world: BotWorld,
) -> None:
    await bot_world.start()
    await bot_world.press(await comes(bot_world, OF_PLACE), "10", STRANGER)
    await bot_world.press(await bot_world.said(STRANGER, "Что понравилось"), "Дальше", STRANGER)
    await bot_world.said(STRANGER, "Кого поблагодарить")
    await bot_world.telegram.say(STRANGER, STRANGER, "Бариста Оля")
    thanks = await bot_world.said(STRANGER, "Спасибо! Это")
    assert [button["url"] for button in thanks.buttons] == [PAGE]
    [row] = surveys(bot_world)
    assert (row.score, row.words, row.praised, row.contact) == (10, None, "Бариста Оля", None)
    await bot_world.telegram.say(STRANGER, STRANGER, f"/start {OF_PLACE}")
    await bot_world.said(STRANGER, "уже ответили")
    assert len(surveys(bot_world)) == 1


async def test_a_key_pressed_twice_forwarded_or_forged_counts_once_or_not_at_all(
    bot_world: BotWorld,
) -> None:
    await bot_world.start()
    shown = await comes(bot_world, CODE)
    await bot_world.press(shown, "3", STRANGER)
    await bot_world.said(STRANGER, "Что случилось")
    forged = shown.button("9")["callback_data"]
    assert await bot_world.press(shown, "9", STRANGER) == ""
    for data in (forged, forged.replace(".9", ".99"), forged.replace("survey", "approve")):
        answer = await bot_world.telegram.press(shown, "9", OTHER, data=data)
        assert await bot_world.telegram.answered(answer) == ""
    answer = await bot_world.telegram.press(shown, "9", IVAN, data=forged)
    assert "Это для гостей" in await bot_world.telegram.answered(answer)
    [row] = surveys(bot_world)
    assert (row.score, row.step) == (3, "happened")


async def test_links_that_are_used_over_foreign_or_opened_by_staff_change_nothing(
    bot_world: BotWorld,
) -> None:
    await bot_world.start()
    await bot_world.telegram.say(IVAN, IVAN, f"/start {CODE}")
    await bot_world.said(IVAN, "Это для гостей")
    assert surveys(bot_world) == []
    await comes(bot_world, CODE)
    await bot_world.telegram.say(OTHER, OTHER, f"/start {CODE}")
    await bot_world.said(OTHER, "уже ответили")
    await bot_world.telegram.say(OTHER, OTHER, "/start of-nobody-knows-whom-1")
    await bot_world.written(lambda: len(bot_world.store_world.outbox(OutboxKind.REPLY)) >= 4)
    assert len(surveys(bot_world)) == 1


async def test_staffs_commands_do_not_exist_for_guests_and_a_flood_costs_one_line(
    bot_world: BotWorld,
) -> None:
    await bot_world.start()
    await bot_world.press(await comes(bot_world, CODE), "9", STRANGER)
    await bot_world.said(STRANGER, "Что понравилось")
    for command in ("/queue", "/people", "/ask", "/stats"):
        await bot_world.telegram.say(STRANGER, STRANGER, command)
    await bot_world.telegram.say(STRANGER, STRANGER, "/stop")
    await bot_world.said(STRANGER, "больше вопросов нет")
    for _ in range(40):
        await bot_world.telegram.say(STRANGER, STRANGER, "эй")
    await handled(bot_world, 47)
    said = [shown.text for shown in bot_world.telegram.chat(STRANGER).of_bot]
    assert not any("№" in text for text in said)
    assert sum("Сейчас вопросов нет" in text for text in said) <= 1
    assert len(said) <= 6, said


async def test_a_guest_who_asks_for_it_is_forgotten(bot_world: BotWorld) -> None:
    await bot_world.start()
    await bot_world.press(await comes(bot_world, CODE), "2", STRANGER)
    await bot_world.said(STRANGER, "Что случилось")
    await bot_world.telegram.say(STRANGER, STRANGER, "Суп был холодный")
    await bot_world.said(STRANGER, "Можно с вами связаться")
    await bot_world.telegram.say(STRANGER, STRANGER, "/forget")
    await bot_world.said(STRANGER, "удалено")
    assert surveys(bot_world) == []
    assert not any("холодный" in row.raw for row in bot_world.rows_of(InboxRow))
    left = [row for row in bot_world.rows_of(OutboxRow) if row.dedupe_key.startswith("survey:")]
    assert left == []
    [link] = [row for row in bot_world.rows_of(GuestLinkRow) if not row.reusable]
    assert link.used_at is not None, "not good a second time"


async def test_staff_get_a_link_with_a_code_that_a_camera_reads(bot_world: BotWorld) -> None:
    await bot_world.start()
    await bot_world.telegram.say(IVAN, IVAN, "/ask Тверская")
    shown = await bot_world.said(IVAN, "Для всех гостей")
    found = LINK.search(shown.text)
    assert found
    await bot_world.written(lambda: len(bot_world.rows_of(GuestLinkRow)) == 3, "the link")
    assert not any(found[1] in str(row.payload) for row in bot_world.rows_of(OutboxRow))
    await comes(bot_world, found[1], OTHER)
    await bot_world.press(shown, "Для одного", IVAN)
    await bot_world.said(IVAN, "Для одного гостя, на один раз")
    await bot_world.telegram.say(SERGEY, SERGEY, "/ask Тверская")
    await bot_world.said(SERGEY, "не отвечать")


@pytest.mark.slow
@pytest.mark.parametrize("kills", [3])
async def test_two_hundred_guests_at_once_with_kills_in_between(
    bot_world: BotWorld, kills: int
) -> None:
    world, guests = bot_world.store_world, range(10_000, 10_200)

    def hand_all_out(rows: Session) -> None:
        tx = Tx(rows, world.settings, world.source_facts, bot_world.clock.now())
        for guest in guests:
            code = hash_of_link(f"code-of-the-guest-{guest}")
            hand_out_link(tx, GuestLink(code, "nevsky", "ivan", Visit(str(guest))))

    world.db.write_now(hand_all_out)
    for guest in guests:
        bot_world.telegram.add_user(guest, "Гость")
        await bot_world.telegram.say(guest, guest, f"/start code-of-the-guest-{guest}")
    await bot_world.start(sender=False)
    for part in range(1, kills + 1):
        await handled(bot_world, 40 * part)
        await bot_world.kill()
        await bot_world.start(sender=False)
    await handled(bot_world, 200)
    rows = {row.telegram_id: row for row in surveys(bot_world)}
    assert len(surveys(bot_world)) == len(rows) == 200
    for guest in guests:
        shown = Shown(guest, guest, "", from_id=501)
        data = f"1:0:0:survey:{rows[guest].id}.score.{guest % 11}"
        for _ in range(1 + (guest % 5 == 0)):
            await bot_world.telegram.press_inaccessible(shown, guest, data)
    for part in range(1, kills + 1):
        await handled(bot_world, 200 + 40 * part)
        await bot_world.kill()
        await bot_world.start(sender=False)
    await handled(bot_world, 440)
    scores = {row.telegram_id: row.score for row in surveys(bot_world)}
    assert scores == {guest: guest % 11 for guest in guests}
    used = [row for row in bot_world.rows_of(GuestLinkRow) if row.used_at is not None]
    assert len(used) == 200


def test_a_printed_code_is_read_back() -> None:
    address = link("reviews_test_bot", "x" * 43)
    [read] = zxingcpp.read_barcodes(Image.open(BytesIO(as_png(address))))
    assert read.text == address
    long = table_card(place="Сеть кофеен " * 20, svg=as_svg(address), address=address)
    assert "font-size: 12pt; line-height" in long
    assert len(long.split("<h1>")[1].split("</h1>")[0]) <= 120, "a name that fits the card"
    card = table_card(place='Кафе <"Точка">', svg=as_svg(address), address=address)
    assert "font-size: 16pt; line-height" in card
    assert "105mm" in card
    assert "Как вам у нас?" in card.replace("\u00a0", " ")
    assert "How was it with us?" in card
    assert '<"Точка">' not in card


def reader(bot_world: BotWorld) -> SurveyReader:
    world = bot_world.store_world
    parts = (world.db, world.settings, world.source_facts, bot_world.clock)
    return SurveyReader(*parts, partial(classifier_for, world.settings))


def of_surveys(bot_world: BotWorld) -> None:
    """The file as `reply_time.survey` resolves it."""
    world = bot_world.store_world
    reply = Times(None, Span(timedelta(hours=24), counts="clock"))
    entry = ReplyTimeEntry(
        "reply_time.survey",
        When(source=(SURVEY,)),
        dict.fromkeys(("negative", "mixed", "neutral", "positive", "wordless"), reply),
    )
    times = (entry, *world.settings.reply_time)
    world.settings = replace(world.settings, reply_time=times)
    world.source_facts = {**world.source_facts, SURVEY: OF_SURVEYS}


async def test_an_unhappy_guest_is_a_ticket_of_a_day_whose_card_says_how_to_reach_them(
    bot_world: BotWorld,
) -> None:
    of_surveys(bot_world)
    await bot_world.start()
    await bot_world.press(await comes(bot_world, CODE), "3", STRANGER)
    await bot_world.said(STRANGER, "Что случилось")
    await bot_world.telegram.say(STRANGER, STRANGER, "Ждали сорок минут, бариста нахамила")
    await bot_world.said(STRANGER, "Можно с вами связаться")
    await bot_world.telegram.say(STRANGER, STRANGER, "+7 900 000-00-00")
    await bot_world.said(STRANGER, "Спасибо! Это")
    for _ in range(2):  # a second look takes nothing in again
        await reader(bot_world).look()
    card = await bot_world.card(1)
    for piece in ("Жалоба, опрос, 3 из 10", "+7 900 000-00-00", "Свяжитесь с гостем", "Ждали"):
        assert piece in card.text.replace("\u00a0", " "), card.text
    [round_] = bot_world.rows_of(TicketRoundRow)
    assert round_.reply_deadline == round_.clock_start_at + timedelta(hours=24)
    [review] = bot_world.rows_of(ReviewRow)
    assert (review.kind, review.score, review.rating, review.tone) == (
        "survey",
        3.0,
        None,
        "negative",
    )
    assert "waiting" in review.topics
    assert "гость" in await bot_world.press(card, "Связались", "ivan")
    await bot_world.telegram.wait_for(lambda: "Связались с гостем" in card.text, "the outcome")
    await bot_world.telegram.say(IVAN, IVAN, "/stats")
    told = (await bot_world.said(IVAN, "📊")).text.replace("\u00a0", " ")
    assert "💬 Гости: NPS −100" in told
    assert "ответили 100% (21…100), 1" in told
    assert "связались с 1 из 1 недовольных" in told
    await bot_world.telegram.say(STRANGER, STRANGER, "/forget")
    await bot_world.said(STRANGER, "удалено")
    [review] = bot_world.rows_of(ReviewRow)
    assert (review.text, review.site, review.forgotten_at is None) == (None, {}, False)
    await bot_world.telegram.wait_for(lambda: "900" not in card.text, "the card forgets too")
    for piece in ("сорок минут, бариста", "+7 900 000"):
        assert lies_in(bot_world, piece) == [], "nor in what staff pressed and were told"


async def test_a_content_guest_is_a_review_without_a_ticket_and_a_pause_ends_a_survey(
    bot_world: BotWorld,
) -> None:
    of_surveys(bot_world)
    await bot_world.start()
    await bot_world.press(await comes(bot_world, OF_PLACE), "9", STRANGER)
    await bot_world.said(STRANGER, "Что понравилось")
    await reader(bot_world).look()
    assert bot_world.rows_of(ReviewRow) == []
    bot_world.clock.leap(timedelta(hours=2))
    await reader(bot_world).look()
    [review] = bot_world.rows_of(ReviewRow)
    assert (review.score, review.tone) == (9.0, "positive")
    assert bot_world.rows_of(TicketRoundRow) == []


async def asked_three_days_later(bot_world: BotWorld) -> Shown:
    """An unhappy guest who agreed is reached, and asked once whether it is solved."""
    of_surveys(bot_world)
    await bot_world.start()
    await bot_world.press(await comes(bot_world, CODE), "2", STRANGER)
    await bot_world.said(STRANGER, "Что случилось")
    await bot_world.telegram.say(STRANGER, STRANGER, "Счёт принесли с ошибкой")
    await bot_world.said(STRANGER, "Можно с вами связаться")
    await bot_world.telegram.say(STRANGER, STRANGER, "+7 900 000-00-00")
    await bot_world.said(STRANGER, "Спасибо! Это")
    await reader(bot_world).look()
    card = await bot_world.card(1)
    await bot_world.press(card, "Не связались", "ivan")
    await bot_world.telegram.wait_for(lambda: "не связались" in card.text, "the outcome")
    bot_world.clock.leap(timedelta(days=4))
    await reader(bot_world).look()
    await bot_world.press(card, "Связались", "ivan")
    await bot_world.telegram.wait_for(lambda: "Связались с гостем" in card.text, "the outcome")
    bot_world.clock.leap(timedelta(days=2))
    await reader(bot_world).look()
    assert [row.followed_up_at for row in surveys(bot_world)] == [None], "not yet"
    bot_world.clock.leap(timedelta(days=1, minutes=1))
    await bot_world.kill()
    for _ in range(2):  # a second look asks nothing again
        await reader(bot_world).look()
    await bot_world.start()
    return await bot_world.said(STRANGER, "Вопрос решён?")


async def test_a_guest_who_was_reached_is_asked_once_and_says_that_it_was_solved(
    bot_world: BotWorld,
) -> None:
    asked = await asked_three_days_later(bot_world)
    answer = await bot_world.telegram.press(
        asked, "Нет", OTHER, data=asked.button("Нет")["callback_data"]
    )
    assert await bot_world.telegram.answered(answer) == "", "not theirs to say"
    await bot_world.press(asked, "Да", STRANGER)
    await bot_world.said(STRANGER, "Рады это слышать")
    await bot_world.press(asked, "Нет", STRANGER)
    card = await bot_world.card(1)
    await bot_world.telegram.wait_for(lambda: "Гость говорит: решено" in card.text, "the card")
    assert "Решено с гостем" in card.text
    [survey], [ticket] = surveys(bot_world), bot_world.rows_of(TicketRow)
    assert (survey.solved, ticket.state) == (True, "solved")
    assert len([s for s in bot_world.telegram.chat(STRANGER).of_bot if "решён" in s.text]) == 1


async def test_a_guest_who_says_that_it_was_not_solved_is_back_in_work(
    bot_world: BotWorld,
) -> None:
    await bot_world.press(await asked_three_days_later(bot_world), "Нет", STRANGER)
    await bot_world.said(STRANGER, "разберёмся ещё раз")
    await bot_world.said(SUPPORT, "не решено")
    first, second = bot_world.rows_of(TicketRoundRow)
    assert (second.n, second.reason) == (2, "guest_says_unsolved")
    assert second.reply_deadline == second.clock_start_at + timedelta(hours=24)
    assert first.marked_at is not None, "who was reached stays reached"


def is_in(bot_world: BotWorld, state: str) -> bool:
    return bot_world.rows_of(TicketRow)[0].state == state


async def test_an_outcome_pressed_by_mistake_is_undone_and_a_site_s_review_has_none(
    bot_world: BotWorld,
) -> None:
    of_surveys(bot_world)
    await bot_world.start()
    await bot_world.press(await comes(bot_world, CODE), "1", STRANGER)
    await bot_world.press(await bot_world.said(STRANGER, "Что случилось"), "ожидание", STRANGER)
    await bot_world.telegram.say(STRANGER, STRANGER, "/stop")
    await bot_world.said(STRANGER, "больше вопросов нет")
    await reader(bot_world).look()
    card = await bot_world.card(1)
    for key, state in (("Отказался", "refused"), ("Решено", "solved")):
        bot_world.clock.run_at(1.0)  # the undo's minutes shall not pass on a busy machine
        await bot_world.press(card, key, "ivan")
        await bot_world.written(partial(is_in, bot_world, state), state)
        await bot_world.telegram.wait_for(lambda: "Отменить" in str(card.buttons), "the key")
        await bot_world.press(card, "Отменить", "ivan")
        await bot_world.telegram.wait_for(lambda: "Связались" in str(card.buttons), "the keys")
    [round_] = bot_world.rows_of(TicketRoundRow)
    assert (round_.marked_at, round_.closed_at) == (None, None)
    assert bot_world.rows_of(TicketRow)[0].state == "waiting"


async def test_chance_gives_each_guest_one_of_two_ways_to_be_asked(bot_world: BotWorld) -> None:
    world = bot_world.store_world
    assert world.settings.guests is not None
    words = {"ru": "Позвали бы вы друга? <0–10>", "en": "Would you bring a friend?"}
    ways = (Variant("csat", Scale.CSAT), Variant("warm", Scale.NPS, words))
    world.settings = replace(world.settings, guests=replace(world.settings.guests, variants=ways))
    guests = range(10_000, 10_008)

    def hand_all_out(rows: Session) -> None:
        for guest in guests:
            given = GuestLink(
                hash_of_link(f"code-of-{guest}"), "nevsky", "ivan", Visit(str(guest))
            )
            hand_out_link(Tx(rows, world.settings, world.source_facts, MONDAY), given)

    world.db.write_now(hand_all_out)
    await bot_world.start()
    for guest in guests:
        bot_world.telegram.add_user(guest, "Гость")
        await bot_world.telegram.say(guest, guest, f"/start code-of-{guest}")
    await bot_world.written(lambda: len(surveys(bot_world)) == 8, "the surveys")
    links = {row.id: row.variant for row in bot_world.rows_of(GuestLinkRow)}
    drawn = {row.telegram_id: row for row in surveys(bot_world)}
    assert {row.variant for row in drawn.values()} == {"csat", "warm"}
    for guest, row in drawn.items():
        assert row.variant == links[row.link_id]
        asked = "Позвали бы вы друга? <0–10>" if row.variant == "warm" else "От 1 до 5"
        shown = await bot_world.said(guest, asked)
        assert ("10" in [button["text"] for button in shown.buttons]) == (row.variant == "warm")
    # Who was invited before is asked in the usual way; a place's link is drawn for each guest.
    await comes(bot_world, CODE, OTHER)
    assert [row.variant for row in surveys(bot_world) if row.telegram_id == OTHER] == [None]
    await bot_world.telegram.say(STRANGER, STRANGER, f"/start {OF_PLACE}")
    await bot_world.written(lambda: len(surveys(bot_world)) == 10, "the survey")
    assert surveys(bot_world)[-1].variant in ("csat", "warm")
    figures = world.db.read_now(
        lambda rows: survey_figures(
            Tx(rows, world.settings, world.source_facts, MONDAY),
            tuple(world.settings.locations),
            MONDAY - timedelta(days=1),
            MONDAY + timedelta(days=1),
            SurveyGroup.VARIANT,
        )
    )
    assert figures["csat"].asked + figures["warm"].asked == 8
    assert figures[""].asked == 1


async def test_what_a_guest_who_was_reached_is_offered_is_kept_within_the_limits(
    bot_world: BotWorld,
) -> None:
    of_surveys(bot_world)
    world = bot_world.store_world
    replies = replace(world.settings.replies, goodwill={"staff": 500})
    world.settings = replace(world.settings, replies=replies)
    await bot_world.start()
    await bot_world.press(await comes(bot_world, CODE), "1", STRANGER)
    await bot_world.press(await bot_world.said(STRANGER, "Что случилось"), "ожидание", STRANGER)
    await bot_world.telegram.say(STRANGER, STRANGER, "/stop")
    await bot_world.said(STRANGER, "больше вопросов нет")
    await reader(bot_world).look()
    card = await bot_world.card(1)
    await bot_world.press(card, "Связались", "ivan")
    await bot_world.telegram.wait_for(lambda: "Жест" in str(card.labels), "the key")
    await bot_world.press(card, "Жест", "ivan")
    asked = await bot_world.said(SUPPORT, "до 500")
    for text in ("700 ужин", "300 десерт"):
        await bot_world.telegram.say(SUPPORT, IVAN, text, reply_to=asked.message_id)
    await bot_world.said(SUPPORT, "можете предложить до 500")
    await bot_world.shows(card, "Гостю предложено: 300, десерт")
    assert "Связались с гостем" in card.text
    [line] = world.db.read_now(lambda rows: list(exports.tickets(rows, bot_world.clock.now())))
    assert (line["state"], line["gesture"], line["gesture_by"]) == ("reached", 300, "ivan")
    acts = world.db.read_now(lambda rows: [each["action"] for each in exports.audit(rows)])
    assert "gesture" in acts


def test_an_update_that_comes_again_counts_once_in_the_limits() -> None:
    limits, now = StrangerLimits(), MONDAY
    again = {"update_id": 7, "message": {"from": {"id": STRANGER}}}
    for _ in range(20):
        assert limits.beyond([again], (), now) == frozenset()
    others = [{**again, "update_id": number} for number in range(8, 30)]
    assert len(limits.beyond(others, (), now)) == len(others) - 4
