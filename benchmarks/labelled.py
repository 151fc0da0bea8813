"""The labelled sets the classifier is fitted to and measured on, read as rows."""

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

SETS = {
    "ru_goods_natural": ("goods, natural", "ru"),
    "ru_wb_goods_balanced": ("goods, balanced", "ru"),
    "ru_bank_otzovik": ("bank", "ru"),
    "ru_hotels_service": ("hotels", "ru"),
    "ru_autodealer_maps": ("car dealer (maps)", "ru"),
    "ru_restaurants_sentirueval15": ("restaurants (aspects)", "ru"),
    "ru_social_ok_telegram": ("comments, social", "ru"),
    "en_restaurants_zomato": ("restaurants, English", "en"),
}
ASPECTS = "ru_restaurants_sentirueval15"
CATEGORIES = {
    "cat_Food": ("food",),
    "cat_Service": ("staff", "waiting"),
    "cat_Interior": ("place", "cleanliness", "noise"),
    "cat_Price": ("price",),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled review. `number` is its place in its set, from 0; `negative` is 1–2★;
    `aspects` the category → its sentiment."""

    dataset: str
    number: int
    language: str
    title: str | None
    text: str
    pros: str | None
    cons: str | None
    negative: bool
    stars: int
    aspects: dict[str, str]


def read(folder: Path, names: tuple[str, ...] = tuple(SETS)) -> list[Row]:
    """Return every row of the sets that are there, in the files' order."""
    rows: list[Row] = []
    csv.field_size_limit(10**9)
    for name in names:
        path = folder / f"{name}.csv"
        if not path.exists():
            continue
        with path.open(encoding="utf-8-sig", newline="") as stream:
            lines = csv.DictReader(stream)
            rows += [_row(name, number, line) for number, line in enumerate(lines)]
    return rows


def _row(name: str, number: int, line: dict[str, str]) -> Row:
    return Row(
        dataset=name,
        number=number,
        language=SETS[name][1],
        title=line.get("title") or None,
        text=line["text"],
        pros=line.get("pros") or None,
        cons=line.get("cons") or None,
        negative=int(line["stars"]) <= 2,
        stars=int(line["stars"]),
        aspects={key: value for key, value in line.items() if key.startswith("cat_")},
    )


def hashes(folder: Path) -> dict[str, str]:
    """Return each set's SHA-256, by file name."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.glob("*.csv"))
        if path.stem in SETS
    }


def is_held_out(row: Row) -> bool:
    """Whether a row is only measured on: four of ten, told by a hash of its text."""
    return int(hashlib.sha256(row.text.encode()).hexdigest()[:8], 16) % 10 >= 6
