"""A person is forgotten, not a review: all they wrote goes, and a dump of the database and what is
sent afterwards know neither their name nor their words."""

import json
import re
from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlalchemy import text as sql
from sqlmodel import Session, select

from reviewbot.core.calendar.digest_days import Period
from reviewbot.core.model import TicketState
from reviewbot.core.settings import DigestTime
from reviewbot.core.surveys.survey import Scale
from reviewbot.integrations import events
from reviewbot.store.cases import load
from reviewbot.store.surveys.guest_tables import GuestLinkRow, SurveyRow
from reviewbot.store.tables import (
    AuditRow,
    DeliveryRow,
    InboxRow,
    OutboxRow,
    ReviewRow,
    RevisionRow,
    TargetRow,
    TicketRow,
    WorkRow,
)
from reviewbot.workflow.concerns import incidents
from reviewbot.workflow.digests import put_due
from reviewbot.workflow.surveys.praise import tell as put_praise
from tests.bot.bot_world import MANAGERS, SUPPORT, BotWorld
from tests.bot.test_beside_reply import BOTH, PLACE, ask, with_place
from tests.store.store_world import MONDAY
from tests.telegram_world import Shown

WORDS = "Официантка Ольга уронила поднос мне на колени и ушла курить."
NEARLY = "Официантка Ольга уронила поднос мне на колени и сразу ушла курить!"
NAME, NICK, TWIN, STAYS = "Вероника Загорская", "veroteka_77", "Инкогнито", "Борис Котов"
OTHER = "Борщ подали холодным, а хлеба не принесли вовсе."
GONE = ("загорск", "вероник", "veroteka", "инкогнито", "отврат", "уронила", "поднос", "курить")
NOTE = "Как у Вероники Загорской вчера, тот же повар."
KEYS = {
    "ru": ("Ещё", "Забыть гостя", "Все 4 отзыва гостя", "🗑 Удалено", "Этого гостя 4 отзыва"),
    "en": (
        "More",
        "Forget the guest",
        "All 4 reviews of this guest",
        "🗑 Removed",
        "4 reviews of this guest are kept",
    ),
}
ALONE = {"ru": "Только этот отзыв", "en": "This review alone"}


def of_person(bot_world: BotWorld) -> list[int]:
    """Four reviews of one person: two under one number of the site, one on another site, one of
    the same words under another name."""
    world = bot_world.store_world
    made = (
        ("tverskaya/yandex_maps", WORDS, NAME, {"author": "u1"}),
        ("nevsky/yandex_maps", "Отвратительно", NICK, {"author": "u1"}),
        ("tverskaya/google_business", NEARLY, NAME.upper(), {}),
        ("nevsky/google_business", WORDS.lower(), TWIN, {}),
    )
    numbers = []
    for target, text, author, site in made:
        number = world.ticket(text=text, target=target, author=author)
        world.change_review(number, site=site)
        numbers.append(number)
    return numbers


def dump(bot_world: BotWorld) -> str:
    """Every row of every table as people could read it."""

    def read(session: Session) -> str:
        names = session.execute(sql("select name from sqlite_master where type = 'table'"))
        rows = [
            json.dumps([str(each) for each in row], ensure_ascii=False)
            for (name,) in names.all()
            for row in session.execute(sql(f'select * from "{name}"'))
        ]
        escaped = re.compile(r"\\+u([0-9a-f]{4})")
        return escaped.sub(lambda code: chr(int(code[1], 16)), "\n".join(rows)).casefold()

    return bot_world.store_world.db.read_now(read)


def enrich(bot_world: BotWorld, numbers: list[int], other: int) -> None:
    """What a desk leaves behind: earlier words, webhooks given up, notes, searches, updates."""
    world = bot_world.store_world

    def add(session: Session) -> None:
        tx = world.tx(session)
        here = {"created_at": MONDAY, "not_before": MONDAY}
        for number in numbers:
            case = load(tx, number)
            assert case is not None
            told = {
                "ticket": {"number": number},
                "review": events._review(tx, case.review, case.target),
            }
            session.add(
                DeliveryRow(
                    channel="webhook:crm",
                    event="review.new",
                    dedupe_key=f"d{number}",
                    payload=told,
                    dead_at=MONDAY,
                    error=f"500: {case.review.text} of {case.review.author}",
                    **here,
                )
            )
            session.add(
                RevisionRow(
                    review_id=case.review.id,
                    at=MONDAY,
                    change="edited",
                    fingerprint="f",
                    text=f"{case.review.text} Курить.",
                    reply_text=f"{case.review.author}, простите.",
                )
            )
        session.add(
            AuditRow(
                at=MONDAY, actor="ivan", ticket_id=other, action="note", detail={"note": NOTE}
            )
        )
        session.add(
            WorkRow(
                kind="import_file",
                payload={"path": "отзывы Вероники Загорской.html"},
                done_at=MONDAY,
                error=f"не читается: {WORDS}",
                **here,
            )
        )
        for n, said in enumerate(("/find Загорской", "/find отвратительно", "Отвратительно!")):
            raw = {"update_id": n, "message": {"message_id": 10**6 + n, "text": said}}
            session.add(
                InboxRow(
                    update_id=n,
                    raw=json.dumps(raw),
                    received_at=MONDAY,
                    done_at=MONDAY if n else None,
                    parked_at=None if n else MONDAY,
                    error=None if n else f"bad: {said}",
                )
            )
        target = session.exec(select(TargetRow).where(TargetRow.key == "nevsky/google_business"))
        incidents.look(tx, target.one(), [numbers[-1]])

    world.db.write_now(add)


