"""Saved pages: which place they show, what they change, and what is said of everything else."""

import base64
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, SQLModel, select

from reviewbot import registry
from reviewbot.collect.parsing import Parsing
from reviewbot.collect.saved_pages.identify import WhichTarget, read_saved
from reviewbot.collect.saved_pages.importer import Importer, Taken
from reviewbot.collect.saved_pages.saved_page import open_page
from reviewbot.core.connections import Imports, TargetSettings
from reviewbot.core.contract import Source, Target
from reviewbot.core.errors import Refused
from reviewbot.core.model import Health, WorkKind
from reviewbot.core.settings import Settings
from reviewbot.core.source_facts import SourceFacts
from reviewbot.lexicons import classifier
from reviewbot.store import targets
from reviewbot.store.database import Database
from reviewbot.store.queues import work
from reviewbot.store.tables import (
    AuditRow,
    OutboxRow,
    ReviewRow,
    TargetRow,
    TicketRow,
    WorkRow,
)
from reviewbot.words.imports import imported
from reviewbot.words.notices import notice
from reviewbot.words.refusals import refusal
from tests.collect.collect_world import PROCESSES
from tests.hand_clock import HandClock
from tests.store.made import with_tables
from tests.store.store_world import settings as world_settings

DATA = Path(__file__).parent.parent / "sources/data"
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SAVED = NOW - timedelta(hours=2)
PLACES = {
    "tverskaya/yandex_maps": "82071161567",
    "nevsky/yandex_maps": "1000000001",
    "tverskaya/otzovik": "bank_vtb_24",
    "tverskaya/irecommend": "vino-fanagoriya-f-style-merlo",
    "nevsky/irecommend": "drugoi-tovar",
    "tverskaya/trustpilot": "studiosamo.it",
    "tverskaya/json_ld": "https://shop.example/otzyvy?city=msk",
    "nevsky/json_ld": "https://shop.example/otzyvy?city=spb",
}
SOURCES = tuple(registry.load(name) for name in registry.installed())
FACTS = {source.NAME: SourceFacts(source.TITLE, source.REPLY_LIMIT) for source in SOURCES}
_CLASSIFIER = classifier()


def fixture(name: str) -> bytes:
    return (DATA / name).read_bytes()


YANDEX = fixture("yandex_maps/reviews_page_25_some_unanswered.html")
OTZOVIK = fixture("otzovik/list_page_cut_COMPOSED.html")
IRECOMMEND = fixture("irecommend/product_page_COMPOSED.html")
TRUSTPILOT = fixture("trustpilot/page_2025-07_trimmed.html")
RENDERED = fixture("yandex_maps/rendered_page_HANDMADE.html")
CAPTCHA = fixture("yandex_maps/showcaptcha_smartcaptcha_2023_trimmed.html")


def a_setup(folder: Path | None = None) -> Settings:
    made = world_settings()
    found = {
        key: TargetSettings(
            Target(key, key.partition("/")[2], ref, options=_options(key)),
            key.partition("/")[0],
            timedelta(hours=1),
            timedelta(hours=3),
            (f"{key.partition('/')[2]}.test",),
        )
        for key, ref in PLACES.items()
    }
    return replace(made, targets=found, imports=Imports(str(folder) if folder else None))


def _options(key: str) -> Any:
    return registry.load(key.partition("/")[2]).Options()


@dataclass
class CollectWorld:
    """An importer on a database of its own; `sent` are the files that people sent to the bot."""

    db: Database
    clock: HandClock
    settings: Settings
    importer: Importer
    sent: dict[str, bytes]

    async def take(self, content: bytes, saved_at: datetime = SAVED, **more: Any) -> Taken:
        return await self.importer.take(content, saved_at, **more)

    def rows(self, table: type[SQLModel]) -> list[Any]:
        def find(session: Session) -> list[Any]:
            return list(session.exec(select(table)).all())

        return self.db.read_now(find)

    def target(self, key: str) -> TargetRow:
        return next(row for row in self.rows(TargetRow) if row.key == key)

    async def answer(self, name: str, **payload: Any) -> OutboxRow:
        """Do the work that a file sent to the bot leaves; return the answer."""
        told = {"reply_to": 7, "language": "ru", "private": False}
        place = {"chat_key": "support", "chat_id": -1001, "thread_id": 12, "told": told}
        given = {"file_id": name, "file": name, "sent_at": SAVED.isoformat(), "person": "ivan"}

        def put(session: Session) -> None:
            work.put(
                session,
                WorkKind.IMPORT_FILE,
                now=self.clock.now(),
                payload=given | {"answer": place} | payload,
            )

        self.db.write_now(put)
        await self.run()
        found = self.rows(OutboxRow)[-1]
        assert isinstance(found, OutboxRow)
        return found

    async def run(self) -> int:
        """Do the work that is due, as the publisher does it; return how much there was."""
        count = 0
        while row := self.db.write_now(lambda s: work.claim_due(s, self.clock.now())):
            count += 1
            await self.importer.run(row, row.id)
        return count


