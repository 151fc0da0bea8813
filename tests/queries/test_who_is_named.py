"""The author of a review is passed to what looks for names: in praise and in complaints."""

from datetime import timedelta

from sqlmodel import col, select

from reviewbot.core.calendar.digest_days import days_back
from reviewbot.queries.period_figures import PeriodRows
from reviewbot.queries.surveys.praise_facts import praise_facts
from reviewbot.queries.trends.concern_facts import concern_facts
from reviewbot.queries.trends.period_overview import overview
from reviewbot.store.tables import ConcernRow, TargetRow
from reviewbot.workflow.concerns import incidents
from tests.store.store_world import MONDAY, StoreWorld
from tests.trends_world import Past

AUTHORS = ("Ольга Зимина", "Ольга Летова", "Марина Осина")


def test_praise_names_no_author(store_world: StoreWorld) -> None:
    story = Past(store_world)
    story.watched_since(MONDAY - timedelta(days=90))
    for author in AUTHORS:
        first = author.split()[0]
        story.day(MONDAY, stars=(5,), text=f"Всё отлично, {first} в восторге", author=author)
    story.day(MONDAY, stars=(5,), text="Марина лучшая", author="Олег")
    later = MONDAY + timedelta(days=2)
    week = days_back(7, later.date(), "Europe/Moscow")
    told = store_world.db.read_now(
        lambda rows: (
            overview(
                PeriodRows(store_world.tx(rows, later), ("tverskaya",), week, "Europe/Moscow"),
                None,
                None,
            ).praised
        )
    )
    assert [(each.name, each.count) for each in told] == [("Марина", 1)]
    day = store_world.db.read_now(
        lambda rows: praise_facts(store_world.tx(rows, later), ("tverskaya",), MONDAY.date())
    )
    [place] = day.places
    assert [(each.name, each.count) for each in place.named] == [("Марина", 1)]


def test_a_card_names_no_author(store_world: StoreWorld) -> None:
    numbers = [
        store_world.ticket(now=MONDAY, text=f"Ждали {n + 41} минут, Ольга голодна", author=author)
        for n, author in enumerate(("Ольга З", "Ольга Л", "Оля О", *("Олег",) * 6))
    ]

    def look(rows: object) -> None:
        tx = store_world.tx(rows, MONDAY)  # type: ignore[arg-type]
        target = tx.session.exec(
            select(TargetRow).where(col(TargetRow.key) == "tverskaya/yandex_maps")
        ).one()
        incidents.look(tx, target, numbers)

    store_world.db.write_now(look)
    named = store_world.db.read_now(
        lambda rows: (
            concern_facts(
                store_world.tx(rows, MONDAY), rows.exec(select(col(ConcernRow.id))).one(), "ru"
            ).named
        )
    )
    assert [(each.name, each.count) for each in named] == [("Ольга", 6)]
