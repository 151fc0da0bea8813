"""What is said of a wrong file: where, what, and the way out; all of it at once."""

import re
from pathlib import Path

import openpyxl
import pytest

from reviewbot.config import load
from reviewbot.core.errors import ConfigError, Problem
from reviewbot.words.operator_language import problem_text
from tests.config.config_files import SHORT, SKETCH, TODAY, TOKEN, UNRULED, loaded, written


def mistakes(folder: Path, text: str) -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as raised:
        loaded(folder, text)
    return raised.value.problems


GUESTS = '[guests]\nprivacy = "https://example.com/p"\n[guests.variants.a]\n'
ADDED = [
    # What is added to the sketch, where it is told, and words of the sentence and the remedy.
    ('[people.petya]\nid = 1\nrole = "staf"', "people.petya.role", 'no role "staf"', '"staff"?'),
    ("[people.petya]\nid = 1\nrol = 1", "people.petya.rol", 'no key "rol"', 'Did you mean "role"'),
    ('[people.petya]\nname = "П"', "people.petya.id", "is missing", "/whoami"),
    ('[people.petya]\nid = "1"', "people.petya.id", "whole number", 'the text "1"'),
    ("[people.petya]\nid = true", "people.petya.id", "whole number", "true"),
    ("[people.petya]\nid = -100123", "people.petya.id", "not a person's number", "/whoami"),
    ("[people.petya]\nid = 501000001", "people.petya.id", "oleg has this number too", ""),
    ('[people.petya]\nid = 1\ndeputy = "petya"', "people.petya.deputy", "own deputy", ""),
    ('[people.petya]\nid = 1\ndeputy = "ann"', "people.petya.deputy", 'Did you mean "anna"', ""),
    ('[people.petya]\nid = 1\nonly = "tverskaia"', "people.petya.only", '"tverskaya"?', ""),
    ('[people.petya]\nid = 1\nonly = "spb"', "people.petya.only", "is a group", '"group:spb"'),
    ("[people.holder]\nid = 1", "people.holder", "meaning of its own", ""),
    ('[people."a/b"]\nid = 1', "people.a/b", "cannot be a name", "letters, digits"),
    ('[chats.x]\nperson = "marin"', "chats.x.person", 'Did you mean "marina"', ""),
    ("[chats.x]\ntopic = 3", "chats.x", "either `id` or `person`", "init"),
    ("[chats.x]\nid = 5\ntopic = 3", "chats.x.id", "persons have no topics", "-100"),
    ('[chats.x]\nid = -5\ntopic = "3"', "chats.x.topic", "whole number", ""),
    ("[chats.oleg]\nid = -5", "chats.oleg", "A person is called", ""),
    ("[location.x]", "location", 'no key "location"', '"locations"?'),
    ("[locations.x]\nlinks = ['https://yandex.ru/maps/213/moscow/']", "locations.x.links[1]",
     "not a place's page", "yandex_maps:"),
    ("[locations.x]\nlinks = ['https://yandex.ru/maps/-/CDabc']", "locations.x.links[1]",
     "short link", "browser"),
    ("[locations.x]\nlinks = ['https://reviews.example.com/a']", "locations.x.links[1]",
     "No source reads reviews.example.com", "json_ld:https://reviews.example.com/a"),
    ("[locations.x]\nlinks = ['yandex_map:1000000077']", "locations.x.links[1]",
     'no source "yandex_map"', '"yandex_maps"?'),
    ("[locations.x]\nlinks = ['two_gis:7000000111', 'flamp:7000000111']", "locations.x.links[2]",
     "2GIS brings Flamp's reviews too", "take this one out"),
    ("[locations.x]\nlinks = ['http://[']", "locations.x.links[1]", "is no address", ""),
    ("[locations.x]\nlinks = ['table:reviews.csv']", "locations.x.links[1]", "whole path", ""),
    ('[telegram_]', "telegram_", '"telegram"?', ""),
    ('[dishes]\nmedovik = " "', "dishes.medovik", "Words of letters alone", '"medovik"'),
    ('[dishes]\nmedovik = "honey-cake, pie"', "dishes.medovik", "without their endings", ""),
    (GUESTS, "guests.variants", "Two ways are compared, not 1", ""),
    (f"{GUESTS}[guests.variants.b]", "guests.variants", "Both ask the same", "other words"),
    (f"{GUESTS}words = {{ ru = 'Как вам?' }}\n[guests.variants.b]", "guests.variants.a.words",
     "asked in the usual words", "ru, en"),
    (f"{GUESTS}words = {{ ru = ' ', en = 'So?' }}\n[guests.variants.b]",
     "guests.variants.a.words.ru", "1 to 300 letters", ""),
    ("[locations.x]\nlinks = ['кафе на углу']", "locations.x.links[1]", "neither a link", "Paste"),
    ("[locations.x]\nlinks = ['yandex_maps:1000000001']", "locations.x.links[1]",
     "already read for locations.tverskaya.links[1]", "once"),
    ("[locations.x]\nlinks = [{ url = 'two_gis:7000000111', evry = '1h' }]",
     "locations.x.links[1].evry", 'no key "evry"', '"every"?'),
    ("[locations.x]\nlinks = [{ url = 'yandex_maps:1000000077', ranking = 'by_tim' }]",
     "locations.x.links[1].ranking", "does not take 'by_tim'", '"by_time" or'),
    ("[locations.x]\nlinks = [{ url = 'two_gis:7000000111', every = '2h', every_max = '1h' }]",
     "locations.x.links[1].every_max", "shorter than `every`", ""),
    ("[locations.x]\nlinks = [{ url = 'two_gis:7000000111', every = '0m' }]",
     "locations.x.links[1].every", "no time at all", ""),
    ('[locations.x]\ntime_zone = "Europe/Moskow"', "locations.x.time_zone", '"Europe/Moscow"', ""),
    ('[locations.x]\npaused = { from = "2026-03-09", to = "2026-03-01" }', "locations.x.paused",
     "before it starts", ""),
    ('[locations.x]\npaused = { from = "9 марта", to = 2026-03-10 }', "locations.x.paused.from",
     "is not a date", "2026-12-31"),
    ('[locations.x]\npaused = { from = 2026-03-10 }', "locations.x.paused.to", "is missing", ""),
    ('[locations.x]\nformerly = "tverskaya"', "locations.x.formerly", "of a location of today",
     "the file has no more"),
    ('[locations.x]\nformerly = "y"\n[locations.z]\nformerly = ["w", "y"]', "locations.z.formerly",
     "is a former key of x too", "one of them"),
    ("[locations.shokoladnitsa]", "competitors.shokoladnitsa", "of this name already", ""),
    ('[locations.x]\nprofile = "restoran"', "locations.x.profile", '"restaurant"?', "clinic"),
    ("[desk.groups.petroff]", "desk.groups.petroff", '"petrov"?', ""),
    ('[desk.groups.spb]\non_duty = "mrina"', "desk.groups.spb.on_duty", '"marina"?', ""),
    ('[desk.groups.spb]\nhours = { mon-fry = "9:00-18:00" }', "desk.groups.spb.hours",
     "not a day of the week", "mon-fri"),
    ('[desk.groups.spb]\nhours = { mon = "9:00-18:00", mon-fri = "9:00-18:00" }',
     "desk.groups.spb.hours", "hours twice", ""),
    ('[desk.groups.spb]\nhours = { mon = ["9:00-18:00", "17:00-19:00"] }',
     "desk.groups.spb.hours", "overlap at 17:00", ""),
    ('[desk.groups.spb]\nhours = { mon = "9-18" }', "desk.groups.spb.hours", "time of day", ""),
    ("[desk.groups.spb]\nhours = {}", "desk.groups.spb.hours", "never works", "mon-fri"),
    ('[desk.groups.spb]\nholidays = "XX"', "desk.groups.spb.holidays", 'holidays "XX"', '"RU"'),
    ('[desk.groups.spb]\nquiet = "вечером"', "desk.groups.spb.quiet", "not an interval", ""),
    ('[desk.groups.spb]\nconfirm_within = "2 days"', "desk.groups.spb.confirm_within",
     "length of time", "2h"),
    ('[desk.groups.spb]\nbacklog_within = "2d"', "desk.groups.spb.backlog_within", "no key", ""),
    ('[desk.groups.spb]\napproval = "menager"', "desk.groups.spb.approval", '"manager"?', ""),
    ('[[reply_time.except]]\nwhen = { source = "otzovik" }\nnegative = "1h work"',
     "reply_time.except[2]", "never applies: reply_time.except[1]", "narrower"),
    ('[[reply_time.except]]\nwhen = { group = "msk" }\nnegative = "1h work"',
     "reply_time.except[2].when.group", 'no group "msk"', "Groups: spb, petrov"),
    ('[[reply_time.except]]\nwhen = { rating = 6 }\nnegative = "1h work"',
     "reply_time.except[2].when.rating", "6", "1 to 5"),
    ('[[reply_time.except]]\nwhen = { tone = "negativ" }\nnegative = "1h work"',
     "reply_time.except[2].when.tone[1]", '"negative"?', "mixed"),
    ('[[reply_time.except]]\nwhen = { rating = 1 }', "reply_time.except[2]", "no time", ""),
    ('[[reply_time.except]]\nwhen = { rating = 1 }\nnegative = "1h"',
     "reply_time.except[2].negative", "which hours", '"1h work"'),
    ('[[routes]]\nwhen = { group = "petrov", rating = 1 }\nchat = "support"', "routes[2]",
     "never applies", "narrower"),
    ('[[routes]]\nwhen = { group = "spb" }\nchat = "manager"', "routes[2].chat", '"managers"', ""),
    ('[[routes]]\nwhen = { group = "spb" }', "routes[2].chat", "is missing", ""),
    ('[digest.managres]\ndaily = "09:15"', "digest.managres", '"managers"?', ""),
    ('[digest.petrov]\nmonthly = "31 09:15"', "digest.petrov.monthly", "moment of the month", ""),
    ('[digest.petrov]\ndaily = "9.15"', "digest.petrov.daily", "not a time of day", "09:15"),
    ('[digest.petrov]\nmonthly = "1"', "digest.petrov.monthly", "moment of the month", "1 10:00"),
    ('[digest.petrov]\nweekly = "mon-fri 09:15"', "digest.petrov.weekly", "moment of the week",
     "mon 09:30"),
    ('[digest.petrov]\nyearly = "1 10:00"', "digest.petrov.yearly", "no key", "daily"),
    ('[digest.petrov]\nweekly = "09:15"', "digest.petrov.weekly", "day of the week", ""),
    ('[sources.yandex_map]\nevery = "1h"', "sources.yandex_map", '"yandex_maps"?', ""),
    ('[sources.two_gis]\ngap = "10"', "sources.two_gis.gap", "length of time", "45m"),
    ("[sources.two_gis]\nkey = 5", "sources.two_gis.key", "does not take 5", "a text"),
    ('[sources.two_gis]\nbase_url = "2gis.ru"', "sources.two_gis.base_url", "address", "https://"),
    ('[fetch]\ntimeout = "soon"', "fetch.timeout", "length of time", ""),
    ('[[rules.add]]\nid = "a"\ntopic = "fod"\nany = ["x"]', "rules.add[2].topic", 'no topic "fod"',
     "mean food"),
    ('[[rules.add]]\nid = "a"', "rules.add[2]", "can never fire", "any"),
    ('[[rules.add]]\nid = "a"\nany = ["x*", "y !"]', "rules.add[2].any[1]", "too many words", ""),
    ('[[rules.add]]\nid = "a"\nany = ["y (xx"]', "rules.add[2].any[1]", "a bracket is open", ""),
    ('[[rules.add]]\nid = "a"\nregex = "(?<!a)b"', "rules.add[2].regex", "looks ahead or back",
     "unless"),
    ('[[rules.add]]\nid = "food.foreign-object"\nany = ["x"]', "rules.add[2].id", "already", ""),
    ('[[replies.templates]]\nid = "waiting-1"\ntext = "x"', "replies.templates[2].id",
     "already", ""),
    ('[[replies.templates]]\nid = "b"\ntext = "{{ contakt }}"', "replies.templates[2].text",
     '"contact"?', "Slots:"),
    ('[[replies.templates]]\nid = "b"\ntext = "{{ contact"', "replies.templates[2].text",
     "is not a template", ""),
    ('[[replies.templates]]\nid = "b"\ntext = "{{ 1 * 2 }}"', "replies.templates[2].text",
     "may not have", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "path", "sentence", "remedy"), ADDED)
