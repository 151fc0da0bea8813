"""A colleague's reply as a template: slots stand where it speaks of this one review."""

import re
from dataclasses import replace

from reviewbot.core.errors import Refused
from reviewbot.core.settings import Replies
from reviewbot.core.text import word_key
from reviewbot.core.trends.given_names import forms, latin_key
from reviewbot.drafting import lint
from reviewbot.drafting.faults.by_hand import unasked
from reviewbot.drafting.shelves import DraftAsk, values_of
from reviewbot.drafting.signature import language_of
from reviewbot.drafting.templates import check_template, fill, pack
from reviewbot.drafting.trade_lint import TradeFacts, findings, homes_in

RUN = 4
"""So many words of the guest's in a row are theirs; fewer, anybody may have said."""

_GREETINGS = (
    r"здравствуйте|добрый день|добрый вечер|доброе утро|приветствуем|привет"
    r"|good (?:day|morning|afternoon|evening)|hello|hi|dear"
)
_WORD = re.compile(r"\w+")


def suggested(text: str, replies: Replies, ask: DraftAsk) -> str:
    """Return a reply with slots suggested: for its greeting, the guest's first name, the contact,
    the location and the signature. What it does not hold is not added."""
    language = language_of(text)
    values = values_of(replies, ask, pack(language, replies.address, ask.profile), language)
    found = text.strip()
    name = re.escape(values["author"]) or "(?!)"
    found = re.sub(
        rf"^(?:{name},?\s+)?(?:{_GREETINGS})\b(?:,?\s+{name})?\s*[!.,]?\s*",
        "{{ greeting }} ",
        found,
        count=1,
        flags=re.IGNORECASE,
    )
    if sign := values["sign"].strip():
        found = re.sub(rf"\s*{_loosely(sign)}[.!]?\s*$", "\n{{ sign }}", found)
    for slot in ("reach", "contact", "location", "author"):
        if value := values[slot].strip():
            found = re.sub(rf"(?<!\w){_loosely(value)}(?!\w)", f"{{{{ {slot} }}}}", found)
    return found.strip()


def check_saved(
    template: str, replies: Replies, ask: DraftAsk, trade: TradeFacts, guest: str
) -> None:
    """Raise Refused where a text cannot be kept as a template: template_faulty (what),
    template_guest (found: the guest's name or words), or reply_… with what lint finds in it as the
    next guest would read it, advice too: nobody looks at it again.

    `ask` and `trade` are those of the review it was written for, `guest` is what the guest wrote.
    """
    if faults := check_template(template):
        raise Refused("template_faulty", what=faults[0].code)
    words = _WORD.findall(template)
    theirs = (word for word in _WORD.findall(ask.author or "") if len(word) > 1)
    names = {form for word in theirs for form in forms(word)}
    in_latin = {key for name in names if len(key := latin_key(name)) > 2}
    for word in words:
        # A noun may be somebody's name in lower case: «надежда», "rose".
        if word[0].isupper() and (word_key(word) in names or latin_key(word) in in_latin):
            raise Refused("template_guest", found=word)
    if quoted := _quoted(words, guest):
        raise Refused("template_guest", found=quoted)
    shown = _as_shown(template, replies, ask)
    found = [
        *lint.forbidden(shown, replies.forbid),
        *lint.personal_data(shown, f"{guest} {ask.author or ''}"),
        *unasked(template, may_apologise=False),  # of the next guest nobody has confirmed a fault
        *homes_in(shown, trade),
        # Its language is that of its reviews, and where it is not signed, it will be.
        *findings(shown, replace(trade, author="", language=None, sign={})),
        *lint.spelled_apart(shown, replies, replace(trade, typed=True)),
    ]
    if found:
        raise Refused(f"reply_{found[0].code}", **found[0].params)
    if not re.search(r"[^\W\d_]", re.sub(r"\{\{.*?\}\}", "", template)):
        raise Refused("reply_short", found=template.strip())


def _as_shown(template: str, replies: Replies, ask: DraftAsk) -> str:
    """Return what a guest without a name would read."""
    language = language_of(template)
    words = pack(language, replies.address, ask.profile)
    nameless = replace(ask, author=None)
    values = values_of(replies, nameless, words, language)
    return fill(template, {slot: value or slot for slot, value in values.items()})


def _quoted(words: list[str], guest: str) -> str:
    """Return the first run of words that a guest wrote, "" where there is none."""
    said = [word.casefold() for word in _WORD.findall(guest)]
    theirs = {tuple(said[start : start + RUN]) for start in range(len(said) - RUN + 1)}
    for start in range(len(words) - RUN + 1):
        run = words[start : start + RUN]
        if tuple(word.casefold() for word in run) in theirs:
            return " ".join(run)
    return ""


def _loosely(value: str) -> str:
    """Return a pattern for a value however its blanks are written."""
    return r"\s+".join(re.escape(word) for word in value.split())
