"""`reviewbot doctor`: what is wrong, since when, and what to do about it."""

from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reviewbot.cli.beside import is_running
from reviewbot.cli.door import app, fail, out, print_json
from reviewbot.cli.migrate import opened
from reviewbot.cli.zoned import Zoned, zoned

if TYPE_CHECKING:
    from reviewbot.store.database import Database
    from reviewbot.store.diagnosis import BlindTarget, Diagnosis

Config = Annotated[Path | None, typer.Option("--config", "-c", help="The file.")]

REMEDIES = {
    "blocked": "Let it rest. Meanwhile: the official access, an export, or pages saved by hand.",
    "rate_limited": "It passes. If it repeats, lengthen `every` of this source.",
    "denied": "Look at the credentials of this source and at their rights.",
    "target_gone": "Open the link: the place may have moved or closed. Correct or remove it.",
    "unreachable": "If the site opens in a browser, look at this machine's network and DNS.",
    "layout_changed": "The site changed its page: update reviewbot. The page is kept (--sample).",
    "suspicious": "Open the page and compare. The next new review settles it, and where the "
    "count is what is odd, your word (--accept).",
    "unconfirmed": "Open the link: is it the right place, and does it have reviews at all?",
}

TELEGRAM = {
    "unreachable": "no connection. If it opens elsewhere, look at this machine's network or set "
    "[telegram] proxy.",
    "refused": "the token is not accepted. Ask @BotFather for the current one.",
    "conflict": "another process polls with the same token, or a webhook is set. Stop the other, "
    "or delete the webhook (deleteWebhook).",
    "store": "what came could not be saved, so it was not acknowledged. Look at the disk.",
}