async def question(bot_world: BotWorld, card: Shown, language: str) -> str:
    more, forget, following, *_ = KEYS[language]
    await bot_world.press(card, more, "oleg")
    asked = await bot_world.press(card, forget, "oleg")
    await bot_world.telegram.wait_for(lambda: following in str(card.labels), "the question")
    return asked


@pytest.mark.parametrize("language", BOTH)
async def test_a_person_is_found_nowhere_in_a_dump(bot_world: BotWorld, language: str) -> None:
    *_, gone, counted = KEYS[language]
    with_place(bot_world, language)
    world = bot_world.store_world
    numbers = of_person(bot_world)
    other = world.ticket(text=OTHER, rating=2, author=STAYS, now=MONDAY - timedelta(days=2))
    enrich(bot_world, numbers, other)
    bot_world.clock.run_at(1.0)
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "уронила")
    await ask(bot_world, card, "Вероника Загорская пишет про поднос: было?", language)
    place = await bot_world.said(PLACE, "поднос")
    await bot_world.telegram.say(PLACE, 504, "Да, Загорская, уронили", reply_to=place.message_id)
    await bot_world.telegram.say(MANAGERS, 502, "/find загорск")
    await bot_world.telegram.say(MANAGERS, 502, "/find отвратительно")
    await bot_world.telegram.say(MANAGERS, 502, f"/review {numbers[0]}")
    for action in ("history", "report", "edit"):
        await bot_world.press(card, "", "ivan", data=f"1:{numbers[0]}:0:{action}")
    await bot_world.telegram.wait_for(
        lambda: "Вероника" in str([e.text for e in bot_world.telegram.chat(MANAGERS).of_bot]),
        "the history",
    )
    before = dump(bot_world)
    assert [each for each in GONE if each not in before] == []

    asked = await question(bot_world, card, language)
    assert counted in asked
    sent = len(bot_world.telegram.calls)
    await bot_world.press(card, KEYS[language][2], "oleg")
    await bot_world.shows(card, gone)
    await bot_world.written(
        lambda: all(row.done_at or row.parked_at for row in bot_world.rows_of(InboxRow))
    )
    await bot_world.stop()

    left = dump(bot_world)
    assert [each for each in GONE if each in left] == []
    said = str([call.params for call in bot_world.telegram.calls[sent:]]).casefold()
    assert [each for each in GONE if each in said] == []
    [kept] = [row.text for row in bot_world.rows_of(ReviewRow) if row.forgotten_at is None]
    assert kept == OTHER
    [note] = [
        row.detail["note"]
        for row in bot_world.rows_of(AuditRow)
        if row.ticket_id == other and row.action == "note"
    ]
    assert note == "Как у … вчера, тот же повар.", "a colleague's note loses the name alone"
    assert [world.look(each).state for each in numbers] == [TicketState.SKIPPED] * 4
    assert bot_world.telegram.violations == []


@pytest.mark.parametrize("language", BOTH)
async def test_one_review_alone_can_be_forgotten(bot_world: BotWorld, language: str) -> None:
    with_place(bot_world, language)
    numbers = of_person(bot_world)
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "уронила")
    asked = await question(bot_world, card, language)
    assert KEYS[language][4] in asked
    await bot_world.press(card, ALONE[language], "oleg")
    await bot_world.shows(card, KEYS[language][3])
    rows = [row for row in bot_world.rows_of(ReviewRow) if row.forgotten_at]
    assert len(rows) == 1
    assert len([row for row in bot_world.rows_of(TicketRow) if row.state == "waiting"]) == 3
    assert len(numbers) == 4