def made_station(
    folder: Path,
    watched: Path | None = None,
    *,
    settings: Settings | None = None,
    sources: Sequence[Source] = SOURCES,
    reader: str = "",
) -> CollectWorld:
    settings, clock = settings or a_setup(watched), HandClock(NOW)
    db = with_tables(folder / "imports.sqlite3")
    db.write_now(lambda session: targets.sync_settings(session, settings, clock.now()))
    sent: dict[str, bytes] = {}

    async def download(file_id: str) -> bytes:
        if file_id not in sent:
            raise Refused("import_no_file")
        return sent[file_id]

    importer = Importer(
        db,
        settings,
        {each.NAME: SourceFacts(each.TITLE, each.REPLY_LIMIT, reader=reader) for each in sources},
        clock,
        lambda _place: _CLASSIFIER,
        sources,
        download,
        Parsing(PROCESSES),
    )
    return CollectWorld(db, clock, settings, importer, sent)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[CollectWorld]:
    made = made_station(tmp_path)
    yield made
    made.db.close()


def mhtml(page: bytes, url: str, *, date: str = "Mon, 2 Nov 2026 05:00:00 -0000") -> bytes:
    """A page as Chrome saves it as one file: quoted-printable parts, the page among pictures."""
    whole = EmailMessage()
    whole["From"] = "<Saved by Blink>"
    whole["Snapshot-Content-Location"] = url
    whole["Subject"] = "=?utf-8?Q?=D0=9E=D1=82=D0=B7=D1=8B=D0=B2=D1=8B?="
    whole["Date"] = date
    whole["MIME-Version"] = "1.0"
    whole.set_type("multipart/related")
    whole.set_param("type", "text/html")
    root = EmailMessage()
    root.set_content(page.decode(), subtype="html", charset="utf-8", cte="quoted-printable")
    root["Content-Location"] = url
    frame = EmailMessage()
    frame.set_content("<html><body>реклама</body></html>", subtype="html", charset="utf-8")
    frame["Content-Location"] = "cid:frame@mhtml.blink"
    whole.attach(root)
    whole.attach(frame)
    return whole.as_bytes()


@pytest.mark.parametrize(
    ("content", "target"),
    [
        (YANDEX, "tverskaya/yandex_maps"),
        (OTZOVIK, "tverskaya/otzovik"),
        (IRECOMMEND, "tverskaya/irecommend"),
        (TRUSTPILOT, "tverskaya/trustpilot"),
    ],
)
async def test_a_saved_page_is_recognised_and_its_reviews_are_stored(
    world: CollectWorld, content: bytes, target: str
) -> None:
    taken = await world.take(content, file="страница.html")
    assert taken.entry.key == target
    stored = world.rows(ReviewRow)
    assert len(stored) == taken.listed == taken.told.new > 0
    assert {row.target_id for row in stored} == {world.target(target).id}
    [audit] = world.rows(AuditRow)
    assert (audit.action, audit.detail["file"]) == ("import", "страница.html")


@pytest.mark.parametrize(
    ("content", "url"),
    [
        (OTZOVIK, "https://otzovik.com/reviews/bank_vtb_24/"),
        (IRECOMMEND, "https://irecommend.ru/content/vino-fanagoriya-f-style-merlo"),
    ],
)
async def test_the_same_page_as_mhtml(world: CollectWorld, content: bytes, url: str) -> None:
    plain = read_saved(content, SAVED, NOW, world.settings, SOURCES)
    found = read_saved(mhtml(content, url), SAVED, NOW, world.settings, SOURCES)
    assert found.entry == plain.entry
    assert found.page.items == plain.page.items
    assert found.read_at == datetime(2026, 11, 2, 5, 0, tzinfo=UTC)


