"""`record`: today's answer as a fixture, without the people who wrote in it."""

import json
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reviewbot import registry
from reviewbot.cli.app import app
from reviewbot.cli.sources.anonymise import Pseudonyms, headers_worth_keeping, without_secrets
from reviewbot.cli.sources.source_cases import judge, read_cases
from tests.cli.site_in_thread import PAGES, Site, serving

CONFIG = """\
language = "en"
[database]
path = "{folder}/shop.sqlite3"
[telegram]
[fetch]
allowed_hosts = ["127.0.0.1"]
[chats]
support = -1002200000001
[people]
marina = {{ id = 501000002, role = "manager" }}
[sources.{source}]
base_url = "{site}"
gap = "1s"
[locations.main]
name = "Точка"
links = ["{link}"]
"""
YANDEX = "https://yandex.ru/maps/org/tochka/1000000001/"
APP_STORE = "https://apps.apple.com/ru/app/tochka/id1450000001"


def recorded(folder: Path, site: Site, source: str, link: str, *more: str, code: int = 0) -> str:
    config = folder / "config.toml"
    config.write_text(
        CONFIG.format(folder=folder, source=source, site=site.url, link=link), encoding="utf-8"
    )
    told = CliRunner().invoke(
        app,
        ["record", f"main/{source}", "--into", str(folder / "cases"), *more, "-c", str(config)],
    )
    assert told.exit_code == code, told.output
    return told.output


@pytest.mark.parametrize(
    ("source", "link", "page"),
    [
        ("yandex_maps", YANDEX, "reviews_page_25_some_unanswered.html"),
        ("app_store", APP_STORE, "../app_store/rss_page_SYNTHETIC.json"),
    ],
)
def test_a_recorded_answer_is_a_case_without_its_people(
    tmp_path: Path, source: str, link: str, page: str
) -> None:
    expected = (PAGES / page).with_suffix(".expected.json")
    wanted = json.loads(expected.read_text(encoding="utf-8"))["items"]
    authors = {item["author"] for item in wanted if item["author"]}
    assert authors
    with serving() as site:
        site.page = page
        told = recorded(tmp_path, site, source, link)
    assert f"{len(wanted)} review" in told
    module = registry.load(source)
    (case,) = read_cases(tmp_path / "cases")
    text = case.payload().text
    assert [name for name in authors if len(name) > 2 and name in text] == []
    items = module.parse(case.payload(), case.target(module)).items
    assert len(items) == len(wanted) == case.items
    assert not authors & {item.author for item in items}
    assert [item.rating for item in items] == [item["rating"] for item in wanted]
    # The first run of the test writes what it found and asks for a look, the second holds to it.
    (asked,) = judge(module, case, write_missing=True)
    assert "review it" in asked
    assert judge(module, case) == []


def test_a_second_answer_is_added_and_a_block_is_kept_as_one(tmp_path: Path) -> None:
    with serving() as site:
        recorded(tmp_path, site, "yandex_maps", YANDEX)
        table = tmp_path / "cases" / "cases.toml"
        text = f"# what a person wrote\n{table.read_text(encoding='utf-8')}"
        table.write_text(text, encoding="utf-8")
        site.page = "showcaptcha_smartcaptcha_2023_trimmed.html"
        told = recorded(tmp_path, site, "yandex_maps", YANDEX)
    assert "Blocked" in told
    assert "look for names" in told
    first, second = read_cases(tmp_path / "cases")
    assert (first.error, second.error, second.kind) == (None, "Blocked", ("blocked",))
    assert first.file != second.file
    written = table.read_text(encoding="utf-8")
    assert written.startswith(f"{text}\n[[case]]\nfile = ")
    assert tomllib.loads(written)


def test_a_page_saved_in_a_browser_is_recorded_without_asking_the_site(tmp_path: Path) -> None:
    """Of a site that refuses to be read there is no other way."""
    page = PAGES / "../otzovik/list_page_cut_COMPOSED.html"
    with serving() as site:
        link = "https://otzovik.com/reviews/bank_vtb_24/"
        told = recorded(tmp_path, site, "otzovik", link, "--file", str(page))
        letter = tmp_path / "photo.png"
        letter.write_bytes(b"\x89PNG")
        refused = recorded(tmp_path, site, "otzovik", link, "--file", str(letter), code=1)
    assert "4 reviews, names replaced: 4" in told
    assert "send the files of" in told
    assert "✓" not in refused
    [kept] = (tmp_path / "cases").glob("recorded_*")
    stayed = kept.read_text()
    assert not [name for name in ("user2", "user3", "user15", "user18") if name in stayed]
    [case] = read_cases(tmp_path / "cases")
    assert (case.items, case.kind) == (4, ("typical",))


