"""The one answer to every press that worked: at most 200 characters, plain text."""

from collections.abc import Callable
from enum import StrEnum

from reviewbot.core.facts import CardFacts
from reviewbot.words import N_
from reviewbot.words.html import ANSWER_LIMIT, cut
from reviewbot.words.labels import person, site
from reviewbot.words.language import Language, words_in


class Toast(StrEnum):
    """What a press did or opens: the acts of a ticket (core.ticket.Action), then the rest."""

    APPROVE = "approve"
    POSTED = "posted"
    ALREADY_ANSWERED = "already_answered"
    TAKE = "take"
    TRANSFER = "transfer"
    SNOOZE = "snooze"
    SKIP = "skip"
    RELEASE = "release"
    PROPOSE = "propose"
    SEND_BACK = "send_back"
    UNDO_SKIP = "undo_skip"
    UNDO_PUBLISH = "undo_publish"
    UNDO_POSTED = "undo_posted"
    ACCEPT_SITE_TEXT = "accept_site_text"
    REOPEN = "reopen"
    REACHED = "reached"
    NOT_REACHED = "not_reached"
    SOLVED = "solved"
    REFUSED = "refused"
    UNDO_OUTCOME = "undo_outcome"
    ANOTHER = "another"
    NOTE = "note"
    GESTURE = "gesture"
    ASK_PLACE = "ask_place"
    PHOTOS = "photos"
    MEASURE = "measure"
    MEASURE_DONE = "measure_done"
    MEASURE_DAY = "measure_day"
    SENTENCES = "sentences"
    FAULT = "fault"
    EDIT = "edit"
    BACK_WHY = "back_why"
    NOT_COMPLAINT = "not_complaint"
    COMPLAINT = "complaint"
    TOPIC = "topic"
    FORGET = "forget"
    SHOW = "show"
    HISTORY = "history"
    WHY = "why"
    REPORT = "report"
    MONTH = "month"
    GOOD = "good"
    CHARTS = "charts"
    NOTHING = "nothing"
    SETTINGS = "settings"
    REMOVE = "remove"
    PRACTICE = "practice"
    IN_PRIVATE = "in_private"
    FILE_APPLY = "file_apply"
    TEMPLATE = "template"
    RETIRE = "retire"
    RESTORE = "restore"


PLAIN = {
    Toast.RELEASE: N_("Let go. Someone else can take it."),
    Toast.PROPOSE: N_("A manager approves. Your text is sent: it is in the queue."),
    Toast.SEND_BACK: N_("Back to edit."),
    Toast.UNDO_SKIP: N_("Back in work."),
    Toast.UNDO_PUBLISH: N_("Undone: nothing goes to the site."),
    Toast.UNDO_POSTED: N_("Undone: the review is back in work."),
    Toast.ACCEPT_SITE_TEXT: N_("Fine, the text on the site stays."),
    Toast.REOPEN: N_("Back in work. A new card follows."),
    Toast.REACHED: N_("Noted: the guest was reached. Whoever agreed is asked in three days."),
    Toast.NOT_REACHED: N_("Noted: the guest was not reached."),
    Toast.SOLVED: N_("Noted: it is solved. Whoever agreed is asked in three days."),
    Toast.REFUSED: N_("Noted: the guest does not want to talk."),
    Toast.UNDO_OUTCOME: N_("Back in work."),
    Toast.ANOTHER: N_("Another wording is on the card."),
    Toast.NOTE: N_("Noted."),
    Toast.MEASURE: N_("Write what, who and by when as a reply to my question."),
    Toast.MEASURE_DAY: N_("Write what was done and since when as a reply to my question."),
    Toast.SENTENCES: N_("Added. The replies wait for approval, one by one."),
    Toast.MEASURE_DONE: N_("Noted: it is done. A sentence for the guest is below."),
    Toast.FAULT: N_("Noted: the guest is right. An apology is below."),
    Toast.PHOTOS: N_("The photos are below."),
    Toast.ASK_PLACE: N_("Write the question as a reply to mine."),
    Toast.GESTURE: N_("Write the sum as a reply to my question."),
    Toast.BACK_WHY: N_("Write what to change as a reply to my question."),
    Toast.TEMPLATE: N_("Kept as a template."),
    Toast.RETIRE: N_("Retired: it is not proposed any more."),
    Toast.RESTORE: N_("Restored: it is proposed again."),
    Toast.EDIT: N_("Write the text as a reply to my question."),
    Toast.NOT_COMPLAINT: N_(
        "Noted: not a complaint. The digest counts it as a mistake of the rules."
        " The due time stays."
    ),
    Toast.TOPIC: N_("Noted: the topic is corrected."),
    Toast.FORGET: N_("Removed: name and words are gone from my records and from the cards."),
    Toast.SHOW: N_("The card is below."),
    Toast.HISTORY: N_("The history is below."),
    Toast.WHY: N_("The explanation is below."),
    Toast.REPORT: N_("How to report it is below."),
    Toast.MONTH: N_("The figures are below."),
    Toast.CHARTS: N_("The pictures are below."),
    Toast.GOOD: N_("They are below."),
    Toast.NOTHING: N_("Fine, nothing changes."),
    Toast.SETTINGS: N_("Saved."),
    Toast.REMOVE: N_("Removed. From now on I tell this person nothing."),
    Toast.FILE_APPLY: N_("Working on it: the answer follows below."),
    Toast.IN_PRIVATE: N_("The answer is in our private chat."),
    Toast.PRACTICE: N_("That is how it works. On a real card this would count."),
}

DONE = N_("Done.")


def toast(what: Toast | None, facts: CardFacts | None, language: str) -> str:
    """Return the sentence for a press that was applied; `facts` are those after it. None: it is
    answered in silence."""
    if what is None:
        return ""
    t = words_in(language)
    rich = RICH.get(what)
    if rich is not None and facts is not None:
        return cut(rich(facts, t), ANSWER_LIMIT)
    plain = PLAIN.get(what)
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


def _complaint(facts: CardFacts, t: Language) -> str:
    if facts.reply_deadline is None:
        return t("Noted: it is a complaint.")
    at = t.border(facts.reply_deadline, facts.zone, facts.at)
    return t("Noted: it is a complaint. Reply by {at}.", at=at)


def _about(name: str | None, facts: CardFacts, t: Language) -> str:
    at = facts.approved_at
    stamp = t.stamp(at, facts.zone, facts.at or at) if at else ""
    return ", ".join(part for part in (person(name or ""), stamp) if part)


RICH: dict[Toast, Callable[[CardFacts, Language], str]] = {
    Toast.APPROVE: _approve,
    Toast.POSTED: _posted,
    Toast.ALREADY_ANSWERED: _posted,
    Toast.TAKE: _take,
    Toast.TRANSFER: _transfer,
    Toast.SNOOZE: _snooze,
    Toast.SKIP: _skip,
    Toast.COMPLAINT: _complaint,
}
