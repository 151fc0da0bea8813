"""`reviewbot check` as an operator meets it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from reviewbot.cli import main
from reviewbot.config.request_load import traffic, warnings
from reviewbot.store.database import Database
from reviewbot.store.migrations import upgrade
from reviewbot.store.tables import LocationRow, ReviewRow, TargetRow, TicketRoundRow, TicketRow
from tests.config.config_files import SHORT, TOKEN, loaded, written

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
ENGLISH = f'language = "en"\n{SHORT}'


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """Run the command line as the shell does; return its exit code."""
    monkeypatch.setattr("sys.argv", ["reviewbot", *words])
    monkeypatch.delenv("REVIEWBOT_TELEGRAM_TOKEN", raising=False)
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_a_right_file_ends_with_zero(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, ENGLISH)
    assert run(monkeypatch, "check", "--config", str(path)) == 0
    shown = capsys.readouterr()
    assert "1 location, 1 page, 1 person, 1 chat" in shown.out
    assert "yandex.ru" in shown.out
    assert "no bot token" in shown.err


def test_mistakes_end_with_two_and_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, ENGLISH.replace("manager", "manger").replace("support", "suport"))
    assert run(monkeypatch, "check", "--config", str(path)) == 2
    shown = capsys.readouterr().err
    assert 'people.marina.role: There is no role "manger". Did you mean "manager"?' in shown
    assert "chats.support" in shown
    assert "Traceback" not in shown


def test_a_russian_house_is_told_in_russian(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, SHORT)
    assert run(monkeypatch, "check", "--config", str(path)) == 0
    shown = capsys.readouterr()
    assert "1 точка, 1 страница, 1 человек, 1 чат" in shown.out
    assert "Нет токена бота: `run` не запустится." in shown.err
    written(tmp_path, SHORT.replace("manager", "manger").replace("support", "suport"))
    assert run(monkeypatch, "check", "--config", str(path)) == 2
    shown = capsys.readouterr()
    assert "people.marina.role: Неизвестно: роль «manger». Может быть, «manager»?" in shown.err
    assert "chats.support: не указано: карточкам некуда идти." in shown.err


def test_a_file_that_is_no_toml_is_told_in_the_language_it_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    path = written(tmp_path, 'language = "ru"\n[desk\n')
    assert run(monkeypatch, "check", "--config", str(path)) == 2
    assert "Это не TOML" in capsys.readouterr().err
    assert run(monkeypatch, "check", "--config", str(tmp_path / "none.toml")) == 2
    assert "There is no such file" in capsys.readouterr().err
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    assert run(monkeypatch, "check", "--config", str(tmp_path / "none.toml")) == 2
    assert "Такого файла нет" in capsys.readouterr().err


def test_everything_is_printed_as_toml(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, SHORT)
    assert run(monkeypatch, "check", "--effective", "--config", str(path)) == 0
    again = written(tmp_path, capsys.readouterr().out)
    assert run(monkeypatch, "check", "--config", str(again)) == 0


def many(folder: Path, count: int, extra: str = "") -> str:
    rows = "".join(f"place{n},yandex_maps:{1_000_000 + n}\n" for n in range(count))
    (folder / "places.csv").write_text(f"key,links\n{rows}")
    return f'locations_file = "places.csv"\n{SHORT}{extra}'


def test_requests_a_day_are_counted_and_too_many_warned_of(tmp_path: Path) -> None:
    (host,) = traffic(loaded(tmp_path, many(tmp_path, 19)).settings)
    assert (host.host, host.targets, host.requests) == ("yandex.ru", 20, 20 * 33)
    (told,) = warnings((host,))
    assert told.path == "sources.yandex_maps.every"
    assert "About 660 requests a day to yandex.ru" in told.sentence
    advised = f'[sources.yandex_maps]\nevery = "{told.hint.split(chr(34))[1]}"\n'
    assert not warnings(traffic(loaded(tmp_path, many(tmp_path, 19, advised)).settings))


def test_more_pages_than_a_site_bears_get_no_interval(tmp_path: Path) -> None:
    (host,) = traffic(loaded(tmp_path, many(tmp_path, 499)).settings)
    told = warnings((host,))[0]
    assert "is likely to block us" in told.sentence
    assert told.hint.startswith("No interval keeps 500 of its pages below that.")


def test_an_interval_that_the_gaps_forbid_is_warned_of(tmp_path: Path) -> None:
    extra = '[fetch]\ngaps = { "yandex.ru" = "1m" }\n[sources.yandex_maps]\nevery = "2h"\n'
    (host,) = traffic(loaded(tmp_path, many(tmp_path, 199, extra)).settings)
    assert host.attainable == timedelta(minutes=225)
    assert [told.hint for told in warnings((host,)) if "cannot be kept" in told.sentence] == [
        'Write every = "3h 45m" or more.'
    ]


def test_a_gap_for_a_host_that_nobody_asks_is_warned_of(tmp_path: Path) -> None:
    gaps = '[fetch]\ngaps = { "yandx.ru" = "1m", "otzovik.com" = "1m", "yandex.ru" = "1m" }\n'
    found = [str(each) for each in loaded(tmp_path, SHORT + gaps).warnings]
    [told] = [each for each in found if each.startswith("fetch.gaps")]
    assert told.startswith('fetch.gaps.yandx.ru: No reading goes to yandx.ru. Did you mean "yan')
    assert "Hosts: yandex.ru, " in told


def test_a_digest_of_no_location_is_warned_of(tmp_path: Path) -> None:
    chat = '[chats.petrov]\nid = -1009\n[digest]\npetrov = { daily = "09:15" }\n'
    route = '[[routes]]\nwhen = { location = "main", source = "otzovik" }\nchat = "petrov"\n'

    def told(text: str) -> list[str]:
        found = loaded(tmp_path, text).warnings
        return [str(each) for each in found if each.path.startswith("digest")]

    assert told(SHORT + chat + route) == []
    far = '[competitors.far]\nname = "Far"\nlinks = []\n' + route.replace('"main"', '"far"')
    assert told(SHORT + chat + far) == [
        "digest.petrov: No location's cards go to this chat, so no digest does. "
        "See [[routes]], or the person's `only`."
    ]


def test_a_column_that_means_nothing_is_warned_of_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "ключ,назвние,yandex_map,links\nomsk,Омск,,two_gis:7000000111\n"
    )
    found = loaded(tmp_path, f'locations_file = "a.csv"\n{SHORT}').warnings
    told = [each.sentence for each in found if each.path == "locations_file"]
    assert told == [
        'a.csv: There is no column "назвние". Did you mean "название"?',
        'a.csv: There is no column "yandex_map". Did you mean "yandex_maps"?',
    ]


def test_former_keys_are_held_against_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    db = Database(str(tmp_path / "reviewbot.sqlite3"))
    upgrade.upgrade(db)
    db.write_now(lambda rows: rows.add(LocationRow(key="tverskaya", name="Точка")))
    path = written(tmp_path, ENGLISH.replace("links =", 'formerly = "tverskya"\nlinks ='))
    assert run(monkeypatch, "check", "--config", str(path)) == 0
    told = capsys.readouterr().err
    assert 'knows no location "tverskya". Did you mean "tverskaya"?' in told
    written(tmp_path, ENGLISH.replace("links =", 'formerly = "tverskaya"\nlinks ='))
    assert run(monkeypatch, "check", "--config", str(path)) == 0
    assert "formerly" not in capsys.readouterr().err

    def read_there(rows: Session) -> None:
        target = TargetRow(
            key="tverskaya/yandex_maps",
            location_key="tverskaya",
            source="yandex_maps",
            ref="1000000001",
            host="yandex.ru",
        )
        rows.add(target)
        rows.flush()
        review = ReviewRow(
            target_id=target.id,
            external_id="r1",
            fingerprint="f",
            kind="review",
            published_precision="unknown",
            first_seen_at=NOW,
            last_seen_at=NOW,
        )
        rows.add(review)
        rows.flush()
        rows.add(
            TicketRow(
                review_id=review.id, location_key="tverskaya", state="waiting", opened_at=NOW
            )
        )

    db.write_now(read_there)
    db.close()
    written(tmp_path, ENGLISH)
    assert run(monkeypatch, "check", "--config", str(path)) == 0
    told = capsys.readouterr().err
    assert "locations.main: Its pages belonged to" in told
    assert 'write formerly = "tverskaya"' in told


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Open reviews of places that are not in the file: 1."),
        ("ru", "Открытых отзывов точек, которых больше нет в файле: 1."),
    ],
)
def test_what_the_file_does_to_open_reviews_is_told_beforehand(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    language: str,
    said: str,
) -> None:
    path = written(tmp_path, f'language = "{language}"\n{SHORT}')
    db = Database(str(tmp_path / "reviewbot.sqlite3"))
    upgrade.upgrade(db)

    def of_a_place_that_is_gone(rows: Session) -> None:
        rows.add(LocationRow(key="gone", name="Точка"))
        rows.flush()
        page = {"source": "yandex_maps", "ref": "77", "host": "yandex.ru"}
        target = TargetRow(key="gone/yandex_maps", location_key="gone", **page)
        rows.add(target)
        rows.flush()
        review = ReviewRow(
            target_id=target.id,
            external_id="r1",
            fingerprint="f",
            kind="review",
            published_precision="unknown",
            first_seen_at=NOW,
            last_seen_at=NOW,
        )
        rows.add(review)
        rows.flush()
        ticket = TicketRow(
            review_id=review.id, location_key="gone", state="waiting", opened_at=NOW
        )
        rows.add(ticket)
        rows.flush()
        rows.add(TicketRoundRow(ticket_id=ticket.id, n=1, reason="new", clock_start_at=NOW))

    db.write_now(of_a_place_that_is_gone)
    assert run(monkeypatch, "check", "--config", str(path)) == 0
    assert said in capsys.readouterr().err
    assert db.read_now(lambda rows: rows.get_one(TicketRow, 1)).state == "waiting"
    db.close()


def test_the_operators_own_stand_in_has_no_budget(tmp_path: Path) -> None:
    extra = '[sources.yandex_maps]\nbase_url = "http://127.0.0.1:1"\nevery = "1m"\n'
    found = loaded(tmp_path, SHORT + extra, REVIEWBOT_TELEGRAM_TOKEN=TOKEN)
    assert not warnings(traffic(found.settings))