def test_names_the_database_knows_are_taken_out_of_a_page_that_cannot_be_read(
    tmp_path: Path,
) -> None:
    with serving() as site:
        recorded(tmp_path, site, "yandex_maps", YANDEX)
        config = tmp_path / "config.toml"
        polled = CliRunner().invoke(app, ["poll", "main/yandex_maps", "-c", str(config)])
        assert polled.exit_code == 0, polled.output
        whole = (PAGES / site.page).read_text(encoding="utf-8")
        broken = tmp_path / "broken.html"
        broken.write_text(whole.replace('"reviewResults"', '"other"'), encoding="utf-8")
        site.page = str(broken)
        assert "LayoutChanged" in recorded(tmp_path, site, "yandex_maps", YANDEX)
    _, second = read_cases(tmp_path / "cases")
    known = json.loads(
        (PAGES / "reviews_page_25_some_unanswered.expected.json").read_text(encoding="utf-8")
    )
    authors = {item["author"] for item in known["items"] if item["author"]}
    assert [name for name in authors if len(name) > 2 and name in second.payload().text] == []


def test_a_target_that_is_not_there_is_said(tmp_path: Path) -> None:
    with serving() as site:
        told = recorded(tmp_path, site, "app_store", APP_STORE)
        assert "LayoutChanged" in told  # a page of maps is no answer of a store
    told = CliRunner().invoke(app, ["record", "main/nothing", "-c", str(tmp_path / "config.toml")])
    assert told.exit_code == 1
    assert 'The file has no "main/nothing"' in told.output


AUTHORS = ["Анна Петрова", "O'Hara & Sons", "Кузнецова Ольга", "div", "Я"]


@pytest.mark.parametrize(
    "written",
    [
        json.dumps({"name": "Анна Петрова"}),
        json.dumps({"name": "Анна Петрова"}, ensure_ascii=False),
        json.dumps(json.dumps({"name": "Анна Петрова"})),
        json.dumps({"name": "Анна Петрова"}).upper().replace("\\U", "\\u"),
        "<b>Анна&nbsp;Петрова</b>",
        "<b>Анна\n  Петрова</b>",
        "https://x.test/?who=%D0%90%D0%BD%D0%BD%D0%B0%20%D0%9F%D0%B5%D1%82%D1%80%D0%BE%D0%B2%D0%B0",
        '"Спасибо!\\nАнна, ждём"',
        "анна, спасибо",
        "<i>O&#x27;Hara &amp; Sons</i>",
        '{"by": "O\'Hara & Sons"}',
    ],
)
def test_a_name_is_found_as_sites_write_it(written: str) -> None:
    pseudonyms = Pseudonyms(AUTHORS)
    replaced = pseudonyms.replace_names(written)
    assert replaced != written
    assert pseudonyms.left(replaced) == []
    assert pseudonyms.left(written) != []


def test_the_same_person_is_the_same_everywhere_and_words_stay_whole() -> None:
    pseudonyms = Pseudonyms(AUTHORS)
    replaced = pseudonyms.replace_names(
        "Анна Петрова: Ольга, Анна и Аннабель. Я пришла, и я ушла. <b>Я</b>"
    )
    other = pseudonyms.people["Анна Петрова"]
    first = other.split()[0]
    assert replaced.startswith(f"{other}: ")
    assert f", {first} и Аннабель. Я пришла, и я ушла." in replaced
    assert replaced.endswith(f"<b>{pseudonyms.people['Я']}</b>")
    assert "Ольга" not in replaced


def test_a_guest_called_as_a_tag_does_not_take_the_page_apart() -> None:
    pseudonyms = Pseudonyms(["div", "name"])
    page = '<div class="a">div</div><script>{"name": "name", "other": "div"}</script>'
    replaced = pseudonyms.replace_names(page, alone=True)
    div, name = pseudonyms.people["div"], pseudonyms.people["name"]
    assert replaced == (
        f'<div class="a">{div}</div><script>{{"name": "{name}", "other": "{div}"}}</script>'
    )


@pytest.mark.parametrize(
    "secret",
    [
        '{"csrfToken": "b4f0a1:1763812345"}',
        '{\\"csrf_token\\": \\"b4f0a1:1763812345\\"}',
        "https://x.test/reviews?key=b4f0a1:1763812345&limit=50",
        "https://x.test/reviews?a=1&amp;access_token=b4f0a1:1763812345",
        '<meta name="csrf-token" content="b4f0a1:1763812345">',
        '<input type="hidden" name="sessionId" value="b4f0a1:1763812345">',
        '<script nonce="b4f0a1:1763812345">',
        '{"reviewApiKey": "b4f0a1:1763812345"}',
        '{"clientIp": "b4f0a1:1763812345"}',
    ],
)
def test_keys_and_tokens_are_scrubbed(secret: str) -> None:
    told = without_secrets(secret)
    assert "1763812345" not in told
    assert told == secret.replace("b4f0a1:1763812345", "scrubbed")


@pytest.mark.parametrize(
    "harmless",
    [
        '{"key": "reviews2026"}',
        '{"design": "variant12"}',
        '{"token": "reviews"}',
        "https://x.test/reviews?page=12345678",
    ],
)
def test_what_opens_no_door_stays(harmless: str) -> None:
    assert without_secrets(harmless) == harmless


def test_mail_addresses_and_cookies_stay_behind() -> None:
    assert without_secrets("пишите: anna@mail.test") == "пишите: guest@example.com"
    kept = headers_worth_keeping(
        {"set-cookie": "a=1", "x-yandex-captcha": "captcha", "content-type": "text/html"}.items()
    )
    assert kept == {"x-yandex-captcha": "captcha", "content-type": "text/html"}
