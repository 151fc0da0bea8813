"""Reminders: the ladder of each class, as the file has it or as a file without one gets it."""

from collections.abc import Iterable
from typing import Literal

from reviewbot.config import durations
from reviewbot.config.context import ResolveContext
from reviewbot.config.durations import Mistake
from reviewbot.config.schema import LadderTable
from reviewbot.core.settings import (
    Ladders,
    ReplyTimeEntry,
    Span,
    Step,
    StepTo,
)
from reviewbot.words.operator_text import say

Counts = Literal["work", "clock"]


def ladders(
    context: ResolveContext, times: tuple[ReplyTimeEntry, ...], someone_on_duty: bool
) -> Ladders:
    """Return the reminders by class; a class the file does not name has the default ladder."""
    reply: dict[str, tuple[Step, ...]] = {}
    seen: dict[str, tuple[Step, ...]] = {}
    for cls, default in default_ladders(context.chats, someone_on_duty).items():
        written: LadderTable | None = getattr(context.file.reminders, cls)
        ladder = written or default
        own = times[-1].classes[cls]
        path = f"reminders.{cls}"
        for duty, steps, out in (("seen", ladder.seen, seen), ("reply", ladder.reply, reply)):
            if steps is None:
                steps = getattr(default, duty)
            if steps is None:
                continue
            at = f"{path}.{duty}" if written and written.seen is not None else path
            span: Span | None = getattr(own, duty)
            out[cls] = _ladder(at, steps, span.counts if span else "clock", duty, context)
        asleep = [
            step.name
            for step in (*seen.get(cls, ()), *reply.get(cls, ()))
            if step.to in (StepTo.ON_DUTY, StepTo.NEXT_ON_DUTY)
        ]
        if asleep and not someone_on_duty:
            context.problems.warn(
                path,
                say('"{value}" reaches nobody: desk.on_duty names nobody.', value=asleep[0]),
                say("Name people."),
            )
        if seen.get(cls) and not any(
            entry.classes[cls].seen for entry in times if cls in entry.classes
        ):
            context.problems.warn(
                f"{path}.seen", say("never fires: reply_time gives no `seen` time for this class.")
            )
    return Ladders(reply=reply, seen=seen)


def default_ladders(chats: Iterable[str], someone_on_duty: bool) -> dict[str, LadderTable]:
    """Return the reminders of a file that says none: to those of its chats that exist."""
    managers = "managers" if "managers" in chats else "chat"
    gentle = LadderTable(reply=[f"100% {managers}"])
    first = ["0m on_duty", "10m next_on_duty"] if someone_on_duty else ["10m chat"]
    return {
        "critical": LadderTable(
            seen=[*first, f"15m {managers}"],
            reply=["80% holder", f"100% {managers}", f"daily {managers}"],
        ),
        "negative": LadderTable(
            reply=["50% chat", "80% holder", f"100% {managers}", f"daily {managers}"]
        ),
        "mixed": LadderTable(reply=["75% chat", f"100% {managers}"]),
        "neutral": gentle,
        "positive": gentle,
        "wordless": gentle,
    }


def _ladder(
    path: str, written: list[str], counts: Counts, duty: str, context: ResolveContext
) -> tuple[Step, ...]:
    steps: list[Step] = []
    for number, text in enumerate(written, start=1):
        step = context.problems.read(f"{path}[{number}]", _step, text, counts, duty)
        if step is None:
            continue
        if any(step.name == earlier.name for earlier in steps):
            context.problems.add(
                f"{path}[{number}]", say('"{step}" stands here twice.', step=step.name)
            )
            continue
        to = [*StepTo, *context.chats, *context.people]
        if context.problems.known(f"{path}[{number}]", "chat or person", step.to, to):
            steps.append(step)
    return tuple(steps)


def _step(text: str, counts: Counts, duty: str) -> Step:
    """Read a step: "80% holder", "+4h sergey", "daily managers"; of `seen`: "10m chat"."""
    at, _, to = text.strip().partition(" ")
    to = to.strip()
    form = (
        say('Write when and to whom: "10m next_on_duty", "daily managers".')
        if duty == "seen"
        else say(
            'Write when and to whom: "80% holder", "100% managers", "+4h ivan", "daily managers".'
        )
    )
    if not to or " " in to:
        raise Mistake(say('"{text}" is not a reminder.', text=text), form)
    name = f"{at} {to}"
    if at == "daily":
        return Step(name, to, daily=True)
    if at.endswith("%"):
        number = at.removesuffix("%")
        if not number.isdecimal() or not 1 <= int(number) <= 100:
            raise Mistake(
                say('"{at}" is not a share of the reply time.', at=at), say("From 1% to 100%.")
            )
        return Step(name, to, percent=int(number))
    if duty == "reply" and not at.startswith("+"):
        raise Mistake(
            say('"{text}" is not a reminder.', text=text),
            say('After the deadline it is "+{at}". {form}', at=at, form=form),
        )
    try:
        return Step(name, to, after=durations.after(at.removeprefix("+"), counts))
    except Mistake:
        raise Mistake(say('"{text}" is not a reminder.', text=text), form) from None
