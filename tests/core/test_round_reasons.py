"""Why a round runs as it does, kept as JSON: what an older version wrote is read and kept."""

import json
from datetime import UTC, datetime, timedelta

from reviewbot.core.calendar.round_reasons import DeadlineReason, RoundReasons
from reviewbot.core.settings import Span

KEPT = {
    "class": "critical",
    "rule": "critical",
    "reply": {
        "span": "1h work",
        "minutes": 60.0,
        "days": 0,
        "counts": "work",
        "rule": "critical",
        "why": [
            ["started", {"at": "2026-03-02T08:00:00+00:00"}],
            ["due", {"at": "2026-03-02T09:00:00+00:00", "span": "1h work", "rule": "critical"}],
        ],
    },
    "seen": {
        "span": "15m clock",
        "minutes": 15.0,
        "days": 0,
        "counts": "clock",
        "rule": "critical",
        "why": [],
    },
    "route": "critical reviews",
    "chats": ["managers", "support"],
    "mark_stands": True,
}


def test_what_version_0_1_0_wrote_is_read_and_written_shorter() -> None:
    reasons = RoundReasons.read(KEPT)
    short = reasons.as_json()
    assert RoundReasons.read(short) == reasons
    assert len(json.dumps(short)) < len(json.dumps(KEPT)) * 0.6
    # A rule is told once, and a span by its figures.
    assert json.dumps(short).count("critical") == 3
    assert "work" not in json.dumps(short)
    assert short.keys() == KEPT.keys()
    assert reasons.reply is not None
    assert reasons.reply.span == Span(timedelta(hours=1))
    assert reasons.reply.start == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert reasons.reply.why[-1] == (
        "due",
        {"at": "2026-03-02T09:00:00+00:00", "span": "1h work", "rule": "critical"},
    )
    assert (reasons.reply_counts, reasons.seen_counts) == ("work", "clock")
    assert reasons.chats == ("managers", "support")


def test_an_instant_between_two_seconds_is_kept_as_it_is() -> None:
    started = ("started", {"at": "2026-03-02T08:00:00.250000+00:00"})
    reasons = RoundReasons(
        "negative", "all", DeadlineReason(Span(days=2, counts="clock"), "all", (started,))
    )
    assert RoundReasons.read(reasons.as_json()) == reasons


def test_a_round_that_nothing_is_known_of_has_no_reasons() -> None:
    assert RoundReasons.read({}) == RoundReasons()
    assert RoundReasons().as_json() == {}
    assert RoundReasons.read({"class": "negative", "rule": "all"}).as_json() == {
        "class": "negative",
        "rule": "all",
    }
