"""Digests through the real application: on time, once, with buttons that work."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from reviewbot.core.model import TicketState
from reviewbot.demo.site import Written
from reviewbot.store.tables import DigestSentRow, OutboxRow, ReviewRow, TicketRow
from tests.journeys.journey_world import IVAN, MANAGERS, MARINA, OLEG, JourneyWorld, moscow
from tests.telegram_world import Shown

RUDE = "Ждали капучино сорок минут, бариста нахамила. Больше не придём."
TASTY = "Очень вкусный кофе, приветливый бариста, быстро обслужили."
DAILY = '[digest]\nmanagers = { daily = "09:15" }'
ALL = '[digest]\nmanagers = { daily = "09:15", weekly = "mon 09:30", monthly = "1 10:00" }'


def digests(journey_world: JourneyWorld, chat_id: int = MANAGERS) -> list[Shown]:
    return [
        shown
        for shown in journey_world.telegram.chat(chat_id).of_bot
        if shown.text.startswith(("☀️", "🗓", "📈"))
    ]


def praise(journey_world: JourneyWorld, count: int, site: str = "maps") -> Sequence[Written]:
    return [
        journey_world.guest(5, f"{TASTY} {number}", site=site, name=f"p{number}{site}")
        for number in range(count)
    ]


def states(journey_world: JourneyWorld) -> list[str]:
    def look(rows: Session) -> list[str]:
        found = select(TicketRow.state).join(ReviewRow).where(ReviewRow.rating == 5)
        return sorted(rows.exec(found))

    return journey_world.read(look)


async def test_yesterday_is_told_in_the_morning_once_and_its_buttons_work(
    tmp_path: Path,
) -> None:
    async with JourneyWorld(tmp_path, "2026-03-02 11:00", DAILY) as journey_world:
        journey_world.guest(1, RUDE)
        praise(journey_world, 7)
        journey_world.guest(1, "", name="bare")
        await journey_world.pass_until("2026-03-02 19:00")
        assert digests(journey_world) == [], "before its day is over there is nothing to tell"
        await journey_world.pass_until("2026-03-03 09:10")
        assert digests(journey_world) == []
        await journey_world.pass_until("2026-03-03 09:20")
        [told] = digests(journey_world)
        assert told.text.splitlines()[0] == "☀️ Вторник, 3 марта · Тверская 12"
        assert "За вчера: 9 новых, жалоб 2" in told.text
        assert "В срок 0 из 1" in told.text
        assert "Открыт 1, просрочен 1" in told.text
        assert "Без слов, 1–2★: 1" in told.text
        assert not told.silent

        await journey_world.restart()
        await journey_world.pass_until("2026-03-03 10:30")
        assert len(digests(journey_world)) == 1, "a restart doubles nothing"

        assert await journey_world.press(told, "За месяц", IVAN) == "Цифры ниже."
        month = digests(journey_world)[-1]
        assert month.text.startswith("📈 30 дней, 1 февр – 2 мар")
        assert month.reply_to == told.message_id
        await journey_world.press(told, "Разобрать 1", IVAN)
        assert "Жалоба, 1★" in journey_world.telegram.chat(MANAGERS).last.text

        await journey_world.press(told, "Хорошие: 7", MARINA)
        page = journey_world.telegram.chat(MANAGERS).last
        assert "7 хороших отзывов с готовым ответом · 1–5 из 7" in page.text
        await journey_world.press(page, "Дальше", MARINA)
        assert "6–7 из 7" in page.text
        await journey_world.press(page, "Назад", MARINA)
        assert "1–5 из 7" in page.text
        await journey_world.press(page, "готовы: 5", MARINA)
        assert "Утверждено: 5 · Марина" in page.text
        assert "Разместить вручную: 5." in page.text
        assert states(journey_world).count(TicketState.APPROVED) == 5
        await journey_world.press(page, "Хорошие: 2", IVAN)
        assert "2 хороших отзыва" in page.text
        await journey_world.press(page, "готовы: 2", IVAN)
        assert "Предложено: 2, утвердит менеджер" in page.text
        assert states(journey_world).count(TicketState.PROPOSED) == 2
        assert journey_world.telegram.violations == []


async def test_a_bot_that_was_off_tells_it_later_the_same_day_and_not_the_next(
    tmp_path: Path,
) -> None:
    async with JourneyWorld(tmp_path, "2026-03-02 11:00", DAILY) as journey_world:
        journey_world.guest(1, "", name="bare")
        await journey_world.pass_until("2026-03-02 12:00")
        journey_world.clock.set(journey_world.clock.now() + timedelta(days=1, hours=6))
        await journey_world.restart()
        await journey_world.turn()
        assert journey_world.clock.now().day == 3
        [late] = digests(journey_world)
        assert "За вчера: 1 новый, жалоб 1" in late.text

        journey_world.guest(1, "", name="bare again")
        await journey_world.pass_until("2026-03-03 20:00")
        journey_world.clock.set(moscow("2026-03-06 14:00"))
        await journey_world.restart()
        await journey_world.app.ticks.watch()
        await journey_world.app.lanes.settle()
        await journey_world.turn()
        assert len(digests(journey_world)) == 1, "the pages are looked at first"
        await journey_world.pass_until("2026-03-06 14:25")
        [_, after] = digests(journey_world)
        assert after.text.startswith("☀️ Пятница, 6 марта")
        assert "С 3 мар: 1 новый, жалоб 1" in after.text, "nothing falls between two digests"
        assert journey_world.telegram.violations == []


async def test_the_first_day_tells_of_no_time_before_it(tmp_path: Path) -> None:
    old = Written("h1", "Инна", 1, RUDE, moscow("2026-02-10 12:00"))
    async with JourneyWorld(
        tmp_path, "2026-03-02 09:30", ALL, every="3h", before=[old]
    ) as journey_world:
        await journey_world.pass_until("2026-03-02 19:00")
        assert digests(journey_world) == [], "yesterday and last week nobody watched"
        await journey_world.pass_until("2026-03-03 09:20")
        [told] = digests(journey_world)
        assert "Слежу с 2 мар, 09:25" in told.text
        assert "За вчера: новых отзывов нет" in told.text
        assert "Открыт 1" in told.text, "the backlog is owed all the same"


async def test_a_quiet_day_is_one_sentence_unless_a_site_was_not_seen(tmp_path: Path) -> None:
    async with JourneyWorld(tmp_path, "2026-03-01 11:00", DAILY, every="3h") as journey_world:
        await journey_world.pass_until("2026-03-03 09:20")
        assert digests(journey_world)[-1].text == (
            "☀️ Вторник, 3 марта. Новых отзывов нет, открытых тоже, все площадки видны."
        )
        assert digests(journey_world)[-1].labels == []
        journey_world.site.maps.clear()
        await journey_world.pass_until("2026-03-04 09:20")
        told = digests(journey_world)[-1].text
        assert "все площадки видны" not in told
        assert "не видим с" in told
        assert "Это не значит, что их нет." in told


async def test_strangers_and_forged_buttons_get_nothing(tmp_path: Path) -> None:
    async with JourneyWorld(tmp_path, "2026-03-01 11:00", DAILY, every="3h") as journey_world:
        praise(journey_world, 2)
        journey_world.guest(1, RUDE)
        await journey_world.pass_until("2026-03-02 09:20")
        [told] = digests(journey_world)
        journey_world.telegram.add_user(999, "Мимо")
        press = await journey_world.telegram.press(told, "За месяц", 999)
        await journey_world.take_in()
        assert "Вас нет в списке" in await journey_world.telegram.answered(press)

        async def forged(data: str, shown: Shown = told) -> str:
            press = await journey_world.telegram.press(shown, "", MARINA, data=data)
            await journey_world.take_in()
            # The answer goes in a lane of its own: nothing else waits for it.
            told = await journey_world.telegram.answered(press)
            assert len(press.answers) == 1
            return told

        assert "старого сообщения" in await forged("1:0:0:good_ok")
        assert "старого сообщения" in await forged("1:0:0:good:-1; drop")
        card = journey_world.card(3)
        assert "старого сообщения" in await forged("1:0:0:month", card)
        assert "старого сообщения" in await forged("1:0:0:good:0", card)
        await forged("1:0:0:good:99999999999999")
        assert "2 хороших отзыва" in journey_world.telegram.chat(MANAGERS).last.text
        assert set(states(journey_world)) == {TicketState.WAITING}
        assert journey_world.telegram.violations == []


async def test_a_draft_that_changed_since_it_was_shown_is_not_approved(tmp_path: Path) -> None:
    async with JourneyWorld(tmp_path, "2026-03-01 11:00", DAILY, every="3h") as journey_world:
        praise(journey_world, 2)
        await journey_world.pass_until("2026-03-02 09:20")
        [told] = digests(journey_world)
        await journey_world.press(told, "Хорошие: 2", MARINA)
        page = journey_world.telegram.chat(MANAGERS).last
        await journey_world.press(page, "№ 1", OLEG)
        card = journey_world.telegram.chat(MANAGERS).last
        await journey_world.press(card, "Другой", OLEG)
        await journey_world.press(page, "готовы: 2", MARINA)
        assert "Утверждено: 1" in page.text
        assert "№ 1: Черновик изменился" in page.text
        assert states(journey_world) == [TicketState.APPROVED, TicketState.WAITING]
        answer = await journey_world.press(page, "Хорошие: 1", MARINA)
        assert answer == ""
        await journey_world.press(page, "готов: 1", MARINA)
        assert states(journey_world) == [TicketState.APPROVED, TicketState.APPROVED]


@pytest.mark.slow
async def test_the_three_periods_come_on_their_days(tmp_path: Path) -> None:
    async with JourneyWorld(tmp_path, "2026-02-20 11:00", ALL, every="6h") as journey_world:
        await journey_world.pass_until("2026-03-02 10:05")
        icons = [shown.text.split()[0] for shown in digests(journey_world)]
        # Saturday 21 February to Monday 2 March; the weeks end on Sundays, the month on the 28th.
        assert icons.count("☀️") == 10
        titles = [
            shown.text.split("\n")[0] for shown in digests(journey_world) if shown.text[0] == "🗓"
        ]
        assert [title.split(" · ")[0].split(".")[0] for title in titles] == [
            "🗓 Неделя 16 февр – 22 февр",
            "🗓 Февраль 2026",
            "🗓 Неделя 23 февр – 1 мар",
        ]
        sent = journey_world.read(lambda rows: rows.exec(select(DigestSentRow)).all())
        assert len(sent) == 13
        rows = journey_world.read(
            lambda rows: rows.exec(select(OutboxRow).where(OutboxRow.kind == "digest")).all()
        )
        assert len({row.dedupe_key for row in rows}) == 13