def test_an_mhtml_in_windows_1251_and_base64() -> None:
    body = base64.b64encode(OTZOVIK.decode().encode("windows-1251", "ignore"))
    content = (
        b"From: <Saved by Windows Internet Explorer 8>\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----=_Part"\r\n'
        b'\r\n------=_Part\r\nContent-Type: text/html;\r\n\tcharset="windows-1251"\r\n'
        b"Content-Transfer-Encoding: base64\r\n"
        b"Content-Location: https://otzovik.com/reviews/bank_vtb_24/\r\n\r\n"
        + body
        + b"\r\n------=_Part--\r\n"
    )
    found = read_saved(content, SAVED, NOW, a_setup(), SOURCES)
    plain = read_saved(OTZOVIK, SAVED, NOW, a_setup(), SOURCES)
    assert found.entry.key == "tverskaya/otzovik"
    texts = [item.author for item in found.page.items]
    assert texts == [item.author for item in plain.page.items]


def test_the_address_is_known_from_what_browsers_note_in_the_page() -> None:
    url = "https://yandex.ru/maps/org/tochka/82071161567/reviews/"
    marks = (
        f"<!-- saved from url=(0054){url} -->",
        f"<!--\n Page saved with SingleFile \n url: {url} \n saved date: Mon Nov 02 2026\n-->",
    )
    for mark in marks:
        assert open_page(f"<!DOCTYPE html>\n{mark}\n<html>".encode(), SAVED, NOW).url == url


def test_a_page_whose_meta_lies_about_its_letters() -> None:
    page = '<html><head><meta charset="windows-1251"></head><p>Ждали сорок минут</p>'
    assert "Ждали" in open_page(page.encode(), SAVED, NOW).text


def test_the_time_of_a_page_is_never_in_the_future() -> None:
    for at in (NOW + timedelta(days=9), NOW):
        assert open_page(YANDEX, at, NOW).read_at == NOW
    ahead = mhtml(OTZOVIK, "https://otzovik.com/", date="Mon, 2 Nov 2076 05:00:00 -0000")
    assert open_page(ahead, SAVED, NOW).read_at == SAVED


async def test_a_rendered_page_is_named_and_told_not_guessed(world: CollectWorld) -> None:
    """Chrome's .mhtml leaves scripts out: dates are relative and texts cut."""
    url = "https://yandex.ru/maps/org/tochka/1000000001/reviews/"
    for content in (RENDERED, mhtml(RENDERED, url)):
        with pytest.raises(Refused) as told:
            await world.take(content)
        assert told.value.code == "import_no_data"
        said = refusal(told.value.code, told.value.params, "ru")
        assert "Яндекс Карты, Точка, Невский 40" in said
        assert "HTML" in said
    assert world.rows(ReviewRow) == []


async def test_a_page_of_a_place_that_is_not_ours_is_named(world: CollectWorld) -> None:
    other = YANDEX.replace(b"82071161567", b"99999999999")
    with pytest.raises(Refused) as told:
        await world.take(other)
    assert told.value.code == "import_no_target"
    assert "Яндекс Карты" in refusal(told.value.code, told.value.params, "ru")


async def test_where_the_page_names_no_place_a_person_chooses(world: CollectWorld) -> None:
    """A review's own page at irecommend does not say of which of our products it is."""
    single = fixture("irecommend/review_page_COMPOSED.html")
    with pytest.raises(WhichTarget) as asked:
        await world.take(single)
    keys = [entry.key for entry in asked.value.entries]
    assert keys == ["tverskaya/irecommend", "nevsky/irecommend"]
    assert world.rows(ReviewRow) == []
    taken = await world.take(single, target_key=keys[1])
    assert taken.told.new == 1
    with pytest.raises(Refused) as told:
        await world.take(single, target_key="tverskaya/nothing")
    assert told.value.code == "import_old_target"


async def test_one_address_on_two_targets_is_asked_about(world: CollectWorld) -> None:
    page = (
        '<!DOCTYPE html><html><head><link rel="canonical" href="https://shop.example/otzyvy/">'
        '<script type="application/ld+json">{"@type": "Review", "author": "Анна",'
        '"datePublished": "2026-10-01", "reviewBody": "Хорошо",'
        '"reviewRating": {"ratingValue": 5}}</script></head></html>'
    )
    with pytest.raises(WhichTarget) as asked:
        await world.take(page.encode())
    assert {entry.location for entry in asked.value.entries} == {"tverskaya", "nevsky"}
    exact = page.replace("/otzyvy/", "/otzyvy?city=spb")
    assert (await world.take(exact.encode())).entry.key == "nevsky/json_ld"


