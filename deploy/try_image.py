"""Carries out deploy/Dockerfile without a container program, then runs what it made as
deploy/compose.yaml says: `make deploy-check`, as root on Linux.

Each stage gets a root of its own, laid over this machine's, which stands for the base image. Every
RUN and COPY is read from the Dockerfile and done there. The bot then runs with the image's user,
command and environment, the root read-only and no capability; its health check is asked as that
user, also while the bot is stuck; the image's signal ends it.

usage: try_image.py [EXTRAS], with a Python that has ruamel.yaml (the project's .venv has it).
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from dockerfile import Stage, copied, filled, stages
from ruamel.yaml import YAML
from stand_ins import TOKEN, config, outside

ROOT = Path(__file__).parent.parent
PYTHON = Path(sys.executable).resolve()
PLACE = f"{PYTHON.parent}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
PATIENCE = 120.0
INSIDE = "REVIEWBOT_IMAGE_TRIED"


def run(*command: str, **more: Any) -> None:
    done = subprocess.run(command, capture_output=True, text=True, **more)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.returncode}\n{done.stdout}{done.stderr}")


def mount(*arguments: str) -> None:
    run("mount", *arguments)


class Image:
    """The roots of the stages, below a folder in memory that ends with this process."""

    def __init__(self, extras: str) -> None:
        self.extras = extras
        self.folder = Path(tempfile.mkdtemp(prefix="reviewbot-image-"))
        mount("-t", "tmpfs", "tmpfs", str(self.folder))
        self.base = {"PATH": PLACE, "HOME": "/root", "LANG": "C.UTF-8"}
        # Where this machine installs from.
        self.index = {key: value for key, value in os.environ.items() if key.startswith("PIP_")}
        self.roots: dict[str, Path] = {}

    def build(self) -> tuple[Stage, Path]:
        """Return the last stage and its root."""
        for number, stage in enumerate(stages((ROOT / "deploy/Dockerfile").read_text())):
            root = self._laid(number)
            self.roots[stage.name or str(number)] = root
            for instruction, rest in stage.steps:
                (self._copy if instruction == "COPY" else self._run)(stage, root, rest)
                print(f"✓ {instruction} {rest}")
        return stage, root

    def _laid(self, number: int) -> Path:
        upper, work, root = (
            self.folder / f"{number}.{name}" for name in ("upper", "work", "root")
        )
        for each in (upper, work, root):
            each.mkdir()
        for hidden in ("tmp", "run", "home", "srv", "var/lib"):
            # Nothing of the image sees what this machine keeps there.
            (upper / hidden).mkdir(parents=True)
            os.setxattr(upper / hidden, "trusted.overlay.opaque", b"y")
        (upper / "tmp").chmod(0o1777)
        layers = f"lowerdir=/,upperdir={upper},workdir={work}"
        mount("-t", "overlay", "overlay", "-o", layers, str(root))
        mount("--bind", "/dev", str(root / "dev"))
        mount("-t", "proc", "proc", str(root / "proc"))
        self._python(root)
        return root

    def _python(self, root: Path) -> None:
        """Let everybody run this Python, where it lies; it is first on the base's PATH."""
        for folder in PYTHON.parents:
            inside = root / str(folder).lstrip("/")
            inside.chmod(inside.stat().st_mode | 0o011)

    def _run(self, stage: Stage, root: Path, rest: str) -> None:
        given = {
            **stage.arguments,
            **({"EXTRAS": self.extras} if "EXTRAS" in stage.arguments else {}),
        }
        environ = {**filled(stage.environ, self.base), **given, **self.index}
        run("chroot", str(root), "/bin/sh", "-c", rest, env=environ)

    def _copy(self, _stage: Stage, root: Path, rest: str) -> None:
        source, what, where = copied(rest)
        context = self.roots[source] if source else ROOT
        for name in what:
            found, to = context / name.lstrip("/"), root / where.lstrip("/")
            if found.is_dir():
                leave_out = shutil.ignore_patterns("__pycache__")
                shutil.copytree(found, to, symlinks=True, dirs_exist_ok=True, ignore=leave_out)
            else:
                to = to / found.name if where.endswith("/") else to
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(found, to)


