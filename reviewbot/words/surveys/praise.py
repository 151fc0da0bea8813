"""Who was praised by name, as the chat of the place reads it."""

from reviewbot.core.surveys.praise import PlacePraise, PraiseFacts
from reviewbot.words.html import Message, bold, lines, short
from reviewbot.words.language import Language, words_in

MOST_PLACES = 10
MOST_NAMED = 8
LONGEST = 60


def praise_told(facts: PraiseFacts, language: str) -> Message:
    """Return the message of a day."""
    t = words_in(language)
    told = [_line(each, t, facts.is_counted) for each in facts.places[:MOST_PLACES]]
    left = len(facts.places) - MOST_PLACES
    if left > 0:
        told.append(t.plural("and at {n} more location", "and at {n} more locations", left))
    title = t("👏 Guests praised by name, {day}", day=t.short_date(facts.on))
    return Message(lines(bold(title), *told))


def _line(each: PlacePraise, t: Language, is_counted: bool) -> str:
    thanked = [t("“{words}”", words=t.within_quotes(short(w, LONGEST))) for w in each.thanked]
    named = [
        t.plural("{name} in {n} review", "{name} in {n} reviews", one.count, name=one.name)
        if is_counted
        else one.name
        for one in each.named
    ]
    told = [*thanked, *named]
    names = ", ".join(told[:MOST_NAMED])
    if len(told) > MOST_NAMED:
        names = t("{names} and {n} more", names=names, n=len(told) - MOST_NAMED)
    return f"{short(each.place, LONGEST)}: {names}"
