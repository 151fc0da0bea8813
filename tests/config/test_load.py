"""What a right file becomes."""

import os
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from reviewbot.config import dump, load
from reviewbot.config.credentials import sealed
from reviewbot.core.calendar.deadlines import times_for
from reviewbot.core.classifier.classify import RuleSet
from reviewbot.core.errors import ConfigError
from reviewbot.core.model import Approval, Role
from reviewbot.core.settings import DigestTime, Pause, Span, Subject, When
from reviewbot.store.database import file_of
from tests.config.config_files import SHORT, SKETCH, TODAY, TOKEN, UNRULED, loaded, written

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


def test_a_short_file_is_enough(tmp_path: Path) -> None:
    found = loaded(tmp_path, SHORT, REVIEWBOT_TELEGRAM_TOKEN=TOKEN)
    settings = found.settings
    assert found.warnings == ()
    assert found.token is not None
    assert found.token.get_secret_value() == TOKEN
    assert (settings.language, settings.zone, settings.operator_chat) == (
        "ru",
        "Europe/Moscow",
        "support",
    )
    assert settings.chats["support"].chat_id == -1002200000001
    assert settings.people["marina"].name == "marina"
    assert list(settings.targets) == ["main/yandex_maps"]
    target = settings.targets["main/yandex_maps"]
    assert target.target.ref == "1000000001"
    assert target.hosts[0] == "yandex.ru"
    assert target.every == timedelta(minutes=45)
    desk = settings.desks[""]
    assert desk.hours[0] == ((time(10), time(19)),)
    assert desk.hours[5] == ()
    assert desk.approval is Approval.MANAGER
    assert settings.database == str(tmp_path / "reviewbot.sqlite3")


def test_without_a_manager_anyone_approves(tmp_path: Path) -> None:
    text = SHORT.replace('role = "manager"', 'role = "staff"')
    assert loaded(tmp_path, text).settings.desks[""].approval is Approval.ANYONE


def test_a_missing_token_is_a_warning(tmp_path: Path) -> None:
    found = loaded(tmp_path, SHORT)
    assert found.token is None
    assert [warning.path for warning in found.warnings] == ["telegram.token_file"]


def test_the_sketch_loads_completely(tmp_path: Path) -> None:
    settings = loaded(tmp_path, SKETCH).settings
    assert settings.profile == "restaurant"
    assert settings.chats["support"].thread_id == 12
    assert settings.chats["operator"].chat_id == settings.people["oleg"].telegram_id
    assert settings.people["marina"].deputy == "anna"
    assert settings.people["ivan"].only == ("tverskaya", "group:spb")
    assert not settings.may_see(settings.people["ivan"], "arbat")
    assert settings.may_see(settings.people["ivan"], "nevsky")
    desk = settings.desks[""]
    assert desk.hours[0] == ((time(9), time(13)), (time(14), time(18)))
    assert desk.hours[5] == ((time(10), time(16)),)
    assert desk.quiet == (time(22), time(9))
    assert desk.on_duty == ("marina", "anna")
    assert desk.confirm_within == timedelta(hours=48)
    assert date(2026, 12, 31) in desk.closed
    assert settings.locations["arbat"].paused == Pause(
        date(2026, 3, 1), date(2026, 3, 20), "ремонт"
    )
    assert settings.locations["shokoladnitsa"].role == "competitor"
    assert settings.targets["nevsky/two_gis"].every == timedelta(hours=2)
    google = settings.targets["tverskaya/google_business"].target
    assert google.ref == "locations/5501"
    assert google.options.account == "accounts/1089"
    assert settings.sources["google_business"].undo == timedelta(minutes=2)
    assert [step.name for step in settings.ladders.reply["negative"]] == [
        "50% chat",
        "80% holder",
        "100% managers",
        "+4h sergey",
        "daily managers",
    ]
    assert [step.to for step in settings.ladders.seen["critical"]] == [
        "on_duty",
        "next_on_duty",
        "managers",
        "oleg",
    ]
    assert settings.routes[0].when == When(group=("petrov",))
    assert settings.routes[0].copy == ("managers",)
    assert settings.rules == RuleSet(
        off=("ru.price.dorogo",),
        add=(
            {
                "id": "food.foreign-object",
                "any": ["волос в", "таракан*", "насеком*"],
                "topic": "food",
                "severity": "critical",
            },
        ),
    )
    assert settings.replies.goodwill == {"staff": 500, "manager": 3000}
    assert settings.replies.templates[0].language == "ru"
    assert settings.digest["managers"] == {
        "daily": DigestTime(time(9, 15)),
        "weekly": DigestTime(time(9, 30), weekday=0),
        "monthly": DigestTime(time(10), monthday=1),
    }
    assert settings.author_names == "first_name"