class Container:
    """What the image makes, run as the compose file says."""

    def __init__(self, image: Image, stage: Stage, root: Path, url: str) -> None:
        self.stage, self.root = stage, root
        self.service = YAML(typ="safe").load(ROOT / "deploy/compose.yaml")["services"]["reviewbot"]
        self.environ = filled(stage.environ, image.base)
        passwd = (root / "etc/passwd").read_text().splitlines()
        lines = [line.split(":") for line in passwd]
        [(self.group, home)] = [(line[3], line[5]) for line in lines if line[2] == stage.user]
        self.environ["HOME"] = home
        if stage.user in ("0", "root"):
            sys.exit("the image's user is root")
        self.data = root / stage.volumes[0].lstrip("/")
        mine = (int(stage.user), int(self.group))
        if (self.data.stat().st_uid, self.data.stat().st_gid) != mine:
            sys.exit(f"{stage.volumes[0]} is not the image's user's: a fresh volume would not be")
        for target, text in (
            ("etc/reviewbot/config.toml", config(url, "/run/secrets/telegram-token")),
            ("run/secrets/telegram-token", TOKEN),
        ):
            file = root / target
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
            # As docs/operations.md says of the two files of the compose file.
            file.chmod(0o400)
            os.chown(file, *mine)
        self._close()

    def _close(self) -> None:
        """Make the root read-only, but for the volume and what the compose file puts in memory."""
        assert self.service["read_only"] is True
        held = str(self.root)
        mount("--bind", held, held)
        for place in self.service["tmpfs"]:
            where, _, options = place.partition(":")
            mount("-t", "tmpfs", "-o", options, "tmpfs", held + where)
        mine = f"mode=0700,uid={self.stage.user},gid={self.group}"
        mount("-t", "tmpfs", "-o", mine, "tmpfs", str(self.data))
        mount("--bind", "/dev", f"{held}/dev")
        mount("-t", "proc", "proc", f"{held}/proc")
        mount("-o", "remount,bind,ro", held)

    def command(self, *words: str) -> list[str]:
        assert self.service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in self.service["security_opt"]
        user = ["--reuid", self.stage.user, "--regid", self.group, "--clear-groups"]
        bare = ["--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]
        most = f"--nproc={self.service['pids_limit']}"
        return ["chroot", str(self.root), "setpriv", *user, *bare, "prlimit", most, *words]

    def does(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words), env=self.environ, capture_output=True, text=True, timeout=60
        )

    def is_well(self) -> bool:
        return self.does(*self.stage.health).returncode == 0


def awaited(what: str, found: Any, bot: subprocess.Popen[str]) -> None:
    until = time.monotonic() + PATIENCE
    while not found():
        if bot.poll() is not None or time.monotonic() > until:
            bot.kill()
            sys.exit(f"{what}: not so\n{(bot.communicate()[0] or '')[-3000:]}")
        time.sleep(0.5)
    print(f"✓ {what}")


def lived(container: Container) -> None:
    """The bot comes up, is asked for its health, is stuck for a while, and ends by its signal."""
    for path in ("/opt/reviewbot/new", "/etc/new", "/new"):
        if container.does("touch", path).returncode == 0:
            sys.exit(f"the image's user can write {path}")
    print("✓ read-only, and nothing of it is the user's")
    bot = subprocess.Popen(
        container.command(*container.stage.command),
        env=container.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    database = container.data / "reviewbot.sqlite3"
    awaited(f"HEALTHCHECK {' '.join(container.stage.health)}", container.is_well, bot)
    awaited("the database lies in the volume", database.exists, bot)
    status = Path(f"/proc/{bot.pid}/status").read_text()
    for line in (f"Uid:\t{container.stage.user}\t", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1"):
        if line not in status:
            sys.exit(f"the bot runs without: {line}")
    print("✓ not as root, without capabilities")
    bot.send_signal(signal.SIGSTOP)
    awaited(
        "the health check tells a loop that stands still", lambda: not container.is_well(), bot
    )
    bot.send_signal(signal.SIGCONT)
    awaited("and that it goes on", container.is_well, bot)
    bot.send_signal(getattr(signal, container.stage.stop_signal))
    said = bot.communicate(timeout=float(container.service["stop_grace_period"].rstrip("s")))[0]
    if bot.returncode:
        sys.exit(f"the bot ended with {bot.returncode}:\n{said[-3000:]}")
    print(f"✓ STOPSIGNAL {container.stage.stop_signal}: it ends in its time")


def charts(extras: str) -> set[str]:
    return {"matplotlib"} if "charts" in extras else set()


def main(extras: str) -> None:
    if os.geteuid() or not shutil.which("unshare") or not shutil.which("setpriv"):
        print("skipped: the image is tried as root on Linux alone")
        return
    if INSIDE not in os.environ:
        # Mounts of its own, which end with the process.
        again = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
        command = [*again, sys.executable, __file__, extras]
        sys.exit(subprocess.run(command, env={**os.environ, INSIDE: "1"}).returncode)
    laid = subprocess.run(
        ["mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, text=True
    )
    if laid.returncode:
        print(f"skipped: this machine lets nobody mount: {laid.stderr.strip()}")
        return
    image = Image(extras)
    stage, root = image.build()
    packages = [*root.glob("opt/reviewbot/lib/python3*/site-packages/*.dist-info")]
    size = subprocess.run(
        ["du", "-sm", str(root / "opt/reviewbot")], capture_output=True, text=True, check=True
    )
    print(f"/opt/reviewbot: {size.stdout.split()[0]} MB, {len(packages)} packages")
    site = packages[0].parent
    for name in ("pytest", "mypy", "ruff", "pip", *({"matplotlib"} - charts(extras))):
        if (site / name).exists():
            sys.exit(f"{name} is in the image, and nobody asked for it")
    with outside() as url:
        lived(Container(image, stage, root, url))
    print("every step of deploy/Dockerfile was done, and what it makes runs as compose.yaml says")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
