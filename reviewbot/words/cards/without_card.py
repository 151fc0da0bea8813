"""Reviews that got no card: a list with a key for each that is a complaint after all."""

from collections.abc import Sequence

from reviewbot.core.facts import UncardedFacts
from reviewbot.words.html import Button, Html, Message, Rows, bold, escaped, joined, lines, short
from reviewbot.words.labels import title_of
from reviewbot.words.language import Language, words_in
from reviewbot.words.vocabulary import ButtonName

EXCERPT = 160
NAME = 40


def uncarded_page(
    found: Sequence[UncardedFacts], language: str, *, offset: int, total: int
) -> Message:
    """Return a page of them; `found` are those from `offset` of `total` on."""
    t = words_in(language)
    if not found:
        return Message(joined(" ", ("🔕", t("Every review of these days has a card."))))
    head = t.plural("{n} review without a card", "{n} reviews without a card", total)
    last = offset + len(found)
    shown = ""
    if total > len(found):
        shown = t("{first}–{last} of {total}", first=offset + 1, last=last, total=total)
    title = joined(" · ", (joined(" ", ("🔕", bold(head))), shown))
    entries = [_entry(n, each, t) for n, each in enumerate(found, start=offset + 1)]
    about = t("A key with 🔴: this one is a complaint.")
    html = joined("\n\n", (title, *entries, about))
    keys = tuple(
        Button(f"🔴 {n}", ButtonName.COMPLAINT, str(each.review_id))
        for n, each in enumerate(found, start=offset + 1)
    )
    turning = []
    if offset:
        turning.append(Button(t("⬅️ Back"), ButtonName.UNCARDED, f"{max(0, offset - len(found))}"))
    if last < total:
        turning.append(Button(t("➡️ Next"), ButtonName.UNCARDED, f"{last}"))
    return Message(html, (keys, tuple(turning)) if turning else (keys,))


def cardless_key(count: int, t: Language) -> Rows:
    """Return the key that lists reviews without a card; no row where there is none."""
    if not count:
        return ()
    return ((Button(t("🔕 Without a card: {n}", n=count), ButtonName.UNCARDED, "0"),),)


def _entry(n: int, facts: UncardedFacts, t: Language) -> Html:
    stars = f"{facts.rating}★" if facts.rating is not None else ""
    who = " ".join(part for part in (stars, short(facts.author or "", NAME)) if part)
    site, place = title_of(facts.source_title, t), short(facts.location_name, NAME)
    words = short(facts.text, EXCERPT)
    quoted = t("“{words}”", words=words) if words else t("no words")
    return lines(joined(" · ", (escaped(f"{n}."), who, site, place)), quoted)
