"""Templates in chat: the offer to keep one, the list with what became of each, one by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from reviewbot.core.facts import CardFacts
from reviewbot.core.model import Tone
from reviewbot.core.trends.templates import TemplateUse
from reviewbot.words import N_
from reviewbot.words.html import Button, Html, Message, bold, code, joined, lines, quote, short
from reviewbot.words.labels import TONES, topic_title
from reviewbot.words.language import Language, words_in
from reviewbot.words.prompts import asked_by
from reviewbot.words.trends.lines import surely
from reviewbot.words.vocabulary import ButtonName, View

PAGE = 5
SHOWN_PLACES = 3
UNUSED = TemplateUse()
WRITTEN_IN = {"ru": N_("in Russian"), "en": N_("in English")}


class Origin(StrEnum):
    """Where a template comes from."""

    SAVED = "saved"
    FILE = "file"
    SHIPPED = "shipped"


ORIGINS = {
    Origin.SAVED: N_("saved in chat"),
    Origin.FILE: N_("of the file"),
    Origin.SHIPPED: N_("shipped"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateLine:
    """One template: `key` is what its buttons carry, `own_topics` the titles of the operator's own
    topics by language, `use` what became of its drafts lately, `places` the names of those it is
    for (nothing: all)."""

    name: str
    key: str
    origin: Origin
    language: str
    text: str
    tone: str = ""
    topic: str = ""
    retired: bool = False
    use: TemplateUse = UNUSED
    own_topics: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    places: Sequence[str] = ()


def offer(facts: CardFacts, language: str, text: str, places: Sequence[str] = ()) -> Message:
    """A colleague's text as a template, slots in the place of what is this review's own; `places`:
    the only ones it would be for."""
    t = words_in(language)
    asked = t("Keep this as a template for reviews like #{number}?", number=facts.number)
    keys = (
        (Button(t("📎 Keep"), ButtonName.TEMPLATE_SAVE),),
        (Button(t("✏️ Other words…"), ButtonName.TEMPLATE_WORDS),),
    )
    about = t("In double braces stands what each review brings itself.")
    head = joined(" ", ("📎", bold(asked)))
    return Message(lines(head, quote(text), about, _for_places(places, t)), keys)


def prompt(
    facts: CardFacts, language: str, text: str, *, name: str = "", user_id: int | None = None
) -> Message:
    """Asks one person for a template's words."""
    t = words_in(language)
    return Message(
        lines(
            asked_by(View.TEMPLATE_PROMPT, facts, t, name=name, user_id=user_id),
            t("The suggestion, tap to copy:"),
            code(text),
        ),
        force_reply=True,
        placeholder=t("The template"),
    )


def one(line: TemplateLine, language: str, *, days: int, saved: bool = False) -> Message:
    """One template whole, with the key that retires or restores it."""
    t = words_in(language)
    title = t("Kept as a template") if saved else t("Template")
    head = joined(" · ", (joined(" ", ("📎", bold(title))), code(short(line.name, 60))))
    what = (
        [t("Proposed for reviews like this one, before the shipped wordings.")]
        if saved
        else _figures(line, t, days)
    )
    retired = t("⏸ Retired: it is not proposed.") if line.retired else ""
    if line.retired:
        key = Button(t("▶️ Restore"), ButtonName.RESTORE, line.key)
    else:
        key = Button(t("⏸ Retire"), ButtonName.RETIRE, line.key)
    back = Button(t("📎 All templates"), ButtonName.TEMPLATES)
    return Message(
        lines(head, _about(line, t), quote(line.text), retired, *what), ((key,), (back,))
    )


def listed(
    shown: Sequence[TemplateLine], language: str, *, total: int, offset: int, days: int
) -> Message:
    """A page of templates with what became of each."""
    t = words_in(language)
    head = joined(" ", ("📎", bold(t.plural("{n} template", "{n} templates", total))))
    if not total:
        how = t("Nothing was kept, used or retired yet. ⋯ on a card keeps your own text.")
        return Message(lines(head, how))
    body: list[Html | str] = []
    for number, line in enumerate(shown, start=offset + 1):
        mark = "⏸ " if line.retired else ""
        body.append(bold(f"{number}. {mark}{short(line.name, 60)}"))
        body.append(_about(line, t))
        body.append(t.quoted(short(line.text, 90)))
        body += _figures(line, t, days)
    keys = tuple(
        Button(str(number), ButtonName.TEMPLATE, line.key)
        for number, line in enumerate(shown, start=offset + 1)
    )
    turning = []
    if offset:
        turning.append(Button(t("⬅️ Back"), ButtonName.TEMPLATES, f"o{max(0, offset - PAGE)}"))
    if offset + len(shown) < total:
        turning.append(Button(t("➡️ Next"), ButtonName.TEMPLATES, f"o{offset + len(shown)}"))
    rows = (keys, tuple(turning)) if turning else (keys,)
    return Message(lines(head, *body), rows)


def _about(line: TemplateLine, t: Language) -> str:
    topic = topic_title(line.topic, t, line.own_topics) if line.topic else ""
    spoken = t(WRITTEN_IN[line.language]) if line.language in WRITTEN_IN else line.language
    tone = t(TONES[Tone(line.tone)]) if line.tone in set(Tone) else ""
    where = _for_places(line.places, t)
    parts = (tone, topic, spoken, t(ORIGINS[line.origin]), where.rstrip("."))
    return " · ".join(part for part in parts if part)


def _for_places(names: Sequence[str], t: Language) -> str:
    """«Только для: Невский 40.»; nothing where it is for all."""
    if not names:
        return ""
    shown = ", ".join(short(name, 40) for name in names[:SHOWN_PLACES])
    more = len(names) - SHOWN_PLACES
    if more > 0:
        shown = t("{names} and {n} more", names=shown, n=more)
    return t("For these places alone: {names}.", names=shown)


def _figures(line: TemplateLine, t: Language, days: int) -> list[str]:
    use = line.use
    if not use.drafted and not use.answered:
        return [t.plural("Not used in {n} day.", "Not used in {n} days.", days)]
    parts = (
        t("as it is {n}", n=use.as_is) if use.as_is else "",
        t("own text instead {n}", n=use.edited) if use.edited else "",
        t("another wording {n}", n=use.replaced) if use.replaced else "",
        t("not answered {n}", n=use.skipped) if use.skipped else "",
    )
    became = ", ".join(part for part in parts if part)
    proposed = t.plural("Proposed {n} time", "Proposed {n} times", use.drafted)
    told = f"{proposed}: {became}" if became else proposed
    if not use.answered:
        return [told]
    stars = t(
        "On the site {answered}; stars raised after it: {raised}",
        answered=use.answered,
        raised=surely(use.raised, use.answered, t),
    )
    return [told, stars]
