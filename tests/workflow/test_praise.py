"""Whoever is praised by name hears of it: once a day, silently, where the place wants it."""

from datetime import datetime, timedelta

from sqlmodel import Session, select

from reviewbot.bot.views.registry import render
from reviewbot.core.model import OutboxKind, Tone
from reviewbot.core.surveys.survey import Scale
from reviewbot.store.queues.claims import Claimed
from reviewbot.store.surveys.guest_tables import GuestLinkRow, SurveyRow
from reviewbot.store.tables import OutboxRow
from reviewbot.words.html import visible
from reviewbot.workflow import sweep
from tests.store.store_world import MONDAY, SUPPORT, StoreWorld

ALL = select(SurveyRow)
NEXT_DAY = MONDAY + timedelta(days=1)


def thanks(world: StoreWorld, place: str, praised: str, score: int = 10) -> None:
    def write(rows: Session) -> None:
        link = GuestLinkRow(
            code_hash=f"{place}{praised}",
            location_key=place,
            created_by="ivan",
            created_at=MONDAY,
        )
        rows.add(link)
        rows.flush()
        survey = SurveyRow(
            link_id=link.id or 0,
            telegram_id=700,
            location_key=place,
            language="ru",
            scale=Scale.NPS,
            step="thanks",
            score=score,
            praised=praised,
            started_at=MONDAY,
            scored_at=MONDAY,
            ended_at=MONDAY,
        )
        rows.add(survey)

    world.db.write_now(write)


def look(world: StoreWorld, now: datetime) -> list[OutboxRow]:
    world.db.write_now(lambda rows: sweep.sweep(world.tx(rows, now)))
    return world.outbox(OutboxKind.PRAISE)


def text(world: StoreWorld, row: OutboxRow) -> str:
    out = world.db.read_now(
        lambda rows: render(world.tx(rows, NEXT_DAY), Claimed((row,)), "bot", lambda: "code")
    )
    assert out is not None
    return visible(out.message.html)


def test_who_is_praised_by_name_is_told_once_a_day_where_the_place_wants_it(
    store_world: StoreWorld,
) -> None:
    thanks(store_world, "tverskaya", "Бариста <Оля> «с косой»")
    thanks(store_world, "tverskaya", "Директор", score=3)
    thanks(store_world, "nevsky", "Пётр")
    praise = "Всё отлично, и спасибо Марине за помощь!"
    store_world.review(tone=Tone.POSITIVE, rating=5, text=praise)
    store_world.with_place("tverskaya", praise=True)
    for hours in (0, 1, 3):
        [row] = look(store_world, NEXT_DAY + timedelta(hours=hours))
    assert (row.chat_id, row.silent) == (SUPPORT, True)
    said = text(store_world, row)
    assert "«Бариста <Оля> „с косой“», Марина в 1 отзыве" in said.replace("\u00a0", " ")
    assert "Директор" not in said, "who is unhappy blames whom they name"
    assert "Пётр" not in said, "that place does not want it"
    assert len(look(store_world, NEXT_DAY + timedelta(days=1))) == 1, "nobody was praised that day"


def test_one_message_is_about_all_places_of_a_chat(store_world: StoreWorld) -> None:
    for place in ("tverskaya", "nevsky"):
        thanks(store_world, place, "Оля")
        store_world.with_place(place, praise=True)
    [row] = look(store_world, NEXT_DAY)
    assert text(store_world, row).count("«Оля»") == 2
    store_world.db.write_now(lambda rows: [rows.delete(each) for each in rows.exec(ALL)])
    out = store_world.db.read_now(
        lambda rows: render(store_world.tx(rows, NEXT_DAY), Claimed((row,)), "bot", lambda: "code")
    )
    assert out is None, "those who thanked were forgotten since"