def test_a_mistake_is_told_with_its_place_and_the_way_out(
    tmp_path: Path, text: str, path: str, sentence: str, remedy: str
) -> None:
    store_world = SKETCH if "rules" in text else UNRULED
    (problem,) = mistakes(tmp_path, f"{store_world}\n{text}\n")
    assert problem.path == path
    assert sentence in str(problem)
    assert remedy in str(problem)


CHANGED = [
    ('approval = "manager"', 'approval = "manger"', "desk.approval", '"manager"?'),
    ('time_zone = "Europe/Moscow"', 'time_zone = "Moscow"', "time_zone", '"Europe/Moscow"?'),
    ('"80% holder"', '"80% holdr"', "reminders.negative[2]", '"holder"?'),
    ('"80% holder", "100%', '"80%", "100%', "reminders.negative[2]", '"80%" is not a reminder'),
    ('"80% holder", "100%', '"120% chat", "100%', "reminders.negative[2]", "1% to 100%"),
    ('"+4h sergey"', '"4h sergey"', "reminders.negative[4]", '"+4h"'),
    ('"+4h sergey"', '"50% chat"', "reminders.negative[4]", "stands here twice"),
    ('"10m next_on_duty"', '"10x next_on_duty"', "reminders.critical.seen[2]", "not a reminder"),
    ('seen = "15m clock"', 'seen = "15m"', "reply_time.critical.seen", '"15m clock"'),
    ('chat = "petrov"', 'chat = "petroff"', "routes[1].chat", '"petrov"?'),
    ('address  = "вы"', 'address = "Ты"', "replies.address", '"ты"?'),
    ("staff = 500", "staf = 500", "replies.goodwill.staf", '"staff"?'),
    ("staff = 500", "staff = -1", "replies.goodwill.staff", "below zero"),
    ('account = "accounts/1089"', "", "locations.tverskaya.links[3]", "account is not named"),
    ("[telegram]", '[telegram]\nproxy = "127.0.0.1:1080"', "telegram.proxy", "socks5"),
    ('author_names = "first_name"', 'author_names = "firstname"', "privacy.author_names", "full"),
    ("[privacy]", '[privacy]\nkeep_messages = "2d"', "privacy.keep_messages", '"7d" or more'),
    ("[privacy]", '[privacy]\nkeep_messages = "a while"', "privacy.keep_messages", "a while"),
    ("support  = {", "suport  = {", "chats.support", "nowhere to go"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "path", "said"), CHANGED)
