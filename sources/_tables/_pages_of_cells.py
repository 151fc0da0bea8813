"""Tables that stand in markup: what cabinets and shop programs call ".xls" is often a web page's
<table>, or Excel's XML of 2003. Read as rows of cells; nothing else of the page is."""

from collections.abc import Callable, Iterable

from sources._markup import attribute, block_text
from sources._tree import Tag, soup, tags_in

Records = list[tuple[int, list[str | None]]]
_ROWS, _CELLS = frozenset({"tr", "row"}), frozenset({"td", "th", "cell"})
_OVER_ROWS, _OVER_COLUMNS = ("rowspan", "ss:mergedown"), ("colspan", "ss:mergeacross")
MOST_MERGED = 1_000


def records_of_markup(
    text: str, rank: Callable[[Iterable[tuple[int, list[str | None]]]], int], most_columns: int
) -> Records | None:
    """The rows of the table whose first ones look most like a table of reviews, numbered from 1;
    None where none does."""
    if "table" not in text and "Table" not in text:
        return None
    tables: dict[int, Records] = {}
    spread: dict[int, dict[int, tuple[int, str | None]]] = {}
    waiting: list[tuple[Tag, int]] = [(soup(text), 0)]
    while waiting:
        element, inside = waiting.pop()
        name = element.name.rpartition(":")[2]
        if name == "table":
            inside = id(element)
            tables[inside], spread[inside] = [], {}
        elif name in _ROWS and inside:
            rows = tables[inside]
            rows.append((len(rows) + 1, _cells(element, spread[inside])[:most_columns]))
        waiting += [(child, inside) for child in reversed(tags_in(element))]
    ranked = [(rank(rows), -place, rows) for place, rows in enumerate(tables.values())]
    best = max(ranked, key=lambda each: each[:2], default=None)
    return best[2] if best is not None and best[0] else None


def _cells(row: Tag, spread: dict[int, tuple[int, str | None]]) -> list[str | None]:
    """The row's cells, each in its column; those that others are merged over have their value."""
    cells: list[str | None] = []

    def merged() -> None:
        while len(cells) in spread:
            left, value = spread.pop(len(cells))
            if left > 1:
                later[len(cells)] = (left - 1, value)
            cells.append(value)

    later: dict[int, tuple[int, str | None]] = {}
    for cell in tags_in(row):
        if cell.name.rpartition(":")[2] not in _CELLS:
            continue
        place = _number(cell, ("ss:index",), 0) - 1  # Excel's XML leaves empty cells out
        while len(cells) < place:
            merged()
            if len(cells) < place:
                cells.append(None)
        merged()
        value = block_text(cell).strip() or None
        down = _number(cell, _OVER_ROWS[:1], 1) - 1 + _number(cell, _OVER_ROWS[1:], 0)
        if down > 0:
            later[len(cells)] = (down, value)
        across = _number(cell, _OVER_COLUMNS[:1], 1) - 1 + _number(cell, _OVER_COLUMNS[1:], 0)
        cells += [value, *[None] * across]
    merged()
    spread.update(later)
    return cells


def _number(cell: Tag, names: tuple[str, ...], otherwise: int) -> int:
    told = next((told for name in names if (told := attribute(cell, name))), "")
    return min(int(told), MOST_MERGED) if told.isascii() and told.isdecimal() else otherwise
