"""Which reply is proposed for a review: language, tone and topic choose, repetition excludes."""

import math
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reviewbot.core.contract import Limit
from reviewbot.core.settings import SAVED, Replies, Template
from reviewbot.drafting import lint
from reviewbot.drafting.known_answers import KnownAnswers
from reviewbot.drafting.names import first_name
from reviewbot.drafting.shelves import (
    FOR_HARM,
    DraftAsk,
    Placed,
    Shelves,
    shelves_for,
    values_of,
)
from reviewbot.drafting.templates import (
    Unfilled,
    fill,
    known_names,
    slots_of,
)
from reviewbot.drafting.trade_lint import TradeFacts, named_in

PASSED_OVER = frozenset({"too_like", "exclaimed", "surname"})
"""Advice that a template is passed over for; a colleague may publish such a text."""

MACHINE = "machine"
"""Stands for the template of a draft that a program wrote."""

AGAIN = "again="
"""In the reason of a draft: it was said lately here, near, or in words much alike."""

TOO_ALIKE = 0.8
"""A wording that makes a draft more like one of the location's last ones waits for another."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposed reply. `topic` is the one it names, None if it names none; `wording` its number
    among its like, from 1; `why` how it was chosen, as "key=value" words, without what is said
    beside it."""

    text: str
    template_id: str
    topic: str | None
    wording: int
    why: str

    @property
    def is_repeat(self) -> bool:
        return is_repeat(self.why)


def is_repeat(why: str) -> bool:
    """Whether guests of the place, or near it, were told so lately: nothing else fits."""
    return f" {AGAIN}" in f" {why}"


def choose(replies: Replies, ask: DraftAsk, exclude: Collection[str] = ()) -> Draft | None:
    """Return the reply to propose, or None where no template is left that may be proposed.

    The operator's templates and those saved in chat come before the shipped ones, those that ask
    for more before those that ask for less. A wording, saved or shipped, that the location used
    lately, or its groups within a day, waits until no other fits, and so does what reads like one
    of the location's last drafts; the location's newest is never taken again, nor is one of
    `exclude`, nor one that was retired. What lint would refuse is passed over, and what is too
    like the location's newest reply.
    """
    if ask.limit and ask.limit.needs_text and not ask.has_text:
        return None
    shelves = shelves_for(replies, ask)
    newest = ask.recent_template_ids[0] if ask.recent_template_ids else None
    said, author = ask.recent_texts[:1], ask.author or ""
    is_address = bool(author and lint.personal_data(author, author))
    is_named = bool(first_name(author, known_names()))
    named = values_of(replies, ask, shelves.words, shelves.language) if is_named else {}
    passed: list[tuple[Template, str]] = []
    alike: list[tuple[Placed, str]] = []
    for placed in _in_order(shelves, ask):
        template = placed.template
        if template.id in exclude or template.id in ask.retired:
            continue
        if template.id == newest:
            passed.append((template, "just_used"))
            continue
        if is_named:
            text, bad = _read_over(placed, shelves, named, said)
        else:
            text, bad = _for_anyone(placed, shelves, said)
        # Who the guest is excuses a surname that is theirs, and accuses an address that is.
        if bad == "surname" or is_address:
            text, bad = _read_over(placed, shelves, named or shelves.values, said, author)
        if bad:
            passed.append((template, bad))
            continue
        if not template.own and lint.is_like_any(text, ask.drafted_texts, TOO_ALIKE):
            alike.append((placed, text))
            continue
        passed += [(each.template, "alike") for each, _ in alike]
        return _draft(placed, text, ask, passed)
    for placed, text in alike[:1]:
        draft = _draft(placed, text, ask, passed)
        return draft if draft.is_repeat else replace(draft, why=f"{draft.why} {AGAIN}alike")
    return None


def _draft(
    placed: Placed,
    text: str,
    ask: DraftAsk,
    passed: Sequence[tuple[Template, str]],
) -> Draft:
    shelf, template, wording = placed.shelf, placed.template, placed.wording
    why = [f"shelf={shelf.name}"]
    if template.id in ask.recent_template_ids:
        why.append(f"{AGAIN}here")
    elif template.id in ask.group_template_ids:
        why.append(f"{AGAIN}near")
    if passed:
        why.append("passed=" + ",".join(_counted(passed)))
    topic = shelf.topic
    if topic is None and "topic" in slots_of(template.text):
        topic = ask.topic
    return Draft(text, template.id, topic, wording, " ".join(why))


def _in_order(shelves: Shelves, ask: DraftAsk) -> Iterator[Placed]:
    """Yield the wordings of all shelves, the first to be tried first.

    The operator's first: never used ones as written, then those used longest ago. Then saved and
    shipped ones, shelf by shelf, that nobody used lately; those only the groups used; those used
    here, longest ago first. For harm what was written for it comes before all else. The short
    ones are for tight limits, elsewhere they are last; but for what answers the same text
    elsewhere.
    """
    used = {*ask.recent_template_ids, *ask.group_template_ids}
    twins, is_told_elsewhere = [], ask.twin_template_ids.__contains__
    for turn, placed in shelves.turns:
        for each in _by_use(turn, placed, ask.recent_template_ids, used):
            if is_told_elsewhere(each.template.id):
                twins.append(each)
            else:
                yield each
    yield from twins