def test_a_slip_of_the_pen_is_told(
    tmp_path: Path, before: str, after: str, path: str, said: str
) -> None:
    assert before in UNRULED
    found = {each.path: str(each) for each in mistakes(tmp_path, UNRULED.replace(before, after))}
    assert said in found[path]


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    text = """\
languge = "ru"
[chats]
support = "-100"
[people]
ivan = { id = 1, role = "staf", only = "main" }
[desk]
approval = "two_people"
hours = { mon = "9" }
on_duty = ["ivan", "ivn"]
[[routes]]
when = { location = "main" }
chat = "suport"
[[routes]]
caht = "support"
[[routes]]
chat = 5
[locations.main]
links = ["https://nowhere.example/"]
contact = 5
"""
    found = [problem.path for problem in mistakes(tmp_path, text)]
    assert sorted(found) == sorted(
        [
            "languge",
            "chats.support",
            "people.ivan.role",
            "desk.hours",
            "desk.on_duty",
            "routes[1].chat",
            "routes[2].caht",
            "routes[2].chat",
            "routes[3].chat",
            "locations.main.links[1]",
            "locations.main.contact",
        ]
    ), "and a refused entry does not make its name unknown"


def test_every_line_of_the_hours_is_told_and_no_group_repeats_it(tmp_path: Path) -> None:
    text = UNRULED.replace(
        '{ mon-fri = ["09:00-13:00", "14:00-18:00"], sat = ["10:00-16:00"] }',
        '{ mon-fri = ["9-13"], sut = ["10:00-16:00"], sun = ["10:00-14:00", "13:00-15:00"] }',
    ).replace('holidays = "RU"', 'holidays = "RUU"')
    found = [str(each) for each in mistakes(tmp_path, text + "[desk.groups.petrov]\n")]
    assert [each.split(":")[0] for each in found] == ["desk.hours"] * 3 + ["desk.holidays"]
    assert ['"9"' in found[0], '"sut"' in found[1], "overlap at 13:00" in found[2]] == [True] * 3