@pytest.mark.parametrize(
    ("written_sign", "signs"),
    [
        ('"Команда «Точки»"', {"ru": "Команда «Точки»"}),
        ('"Tochka"', {"ru": "Tochka", "en": "Tochka"}),
        ('{ ru = "«Точка»", en = "Tochka" }', {"ru": "«Точка»", "en": "Tochka"}),
    ],
)
def test_a_russian_signature_signs_russian_replies_only(
    tmp_path: Path, written_sign: str, signs: dict[str, str]
) -> None:
    settings = loaded(tmp_path, f"{SHORT}[replies]\nsign = {written_sign}\n").settings
    assert settings.replies.sign == signs


def test_the_example_passes(tmp_path: Path) -> None:
    found = load(EXAMPLE, environ={}, today=TODAY)
    # What is not on this machine: the token and the key.
    assert {warning.path for warning in found.warnings} == {
        "telegram.token_file",
        "sources.google_business.credentials_file",
    }


def test_reply_times_are_found_by_exception_first(tmp_path: Path) -> None:
    settings = loaded(tmp_path, UNRULED).settings

    def reply(source: str, tone: str, severity: str = "normal") -> Span | None:
        duties = times_for(settings.reply_time, Subject(tone, severity, source, "tverskaya"))
        return duties.times.reply if duties else None

    assert reply("otzovik", "negative") == Span(timedelta(hours=8))
    assert reply("yandex_maps", "negative") == Span(timedelta(hours=1))
    assert reply("otzovik", "negative", "critical") == Span(timedelta(hours=2))
    assert reply("yandex_maps", "positive") == Span(days=3)
    assert reply("yandex_maps", "mixed") == Span(timedelta(hours=24), counts="clock")


def test_a_group_may_have_a_desk_of_its_own(tmp_path: Path) -> None:
    text = UNRULED + '[desk.groups.petrov]\nhours = { mon-sun = "12:00-24:00" }\nquiet = "none"\n'
    settings = loaded(tmp_path, text).settings
    desk = settings.desk_of("nevsky")
    assert desk.key == "petrov"
    assert desk.hours[6] == ((time(12), time(0)),)
    assert desk.quiet is None
    assert desk.on_duty == ("marina", "anna"), "what it does not say, the default desk says"
    assert settings.desk_of("arbat").key == ""


def test_holidays_come_with_moved_working_days(tmp_path: Path) -> None:
    text = SHORT + '[desk]\nholidays = "RU"\nclosed = [2026-03-05, "2025-11-01"]\n'
    desk = loaded(tmp_path, text).settings.desks[""]
    assert date(2026, 1, 9) in desk.closed, "a day off moved from a Saturday"
    assert date(2026, 3, 9) in desk.closed
    assert date(2026, 3, 5) in desk.closed
    assert date(2027, 2, 20) in desk.worked, "a Saturday moved to work"
    assert date(2025, 11, 1) not in desk.worked, "the operator's own word counts more"


def test_the_day_before_a_public_holiday_is_shorter_where_the_file_says_so(tmp_path: Path) -> None:
    text = SHORT + '[desk]\nholidays = "RU"\n'
    assert loaded(tmp_path, text).settings.desks[""].shortened == frozenset()
    short = loaded(tmp_path, f'{text}shortened = "RU"\n').settings.desks[""].shortened
    working = {day for day in short if day.year == 2025 and day.weekday() < 5}
    assert working == {date(2025, 3, 7), date(2025, 4, 30), date(2025, 6, 11)}
    assert date(2025, 11, 1) in short, "the eve of 4 November was moved to this Saturday"
    # Days off that were only moved have no eve of their own: 8 May 2025 was one, 30 December 2025
    # lay before another.
    assert not {date(2025, 5, 7), date(2025, 12, 30)} & short


