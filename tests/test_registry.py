"""A plugin that fails costs itself, never the bot."""

import json
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from types import MappingProxyType

import pytest

from reviewbot import registry
from reviewbot.core.contract import Item, Target, public_links
from reviewbot.core.errors import ConfigError, PluginError
from reviewbot.processes.parsing_process import Limits
from tests.config.config_files import SHORT, loaded

GOOD = "from tests.collect.small_site import *\nNAME = {name!r}\n"
PLUGINS = {
    "ends": ("raise SystemExit(3)", "SystemExit: 3"),
    "hangs": ("while True: pass", "more than"),
    "sleeps": ("import time; time.sleep(60)", "more than"),
    "breaks": ("1 / 0", "ZeroDivisionError"),
    "other": ("x = 1", "lacks"),
}


HANGS = "import time; time.sleep(60)"
OPTIONS = (
    "from dataclasses import dataclass\n@dataclass(frozen=True)\n"
    "class Options(Options):\n    def __post_init__(self): "
)
SLOW = {
    "slow_link": f"def recognise_url(url): {HANGS}\n",
    "slow_pages": f"def pages(target, memory):\n    {HANGS}\n    yield\n",
    "slow_options": OPTIONS + HANGS + "\n",
    "slow_publishes": f"def publishes(target): {HANGS}\n",
}
ENDS = {
    "ends_link": "def recognise_url(url): raise SystemExit(4)\n",
    "ends_pages": "def pages(target, memory):\n    raise SystemExit(4)\n    yield\n",
    "ends_options": OPTIONS + "raise SystemExit(4)\n",
    "ends_publishes": "def publishes(target): raise SystemExit(4)\n",
}
HOLDS = "import re\ndef recognise_url(url): re.fullmatch('(a+)+b', 'a' * 40)\n"
"""The interpreter, which no signal and no thread takes from it."""


@pytest.fixture
def plugins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[None]:
    """Those named by the test, else those that cannot be loaded and one that ends the process when
    it is asked, beside what is installed."""
    asked = GOOD.format(name="exits") + "def recognise_url(url): raise SystemExit(4)\n"
    asked += "def review_url(target, item): raise SystemExit(5)\n"
    texts = {name: text for name, (text, _) in PLUGINS.items()} | {"exits": asked}
    for name, text in {**SLOW, **ENDS, "holds": HOLDS}.items():
        texts[name] = GOOD.format(name=name) + text
    found = dict(registry.installed())
    wanted = getattr(request, "param", [*PLUGINS, "exits"])
    for name in wanted:
        (tmp_path / f"plugin_{name}.py").write_text(texts[name])
        found[name] = EntryPoint(name, f"plugin_{name}", "reviewbot.sources")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(registry, "installed", lambda: MappingProxyType(found))
    monkeypatch.setattr(registry, "LONGEST_LOAD", 0.2)
    registry._tried.cache_clear()
    yield
    registry._tried.cache_clear()
    for name in wanted:
        sys.modules.pop(f"plugin_{name}", None)


@pytest.mark.parametrize("name", PLUGINS)
def test_a_plugin_that_cannot_be_loaded_is_told_where_it_is_used(
    plugins: None, tmp_path: Path, name: str
) -> None:
    with pytest.raises(PluginError, match=PLUGINS[name][1]):
        registry.load(name)


def test_the_others_are_read_all_the_same(plugins: None, tmp_path: Path) -> None:
    assert list(loaded(tmp_path, SHORT).settings.targets) == ["main/yandex_maps"]
    assert registry.recognise_url("https://yandex.ru/maps/org/x/1000000001/") is not None


def test_a_source_that_would_end_the_process_raises(plugins: None) -> None:
    source = registry.load("exits")
    target = Target(key="a/exits", source="exits", ref="x", options=source.Options())
    with pytest.raises(RuntimeError, match="SystemExit: 5"):
        public_links(source, target, Item(external_id="1"))


def of(*names: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("plugins", [names], indirect=True, ids=["-".join(names)])


def told(folder: Path, *links: str) -> dict[str, str]:
    """Read a file with these links; return its mistakes, by the number of the link."""
    text = SHORT.replace(
        "links = [", f"links = [{''.join(f'{json.dumps(link)}, ' for link in links)}"
    )
    try:
        loaded(folder, text)
    except ConfigError as error:
        return {each.path: f"{each.sentence} {each.hint}" for each in error.problems}
    return {}


@of("slow_link", "slow_pages", "slow_options")
def test_a_plugin_too_slow_while_the_file_is_read_is_told_by_name(
    plugins: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "LIMITS", Limits(waiting=2))
    names = ("slow_link", "slow_pages", "slow_options")
    found = told(tmp_path, *(f"{name}:x" for name in names), "slow_pages:y")
    for number, name in enumerate((*names, "slow_pages"), start=1):
        said = found.pop(f"locations.main.links[{number}]")
        assert f"source {name!r} is too slow" in said
    assert found == {}, "the link of a site is read all the same"


@of("holds")
def test_a_plugin_that_holds_the_interpreter_is_ended_too(
    plugins: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "LIMITS", Limits(computing=1, waiting=60))
    found = told(tmp_path, "holds:x", "https://reviews.of.holds/1")
    assert "holds' is too slow" in found.pop("locations.main.links[1]")
    said = found.pop("locations.main.links[2]")
    assert "No source reads reviews.of.holds" in said
    assert "holds' is too slow" in said
    assert found == {}, "the link of a site is read all the same"


@of("ends_link", "ends_pages", "ends_options")
def test_a_plugin_that_would_end_the_process_while_the_file_is_read(
    plugins: None, tmp_path: Path
) -> None:
    names = ("ends_link", "ends_pages", "ends_options")
    found = told(tmp_path, *(f"{name}:x" for name in names))
    assert found.keys() == {"locations.main.links[2]", "locations.main.links[3]"}
    assert all("SystemExit" in said for said in found.values())


@of("slow_publishes", "ends_publishes")
def test_who_cannot_say_whether_it_publishes_is_posted_by_hand(
    plugins: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(registry, "LIMITS", Limits(waiting=2))
    text = SHORT.replace("links = [", 'links = ["slow_publishes:x", "ends_publishes:x", ')
    facts = registry.source_facts_of(loaded(tmp_path, text).settings)
    for name, why in (("slow_publishes", "too slow"), ("ends_publishes", "SystemExit")):
        assert not facts[name].publishes(f"main/{name}")
        assert any(name in line and why in line for line in caplog.messages)
