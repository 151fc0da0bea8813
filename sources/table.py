"""A table of reviews: CSV, JSON lines or a workbook (XLSX, XLS, ODS), from a file or an address.

For exports of any cabinet, survey results and lists of mentions. `ref` is an address
("table:https://…/export.csv") or the whole path of a file in one of `fetch.folders`
("table:/srv/exports/reviews.xlsx"). What a file is, is seen by what it holds: workbooks by their
first bytes, `{` or `[` is JSON, `<` a page with a table (many an ".xls"), the rest is CSV; its
delimiter is the one by which the headings fit, its letters are found by its bytes (`_charsets`)
unless the option says otherwise.

Columns are named by their headings, in the options, or guessed where none is named:

    [[locations.tverskaya.links]]
    url     = "table:/srv/exports/guests.csv"
    zone    = "Europe/Moscow"
    columns = { text = "Отзыв", rating = "Оценка", date = "Дата", author = "Гость" }

What a table does not tell
 * whether it holds every review: a row that is not there is not a deleted one, unless the option
   `whole` says that the file always holds all of them;
 * replies, unless a column has them.

Quirks
 * A row without an id of its own is matched with the known ones by author, day and nearest text.
 * "05.03.2026", «5 марта 2026» and Excel's dates at midnight are days; times without an offset are
   the location's, or of `zone`. "03/05/2026" is read only where `dates` or other dates of the file
   ("03/25/2026") say how.
 * A row without words and marks, or with a date or a mark that cannot be read, is told with its
   number and the others are read. A formula is the value its program stored, or its own text.
 * Of a workbook the sheet is read whose first rows have known headings, unless `sheet` names one;
   others like it are told. A cell merged over several rows counts in each.
 * Marks of another scale than 5 (Booking: "8,5") keep `score` and `scale`; stars are rounded down.

How sure: the readers of the formats are libraries'; no export of a cabinet was seen.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from reviewbot.core.contract import (
    Item,
    Kind,
    LayoutChanged,
    Limit,
    Memory,
    Page,
    Pages,
    Payload,
    Precision,
    Request,
    Target,
    TargetHint,
    Traits,
    raise_for_status,
)
from sources._challenges import raise_for_challenge
from sources._dates import Moment, in_order, order_of, told_at, zone_of
from sources._marks import NONE as NO_MARK
from sources._marks import Mark, mark_of, stars_of
from sources._markup import fold_heading, read_entries, rebased
from sources._repeats import numbered
from sources._tables._headings import GUESSES, heading_key
from sources._tables._rows import file_address, read_rows

NAME = "table"
TITLE = {"ru": "Таблица", "en": "Table"}
HOSTS: tuple[str, ...] = ()
REPLY_LIMIT: Limit | None = None
TRAITS = Traits(
    reads="CSV, JSON lines, XLSX, XLS or ODS: a file of a configured folder, or an address",
    reply="none",
    evidence="synthetic",
    every=timedelta(hours=1),
    gap=timedelta(seconds=10),
    window=timedelta(days=30),
    terms="Your own export: the terms of the cabinet it comes from.",
    official_way="this one, where a site gives its owners an export and no API",
    unseen="an export of any cabinet: samples are made by hand",
)
LACKS: Mapping[str, str] = {}

_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_ENDING = re.compile(r"\.(?:csv|tsv|jsonl|ndjson|xlsx?|ods)$", re.IGNORECASE)
_ENOUGH = frozenset({"text", "rating", "score", "pros", "cons"})
_WORDS = ("title", "text", "pros", "cons")
_DATES = ("date", "edited", "reply_date", "visited")
_REPLY_FIELDS = ("reply_at", "reply_state", "reply_text")


@dataclass(frozen=True)
class Options:
    """`columns`: column → heading; `kind`: what the rows are; `scale`: the highest mark; `dates`:
    how dates are written ("%m/%d/%Y"); `zone`: of times without an
    offset, where it is not the location's; `sheet` of a workbook;
    `delimiter` and `encoding` of a CSV, where they are not found out; `whole`: the file always
    holds every review, so that a missing row is a deleted one."""

    columns: Mapping[str, str] = field(default_factory=dict)
    kind: Literal["review", "mention", "survey"] = "review"
    scale: float = 5
    dates: tuple[str, ...] = ()
    zone: str = ""
    sheet: str = ""
    delimiter: str = ""
    encoding: str = ""
    whole: bool = False

    def __post_init__(self) -> None:
        if unknown := sorted(set(self.columns) - set(GUESSES)):
            known = ", ".join(GUESSES)
            raise ValueError(f"there is no column {unknown[0]!r}; there are {known}")
        if self.columns and not _ENOUGH & set(self.columns):
            raise ValueError("`columns` must name the text, the rating or the score")
        if not 0 < self.scale <= 1000:
            raise ValueError("`scale` is the highest mark, such as 5, 10 or 100")
        if self.delimiter and len(self.delimiter) != 1:
            raise ValueError("`delimiter` is one character")
        try:
            ZoneInfo(self.zone or "UTC")
            "".encode(self.encoding or "utf-8")
        except LookupError as error:
            raise ValueError(f"{error} is not known") from None


def pages(target: Target, memory: Memory) -> Pages:
    """Ask for the file. Raises Denied where `ref` is neither an address nor a whole path."""
    yield Request("GET", rebased(file_address(target.ref), target.base_url))


def parse(payload: Payload, target: Target) -> Page:
    """Read the rows. Raises LayoutChanged where a named column is missing or no row is fit."""
    if payload.status >= 400:
        raise_for_challenge(payload)
    raise_for_status(payload)
    options = target.options if isinstance(target.options, Options) else Options()
    wanted = {name: _wanted(name, options) for name in GUESSES}
    known = {heading for headings in wanted.values() for heading in headings}
    form = str if options.columns else heading_key

    def fits(headings: Iterable[str]) -> int:
        return len(known & set(map(form, headings)))

    told = read_rows(
        payload,
        fits,
        delimiter=options.delimiter,
        encoding=options.encoding,
        sheet=options.sheet,
    )
    there: dict[str, str] = {}
    # Where both «Оценка» and «Оценка (1–5)» stand, the first is meant.
    for heading in sorted(told.headings, key=lambda each: form(each) != each):
        there.setdefault(form(heading), heading)
    columns = {
        name: found
        for name, headings in wanted.items()
        if (found := next((there[each] for each in headings if each in there), None))
    }
    missing = [heading for name, heading in options.columns.items() if name not in columns]
    if missing and (told.rows or told.headings):
        raise LayoutChanged(
            f"no column {missing[0]!r}; there are: {', '.join(told.headings)[:200]}"
        )
    if told.rows and not _ENOUGH & set(columns):
        raise LayoutChanged("no column of words or marks is known: name them in `columns`")
    reader = _Reader(columns, options, zone_of(target, options.zone))
    items, unreadable = read_entries(reader.entries(told.rows), reader.item)
    return Page(
        items=tuple(numbered(items, each=True)),
        complete=options.whole and not told.broken,
        unreadable=(*unreadable, *told.broken),
    )


def essence(payload: Payload) -> bytes:
    """The file as it is."""
    return payload.content


def review_url(target: Target, item: Item) -> str | None:
    """The link of the row, where a column has it, or the table's own address."""
    return item.url or (target.ref if _ADDRESS.match(target.ref) else None)


