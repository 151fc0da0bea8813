"""The one answer to every press that worked: at most 200 characters, plain text."""

from collections.abc import Callable

from reviewbot.core.facts import CardFacts
from reviewbot.words import N_
from reviewbot.words.html import ANSWER_LIMIT, cut
from reviewbot.words.labels import person, site
from reviewbot.words.language import Language, words_in

PLAIN = {
    "release": N_("Let go. Someone else can take it."),
    "propose": N_("A manager approves. Your text is sent: it is in the queue."),
    "send_back": N_("Back to edit."),
    "undo_skip": N_("Back in work."),
    "undo_publish": N_("Undone: nothing goes to the site."),
    "accept_site_text": N_("Fine, the text on the site stays."),
    "reopen": N_("Back in work. A new card follows."),
    "another": N_("Another wording is on the card."),
    "note": N_("Noted."),
    "edit": N_("Write the text as a reply to my question."),
    "not_complaint": N_("Noted: not a complaint. The rules will learn from it."),
    "topic": N_("Noted: the topic is corrected."),
    "show": N_("The card is below."),
    "history": N_("The history is below."),
    "why": N_("The explanation is below."),
    "report": N_("How to report it is below."),
    "month": N_("The figures are below."),
    "good": N_("They are below."),
    "nothing": N_("Fine, nothing changes."),
    "settings": N_("Saved."),
    "remove": N_("Removed. From now on I tell this person nothing."),
    "practice": N_("That is how it works. On a real card this would count."),
}

DONE = N_("Done.")


def toast(action: str, facts: CardFacts | None, language: str) -> str:
    """Return the sentence for an act that was applied; `facts` are those after it. Without an
    action the press is answered in silence."""
    if not action:
        return ""
    t = words_in(language)
    rich = _RICH.get(action)
    if rich is not None and facts is not None:
        return cut(rich(facts, t), ANSWER_LIMIT)
    plain = PLAIN.get(action)
    return cut(t(plain) if plain else t(DONE), ANSWER_LIMIT)


def _approve(facts: CardFacts, t: Language) -> str:
    if facts.publish_at is not None:
        at = t.at(facts.publish_at, facts.zone, facts.at or facts.approved_at)
        return t("Approved. I will post it {at}; until then you can undo.", at=at)
    about = _about(facts.approved_by, facts, t)
    if about:
        return t("Approved: {about}. Now post it on the site.", about=about)
    return t("Approved. Now post it on the site.")


def _posted(facts: CardFacts, t: Language) -> str:
    at = facts.posted_at or facts.marked_at
    parts = [person(facts.posted_by or "")]
    parts.append(t.stamp(at, facts.zone, facts.at or at) if at else "")
    about = ", ".join(part for part in parts if part)
    if not facts.shows_replies:
        return t("Noted. {site} shows no replies: I take your word.", site=site(facts, t))
    if about:
        return t("Noted: {about}. I will check the site and stop reminding.", about=about)
    return t("Noted. I will check the site and stop reminding.")


def _take(facts: CardFacts, t: Language) -> str:
    if facts.reply_deadline is None:
        return t("Yours.")
    at = t.border(facts.reply_deadline, facts.zone, facts.at or facts.held_at)
    return t("Yours. Reply by {at}.", at=at)


def _transfer(facts: CardFacts, t: Language) -> str:
    return t("Handed over: {name}.", name=person(facts.holder or "")) if facts.holder else t(DONE)


def _snooze(facts: CardFacts, t: Language) -> str:
    if facts.snoozed_until is None:
        return t(DONE)
    at = t.border(facts.snoozed_until, facts.zone, facts.at)
    return t("Snoozed until {at}. The due time stays.", at=at)


def _skip(facts: CardFacts, t: Language) -> str:
    return t("Not answering. Reminders stop.")


def _about(name: str | None, facts: CardFacts, t: Language) -> str:
    at = facts.approved_at
    stamp = t.stamp(at, facts.zone, facts.at or at) if at else ""
    return ", ".join(part for part in (person(name or ""), stamp) if part)


_RICH: dict[str, Callable[[CardFacts, Language], str]] = {
    "approve": _approve,
    "posted": _posted,
    "already_answered": _posted,
    "take": _take,
    "transfer": _transfer,
    "snooze": _snooze,
    "skip": _skip,
}
