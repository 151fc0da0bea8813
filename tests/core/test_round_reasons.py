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


START = "2026-03-02T08:00:00.250001+00:00"
ARITHMETIC = (
    ("started", {"at": START}),
    (
        "paused",
        {"from": "2026-03-01T21:00:00+00:00", "to": "2026-03-03T21:00:00+00:00", "reason": ""},
    ),
    ("outside_hours", {"at": START, "opens": "2026-03-04T06:00:00+00:00"}),
    ("days", {"days": 2, "to": "2026-03-06T06:00:00+00:00"}),
    (
        "interval",
        {"from": "2026-03-06T06:00:00+00:00", "to": "2026-03-06T07:00:00+00:00", "minutes": 60},
    ),
    ("clock", {"from": START, "to": "2026-03-06T07:00:00+00:00", "minutes": 60}),
    ("due", {"at": "2026-03-06T07:00:00+00:00", "span": "2d 1h work", "rule": "all"}),
)


def test_an_arithmetic_is_kept_to_the_microsecond_by_times_after_its_start() -> None:
    span = Span(timedelta(hours=1), days=2)
    reasons = RoundReasons("negative", "all", DeadlineReason(span, "all", ARITHMETIC))
    kept = json.loads(json.dumps(reasons.as_json()))
    assert RoundReasons.read(kept) == reasons
    assert "2026" not in json.dumps(kept)
    whole = DeadlineReason(
        Span(timedelta(hours=1)),
        "all",
        (
            ("started", {"at": "2026-03-02T10:00:00+00:00"}),
            (
                "interval",
                {
                    "from": "2026-03-02T10:00:00+00:00",
                    "to": "2026-03-02T11:00:00+00:00",
                    "minutes": 60,
                },
            ),
            ("due", {"at": "2026-03-02T11:00:00+00:00", "span": "1h work", "rule": "all"}),
        ),
    )
    assert whole.as_json("all") == {
        "minutes": 60,
        "why": [1772445600, ["interval", 0, 3600, 60], 3600],
    }


def test_what_later_versions_wrote_by_name_is_read() -> None:
    kept = {
        "class": "negative",
        "rule": "all",
        "reply": {
            "minutes": 60,
            "why": [
                ["started", {"at": 1772445600}],
                ["interval", {"from": 1772445600, "to": 1772449200, "minutes": 60}],
                ["due", {"at": 1772449200}],
            ],
        },
    }
    reasons = RoundReasons.read(kept)
    assert RoundReasons.read(reasons.as_json()) == reasons
    assert reasons.reply is not None
    assert reasons.reply.why[1][1]["to"] == "2026-03-02T11:00:00+00:00"


def test_a_round_that_nothing_is_known_of_has_no_reasons() -> None:
    assert RoundReasons.read({}) == RoundReasons()
    assert RoundReasons().as_json() == {}
    assert RoundReasons.read({"class": "negative", "rule": "all"}).as_json() == {
        "class": "negative",
        "rule": "all",
    }
