"""Messages about the bot itself: what is out of sight, what went wrong, the first day.

A notice is stored as a code with JSON parameters; this module knows the shape of each.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from reviewbot.words.blind_notices import (
    NoticeContext,
    blind_notice,
    cause_of,
    moment_of,
    number_of,
    see_doctor,
    sighted_notice,
    site_of,
    unconfirmed_notice,
)
from reviewbot.words.delivery_notices import (
    cannot_pin_notice,
    clock_set_back_notice,
    dead_chat_notice,
    long_wait_notice,
    parked_notice,
    stuck_notice,
    topic_closed_notice,
)
from reviewbot.words.health import troubles_notice
from reviewbot.words.html import Button, Html, Message, Rows, bold, joined, lines, short
from reviewbot.words.imports import not_imported
from reviewbot.words.labels import person
from reviewbot.words.language import Language, words_in
from reviewbot.words.operations.absence_notices import (
    away_notice,
    backup_failed_notice,
    not_delivered_notice,
    restored_notice,
)
from reviewbot.words.operations.source_notices import source_changed_notice, thanks_refused_notice
from reviewbot.words.people import joined_notice
from reviewbot.words.surveys.guests_bot import guests_bot_notice
from reviewbot.words.vocabulary import ButtonName, NoticeCode

__all__ = ["MOST_UNSEEN", "notice", "start_link"]

MOST_UNSEEN = 5
"""So many pages out of sight the first day's message names; the others it counts."""


def notice(
    code_: str,
    params: Mapping[str, Any],
    language: str,
    zone: str = "UTC",
    *,
    now: datetime | None = None,
    bot_name: str = "",
) -> Message:
    """Return a notice. `zone` is used where the parameters name none; without `now` every instant
    carries its date; `bot_name` makes the link that lets people open a private chat."""
    t = words_in(language)
    context = NoticeContext(t, str(params.get("zone") or zone), now, bot_name)
    write = NOTICES.get(code_)
    if write is None:
        sentence = t("A message about the bot itself: {code}.", code=short(code_, 80))
        return Message(lines(joined(" ", ("ℹ️", sentence)), see_doctor(t)))
    return write(params, context)


def _first_contact(params: Mapping[str, Any], context: NoticeContext) -> Message:
    t = context.t
    places, pages = number_of(params, "locations"), number_of(params, "pages")
    count = number_of(params, "reviews")
    backlog = number_of(params, "backlog")
    title = t(
        "Watching reviews: {places}, {pages}",
        places=t.plural("{n} location", "{n} locations", places),
        pages=t.plural("{n} page", "{n} pages", pages),
    )
    days = number_of(params, "days") or 30
    html = lines(
        joined(" ", ("👋", bold(title))),
        joined(
            " ",
            (
                t.plural("Read {n} review.", "Read {n} reviews.", count),
                t("Old ones stay out of this chat."),
            ),
        ),
        _backlog(backlog, days, t) if backlog else "",
        joined(" ", (_arrives(params, t), _at_night(params, t))),
        *_unseen(params, t),
        t("Press “I'm here” so that I may write to you.") if context.bot_name else "",
    )
    here: tuple[Button, ...] = ()
    if context.bot_name:
        here = (Button(t("✋ I'm here"), url=start_link(context.bot_name)),)
    keys = [(*here, Button(t("🎓 Practice card"), ButtonName.PRACTICE))]
    past = (Button(t("🗂 How it was answered"), ButtonName.PAST),) if count else ()
    if backlog:
        past = (Button(t("📋 Show {n}", n=backlog), ButtonName.QUEUE, "0"), *past)
    if past:
        keys.append(past)
    return Message(html, tuple(keys))


def start_link(bot_name: str) -> str:
    """The deep link that opens a private chat: a press in a group gives a bot no such right."""
    return f"https://t.me/{bot_name.removeprefix('@')}?start=here"


def _backlog(backlog: int, days: int, t: Language) -> Html:
    waiting = t.plural(
        "{n} complaint of the last {days} days is unanswered.",
        "{n} complaints of the last {days} days are unanswered.",
        backlog,
        days=days,
    )
    return joined(" ", (waiting, t("They have no deadline; take them when it suits.")))


def _arrives(params: Mapping[str, Any], t: Language) -> str:
    least, most = number_of(params, "minutes_least"), number_of(params, "minutes_most")
    if not most:
        return t("A new complaint comes here.")
    if not least or least == most:
        span = t.lasting(timedelta(minutes=most))
        return t("A new complaint comes here, usually within {span}.", span=span)
    if most < 120:
        return t.plural(
            "A new complaint comes here, usually within {least}–{n} minute.",
            "A new complaint comes here, usually within {least}–{n} minutes.",
            most,
            least=least,
        )
    return t(
        "A new complaint comes here, usually within {least} to {most}.",
        least=t.lasting(timedelta(minutes=least)),
        most=t.lasting(timedelta(minutes=most)),
    )


