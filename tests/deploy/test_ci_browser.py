"""CI says plainly when the page of figures is not opened in a browser."""

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / ".ci" / "browser"
SAYS = "NOT CHECKED: the page of figures is not opened in a browser. Chromium: "


def asked(folder: Path, **programs: str) -> subprocess.CompletedProcess[str]:
    """Run it where these programs are all there is beside what a shell needs."""
    for name, text in programs.items():
        file = folder / name
        file.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        file.chmod(0o755)
    (folder / "timeout").symlink_to("/usr/bin/timeout")
    return subprocess.run(
        ["/bin/bash", SCRIPT],
        env={"PATH": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )


@pytest.mark.parametrize(
    ("programs", "why"),
    [
        ({"id": "echo 0", "apt-get": "echo no such package >&2; exit 100"}, "see above"),
        ({"id": "echo 0", "apt-get": "exit 0"}, "see above"),
        ({"id": "echo 0"}, "no apt-get"),
        ({"id": "echo 1000", "apt-get": "exit 1"}, "only root installs it"),
    ],
)
def test_it_is_said_why_there_is_no_browser(
    tmp_path: Path, programs: dict[str, str], why: str
) -> None:
    done = asked(tmp_path, **programs)
    assert done.stdout == ""
    assert SAYS in done.stderr
    assert why in done.stderr


def test_where_there_is_a_browser_it_is_required(tmp_path: Path) -> None:
    done = asked(tmp_path, chromium="exit 0")
    assert (done.stdout, done.stderr) == ("required\n", "")
