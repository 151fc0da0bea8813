"""`reviewbot doctor`: what is wrong, since when, and what to do about it."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from reviewbot.cli.codes import cause_in_words, code_in_words
from reviewbot.cli.databases import opened
from reviewbot.cli.options import Config, DatabaseName
from reviewbot.cli.running_bot import is_running
from reviewbot.cli.terminal import fail, out, print_json
from reviewbot.cli.time_format import TimeFormat, time_format
from reviewbot.clock import WallClock
from reviewbot.config.link_advice import NOT_ANSWERED
from reviewbot.queries import diagnosis
from reviewbot.queries.diagnosis import BlindTarget, Diagnosis
from reviewbot.store.database import Database, open_to_others
from reviewbot.store.privacy import forgotten
from reviewbot.store.queues import deliveries, unsent
from reviewbot.words.language import Language
from reviewbot.words.operator_language import in_words
from reviewbot.words.operator_text import say
from reviewbot.workflow.readings.accepted_count import accept_count

REMEDIES = {
    "blocked": say(
        "Let it rest. Meanwhile: the official access, an export, or pages saved by hand."
    ),
    "rate_limited": say("It passes. If it repeats, lengthen `every` of this source."),
    "denied": say("Look at the credentials of this source and at their rights."),
    "target_gone": say("Open the link: the place may have moved or closed. Correct or remove it."),
    "unreachable": NOT_ANSWERED,
    "layout_changed": say(
        "The site changed its page: update reviewbot. The page is kept (--sample)."
    ),
    "own_fault": say(
        "reviewbot itself broke on this page: its log has the trace. Update it, or report the "
        "fault with that trace."
    ),
    "suspicious": say(
        "Open the page and compare. The next new review settles it, and where the count is what "
        "is odd, your word (--accept)."
    ),
    "unconfirmed": say("Open the link: is it the right place, and does it have reviews at all?"),
}

TELEGRAM = {
    "unreachable": say(
        "no connection. If it opens elsewhere, look at this machine's network or set "
        "[telegram] proxy."
    ),
    "refused": say("the token is not accepted. Ask @BotFather for the current one."),
    "no_token": say("the file names its token ([guests] token_file), and it is not there."),
    "conflict": say(
        "another process polls with the same token, or a webhook is set. Stop the other, or "
        "delete the webhook (deleteWebhook)."
    ),
    "store": say("what came could not be saved, so it was not acknowledged. Look at the disk."),
}


def doctor(
    config: Config = None,
    database: DatabaseName = None,
    sample: Annotated[
        str | None,
        typer.Option("--sample", help="Print the page kept for this target (location/source)."),
    ] = None,
    accept: Annotated[
        str | None,
        typer.Option("--accept", help="The site's count of reviews is right for this target."),
    ] = None,
    resend: Annotated[
        bool, typer.Option("--resend", help="Send again what was set aside.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Say what is wrong, since when and what to do. Exit code 1 where something is."""
    now = WallClock().now()
    with opened(config, database, for_reading=True) as db:
        clock = time_format(config, now)
        if sample is not None:
            kept = db.read_now(lambda rows: diagnosis.sample_of(rows, sample))
            if kept is None:
                fail(clock.t('No page is kept for "{target}".', target=sample))
            out.print(kept, markup=False)
            return
        if accept is not None:
            _accept(db, accept, clock)
            return
        if resend:
            _resend(db, clock)
            return
        found = db.read_now(lambda rows: diagnosis.examine(rows, now))
        running = is_running(db.url)
        wide = [] if json else open_to_others(db.url)
        lost = None if json else db.read_now(forgotten.lost)
    if json:
        print_json({**_plain(asdict(found)), "is_well": found.is_well, "running": running})
    else:
        _print(found, clock, running=running)
        for file in wide:
            said = clock.t("Others on this machine can read {file}.", file=file)
            out.print(f"! {said}\n  → chmod 600 {file}", markup=False)
        if lost is not None:
            said = clock.t("{path} is not as it was: forgotten guests may come back.", path=lost)
            remedy = clock.t("Put the file back, from this machine or the former.")
            out.print(f"! {said}\n  → {remedy}", markup=False)
    if not found.is_well:
        raise typer.Exit(1)


