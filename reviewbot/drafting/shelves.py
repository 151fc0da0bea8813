"""Which templates may answer a review, put on shelves once for all reviews of a kind."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

from reviewbot.core.contract import Limit
from reviewbot.core.model import LANGUAGES, Kind, Severity, Tone
from reviewbot.core.settings import Replies, Subject, Template, When, matches
from reviewbot.drafting.names import first_name
from reviewbot.drafting.signature import has_cyrillic, signature_at
from reviewbot.drafting.templates import Pack, fill, known_names, pack
from reviewbot.drafting.trade_lint import TradeFacts

TIGHT = 500
"""Where a site takes no more than this, short wordings are as good as any."""

FOR_HARM = 1
"""The turn of shipped and saved templates written for reports of harm."""

MOST_KEPT = 256
"""So many kinds of reviews are kept with their shelves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftAsk:
    """The facts of a review that its reply depends on.

    `language` is the review's, None where unknown; `fallback_language` the file's. `topic` is the
    complaint's (or the praise's) strongest. `recent_template_ids` are those of the location's last
    drafts, newest first; `group_template_ids` those of its groups' other locations within a day,
    `twin_template_ids` those that answer the same text at other locations;
    `recent_texts` its last replies; `drafted_texts` its last drafts. `limit` is the site's.
    `saved` are the templates kept in chat, `retired` the names of those proposed no more.
    `profile` is the kind of business; `contacts`: whether the site takes ways to contact.
    """

    tone: str
    kind: str = Kind.REVIEW
    language: str | None = None
    fallback_language: str = "ru"
    severity: str = Severity.NORMAL
    topic: str | None = None
    source: str = ""
    location: str = ""
    groups: tuple[str, ...] = ()
    rating: int | None = None
    author: str | None = None
    location_name: str = ""
    contact: str = ""
    has_text: bool = True
    recent_template_ids: tuple[str, ...] = ()
    group_template_ids: tuple[str, ...] = ()
    twin_template_ids: Set[str] = frozenset()
    recent_texts: tuple[str, ...] = ()
    drafted_texts: tuple[str, ...] = ()
    saved: tuple[Template, ...] = ()
    retired: frozenset[str] = frozenset()
    profile: str | None = None
    contacts: bool = True
    limit: Limit | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """Templates of equal standing, best shelf first."""

    name: str
    templates: tuple[Template, ...]
    topic: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A template on its shelf: the how manieth shelf it is (0 is the best), and the how manieth
    `wording` of it (from 1)."""

    number: int
    wording: int
    shelf: Shelf
    template: Template


Turns = tuple[tuple[int, tuple[Placed, ...]], ...]
"""Templates by the turn in which their kind is tried (0 is first), each turn's in the order of
their shelves."""


@dataclass(frozen=True, slots=True, eq=False)
class Shelves:
    """What answers all reviews of one kind at a place: the language, what the slots become for a
    guest without a name, what a reply is read over by (`trade`, `limit`, `has_text`), and the
    templates."""

    language: str
    words: Pack
    values: Mapping[str, str]
    trade: TradeFacts
    limit: Limit | None
    has_text: bool
    turns: Turns
    replies: Replies


# By the facts that are alike. The settings are known by being the same object, which is held here.
_KEPT: dict[tuple[Any, ...], Shelves] = {}
_ANYWHERE: dict[tuple[Any, ...], Shelves] = {}
"""The newest of each kind, of whichever place: most templates are for all of them."""
_KIND = attrgetter(
    *("tone", "kind", "language", "fallback_language", "severity", "topic", "source", "rating"),
    *("has_text", "profile", "contacts", "limit"),
)
_PLACE = attrgetter("location", "groups")
_PLACE_IN_WORDS = attrgetter("location", "groups", "location_name", "contact")


def shelves_for(replies: Replies, ask: DraftAsk) -> Shelves:
    """Return what may answer a review, whoever wrote it and whatever was said lately."""
    # Saved templates are read anew at each reading: they are known by what they say.
    kind = id(replies), ask.saved, *_KIND(ask)
    here = *kind, *_PLACE_IN_WORDS(ask)
    found = _KEPT.get(here)
    if found is None:
        for kept in (_KEPT, _ANYWHERE):
            if len(kept) >= MOST_KEPT:
                kept.clear()
        own = (*replies.templates, *ask.saved)
        if any(each.when.location or each.when.group for each in own):
            kind = *kind, *_PLACE(ask)
        found = _KEPT[here] = _ANYWHERE[kind] = _made(replies, ask, _ANYWHERE.get(kind))
    return found


def _made(replies: Replies, ask: DraftAsk, alike: Shelves | None) -> Shelves:
    """Return shelves; `alike` are those of such reviews at another place."""
    language = language_for(replies, ask)
    words = pack(language if language in LANGUAGES else "en", replies.address, ask.profile)
    trade = TradeFacts(
        profile=ask.profile,
        language=ask.language if ask.language == language else None,
        contacts=ask.contacts,
        names=(ask.location_name, *replies.sign.values()),
    )
    nameless = values_of(replies, replace(ask, author=None), words, language)
    turns = alike.turns if alike else _turns(replies, ask, words, language)
    return Shelves(language, words, nameless, trade, ask.limit, ask.has_text, turns, replies)


def _turns(replies: Replies, ask: DraftAsk, words: Pack, language: str) -> Turns:
    is_critical = ask.severity == Severity.CRITICAL
    is_tight = ask.limit is not None and ask.limit.max <= TIGHT

    def turn(shelf: Shelf, template: Template) -> int:
        grave = bool(template.when.severity) or shelf.name.startswith("critical/")
        if template.own:
            return 0 if grave or not is_critical else 2
        if grave:
            return FOR_HARM
        return 4 if shelf.name.endswith("/short") and not is_tight else 3

    turns: dict[int, list[Placed]] = defaultdict(list)
    for number, shelf in enumerate(_shelves(replies, ask, words, language)):
        for wording, template in enumerate(shelf.templates, 1):
            turns[turn(shelf, template)].append(Placed(number, wording, shelf, template))
    return tuple((each, tuple(placed)) for each, placed in sorted(turns.items()))


def language_for(replies: Replies, ask: DraftAsk) -> str:
    """Return the language a reply is written in: the review's where somebody has templates in it,
    else the file's, else English."""
    own = (*replies.templates, *ask.saved)
    known = {*LANGUAGES, *(template.language for template in own)}
    for language in (ask.language, ask.fallback_language):
        if language in known:
            return language
    return "en"


