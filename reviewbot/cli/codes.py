"""Codes of the rows as commands show them; in English a code is its own word."""

from reviewbot.words import N_
from reviewbot.words.causes import reason_in_words
from reviewbot.words.language import Language, words_in

CODES = frozenset(
    {
        # how a reading ended (core.model.Health)
        N_("ok"),
        N_("unchanged"),
        N_("empty"),
        N_("degraded"),
        N_("unreachable"),
        N_("rate_limited"),
        N_("blocked"),
        N_("denied"),
        N_("target_gone"),
        N_("layout_changed"),
        N_("own_fault"),
        N_("suspicious"),
        N_("unconfirmed"),
        # verdicts
        N_("negative"),
        N_("mixed"),
        N_("neutral"),
        N_("positive"),
        N_("critical"),
        N_("high"),
        N_("normal"),
        N_("low"),
        # what a person should know before answering (core.model.Hint)
        N_("hidden_complaint"),
        N_("stars_and_text_disagree"),
        N_("sarcasm"),
        N_("empty_text"),
        N_("spam"),
        N_("personal_data"),
        N_("paid_review"),
        N_("unknown_language"),
        # what a reading changes
        N_("new"),
        N_("edited"),
        N_("answered"),
        N_("reply_changed"),
        N_("reply_vanished"),
        N_("back"),
        # work on its way
        N_("post_reply"),
        N_("withdraw"),
        N_("decline"),
        N_("read_back"),
        N_("poll_now"),
        N_("import_file"),
        N_("change_file"),
    }
)


def code_in_words(code: str, t: Language) -> str:
    """Return a code in the operator's language; one that is not known stays as it is."""
    return t(code) if code in CODES else code


def cause_in_words(cause: str, t: Language) -> str:
    """Return why a page could not be read, in the operator's language."""
    return reason_in_words(cause, words_in(t.language))
