"""One review that a page shows several times: told from two guests who say the same."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from reviewbot.core.contract import Item, Precision, content_id, folded
from sources._markup import sample

_CUT = ("…", "...")


def words_of(item: Item) -> str:
    """All that a guest says, as two texts are compared."""
    return folded(
        "\n".join(part for part in (item.title, item.text, item.pros, item.cons) if part)
    )


def with_content_id(item: Item, ordinal: int = 0) -> Item:
    """The item with an id made of what it says; the mark tells wordless ones apart."""
    words = words_of(item) or f"{item.rating or ''}/{item.score or ''}"
    found = content_id(
        item.author,
        item.published_at,
        words,
        ordinal,
        day=item.published_precision is Precision.DAY,
    )
    return item.with_(external_id=found, derived=True)


def numbered(items: Iterable[Item], *, each: bool = False) -> list[Item]:
    """The items of one list; those without an id of the site get one of what they say. Wordless
    ones that say the same are as many guests; equal words are one review shown twice, and left
    out, unless the mark, the address or the id as told (`as_told`) differ, or `each` entry counts
    (the rows of a table)."""
    met: Counter[str] = Counter()
    said: set[tuple[object, ...]] = set()
    found = []
    for item in items:
        if not item.derived:
            found.append(item)
            continue
        own = with_content_id(item)
        count = met[own.external_id]
        mark = (own.external_id, item.external_id, item.rating, item.score, item.url)
        if each or not words_of(item) or mark not in said:
            found.append(with_content_id(item, count) if count else own)
            met[own.external_id] += 1
            said.add(mark)
    return found


def as_told(date: object) -> str:
    """The id, for the time being, of an item whose date cannot be read: of two that say the same
    «вчера» and «неделю назад» tell two guests apart. `numbered` gives it its own."""
    return f"derived {sample(date)}"


def without_repeats(parts: Iterable[Sequence[Item]]) -> list[Item]:
    """Join the lists of a page that shows the same reviews in several (a script for the place and
    one for a product; a slider): a review of a later list that an earlier one shows is left out,
    the fuller of the two stays. Within one list only an equal id is a repeat."""
    kept: list[Item] = []
    near = _Near()
    by_id: dict[str, int] = {}
    for part in parts:
        earlier, used = len(kept), set[int]()
        for item in numbered(part):
            place = by_id.get(item.external_id)
            if place is not None and item.derived and not _is_one(item, kept[place]):
                place = None  # equal words, another mark: another guest
            if place is None:
                fitting = (
                    n
                    for n in near.of(item)
                    if (n < earlier or item.derived != kept[n].derived)
                    and n not in used
                    and _is_one(item, kept[n])
                )
                place = next(fitting, None)
            if place is None:
                place, item = len(kept), _unlike(item, by_id, len(kept))
                kept.append(item)
                near.add(item, place)
            else:
                kept[place] = _fuller(kept[place], item)
                used.add(place)  # one for one: the rest of this list are other guests'
            by_id.setdefault(item.external_id, place)
    return kept


def _unlike(item: Item, by_id: Mapping[str, int], ordinal: int) -> Item:
    """The item with an id that no other has: `ordinal` of its words where its own is taken."""
    while item.derived and item.external_id in by_id:
        item = with_content_id(item, ordinal)
        ordinal += 1
    return item


class _Near:
    """Where reviews stand that another one may repeat: by words, by author, and those cut."""

    def __init__(self) -> None:
        self._by_words: dict[str, list[int]] = defaultdict(list)
        self._by_author: dict[str | None, list[int]] = defaultdict(list)
        self._cut: dict[str | None, list[int]] = defaultdict(list)

    def add(self, item: Item, place: int) -> None:
        self._by_words[words_of(item)].append(place)
        self._by_author[item.author].append(place)
        if _is_cut(item):
            self._cut[item.author].append(place)

    def of(self, item: Item) -> list[int]:
        words = words_of(item)
        if not words or _is_cut(item):
            return [*self._by_words[words], *self._by_author[item.author]]
        return [*self._by_words[words], *self._cut[item.author]]


def _is_cut(item: Item) -> bool:
    return (item.text or "").rstrip().endswith(_CUT)


def _is_one(item: Item, other: Item) -> bool:
    for name in ("author", "rating", "score"):
        one, two = getattr(item, name), getattr(other, name)
        if one is not None and two is not None and one != two:
            return False
    if item.published_at and other.published_at:
        days = item.published_at.date(), other.published_at.date()
        if days[0] != days[1]:
            return False
        exact = Precision.DAY not in (item.published_precision, other.published_precision)
        if exact and item.published_at != other.published_at:
            return False
    words, others = words_of(item), words_of(other)
    if words == others:
        return True
    for cut, full in ((item, other), (other, item)):
        start = folded((cut.text or "").rstrip().rstrip("….")).strip()
        if _is_cut(cut) and len(start) > 10 and folded(full.text or "").startswith(start):
            return True
    return False


def _fuller(one: Item, other: Item) -> Item:
    """The first, with the other's id where only that has one, and what the first leaves out."""
    changes = {
        name: getattr(other, name)
        for name in ("rating", "score", "scale", "author", "published_at", "url", "pros", "cons")
        if getattr(one, name) is None and getattr(other, name) is not None
    }
    if "published_at" in changes:
        changes["published_precision"] = other.published_precision
    if one.derived and not other.derived:
        changes |= {"external_id": other.external_id, "derived": False}
    if _is_cut(one) and other.text and len(other.text) > len(one.text or ""):
        changes["text"] = other.text
    return one.with_(**changes) if changes else one