def zip_bomb() -> bytes:
    return b"PK\x03\x04" + bytes(10_000)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "import_not_page"),
        (b"\x00\x01\x02" * 500, "import_not_page"),
        ("Просто письмо о том, что отзыв пришёл.".encode(), "import_not_page"),
        (zip_bomb(), "import_archive"),
        (b"Rar!\x1a\x07\x00" + bytes(50), "import_archive"),
        (b"\x1f\x8b\x08\x00" + bytes(50), "import_archive"),
        (b"MZ\x90\x00" + bytes(500), "import_program"),
        (b"\x7fELF" + bytes(500), "import_program"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "import_picture"),
        (b"%PDF-1.7\n" + bytes(50), "import_picture"),
        (b"bplist00" + bytes(50), "import_webarchive"),
        (b" " * (50 * 1024 * 1024), "import_too_big"),
        (b"<html><body><p>News of the day</p></body></html>", "import_unknown"),
        (b'{"some": "json"}', "import_unknown"),
        (fixture("yandex_maps/reviews_page_empty.html"), "import_no_reviews"),
        (fixture("yandex_maps/list_removed_HANDMADE.html"), "import_no_data"),
        (fixture("json_ld/plain_page_HANDMADE.html"), "import_unknown"),
        (CAPTCHA, "import_blocked"),
        (fixture("otzovik/captcha_507_COMPOSED.html"), "import_blocked"),
        (
            mhtml(b"<p>x</p>", "https://x.test/").replace(b"text/html", b"text/css"),
            "import_not_page",
        ),
    ],
)
async def test_everything_else_gets_a_clear_sentence(
    world: CollectWorld, content: bytes, code: str
) -> None:
    with pytest.raises(Refused) as told:
        await world.take(content)
    assert told.value.code == code
    for language in ("ru", "en"):
        said = refusal(code, told.value.params, language)
        assert "{" not in said
        assert len(said) > 30
    assert world.rows(ReviewRow) == []


def test_mime_without_end_is_refused() -> None:
    deep = b"MIME-Version: 1.0\r\n" + b"".join(
        b'Content-Type: multipart/related; boundary="b%d"\r\n\r\n--b%d\r\n' % (each, each)
        for each in range(3000)
    )
    with pytest.raises(Refused):
        open_page(deep, SAVED, NOW)


async def test_an_incomplete_reading_makes_nothing_go(world: CollectWorld) -> None:
    await world.take(YANDEX)
    names = {row.external_id for row in world.rows(ReviewRow)}
    for hours in range(1, 9):
        world.clock.advance(hours=12)
        first = fixture("yandex_maps/first_of_three_HANDMADE.html")
        await world.take(first, world.clock.now() - timedelta(minutes=hours))
    kept = [row for row in world.rows(ReviewRow) if row.external_id in names]
    assert len(kept) == len(names)
    assert all(row.gone_at is None and row.missed == 0 for row in kept)


async def test_a_page_is_no_look_at_the_site(world: CollectWorld) -> None:
    """A blind target stays blind, and its host keeps its rest."""

    def blind(session: Session) -> None:
        row = session.exec(select(TargetRow).where(TargetRow.key == "tverskaya/yandex_maps")).one()
        row.health, row.next_poll_at = Health.BLOCKED, NOW + timedelta(hours=5)
        session.add(row)

    world.db.write_now(blind)
    await world.take(YANDEX)
    target = world.target("tverskaya/yandex_maps")
    assert target.health == Health.BLOCKED
    assert target.next_poll_at == NOW + timedelta(hours=5)
    assert target.last_reading_at is None
    assert target.last_complete_at is None
    assert target.memory == {}


async def test_reviews_are_seen_at_the_time_of_the_page_and_known_from_now(
    world: CollectWorld,
) -> None:
    await world.take(YANDEX)
    rows = world.rows(ReviewRow)
    assert {row.first_seen_at for row in rows} == {NOW}
    assert {row.last_seen_at for row in rows} == {SAVED}
    unanswered = [row for row in rows if row.reply_text is None]
    assert unanswered
    assert {row.unanswered_seen_at for row in unanswered} == {SAVED}


async def test_the_same_file_twice_changes_nothing(world: CollectWorld) -> None:
    await world.take(YANDEX)
    before = [row.model_dump() for row in world.rows(ReviewRow)]
    again = await world.take(YANDEX)
    assert (again.told.new, again.told.edited, again.told.answered) == (0, 0, 0)
    assert [row.model_dump() for row in world.rows(ReviewRow)] == before


