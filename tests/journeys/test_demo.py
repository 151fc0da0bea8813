"""The demo plays itself where there is no terminal, and says so when the product does not work."""

import os
import re
import subprocess
import sys
from pathlib import Path
from select import select as wait_for_any

import pytest
from sqlmodel import Session, col, func, select

from reviewbot.core.trends.concern import ConcernKind, Sign
from reviewbot.store.database import Database
from reviewbot.store.tables import AuditRow, ConcernRow, InboxRow, OutboxRow
from tests.patience import PATIENCE
from tests.store.kept_instants import not_numbers

ROOT = Path(__file__).parent.parent.parent


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**os.environ, "LANG": "en_US.UTF-8", "LC_ALL": "", "LC_MESSAGES": ""},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=2 * PATIENCE,
        check=False,
    )


@pytest.mark.parametrize(
    ("language", "last"),
    [
        ("ru", "отвечено: 1 · эскалаций: 1"),
        pytest.param("en", "answered: 1 · escalated: 1", marks=pytest.mark.slow),
    ],
)
def test_it_answers_one_review_and_escalates_another(
    tmp_path: Path, language: str, last: str
) -> None:
    kept = tmp_path / "kept.sqlite3"
    played = run("reviewbot", "demo", "--lang", language, "--database", str(kept))
    assert played.returncode == 0, played.stdout[-2000:] + played.stderr[-2000:]
    assert played.stdout.strip().splitlines()[-1] == last
    assert "Traceback" not in played.stderr
    # A terminal shows no picture: it names the file of the one that /stats brought.
    pictures = [Path(name) for name in re.findall(r"🖼 +(\S+\.png)", played.stdout)]
    assert pictures, "no picture came with the figures"
    for each in pictures:
        assert each.read_bytes().startswith(b"\x89PNG")
        each.unlink()

    [page] = [Path(name) for name in re.findall(r"(\S+reviewbot-demo-\S+\.html)", played.stdout)]
    shown = page.read_text(encoding="utf-8")
    page.unlink()
    assert shown.lstrip().startswith("<!doctype html>")
    assert 'id="concerns"' in shown, "the incident stands on the page"
    assert shown.count("<svg role=") >= 2, "pictures"

    database = Database(str(kept))
    acts, handled, sent = database.read_now(_rows)
    [incident] = database.read_now(lambda session: session.exec(select(ConcernRow)).all())
    assert incident.kind == ConcernKind.INCIDENT
    assert len(Sign.from_json(incident.facts).tickets) == 9
    database.close()
    assert not_numbers(kept) == []
    assert {"opened", "approve", "published", "reply_seen", "breach"} <= acts
    assert {"reached", "guest_says_solved"} <= acts, "the guest was reached, and said so"
    assert handled >= 2, "the greeting and the press came through the inbox"
    assert {"alert", "concern", "edit", "escalation", "notice"} <= sent


def _rows(session: Session) -> tuple[set[str], int, set[str]]:
    done = select(func.count()).where(col(InboxRow.done_at).is_not(None))
    sent = select(OutboxRow.kind).where(col(OutboxRow.sent_at).is_not(None))
    return (
        set(session.exec(select(AuditRow.action))),
        session.exec(done).one(),
        set(session.exec(sent)),
    )


@pytest.mark.slow
def test_with_a_broken_table_it_ends_in_failure() -> None:
    played = run("tests.faulty", "demo-with-a-broken-table")
    assert played.returncode != 0
    assert "came to a halt" in played.stderr


def test_an_existing_database_is_left_alone(tmp_path: Path) -> None:
    kept = tmp_path / "mine.sqlite3"
    kept.write_text("mine")
    assert run("reviewbot", "demo", "--database", str(kept)).returncode == 1
    assert kept.read_text() == "mine"


class Terminal:
    """A visitor at a terminal: reads what is shown, and types."""

    def __init__(self, *command: str) -> None:
        self._keyboard, terminal = os.openpty()
        environ = {"LANG": "en_US.UTF-8", "LC_ALL": "", "TERM": "dumb", "COLUMNS": "160"}
        self.child = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env={**os.environ, **environ},
            stdin=terminal,
            stdout=terminal,
            stderr=subprocess.DEVNULL,
        )
        os.close(terminal)

    def shown_until(self, prompt: str) -> str:
        shown = b""
        while prompt.encode() not in shown:
            assert wait_for_any([self._keyboard], [], [], PATIENCE)[0], shown.decode()
            shown += os.read(self._keyboard, 4096)
        return shown.decode(errors="replace")

    def type(self, text: str) -> None:
        os.write(self._keyboard, f"{text}\n".encode())

    def leave(self) -> None:
        self.child.kill()
        self.child.wait()
        os.close(self._keyboard)


@pytest.mark.slow
def test_more_opens_the_other_keys_and_back_closes_them() -> None:
    terminal = Terminal("reviewbot", "demo", "--lang", "en")
    try:
        shown = terminal.shown_until("Button number: ")
        assert "Not a complaint" not in shown
        terminal.type(number_of("⋯ More", shown))
        opened = terminal.shown_until("Button number: ")
        assert "Not a complaint" in opened
        terminal.type(number_of("Back", opened))
        assert number_of("⋯ More", terminal.shown_until("Button number: "))
    finally:
        terminal.leave()


def number_of(label: str, shown: str) -> str:
    """The number that a key of the newest message is pressed by."""
    return re.findall(rf"\[(\d+)\] [^\[\]]*{label}", shown)[-1]