def test_a_year_that_is_not_decreed_yet_is_warned_of_once(tmp_path: Path) -> None:
    desks = '[desk]\nholidays = "RU"\n[desk.groups.spb]\nquiet = "none"\n'
    text = f'{SHORT}groups = ["spb"]\n{desks}'

    def told(year: int, month: int) -> list[str]:
        found = load(written(tmp_path, text), environ={}, today=date(year, month, 20))
        return [each.sentence for each in found.warnings if each.path == "desk.holidays"]

    assert told(2026, 3) == told(2026, 8) == []
    [sentence] = told(2029, 3)
    assert "2029" in sentence
    [sentence] = told(2027, 12)
    assert "2028" in sentence


def test_two_pages_of_one_site_are_told_apart_by_their_number(tmp_path: Path) -> None:
    text = SHORT.replace(
        '1000000001/"]', '1000000001/", "yandex_maps:1000000002", "two_gis:70000001000000001"]'
    )
    assert list(loaded(tmp_path, text).settings.targets) == [
        "main/yandex_maps/1000000001",
        "main/yandex_maps/1000000002",
        "main/two_gis",
    ]


def test_a_source_that_is_switched_off_has_no_targets(tmp_path: Path) -> None:
    text = SHORT + "[sources.yandex_maps]\nenabled = false\n"
    assert not loaded(tmp_path, text).settings.targets


def test_another_address_is_asked_in_place_of_the_site(tmp_path: Path) -> None:
    text = SHORT + '[sources.yandex_maps]\nbase_url = "http://127.0.0.1:8080/"\n'
    found = loaded(tmp_path, text, REVIEWBOT_TELEGRAM_TOKEN=TOKEN)
    assert found.settings.targets["main/yandex_maps"].hosts == ("127.0.0.1",)
    assert [warning.path for warning in found.warnings] == ["sources.yandex_maps.base_url"]
    allowed = text + '[fetch]\nallowed_hosts = ["127.0.0.1"]\n'
    found = loaded(tmp_path, allowed, REVIEWBOT_TELEGRAM_TOKEN=TOKEN)
    assert not found.warnings
    reached = ("127.0.0.1:80", "127.0.0.1:443", "127.0.0.1:8080")
    assert found.settings.fetching.allowed_hosts == reached, "not whatever else listens there"
    one = loaded(tmp_path, allowed.replace('.1"]', '.1:8080"]'), REVIEWBOT_TELEGRAM_TOKEN=TOKEN)
    assert (one.settings.fetching.allowed_hosts, one.warnings) == (reached[2:], ())


def test_secrets_come_from_files_and_variables_and_are_never_printed(tmp_path: Path) -> None:
    key = tmp_path / "google.json"
    key.write_text('{"installed": {"client_id": "me"}, "refresh_token": "tell-nobody"}')
    token = tmp_path / "token"
    token.write_text(f"{TOKEN}\n")
    for secret in (key, token):
        secret.chmod(0o600)
    text = SHORT.replace("[telegram]", '[telegram]\ntoken_file = "token"').replace(
        '1000000001/"]',
        '1000000001/", { url = "google_business:accounts/1/locations/2", credentials_file = '
        '"google.json" }]',
    )
    found = loaded(tmp_path, text, REVIEWBOT_TRUSTPILOT_TOKEN="from-the-environment")
    assert found.warnings == ()
    own = found.settings.targets["main/google_business"].target.secret_ref
    assert found.secrets[own] == sealed({"client_id": "me", "refresh_token": "tell-nobody"})
    assert found.secrets["trustpilot"] == sealed({"token": "from-the-environment"})
    assert set(found.all_secrets()) == {"me", "tell-nobody", "from-the-environment", TOKEN}
    shown = f"{found!r} {found.secrets} {found.token}"
    assert "tell-nobody" not in shown
    assert "from-the-environment" not in shown
    assert TOKEN not in shown


