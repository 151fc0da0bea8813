"""Questions to one person and what their answers come to."""

import re

from reviewbot.core.facts import CardFacts
from reviewbot.core.model import LANGUAGES, Approval, TicketState
from reviewbot.words import N_
from reviewbot.words.cards.keyboards import template_key
from reviewbot.words.html import (
    Button,
    Html,
    Message,
    Rows,
    code,
    cut,
    escaped,
    joined,
    lines,
    mention,
    quote,
    safe,
    short,
)
from reviewbot.words.labels import person, place, site
from reviewbot.words.language import Language, words_in
from reviewbot.words.vocabulary import ButtonName, View

ASKED = {
    View.EDIT_PROMPT: N_("Reply to this message with the text for review #{number}."),
    View.NOTE_PROMPT: N_(
        "Reply to this message with a note on review #{number}. Only colleagues see it."
    ),
    View.BACK_PROMPT: N_(
        "Reply to this message with what to change in the text for review #{number}."
    ),
    View.GESTURE_PROMPT: N_(
        "Reply to this message with the gesture for review #{number}: a sum, and what it is. "
        "Only colleagues see it."
    ),
    View.PLACE_PROMPT: N_(
        "Reply to this message with the question to the place about review #{number}: "
        "what happened at table 7?"
    ),
    View.TEMPLATE_PROMPT: N_(
        "Reply to this message with the template for reviews like #{number}."
    ),
    View.MEASURE_PROMPT: N_(
        "Reply to this message with the measure for review #{number}: what, who, by which day. "
        "Without a name it is yours."
    ),
}


CONCERN_ASKED = N_("Reply to this message with what was done ({about}) and since which day.")


def asked_in(text: str) -> tuple[View, int] | None:
    """Return which question a message of ours puts, and about which review (0: about a concern),
    by its sentence; None where it puts none."""
    for language in LANGUAGES:
        before, _, after = words_in(language)(CONCERN_ASKED).partition("{about}")
        if before in text and text.endswith(after):
            return View.CONCERN_PROMPT, 0
        for view, sentence in ASKED.items():
            before, _, after = words_in(language)(sentence).partition("{number}")
            found = re.search(re.escape(before) + r"(\d{1,9})" + re.escape(after), text)
            if found:
                return view, int(found[1])
    return None


def edit_prompt(
    facts: CardFacts,
    language: str,
    *,
    name: str = "",
    user_id: int | None = None,
    approves: bool = False,
) -> Message:
    """Asks one person for the text; only a reply to this message becomes a draft.

    The draft is inside to tap and copy, whole or not at all. With `user_id` the person is
    mentioned: a selective reply is asked of who is. `approves`: nobody else must read it then.
    """
    t = words_in(language)
    draft = safe(facts.draft.text) if facts.draft else ""
    asked = t(ASKED[View.EDIT_PROMPT], number=facts.number)
    about = joined(" · ", (site(facts, t), place(facts, brief=True)))
    head = lines(_asked(name, user_id, asked), about)
    copied: tuple[str, ...] = ()
    if draft and cut(draft, 3500) == draft:
        copied = (t("The draft, tap to copy:"), code(draft))
    elif draft:
        copied = (t("The draft is on the card."),)
    then = ""
    if facts.approval is not Approval.ANYONE and not approves:
        then = t("Then a manager approves it.")
    return Message(
        lines(head, *copied, then), force_reply=True, placeholder=t("The reply to the guest")
    )


def note_prompt(
    facts: CardFacts, language: str, *, name: str = "", user_id: int | None = None
) -> Message:
    t = words_in(language)
    asked = t(ASKED[View.NOTE_PROMPT], number=facts.number)
    return Message(_asked(name, user_id, asked), force_reply=True, placeholder=t("A note"))


def back_prompt(
    facts: CardFacts, language: str, *, name: str = "", user_id: int | None = None
) -> Message:
    t = words_in(language)
    asked = t(ASKED[View.BACK_PROMPT], number=facts.number)
    return Message(_asked(name, user_id, asked), force_reply=True, placeholder=t("What to change"))


def gesture_prompt(
    facts: CardFacts, language: str, *, most: int, name: str = "", user_id: int | None = None
) -> Message:
    """`most`: how much who is asked may offer on their own."""
    t = words_in(language)
    asked = t(ASKED[View.GESTURE_PROMPT], number=facts.number)
    given = sum(each.sum for each in facts.gestures)
    limit = t("Without asking: up to {sum}.", sum=most)
    known = ""
    if given:
        known = t(
            "Offered already: {given}, what you write stands beside it. Begin with “instead” to"
            " take its place.",
            given=given,
        )
    return Message(
        lines(_asked(name, user_id, asked), limit, known),
        force_reply=True,
        placeholder=t("300 a dessert"),
    )