def _accept(db: Database, target: str, clock: TimeFormat) -> None:
    """Write down the operator's word; the next reading, due now, goes by it."""
    t = clock.t
    if not db.write_now(lambda rows: accept_count(rows, target, "operator", clock.now)):
        fail(t("The site's count of reviews is not what is odd about {target}.", target=target))
    sentence = t(
        "✓ {target}: the count that the site shows at the next reading is taken. That reading "
        "is due now.",
        target=target,
    )
    out.print(sentence, style="green", markup=False)


def _resend(db: Database, clock: TimeFormat) -> None:
    """Bring back what was set aside; a running bot sends it within its next turn."""
    now = clock.now
    count = db.write_now(lambda rows: unsent.resend(rows, now) + deliveries.resend(rows, now))
    if not count:
        out.print(clock.t("No message was set aside."), markup=False)
        return
    sentence = clock.t.plural(
        "✓ {n} message that was set aside is sent again.",
        "✓ {n} messages that were set aside are sent again.",
        count,
    )
    out.print(sentence, style="green", markup=False)


def _print(found: Diagnosis, clock: TimeFormat, *, running: bool | None) -> None:
    t = clock.t
    out.print(f"{clock.in_full(clock.now)}, {clock.zone}", style="dim", markup=False)
    if running is False:
        # Not an ailment by itself: people stop it to look at it.
        out.print(t("! The bot does not run. Start it: reviewbot run"), markup=False)
    elif running:
        _line(True, t("The bot runs."))
    _line(
        found.integrity == "ok",
        t("Database: {state}.", state=t("sound") if found.integrity == "ok" else found.integrity),
        t("Restore the last backup."),
    )
    seen = found.targets - len(found.blind) - found.never_read
    sight = t("In sight: {seen} of {all}", seen=seen, all=found.targets)
    rest = t("not read yet: {n}", n=found.never_read)
    line = f"{', '.join((sight, rest) if found.never_read else (sight,))}."
    if seen or found.blind:
        _line(not found.blind, line)
    else:
        # Nothing was read yet: neither well nor an ailment.
        out.print(f"! {line}", markup=False)
    if found.states:
        states = sorted(found.states.items(), key=lambda each: (-each[1], each[0]))
        out.print(
            f"  {', '.join(f'{count} {code_in_words(state, t)}' for state, count in states)}",
            markup=False,
        )
    for target in found.blind:
        _blind(target, clock)
    for key, blind_for in found.was_blind:
        sentence = t(
            "{target}: in sight, but not for {span} of the last 7 days",
            target=key,
            span=_span(blind_for, t),
        )
        out.print(f"  {sentence}", markup=False)
    for host, until in found.resting:
        sentence = t("{host} is left alone until {moment}.", host=host, moment=clock(until))
        out.print(f"  {sentence}", markup=False)
    _given_up(found, clock)
    for chat, reason in found.unpinned:
        said = t("The summary of {chat} is not pinned: {reason}", chat=chat, reason=reason)
        remedy = t("Give the bot the right to pin messages there, or pin it yourself.")
        out.print(f"! {said}\n  → {remedy}", markup=False)
    if found.telegram:
        _telegram("Telegram", found.telegram, found.telegram_since, clock)
    if found.guests_bot:
        whose = t("The guests' own bot")
        _telegram(whose, found.guests_bot, found.guests_bot_since, clock)
    _on_their_way(found, clock)


def _given_up(found: Diagnosis, clock: TimeFormat) -> None:
    t = clock.t
    _line(not found.parked, t("Messages and presses set aside: {n}.", n=len(found.parked)))
    if found.parked:
        out.print("  → reviewbot doctor --resend", markup=False)
    for row in found.parked:
        about = t(" about review {number}", number=row.ticket_id) if row.ticket_id else ""
        chat = t(" to {chat}", chat=row.chat) if row.chat else ""
        error = row.error or t("no reason")
        out.print(f"  {row.what}{chat}{about}, {clock(row.since)}: {error}", markup=False)
    _line(
        not found.dead_chats,
        t("Chats that cannot be written to: {n}.", n=len(found.dead_chats)),
        t("Add the bot again, or correct the number in the config."),
    )
    for dead in found.dead_chats:
        name = f"{dead.title} ({dead.chat_id})" if dead.title else str(dead.chat_id)
        since = t("since {moment}", moment=clock(dead.since))
        out.print(f"  {name}, {since}: {dead.reason}", markup=False)