OWN = "777:AAfake-token_of-the-guests"
ASKED = '[guests]\nprivacy = "https://example.com/privacy"\ntoken_file = "guests.token"\n'


def test_the_token_of_the_guests_bot_is_a_secret_of_its_own(tmp_path: Path) -> None:
    own = tmp_path / "guests.token"
    own.write_text(OWN)
    own.chmod(0o600)
    found = loaded(tmp_path, SHORT + ASKED, REVIEWBOT_TELEGRAM_TOKEN=TOKEN)
    assert (found.token, found.guests_token) == (SecretStr(TOKEN), SecretStr(OWN))
    assert found.settings.guests is not None
    assert found.settings.guests.own_bot
    assert found.redaction(f"{OWN} {TOKEN}") == "••• •••"
    assert OWN not in f"{found!r} {found.secrets} {dump.effective(found)}"
    one = loaded(tmp_path, SHORT + ASKED.replace("token_file", "# token_file"))
    assert one.settings.guests is not None
    assert (one.settings.guests.own_bot, one.guests_token) == (False, None)


@pytest.mark.parametrize("text", [None, "", "not a token", "123:AA\nsecond line of a token"])
def test_a_guests_token_that_is_none_is_a_warning_and_staff_go_on(
    tmp_path: Path, text: str | None
) -> None:
    if text is not None:
        (tmp_path / "guests.token").write_text(text)
        (tmp_path / "guests.token").chmod(0o600)
    found = loaded(tmp_path, SHORT + ASKED, REVIEWBOT_TELEGRAM_TOKEN=TOKEN)
    assert found.guests_token is None
    assert found.settings.guests is not None
    assert found.settings.guests.own_bot, "links must not lead into the bot of staff unsaid"
    assert [problem.path for problem in found.warnings] == ["guests.token_file"]


def test_the_bot_of_staff_is_no_second_bot(tmp_path: Path) -> None:
    (tmp_path / "guests.token").write_text(f"{TOKEN.partition(':')[0]}:{'r' * 30}")
    with pytest.raises(ConfigError) as refused:
        loaded(tmp_path, SHORT + ASKED, REVIEWBOT_TELEGRAM_TOKEN=TOKEN)
    [problem] = refused.value.problems
    assert problem.path == "guests.token_file"
    assert "r" * 30 not in str(refused.value)


def test_passwords_in_addresses_are_secrets_too(tmp_path: Path) -> None:
    proxy = 'proxy = "socks5://me:hid%40den@127.0.0.1:1080"'
    bases = '[sources.two_gis]\nbase_url = "https://me:asked-@proxy"\n'
    text = SHORT.replace("[telegram]", f"[telegram]\n{proxy}") + bases
    found = loaded(tmp_path, text, REVIEWBOT_DATABASE="postgresql://me:silent@127.0.0.1/x")
    assert set(found.all_secrets()) == {"hid%40den", "hid@den", "silent", "asked-"}
    assert found.redaction("hid@den hid%40den silent asked-") == "••• ••• ••• •••"


