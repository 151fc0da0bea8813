"""One complaint at a café, from found to seen on the site."""

from datetime import UTC, datetime, timedelta

from reviewbot.core.facts import CardFacts, DraftFacts
from reviewbot.core.model import Approval, Precision, Reason, TicketState, Tone

ZONE = "Europe/Moscow"
DAY = datetime(2026, 3, 3, tzinfo=UTC)
"""A Tuesday; hours below are the desk's, three ahead of UTC."""
PHONE = "+7 495 000-00-01".replace(" ", "\N{NO-BREAK SPACE}")


def at(hour: int, minute: int, *, days: int = 0) -> datetime:
    return DAY + timedelta(days=days, hours=hour - 3, minutes=minute)


def sample_facts(language: str) -> CardFacts:
    """One complaint at a café, found at 14:02."""
    russian = language == "ru"
    return CardFacts(
        number=1284,
        state=TicketState.WAITING,
        round=1,
        revision=1,
        source="yandex_maps",
        source_title={"ru": "Яндекс", "en": "Yandex"},
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
        published_at=at(13, 31),
        published_precision=Precision.SECOND,
        first_seen_at=at(14, 2),
        tone=Tone.NEGATIVE,
        topics=("staff", "waiting"),
        reasons=(
            Reason("stars", "1★", points=2.0),
            *_reasons(russian),
        ),
        review_url="https://yandex.ru/maps/",
        reply_url="https://yandex.ru/sprav/",
        approval=Approval.ANYONE,
        reply_deadline=at(15, 2),
        reply_goal=timedelta(hours=1),
        clock_start_at=at(14, 2),
        draft=DraftFacts(1, _draft(russian), topic="waiting", wording=3),
        at=at(14, 2),
    )


def _reasons(russian: bool) -> tuple[Reason, ...]:
    """What the product says of that text, in its order."""
    if russian:
        return (
            _reason("staff", "нахамила", 0.87),
            _reason("waiting", "ждали капучино сорок минут", 0.24),
        )
    return (_reason("waiting", "waited forty minutes", 0.73), _reason("staff", "rude", 0.33))


def _reason(topic: str, words: str, points: float) -> Reason:
    return Reason(topic, words, points=points, topic=topic)


def _draft(russian: bool) -> str:
    if russian:
        return (
            "Анна, здравствуйте! Спасибо, что написали. Жаль, что пришлось долго ждать."
            f" Подскажите, пожалуйста, день и время. Для связи с нами: {PHONE}."
        )
    return (
        "Hello Anna, thank you for writing. We are sorry for the long wait. Please"
        f" tell us the day and time. You can reach us here: {PHONE}."
    )
