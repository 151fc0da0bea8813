"""Why a round of a ticket runs as it does: what its times come from, the arithmetic of its
deadlines, where it was announced. One column holds it as JSON; nobody else knows the keys."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo

from reviewbot.core.calendar.deadlines import Deadline, Fact
from reviewbot.core.settings import Pause, Span

Counts = Literal["work", "clock"]


@dataclass(frozen=True, slots=True)
class DeadlineReason:
    """A deadline's arithmetic, with its span so that it can be counted anew; `why` are the facts
    of `Deadline.why`."""

    span: Span
    rule: str
    why: tuple[Fact, ...]

    @classmethod
    def of(cls, due: Deadline) -> Self:
        return cls(due.span, due.rule, due.why)

    @classmethod
    def read(cls, kept: Mapping[str, Any], beside: str = "") -> Self:
        """Return what is kept; `beside`: the rule that stands beside it, where it has none."""
        span, rule = _span(kept), str(kept.get("rule", beside))
        known: dict[str, str | int] = {"span": str(kept.get("span", span)), "rule": rule}
        facts = tuple(
            (code, params | (known if code == "due" else {}))
            for code, params in _facts(kept.get("why", ()))
        )
        return cls(span, rule, facts)

    @property
    def start(self) -> datetime | None:
        """When its clock started: the round's start, or the edit that made it sharper."""
        at = self._fact("started").get("at")
        return datetime.fromisoformat(str(at)) if at else None

    def pause(self, zone: str) -> Pause | None:
        """Return the pause it was counted with, in whole days of `zone`."""
        told = self._fact("paused")
        if not told:
            return None
        ends_on = _day(told["to"], zone) - timedelta(days=1)
        return Pause(_day(told["from"], zone), ends_on, str(told.get("reason") or ""))

    def _fact(self, name: str) -> Mapping[str, str | int]:
        return next((params for code, params in self.why if code == name), {})

    def as_json(self, beside: str = "") -> dict[str, Any]:
        """Return what `read` reads, in few bytes: each round keeps it. Versions before wrote more
        of the same."""
        minutes = self.span.length.total_seconds() / 60
        kept: dict[str, Any] = {} if self.rule == beside else {"rule": self.rule}
        if minutes:
            kept["minutes"] = int(minutes) if minutes.is_integer() else minutes
        if self.span.days:
            kept["days"] = self.span.days
        if self.span.counts != "work":
            kept["counts"] = self.span.counts
        return kept | {"why": _short(self.why)}


@dataclass(frozen=True, slots=True)
class RoundReasons:
    """`cls` and `rule`: what the review was given its times as, and by which entry; `route` and
    `chats`: where the round was announced, the card's own chat first; `mark_stands`: it ended by
    staff's mark, since the site shows no replies to look for; `stopped`: the file gives its class
    no time any more, so its clocks stand."""

    cls: str = ""
    rule: str = ""
    reply: DeadlineReason | None = None
    seen: DeadlineReason | None = None
    route: str = ""
    chats: tuple[str, ...] = ()
    mark_stands: bool = False
    stopped: bool = False

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Self:
        """Return what a round's column holds; what is missing there is not known."""
        reply, seen, rule = kept.get("reply"), kept.get("seen"), str(kept.get("rule") or "")
        return cls(
            cls=str(kept.get("class") or ""),
            rule=rule,
            reply=DeadlineReason.read(reply, rule) if reply else None,
            seen=DeadlineReason.read(seen, rule) if seen else None,
            route=str(kept.get("route") or ""),
            chats=tuple(kept.get("chats") or ()),
            mark_stands=bool(kept.get("mark_stands")),
            stopped=bool(kept.get("stopped")),
        )

    def as_json(self) -> dict[str, Any]:
        """Return the column; what is not known is left out."""
        kept: dict[str, Any] = {"class": self.cls, "rule": self.rule}
        if self.reply is not None:
            kept["reply"] = self.reply.as_json(self.rule)
        if self.seen is not None:
            kept["seen"] = self.seen.as_json(self.rule)
        if self.chats:
            kept |= {"route": self.route, "chats": list(self.chats)}
        if self.mark_stands:
            kept["mark_stands"] = True
        if self.stopped:
            kept["stopped"] = True
        return {key: value for key, value in kept.items() if value != ""}

    @staticmethod
    def announced(kept: Mapping[str, Any], route: str, chats: Sequence[str]) -> dict[str, Any]:
        """Return a round's column with where it was announced."""
        return {**kept, "route": route, "chats": list(chats)}

    @property
    def reply_counts(self) -> Counts:
        """Whether the reply time counts the desk's hours (as without one) or the clock's."""
        return counts_of(self.reply.span if self.reply else None)

    @property
    def seen_counts(self) -> Counts:
        return counts_of(self.seen.span if self.seen else None)