def test_a_secret_that_everyone_can_read_is_warned_of(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text(TOKEN)
    token.chmod(0o644)
    found = loaded(tmp_path, SHORT.replace("[telegram]", '[telegram]\ntoken_file = "token"'))
    assert [warning.hint for warning in found.warnings] == [f"chmod 600 {token}"]


def test_a_source_without_its_credential_is_warned_of(tmp_path: Path) -> None:
    text = SHORT.replace('1000000001/"]', '1/", "google_business:accounts/1/locations/2"]')
    text = text.replace("org/tochka/1/", "org/tochka/1000000001/")
    found = loaded(tmp_path, text, REVIEWBOT_TELEGRAM_TOKEN=TOKEN)
    assert [warning.path for warning in found.warnings] == ["sources.google_business"]


def test_a_file_is_read_only_from_a_named_folder(tmp_path: Path) -> None:
    file = tmp_path / "exports" / "guests.csv"
    file.parent.mkdir()
    link = f'links = [{{ url = "table:{file}", columns = {{ text = "Отзыв" }} }}]\n'
    text = SHORT + "[locations.cabinet]\n" + link
    with pytest.raises(ConfigError, match="not in a folder that may be read"):
        loaded(tmp_path, text)
    allowed = text + '[fetch]\nfolders = "exports"\n'
    found = loaded(tmp_path, allowed, REVIEWBOT_TELEGRAM_TOKEN=TOKEN)
    assert [each.sentence for each in found.warnings] == [f"There is no file {file} yet."]
    assert found.settings.targets["cabinet/table"].target.options.columns == {"text": "Отзыв"}
    file.write_text("Отзыв\nХорошо\n")
    assert not loaded(tmp_path, allowed, REVIEWBOT_TELEGRAM_TOKEN=TOKEN).warnings


def test_locations_may_be_a_spreadsheet(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Ключ", "Название", "Контакт", "Группы", "Пояс", "Ссылки", "two_gis"],
        ["omsk", "Омск", "+7 381", "sib, petrov", "Asia/Omsk", None, "70000001000000009"],
        [None, None, None, None, None, None, None],
        ["tomsk", "Томск", None, "sib", None, "https://yandex.ru/maps/org/t/1000000009/", None],
    ):
        sheet.append(row)
    book.save(tmp_path / "точки.xlsx")
    text = 'locations_file = "точки.xlsx"\n' + SHORT
    settings = loaded(tmp_path, text).settings
    assert list(settings.locations) == ["main", "omsk", "tomsk"]
    omsk = settings.locations["omsk"]
    assert (omsk.name, omsk.groups, omsk.zone) == ("Омск", ("sib", "petrov"), "Asia/Omsk")
    assert settings.targets["omsk/two_gis"].target.ref == "70000001000000009"
    assert settings.targets["tomsk/yandex_maps"].target.ref == "1000000009"


def test_locations_may_be_a_table_of_excel_in_russia(tmp_path: Path) -> None:
    rows = (
        "key;name;links\nomsk;Омск;https://yandex.ru/maps/org/o/1000000008/ two_gis:7000000100\n"
    )
    (tmp_path / "точки.csv").write_bytes(rows.encode("cp1251"))
    text = 'locations_file = "точки.csv"\n' + SHORT
    settings = loaded(tmp_path, text).settings
    assert settings.locations["omsk"].name == "Омск"
    assert "omsk/two_gis" in settings.targets


def test_the_file_is_looked_for_where_it_usually_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = written(tmp_path, SHORT)
    assert load(None, environ={}, today=TODAY).path == Path("config.toml")
    elsewhere = tmp_path / "other.toml"
    path.rename(elsewhere)
    found = load(None, environ={"REVIEWBOT_CONFIG": str(elsewhere)}, today=TODAY)
    assert found.path == elsewhere
    assert os.fspath(load(elsewhere, environ={}, today=TODAY).path) == str(elsewhere)


def test_roles_are_roles(tmp_path: Path) -> None:
    settings = loaded(tmp_path, UNRULED).settings
    assert {person.role for person in settings.people.values()} == set(Role)


def test_what_would_reach_nobody_is_warned_of(tmp_path: Path) -> None:
    text = SHORT.replace('role = "manager"', 'role = "manager", only = "main"')
    text += """\
[people.petya]
id = 2
role = "viewer"
[locations.other]
links = "two_gis:70000001000000001"
[desk]
on_duty = "petya"
[reminders]
negative = ["100% next_on_duty"]
"""
    found = loaded(tmp_path, text, REVIEWBOT_TELEGRAM_TOKEN=TOKEN)
    assert [(each.path, each.sentence) for each in found.warnings] == [
        ("desk.on_duty", "petya is a viewer and cannot take a review."),
        ("people", "No manager may approve replies of other."),
    ]
    nobody = loaded(
        tmp_path, text.replace('on_duty = "petya"', ""), REVIEWBOT_TELEGRAM_TOKEN=TOKEN
    )
    assert [each.path for each in nobody.warnings] == ["reminders.negative", "people"]


SPLIT = """\
[locations.north]
links = "two_gis:70000001000000001"
groups = ["n"]
[locations.south]
links = "two_gis:70000001000000002"
[people.anna]
id = 2
only = ["main", "north"]
deputy = "boris"
[people.boris]
id = 3
only = "main"
deputy = "vera"
[people.vera]
id = 4
role = "viewer"
"""


@pytest.mark.parametrize(
    ("duty", "told"),
    [
        (
            'on_duty = "anna"',
            [
                ("people.boris.deputy", "vera is a viewer and cannot take a review."),
                ("desk.on_duty", "anna may not see south and is not told of reviews there."),
                (
                    "desk.on_duty",
                    "Nobody on duty may see south: other managers are told, then admins.",
                ),
                (
                    "people.anna.deputy",
                    "boris may not see north, where anna is on duty: nobody stands in there.",
                ),
            ],
        ),
        (
            'on_duty = ["anna", "marina"]',
            [
                ("people.boris.deputy", "vera is a viewer and cannot take a review."),
                ("desk.on_duty", "anna may not see south and is not told of reviews there."),
                (
                    "people.anna.deputy",
                    "boris may not see north, where anna is on duty: nobody stands in there.",
                ),
            ],
        ),
        (
            'rota = { mon-fri = ["marina", "vera"], sat-sun = "boris" }',
            [
                ("desk.rota", "vera is a viewer and cannot take a review."),
                ("people.boris.deputy", "vera is a viewer and cannot take a review."),
                ("desk.rota", "boris may not see north, south and is not told of reviews there."),
                (
                    "desk.rota",
                    "Nobody on duty may see north, south: other managers are told, then admins.",
                ),
            ],
        ),
        (
            'on_duty = "marina"\n[desk.groups.n]\non_duty = "boris"',
            [
                ("people.boris.deputy", "vera is a viewer and cannot take a review."),
                (
                    "desk.groups.n.on_duty",
                    "boris may not see north and is not told of reviews there.",
                ),
                (
                    "desk.groups.n.on_duty",
                    "Nobody on duty may see north: other managers are told, then admins.",
                ),
            ],
        ),
        ('on_duty = "marina"\n[desk.groups.n]\nrota = { mon = "anna" }', None),
    ],
)
def test_who_cannot_see_the_places_of_their_duty_is_warned_of(
    tmp_path: Path, duty: str, told: list[tuple[str, str]] | None
) -> None:
    """The file is used as it is: the bot passes over them there."""
    text = f"{SHORT}{SPLIT}[desk]\n{duty}\n"
    found = loaded(tmp_path, text, REVIEWBOT_TELEGRAM_TOKEN=TOKEN)
    seen = [(each.path, each.sentence) for each in found.warnings]
    if told is None:
        assert [path for path, _ in seen] == ["people.boris.deputy", "people.anna.deputy"]
    else:
        assert seen == told


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("[chats]\nsupport = -" + "9" * 25, "chats.support.id: Input should be greater than"),
        (
            "[people]\nanna = { id = " + "9" * 25 + " }",
            "people.anna.id: Input should be less than",
        ),
        ("[chats]\nsupport = -" + "9" * 5000, "Numbers have a few digits"),
        (".".join("a" * 5000) + " = 1", "nested too deeply"),
        ("[" + ".".join("a" * 5000) + "]", "nested too deeply"),
    ],
)
def test_numbers_and_depths_beyond_measure_are_told(tmp_path: Path, said: str, told: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(said + "\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=told):
        load(file, environ={})


def test_a_path_as_sqlite_writes_it_is_the_same_file(tmp_path: Path) -> None:
    """Else a second, empty database comes about, and a second bot with it."""
    for told in ("bot.sqlite3", "file:bot.sqlite3", f"file:{tmp_path}/bot.sqlite3"):
        file = written(tmp_path, f'{SHORT}\n[database]\npath = "{told}"\n')
        found = load(file, environ={}).settings.database
        assert file_of(found) == file_of(f"file:{found}") == (tmp_path / "bot.sqlite3").resolve()


def test_whether_the_file_may_be_changed_is_known_without_its_tables(tmp_path: Path) -> None:
    for text, writable in ((SHORT, True), (f"writable = false\n{SHORT}", False)):
        assert load(written(tmp_path, text), environ={}).writable is writable
