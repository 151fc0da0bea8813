"""A folder that stands for a machine's root, on which commands of docs/operations.md are done.

What systemd would do with deploy/reviewbot.service is done here as the unit says, since no systemd
of ours runs: its credential, its environment, its command, "ready" and the watchdog.
"""

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from stand_ins import answer

ROOT = Path(__file__).parent.parent
PAGES = (ROOT / "docs/operations.md", ROOT / "docs/ru/operations.md")
TAKEN = (
    "pyproject.toml",
    "constraints.txt",
    "README.md",
    "LICENSE",
    "reviewbot",
    "sources",
    "deploy",
)
PLACES = re.compile(r"(?<![\w.-])/(?=(opt|etc|var/lib|run/credentials|srv)\b)")
UNIT = "etc/systemd/system/reviewbot.service"
PATIENCE = 120.0


def commands(page: Path) -> list[str]:
    """Return the commands of a page's blocks, without remarks."""
    blocks = re.findall(r"(?ms)^```\w*\n(.*?)^```", page.read_text(encoding="utf-8"))
    lines = [line for block in blocks for line in block.splitlines()]
    return [found for line in lines if (found := re.split(r"\s+# |^# ", line)[0].strip())]


class Machine:
    """A folder that stands for the root of a machine."""

    tried: set[str] = set()  # noqa: RUF012 - one list for all machines

    def __init__(self, home: Path) -> None:
        self.home, self.written = home, set(commands(PAGES[0]))
        self.environ = {"PATH": "/usr/bin:/bin", "HOME": str(home), "LANG": "C.UTF-8"}
        self.environ |= {key: value for key, value in os.environ.items() if key.startswith("PIP_")}
        # Only what is run needs to be compiled, when it is.
        self.environ["PIP_NO_COMPILE"] = "1"
        # The third place at which a file is looked for: it lies below the folder here.
        self.environ["REVIEWBOT_CONFIG"] = str(home / "etc/reviewbot/config.toml")
        self.environ["PYTHON"] = sys.executable
        self.bot: subprocess.Popen[bytes] | None = None
        for folder in ("opt", "etc/systemd/system", "var/lib/reviewbot", "srv/backup", "run"):
            (home / folder).mkdir(parents=True)
        for name in TAKEN:
            found, to = ROOT / name, home / "source" / name
            to.parent.mkdir(exist_ok=True)
            if found.is_dir():
                shutil.copytree(found, to, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(found, to)

    def here(self, text: str) -> str:
        return PLACES.sub(f"{self.home}/", text)

    def does(self, command: str, *more: str, code: int = 0, **puts: str) -> str:
        """Run a command of the page here, `puts` in place of its examples; end where it does not
        end as the page says."""
        if command not in self.written:
            sys.exit(f"{PAGES[0].name} does not say: {command}")
        self.tried.add(command)
        text = self.here(command)
        for example, put in puts.items():
            text = text.replace(example, put)
        words = [*shlex.split(text), *more]
        if words[0] == "export":
            name, _, value = words[1].partition("=")
            self.environ[name] = value.replace("$PATH", self.environ["PATH"])
        elif words[0] == "systemctl":
            self._systemd(words[1:])
        else:
            return self._run(command, words, code)
        print(f"✓ {command}")
        return ""

    def _run(self, command: str, words: list[str], code: int) -> str:
        done = subprocess.run(
            [shutil.which(words[0], path=self.environ["PATH"]) or words[0], *words[1:]],
            cwd=self.home / "source",
            env=self.environ,
            capture_output=True,
            text=True,
        )
        if done.returncode != code:
            sys.exit(f"{command}: {done.returncode}\n{done.stdout}{done.stderr}{self.log()}")
        print(f"✓ {command}" + (f" (exit code {code})" if code else ""))
        return done.stdout + done.stderr

    def _systemd(self, words: list[str]) -> None:
        """Enable the unit by systemctl itself, where it is; start and stop as the unit says."""
        if words[0] == "enable" and shutil.which("systemctl"):
            command = ["systemctl", f"--root={self.home}", "enable", words[-1]]
            subprocess.run(command, check=True, capture_output=True)
            wanted = self.home / "etc/systemd/system/multi-user.target.wants/reviewbot.service"
            assert wanted.is_symlink()
        if words[0] == "stop":
            self.stop()
        else:
            self.start(lambda: "last_reading_timestamp" in answer("/metrics"))

    def unit(self, key: str) -> list[str]:
        lines = (self.home / UNIT).read_text().splitlines()
        return [self.here(line.partition("=")[2]) for line in lines if line.startswith(f"{key}=")]

    def start(self, is_up: Callable[[], bool]) -> None:
        """Do what systemd does with the unit, until the bot is ready and does its work."""
        for line in self.unit("LoadCredential"):
            name, _, source = line.partition(":")
            handed = self.home / "run/credentials/reviewbot.service" / name
            handed.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, handed)
        heard = self.home / "run/notify"
        heard.unlink(missing_ok=True)
        [command] = self.unit("ExecStart")
        own = dict(line.split("=", 1) for line in self.unit("Environment"))
        own |= {"NOTIFY_SOCKET": str(heard), "WATCHDOG_USEC": "2000000"}
        clean = {key: value for key, value in self.environ.items() if key in ("PATH", "LANG")}
        with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as told:
            told.bind(str(heard))
            told.settimeout(PATIENCE)
            self.launch(shlex.split(command), {**clean, **own})
            for expected in (b"READY=1", b"WATCHDOG=1"):
                while told.recv(200) != expected:
                    pass
        self.awaits(is_up)

    def launch(self, command: list[str], environ: dict[str, str]) -> None:
        with (self.home / "log").open("ab") as log:
            self.bot = subprocess.Popen(
                command, cwd=self.home / "run", env=environ, stdout=log, stderr=log
            )

    def awaits(self, is_so: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE
        while not is_so():
            if self.bot is None or self.bot.poll() is not None or time.monotonic() > until:
                self.kill()
                sys.exit(f"the bot does not come up:\n{self.log()}")
            time.sleep(0.2)

    def stop(self) -> None:
        assert self.bot is not None
        self.bot.send_signal(signal.SIGTERM)
        code = self.bot.wait(30)
        if code:
            sys.exit(f"the bot ended with {code}:\n{self.log()}")

    def kill(self) -> None:
        if self.bot is not None and self.bot.poll() is None:
            self.bot.kill()
            self.bot.wait()

    def log(self) -> str:
        file = self.home / "log"
        return file.read_text()[-3000:] if file.exists() else ""
