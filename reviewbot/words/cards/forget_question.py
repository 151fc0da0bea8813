"""The key that has a guest forgotten, and what is asked before."""

from collections.abc import Mapping, Sequence

from reviewbot.words.html import ANSWER_LIMIT, Button, cut, short
from reviewbot.words.labels import title_of
from reviewbot.words.language import Language, words_in
from reviewbot.words.vocabulary import ButtonName

ONE, ALL = "one", "all"
"""What the key of an answer carries: this review alone, or all, with how many were asked about."""
MOST_NAMED = 4


def forget_key(t: Language) -> Button:
    """The key that opens the question."""
    return Button(t("🗑 Forget the guest…"), ButtonName.FORGET)


def answer_keys(t: Language, of_guest: int) -> list[list[Button | None]]:
    """The keys that answer it; `of_guest`: how many reviews of the guest are kept."""
    if of_guest <= 1:
        label = t("🗑 Remove name and words for good")
        return [[Button(label, ButtonName.FORGET, ONE)]]
    every = t.plural("🗑 All {n} review of this guest", "🗑 All {n} reviews of this guest", of_guest)
    return [
        [Button(every, ButtonName.FORGET, f"{ALL}{of_guest}")],
        [Button(t("🗑 This review alone"), ButtonName.FORGET, ONE)],
    ]


Shown = Sequence[tuple[int | None, Mapping[str, str], str]]
"""Reviews as a question names them: the number, the site, the place."""


def question(shown: Shown, of_guest: int, others: Shown, language: str) -> str:
    """Tell which reviews of a guest are kept: those that may be shown here, and how many there
    are in all; and which others bear the same full name, perhaps another person's. Empty where
    there is nothing but the one."""
    t, told = words_in(language), []
    if of_guest > 1:
        which = _named(t, shown, of_guest)
        counted = t.plural(
            "{n} review of this guest is kept: {which}.",
            "{n} reviews of this guest are kept: {which}.",
            of_guest,
            which=which,
        )
        told += [counted, t("Remove all, or this one alone?")]
    if others:
        which = _named(t, others, len(others))
        told.append(
            t("The same name: {which}. If it is this guest, forget it there.", which=which)
        )
    return cut(" ".join(told), ANSWER_LIMIT)


def _named(t: Language, shown: Shown, of_all: int) -> str:
    named = [
        " ".join((t("#{number}", number=number) if number else "—", short(title_of(site, t), 20)))
        + f", {short(place, 24)}"
        for number, site, place in shown[:MOST_NAMED]
    ]
    rest = of_all - len(named)
    if rest:
        named.append(t.plural("{n} more", "{n} more", rest))
    return "; ".join(named)
