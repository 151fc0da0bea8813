"""Every key of the reference file does something: changed there, a setting changes that some part
of the product reads, or what `check` says does.

The list must have an entry for every line of config.example.toml that sets a key. SEEN says which
output shows it: the card, the due time, who is told, the digest, what a site is asked.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.config.config_files import loaded
from tests.config.outputs import OUTPUTS

ROOT = Path(__file__).parents[2]
EXAMPLE = (ROOT / "config.example.toml").read_text(encoding="utf-8")
PRODUCT = ROOT / "reviewbot"

# Compiling the rule packs takes most of a second; these have tests of their own.
_HEAD, _, _REST = EXAMPLE.partition("\n[rules]\n")
RULES, _, _TAIL = _REST.partition("\n# How replies sound.\n")
TEXT = f"{_HEAD}\n{_TAIL}"

SHOWN_ELSEWHERE = {
    "off": "tests/core/test_classify_rules.py",
    "points": "tests/core/test_classify_rules.py",
    "topics": "tests/core/test_topics.py",
    "id": "tests/core/test_classify_rules.py",
    "any": "tests/core/test_classify_rules.py",
    "all": "tests/core/test_classify_rules.py",
    "topic": "tests/core/test_classify_rules.py",
    "severity": "tests/core/test_classify_rules.py",
    "faces": "tests/core/test_classify_rules.py",
    "unless": "tests/core/test_classify_rules.py",
    "language": "tests/core/test_classify_rules.py",
    "regex": "tests/core/test_classify_rules.py",
    "webhook": "tests/integrations/test_fallback.py",
    "writable": "tests/config/test_file_changes.py",
}
"""Keys of [rules], and what only the writer of the file reads: where they are shown."""

EDITS = [
    ('# every  = "1d"', 'every = "1d"'),
    ("# keep   = 14", "keep = 3"),
    ('# folder = "backups"', 'folder = "copies"'),
    ("# crm = {", "crm = {"),
    ('# after = "10m"', 'after = "20m"'),
    ("# ping = ", "ping = "),
    ('# ping_every = "5m"', 'ping_every = "10m"'),
    ("# mail = {", "mail = {"),
    ("# port = 8643", "port = 8643"),
    ('language  = "ru"', 'language  = "en"'),
    ('time_zone = "Europe/Moscow"         # of the desk', 'time_zone = "Asia/Omsk" #'),
    ('profile   = "restaurant"            # tunes', 'profile = "clinic" #'),
    ('# locations_file = "точки.xlsx"', 'locations_file = "places.csv" #'),
    ('token_file = "/etc/reviewbot/token"', 'token_file = "token"'),
    ('base_url   = "https://api.telegram.org"', 'base_url = "http://127.0.0.1:8081"'),
    ('# proxy    = "socks5', 'proxy = "socks5'),
    ('path = "reviewbot.sqlite3"', 'path = "other.sqlite3"'),
    ("support  = { id = -1002200000001, topic = 12 }", "support = { id = -1002200000001 }"),
    (
        'managers = { id = -1002200000002, language = "ru" }',
        'managers = { id = -1002200000002, language = "en" }',
    ),
    ("petrov   = -1002200000003", "petrov = -1002200000009"),
    ('operator = { person = "oleg" }', 'operator = { person = "marina" }'),
    ('role = "manager", deputy = "anna"', 'role = "manager"'),
    ('name = "Анна", role = "manager"', 'name = "Анна", role = "staff"'),
    ('only = ["tverskaya", "group:spb"]', 'only = ["tverskaya"]'),
    ('name = "Сергей Петрович"', 'name = "Сергей"'),
    ('role = "admin", language = "en"', 'role = "admin"'),
    ('hours          = { mon-fri = ["09:00-13:00", "14:00-18:00"]', "hours = { mon-fri = []"),
    ('time_zone      = "Europe/Moscow"', 'time_zone = "Asia/Omsk"'),
    ('holidays       = "RU"', 'holidays = "none"'),
    ('shortened      = "RU"', 'shortened = "none"'),
    ('closed         = ["2026-12-31"]', 'closed = ["2026-12-30"]'),
    ('quiet          = "22:00-09:00"', 'quiet = "none"'),
    ('on_duty        = ["marina", "anna"]', 'on_duty = ["anna"]'),
    ('rota           = { sat-sun = ["anna"] }', 'rota = { tue = ["anna"] }'),
    ('approval       = "manager"', 'approval = "two_people"'),
    ('confirm_within = "48h"', 'confirm_within = "24h"'),
    ('place_answer   = "1h work"', 'place_answer = "2h work"'),
    ('backlog_within = "30d"', 'backlog_within = "10d"'),
    ('hours    = { mon-sun = "10:00-22:00" }', 'hours = { mon-sun = "10:00-23:00" }'),
    ('approval = "anyone"', 'approval = "manager"'),
    ('critical = { seen = "15m clock"', 'critical = { seen = "20m clock"'),
    ('negative = "1h work"', 'negative = "2h work"'),
    ('mixed    = "24h clock"', 'mixed = "20h clock"'),
    ('neutral  = "24h clock"', 'neutral = "none"'),
    ('positive = "3d work"', 'positive = "2d work"'),
    ('wordless = "none"', 'wordless = "1d work"'),
    ('survey   = "24h clock"', 'survey = "4h work"'),
    ('question = "24h clock"', 'question = "20h clock"'),
    ('when     = { source = "json_ld" }', 'when = { source = "two_gis" }'),
    ('negative = "8h work"', 'negative = "9h work"'),
    ('rating = [1, 2], language = "ru" }', "rating = [1] }"),
    ('negative = "4h clock"', 'negative = "5h clock"'),
    ('seen = ["0m on_duty", ', "seen = ["),
    ('negative = ["50% chat"', 'negative = ["40% chat"'),
    ('mixed    = ["75% chat"', 'mixed = ["70% chat"'),
    ('neutral  = ["100% managers"]', "neutral = []"),
    ('positive = ["100% managers"]', "positive = []"),
    ('wordless = ["100% managers"]', "wordless = []"),
    ("enabled   = true", "enabled = false"),
    ('every     = "45m"', 'every = "50m"'),
    ('every_max = "90m"', 'every_max = "95m"'),
    ('gap       = "20s"', 'gap = "21s"'),
    ('# base_url = "http://127.0.0.1:8080"', 'base_url = "http://127.0.0.1:8080"'),
    ('ranking   = "by_time"', 'ranking = "by_rating_asc"'),
    ('account          = "accounts/1089"', 'account = "accounts/2"'),
    ('credentials_file = "/etc/reviewbot/google.json"', 'credentials_file = "google.json"'),
    ("publish          = true", "publish = false"),
    ('undo             = "2m"', 'undo = "3m"'),
    ('every = "1h"', 'every = "70m"'),
    ('# token_file = "two_gis.token"', 'token_file = "token"'),
    ('user_agent    = "reviewbot/0.1"', 'user_agent = "reviewbot/9"'),
    ('timeout       = "30s"', 'timeout = "31s"'),
    ("retries       = 2", "retries = 1"),
    ("max_bytes     = 10485760", "max_bytes = 1048576"),
    ("max_pages     = 12", "max_pages = 11"),
    ("allowed_hosts = []", 'allowed_hosts = ["127.0.0.1"]'),
    ('"yandex.ru" = "25s"', '"yandex.ru" = "26s"'),
    ("folders       = []", 'folders = ["."]'),
    ('name      = "Точка, Тверская 12"', 'name = "Тверская"'),
    ('contact   = "+7 495 000-00-01"', 'contact = "+7"'),
    ('groups    = ["msk"]', "groups = []"),
    ('time_zone = "Europe/Moscow"         # of its', 'time_zone = "Asia/Omsk" #'),
    ('profile   = "restaurant"            # default: the', 'profile = "clinic" #'),
    ("links     = [\n", 'links = [\n"yandex_maps:1",\n'),
    ('name   = "Точка, Арбат 7"', 'name = "Арбат"'),
    ('formerly = "arbat-7"', 'formerly = "arbat-8"'),
    ('links  = ["https://yandex.ru/maps/org/tochka/1000000002/"]', 'links = ["yandex_maps:2"]'),
    ('to = "2026-03-20", why = "ремонт"', 'to = "2026-03-21"'),
    ('name   = "Точка, Невский 40"', 'name = "Невский"'),
    ('groups = ["spb", "petrov"]', 'groups = ["petrov", "spb", "x"]'),
    ("links  = [\n", 'links = [\n"yandex_maps:3",\n'),
    ('every = "2h", every_max = "6h"', 'every = "3h", every_max = "7h"'),
    ('links = ["https://yandex.ru/maps/org/shokoladnitsa/2000000001/"]', "links = []"),
    ('name = "Петров"', 'name = "Другой"'),
    ('when = { group = "petrov" }', 'when = { group = "msk" }'),
    ('chat = "petrov"', 'chat = "managers"'),
    ('copy = ["managers"]', "copy = []"),
    ('address  = "вы"', 'address = "ты"'),
    ('sign     = "Команда «Точки»"', 'sign = "Мы"'),
    ('forbid   = ["скидк*", ', "forbid = ["),
    ("goodwill = { staff = 500", "goodwill = { staff = 600"),
    ('without_contacts = ["avito"]', 'without_contacts = ["yandex_maps"]'),
    ('id       = "waiting-1"', 'id = "waiting-9"'),
    ('language = "ru"                     # default: by its', 'language = "en" #'),
    ('when     = { tone = "negative", topic', "when = { topic"),
    ('text     = "{{ greeting }} Жаль', 'text = "{{ greeting }} Очень жаль'),
    ('daily = "09:15"', 'daily = "09:20"'),
    ('managers = "10m"', 'managers = "20m"'),
    ('# folder = "/srv/reviewbot/pages"', 'folder = "/srv/reviewbot/pages"'),
    ('privacy   = "https://example.com/privacy"', 'privacy = "https://example.com/p"'),
    ('question  = "nps"', 'question = "ces"'),
    ('valid_for = "30d"', 'valid_for = "7d"'),
    ("# variants = { plain", "variants = { plain"),
    ('# customers_file = "customers.csv"', 'customers_file = "customers.csv" #'),
    ("# imap = {", "imap = {"),
    ("# pubsub = {", "pubsub = {"),
    ("# webhook = {", "webhook = {"),
    ('# token_file = "page.token"', 'token_file = "page.token"'),
    ("# people = true", "people = true"),
    ('# token_file = "guests.token"', 'token_file = "guests.token"'),
    ('# every  = "1d"', 'every = "1d"'),
    ('# folder = "backups"', 'folder = "copies"'),
    ("# keep   = 14", "keep = 10"),
    ("goal      = 4.8", "goal = 4.7"),
    ("praise    = true", "praise = false"),
    ('place_chat = "managers"', 'place_chat = "anna"'),
    ("auto_thanks = 0", "auto_thanks = 5"),
    ('# url      = "http://127.0.0.1:8080/v1"', 'url = "http://127.0.0.1:8081/v1"'),
    ('# model    = "local"', 'model = "other"'),
    ('# key_file = "drafting.key"', 'key_file = "drafting.key"'),
    ('# timeout  = "20s"', 'timeout = "9s"'),
    ("# rating_days = 90", "rating_days = 90"),
    ('waiting = "посмотрите', 'waiting = "зайдите'),
    ('"медовик" = "медовик', '"медовик" = "медов'),
    ("people_figures = true", "people_figures = false"),
    ('author_names = "first_name"', 'author_names = "initials"'),
    ('keep_messages = "30d"', 'keep_messages = "20d"'),
]

SEEN: dict[str, tuple[str, ...]] = {
    "checked": (
        "# crm = {",
        "# mail = {",
        'token_file = "/etc/reviewbot/token"',
        'credentials_file = "/etc/reviewbot/google.json"',
        '# token_file = "two_gis.token"',
        "# imap = {",
        "# pubsub = {",
        "# webhook = {",
        '# token_file = "page.token"',
        '# token_file = "guests.token"',
    ),
    "who": (
        'language  = "ru"',
        'name = "Анна", role = "manager"',
        'name = "Сергей Петрович"',
        'role = "admin", language = "en"',
        'only = ["tverskaya", "group:spb"]',
    ),
    "watched": (
        'time_zone = "Europe/Moscow"         # of the desk',
        '# locations_file = "точки.xlsx"',
        "enabled   = true",
        'every     = "45m"',
        'every_max = "90m"',
        'gap       = "20s"',
        '# base_url = "http://127.0.0.1:8080"',
        'ranking   = "by_time"',
        'account          = "accounts/1089"',
        'every = "1h"',
        '"yandex.ru" = "25s"',
        'groups    = ["msk"]',
        'time_zone = "Europe/Moscow"         # of its',
        "links     = [\n",
        'name   = "Точка, Арбат 7"',
        'links  = ["https://yandex.ru/maps/org/tochka/1000000002/"]',
        'name   = "Точка, Невский 40"',
        'groups = ["spb", "petrov"]',
        "links  = [\n",
        'every = "2h", every_max = "6h"',
        'links = ["https://yandex.ru/maps/org/shokoladnitsa/2000000001/"]',
    ),
    "topics": (
        'profile   = "restaurant"            # tunes',
        'profile   = "restaurant"            # default: the',
        'waiting = "посмотрите',
    ),
    "telegram": (
        'base_url   = "https://api.telegram.org"',
        '# proxy    = "socks5',
    ),
    "notices": ('operator = { person = "oleg" }',),
    "complaint": (
        'language = "ru"                     # default: by its',
        "support  = { id = -1002200000001, topic = 12 }",
        'name      = "Точка, Тверская 12"',
        'contact   = "+7 495 000-00-01"',
        'negative = ["50% chat"',
        'sign     = "Команда «Точки»"',
        'address  = "вы"',
        "goodwill = { staff = 500",
        'without_contacts = ["avito"]',
        'id       = "waiting-1"',
        'text     = "{{ greeting }} Жаль',
        'author_names = "first_name"',
        'managers = { id = -1002200000002, language = "ru" }',
    ),
    "petrov": (
        "petrov   = -1002200000003",
        'chat = "petrov"',
        'copy = ["managers"]',
        'when = { group = "petrov" }',
        'name = "Петров"',
    ),
    "due_times": (
        'hours          = { mon-fri = ["09:00-13:00", "14:00-18:00"]',
        'time_zone      = "Europe/Moscow"',
        'holidays       = "RU"',
        'shortened      = "RU"',
        'closed         = ["2026-12-31"]',
        'hours    = { mon-sun = "10:00-22:00" }',
        'critical = { seen = "15m clock"',
        'negative = "1h work"',
        'mixed    = "24h clock"',
        'neutral  = "24h clock"',
        'positive = "3d work"',
        'wordless = "none"',
        'survey   = "24h clock"',
        'question = "24h clock"',
        'when     = { source = "json_ld" }',
        'negative = "8h work"',
        'rating = [1, 2], language = "ru" }',
        'negative = "4h clock"',
        'to = "2026-03-20", why = "ремонт"',
    ),
    "late": ('quiet          = "22:00-09:00"',),
    "critical": (
        'rota           = { sat-sun = ["anna"] }',
        'role = "manager", deputy = "anna"',
        'on_duty        = ["marina", "anna"]',
        'seen = ["0m on_duty", ',
    ),
    "rights": (
        'approval       = "manager"',
        'approval = "anyone"',
    ),
    "posted": ('confirm_within = "48h"',),
    "backlog": ('backlog_within = "30d"',),
    "mixed": (
        'when     = { tone = "negative", topic',
        'mixed    = ["75% chat"',
    ),
    "neutral": ('neutral  = ["100% managers"]',),
    "positive": ('positive = ["100% managers"]',),
    "steps": ('wordless = ["100% managers"]',),
    "approved": (
        "publish          = true",
        'undo             = "2m"',
    ),
    "survey": (
        'privacy   = "https://example.com/privacy"',
        'question  = "nps"',
        "# variants = { plain",
    ),
    "refused": ('forbid   = ["скидк*", ',),
    "digests": ('daily = "09:15"',),
}
"""Which output (tests/config/outputs.py) shows which keys, by the lines that EDITS change."""

SEEN_ELSEWHERE = {
    "# rating_days = 90": (
        "tests/queries/test_page_facts.py",
        "test_the_goal_has_its_border_on_each_site",
    ),
    'valid_for = "30d"': ("tests/bot/test_guests_bot.py", "test_a_link_for_one_guest_expires"),
    '# customers_file = "customers.csv"': (
        "tests/cli/test_ask.py",
        "test_churn_is_counted_from_a_table_of_customers",
    ),
    '# every  = "1d"': (
        "tests/journeys/test_restored.py",
        "test_a_copy_is_written_by_itself_and_one_that_fails_is_told",
    ),
    "# keep   = 14": (
        "tests/store/test_backups.py",
        "test_the_folder_says_when_the_next_is_due_and_keeps_the_newest",
    ),
    '# folder = "backups"': (
        "tests/store/test_backups.py",
        "test_the_folder_says_when_the_next_is_due_and_keeps_the_newest",
    ),
    'managers = "10m"': (
        "tests/journeys/test_pinned_summary.py",
        "test_it_is_pinned_once_and_edited_in_place",
    ),
    '# after = "10m"': (
        "tests/integrations/test_fallback.py",
        "test_six_hours_of_silence_with_a_critical_review_are_one_mail",
    ),
    'path = "reviewbot.sqlite3"': (
        "tests/cli/test_report.py",
        "test_a_missing_database_is_a_sentence",
    ),
    "# port = 8643": (
        "tests/integrations/test_monitoring.py",
        "test_health_is_ok_while_every_part_moves",
    ),
    'timeout       = "30s"': (
        "tests/collect/test_fetch.py",
        "test_a_server_that_never_answers_is_given_up",
    ),
    "retries       = 2": (
        "tests/collect/test_fetch.py",
        "test_trouble_on_the_way_is_asked_again_a_bounded_number_of_times",
    ),
    "max_bytes     = 10485760": (
        "tests/collect/test_fetch.py",
        "test_a_body_of_the_largest_size_is_taken_packed_or_not",
    ),
    "allowed_hosts = []": (
        "tests/collect/test_fetch.py",
        "test_a_private_host_is_refused_unless_it_is_named",
    ),
    "folders       = []": (
        "tests/collect/test_fetch.py",
        "test_local_files_only_from_named_folders",
    ),
    'formerly = "arbat-7"': (
        "tests/store/test_location_renames.py",
        "test_what_is_declared_follows_and_the_desk_goes_on",
    ),
    '# folder = "/srv/reviewbot/pages"': (
        "tests/collect/test_importer.py",
        "test_files_of_the_folder_are_read_once_and_put_away",
    ),
    "praise    = true": (
        "tests/workflow/test_praise.py",
        "test_who_is_praised_by_name_is_told_once_a_day_where_the_place_wants_it",
    ),
    'place_answer   = "1h work"': (
        "tests/bot/test_beside_reply.py",
        "test_a_place_that_does_not_answer_in_time_is_told_once",
    ),
    **dict.fromkeys(
        (
            '# url      = "http://127.0.0.1:8080/v1"',
            '# model    = "local"',
            '# key_file = "drafting.key"',
        ),
        (
            "tests/bot/test_machine_drafts.py",
            "test_what_comes_back_takes_the_templates_place_and_waits_for_approval",
        ),
    ),
    '# timeout  = "20s"': (
        "tests/bot/test_machine_drafts.py",
        "test_whatever_else_comes_back_the_template_stays",
    ),
    "auto_thanks = 0": (
        "tests/workflow/test_auto_thanks.py",
        "test_bare_good_stars_are_thanked_up_to_the_days_limit",
    ),
    'place_chat = "managers"': (
        "tests/bot/test_beside_reply.py",
        "test_the_place_is_asked_and_its_answer_comes_back_to_the_card",
    ),
    "goal      = 4.8": ("tests/core/test_trends.py", "test_the_way_to_a_goal"),
    'keep_messages = "30d"': (
        "tests/journeys/test_retention.py",
        "test_nothing_is_said_again_after_old_rows_went_and_a_restart",
    ),
    "# ping = ": (
        "tests/integrations/test_ping.py",
        "test_the_address_is_asked_as_often_as_the_file_says",
    ),
    '# ping_every = "5m"': (
        "tests/integrations/test_ping.py",
        "test_the_address_is_asked_as_often_as_the_file_says",
    ),
    'user_agent    = "reviewbot/0.1"': (
        "tests/collect/test_fetch.py",
        "test_a_site_is_told_who_asks",
    ),
    "max_pages     = 12": (
        "tests/collect/test_collector.py",
        "test_a_reading_asks_for_so_many_pages_and_not_more",
    ),
    '"медовик" = "медовик': (
        "tests/workflow/test_concerns.py",
        "test_what_the_operator_lists_is_named_in_any_trade",
    ),
    "# people = true": (
        "tests/integrations/test_figures_page.py",
        "test_the_page_is_shown_to_whoever_has_the_link",
    ),
    "people_figures = true": (
        "tests/bot/test_stats.py",
        "test_figures_of_people_may_be_switched_off",
    ),
}
"""What shows the others: a test with a real network, disk or clock."""

GIVEN = {
    'gap       = "20s"': ('gaps          = { "yandex.ru" = "25s" }', "gaps = {}"),
    "publish          = true": ('"/etc/reviewbot/google.json"', '"google.json"'),
    'undo             = "2m"': ('"/etc/reviewbot/google.json"', '"google.json"'),
    'role = "manager", deputy = "anna"': (
        'on_duty        = ["marina", "anna"]',
        'on_duty = ["marina"]',
    ),
}
"""What else the file must say for a key to matter."""


_SETS = re.compile(r"^(?:# )?([a-z_]+) *= ", re.MULTILINE)


def test_the_list_has_every_line_that_sets_a_key() -> None:
    touched = {TEXT[: TEXT.index(old)].count("\n") for old, _ in EDITS}
    missing = {
        line
        for number, line in enumerate(TEXT.splitlines())
        if (found := _SETS.match(line))
        and number not in touched
        and found[1] not in SHOWN_ELSEWHERE
    }
    assert missing == set()
    assert {found[1] for found in _SETS.finditer(RULES)} <= SHOWN_ELSEWHERE.keys()
    assert all((ROOT / name).is_file() for name in SHOWN_ELSEWHERE.values())


NEW = dict(EDITS)


def test_every_key_is_seen_somewhere() -> None:
    seen = [old for olds in SEEN.values() for old in olds]
    assert len(seen) == len(set(seen))
    everywhere = {*seen, *SEEN_ELSEWHERE}
    assert {old for old, _ in EDITS} == everywhere
    for file, name in SEEN_ELSEWHERE.values():
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("output", SEEN)
def test_a_key_that_is_changed_changes_what_people_and_sites_see(
    tmp_path: Path, output: str
) -> None:
    """From the file to the message, the request, the due time: each key by one output."""
    with_files(tmp_path)
    write, before = OUTPUTS[output], {}
    for old in SEEN[output]:
        given = GIVEN.get(old, ("", ""))
        text = TEXT.replace(*given) if given[0] else TEXT
        if given not in before:
            before[given] = write(loaded(tmp_path, text), tmp_path)
        after = write(loaded(tmp_path, text.replace(old, NEW[old])), tmp_path)
        assert after != before[given], f"{output} is the same without {old}"


@pytest.mark.parametrize(("old", "new"), EDITS, ids=[old for old, _ in EDITS])
def test_a_key_that_is_changed_changes_what_is_read(tmp_path: Path, old: str, new: str) -> None:
    assert TEXT.count(old) == 1, "which line is meant?"
    with_files(tmp_path)
    before, after = loaded(tmp_path, TEXT), loaded(tmp_path, TEXT.replace(old, new))
    changed = set(differing(before.settings, after.settings))
    if changed:
        assert changed & names_read(), f"nothing reads {changed}"
    else:
        # What holds a secret: it is there, or `check` tells that it is not.
        told = [[*map(str, each.warnings), *each.secrets] for each in (before, after)]
        assert told[0] != told[1]


def with_files(folder: Path) -> None:
    (folder / "token").write_text("501000000:AAfake-token_for-tests-of-the-file")
    (folder / "token").chmod(0o600)
    key = '{"client_id": "a", "client_secret": "b", "refresh_token": "c"}'
    (folder / "google.json").write_text(key)
    (folder / "google.json").chmod(0o600)
    (folder / "customers.csv").write_text("place,period,start,end,new\n,2026-02,9,8,1\n")
    (folder / "places.csv").write_text("key,name\nsadovaya,Садовая\n", encoding="utf-8")


def differing(before: Any, after: Any, name: str = "") -> Iterator[str]:
    """Yield the names of the fields that differ, the innermost ones."""
    if type(before) is type(after) and is_dataclass(before):
        for field in fields(before):
            yield from differing(
                getattr(before, field.name), getattr(after, field.name), field.name
            )
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        if before.keys() == after.keys():
            for key in before:
                yield from differing(before[key], after[key], name)
        else:
            yield name
    elif isinstance(before, tuple) and isinstance(after, tuple) and len(before) == len(after):
        for one, other in zip(before, after, strict=True):
            yield from differing(one, other, name)
    elif before != after:
        yield name


@cache
def names_read() -> frozenset[str]:
    """Return the attributes that the product reads, but for the config that makes them."""
    found: set[str] = set()
    for path in (*PRODUCT.rglob("*.py"), *(ROOT / "sources").rglob("*.py")):
        if PRODUCT / "config" not in path.parents:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return frozenset(found)
