"""Which reply is proposed for a review: language, tone and topic choose, repetition excludes."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from reviewbot.core.contract import Limit
from reviewbot.core.model import LANGUAGES, Kind, Severity, Tone
from reviewbot.core.settings import SAVED, Replies, Subject, Template, When, matches
from reviewbot.drafting import lint
from reviewbot.drafting.names import first_name
from reviewbot.drafting.signature import has_cyrillic, signature_at
from reviewbot.drafting.templates import (
    Pack,
    Unfilled,
    fill,
    known_names,
    pack,
    slots_of,
)
from reviewbot.drafting.trade_lint import TradeFacts

PASSED_OVER = frozenset({"too_like", "exclaimed", "surname"})
"""Advice that a template is passed over for; a colleague may publish such a text."""

AGAIN = "again="
"""In the reason of a draft: it was said lately here, near, or in words much alike."""

TIGHT = 500
"""Where a site takes no more than this, short wordings are as good as any."""

TOO_ALIKE = 0.8
"""A wording that makes a draft more like one of the location's last ones waits for another."""


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
    twin_template_ids: Collection[str] = ()
    recent_texts: tuple[str, ...] = ()
    drafted_texts: tuple[str, ...] = ()
    saved: tuple[Template, ...] = ()
    retired: frozenset[str] = frozenset()
    profile: str | None = None
    contacts: bool = True
    limit: Limit | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposed reply. `topic` is the one it names, None if it names none; `wording` its number
    among its like, from 1; `why` how it was chosen, as "key=value" words."""

    text: str
    template_id: str
    topic: str | None
    wording: int
    why: str

    @property
    def is_repeat(self) -> bool:
        """Whether guests of the place, or near it, were told so lately: nothing else fits."""
        return f" {AGAIN}" in f" {self.why}"


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Templates of equal standing, best shelf first."""

    name: str
    templates: tuple[Template, ...]
    topic: str | None


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
    language = language_for(replies, ask)
    words = pack(language if language in LANGUAGES else "en", replies.address, ask.profile)
    values = values_of(replies, ask, words, language)
    newest = ask.recent_template_ids[0] if ask.recent_template_ids else None
    passed: list[tuple[Template, str]] = []
    alike: list[tuple[_Shelf, Template, str]] = []
    for shelf, template in _in_order(_shelves(replies, ask, words, language), ask):
        if template.id in exclude or template.id in ask.retired:
            continue
        if template.id == newest:
            passed.append((template, "just_used"))
            continue
        try:
            text = _at_this_business(fill(template.text, values), template, ask)
        except Unfilled:
            passed.append((template, "unfilled"))
            continue
        if bad := _misfit(template, ask) or _fault(text, replies, ask):
            passed.append((template, bad))
            continue
        if not template.own and lint.likeness_to(text, ask.drafted_texts) > TOO_ALIKE:
            alike.append((shelf, template, text))
            continue
        passed += [(each, "alike") for _, each, _ in alike]
        return _draft(shelf, template, text, ask, language, passed)
    for shelf, template, text in alike[:1]:
        draft = _draft(shelf, template, text, ask, language, passed)
        return draft if draft.is_repeat else replace(draft, why=f"{draft.why} {AGAIN}alike")
    return None


def _draft(
    shelf: _Shelf,
    template: Template,
    text: str,
    ask: DraftAsk,
    language: str,
    passed: Sequence[tuple[Template, str]],
) -> Draft:
    wording = shelf.templates.index(template) + 1
    why = [f"template={template.id}", f"shelf={shelf.name}", f"language={language}"]
    why.append(f"wording={wording}/{len(shelf.templates)}")
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


def language_for(replies: Replies, ask: DraftAsk) -> str:
    """Return the language a reply is written in: the review's where somebody has templates in it,
    else the file's, else English."""
    own = (*replies.templates, *ask.saved)
    known = {*LANGUAGES, *(template.language for template in own)}
    for language in (ask.language, ask.fallback_language):
        if language in known:
            return language
    return "en"


def _shelves(replies: Replies, ask: DraftAsk, words: Pack, language: str) -> Iterator[_Shelf]:
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
            yield _Shelf("critical/general", words.templates["critical", "general"], None)
        own = [each for each in own if not each.when.severity]
    yield from _own_shelves(own, ask)
    for themes in _themes(ask):
        if shelf := words.templates.get(themes):
            yield _Shelf("/".join(themes), shelf, ask.topic if themes[1] == ask.topic else None)
    if not ask.has_text and (bare := words.bare.get(ask.tone)):
        yield _Shelf(f"{ask.tone}/short", bare, None)