def reply_url(target: Target, item: Item) -> str | None:
    """The link of the row: a table cannot be answered."""
    return item.url


def recognise_url(url: str) -> TargetHint | None:
    """ "table:" and an address or a path; without it an address that ends like a table."""
    text = url.strip()
    ref = text.removeprefix(f"{NAME}:")
    is_address = bool(_ADDRESS.match(ref))
    if ref == text and not (is_address and _ENDING.search(_path(ref))):
        return None
    return TargetHint(NAME, ref, ref if is_address else None) if ref else None


def _path(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:  # "https://[" is what people paste, too
        return ""


def _wanted(name: str, options: Options) -> tuple[str, ...]:
    if options.columns:
        return (fold_heading(options.columns[name]),) if name in options.columns else ()
    return tuple(map(heading_key, GUESSES[name]))


@dataclass(frozen=True, slots=True)
class _Entry:
    """A row as people count it; its text is the sample of what could not be read."""

    number: int
    cells: Mapping[str, Any]

    def __str__(self) -> str:
        return "; ".join(f"{name}: {value}" for name, value in self.cells.items())


class _Reader:
    """Reads rows by named columns."""

    def __init__(self, columns: Mapping[str, str], options: Options, zone: tzinfo | None) -> None:
        self._columns = columns
        self._options = options
        self._zone = zone

    def entries(self, rows: Iterable[tuple[int, Mapping[str, Any]]]) -> list[_Entry]:
        """The rows; an id that several have (a guest's, not a review's) identifies none."""
        found = [_Entry(number, cells) for number, cells in rows]
        dates = (self._cell(entry.cells, name) for entry in found for name in _DATES)
        self._order = order_of(each for each in dates if isinstance(each, str))
        ids = Counter(self._text(entry.cells, "id") for entry in found)
        self._shared = {each for each, count in ids.items() if count > 1}
        return found

    def item(self, entry: _Entry) -> Item:
        """Read one row. Raises LayoutChanged with its number."""
        try:
            return self._item(entry)
        except LayoutChanged as error:
            raise LayoutChanged(f"row {entry.number}: {error.reason}") from None

    def _item(self, entry: _Entry) -> Item:
        cells = entry.cells
        published_at, precision = self._moment(cells, "date")
        rating, score = self._marks(cells)
        title, text, pros, cons = (self._text(cells, name) for name in _WORDS)
        if rating is None and score is None and not (title or text or pros or cons):
            raise LayoutChanged("neither words nor a mark")
        reply_text = self._text(cells, "reply")
        url = self._text(cells, "url")
        photos = re.split(r"[\s;,]+", self._text(cells, "photos") or "")
        own_id = self._text(cells, "id")
        is_own = own_id is not None and own_id not in self._shared
        return Item(
            external_id=own_id if own_id and is_own else "derived",
            derived=not is_own,
            kind=Kind(self._options.kind),
            rating=rating,
            score=score,
            scale=self._options.scale if score is not None else None,
            title=title,
            text=text,
            pros=pros,
            cons=cons,
            author=self._text(cells, "author"),
            published_at=published_at,
            published_precision=precision,
            edited_at=self._moment(cells, "edited")[0],
            language=self._text(cells, "language"),
            photos=tuple(link for link in photos if _ADDRESS.match(link)),
            url=url if url and _ADDRESS.match(url) else None,
            reply_text=reply_text,
            reply_at=self._moment(cells, "reply_date")[0] if reply_text else None,
            reply_state="published" if reply_text else None,
            site=self._visit(cells) if self._options.kind == "survey" else {},
            partial=() if "reply" in self._columns else _REPLY_FIELDS,
        )

    def _visit(self, cells: Mapping[str, Any]) -> dict[str, str]:
        """What figures of surveys are told apart by; the instant of a visit in ISO 8601, where
        the table tells the hour."""
        told = {name: self._text(cells, name) for name in ("segment", "item")}
        visited, precision = self._moment(cells, "visited")
        if visited is not None and precision is Precision.SECOND:
            told["visited"] = visited.isoformat()
        return {name: value for name, value in told.items() if value}

    def _cell(self, cells: Mapping[str, Any], name: str) -> Any:
        return cells.get(self._columns.get(name, ""))

    def _text(self, cells: Mapping[str, Any], name: str) -> str | None:
        """A cell as text; 12.0, as Excel keeps a number, is "12"."""
        value = self._cell(cells, name)
        if value is None or isinstance(value, bool | list | dict):
            return None
        if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
            value = int(value)
        if isinstance(value, int) and abs(value) >= 10**40:
            return None
        return str(value).strip() or None

    def _marks(self, cells: Mapping[str, Any]) -> tuple[int | None, float | None]:
        """Stars, and the score where it says more than they do."""
        told = self._text(cells, "rating") or self._text(cells, "score")
        if told is None:
            return None, None
        if told.strip().casefold() in NO_MARK:
            return None, None
        scale = self._options.scale
        mark = mark_of(told)
        best = (mark.best if mark else None) or scale
        if mark is None or not 0 <= mark.value <= best or not _fits(best, scale):
            raise LayoutChanged(f"the mark {told[:40]!r} is not one of 0 to {scale:g}")
        value = mark.value * scale / best
        if self._options.kind == "survey":
            return None, value
        if value == 0:
            return None, None  # "no mark" in every export known
        stars = stars_of(Mark(value), scale)
        return stars.rating, stars.score

    def _moment(self, cells: Mapping[str, Any], name: str) -> tuple[datetime | None, Precision]:
        """The instant of a cell and how exact it is. Raises LayoutChanged for what is no date."""
        value = self._cell(cells, name)
        if value is None or (isinstance(value, str) and not value.strip()):
            return None, Precision.UNKNOWN
        found = self._told(value)
        if found is None:
            raise LayoutChanged(f"the date {str(value)[:40]!r} cannot be read: say how in `dates`")
        return found.at, found.precision

    def _told(self, value: Any) -> Moment | None:
        if not self._options.dates or not isinstance(value, str):
            return told_at(value, self._zone, excel=True) or (
                told_at(in_order(value, self._order), self._zone)
                if isinstance(value, str) and self._order
                else None
            )
        for form in self._options.dates:
            try:
                moment = datetime.strptime(value.strip(), form)  # noqa: DTZ007 - zoned below
            except (ValueError, OverflowError, re.error):
                continue
            has_clock = "%H" in form or "%I" in form
            return told_at(moment if has_clock else moment.date(), self._zone)
        return None


def _fits(best: float, scale: float) -> bool:
    """Whether a mark "of `best`" can be one of the table's: of its scale, or per cent."""
    return best == scale or best in (10, 100)