def test_a_source_without_links_has_its_keys_checked_too(tmp_path: Path) -> None:
    (problem,) = mistakes(tmp_path, SHORT + '[sources.two_gis]\nevry = "1h"\n')
    assert problem.path == "sources.two_gis.evry"
    assert 'Did you mean "every"' in str(problem)


def test_nothing_at_all_is_told_too(tmp_path: Path) -> None:
    assert [each.path for each in mistakes(tmp_path, "")] == [
        "locations",
        "people",
        "chats.support",
    ]


def test_a_manager_is_needed_where_a_manager_approves(tmp_path: Path) -> None:
    text = SHORT.replace('role = "manager"', 'role = "staff"')
    (problem,) = mistakes(tmp_path, text + '[desk]\napproval = "manager"\n')
    assert problem.path == "desk.approval"
    assert "anyone" in problem.hint
    (problem,) = mistakes(tmp_path, SHORT + '[desk]\napproval = "two_people"\n')
    assert "second person" in problem.sentence


def test_a_location_has_one_desk(tmp_path: Path) -> None:
    text = UNRULED + "[desk.groups.petrov]\n[desk.groups.spb]\n"
    (problem,) = mistakes(tmp_path, text)
    assert problem.path == "locations.nevsky.groups"


def test_broken_toml_is_told_with_its_line(tmp_path: Path) -> None:
    (problem,) = mistakes(tmp_path, SHORT + "[desk\n")
    assert problem.path.endswith("config.toml")
    assert "line 8" in problem.sentence


