"""The documentation is complete: what exists is in it, what it links to exists."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from reviewbot import registry
from reviewbot.cli import app
from reviewbot.config import load
from reviewbot.config.schema import File
from reviewbot.core import errors
from reviewbot.words.answers import command_menu
from reviewbot.words.vocabulary import Scope

ROOT = Path(__file__).parent.parent
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted(ROOT.glob("docs/**/*.md")),
    *sorted(ROOT.glob("benchmarks/*.md")),
]
LINK = re.compile(r"\]\(([^)#]+)(#[^)]*)?\)|src=\"([^\"]+)\"")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_resolve(page: Path) -> None:
    for target, _, picture in LINK.findall(page.read_text()):
        link = target or picture
        if not link.startswith(("http:", "https:", "mailto:")):
            assert (page.parent / link).exists(), f"{named(page)} links to {link}"


def test_every_page_can_be_reached_from_the_readme() -> None:
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop().resolve()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        waiting += [
            page.parent / target
            for target, _, _ in LINK.findall(page.read_text())
            if target and not target.startswith("http")
        ]
    assert {path.resolve() for path in PAGES} - seen - {(ROOT / "CHANGELOG.md").resolve()} == set()


BOTH_LANGUAGES = {
    "docs/beside-the-reply.md": None,
    "docs/reply-time.md": ("## Who is on duty", "### Templates that live"),
}
"""What the page in Russian tells, too: of whole pages, or of these sections."""
ENGLISH_EXAMPLES = re.compile(r"repair the machine|Anna|Friday")


def test_the_russian_page_names_every_key_and_command_of_the_english_one() -> None:
    russian = (ROOT / "docs/ru/beside-the-reply.md").read_text()
    missing = set[str]()
    for page, sections in BOTH_LANGUAGES.items():
        text = (ROOT / page).read_text()
        parts = [text]
        if sections is not None:
            parts = [re.split(r"\n##+ ", text.partition(each + "\n")[2])[0] for each in sections]
        spans = re.findall(r"`([^`]+)`", " ".join(" ".join(parts).split()))
        told = {each for each in spans if not ENGLISH_EXAMPLES.search(each)}
        missing |= {each for each in told if each.split()[0] not in russian}
    assert missing == set()


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    for name in get_command(app).commands:  # type: ignore[attr-defined]
        assert f"`{name}`" in readme, name


def test_every_source_is_documented() -> None:
    sources = (ROOT / "docs/sources.md").read_text()
    for name in registry.installed():
        assert f"`{name}`" in sources, name


def test_every_section_of_the_configuration_is_in_the_example_and_in_the_page() -> None:
    example = (ROOT / "config.example.toml").read_text()
    page = (ROOT / "docs/configuration.md").read_text()
    for name, field in File.model_fields.items():
        key = field.alias or name
        assert re.search(rf"\b{key}\b", example), f"config.example.toml lacks {key}"
        assert re.search(rf"\b{key}\b", page), f"docs/configuration.md lacks {key}"


def test_the_example_configuration_loads() -> None:
    loaded = load(ROOT / "config.example.toml", environ={})
    assert loaded.token is None
    assert any("token" in str(warning) for warning in loaded.warnings)


def test_every_error_of_a_reading_is_explained_to_the_author_of_a_source() -> None:
    page = (ROOT / "docs/writing-a-source.md").read_text()
    for error in errors.CollectError.__subclasses__():
        assert f"`{error.__name__}`" in page, error.__name__


def test_the_readme_opens_with_what_it_is_and_the_two_commands() -> None:
    first_screen = "\n".join((ROOT / "README.md").read_text().splitlines()[:25])
    assert "make demo" in first_screen
    assert "make test" in first_screen
    assert "docs/card.svg" in first_screen


STAFF_PAGE = ROOT / "docs/ru/staff.md"


def test_the_staffs_page_lists_the_commands_there_are() -> None:
    """To write them anew, put what this says is missing between the two marks."""
    told = dict(command_menu(Scope.PRIVATE, "ru"))
    admins = {name: line for name, line in command_menu(Scope.ADMIN, "ru") if name not in told}
    lines = [f"* `/{name}`: {line}" for name, line in told.items()]
    lines += [f"* `/{name}`: {line} (админ)" for name, line in admins.items()]
    page = STAFF_PAGE.read_text(encoding="utf-8")
    listed = page.partition("tests/test_docs.py -->\n")[2].partition("<!-- /commands")[0]
    assert listed.splitlines() == lines