def _saved(replies: Replies, ask: DraftAsk) -> Iterator[Template]:
    """Yield the saved templates, but for those that the operator has taken into the file."""
    in_file = {template.id for template in replies.templates}
    return (template for template in ask.saved if template.id not in in_file)


def _own_shelves(own: Sequence[Template], ask: DraftAsk) -> Iterator[_Shelf]:
    for weight in sorted({_asks(template.when) for template in own}, reverse=True):
        equal = tuple(template for template in own if _asks(template.when) == weight)
        topics = all(template.when.topic for template in equal)
        yield _Shelf(f"own/{weight}", equal, ask.topic if topics else None)


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


def _in_order(shelves: Iterable[_Shelf], ask: DraftAsk) -> list[tuple[_Shelf, Template]]:
    """Return the wordings of all shelves, the first to be tried first.

    The operator's first: never used ones as written, then those used longest ago. Then saved and
    shipped ones, shelf by shelf, that nobody used lately; those only the groups used; those used
    here, longest ago first. For harm what was written for it comes before all else. The short
    ones are for tight limits, elsewhere they are last; but for what answers the same text
    elsewhere.
    """
    recent = ask.recent_template_ids
    age = {template_id: place for place, template_id in reversed(list(enumerate(recent)))}
    is_critical = ask.severity == Severity.CRITICAL
    is_tight = ask.limit is not None and ask.limit.max <= TIGHT

    def rank(entry: tuple[int, _Shelf, Template]) -> tuple[int, ...]:
        return int(entry[2].id in ask.twin_template_ids), *fitting(entry)

    def fitting(entry: tuple[int, _Shelf, Template]) -> tuple[int, ...]:
        number, shelf, template = entry
        here = -age.get(template.id, len(recent))
        used = 2 if template.id in age else int(template.id in ask.group_template_ids)
        grave = bool(template.when.severity) or shelf.name.startswith("critical/")
        if template.own:
            return 0 if grave or not is_critical else 2, number, 0, here
        if grave:
            return 1, used, number, here
        last = shelf.name.endswith("/short") and not is_tight
        return 4 if last else 3, used, here if used == 2 else number, here

    entries = [
        (number, shelf, template)
        for number, shelf in enumerate(shelves)
        for template in shelf.templates
    ]
    return [(shelf, template) for _, shelf, template in sorted(entries, key=rank)]


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


def _at_this_business(text: str, template: Template, ask: DraftAsk) -> str:
    """Nobody meets an app again: a shipped wording ends without that."""
    if ask.profile != "app" or _is_named(template):
        return text
    kept = _FAREWELL.sub("", text)
    return kept if len(kept.split()) >= LEAST_WORDS else text


def _misfit(template: Template, ask: DraftAsk) -> str | None:
    """Nobody visits an app: a shipped wording that speaks of it is for places."""
    speaks = ask.profile == "app" and not _is_named(template)
    return "misfit" if speaks and _OF_A_PLACE.search(template.text) else None


def _fault(text: str, replies: Replies, ask: DraftAsk) -> str | None:
    trade = TradeFacts(
        profile=ask.profile,
        language=ask.language if ask.language == language_for(replies, ask) else None,
        contacts=ask.contacts,
        names=(ask.location_name, *replies.sign.values()),
    )
    asked = (text, ask.limit, replies.forbid, ask.has_text, ask.recent_texts[:1])
    fault, author = _fault_of(*asked, trade), ask.author or ""
    # Who the guest is excuses a surname that is theirs, and accuses an address that is.
    if fault == "surname" or (author and lint.personal_data(author, author)):
        return _fault_of(*asked, replace(trade, author=author))
    return fault


@lru_cache(maxsize=512)
def _fault_of(
    text: str,
    limit: Limit | None,
    forbid: tuple[str, ...],
    has_text: bool,
    newest: tuple[str, ...],
    trade: TradeFacts,
) -> str | None:
    """The same of a wording as it is filled: most reviews of a place are offered the same few."""
    replies, guest = Replies(forbid=forbid), trade.author
    found = lint.problems(text, limit, replies, has_text, newest, guest=guest, trade=trade)
    # Stars get few words back, and where nobody knows better the house's language.
    serious = (each.code for each in found if each.refuses or each.code in PASSED_OVER)
    return next(serious, None)