def place_prompt(
    facts: CardFacts, language: str, *, name: str = "", user_id: int | None = None
) -> Message:
    t = words_in(language)
    asked = t(ASKED[View.PLACE_PROMPT], number=facts.number)
    return Message(
        _asked(name, user_id, asked), force_reply=True, placeholder=t("What happened at table 7?")
    )


def asked_by(
    view: View, facts: CardFacts, t: Language, *, name: str = "", user_id: int | None = None
) -> Html:
    """The sentence by which a question is known, put to one person."""
    return _asked(name, user_id, t(ASKED[view], number=facts.number))


def measure_prompt(
    facts: CardFacts, language: str, *, name: str = "", user_id: int | None = None
) -> Message:
    t = words_in(language)
    asked = t(ASKED[View.MEASURE_PROMPT], number=facts.number)
    return Message(
        _asked(name, user_id, asked),
        force_reply=True,
        placeholder=t("repair the machine, Ivan, 31.12"),
    )


def concern_prompt(
    about: str, language: str, *, name: str = "", user_id: int | None = None
) -> Message:
    """Asks one person what was done against a concern, and from which day on."""
    t = words_in(language)
    asked = t(CONCERN_ASKED, about=short(about, 80))
    return Message(
        _asked(name, user_id, asked), force_reply=True, placeholder=t("a second till, 24.02")
    )


def _asked(name: str, user_id: int | None, asked: str) -> Html:
    who = escaped(person(name))
    if who and user_id is not None:
        who = mention(who, user_id)
    return joined(" ", (Html(f"{who}:") if who else "", asked))


def ask_meaning(facts: CardFacts, language: str, text: str) -> Message:
    """Somebody replied to a card, not to a prompt: nothing has changed, what was meant?

    Keys: text_new, text_note, text_nothing; the message meant is the one this one replies to.
    """
    t = words_in(language)
    keys: Rows = (
        (Button(t("✏️ New text"), ButtonName.TEXT_NEW), Button(t("📝 Note"), ButtonName.TEXT_NOTE)),
        (Button(t("Nothing"), ButtonName.TEXT_NOTHING),),
    )
    return Message(
        lines(
            t("Is this for review #{number}? Nothing has changed yet.", number=facts.number),
            quote(short(text, 200)) if short(text, 200) else "",
        ),
        keys,
    )


def draft_saved(
    facts: CardFacts, language: str, *, approves: bool = False, keeps: bool = False
) -> Message:
    """The text somebody wrote is the draft now; the keys stand under it. Who `approves` it alone
    reads it once more as it will go out, with its signature; who `keeps` templates may keep it as
    one."""
    t = words_in(language)
    if not approves or facts.state not in (TicketState.PROPOSED, TicketState.FAILED):
        sentence = t("The text for review #{number} is saved.", number=facts.number)
        return Message(joined(" ", ("✏️", sentence)))
    sentence = t(
        "The text for review #{number} is saved, but not approved yet.", number=facts.number
    )
    head = joined(" ", ("✏️", sentence))
    text = safe(facts.draft.text) if facts.draft else ""
    shown = quote(text) if text and cut(text, 3500) == text else ""
    keys = (
        (Button(t("✅ Save and approve"), ButtonName.SAVE_APPROVE),),
        (Button(t("💾 Save"), ButtonName.SAVE),),
    )
    template = template_key(facts, t) if keeps else None
    return Message(lines(head, shown), (*keys, (template,)) if template else keys)


def back_saved(facts: CardFacts, language: str) -> Message:
    t = words_in(language)
    return Message(joined(" ", ("↩️", t("Sent back: review #{number}.", number=facts.number))))


def note_saved(facts: CardFacts, language: str) -> Message:
    t = words_in(language)
    return Message(joined(" ", ("📝", t("Noted for review #{number}.", number=facts.number))))


def gesture_saved(facts: CardFacts, language: str) -> Message:
    t = words_in(language)
    sentence = t(
        "The gesture for review #{number} is on the card. Tell the guest yourselves: it is not in "
        "the reply.",
        number=facts.number,
    )
    return Message(joined(" ", ("🎁", sentence)))


def text_only(language: str, what: str = "") -> Message:
    """A voice, a photo or a sticker came where a text was asked for."""
    t = words_in(language)
    sentences = {
        "voice": t("I cannot listen to voice messages. Write the text, please."),
        "photo": t("I cannot use a picture as a reply. Write the text, please."),
    }
    return Message(
        escaped(sentences.get(what) or t("Only a text can be a reply. Write it, please."))
    )