def _at_night(params: Mapping[str, Any], t: Language) -> str:
    name = person(str(params.get("critical_to") or ""))
    if not params.get("quiet"):
        return t("Critical ones go to {name}.", name=name) if name else ""
    if name:
        return t("Silent at night; critical ones go to {name}.", name=name)
    return t("Silent at night.")


def _unseen(params: Mapping[str, Any], t: Language) -> Sequence[str]:
    entries = [each for each in params.get("unseen") or () if isinstance(each, Mapping)]
    if not entries:
        return ()
    named = []
    for each in entries[:MOST_UNSEEN]:
        name = ", ".join(
            part
            for part in (_site_of(each, t), short(str(each.get("location_name") or ""), 60))
            if part
        )
        cause = cause_of(str(each.get("health") or ""), t)
        named.append(f"{name} ({cause})" if cause else name)
    # Earlier versions kept every page, and no count.
    more = max(number_of(params, "unseen_count"), len(entries)) - len(named)
    if more > 0:
        named.append(t.plural("{n} more", "{n} more", more))
    operator = person(str(params.get("operator") or ""))
    known = f"{t('{name} knows', name=operator)}." if operator else ""
    listed = t("Not visible yet: {places}.", places="; ".join(named))
    return (joined(" ", (listed, known)),)


def _site_of(params: Mapping[str, Any], t: Language) -> str:
    titles = params.get("source_title")
    known = titles if isinstance(titles, Mapping) else {}
    return site_of(known, str(params.get("source") or ""), t)


def _conflict(params: Mapping[str, Any], context: NoticeContext) -> Message:
    t = context.t
    return Message(
        lines(
            joined(" ", ("📵", bold(t("Another program takes this bot's messages")))),
            t("Presses may get lost to it; cards and reminders still come."),
            t("Either a second copy runs with the same token, or a webhook is set."),
            t("Stop the other one or delete the webhook; the rest mends itself."),
            see_doctor(t),
        )
    )


def _reloaded(params: Mapping[str, Any], context: NoticeContext) -> Message:
    t = context.t
    changes = [short(str(each), 120) for each in params.get("changes") or ()][:10]
    return Message(
        lines(
            joined(" ", ("🔧", bold(t("The config is read anew")))), *(f"• {c}" for c in changes)
        )
    )


def _refused_config(params: Mapping[str, Any], context: NoticeContext) -> Message:
    t = context.t
    problems = [short(str(each), 200) for each in params.get("problems") or ()][:10]
    return Message(
        lines(
            joined(" ", ("🔧", bold(t("The new config has mistakes: the old one stays")))),
            *(f"• {each}" for each in problems),
        )
    )


def _followed_file(params: Mapping[str, Any], context: NoticeContext) -> Message:
    """What a changed file did to open reviews (workflow.changed_file)."""
    t = context.t

    def count(name: str) -> int:
        return int(params.get(name) or 0)

    later, earlier, stopped = count("later"), count("earlier"), count("stopped")
    resumed, closed, back = count("resumed"), count("closed"), count("back")
    told = (
        later and t.plural("{n} due time comes later", "{n} due times come later", later),
        earlier and t.plural("{n} due time comes earlier", "{n} due times come earlier", earlier),
        stopped
        and t.plural(
            "{n} clock stands: its kind of review has no reply time",
            "{n} clocks stand: their kind of review has no reply time",
            stopped,
        ),
        resumed and t.plural("{n} clock runs again", "{n} clocks run again", resumed),
        closed
        and t.plural(
            "{n} review is closed: its place is no longer in the file",
            "{n} reviews are closed: their places are no longer in the file",
            closed,
        ),
        back
        and t.plural(
            "{n} review is back in work: its place is in the file again",
            "{n} reviews are back in work: their places are in the file again",
            back,
        ),
    )
    return Message(
        lines(
            joined(" ", ("🔧", bold(t("What the changed file does to open reviews")))),
            *(f"• {each}" for each in told if each),
        )
    )


def _person_unreachable(params: Mapping[str, Any], context: NoticeContext) -> Message:
    t = context.t
    name = person(str(params.get("name") or params.get("person") or ""))
    keys: Rows = ()
    if context.bot_name:
        keys = ((Button(t("✋ I'm here"), url=start_link(context.bot_name)),),)
    return Message(
        lines(
            joined(" ", ("📵", bold(t("I cannot write to {name}", name=name)))),
            t("{name}, please press the button and then “Start”.", name=name)
            if keys
            else t("This person must open a private chat with me and press “Start”."),
        ),
        keys,
    )