MARK_STANDS = "mark_stands"
REPLY_SPAN = (("reply", "span"), ("reply", "minutes"), ("reply", "days"), ("reply", "counts"))
"""Where the column holds these, for the database to take out: of thousands of rounds that is much
less than all of it. `reply_span` reads the four, a JSON list."""


@lru_cache(4096)
def reply_span(kept: str) -> Span | None:
    """Return the reply time of a round; None: it had none."""
    span, minutes, days, counts = json.loads(kept)
    if span is None and minutes is None and days is None:
        return None
    return Span(timedelta(minutes=minutes or 0), days or 0, counts_told(counts))


def counts_told(counts: str | None) -> Counts:
    return "clock" if counts == "clock" else "work"


_PARAMETERS = {
    "outside_hours": ("at", "opens"),
    "days": ("days", "to"),
    "interval": ("from", "to", "minutes"),
    "clock": ("from", "to", "minutes"),
    "paused": ("from", "to", "reason"),
}


def _short(why: Sequence[Fact]) -> list[Any]:
    """Return facts in few bytes: first when the clock started, in seconds since 1970, last when it
    is due, between them a code and its parameters; instants are seconds after the start."""
    started = why[0][1].get("at") if why and why[0][0] == "started" else None
    if started is None:
        return [[code, params] for code, params in why]
    start = datetime.fromisoformat(str(started))
    short: list[Any] = [_plain(start.timestamp())]
    for code, params in why[1:]:
        given = {
            name: _plain((datetime.fromisoformat(str(value)) - start).total_seconds())
            if name in _INSTANTS
            else value
            for name, value in params.items()
        }
        if code == "due":
            short.append(given["at"])
        else:
            short.append([code, *(given[name] for name in _PARAMETERS[code])])
    return short


def _facts(kept: Sequence[Any]) -> Iterator[tuple[str, dict[str, str | int]]]:
    """The other way round. Versions before wrote parameters by name."""
    start = datetime.fromtimestamp(0, UTC)
    for place, fact in enumerate(kept):
        if not isinstance(fact, list | tuple):
            start = start if place else datetime.fromtimestamp(fact, UTC)
            moment = start + timedelta(seconds=fact) if place else start
            yield "due" if place else "started", {"at": moment.isoformat()}
            continue
        code, *given = fact
        if given and isinstance(given[0], Mapping):
            yield code, _told(given[0])
            continue
        yield (
            code,
            {
                name: (start + timedelta(seconds=value)).isoformat()
                if name in _INSTANTS
                else value
                for name, value in zip(_PARAMETERS[code], given, strict=True)
            },
        )


def _told(params: Mapping[str, str | int]) -> dict[str, str | int]:
    return {
        name: datetime.fromtimestamp(value, UTC).isoformat()
        if name in _INSTANTS and isinstance(value, int)
        else value
        for name, value in params.items()
    }


def _plain(seconds: float) -> float:
    return int(seconds) if seconds.is_integer() else seconds


_INSTANTS = frozenset(("at", "from", "to", "opens"))


def _day(at: str | int, zone: str) -> date:
    return datetime.fromisoformat(str(at)).astimezone(ZoneInfo(zone)).date()


def counts_of(span: Span | None) -> Counts:
    """Return which hours a time counts: the desk's, also where none was given, or the clock's."""
    return "work" if span is None else span.counts


def _span(kept: Mapping[str, Any]) -> Span:
    minutes, days = kept.get("minutes", 0), kept.get("days", 0)
    return Span(timedelta(minutes=minutes), days, kept.get("counts", "work"))