def _shelves(replies: Replies, ask: DraftAsk, words: Pack, language: str) -> Iterator[Shelf]:
    subject = Subject(
        tone=ask.tone,
        severity=ask.severity,
        source=ask.source,
        location=ask.location,
        topics=(ask.topic,) if ask.topic else (),
        groups=ask.groups,
        language=language,
        rating=ask.rating,
        wordless=not ask.has_text,
        kind=ask.kind,
    )
    own = [
        template
        for template in (*replies.templates, *_saved(replies, ask))
        if template.language == language and matches(template.when, subject)
    ]
    if ask.kind == Kind.QUESTION:
        # Thanks and apologies answer nothing: only what was written for questions.
        yield from _own_shelves([each for each in own if each.when.kind], ask)
        return
    if ask.severity == Severity.CRITICAL:
        # A report of harm never gets a template that was not written for one, however friendly.
        yield from _own_shelves([each for each in own if each.when.severity], ask)
        if ask.has_text:
            yield Shelf("critical/general", words.templates["critical", "general"], None)
        own = [each for each in own if not each.when.severity]
    yield from _own_shelves(own, ask)
    for themes in _themes(ask):
        if shelf := words.templates.get(themes):
            yield Shelf("/".join(themes), shelf, ask.topic if themes[1] == ask.topic else None)
    if not ask.has_text and (bare := words.bare.get(ask.tone)):
        yield Shelf(f"{ask.tone}/short", bare, None)


def _saved(replies: Replies, ask: DraftAsk) -> Iterator[Template]:
    """Yield the saved templates, but for those that the operator has taken into the file."""
    in_file = {template.id for template in replies.templates}
    return (template for template in ask.saved if template.id not in in_file)


def _own_shelves(own: Sequence[Template], ask: DraftAsk) -> Iterator[Shelf]:
    for weight in sorted({_asks(template.when) for template in own}, reverse=True):
        equal = tuple(template for template in own if _asks(template.when) == weight)
        topics = all(template.when.topic for template in equal)
        yield Shelf(f"own/{weight}", equal, ask.topic if topics else None)


def _themes(ask: DraftAsk) -> Iterator[tuple[str, str]]:
    """Yield the pack's shelves for a review, best first; the short ones are for short limits."""
    if not ask.has_text:
        yield ask.tone, "wordless"
    elif ask.topic and ask.topic != "general":
        yield ask.tone, ask.topic
        yield ask.tone, "about"
    if ask.has_text:
        yield ask.tone, "general"
        yield ask.tone, "short"


def _asks(when: When) -> int:
    """Return how many questions an entry asks: the more, the better it fits."""
    fields = (
        when.severity,
        when.tone,
        when.source,
        when.topic,
        when.group,
        when.location,
        when.language,
        when.rating,
    )
    return sum(bool(each) for each in fields)


def values_of(replies: Replies, ask: DraftAsk, words: Pack, language: str) -> dict[str, str]:
    """Return what the slots of a template become for a review."""
    author = first_name(ask.author, known_names())
    if author and language == "en" and has_cyrillic(author):
        author = None  # "Hello Ольга" is neither language
    topics = {**words.topics, **words.praised} if ask.tone == Tone.POSITIVE else words.topics
    values = {
        "author": author or "",
        "contact": ask.contact.strip() if ask.contacts else "",
        "location": ask.location_name,
        "sign": signature_at(replies.sign, ask.profile, ask.location_name).get(language, ""),
        "topic": topics.get(ask.topic or "", "") if ask.has_text else "",
    }
    greeting = words.greeting_named if author else words.greeting_plain
    reach = words.reach_contact if values["contact"] else words.reach_nothing
    return {**values, "greeting": fill(greeting, values), "reach": fill(reach, values)}