@app.command()
def doctor(
    config: Config = None,
    database: Annotated[
        str | None,
        typer.Option("--database", help="A file or URL in place of the configured."),
    ] = None,
    sample: Annotated[
        str | None,
        typer.Option("--sample", help="Print the page kept for this target (location/source)."),
    ] = None,
    accept: Annotated[
        str | None,
        typer.Option("--accept", help="The site's count of reviews is right for this target."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Say what is wrong, since when and what to do. Exit code 1 where something is."""
    from reviewbot.clock import WallClock
    from reviewbot.store import diagnosis

    now = WallClock().now()
    with opened(config, database, for_reading=True) as db:
        if sample is not None:
            kept = db.read_now(lambda rows: diagnosis.sample_of(rows, sample))
            if kept is None:
                fail(f"No page is kept for {sample!r}.")
            out.print(kept, markup=False)
            return
        if accept is not None:
            _accept(db, accept, now)
            return
        found = db.read_now(lambda rows: diagnosis.examine(rows, now))
        running = is_running(db.url)
    if json:
        print_json({**_plain(asdict(found)), "is_well": found.is_well, "running": running})
    else:
        _print(found, zoned(config, now), running=running)
    if not found.is_well:
        raise typer.Exit(1)


def _accept(db: "Database", target: str, now: datetime) -> None:
    """Write down the operator's word; the next reading, due now, goes by it."""
    from reviewbot.store import targets

    if not db.write_now(lambda rows: targets.accept_count(rows, target, "operator", now)):
        fail(f"The site's count of reviews is not what is odd about {target!r}.")
    out.print(
        f"✓ {target}: the count that the site shows at the next reading is taken. "
        "That reading is due now.",
        style="green",
        markup=False,
    )


def _print(found: "Diagnosis", clock: Zoned, *, running: bool | None) -> None:
    out.print(f"{clock.in_full(clock.now)}, {clock.zone}", style="dim", markup=False)
    if running is False:
        # Not an ailment by itself: people stop it to look at it.
        out.print("! The bot does not run. Start it: reviewbot run")
    elif running:
        _line(True, "The bot runs.")
    _line(found.integrity == "ok", f"Database: {found.integrity}.", "Restore the last backup.")
    seen = found.targets - len(found.blind) - found.never_read
    rest = f", {found.never_read} not read yet" if found.never_read else ""
    _line(not found.blind, f"In sight: {seen} of {found.targets} targets{rest}.")
    if found.states:
        states = sorted(found.states.items(), key=lambda each: (-each[1], each[0]))
        out.print(f"  {', '.join(f'{count} {state}' for state, count in states)}", markup=False)
    for target in found.blind:
        _blind(target, clock)
    for key, blind_for in found.was_blind:
        out.print(f"  {key}: in sight, but not for {_span(blind_for)} of the last 7 days")
    for host, until in found.resting:
        out.print(f"  {host} is left alone until {clock(until)}.", markup=False)
    _line(not found.parked, f"Set aside: {len(found.parked)} messages and presses.")
    for row in found.parked:
        about = f" about review {row.ticket_id}" if row.ticket_id else ""
        chat = f" to {row.chat}" if row.chat else ""
        out.print(
            f"  {row.what}{chat}{about}, {clock(row.since)}: {row.error or 'no reason'}",
            markup=False,
        )
    _line(
        not found.dead_chats,
        f"Chats that cannot be written to: {len(found.dead_chats)}.",
        "Add the bot again, or correct the number in the config.",
    )
    for dead in found.dead_chats:
        name = f"{dead.title} ({dead.chat_id})" if dead.title else str(dead.chat_id)
        out.print(f"  {name}, since {clock(dead.since)}: {dead.reason}", markup=False)
    if found.telegram:
        _telegram(found, clock)
    late = [row for row in found.work if row.is_overdue or row.error]
    _line(not late, f"Replies on their way: {len(found.work)}.")
    for work in late:
        out.print(
            f"  {work.kind} of review {work.ticket_id}, {work.attempts} tries: "
            f"{work.error or 'overdue'}",
            markup=False,
        )
    if found.waiting and found.oldest is not None:
        out.print(
            f"Messages that wait: {found.waiting}, the oldest since {clock(found.oldest)}.",
            markup=False,
        )


def _blind(target: "BlindTarget", clock: Zoned) -> None:
    since = f" since {clock(target.since)}" if target.since else ""
    out.print(f"  {target.key} ({target.host}): {target.health}{since}", markup=False)
    out.print(f"    {target.cause or 'no cause was noted'}", markup=False)
    told = [f"{target.attempts} in a row failed"] if target.attempts else ["its host rests"]
    told.append(f"out of sight for {_span(target.blind_for)} of the last 7 days")
    if target.last_reading_at:
        told.append(f"last seen {clock(target.last_reading_at)}")
    if target.next_poll_at:
        is_due = target.next_poll_at <= clock.now
        told.append("next try now" if is_due else f"next try {clock(target.next_poll_at)}")
    out.print(f"    {', '.join(told)}", style="dim", markup=False)
    if remedy := REMEDIES.get(target.health):
        out.print(f"    → {remedy}", markup=False)
    if target.is_count_doubted:
        out.print(f"    → reviewbot doctor --accept {target.key}", markup=False)
    if target.has_sample:
        out.print(f"    → reviewbot doctor --sample {target.key}", markup=False)


def _telegram(found: "Diagnosis", clock: Zoned) -> None:
    since = f" since {clock(found.telegram_since)}" if found.telegram_since else ""
    told = TELEGRAM.get(found.telegram, found.telegram)
    _line(good=False, sentence=f"Telegram{since}: {told}")


def _line(good: bool, sentence: str, remedy: str = "") -> None:
    out.print(
        f"{'✓' if good else '✗'} {sentence}" + (f" {remedy}" if remedy and not good else ""),
        style="green" if good else "red",
        markup=False,
    )


def _span(span: timedelta) -> str:
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 120:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, timedelta):
        return round(value.total_seconds() / 60)  # minutes
    return value.isoformat() if isinstance(value, datetime) else value
