"""Why a press was refused: one sentence of at most 200 characters, plain text for a pop-up. Of a
file, which is answered by a message, it may be longer: it says what its reader says.

Codes come from core.ticket_table, workflow, drafting.lint (with "reply_" before them) and the bot.
A code without a sentence of its own still gets a true one.
"""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from reviewbot.core.contract import instant
from reviewbot.core.model import OUTCOME_STATES, TicketState
from reviewbot.words import N_
from reviewbot.words.cards.reply_refusals import REPLY
from reviewbot.words.causes import reason_in_words
from reviewbot.words.html import ANSWER_LIMIT, cut, short
from reviewbot.words.labels import person, title_of
from reviewbot.words.language import Language, slots, words_in
from reviewbot.words.operator_text import filled

FILE_LIMIT = 600
SENTENCES: dict[str, tuple[str, ...]] = {
    # The first sentence whose slots can all be filled.
    "unknown_ticket": (N_("There is no review #{number}."), N_("There is no such review.")),
    "guests_off": (N_("Guests are asked nothing yet: an admin writes [guests] into the file."),),
    "for_guests": (N_("This is for guests: staff's own answers are not taken."),),
    "viewer": (N_("You can look, but not answer. An admin can change that."),),
    "not_your_location": (N_("This location is not among yours. An admin can change that."),),
    "grown_beyond": (N_("Out of date in this chat: the managers' chat has what is true now."),),
    "place_unwatched": (N_("This place is not watched any more."),),
    "own_text": (N_("Two people decide here: another manager approves your text."),),
    "stale_card": (
        N_("The review changed {at}, this card is out of date. New one below."),
        N_("The review has changed, this card is out of date. New one below."),
    ),
    "draft_changed": (
        N_("{who} changed the draft {at}. The card is updated: read it and press again."),
        N_("The draft changed {at}. The card is updated: read it and press again."),
        N_("The draft has changed. The card is updated: read it and press again."),
    ),
    "held": (
        N_("Already taken: {who}, {stamp}. A manager can take it over."),
        N_("Already taken: {who}. A manager can take it over."),
        N_("Already taken by someone. A manager can take it over."),
    ),
    "take_over": (
        N_("{who} has had it since {stamp}. Take it over?"),
        N_("{who} has it. Take it over?"),
        N_("Somebody has it. Take it over?"),
    ),
    "not_holder": (N_("Taken by {who}, not by you."), N_("Nobody has taken it.")),
    "gesture_none": (N_("Your role offers nothing without asking: ask a colleague who may."),),
    "gesture_above": (
        N_(
            "Without asking you may offer up to {most} for a review, and {given} is offered"
            " already. Offer less, say “instead 300”, or ask a colleague who may."
        ),
        N_("Without asking you may offer up to {most}. Offer less, or ask a colleague who may."),
        N_("You may not offer as much without asking. Offer less, or ask a colleague who may."),
    ),
    "gesture_sum": (N_("Write one sum as one number, for example: 300 a dessert."),),
    "measure_what": (N_("Write what is to be done, who does it and by which day."),),
    "measure_when": (N_("By which day? For example: repair the machine, Ivan, 31.12."),),
    "measure_past": (N_("That day has passed. Choose a later one."),),
    "measure_done": (N_("Noted already: {who}, {stamp}."), N_("Noted already.")),
    "measure_open": (N_("The measure is not taken yet."),),
    "fault_open": (N_("First a manager says that the guest is right."),),
    "fault_known": (N_("{who} has said so already."), N_("That is said already.")),
    "fault_calm": (N_("This review is not a complaint."),),
    "complaint_unsent": (N_("First send the complaint, then say what came of it."),),
    "complaint_same": (N_("That is noted already."),),
    "place_none": (N_("No chat is named for this place: `place_chat` in the file."),),
    "place_unreachable": (
        N_("I cannot write to {name}: they have not started me, or removed me."),
        N_("I cannot write to the place: its chat has removed me."),
    ),
    "place_other_chat": (
        N_("This chat is not the place's any more, so the answer is not on the card."),
    ),
    "gesture_calm": (N_("A gesture is for complaints: this review is not one."),),
    "no_reply_time": (N_("Complaints get no reply time here: the file says none."),),
    "is_complaint": (N_("It is treated as a complaint already."),),
    "forgotten": (N_("The guest's name and words were removed: there is nothing to answer."),),
    "reason_needed": (N_("Say why we are not answering: choose or write a reason."),),
    "bad_time": (N_("That time has passed. Choose a later one."),),
    "publishing": (N_("The reply is being posted this moment. Look again in a minute."),),
    "no_draft": (N_("There is no text yet. Press “Edit” and write a reply."),),
    "no_other_draft": (N_("There is no other wording. Press “Edit” and write your own."),),
    "last_place": (N_("It is the last of these reviews: somewhere the guest was. Answer it."),),
    "no_own_text": (N_("Nobody has written a text of their own here: a template stands there."),),
    "template_known": (N_("There is such a template already: /templates."),),
    "template_guest": (
        N_("“{found}” is the guest's own: a template must fit others too. Choose other words."),
        N_("It holds the guest's own words: a template must fit others too. Choose other words."),
    ),
    "template_all": (
        N_("This template is for places that are not all yours: ask whoever sees them all."),
    ),
    "template_faulty": (
        N_("Only known slots may stand in double braces, as in the suggestion. Mend the text."),
    ),
    "not_now": (N_("That does not fit now. The card shows where it stands."),),
    "unknown_person": (
        N_("{person} cannot answer here. Choose someone else."),
        N_("This person cannot answer here. Choose someone else."),
    ),
    "needs_manager": (
        N_("A manager approves. Your text is sent: {who} will see it in the queue."),
        N_("A manager approves. Your text is sent: it is in the queue."),
    ),
    "admin_only": (N_("Only an admin can do that."),),
    "private_only": (N_("Write that to me in private, please."),),
    "invite_unknown": (N_("I do not know this link. Ask your admin for a new one."),),
    "invite_used": (
        N_("This link has been used: it lets in one person. Ask your admin for a new one."),
    ),
    "invite_over": (N_("This link is no longer good. Ask your admin for a new one."),),
    "manager_only": (N_("Only a manager or an admin can do that."),),
    "measure_noted": (
        N_("Noted already: a measure of that day. The card tells whether it helped."),
    ),
    "concern_day": (N_("Since which day, of the last year? For example: a second till, 24.02."),),
    "measure_how": (N_("Place, day, what was done: /measure Tverskaya 24.02 new till."),),
    "concern_over": (N_("It is over by itself. The card is updated."),),
    "no_such_place": (
        N_("I know no location or group “{wanted}”. Similar: {what}."),
        N_("I know no location or group “{wanted}”. Write /stats, or /stats with its name."),
        N_("I know no such location or group. Write /stats, or /stats with its name."),
    ),
    "no_people_figures": (
        N_("The operator has switched figures of people off: [privacy] people_figures."),
    ),
    "shown_in_private": (N_("That review is not for this chat: I sent it to you in private."),),
    "not_shown_here": (
        N_("That review is not for this chat. Press /start in private with me, then ask there."),
    ),
    "answered_in_private": (N_("The answer is in our private chat."),),
    "invite_not_needed": (
        N_("You are on the list already; the link stays good for somebody else."),
    ),
    "add_what": (
        N_(
            "Write /add with a link and the location's name, or with the date of a day off: 31.12."
            " To add a person, share their contact with me."
        ),
    ),
    "add_name": (N_("Write the location's name after the link: /add https://… Arbat 7."),),
    "contact_unknown": (
        N_("Telegram does not give this contact's number. Send an invitation: /invite."),
    ),
    "away_what": (N_("Until when? For example: /away Friday, /away 31.12, /away 18:00."),),
    "swap_what": (N_("Write with whom and which day of yours: /duty swap Anna Friday."),),
    "not_your_question": (N_("This question was for someone else."),),
    "swap_not_on_duty": (
        N_("{name} is not on duty on that day: there is nothing to swap."),
        N_("Nobody to swap with: that person is not on duty on that day."),
    ),
    "swap_away": (
        N_("{name} is away on that day. Choose another day, or someone else."),
        N_("That person is away on that day. Choose another day, or someone else."),
    ),
    "note_too_long": (
        N_("That is too long: {most} characters at most. Write it shorter."),
        N_("That is too long. Write it shorter."),
    ),
    "no_such_day": (
        N_("There is no day “{day}”. Write 31.12 or Friday."),
        N_("There is no such day. Write 31.12 or Friday."),
    ),
    "day_too_far": (N_("That day is too far: duty is set for a year ahead at most."),),
    "day_over": (N_("That day is over. Write a day to come: /add 31.12."),),
    "undo_over": (
        N_("More than an hour has passed. The operator can still undo it: reviewbot undo."),
    ),
    "person_in_file": (
        N_("{person} stands in the config file: the operator changes that there, in [people]."),
        N_("This person stands in the config file: the operator changes that there, in [people]."),
    ),
    "person_gone": (N_("This person is no longer on the list."),),
    "not_on_list": (
        N_("You are not on the staff list. Your number is {id}, forward it to {operator}."),
        N_("You are not on the staff list. Your number is {id}, forward it to your admin."),
        N_("You are not on the staff list."),
    ),
    "not_your_prompt": (N_("This question was for someone else. Press “Edit” yourself."),),
    "prompt_lost": (
        N_("I do not know this question any more. Press “Edit” on the card once more."),
    ),
    "question_lost": (
        N_("I do not know this question any more. Press its key on the card once more."),
    ),
    "edit_unread": (
        N_("What you wrote first counts, not the edit. Answer the question with a new message."),
    ),
    "unknown_button": (N_("This button is from an old message. Send /queue for a fresh card."),),
    "old_button": (N_("This button is from an old message. Send /queue for a fresh card."),),
    "unknown_command": (N_("I do not know this command. All of them: /help."),),
    "not_understood": (
        N_(
            "I do not know which review this is about. What waits: /queue. To write a reply press"
            " “Edit” on its card."
        ),
    ),
    "only_text": (N_("I read only texts and saved pages. What I can do: /help."),),
    "anonymous": (
        N_(
            "I cannot tell who you are: this comes from the group or a channel. Write under your"
            " own name, or press the buttons, they work."
        ),
    ),
    "anonymous_answer": (
        N_(
            "I cannot tell who you are: this comes from the group or a channel. Answer under your"
            " own name, please."
        ),
    ),
    "unknown_chat": (N_("I do not work in this chat."),),
    "later": (N_("I could not save that. Nothing has changed, press again in a minute."),),
    "import_too_big": (
        N_("The file has {megabytes} MB, and I read up to {most} MB. Save it as “HTML only”."),
        N_("The file is too large. Save the page as “HTML only”."),
    ),
    "import_archive": (
        N_("This is an archive or an office file. Send the saved page itself, .html or .mhtml."),
    ),
    "import_program": (
        N_("This is a program, I do not open those. Send a saved page, .html or .mhtml."),
    ),
    "import_picture": (
        N_("I cannot read reviews from a picture or a PDF. Send the saved page, .html or .mhtml."),
    ),
    "import_webarchive": (
        N_("This is a web archive of Safari. Save the page as “Page Source” and send that."),
    ),
    "import_not_page": (
        N_("This is not a web page. Send a saved page with reviews, .html or .mhtml."),
    ),
    "import_too_heavy": (
        N_("This file takes too long to read. Save the page as “HTML only”, or a part of it."),
    ),
    "import_unknown": (
        N_("I do not know this page: no reviews on it from a site that I can read."),
    ),
    "import_no_target": (
        N_("This is {place}, {site}: not one of our locations. The operator can add its link."),
        N_("This page is not of one of our locations. The operator can add its link."),
    ),
    "import_no_reviews": (
        N_("{site}, {location}: no reviews on this page. Open the list of reviews and save that."),
        N_("There are no reviews on this page. Open the list of reviews and save that."),
    ),
    "import_no_data": (
        N_("{site}, {location}: this copy holds only the page's look. Save it as “HTML only”."),
        N_("This copy holds only the page's look. Save it as “HTML only”."),
    ),
    "import_unreadable": (
        N_("{site}, {location}: this file cannot be read: {why}."),
        N_("{site}, {location}: there is nothing in this file that I can read."),
        N_("There is nothing in this file that I can read."),
    ),
    "import_other_source": (
        N_("This file is not one of {site} but of {other}. The operator can add that as a link."),
        N_("This file is of another site than that link."),
    ),
    "import_no_target_of": (
        N_("I can read this file ({site}), but none of our links is of that kind."),
        N_("I can read this file, but none of our links is of that kind."),
    ),
    "import_blocked": (
        N_("The site showed a check for robots here. Pass it in the browser and save the page."),
    ),
    "import_no_file": (N_("I could not get the file. Send it again, please."),),
    "import_old_target": (
        N_("“{target}” is not a page that I read."),
        N_("This is not a page that I read."),
    ),
    **REPLY,
}