@pytest.mark.parametrize(
    "broken", ['closed = ["2026-05-01"\n', "hours = { mon-fri = [\n", "holidays =\n"]
)
def test_toml_that_is_never_closed_is_told_with_the_line_it_begins_in(
    broken: str, tmp_path: Path
) -> None:
    (problem,) = mistakes(tmp_path, f"{SHORT}[desk]\n{broken}")
    assert "line 9" in problem.sentence, problem.sentence


def test_names_have_their_plural(tmp_path: Path) -> None:
    text = SHORT + '[[routes]]\nchat = "support"\nwhen = { severity = ["x"] }\n'
    (problem,) = mistakes(tmp_path, text)
    assert problem.sentence == 'There is no severity "x".'
    assert problem.hint.startswith("Severities: ")


def test_a_day_that_ends_a_minute_early_is_offered_whole(tmp_path: Path) -> None:
    text = SHORT + '[desk]\nhours = { mon-sun = ["00:00-23:59"] }\n'
    found = loaded(tmp_path, text, REVIEWBOT_TELEGRAM_TOKEN=TOKEN)
    (warning,) = found.warnings
    assert warning.path == "desk.hours"
    assert "23:59" in warning.sentence
    assert '"00:00-24:00"' in warning.hint
    whole = text.replace("23:59", "24:00")
    assert loaded(tmp_path, whole, REVIEWBOT_TELEGRAM_TOKEN=TOKEN).warnings == ()