async def test_an_answer_about_another_number_of_reviews_is_asked_anew(
    bot_world: BotWorld,
) -> None:
    world = bot_world.store_world
    of_person(bot_world)
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "уронила")
    await question(bot_world, card, "ru")
    world.ticket(text="Снова ждали счёт.", target="nevsky/google_business", author=NAME)
    await bot_world.press(card, "Все 4 отзыва гостя", "oleg")
    await bot_world.telegram.wait_for(lambda: "Все 5 отзывов" in str(card.labels), "asked anew")
    assert not [row for row in bot_world.rows_of(ReviewRow) if row.forgotten_at]
    await bot_world.press(card, "Все 5 отзывов", "oleg")
    await bot_world.shows(card, "🗑 Удалено")
    assert all(row.forgotten_at for row in bot_world.rows_of(ReviewRow))


SPILT = "Официантка Ольга уронила поднос мне на колени и ушла курить. Ужас."
AFTER = "Так и не извинились, позор. Больше не приду и другим скажу."


@pytest.mark.parametrize("edited", ["this", "the other"])
async def test_what_a_guest_wrote_before_an_edit_is_theirs(
    bot_world: BotWorld, edited: str
) -> None:
    """Two alike, one of them changed since: what it said is compared, too."""
    world = bot_world.store_world
    first = world.ticket(text=SPILT, author=NAME)
    second = world.ticket(text=SPILT, author=NAME, target="nevsky/google_business")
    change = world.look(first if edited == "this" else second).review_id

    def edit(rows: Session) -> None:
        review = rows.get_one(ReviewRow, change)
        was = {"rating": 1, "text": review.text, "fingerprint": "f"}
        rows.add(RevisionRow(review_id=change, at=MONDAY, change="edited", **was))
        review.text = AFTER

    world.db.write_now(edit)
    await bot_world.start()
    card = await bot_world.said(SUPPORT, f"№ {first}")
    await bot_world.press(card, "Ещё", "oleg")
    assert "2 отзыва" in await bot_world.press(card, "Забыть гостя", "oleg")


async def test_another_review_of_the_full_name_is_offered(bot_world: BotWorld) -> None:
    world = bot_world.store_world
    first = world.ticket(text=SPILT, author=NAME)
    second = world.ticket(text=AFTER, author=NAME, target="nevsky/google_business")
    await bot_world.start()
    card = await bot_world.said(SUPPORT, f"№ {first}")
    await bot_world.press(card, "Ещё", "oleg")
    told = await bot_world.press(card, "Забыть гостя", "oleg")
    assert f"Так же подписано: № {second} Google" in told
    await bot_world.press(card, "Удалить имя и слова", "oleg")
    await bot_world.shows(card, "🗑 Удалено")
    assert [row.author for row in bot_world.rows_of(ReviewRow)] == [None, NAME]


async def test_namesakes_and_what_anybody_may_say_stay(bot_world: BotWorld) -> None:
    """Of a short name and a short text nothing is known: others keep theirs."""
    world = bot_world.store_world
    number = world.ticket(text="Ужас", author="Анна")
    world.ticket(text="Ужас", author="Анна", target="nevsky/yandex_maps")
    other = world.ticket(text="Ужас, а не суп", author="Анна П.", target="nevsky/yandex_maps")
    world.change_review(other, site={"author": "u9"})

    def note(session: Session) -> None:
        detail = {"note": "ужас, Анна права"}
        session.add(
            AuditRow(at=MONDAY, actor="ivan", ticket_id=other, action="note", detail=detail)
        )

    world.db.write_now(note)
    await bot_world.start()
    card = await bot_world.said(SUPPORT, f"№ {number}")
    await bot_world.press(card, "Ещё", "oleg")
    asked = await bot_world.press(card, "Забыть гостя", "oleg")
    assert "2 отзыва" in asked, "one name under one text is one guest"
    await bot_world.press(card, "Все 2", "oleg")
    await bot_world.shows(card, "🗑 Удалено")
    texts = [row.text for row in bot_world.rows_of(ReviewRow)]
    assert texts == [None, None, "Ужас, а не суп"]
    assert "ужас, Анна права" in [row.detail.get("note") for row in bot_world.rows_of(AuditRow)]


async def test_a_list_that_showed_them_carries_nothing_back(bot_world: BotWorld) -> None:
    """A press on a list brings the list's whole text in its update."""
    world = bot_world.store_world
    number = world.ticket(text="Отвратительно", author=NICK)
    world.ticket(text=OTHER, rating=2, author=STAYS)
    await bot_world.start()
    await bot_world.card(number)
    await bot_world.telegram.say(MANAGERS, 502, "/queue")
    listed = await bot_world.said(MANAGERS, "Отвратительно")
    await bot_world.press(listed, "Жалобы", "marina")
    await bot_world.written(
        lambda: not [row for row in bot_world.rows_of(OutboxRow) if not row.sent_at]
    )
    card = await bot_world.card(number)
    await bot_world.press(card, "Ещё", "oleg")
    await bot_world.press(card, "Забыть гостя", "oleg")
    await bot_world.press(card, "Удалить имя и слова", "oleg")
    await bot_world.shows(card, "🗑 Удалено")
    await bot_world.stop()
    left = dump(bot_world)
    assert "отвратительно" not in left
    assert NICK not in left
    assert OTHER.casefold()[:20] in left


