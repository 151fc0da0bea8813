"""The card of a drop or a burst comes under its chart, and is kept in step there."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from reviewbot.core.model import TicketState, Tone
from reviewbot.core.ticket import Action
from reviewbot.core.trends.concern import MeasureFacts, OwedReply
from reviewbot.core.trends.stars import Share
from reviewbot.store.tables import DraftRow, TargetRow
from reviewbot.words.html import CAPTION_LIMIT, length, units, visible
from reviewbot.words.trends.concerns import concern
from reviewbot.words.trends.samples import sample_drop, sample_incident, sample_same_text
from reviewbot.workflow.concerns import daily_look, incidents
from tests.bot.bot_world import MANAGERS, BotWorld
from tests.store.store_world import MONDAY
from tests.telegram_world import Shown
from tests.trends_world import Past


@pytest.fixture
async def bot_world(tmp_path: Path) -> AsyncIterator[BotWorld]:
    async with BotWorld(tmp_path) as opened:
        past = Past(opened.store_world)
        past.watched_since(MONDAY - timedelta(days=220))
        with past.together():
            for back in range(210, 6, -3):
                past.day(MONDAY - timedelta(days=back), stars=(5, 4, 5, 5))
        yield opened


def worse(bot_world: BotWorld, stars: int) -> None:
    """Six days of complaints with so many stars, and the look at them."""
    world = bot_world.store_world
    for back in range(1, 7):
        on = MONDAY - timedelta(days=back)
        about = {"tone": Tone.NEGATIVE, "topics": ["waiting"], "praise": []}
        Past(world, seed=10 + back).day(on, stars=(stars, stars), **about)
    world.db.write_now(lambda session: daily_look.look(world.tx(session, bot_world.clock.now())))


def is_photo(shown: Shown) -> bool:
    return shown.document is not None and shown.document.content.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("stars", "title"),
    [(1, "хуже обычного"), pytest.param(5, "чаще обычного", marks=pytest.mark.slow)],
)
async def test_the_chart_is_on_the_card_and_the_card_is_kept_in_step(
    bot_world: BotWorld, stars: int, title: str
) -> None:
    worse(bot_world, stars)
    await bot_world.start()
    card = await bot_world.said(MANAGERS, title)
    assert is_photo(card)
    await bot_world.press(card, "Причина", "marina")
    await bot_world.telegram.wait_for(lambda: "ремонт" in str(card.labels), "the causes")
    await bot_world.press(card, "ремонт", "marina")
    await bot_world.shows(card, "Причина известна: ремонт (Марина)")
    assert title in card.text
    assert bot_world.telegram.violations == []


async def test_an_incident_offers_its_drafts_for_approval_one_by_one(
    bot_world: BotWorld,
) -> None:
    world = bot_world.store_world
    numbers = [
        world.ticket(text=f"Ждали заказ {n} минут, никто не подошёл.") for n in range(30, 38)
    ]

    def see(session: Session) -> None:
        key = "tverskaya/yandex_maps"
        target = session.exec(select(TargetRow).where(TargetRow.key == key)).one()
        incidents.look(world.tx(session, bot_world.clock.now()), target, numbers)

    world.db.write_now(see)
    await bot_world.start()
    card = await bot_world.said(MANAGERS, "Одно и то же")
    [first] = [row.text for row in bot_world.rows_of(DraftRow) if row.ticket_id == numbers[0]]
    assert f"Черновик каждому, разными словами:\n{first[:40]}" in card.text
    proposed = "Простите, вам пришлось ждать так долго."
    now = bot_world.clock.now()
    world.act(numbers[0], Action.PROPOSE, "ivan", now, text=proposed)
    await bot_world.shows(card, f"разными словами:\n{proposed}")
    world.act(numbers[3], Action.PROPOSE, "ivan", now, text="Того, что дальше, не видно.")
    await bot_world.press(card, "Утвердить по одному", "marina")
    shown = await bot_world.said(MANAGERS, "⏰")
    await bot_world.press(shown, "✅", "marina")
    await bot_world.written(lambda: world.look(numbers[0]).state == TicketState.APPROVED)
    # Of what waits the first is quoted: after it the second's, as it is now.
    await bot_world.shows(card, f"разными словами:\n{first[:40]}")
    assert bot_world.telegram.violations == []


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_keys_of_a_concern_are_read_on_a_narrow_phone(language: str) -> None:
    for facts in (sample_drop(language), sample_incident(language)):
        for row in concern(facts, language).buttons:
            room = 36 // len(row)
            assert all(len(key.label) <= room for key in row), [key.label for key in row]


def test_of_many_measures_the_last_fit_under_the_chart() -> None:
    days = [date(2026, 1, day) for day in range(1, 31)]
    taken = tuple(MeasureFacts(on, "Марина", "", Share(9, 31), Share(1, 40)) for on in days)
    html = concern(replace(sample_drop("ru"), measures=taken), "ru").html
    assert length(html) <= CAPTION_LIMIT
    assert "Мера с 30 янв" in html
    assert "Мера с 1 янв" not in html


@pytest.mark.parametrize("language", ["ru", "en"])
def test_one_text_at_thirty_places_fits_under_its_picture(language: str) -> None:
    """It listed every place, in its title and line by line, and said of none that it was left
    out."""
    facts = sample_same_text(language)
    name = "Кофейня «Длинное имя» на Большой Никитской"
    owed = tuple(
        OwedReply(2000 + n, f"place{n}", f"{name[:30]} {n}", TicketState.WAITING)
        for n in range(30)
    )
    told = visible(concern(replace(facts, replies=owed), language).html)
    assert units(told) <= CAPTION_LIMIT
    title, *_, last = told.splitlines()
    assert title.endswith("и ещё 26" if language == "ru" else "and 26 more")
    assert last.startswith("… ещё " if language == "ru" else "… ")


async def test_the_card_of_a_place_out_of_the_file_says_so_and_loses_its_keys(
    bot_world: BotWorld,
) -> None:
    worse(bot_world, 1)
    await bot_world.start()
    card = await bot_world.said(MANAGERS, "хуже обычного")
    await bot_world.stop()
    world = bot_world.store_world
    settings = world.settings
    world.settings = replace(
        settings,
        locations={key: each for key, each in settings.locations.items() if key != "tverskaya"},
        targets={
            key: each for key, each in settings.targets.items() if each.location != "tverskaya"
        },
    )
    await bot_world.start()
    answer = await bot_world.press(card, "Мера сегодня", "marina")
    assert answer == "За этой точкой больше не следим."
    await bot_world.telegram.wait_for(lambda: not card.labels, "no keys")
    assert "хуже обычного" in card.text
    assert bot_world.telegram.violations == []
