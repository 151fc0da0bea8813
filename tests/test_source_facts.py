"""What the desk is told of the sites, from the operator's file and the credentials there are."""

import json
from pathlib import Path

from reviewbot.core.source_facts import SourceFacts
from reviewbot.registry import source_facts_of
from tests.config.config_files import loaded

HOUSE = """\
[telegram]
[chats]
support = -1002200000001
[people]
marina = {{ id = 501000002, role = "manager" }}
{sources}
[locations.main]
name = "Точка"
links = [{links}]
"""
REPLIES = {"business_unit": "46d6a890000064000500e0c3", "author": "507f191e810c19729de860ea"}


def facts(folder: Path, source: str, *links: str, sources: str = "") -> SourceFacts:
    (folder / "key.json").write_text(json.dumps({"client_id": "1", "client_secret": "2"}))
    found = loaded(folder, HOUSE.format(links=", ".join(links), sources=sources))
    return source_facts_of(found.settings, found.secrets)[source]


def test_a_target_is_answered_through_the_api_where_it_has_credentials(tmp_path: Path) -> None:
    options = ", ".join(f'{name} = "{value}"' for name, value in REPLIES.items())
    with_key = f'{options}, credentials_file = "key.json"'
    with_api = f"{{ url = 'https://www.trustpilot.com/review/a.example', {with_key} }}"
    without_key = f"{{ url = 'https://www.trustpilot.com/review/b.example', {options} }}"
    page = "'https://www.trustpilot.com/review/c.example'"
    site = facts(tmp_path, "trustpilot", with_api, without_key, page)
    key = "main/trustpilot/{}.example"
    assert [site.publishes(key.format(name)) for name in "abc"] == [True, False, False]


def test_an_official_source_without_its_key_is_answered_by_hand(tmp_path: Path) -> None:
    link = "'google_business:accounts/1/locations/2'"
    key = "main/google_business"
    assert not facts(tmp_path, "google_business", link).publishes(key)
    named = '[sources.google_business]\ncredentials_file = "key.json"'
    assert facts(tmp_path, "google_business", link, sources=named).publishes(key)
    switched_off = f"{named}\npublish = false"
    assert not facts(tmp_path, "google_business", link, sources=switched_off).publishes(key)


def test_what_a_site_shows_is_told(tmp_path: Path) -> None:
    page = "'https://yandex.ru/maps/org/tochka/1000000001/'"
    assert facts(tmp_path, "yandex_maps", page).shows_replies
    assert not facts(tmp_path, "json_ld", page).shows_replies