def _by_use(
    turn: int, placed: Sequence[Placed], recent: Sequence[str], used: Collection[str]
) -> Iterator[Placed]:
    """Yield the wordings of a turn; `recent`: those used here, the newest first, `used`: those and
    what the groups used. Most choices end with the first that nobody used: what comes after it is
    put in order only when it is asked for."""
    if placed[0].template.own:
        yield from _oldest_first(placed, recent, by_shelf=True)
        return
    later = []
    for each in placed:
        if each.template.id in used:
            later.append(each)
        else:
            yield each
    if later:
        yield from [each for each in later if each.template.id not in recent]
        here = [each for each in later if each.template.id in recent]
        yield from _oldest_first(here, recent, by_shelf=turn == FOR_HARM)


def _oldest_first(
    placed: Sequence[Placed], recent: Sequence[str], *, by_shelf: bool
) -> Sequence[Placed]:
    """Return wordings in the order in which they were used here, those never used before them;
    `by_shelf`: shelf by shelf."""

    def rank(each: Placed) -> tuple[float, float]:
        name = each.template.id
        age = recent.index(name) if name in recent else math.inf
        return each.number if by_shelf else 0, -age

    return sorted(placed, key=rank)


def _counted(passed: Sequence[tuple[Template, str]]) -> Iterator[str]:
    """Yield the operator's and saved templates passed over by name, the shipped ones by
    reason."""
    for template, reason in passed:
        if _is_named(template):
            yield f"{template.id}:{reason}"
    shipped = (why for each, why in passed if not _is_named(each))
    for reason, number in Counter(shipped).items():
        yield f"{number}:{reason}"


def _is_named(template: Template) -> bool:
    return template.own or template.id.startswith(SAVED)


_OF_A_PLACE = re.compile(
    r"\b(?:визит|смен[аеуы]\b|при[её]хали|пришли|зашли|подъехали|сидели|столик|приходите|заходите|заглядывайте|приезжайте|гост[ьяюей]"
    r"|visit|shift|came\b|arrive|sat\b|guest|stay\b|drive|come\s+again|come\s+more|drop\s+in)",
    re.IGNORECASE,
)


_FAREWELL = re.compile(
    r"\s+(?:До (?:новой |скорой )?встречи(?: за столом)?|Ждём (?:вас|тебя|снова)(?: снова)?"
    r"|Обращайтесь ещё|Будем рады видеть вас (?:ещё|снова)|See you (?:soon|again)"
    r"|We would be glad to see you again)[.!](?=\s|$)"
)
LEAST_WORDS = 4
"""So many words a reply keeps, its greeting too."""


def _at_this_business(text: str, template: Template, profile: str | None) -> str:
    """Nobody meets an app again: a shipped wording ends without that."""
    if profile != "app" or _is_named(template):
        return text
    kept = _FAREWELL.sub("", text)
    return kept if len(kept.split()) >= LEAST_WORDS else text


def _misfit(template: Template, profile: str | None) -> str | None:
    """Nobody visits an app: a shipped wording that speaks of it is for places."""
    speaks = profile == "app" and not _is_named(template)
    return "misfit" if speaks and _OF_A_PLACE.search(template.text) else None


def _read_over(
    placed: Placed,
    shelves: Shelves,
    values: Mapping[str, str],
    newest: tuple[str, ...],
    author: str = "",
) -> tuple[str, str | None]:
    """Return what a wording says, and what it is passed over for; `newest`: the reply that it must
    not be like, `author`: whose surname and address are known."""
    template, profile = placed.template, shelves.trade.profile
    try:
        text = _at_this_business(fill(template.text, values), template, profile)
    except Unfilled:
        return "", "unfilled"
    if bad := _misfit(template, profile):
        return text, bad
    # Nearly all read the same at all places: their names are not in them.
    names = named_in(text, shelves.trade.names)
    trade = replace(shelves.trade, names=names)
    forbid, limit, has_text = shelves.replies.forbid, shelves.limit, shelves.has_text

    def find() -> str | None:
        of_guest = replace(trade, author=author)
        return _fault_of(text, limit, forbid, has_text, newest, of_guest)

    asked = hash(text), hash(newest), hash(author), limit, forbid, has_text, trade
    return text, _FAULTS.get(asked, find)


_FAULTS = KnownAnswers[str | None](512)
_FOR_ANYONE = KnownAnswers[tuple[str, str | None]](1024)


def _for_anyone(
    placed: Placed, shelves: Shelves, newest: tuple[str, ...]
) -> tuple[str, str | None]:
    """The same for a guest without a name: most reviews of a place are offered the same few."""
    asked = placed, shelves, hash(newest)
    return _FOR_ANYONE.get(asked, lambda: _read_over(placed, shelves, shelves.values, newest))


def _fault_of(
    text: str,
    limit: Limit | None,
    forbid: tuple[str, ...],
    has_text: bool,
    newest: tuple[str, ...],
    trade: TradeFacts,
) -> str | None:
    """Return what a text is passed over for."""
    replies, guest = Replies(forbid=forbid), trade.author
    found = lint.problems(text, limit, replies, has_text, newest, guest=guest, trade=trade)
    # Stars get few words back, and where nobody knows better the house's language.
    serious = (each.code for each in found if each.refuses or each.code in PASSED_OVER)
    return next(serious, None)