async def test_an_old_copy_puts_nothing_back(world: CollectWorld) -> None:
    """What was seen later than the page stands: the reply is there, whatever an old copy lacks."""
    complaint = _jsonld("Ждали сорок минут, официант нахамил.", "2026-11-01")
    await world.take(complaint, NOW - timedelta(hours=3))
    edited = complaint.replace(b"40", b"40").replace("сорок".encode(), "пятьдесят".encode())
    taken = await world.take(edited, NOW - timedelta(hours=1))
    assert (taken.told.new, taken.told.edited) == (0, 1)
    old = await world.take(complaint, NOW - timedelta(hours=2))
    assert (old.told.new, old.told.edited) == (0, 0)
    [row] = world.rows(ReviewRow)
    assert "пятьдесят" in row.text


async def test_a_new_complaint_on_a_later_page_gets_a_ticket(world: CollectWorld) -> None:
    await world.take(_jsonld("Всё понравилось", "2026-10-30", 5), NOW - timedelta(hours=3))
    assert world.rows(TicketRow) == []
    world.clock.advance(hours=30)
    page = _jsonld("Нашли таракана в супе, официант нахамил.", "2026-11-03", 1)
    taken = await world.take(page, world.clock.now() - timedelta(hours=1))
    assert taken.told.tickets == 1
    [ticket] = world.rows(TicketRow)
    assert not ticket.backlog
    assert ticket.opened_at == world.clock.now()


def _jsonld(text: str, day: str, stars: int = 1) -> bytes:
    name = "Пётр" if stars == 1 else "Анна"
    return (
        '<html><head><link rel="canonical" href="https://shop.example/otzyvy?city=msk">'
        '<script type="application/ld+json">{"@type": "Review", "@id": "https://shop.example/#'
        f'{stars}{day}", "author": "{name}", "datePublished": "{day}", "reviewBody": "{text}",'
        f'"reviewRating": {{"ratingValue": {stars}}}}}</script></head></html>'
    ).encode()


# Sent to the bot


async def test_who_sent_a_file_is_answered_and_the_row_is_closed(world: CollectWorld) -> None:
    world.sent["Отзывы.html"] = YANDEX
    answer = await world.answer("Отзывы.html")
    assert (answer.chat_key, answer.thread_id) == ("support", 12)
    assert answer.payload["view"] == "imported"
    assert answer.payload["reply_to"] == 7
    assert answer.payload["params"]["new"] == len(world.rows(ReviewRow)) > 0
    assert answer.payload["params"]["location"] == "Точка, Тверская 12"
    [row] = world.rows(WorkRow)
    assert row.outcome == "imported"
    [audit] = world.rows(AuditRow)
    assert audit.actor == "ivan"


async def test_a_choice_is_offered_of_what_the_person_may_see(world: CollectWorld) -> None:
    world.sent["r.html"] = fixture("irecommend/review_page_COMPOSED.html")
    answer = await world.answer("r.html")
    assert answer.payload["view"] == "import_which"
    choices = answer.payload["params"]["choices"]
    assert [each["target"] for each in choices] == ["tverskaya/irecommend", "nevsky/irecommend"]
    answer = await world.answer("r.html", only=["nevsky"])
    assert [each["target"] for each in answer.payload["params"]["choices"]] == [
        "nevsky/irecommend"
    ]


async def test_a_page_of_somebody_elses_location_is_refused(world: CollectWorld) -> None:
    world.sent["Отзывы.html"] = YANDEX
    answer = await world.answer("Отзывы.html", only=["nevsky"])
    assert answer.payload["params"]["code"] == "not_your_location"
    assert world.rows(ReviewRow) == []


async def test_a_file_that_is_gone_and_junk_are_told(world: CollectWorld) -> None:
    world.sent["virus.html"] = b"MZ" + bytes(99)
    for name, code in (("gone.html", "import_no_file"), ("virus.html", "import_program")):
        answer = await world.answer(name)
        assert answer.payload["view"] == "refusal"
        assert answer.payload["params"]["code"] == code


# The folder


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[CollectWorld, Path]]:
    folder = tmp_path / "pages"
    folder.mkdir()
    made = made_station(tmp_path, folder)
    yield made, folder
    made.db.close()


def laid(folder: Path, name: str, content: bytes, at: datetime = SAVED) -> Path:
    path = folder / name
    path.write_bytes(content)
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


