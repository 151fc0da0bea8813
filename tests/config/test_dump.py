"""The full print-out is itself a configuration, and means the same."""

from pathlib import Path

import pytest

from reviewbot.config import load
from reviewbot.config.dump import effective
from reviewbot.config.schema import File
from tests.config.config_files import SHORT, SKETCH, TODAY, TOKEN, UNRULED, loaded, written

ROOT = Path(__file__).parents[2]
EXAMPLE = (ROOT / "config.example.toml").read_text(encoding="utf-8")
DESK = '[desk.groups.petrov]\nhours = { sat-sun = ["18:00-02:00"] }\napproval = "anyone"\n'
ODD = """\
[locations."слева"]
name = "С \\"кавычками\\" и \\\\ чертой"
links = [{ url = "google_business:accounts/7/locations/8", every = "15m" }]
[sources.two_gis]
enabled = false
[fetch]
gaps = { "yandex.ru" = "33s" }
"""


@pytest.mark.parametrize("text", [SHORT, SKETCH, UNRULED + DESK, EXAMPLE, SHORT + ODD])
def test_what_is_printed_means_the_same(tmp_path: Path, text: str) -> None:
    first = loaded(tmp_path, text)
    again = load(written(tmp_path, effective(first)), environ={}, today=TODAY)
    assert again.settings == first.settings


def test_a_credential_of_a_link_is_printed_by_its_file(tmp_path: Path) -> None:
    (tmp_path / "own.json").write_text('{"refresh_token": "tell-nobody"}')
    text = SHORT + (
        '[locations.own]\nlinks = [{ url = "google_business:accounts/7/locations/8", '
        'credentials_file = "own.json" }]\n'
    )
    first = loaded(tmp_path, text)
    again = load(written(tmp_path, effective(first)), environ={}, today=TODAY)
    assert again.settings == first.settings
    assert again.secrets == first.secrets


def test_defaults_are_printed(tmp_path: Path) -> None:
    shown = effective(loaded(tmp_path, SHORT))
    for line in (
        'time_zone = "Europe/Moscow"',
        'negative = "1h work"',
        'confirm_within = "2d"',
        'negative = {reply = ["50% chat", "80% holder", "100% chat", "daily chat"]}',
        'every = "45m"',
    ):
        assert line in shown


def test_secrets_are_dots(tmp_path: Path) -> None:
    (tmp_path / "google.json").write_text('{"refresh_token": "tell-nobody"}')
    text = SHORT.replace(
        "[telegram]",
        '[database]\npath = "postgresql://bot:tell-nobody@db/reviews"\n'
        '[telegram]\nproxy = "socks5://me:tell-nobody@127.0.0.1:1"\n'
        'base_url = "https://tell-nobody@127.0.0.1:1"',
    )
    text += '[sources.google_business]\ncredentials_file = "google.json"\n'
    text += '[sources.two_gis]\nkey = "tell-nobody"\nbase_url = "https://me:p@tell-nobody@proxy"\n'
    shown = effective(loaded(tmp_path, text, REVIEWBOT_TELEGRAM_TOKEN=TOKEN))
    assert "tell-nobody" not in shown
    assert TOKEN not in shown
    assert "refresh_token: •••" in shown
    assert "bot token: •••" in shown


def keys(model: type, prefix: str = "") -> set[str]:
    """Every key of the file, by its own name."""
    found = set()
    for name, field in model.model_fields.items():  # type: ignore[attr-defined]
        key = field.alias or name
        if key == "#":
            continue
        found.add(key)
        for inner in nested(field.annotation):
            found |= keys(inner)
    return found


def nested(annotation: object) -> list[type]:
    from typing import get_args

    from pydantic import BaseModel

    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in nested(part)]


@pytest.mark.parametrize("page", ["config.example.toml", "docs/configuration.md"])
def test_every_key_is_explained(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    words = set(text.replace("`", " ").replace(":", " ").replace(",", " ").split())
    words |= {word.strip("[](){};.") for word in words}
    words |= {part for word in words for part in word.split(".")}
    assert keys(File) <= words