def test_a_file_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        load(tmp_path / "nowhere.toml", environ={}, today=TODAY)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match="reviewbot init"):
        load(None, environ={}, today=TODAY)


def test_old_encodings_are_told(tmp_path: Path) -> None:
    path = written(tmp_path, "")
    path.write_bytes('language = "ру"'.encode("cp1251"))
    with pytest.raises(ConfigError, match="UTF-8"):
        load(path, environ={}, today=TODAY)


def test_a_broken_key_file_is_told_without_its_text(tmp_path: Path) -> None:
    (tmp_path / "key.json").write_text('{"refresh_token": "tell-nobody"')
    (problem,) = mistakes(tmp_path, SHORT + '[sources.two_gis]\ncredentials_file = "key.json"\n')
    assert problem.path == "sources.two_gis.credentials_file"
    assert "tell-nobody" not in str(problem)


def test_rows_of_a_table_that_cannot_be_used_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("key,name,colour\nomsk,Омск,red\n,Томск,\nomsk,Омск 2,\n")
    found = mistakes(tmp_path, 'locations_file = "a.csv"\n' + SHORT)
    assert ["row 3 has no key" in str(each) for each in found] == [True, False]
    assert "row 4" in str(found[1])
    (problem,) = mistakes(tmp_path, 'locations_file = "b.csv"\n' + SHORT)
    assert "cannot be read" in problem.sentence


def test_a_number_that_excel_rounded_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["key", "two_gis"])
    sheet.append(["omsk", 70000001000000009])
    book.save(tmp_path / "a.xlsx")
    (problem,) = mistakes(tmp_path, 'locations_file = "a.xlsx"\n' + SHORT)
    assert "Row 2" in problem.sentence
    assert "rounded" in problem.sentence


def test_a_pattern_cut_by_a_blank_is_a_warning_so_a_living_installation_goes_on(
    tmp_path: Path,
) -> None:
    text = SHORT + '[[rules.add]]\nid = "food.bad"\ntopic = "food"\nany = ["плох*|не понрав*"]\n'
    found = loaded(tmp_path, text, REVIEWBOT_TELEGRAM_TOKEN=TOKEN)
    (warning,) = found.warnings
    assert warning.path == "rules.add[1].any[1]"
    assert warning.sentence == '"плох*|не понрав*" is read as "(плох*|не) понрав*".'
    assert '"(плох*|не понрав*)"' in warning.hint


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ('off = ["zatyan"]', "Did you mean ru.waiting.zatyan?"),
        ('off = ["waiting"]', "Did you mean ru.waiting.*, en.waiting.*?"),
        ('off = ["en.rude"]', "Did you mean en.staff.rude?"),
        ('off = ["dorogo"]', "Did you mean ru.price.dorog?"),
        ('off = ["ru.staff.hm"]', "Did you mean ru.staff.ham?"),
        ("points = { zatyan = 1.0 }", "Did you mean ru.waiting.zatyan?"),
        ("points = { waiting = 1.0 }", "ru.waiting is a group: name one of its rules"),
    ],
)
def test_a_rule_is_known_by_the_last_part_of_its_name(
    tmp_path: Path, written: str, sentence: str
) -> None:
    warnings = loaded(tmp_path, f"{SHORT}[rules]\n{written}\n").warnings
    (problem,) = (each for each in warnings if each.path.startswith("rules."))
    assert problem.hint.startswith(sentence)
    assert re.search("[а-я]", problem_text(problem, "ru"))
    assert "Did you mean" not in problem_text(problem, "ru")
