"""Keys for what is asked and done beside a reply."""

from reviewbot.core.facts import CardFacts
from reviewbot.words.html import Button, short
from reviewbot.words.language import Language
from reviewbot.words.vocabulary import ButtonName

MOST_MEASURES = 3
FAULT = "fault"
"""Names the apology among the sentences that may be added to a reply."""


def ask_place_key(facts: CardFacts, t: Language) -> Button | None:
    if not facts.beside.may_ask:
        return None
    return Button(t("🏠 Ask the place…"), ButtonName.ASK_PLACE)


def photos_key(facts: CardFacts, t: Language) -> Button | None:
    if not facts.photos:
        return None
    return Button(t("📷 Photos: {n}", n=facts.photos), ButtonName.PHOTOS)


def measure_keys(facts: CardFacts, t: Language) -> tuple[Button, ...]:
    """A key for each measure that waits, the last ones."""
    waiting = [each for each in facts.beside.measures if each.done_at is None]
    return tuple(
        Button(
            t("✔️ Done: {what}", what=short(each.what, 30)),
            ButtonName.MEASURE_DONE,
            str(each.number),
        )
        for each in waiting[-MOST_MEASURES:]
    )
