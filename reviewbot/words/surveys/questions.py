"""What a guest reads: one question a message, large keys, thanks whatever was said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reviewbot.core.surveys.survey import RANGES, GuestSaying, Mood, Scale, SurveyStep
from reviewbot.words import N_
from reviewbot.words.html import Button, Html, Message, Rows, bold, escaped, lines, short
from reviewbot.words.labels import topic_title
from reviewbot.words.language import Language, words_in
from reviewbot.words.vocabulary import ButtonName

NEXT = ""
"""The value of the key that passes over a question."""
YES, NO = "yes", "no"
_IN_A_ROW = 4
_SCORES = {
    Scale.NPS: N_("How likely are you to recommend us to a friend, from 0 to 10?"),
    Scale.CSAT: N_("How satisfied are you with your visit, from 1 to 5?"),
    Scale.CES: N_("How easy was it with us, from 1 (very hard) to 7 (very easy)?"),
}
_TOPICS = ("staff", "waiting", "quality", "price", "cleanliness", "other")
SAID = {
    GuestSaying.STOPPED: N_("All right, no more questions. Thank you for what you told us."),
    GuestSaying.FORGOTTEN: N_("All you told us is removed."),
    GuestSaying.NOTHING_KEPT: N_("We keep nothing of you."),
    GuestSaying.SURVEY_DONE: N_("You have told us already, thank you. Please come again."),
    GuestSaying.LINK_USED: N_("This link was used. Each of these links is for one visit."),
    GuestSaying.LINK_OVER: N_("This link is out of date."),
    GuestSaying.GLAD: N_("Good to hear. Thank you, and please come again."),
    GuestSaying.SORRY: N_("We are sorry. We will look into it once more."),
    GuestSaying.CHOOSE_SCORE: N_("Please press a number above."),
    GuestSaying.NO_LINK: N_(
        "Here guests answer a few questions about their visit. Open the link you were given."
    ),
    GuestSaying.OTHER_BOT: N_("These questions are asked by another bot. Press the key below."),
    GuestSaying.OTHER_BOT_SILENT: N_(
        "These questions are asked by another bot, which cannot be reached at the moment. Please "
        "open the link again in an hour."
    ),
    GuestSaying.NO_SURVEY: N_("There is nothing to answer now. Thank you for looking in."),
}
"""What is said beside the questions."""


@dataclass(frozen=True, slots=True)
class SurveyFacts:
    """What the question of the moment needs. `pages` are the place's on the sites: the name of
    the site and its address; `words` ask for the score in place of the usual ones."""

    survey_id: int
    step: SurveyStep
    scale: Scale
    mood: Mood | None
    place: str
    privacy: str
    username: str | None = None
    pages: Sequence[tuple[str, str]] = ()
    own_topics: Mapping[str, Mapping[str, str]] | None = None
    words: str | None = None


def question(facts: SurveyFacts, language: str) -> Message:
    """Return the question a guest is asked now, or the thanks."""
    t = words_in(language)
    match facts.step:
        case SurveyStep.SCORE:
            return _score(facts, t)
        case SurveyStep.HAPPENED:
            topics = [*(facts.own_topics or ()), *_TOPICS][:8]
            keys = [(topic_title(each, t, facts.own_topics or {}), each) for each in topics]
            text = t("We are sorry. What happened? Press, or write in your own words.")
            return Message(escaped(text), _rows(facts, keys, 2))
        case SurveyStep.WORDS:
            low = facts.mood is Mood.LOW
            text = t("How was it? A few words help us to do better.")
            if not low:
                text = t("Thank you! What did you like, and what could be better?")
            return Message(escaped(text), _rows(facts, [(t("Go on"), NEXT)], 1))
        case SurveyStep.PRAISED:
            text = t("Whom should we thank? Write a name.")
            return Message(escaped(text), _rows(facts, [(t("Nobody in particular"), NEXT)], 1))
        case SurveyStep.CONTACT:
            keys = [(t("No, thank you"), NEXT)]
            if facts.username:
                keys.insert(0, (t("Yes, here: @{name}", name=facts.username), "here"))
            text = t("May we contact you about it? If so, write a phone number or an address.")
            return Message(escaped(text), _rows(facts, keys, 1))
        case SurveyStep.THANKS:
            return _thanks(facts, t)
        case SurveyStep.SOLVED:
            text = t("You told us what went wrong, and we were in touch. Was it solved?")
            keys = [(t("Yes"), YES), (t("No"), NO)]
            return Message(lines(bold(short(facts.place, 60)), text), _rows(facts, keys, 2))


def said(saying: GuestSaying, language: str, link: str = "") -> Message:
    """Return a sentence beside the questions; `link` is where it sends the guest."""
    t = words_in(language)
    keys: Rows = ((Button(t("Answer"), url=link),),) if link else ()
    return Message(escaped(t(SAID[saying])), keys)


def guests_menu(language: str) -> list[tuple[str, str]]:
    """Return the commands of guests, for Telegram's menu."""
    t = words_in(language)
    return [
        ("stop", t.within("menu", "no more questions")),
        ("forget", t.within("menu", "remove all I told you")),
    ]


def _score(facts: SurveyFacts, t: Language) -> Message:
    keys = [(str(number), str(number)) for number in RANGES[facts.scale]]
    privacy = t(
        "By answering you let us keep your answers to serve you better. <a>How we treat them</a>."
        " /stop ends the questions, /forget removes what you told."
    )
    head, _, rest = privacy.partition("<a>")
    name, _, tail = rest.partition("</a>")
    address = escaped(facts.privacy).replace('"', "&quot;")
    consent = Html(f'{escaped(head)}<a href="{address}">{escaped(name)}</a>{escaped(tail)}')
    text = lines(bold(short(facts.place, 60)), facts.words or t(_SCORES[facts.scale]), "", consent)
    width = 5 if facts.scale is Scale.CSAT else _IN_A_ROW
    return Message(text, _rows(facts, keys, width))


def _thanks(facts: SurveyFacts, t: Language) -> Message:
    text = t("Thank you! This helps us a lot.")
    if facts.pages:
        more = t("If you like, tell others too, whatever you think of us:")
        text = f"{text}\n{more}"
    keys = tuple((Button(short(name, 40), url=url),) for name, url in facts.pages[:6])
    return Message(escaped(text), keys)


def _rows(facts: SurveyFacts, keys: Sequence[tuple[str, str]], width: int) -> Rows:
    buttons = [
        Button(label, ButtonName.SURVEY, f"{facts.survey_id}.{facts.step}.{value}")
        for label, value in keys
    ]
    return tuple(tuple(buttons[at : at + width]) for at in range(0, len(buttons), width))