def _on_their_way(found: Diagnosis, clock: TimeFormat) -> None:
    t = clock.t
    late = [row for row in found.work if row.is_overdue or row.error]
    _line(not late, t("Replies and saved pages on their way: {n}.", n=len(found.work)))
    for work in late:
        about = t(" about review {number}", number=work.ticket_id) if work.ticket_id else ""
        tries = t("tries: {n}", n=work.attempts)
        error = cause_in_words(work.error, t) if work.error else t("overdue")
        out.print(f"  {code_in_words(work.kind, t)}{about}, {tries}: {error}", markup=False)
    for row in found.given_up:
        about = t(" about review {number}", number=row.ticket_id) if row.ticket_id else ""
        given_up = t("given up {moment}", moment=clock(row.since))
        error = cause_in_words(row.error, t)
        out.print(f"✗ {code_in_words(row.what, t)}{about}, {given_up}: {error}", markup=False)
    if found.waiting and found.oldest is not None:
        sentence = t(
            "Messages that wait: {n}, the oldest since {moment}.",
            n=found.waiting,
            moment=clock(found.oldest),
        )
        out.print(sentence, markup=False)


def _blind(target: BlindTarget, clock: TimeFormat) -> None:
    t = clock.t
    since = t("since {moment}", moment=clock(target.since)) if target.since else ""
    health = code_in_words(target.health, t)
    head = f"  {target.key} ({target.host}): {health} {since}".rstrip()
    out.print(head, markup=False)
    cause = cause_in_words(target.cause, t) if target.cause else t("no cause was noted")
    out.print(f"    {cause}", markup=False)
    sentence = [
        t("failed in a row: {n}", n=target.attempts) if target.attempts else t("its host rests"),
        t("out of sight for {span} of the last 7 days", span=_span(target.blind_for, t)),
    ]
    if target.last_reading_at:
        sentence.append(t("last seen {moment}", moment=clock(target.last_reading_at)))
    if target.next_poll_at:
        is_due = target.next_poll_at <= clock.now
        moment = clock(target.next_poll_at)
        sentence.append(t("next try now") if is_due else t("next try {moment}", moment=moment))
    out.print(f"    {', '.join(sentence)}", style="dim", markup=False)
    if remedy := REMEDIES.get(target.health):
        out.print(f"    → {in_words(remedy, t.language)}", markup=False)
    if target.is_count_doubted:
        out.print(f"    → reviewbot doctor --accept {target.key}", markup=False)
    if target.has_sample:
        out.print(f"    → reviewbot doctor --sample {target.key}", markup=False)


def _telegram(whose: str, state: str, since: datetime | None, clock: TimeFormat) -> None:
    t = clock.t
    said = t("since {moment}", moment=clock(since)) if since else ""
    sentence = in_words(TELEGRAM.get(state, state), t.language)
    head = f"{whose} {said}".rstrip()
    _line(good=False, sentence=f"{head}: {sentence}")


def _line(good: bool, sentence: str, remedy: str = "") -> None:
    out.print(
        f"{'✓' if good else '✗'} {sentence}" + (f" {remedy}" if remedy and not good else ""),
        style="green" if good else "red",
        markup=False,
    )


def _span(span: timedelta, t: Language) -> str:
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 120:
        return t("{n} min", n=minutes)
    hours = minutes // 60
    return t("{n} h", n=hours) if hours < 48 else t.plural("{n} day", "{n} days", hours // 24)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, timedelta):
        return round(value.total_seconds() / 60)  # minutes
    return value.isoformat() if isinstance(value, datetime) else value
