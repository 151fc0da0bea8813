"""Options that several commands have, and what they name."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

Config = Annotated[Path | None, typer.Option("--config", "-c", help="The configuration file.")]
DatabaseName = Annotated[
    str | None, typer.Option("--database", help="A file or URL in place of the configured one.")
]


def is_there(database: str) -> bool:
    """Whether there may be rows: a server, or a file that exists."""
    return "://" in database or Path(database).expanduser().exists()


class StaffLanguage(StrEnum):
    """The languages staff may speak."""

    RU = "ru"
    EN = "en"
