"""The built wheel holds what the product needs, and starts without the development extras."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [
            sys.executable,
            *("-m", "pip", "--disable-pip-version-check", "wheel", "--quiet", "--no-deps"),
            *("--wheel-dir", str(out), str(ROOT)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    return next(out.glob("reviewbot-*.whl"))


@pytest.mark.slow
def test_the_wheel_carries_its_data(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for needed in (
        "reviewbot/lexicons/ru.toml",
        "reviewbot/lexicons/en.toml",
        "reviewbot/drafting/packs/ru.toml",
        "reviewbot/demo/reviews.toml",
        "reviewbot/demo/config.toml",
        "sources/yandex_maps.py",
    ):
        assert needed in names
    assert any(name.startswith("reviewbot/store/migrations/") for name in names)
    assert not any(name.startswith(("tests/", "benchmarks/")) for name in names)


@pytest.mark.slow
def test_the_wheel_starts_without_development_extras(wheel: Path, tmp_path: Path) -> None:
    """A child process sees the wheel and nothing of pytest, respx or hypothesis."""
    program = (
        "import sys\n"
        f"sys.path.insert(0, {str(wheel)!r})\n"
        "for name in ('pytest', 'respx', 'hypothesis', 'time_machine', 'sklearn'):\n"
        "    sys.modules[name] = None\n"
        "import reviewbot\n"
        f"assert reviewbot.__file__.startswith({str(wheel)!r}), reviewbot.__file__\n"
        "from reviewbot import registry\n"
        "first = {'yandex_maps', 'two_gis', 'google_business', 'json_ld'}\n"
        "assert first <= set(registry.installed())\n"
        "for name in registry.installed():\n"
        "    registry.load(name)\n"
        "import reviewbot.app, reviewbot.cli\n"
    )
    run = subprocess.run(
        [sys.executable, "-I", "-c", program],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert run.returncode == 0, run.stderr
