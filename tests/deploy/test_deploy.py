"""deploy/: the unit is sound and hardened, the image starts as nobody in particular."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
UNIT = DEPLOY / "reviewbot.service"
needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not on this machine"
)


def analysed(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *arguments], capture_output=True, text=True, timeout=60, check=False
    )


@needs_systemd
def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    copy = tmp_path / UNIT.name
    program = re.sub(r"(?m)^ExecStart=.*", "ExecStart=/bin/true", UNIT.read_text())
    copy.write_text(program)
    done = analysed("verify", str(copy))
    assert (done.returncode, done.stderr) == (0, "")


@needs_systemd
def test_the_unit_exposes_little() -> None:
    done = analysed("security", "--offline=true", "--threshold=25", str(UNIT))
    assert done.returncode == 0, done.stdout[-300:]


def test_the_unit_is_watched_and_keeps_its_secrets() -> None:
    lines = UNIT.read_text().splitlines()
    for line in ("Type=notify", "WatchdogSec=2min", "RestartPreventExitStatus=2"):
        assert line in lines
    assert any(line.startswith("LoadCredential=telegram-token:") for line in lines)
    assert not any(line.startswith("Environment=") and "TOKEN" in line for line in lines)


def test_the_image_is_nobodys_and_is_asked_for_its_health() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    assert re.search(r"(?m)^USER 10001$", text)
    assert "HEALTHCHECK" in text
    for source in re.findall(r"(?m)^COPY (?!--from)(.+) \S+$", text):
        for name in source.split():
            assert (DEPLOY.parent / name).exists(), name
    compose = (DEPLOY / "compose.yaml").read_text()
    for line in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true"):
        assert line in compose