_ALREADY: dict[str, tuple[str, ...]] = {
    TicketState.WAITING: (N_("It is already back in work. Card updated."),),
    TicketState.PROPOSED: (
        N_("Already proposed: {who}. Card updated."),
        N_("Already proposed. Card updated."),
    ),
    TicketState.APPROVED: (
        N_("Already approved: {who}, {stamp}. Card updated."),
        N_("Already approved: {who}. Card updated."),
        N_("Already approved. Card updated."),
    ),
    TicketState.POSTED: (
        N_("Already posted: {who}, {stamp}. Card updated."),
        N_("Already posted: {who}. Card updated."),
        N_("Already posted. Card updated."),
    ),
    TicketState.ANSWERED: (N_("The reply is already on the site. Card updated."),),
    TicketState.SKIPPED: (
        N_("Already decided not to answer: {who}. Card updated."),
        N_("Already decided not to answer. Card updated."),
    ),
    TicketState.GONE: (N_("The review is gone from the site. Card updated."),),
    **dict.fromkeys(
        OUTCOME_STATES,
        (
            N_("Already settled with the guest: {who}, {stamp}. Card updated."),
            N_("Already settled with the guest. Card updated."),
        ),
    ),
}

FALLBACK = (N_("That does not work now. Nothing has changed."),)
REPLY_FALLBACK = (N_("This text cannot be posted as it is. Nothing has changed."),)


