"""The facts of the sample messages: one complaint at a café, seen by its staff."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from reviewbot.core.facts import BlindFacts, CardFacts, DraftFacts
from reviewbot.core.model import (
    Approval,
    Health,
    Precision,
    Reason,
    TicketState,
    Tone,
)

ZONE = "Europe/Moscow"
SITES = {"ru": "Яндекс", "en": "Yandex"}


def moscow(hour: int, minute: int = 0, *, day: int = 3, month: int = 3) -> datetime:
    """An instant of 2026 by the desk's clock (UTC+3)."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=3)


def complaint(language: str = "ru", **changes: Any) -> CardFacts:
    """The alert of the samples, in the words of one language."""
    russian = language == "ru"
    facts = CardFacts(
        number=1284,
        state=TicketState.WAITING,
        round=1,
        revision=1,
        source="yandex_maps",
        source_title=SITES,
        location="tverskaya",
        location_name="Точка, Тверская 12" if russian else "Tochka, Tverskaya 12",
        location_short="Тверская 12" if russian else "Tverskaya 12",
        zone=ZONE,
        author="Анна К." if russian else "Anna K.",
        rating=1,
        title=None,
        text="Ждали капучино сорок минут, бариста нахамила. Больше не придём."
        if russian
        else "Waited forty minutes for a cappuccino, the barista was rude. Not coming back.",
        photos=2,
        published_at=moscow(13, 31),
        published_precision=Precision.SECOND,
        first_seen_at=moscow(14, 2),
        tone=Tone.NEGATIVE,
        topics=("waiting", "staff"),
        reasons=(
            Reason("stars", "1★", points=5.0),
            Reason(
                "waiting.long",
                "ждали … минут" if russian else "waited … minutes",
                "",
                2.5,
                "waiting",
            ),
            Reason("staff.rude", "нахамила" if russian else "rude", "", 2.0, "staff"),
        ),
        review_url="https://yandex.example/reviews/1",
        reply_url="https://yandex.example/cabinet",
        approval=Approval.ANYONE,
        reply_deadline=moscow(15, 2),
        reply_goal=timedelta(hours=1),
        clock_start_at=moscow(14, 2),
        draft=DraftFacts(
            7,
            "Анна, здравствуйте! Спасибо, что написали…"
            if russian
            else "Hello Anna, thank you for writing…",
            topic="waiting",
            wording=3,
        ),
        at=moscow(14, 2),
    )
    return replace(facts, **changes)


def approved(language: str = "ru", **changes: Any) -> CardFacts:
    """The same, approved by the manager at 14:20, to be posted by hand."""
    russian = language == "ru"
    return complaint(
        language,
        **{
            "state": TicketState.APPROVED,
            "approved_by": "Марина" if russian else "Marina",
            "approved_at": moscow(14, 20),
            "approved_text": "Анна, здравствуйте! Спасибо."
            if russian
            else "Hello Anna, thank you.",
            "at": moscow(14, 20),
            **changes,
        },
    )


def answered(language: str = "ru", **changes: Any) -> CardFacts:
    """The same, marked at 14:26 and seen on the site at 15:10."""
    russian = language == "ru"
    return approved(
        language,
        **{
            "state": TicketState.ANSWERED,
            "posted_by": "Иван" if russian else "Ivan",
            "posted_at": moscow(14, 26),
            "marked_at": moscow(14, 26),
            "answered_after": moscow(14, 2),
            "answered_by": moscow(15, 10),
            "reply_text": "Анна, здравствуйте! Спасибо." if russian else "Hello Anna, thank you.",
            "at": moscow(15, 10),
            **changes,
        },
    )


def blind(language: str = "ru", **changes: Any) -> BlindFacts:
    """A site out of sight since Tuesday morning."""
    facts = BlindFacts(
        host="yandex.ru",
        source="yandex_maps",
        source_title=SITES,
        health=Health.BLOCKED,
        since=moscow(9, 40),
        zone=ZONE,
        locations=40,
        all_locations=True,
        open_tickets=6,
        next_try_at=moscow(15, 40, day=4),
        operator="Олег" if language == "ru" else "Oleg",
        cabinet_url="https://yandex.example/cabinet",
    )
    return replace(facts, **changes)
