"""Configuration files for the tests, and loading them."""

from datetime import date
from pathlib import Path

from reviewbot.config import WithTables, load_with_tables

TODAY = date(2026, 3, 3)
TOKEN = "501000000:AAfake-token_for-tests-of-the-file"

SHORT = """\
[telegram]
[chats]
support = -1002200000001
[people]
marina = { id = 501000002, role = "manager" }
[locations.main]
links = ["https://yandex.ru/maps/org/tochka/1000000001/"]
"""

SKETCH = (Path(__file__).parent / "sketch.toml").read_text(encoding="utf-8")

# Compiling the rule packs takes most of a second: most tests do without [rules].
_HEAD, _, _TAIL = SKETCH.partition("[rules]")
UNRULED = f"{_HEAD}[replies]{_TAIL.partition('[replies]')[2]}"


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def loaded(folder: Path, text: str, **environ: str) -> WithTables:
    return load_with_tables(written(folder, text), environ=environ, today=TODAY)
