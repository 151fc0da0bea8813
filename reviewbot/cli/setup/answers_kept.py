"""The answers of an `init` that was interrupted: kept beside the file, gone when it is written.
The token is never among them."""

import json
from dataclasses import asdict, fields
from pathlib import Path

from reviewbot.cli.setup.known_chats import KnownChat
from reviewbot.cli.setup.new_file import NewFile, write_private


class KeptAnswers:
    """The file of answers beside a configuration."""

    def __init__(self, config: Path) -> None:
        self._path = config.with_name(f".{config.name}.answers")

    def keep(self, new: NewFile) -> None:
        """Write what is answered so far; only this user reads it."""
        write_private(self._path, json.dumps(asdict(new), ensure_ascii=False))

    def read(self) -> NewFile | None:
        """Return what was answered last time; None where nothing was, or it cannot be read."""
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
            known = {each.name for each in fields(NewFile)}
            new = NewFile(**{name: value for name, value in found.items() if name in known})
            new.managers = KnownChat(**found["managers"]) if found.get("managers") else None
            new.people = [(int(number), str(name), str(role)) for number, name, role in new.people]
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None
        return new

    def forget(self) -> None:
        """Remove them: the configuration is written."""
        self._path.unlink(missing_ok=True)
