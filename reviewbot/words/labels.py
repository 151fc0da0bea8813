"""Names of things: sites, topics, tones, people's reasons; one word for one thing."""

from collections.abc import Mapping

from reviewbot.core.facts import CardFacts
from reviewbot.core.model import LANGUAGES, NOT_THIS_PLACE, Hint, Kind, Role, Severity, Tone
from reviewbot.words import N_
from reviewbot.words.html import short
from reviewbot.words.language import Language, words_in

ICONS = {Tone.NEGATIVE: "🔴", Tone.MIXED: "🟡", Tone.NEUTRAL: "⚪", Tone.POSITIVE: "🙂"}
CRITICAL_ICON = "🚨"
QUESTION_ICON = "❓"

TONES = {
    Tone.NEGATIVE: N_("Complaint"),
    Tone.MIXED: N_("Some criticism"),
    Tone.NEUTRAL: N_("Neutral review"),
    Tone.POSITIVE: N_("Good review"),
}

TOPICS = {
    "staff": N_("staff"),
    "waiting": N_("waiting"),
    "delivery": N_("delivery"),
    "food": N_("food"),
    "quality": N_("quality"),
    "price": N_("price"),
    "cleanliness": N_("cleanliness"),
    "place": N_("place and comfort"),
    "booking": N_("booking"),
    "payment": N_("payment and refund"),
    "app": N_("app and site"),
    "medical": N_("medical care"),
    "parking": N_("parking"),
    "noise": N_("noise"),
    "other": N_("other"),
}

HINTS = {
    Hint.HIDDEN_COMPLAINT: N_("a complaint behind good stars"),
    Hint.STARS_AND_TEXT_DISAGREE: N_("stars and text disagree"),
    Hint.SARCASM: N_("may be sarcasm"),
    Hint.SPAM: N_("looks like advertising or another business"),
    Hint.PERSONAL_DATA: N_("personal data in the text"),
    Hint.PAID_REVIEW: N_("signs of a paid-for review"),
    Hint.UNKNOWN_LANGUAGE: N_("the language is not one I know, judged by stars"),
}

ROUND_REASONS = {
    "edited_worse": N_("the review was edited and got worse"),
    "edited": N_("the review was edited"),
    "not_confirmed": N_("the reply did not appear on the site"),
    "reply_vanished": N_("the reply vanished from the site"),
    "seen_again": N_("the review is on the site again"),
    "reopen": N_("staff took it back"),
    "undo_skip": N_("staff took it back"),
    "send_back": N_("sent back to edit"),
    "guest_says_unsolved": N_("the guest says that it was not solved"),
}

NOT_OURS = N_("the place is no longer ours")
"""The reason of a closing that nobody decided."""

SKIP_REASONS = {
    "settled": N_("settled in person"),
    "not_ours": N_("not about us"),
    NOT_THIS_PLACE: N_("not our place, another one"),
    "spam": N_("spam or advertising"),
    "nothing": N_("nothing to answer"),
    "duplicate": N_("a duplicate"),
}

ROLES = {
    Role.VIEWER: N_("viewer"),
    Role.STAFF: N_("staff member"),
    Role.MANAGER: N_("manager"),
    Role.ADMIN: N_("admin"),
}


def topic_title(topic: str, t: Language, own: Mapping[str, Mapping[str, str]]) -> str:
    """A topic in words: the operator's title, else ours; a key without a title as written."""
    if own.get(topic):
        return title_of(own[topic], t)
    known = TOPICS.get(topic)
    return t(known) if known else short(topic.replace("_", " "), 40)


def topic_named(said: str, own: Mapping[str, Mapping[str, str]]) -> str | None:
    """The topic that is called so, in any of our languages; None: none is."""
    word = said.strip().casefold()
    for topic in dict.fromkeys((*own, *TOPICS)):
        titles = {topic_title(topic, words_in(language), own) for language in LANGUAGES}
        if word in (topic, *map(str.casefold, titles)):
            return topic
    return None


def title_of(titles: Mapping[str, str], t: Language) -> str:
    """A site's name in this language."""
    name = titles.get(t.language) or titles.get("en") or next(iter(titles.values()), "")
    return short(name, 40)


def site(facts: CardFacts, t: Language) -> str:
    return title_of(facts.source_title, t) or short(facts.source, 40)


def place(facts: CardFacts, *, brief: bool = False) -> str:
    name = (facts.location_short if brief else "") or facts.location_name or facts.location
    return short(name, 60)


def author(facts: CardFacts, t: Language) -> str:
    return short(facts.author, 50) or t("A guest")


def person(name: str) -> str:
    return short(name, 40)


def number(facts: CardFacts, t: Language) -> str:
    return t("#{number}", number=facts.number)


def stars(facts: CardFacts) -> str:
    return f"{facts.rating}★" if facts.rating is not None else ""


def icon(facts: CardFacts) -> str:
    if facts.kind is Kind.QUESTION and facts.severity is not Severity.CRITICAL:
        return QUESTION_ICON
    return CRITICAL_ICON if facts.severity is Severity.CRITICAL else ICONS[facts.tone]


def headline(facts: CardFacts, t: Language) -> str:
    """«Жалоба, 1★»; a survey tells its score, a mention that it is one."""
    if facts.kind is Kind.QUESTION:
        said = t("A buyer's question")
        return t("{what}, critical", what=said) if facts.severity is Severity.CRITICAL else said
    words = [t("Critical") if facts.severity is Severity.CRITICAL else t(TONES[facts.tone])]
    if facts.kind is Kind.MENTION:
        words.append(t("mention"))
    if facts.kind is Kind.SURVEY:
        words.append(t("survey"))
    if facts.score is not None and facts.rating is None:
        score = f"{facts.score:g}"
        if facts.scale is not None:
            score = t("{score} of {scale}", score=score, scale=f"{facts.scale:g}")
        words.append(score)
    words.append(stars(facts))
    return ", ".join(word for word in words if word)


def skip_reason(code: str | None, t: Language, *, by_bot: bool = False) -> str:
    """A listed reason in words; a person's own reason as written. `by_bot`: nobody chose it."""
    if not code:
        return ""
    known = NOT_OURS if by_bot else SKIP_REASONS.get(code)
    return t(known) if known else short(code, 120)


def round_reason(code: str, t: Language) -> str:
    known = ROUND_REASONS.get(code)
    return t(known) if known else ""