async def test_files_of_the_folder_are_read_once_and_put_away(
    watched: tuple[CollectWorld, Path],
) -> None:
    world, folder = watched
    laid(folder, "otzovik.html", OTZOVIK)
    laid(folder, "junk.zip", zip_bomb())
    laid(folder, ".hidden.html", YANDEX)
    (folder / "link.html").symlink_to(DATA / "yandex_maps/reviews_page_25_some_unanswered.html")
    os.mkfifo(folder / "pipe.html")
    await world.importer.look()
    await world.importer.look()
    assert await world.run() == 2
    assert {row.target_id for row in world.rows(ReviewRow)} == {
        world.target("tverskaya/otzovik").id
    }
    assert {row.last_seen_at for row in world.rows(ReviewRow)} == {SAVED}
    assert [path.name for path in (folder / "imported").iterdir()] == ["otzovik.html"]
    assert [path.name for path in (folder / "refused").iterdir()] == ["junk.zip"]
    [told] = world.rows(OutboxRow)
    assert told.payload["code"] == "import_refused"
    assert told.payload["params"]["file"] == "junk.zip"
    await world.importer.look()
    assert await world.run() == 0


def half_read(world: CollectWorld) -> bytes:
    """A page of reviews one of which cannot be read."""
    whole = json.dumps(
        {
            "@type": "Product",
            "review": [
                {"@type": "Review", "author": "Анна", "reviewBody": "Ждали час"},
                {"@type": "Review", "name": " "},
            ],
        }
    )
    link = f'<link rel="canonical" href="{PLACES["tverskaya/json_ld"]}">'
    return f'<html>{link}<script type="application/ld+json">{whole}</script>'.encode()


async def test_what_is_not_read_of_a_page_is_told_to_who_sent_it(world: CollectWorld) -> None:
    world.sent["page.html"] = half_read(world)
    answer = await world.answer("page.html")
    assert answer.payload["params"]["listed"] == 1
    for language, why in (
        ("ru", "отзыв, в котором ничего не сказано"),
        ("en", "that says nothing"),
    ):
        text = imported(answer.payload["params"], language).html
        assert why in text, text
    [audit] = world.rows(AuditRow)
    assert audit.detail["unreadable"] == 1
    assert "why" not in audit.detail


async def test_of_the_folders_files_the_operator_hears_what_was_not_read(
    watched: tuple[CollectWorld, Path],
) -> None:
    world, folder = watched
    laid(folder, "page.html", half_read(world))
    await world.importer.look()
    assert await world.run() == 1
    assert [path.name for path in (folder / "imported").iterdir()] == ["page.html"]
    [told] = world.rows(OutboxRow)
    text = notice(told.payload["code"], told.payload["params"], "ru").html
    assert "прочитана не вся: page.html" in text
    assert "отзыв, в котором ничего не сказано" in text


async def test_a_file_still_being_written_is_left_until_it_is_quiet(
    watched: tuple[CollectWorld, Path],
) -> None:
    world, folder = watched
    laid(folder, "page.html", OTZOVIK[:500], NOW)
    await world.importer.look()
    assert await world.run() == 0
    laid(folder, "page.html", OTZOVIK, NOW)
    world.clock.advance(minutes=1)
    await world.importer.look()
    assert await world.run() == 1
    assert world.rows(ReviewRow)


async def test_a_process_killed_between_storing_and_putting_away_reads_nothing_twice(
    watched: tuple[CollectWorld, Path],
) -> None:
    world, folder = watched
    page = laid(folder, "page.html", OTZOVIK)
    await world.importer.look()
    await world.run()
    (folder / "imported/page.html").rename(page)  # as if it had not been moved
    count = len(world.rows(ReviewRow))
    world.clock.advance(minutes=1)
    await world.importer.look()
    await world.run()
    assert len(world.rows(ReviewRow)) == count
    assert world.rows(OutboxRow) == []


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(st.data())
def test_a_damaged_page_is_read_or_refused(data: st.DataObject) -> None:
    content = data.draw(
        st.sampled_from([RENDERED, IRECOMMEND, mhtml(OTZOVIK[:20_000], "https://otzovik.com/")])
    )
    start = data.draw(st.integers(0, len(content)))
    junk = data.draw(st.binary(max_size=40))
    damaged = content[:start] + junk + content[start + data.draw(st.integers(0, 400)) :]
    try:
        found = read_saved(damaged, SAVED, NOW, a_setup(), SOURCES)
    except (Refused, WhichTarget):
        return
    assert found.page.items
