"""`[privacy] people_figures = false`: of nobody is told how many, neither on the page nor in
digests nor on cards; the same figures name people where they are on."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session

from reviewbot.core.calendar.digest_days import Period, days_back
from reviewbot.core.ticket import SITE, Action
from reviewbot.core.trends.concern import Sign
from reviewbot.queries.surveys.praise_facts import praise_facts
from reviewbot.queries.trends.concern_facts import concern_facts
from reviewbot.queries.trends.places_meant import Meant
from reviewbot.store.tables import ConcernRow
from reviewbot.words.digest import digest
from reviewbot.words.html import visible
from reviewbot.words.surveys.praise import praise_told
from reviewbot.words.trends.concerns import concern
from reviewbot.words.trends.page import Choice, PageView, page
from reviewbot.workflow.digests import page_of, period_facts
from tests.store.store_world import MONDAY, StoreWorld
from tests.trends_world import Past

PLACES = ("tverskaya", "nevsky")


def week(world: StoreWorld) -> None:
    """Marina and Anna approve, Ivan and Anna post; guests praise Marina and complain of Ivan."""
    numbers = []
    for n in range(12):
        at = MONDAY - timedelta(days=1 + n % 6)
        number = world.ticket(text="Иван нахамил, ждали час.", now=at)
        numbers.append(number)
        world.act(number, Action.APPROVE, ("marina", "anna")[n % 2], at)
        world.act(number, Action.POSTED, ("ivan", "anna")[n % 3 == 0], at + timedelta(minutes=9))
        world.change_review(number, reply_text="Простите", reply_seen_at=at)
        world.act(number, Action.REPLY_SEEN, SITE, at + timedelta(minutes=9))
    Past(world).day(MONDAY - timedelta(days=2), stars=(5,) * 4, text="Марина, сырники чудо!")

    def store(session: Session) -> None:
        about = {"location_key": "tverskaya", "topic": "staff", "state": "open", "kind": "burst"}
        facts = Sign(tickets=tuple(numbers)).to_json()
        session.add(ConcernRow(found_at=MONDAY - timedelta(days=1), facts=facts, **about))

    world.db.write_now(store)


def told(world: StoreWorld) -> Sequence[str]:
    """The page, the weekly digest, the card and who was praised that day."""

    def read(session: Session) -> Sequence[str]:
        tx, days = world.tx(session, MONDAY), days_back(7, MONDAY.date(), "Europe/Moscow")
        facts = page_of(tx, Meant(PLACES), 7, None, people=True)
        figures = period_facts(tx, PLACES, Period.WEEKLY, days, "Europe/Moscow")
        card = concern_facts(tx, 1, "ru")
        praised = praise_facts(tx, PLACES, (MONDAY - timedelta(days=2)).date())
        assert card is not None
        return (
            page([PageView(Choice(7, people=True), facts)], "ru", ("", ""), ()),
            visible(digest(figures, "ru").html),
            visible(concern(replace(card, draft=""), "ru").html),
            visible(praise_told(praised, "ru").html),
        )

    return world.db.read_now(read)


@pytest.mark.parametrize("is_on", [True, False])
def test_of_nobody_is_told_how_many_where_it_is_off(store_world: StoreWorld, is_on: bool) -> None:
    week(store_world)
    store_world.settings = replace(store_world.settings, people_figures=is_on)
    shown, weekly, card, praised = told(store_world)
    assert ("Кто отвечает" in shown) is is_on
    assert ("Анна" in shown) is is_on
    assert ("Марина 4" in weekly) is is_on
    assert ("Иван 12" in card) is is_on
    assert ("Марина в 4 отзывах" in praised) is is_on
    assert "Марина" in praised, "the place asked to hear of it"
    assert "сырники 4" in weekly, "a dish is nobody"
