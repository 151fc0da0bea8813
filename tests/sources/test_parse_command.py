"""`reviewbot parse` and `reviewbot sources` as an operator runs them."""

import json
import sys
from pathlib import Path

import pytest
from driving import DATA
from typer.testing import CliRunner, Result

from reviewbot import registry
from reviewbot.cli import app
from reviewbot.cli.sources import source_pages
from reviewbot.core.errors import PluginError

ROOT = Path(__file__).parents[2]


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_one_json_object_per_review() -> None:
    file = DATA / "yandex_maps" / "reviews_page_25_some_unanswered.html"
    result = run("parse", "yandex_maps", file, "--json")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert len(rows) == 25
    assert sum(row["reply_text"] is None for row in rows) == 4
    assert list(rows[0]) == [
        *("external_id", "kind", "rating", "score", "scale", "title", "text", "pros", "cons"),
        *("author", "published_at", "published_precision", "edited_at", "language"),
        *("translation", "photos", "url", "reply_text", "reply_at", "reply_state"),
        *("can_reply", "site"),
    ]


def test_a_person_reads_stars_texts_and_replies() -> None:
    file = DATA / "two_gis" / "branches_reviews_v2_2021_flamp_and_2gis.json"
    result = run("parse", "two_gis", file)
    assert result.exit_code == 0
    assert "★★☆☆☆  2021-01-25  Ульяна А." in result.stdout
    assert "↳ Добрый день" in result.stdout
    assert "2 reviews · without a reply: 1" in result.stdout


@pytest.mark.parametrize("form", [(), ("--json",)])
@pytest.mark.parametrize(
    ("source", "file", "options", "told"),
    [
        ("yandex_maps", "showcaptcha_smartcaptcha_2023_trimmed.html", (), "Blocked: "),
        ("yandex_maps", "fetchReviews_csrf_only_response.json", (), "Blocked: "),
        ("yandex_maps", "list_removed_HANDMADE.html", (), "LayoutChanged: "),
        ("yandex_maps", "reviews_page_empty.html", ("--status", "507"), "Blocked: "),
        ("yandex_maps", "reviews_page_empty.html", ("--status", "429"), "RateLimited: "),
        (
            "yandex_maps",
            "reviews_page_empty.html",
            ("--url", "https://yandex.ru/showcaptcha"),
            "Bl",
        ),
        ("google_business", "error_401.json", (), "Denied: "),
    ],
)
def test_a_contract_error_is_named_and_ends_with_1(
    source: str, file: str, options: tuple[str, ...], told: str, form: tuple[str, ...]
) -> None:
    result = run("parse", source, DATA / source / file, *options, *form)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith(told)
    assert "Traceback" not in result.stderr


def test_mistakes_get_a_sentence() -> None:
    result = run("parse", "yandex_maps", "/nowhere/page.html")
    assert (result.exit_code, result.stderr) == (
        1,
        "/nowhere/page.html cannot be read: No such file or directory.\n",
    )
    result = run("parse", "yandex", DATA / "x")
    assert isinstance(result.exception, PluginError)
    assert "Did you mean 'yandex_maps'? There are: " in str(result.exception)


def test_sources_lists_every_installed_one() -> None:
    listed = json.loads(run("sources", "--json").stdout)
    assert [entry["name"] for entry in listed] == list(registry.installed())
    google = next(entry for entry in listed if entry["name"] == "google_business")
    assert google["reply_limit"]["unit"] == "bytes"
    table = run("sources").stdout
    assert all(name in table for name in registry.installed())


def test_docs_are_in_step() -> None:
    document = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    modules = [registry.load(name) for name in registry.installed()]
    renewed = source_pages.with_generated(document, source_pages.markdown(modules))
    assert document == renewed, "run: reviewbot sources --into docs/sources.md"


def test_into_renews_only_the_generated_part(tmp_path: Path) -> None:
    page = tmp_path / "sources.md"
    page.write_text(f"before\n{source_pages.BEGIN}\nold\n{source_pages.END}\nafter\n")
    assert run("sources", "--into", page).exit_code == 0
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "| source | reads |" in text
    assert "\nold\n" not in text


def test_check_runs_the_source_test_on_a_folder(tmp_path: Path) -> None:
    good = run("sources", "--check", "sources.yandex_maps", DATA / "yandex_maps")
    assert good.exit_code == 0, good.stderr
    (tmp_path / "cases.toml").write_text(
        '[[case]]\nfile = "a.html"\nkind = "typical"\nitems = 3\n'
    )
    (tmp_path / "a.html").write_bytes((DATA / "yandex_maps/reviews_page_empty.html").read_bytes())
    bad = run("sources", "--check", "sources.yandex_maps", tmp_path)
    assert bad.exit_code == 1
    assert "0 items, not 3" in bad.stderr
    assert "no case of the kind 'blocked'" in bad.stderr
    assert "a.expected.json was missing and is written" in bad.stderr
    assert (tmp_path / "a.expected.json").exists()


def test_check_passes_on_the_example_package_of_the_docs(monkeypatch: pytest.MonkeyPatch) -> None:
    example = ROOT / "docs" / "example-source"
    monkeypatch.chdir(example)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    result = run("sources", "--check", "notice_board", example / "cases")
    sys.modules.pop("notice_board", None)
    assert result.exit_code == 0, result.stderr
    assert result.stdout == "✓ notice_board: 4 cases\n"
