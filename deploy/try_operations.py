"""Tries docs/operations.md, command by command, in a clean environment: `make deploy-check`.

The commands are those of the page's blocks, and the Russian page's: one that is in neither cannot
be tried here, one that nobody tried is an error at the end. Telegram and a site are stand-ins on
this machine.
"""

import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from machine import PAGES, ROOT, UNIT, Machine, commands
from stand_ins import PORT_LINES, TOKEN, answer, config, outside

OLD = "1d1b7fd"
"""Version 0.1.0."""
DATA = "var/lib/reviewbot/reviewbot.sqlite3"
ELSEWHERE = {
    "chown 10001 deploy/config.toml deploy/telegram-token": "deploy/try_image.py",
    "chmod 400 deploy/config.toml deploy/telegram-token": "deploy/try_image.py",
    "docker compose -f deploy/compose.yaml up -d": "deploy/try_image.py",
    "pip install '.[postgres]'": "deploy/try_image.py postgres",
    "export REVIEWBOT_DATABASE='postgresql://reviewbot@db.example/reviewbot'": (
        "tests/cli/test_on_postgres.py"
    ),
}
"""What is tried by others."""


@contextmanager
def machine(folder: Path, name: str) -> Iterator[Machine]:
    made = Machine(folder / name)
    try:
        yield made
    finally:
        made.kill()


def installed(at: Machine) -> None:
    at.does("sh deploy/install.sh . /opt/reviewbot-1")
    at.does("ln -sfn /opt/reviewbot-1 /opt/reviewbot")
    at.does("export PATH=/opt/reviewbot/bin:$PATH")
    at.does("export REVIEWBOT_DATABASE=/var/lib/reviewbot/reviewbot.sqlite3")


def first_day(here: Machine, url: str) -> None:
    installed(here)
    here.does("mkdir -p -m 755 /etc/reviewbot")
    answers = ["--yes", "--language", "en", "--support", "-1001", "--person", "501 Oleg"]
    answers += ["--location", "Cafe", "--link", f"json_ld:{url}/cafe", "--base-url", url]
    answers += ["--allow-host", "127.0.0.1"]
    here.environ["REVIEWBOT_TELEGRAM_TOKEN"] = TOKEN
    here.does("reviewbot init --config /etc/reviewbot/config.toml", *answers)
    del here.environ["REVIEWBOT_TELEGRAM_TOKEN"]
    # It was given in the variable, so init wrote none: as it writes one it was told.
    token, file = here.home / "etc/reviewbot/token", here.home / "etc/reviewbot/config.toml"
    token.write_text(f"{TOKEN}\n")
    token.chmod(0o600)
    text = file.read_text().replace("[telegram]\n", '[telegram]\ntoken_file = "token"\n')
    file.write_text(text + "\n" + PORT_LINES)
    here.does("reviewbot check")
    here.does("reviewbot check --live")
    here.does("mkdir -p -m 700 /etc/reviewbot/secrets")
    here.does("mv /etc/reviewbot/token /etc/reviewbot/secrets/telegram-token")
    here.does(
        "sed -i 's|^token_file.*|token_file = "
        '"/run/credentials/reviewbot.service/telegram-token"|\' /etc/reviewbot/config.toml'
    )
    here.does("cp deploy/reviewbot.service /etc/systemd/system/reviewbot.service")
    here.does("systemctl enable --now reviewbot")
    here.does("reviewbot doctor")


def a_month(here: Machine) -> None:
    here.does("reviewbot report")
    here.does("reviewbot backup /srv/backup/reviewbot.backup")
    here.does("reviewbot migrate --check")
    here.does("systemctl stop reviewbot")
    here.does("reviewbot restore /srv/backup/reviewbot.backup", "--yes")
    here.does("systemctl start reviewbot")
    here.does("reviewbot doctor")


def sections(here: Machine, url: str) -> None:
    """What the sections below the path say, beside the running bot."""
    link = f"json_ld:{url}/arbat"
    example = "https://yandex.ru/maps/org/…"
    here.does(f'reviewbot add location "Arbat 7" {example}', "--yes", **{example: link})
    here.does("reviewbot add person 501000002 Marina --role manager", "--yes")
    here.does("reviewbot add closed-day 2026-12-31", "--yes")
    here.does("reviewbot undo")
    here.does("reviewbot forget 412", "--yes", code=1)  # there is no review of that number
    here.does('reviewbot forget --author "Anna Kuznetsova"', "--yes")
    here.does("reviewbot backup /srv/backup/reviewbot.sqlite3")
    here.does("systemctl stop reviewbot")
    here.does("reviewbot migrate")
    here.does("reviewbot restore /srv/backup/reviewbot.sqlite3", "--yes")
    by_hand(here)


def by_hand(here: Machine) -> None:
    """`reviewbot run` in root's shell."""
    command = "reviewbot run"
    here.tried.add(command)
    here.launch([shutil.which("reviewbot", path=here.environ["PATH"]) or "", "run"], here.environ)
    here.awaits(lambda: "last_reading_timestamp" in answer("/metrics"))
    here.stop()
    print(f"✓ {command}")


def another_machine(there: Machine, here: Machine) -> None:
    installed(there)
    shutil.copytree(here.home / "etc/reviewbot", there.home / "etc/reviewbot")
    file = there.home / "etc/reviewbot/config.toml"
    file.write_text(file.read_text().replace(str(here.home), str(there.home)))
    backup = "srv/backup/reviewbot.backup"
    shutil.copy(here.home / backup, there.home / backup)
    there.does("cp deploy/reviewbot.service /etc/systemd/system/reviewbot.service")
    there.does("reviewbot restore /srv/backup/reviewbot.backup", "--yes")
    there.does("systemctl enable --now reviewbot")
    there.does("reviewbot doctor")
    there.does("systemctl stop reviewbot")