def _review_edited(params: Mapping[str, Any], context: NoticeContext) -> Message:
    t = context.t
    at = moment_of(params, "at")
    sentence = t("The review changed and got worse. Look again before you reply.")
    if params.get("worse") is False:
        sentence = t(
            "The review changed after the reply was approved. The reply is not posted: look again."
        )
    elif at is not None:
        when = t.at(at, context.zone, context.now or at)
        sentence = t(
            "The review changed {at} and got worse. Look again before you reply.", at=when
        )
    return Message(joined(" ", ("✏️", sentence)), ((Button(t("👀 Card"), ButtonName.OPEN),),))


def _flagged(params: Mapping[str, Any], context: NoticeContext) -> Message:
    t = context.t
    name = person(str(params.get("who") or ""))
    sentence = t("{name} says this is a complaint. The due time is on the card.", name=name)
    return Message(joined(" ", ("🔴", sentence)), ((Button(t("👀 Card"), ButtonName.OPEN),),))


def _publish_failed(params: Mapping[str, Any], context: NoticeContext) -> Message:
    t = context.t
    failure = short(str(params.get("failure") or params.get("reason") or ""), 300)
    known = failure not in ("", "unknown", "outcome_unknown", "publish_refused")
    unclear = failure in ("", "unknown", "outcome_unknown")
    title = t("The site did not take the reply")
    if unclear:
        title = t("Was the reply posted? Check by hand")
    return Message(
        lines(
            joined(" ", ("⚠️", bold(title))),
            t("“{failure}”", failure=failure) if known else "",
            t("The text and the keys are on the card."),
        ),
        ((Button(t("👀 Card"), ButtonName.OPEN), Button(t("📤 Posted"), ButtonName.POSTED)),),
    )


def _mailbox_refused(params: Mapping[str, Any], context: NoticeContext) -> Message:
    t = context.t
    title = t("The mailbox does not let me in: {host}", host=short(str(params.get("host")), 80))
    return Message(
        lines(
            joined(" ", ("📪", bold(title))),
            t("Reviews are still read at their intervals. Renew the password in its file."),
        )
    )


def _not_imported(params: Mapping[str, Any], context: NoticeContext) -> Message:
    t = context.t
    file = short(str(params.get("file") or ""), 80)
    is_taken = params.get("view") == "imported"
    title = (
        t("Saved page read in part: {file}", file=file)
        if is_taken
        else t("Saved page not read: {file}", file=file)
    )
    return Message(lines(joined(" ", ("📄", bold(title))), not_imported(params, t, context.zone)))


NOTICES: dict[str, Callable[[Mapping[str, Any], NoticeContext], Message]] = {
    NoticeCode.BLIND: blind_notice,
    NoticeCode.SIGHTED: sighted_notice,
    NoticeCode.FIRST_CONTACT: _first_contact,
    NoticeCode.UNCONFIRMED: unconfirmed_notice,
    NoticeCode.DEAD_CHAT: dead_chat_notice,
    NoticeCode.TOPIC_CLOSED: topic_closed_notice,
    NoticeCode.CANNOT_PIN: cannot_pin_notice,
    NoticeCode.TELEGRAM_PARKED: parked_notice,
    NoticeCode.TELEGRAM_CONFLICT: _conflict,
    NoticeCode.GUESTS_BOT: guests_bot_notice,
    NoticeCode.CONFIG_RELOADED: _reloaded,
    NoticeCode.CONFIG_REFUSED: _refused_config,
    NoticeCode.FILE_FOLLOWED: _followed_file,
    NoticeCode.PERSON_UNREACHABLE: _person_unreachable,
    NoticeCode.REVIEW_EDITED: _review_edited,
    NoticeCode.FLAGGED: _flagged,
    NoticeCode.PUBLISH_FAILED: _publish_failed,
    NoticeCode.IMPORT_REFUSED: _not_imported,
    NoticeCode.MAILBOX_REFUSED: _mailbox_refused,
    NoticeCode.JOINED: joined_notice,
    NoticeCode.STUCK: stuck_notice,
    NoticeCode.LONG_WAIT: long_wait_notice,
    NoticeCode.AWAY: away_notice,
    NoticeCode.RESTORED: restored_notice,
    NoticeCode.BACKUP_FAILED: backup_failed_notice,
    NoticeCode.CLOCK_SET_BACK: clock_set_back_notice,
    NoticeCode.TROUBLES: troubles_notice,
    NoticeCode.NOT_DELIVERED: not_delivered_notice,
    NoticeCode.SOURCE_CHANGED: source_changed_notice,
    NoticeCode.THANKS_REFUSED: thanks_refused_notice,
}