@pytest.mark.parametrize("language", BOTH)
async def test_killed_between_the_steps_a_person_is_forgotten_once(
    bot_world: BotWorld, language: str
) -> None:
    """Killed after the question, and after the answer before any card is changed."""
    with_place(bot_world, language)
    of_person(bot_world)
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "уронила")
    await question(bot_world, card, language)
    await bot_world.kill()
    await bot_world.start(sender=False)
    press = await bot_world.telegram.press(card, KEYS[language][2], 501)
    await bot_world.telegram.answered(press)
    await bot_world.kill()
    await bot_world.start()
    await bot_world.shows(card, KEYS[language][3])
    again = await bot_world.telegram.press(card, "", 501, data="1:1:0:forget:all4")
    await bot_world.telegram.answered(again)
    await bot_world.stop()
    assert [each for each in GONE if each in dump(bot_world)] == []
    acts = [row for row in bot_world.rows_of(AuditRow) if row.action == "forget"]
    assert len(acts) == 4, "each once"
    assert bot_world.telegram.violations == []


@pytest.mark.parametrize("language", BOTH)
async def test_an_album_quotes_in_digests_and_praise_leave_nothing(
    bot_world: BotWorld, language: str
) -> None:
    with_place(bot_world, language)
    world = bot_world.store_world
    kept = {key: replace(each, praise=True) for key, each in world.settings.locations.items()}
    world.settings = replace(world.settings, locations=kept)
    yesterday = MONDAY - timedelta(days=1)
    number = world.ticket(text=WORDS, author=NAME, now=yesterday)
    photos = [f"https://img.example.com/zagorskaya-{n}.jpg" for n in range(3)]
    world.change_review(number, photos=photos, topics=["staff"])
    review_id = world.look(number).review_id

    def praise(session: Session) -> None:
        place = "tverskaya"
        link = GuestLinkRow(
            code_hash="c", location_key=place, created_by="ivan", created_at=yesterday
        )
        session.add(link)
        session.flush()
        session.add(
            SurveyRow(
                link_id=link.id or 0,
                telegram_id=700,
                location_key=place,
                language=language,
                scale=Scale.NPS,
                step="thanks",
                score=10,
                praised="Иван, от Вероники Загорской",
                words=WORDS,
                review_id=review_id,
                started_at=yesterday,
                scored_at=yesterday,
                ended_at=yesterday,
            )
        )
        session.flush()
        put_praise(world.tx(session, MONDAY))

    world.db.write_now(praise)
    weekly = {Period.WEEKLY: DigestTime(time(9, 15), weekday=0)}
    world.settings = replace(world.settings, digest={"managers": weekly})
    for key in world.settings.targets:
        world.change_target(key, first_contact_at=MONDAY - timedelta(days=60))
    world.db.write_now(lambda session: put_due(world.tx(session)))
    bot_world.clock.run_at(1.0)
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "📷")
    await bot_world.press(card, KEYS[language][0], "ivan")
    await bot_world.press(card, "📷", "ivan")
    shown = [bot_world.telegram.chat(chat) for chat in (SUPPORT, MANAGERS)]

    def tell() -> str:
        return str(
            [(each.text, str(each.album)) for chat in shown for each in chat.of_bot]
        ).casefold()

    await bot_world.telegram.wait_for(
        lambda: len([each for each in shown[0].of_bot if each.album]) == 3, "the album"
    )
    await bot_world.telegram.wait_for(lambda: "от вероники" in tell(), "the praise")
    await bot_world.telegram.wait_for(
        lambda: "уронила" in str([e.text for e in shown[1].of_bot]), "the quote"
    )
    await bot_world.written(
        lambda: not [row for row in bot_world.rows_of(OutboxRow) if not row.sent_at]
    )
    sent = len(bot_world.telegram.calls)
    await bot_world.press(card, "", "oleg", data=f"1:{number}:0:forget:one")
    await bot_world.shows(card, KEYS[language][3])
    await bot_world.written(
        lambda: not [row for row in bot_world.rows_of(OutboxRow) if not row.sent_at]
    )
    gone = (*GONE, "zagorskaya")
    await bot_world.telegram.wait_for(
        lambda: not [each for each in gone if each in tell()], "nothing tells of them"
    )
    await bot_world.stop()
    left = dump(bot_world)
    assert [each for each in gone if each in left] == []
    said = str([call.params for call in bot_world.telegram.calls[sent:]]).casefold()
    assert [each for each in gone if each in said] == []
    assert bot_world.telegram.violations == []
