"""The file with a change: checked like `check` checks it, written whole, the former one kept.

The former file stands beside it as `config.toml.before-<hash of what was written>`, so that only
what stands there unchanged since can be taken back, step by step.
"""

import difflib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from reviewbot.config import Loaded, load, request_load
from reviewbot.config.changes.change import Change, changed
from reviewbot.core.errors import ConfigError, Problem
from reviewbot.words.operator_text import say

BROKEN = say("A fault of the bot: it tried three times. Its log says what broke.")
FORMER = ".before-"
MOST_FORMER = 20
"""Former files that are kept; older ones go."""


@dataclass(frozen=True, slots=True)
class FileEdit:
    """The file before and after, and what `check` newly warns of. Nothing is written yet."""

    path: Path
    before: str
    after: str
    warnings: tuple[Problem, ...] = ()

    @property
    def base(self) -> str:
        """The hash of the file that the change was made for."""
        return hash_of_text(self.before)

    @property
    def made(self) -> str:
        """The hash of the file with the change."""
        return hash_of_text(self.after)

    @property
    def diff(self) -> tuple[str, ...]:
        """The lines that go ("- …") and those that come ("+ …"). No others: they may be secret."""
        pairs = difflib.ndiff(self.before.splitlines(), self.after.splitlines())
        lines = [f"{line[0]} {line[2:]}" for line in pairs if line[0] in "+-"]
        return tuple(line for line in lines if line.strip("+- "))


def hash_of_text(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


def edit_with(path: Path, change: Change, environ: Mapping[str, str]) -> FileEdit:
    """Return the file with a change. Raises ConfigError where the file as it is, or as it would
    be, has mistakes, or where it is not to be written."""
    now = load(path, environ=environ)
    _refuse_protected(now)
    before = text_of(path)
    after = changed(before, change)
    with _beside(path, after) as draft:
        then = load(draft, environ=environ)
    known = _warnings(now)
    fresh = tuple(warning for warning in _warnings(then) if warning not in known)
    return FileEdit(path, before, after, fresh)


def _warnings(loaded: Loaded) -> tuple[Problem, ...]:
    """Return what `check` says of the file by itself."""
    return (*loaded.warnings, *request_load.warnings(request_load.traffic(loaded.settings)))


def write(edit: FileEdit, base: str | None = None) -> None:
    """Put the changed file in the place of the former one, which is kept.

    Raises ConfigError where the file is another meanwhile (or not that of the hash `base`, which
    somebody saw), or cannot be written.
    """
    if text_of(edit.path) != edit.before or base not in (None, edit.base):
        raise _single(
            edit.path,
            say("The file has changed meanwhile, and nothing was written."),
            say("Look at it and begin anew."),
        )
    _replace(edit, f"{FORMER}{edit.made}")
    _forget_oldest(edit.path)


def undo(path: Path, environ: Mapping[str, str], made: str | None = None) -> FileEdit:
    """Take the last change back and return it; what is taken back is kept as `….undone`.

    Raises ConfigError where the file does not stand as that change (`made`: its hash; by default
    whichever it was) left it.
    """
    after = text_of(path)
    former = _former(path, hash_of_text(after))
    if not former.is_file() or made not in (None, hash_of_text(after)):
        raise _single(
            path,
            say("Nothing to undo: the file does not stand as a command left it."),
            say("Former files stand beside it: {name}*.", name=f"{path.name}{FORMER}")
            if _kept(path)
            else "",
        )
    with suppress(ConfigError):  # a file with mistakes does not forbid its own repair
        _refuse_protected(load(path, environ=environ))
    back = FileEdit(path, after, text_of(former))
    with _beside(path, back.after) as draft:
        load(draft, environ=environ)
    _replace(back, ".undone")
    former.unlink(missing_ok=True)
    return back


def _refuse_protected(loaded: Loaded) -> None:
    if not loaded.writable:
        raise _single(
            loaded.path,
            say("The file says `writable = false`: no command changes it."),
            say("Change it where it is kept, then send SIGHUP."),
        )


def _replace(edit: FileEdit, kept_as: str) -> None:
    real = edit.path.resolve()
    try:
        kept = real.with_name(f"{real.name}{kept_as}")
        shutil.copy2(real, kept)
        with _beside(edit.path, edit.after) as draft:
            draft.replace(real)
    except OSError as error:
        raise _unwritable(edit.path, error) from error


def _former(path: Path, made: str) -> Path:
    real = path.resolve()
    return real.with_name(f"{real.name}{FORMER}{made}")


def _kept(path: Path) -> list[Path]:
    """Return the former files that stand beside the file, the oldest first."""
    real = path.resolve()
    beside = real.parent.glob(f"{real.name}{FORMER}*")
    return sorted(beside, key=lambda each: each.stat().st_mtime)


def _forget_oldest(path: Path) -> None:
    for old in _kept(path)[:-MOST_FORMER]:
        old.unlink(missing_ok=True)


@contextmanager
def _beside(path: Path, text: str) -> Iterator[Path]:
    """Write a text beside the file, with its mode and owner: its paths are relative to there."""
    real = path.resolve()
    draft = real.with_name(f".{real.name}.draft-{os.getpid()}")
    try:
        draft.unlink(missing_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(real, draft)
        with suppress(PermissionError):
            owner = real.stat()
            os.chown(draft, owner.st_uid, owner.st_gid)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise _unwritable(path, error) from error
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def text_of(path: Path) -> str:
    """Return the file as it stands. Raises ConfigError where it cannot be read."""
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _single(path, say("The file cannot be read: {reason}.", reason=error)) from error


def _unwritable(path: Path, error: OSError) -> ConfigError:
    return _single(
        path,
        say("The file cannot be written: {reason}.", reason=error.strerror),
        say("The bot's user needs the right to write the file and its folder."),
    )


def _single(path: Path, sentence: str, hint: str = "") -> ConfigError:
    return ConfigError((Problem(str(path), sentence, hint),))