def refusal(
    code: str,
    params: Mapping[str, Any],
    language: str,
    zone: str = "UTC",
    *,
    now: datetime | None = None,
) -> str:
    """Return the sentence for a Refused. `zone` and `now` say how instants are written: without
    `now` an instant is taken to be of today."""
    t = words_in(language)
    if code == "reply_too_long":
        return cut(_too_long(params, t), ANSWER_LIMIT)
    if code == "already":
        choices = _ALREADY.get(str(params.get("state")), FALLBACK)
    else:
        other = REPLY_FALLBACK if code.startswith("reply_") else FALLBACK
        choices = SENTENCES.get(code, other)
    sentence = _first_filled(choices, _shown(params, t, zone, now), t)
    return cut(sentence, FILE_LIMIT if code.startswith("import_") else ANSWER_LIMIT)


def _first_filled(choices: tuple[str, ...], known: dict[str, object], t: Language) -> str:
    fitting = (choice for choice in choices if all(known.get(slot) for slot in slots(choice)))
    return filled(t(next(fitting, choices[-1])), known)


def _shown(
    params: Mapping[str, Any], t: Language, zone: str, now: datetime | None
) -> dict[str, object]:
    known: dict[str, object] = {}
    for name, value in params.items():
        if isinstance(value, str):
            known[name] = person(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            known[name] = value
    at = params.get("at")
    moment = at if isinstance(at, datetime) else instant(at)
    known.pop("at", None)
    if moment is not None:
        known["at"] = t.at(moment, zone, now or moment)
        known["stamp"] = t.stamp(moment, zone, now or moment)
    for name, key in (("site", "source_title"), ("other", "other_title")):
        titles = params.get(key)
        if isinstance(titles, Mapping) and titles:
            known[name] = title_of(titles, t)
    if why := params.get("why"):
        known["why"] = short(reason_in_words(str(why), t), 400)
    what = next((params[key] for key in ("what", "slot", "found") if params.get(key)), None)
    if what is not None:
        known["what"] = short(", ".join(what) if isinstance(what, tuple | list) else str(what), 60)
    return known


def _too_long(params: Mapping[str, Any], t: Language) -> str:
    titles = params.get("source_title")
    site = title_of(titles, t) if isinstance(titles, Mapping) and titles else t("The site")
    try:
        limit, length = int(params["limit"]), int(params["length"])
    except (KeyError, TypeError, ValueError):
        return t("The reply is too long for the site. Nothing was cut.")
    over = max(1, length - limit)
    if params.get("unit") == "bytes":
        return t(
            "{site} takes {limit} bytes, this is {length}: remove {over} Latin letters or"
            " {cyrillic} Cyrillic. Nothing was cut.",
            site=site,
            limit=limit,
            length=length,
            over=over,
            cyrillic=math.ceil(over / 2),
        )
    return t.plural(
        "{site} takes {limit} characters, this is {length}: remove {n} letter. Nothing was cut.",
        "{site} takes {limit} characters, this is {length}: remove {n} letters. Nothing was cut.",
        over,
        site=site,
        limit=limit,
        length=length,
    )
