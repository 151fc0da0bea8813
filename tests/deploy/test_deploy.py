"""deploy/: the unit is sound and hardened, the image starts as nobody in particular, and says when
it is not well. `make deploy-check` carries the image's steps out."""

import os
import re
import shutil
import socket
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from ruamel.yaml import YAML

from tests.patience import PATIENCE

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
UNIT = DEPLOY / "reviewbot.service"
needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not on this machine"
)


def analysed(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
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


def test_the_image_is_nobodys_and_is_asked_for_its_health(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(DEPLOY))
    from dockerfile import copied, stages  # type: ignore[import-not-found]

    text = (DEPLOY / "Dockerfile").read_text()
    build, image = stages(text)
    assert (image.user, image.volumes) == ("10001", ["/var/lib/reviewbot"])
    assert image.command == ["reviewbot", "run"]
    assert image.health[0] == "python"
    assert build.steps[-1] == (
        "RUN",
        'sh /source/deploy/install.sh /source /opt/reviewbot "$EXTRAS"',
    )
    for stage in (build, image):
        for instruction, rest in stage.steps:
            source, what, _ = copied(rest) if instruction == "COPY" else ("", [], "")
            assert source or all((DEPLOY.parent / name).exists() for name in what), rest


def test_the_compose_file_is_one_and_takes_every_right_away() -> None:
    schema = ["--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", *schema, str(DEPLOY / "compose.yaml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    file = YAML(typ="safe").load(DEPLOY / "compose.yaml")
    service = file["services"]["reviewbot"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    build = service["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).exists()
    named = {each.partition(":")[0] for each in service["volumes"] if each[0] not in "./"}
    assert named == set(file["volumes"])
    assert set(service["secrets"]) == set(file["secrets"])
    assert not {"privileged", "ports", "network_mode", "user"} & set(service)


def health_of(port: int) -> int:
    program = [sys.executable, str(DEPLOY / "healthy.py"), str(port), "0.5"]
    return subprocess.run(program, capture_output=True, check=False).returncode


def test_the_health_check_tells_well_stuck_and_silent_apart() -> None:
    """503: a part is stuck; no answer: the loop itself stands still; nobody: it is not there."""

    class Answers(BaseHTTPRequestHandler):
        status = 200

        def do_GET(self) -> None:
            self.send_response(self.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        for Answers.status, code in ((200, 0), (503, 1)):
            assert health_of(server.server_address[1]) == code
        server.shutdown()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert health_of(port) == 1
    assert health_of(port) == 1


STAND_IN = """#!/bin/sh
# Stands for Python, and in the environment it makes for pip and pip-audit: nothing goes outside.
case "$0" in
*/pip) exit {pip} ;;
*/pip-audit) echo "{says}"; exit {audit} ;;
esac
mkdir -p "$3/bin" && cp "$0" "$3/bin/pip" && cp "$0" "$3/bin/pip-audit"
"""


@pytest.mark.parametrize(
    ("asked", "pip", "says", "audit", "code", "told"),
    [
        ("", 0, "", 0, 0, "skipped: pip-audit is not asked for (CI_AUDIT=1)"),
        ("1", 1, "", 0, 0, "skipped: pip-audit cannot be installed here"),
        ("1", 0, "ConnectionError", 1, 0, "skipped: pip-audit's service cannot be reached"),
        ("1", 0, "No known vulnerabilities found", 0, 0, "No known vulnerabilities found"),
        ("1", 0, "lxml 5.3 PYSEC-1", 1, 1, "PYSEC-1"),
    ],
)
def test_the_audit_says_what_it_could_not_ask(
    asked: str, pip: int, says: str, audit: int, code: int, told: str, tmp_path: Path
) -> None:
    python = tmp_path / "python"
    python.write_text(STAND_IN.format(pip=pip, says=says, audit=audit))
    python.chmod(0o755)
    environ = {**os.environ, "CI_AUDIT": asked, "PYTHON": str(python)}
    done = subprocess.run(
        ["sh", str(DEPLOY / "audit.sh")], env=environ, capture_output=True, text=True, check=False
    )
    assert told in done.stdout
    assert done.returncode == code
