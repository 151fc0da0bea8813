"""A plugin that fails costs itself, never the bot."""

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from types import MappingProxyType

import pytest

from reviewbot import registry
from reviewbot.core.contract import Item, Target, public_links
from reviewbot.core.errors import PluginError
from tests.config.config_files import SHORT, loaded

GOOD = "from tests.collect.small_site import *\nNAME = {name!r}\n"
PLUGINS = {
    "ends": ("raise SystemExit(3)", "SystemExit: 3"),
    "hangs": ("while True: pass", "more than"),
    "sleeps": ("import time; time.sleep(60)", "more than"),
    "breaks": ("1 / 0", "ZeroDivisionError"),
    "other": ("x = 1", "lacks"),
}


@pytest.fixture
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Those above, beside what is installed, and one that ends the process when it is asked."""
    asked = GOOD.format(name="exits") + "def recognise_url(url): raise SystemExit(4)\n"
    asked += "def review_url(target, item): raise SystemExit(5)\n"
    texts = {name: text for name, (text, _) in PLUGINS.items()} | {"exits": asked}
    found = dict(registry.installed())
    for name, text in texts.items():
        (tmp_path / f"plugin_{name}.py").write_text(text)
        found[name] = EntryPoint(name, f"plugin_{name}", "reviewbot.sources")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(registry, "installed", lambda: MappingProxyType(found))
    monkeypatch.setattr(registry, "LONGEST_LOAD", 0.2)
    registry._tried.cache_clear()
    yield
    registry._tried.cache_clear()
    for name in texts:
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