def reviews(file: Path) -> int:
    """Return how many reviews a database holds; none where there is no database yet."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as rows:
            return int(rows.execute("select count(*) from review").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def upgraded(old: Machine, url: str) -> None:
    """From version 0.1.0 on, and back."""
    source = old.home / "source"
    shutil.rmtree(source)
    source.mkdir()
    archive = subprocess.run(["git", "-C", str(ROOT), "archive", OLD], capture_output=True)
    if archive.returncode:
        print(f"skipped: the upgrade: version 0.1.0 ({OLD}) is not in this copy's history")
        for command in (*UPGRADE, *BACK):
            old.tried.add(command)
        return
    subprocess.run(["tar", "-x", "-C", str(source)], input=archive.stdout, check=True)
    at = old.home / "opt/reviewbot-1"
    pip = [
        str(at / "bin/python"),
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--quiet",
    ]
    for command in (
        [sys.executable, "-m", "venv", str(at)],
        [*pip, "--constraint", str(source / "constraints.txt"), str(source)],
    ):
        subprocess.run(command, check=True, env=old.environ, stdout=subprocess.DEVNULL)
    print("✓ version 0.1.0 is installed")
    old.does("ln -sfn /opt/reviewbot-1 /opt/reviewbot")
    old.does("export PATH=/opt/reviewbot/bin:$PATH")
    old.does("export REVIEWBOT_DATABASE=/var/lib/reviewbot/reviewbot.sqlite3")
    (old.home / "etc/reviewbot").mkdir()
    token = old.home / "etc/reviewbot/token"
    token.write_text(TOKEN)
    token.chmod(0o600)
    file, database = old.home / "etc/reviewbot/config.toml", old.home / DATA
    file.write_text(config(url, str(token), more=""))

    def former() -> None:
        (old.home / "log").unlink(missing_ok=True)
        old.launch([str(old.home / "opt/reviewbot/bin/reviewbot"), "run"], old.environ)
        old.awaits(lambda: "Telegram intake: ok" in old.log() and reviews(database) > 0)

    former()
    # The source of today, and its unit.
    shutil.rmtree(source)
    fresh = Machine(old.home / "fresh")
    (fresh.home / "source").rename(source)
    secrets = old.home / "etc/reviewbot/secrets"
    secrets.mkdir()
    shutil.copy(token, secrets / "telegram-token")
    shutil.copy(source / "deploy/reviewbot.service", old.home / UNIT)
    for command in UPGRADE:
        if command == "systemctl start reviewbot":
            file.write_text(file.read_text() + PORT_LINES)
        old.does(command, code=int(command.endswith("--check")))
    [before] = database.parent.glob(f"{database.name}.schema-*")
    if reviews(database) != reviews(before):
        sys.exit("what was known is not known any more")
    number = {"NNNN": before.name.rpartition("-")[2]}
    old.does("systemctl stop reviewbot")
    old.does(
        "reviewbot restore /var/lib/reviewbot/reviewbot.sqlite3.schema-NNNN", "--yes", **number
    )
    old.does("systemctl start reviewbot")
    old.does("systemctl stop reviewbot")
    # The former version on the newer database: a sentence, and nothing is changed.
    old.does("ln -sfn /opt/reviewbot-1 /opt/reviewbot")
    file.write_text(config(url, str(token), more=""))
    done = subprocess.run(
        [str(old.home / "opt/reviewbot/bin/reviewbot"), "run"],
        env=old.environ,
        capture_output=True,
        text=True,
        timeout=60,
    )
    if done.returncode != 1 or "Traceback" in done.stderr or "newer" not in done.stderr:
        sys.exit(f"version 0.1.0 does not refuse politely: {done.returncode}\n{done.stderr}")
    print("✓ version 0.1.0 refuses the newer database with a sentence")
    old.does(BACK[-1], **number)
    former()
    old.stop()
    print("✓ version 0.1.0 goes on from the copy made before the upgrade")


UPGRADE = (
    "sh deploy/install.sh . /opt/reviewbot-2",
    "/opt/reviewbot-2/bin/reviewbot migrate --check",
    "systemctl stop reviewbot",
    "ln -sfn /opt/reviewbot-2 /opt/reviewbot",
    "systemctl start reviewbot",
)
BACK = (
    "ln -sfn /opt/reviewbot-1 /opt/reviewbot",
    "reviewbot restore /var/lib/reviewbot/reviewbot.sqlite3.schema-NNNN",
    "cp /var/lib/reviewbot/reviewbot.sqlite3.schema-NNNN /var/lib/reviewbot/reviewbot.sqlite3",
)


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="reviewbot-"))
    try:
        with outside() as url, machine(folder, "here") as here:
            first_day(here, url)
            a_month(here)
            sections(here, url)
            with machine(folder, "there") as there:
                another_machine(there, here)
            with machine(folder, "old") as old:
                upgraded(old, url)
    finally:
        shutil.rmtree(folder)
    for page in PAGES:
        for command in commands(page):
            if command in ELSEWHERE:
                print(f"tried elsewhere: {command}: {ELSEWHERE[command]}")
            elif command not in Machine.tried:
                sys.exit(f"{page.name}: nobody tried: {command}")
    print("every command of docs/operations.md was tried")


if __name__ == "__main__":
    main()
