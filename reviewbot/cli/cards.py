"""`reviewbot cards`: what staff will see, drawn without a token, a chat or a database."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from reviewbot.cli.options import StaffLanguage
from reviewbot.cli.picture import draw
from reviewbot.cli.terminal import out
from reviewbot.core.facts import Addressee, CardFacts, DraftFacts, HandoffFacts, ReminderFacts
from reviewbot.core.handoffs import HandoffKind
from reviewbot.core.model import (
    LANGUAGES,
    Approval,
    Precision,
    Reason,
    ReminderKind,
    TicketState,
    Tone,
)
from reviewbot.words.cards.card import card
from reviewbot.words.cards.handoffs import handoff
from reviewbot.words.cards.reminders import reminder
from reviewbot.words.digest import digest
from reviewbot.words.html import Message, visible
from reviewbot.words.operator_text import language_of
from reviewbot.words.prompts import draft_saved
from reviewbot.words.trends.pictures import Chart
from reviewbot.words.trends.pictures import picture as chart_of
from reviewbot.words.trends.samples import sample_figures
from reviewbot.words.trends.stats import stats

ZONE = "Europe/Moscow"
DAY = datetime(2026, 3, 3, tzinfo=UTC)
"""A Tuesday; hours below are the desk's, three ahead of UTC."""
PHONE = "+7 495 000-00-01".replace(" ", "\N{NO-BREAK SPACE}")


class Sample(StrEnum):
    ALERT = "alert"
    APPROVED = "approved"
    SEEN = "seen"
    ESCALATION = "escalation"
    HANDOFF_APPROVE = "handoff_approve"
    HANDOFF_POST = "handoff_post"
    HANDOFF_RECEIVE = "handoff_receive"
    HANDOFF_REWORK = "handoff_rework"
    HANDOFF_LOST = "handoff_lost"
    HANDOFFS = "handoffs"
    SAVED = "saved"
    STATS = "stats"
    DIGEST = "digest"


def _at(hour: int, minute: int, *, days: int = 0) -> datetime:
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
        published_at=_at(13, 31),
        published_precision=Precision.SECOND,
        first_seen_at=_at(14, 2),
        tone=Tone.NEGATIVE,
        topics=("staff", "waiting"),
        reasons=(
            Reason("stars", "1★", points=2.0),
            _reason("staff", "нахамила" if russian else "rude", 0.87 if russian else 0.33),
            _reason(
                "waiting",
                "ждали капучино сорок минут" if russian else "waited forty minutes",
                0.24 if russian else 0.73,
            ),
        ),
        review_url="https://yandex.ru/maps/",
        reply_url="https://yandex.ru/sprav/",
        approval=Approval.ANYONE,
        reply_deadline=_at(15, 2),
        reply_goal=timedelta(hours=1),
        clock_start_at=_at(14, 2),
        draft=DraftFacts(1, _draft(russian), topic="waiting", wording=3),
        at=_at(14, 2),
    )


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


def _alert(language: str) -> tuple[Message, str]:
    return card(sample_facts(language), language, group=True), "14:02"


def _approved_facts(language: str) -> CardFacts:
    facts = sample_facts(language)
    return replace(
        facts,
        state=TicketState.APPROVED,
        approved_by="Марина" if language == "ru" else "Marina",
        approved_at=_at(14, 20),
        approved_text=facts.draft.text if facts.draft else None,
        at=_at(14, 20),
    )


def _approved(language: str) -> tuple[Message, str]:
    return card(_approved_facts(language), language, group=True), "14:02"


def _seen(language: str) -> tuple[Message, str]:
    facts = replace(
        _approved_facts(language),
        state=TicketState.ANSWERED,
        posted_by="Иван" if language == "ru" else "Ivan",
        posted_at=_at(14, 26),
        marked_at=_at(14, 26),
        answered_by=_at(15, 10),
        at=_at(15, 10),
    )
    return card(facts, language, group=True), "14:02"


def _escalation(language: str) -> tuple[Message, str]:
    russian = language == "ru"
    facts = replace(
        sample_facts(language),
        holder="Иван" if russian else "Ivan",
        held_at=_at(14, 10),
        last_look_at=_at(15, 1),
        at=_at(15, 2),
    )
    item = ReminderFacts(
        facts,
        ReminderKind.BREACH,
        _at(15, 2),
        "Марина" if russian else "Marina",
        _at(10, 2, days=1),
        "Сергей Петрович" if russian else "Sergey",
    )
    return reminder([item], language), "15:02"


def _handed(language: str, kind: HandoffKind) -> HandoffFacts:
    russian = language == "ru"
    ivan = Addressee("Иван" if russian else "Ivan", 504)
    marina = Addressee("Марина" if russian else "Marina", 502)
    facts = replace(_approved_facts(language), proposed_by=ivan.name, approval=Approval.MANAGER)
    is_for_marina = kind in (HandoffKind.APPROVE, HandoffKind.LOST)
    state = TicketState.APPROVED if kind is HandoffKind.POST else TicketState.PROPOSED
    said = {
        HandoffKind.RECEIVE: "гость ждёт звонка" if russian else "the guest waits for a call",
        HandoffKind.REWORK: "без «разберёмся»" if russian else "without promises",
    }
    return HandoffFacts(
        replace(facts, state=state, holder=ivan.name),
        kind,
        (marina if is_for_marina else ivan,),
        by=(ivan if is_for_marina else marina).name,
        reason=said.get(kind),
    )


def _handoff(kind: HandoffKind) -> Callable[[str], tuple[Message, str]]:
    return lambda language: (handoff([_handed(language, kind)], language), "14:20")


def _handoffs(language: str) -> tuple[Message, str]:
    kinds = (HandoffKind.APPROVE, HandoffKind.POST, HandoffKind.REWORK)
    items = [_handed(language, kind) for kind in kinds]
    several = [
        replace(item, card=replace(item.card, number=1284 + n)) for n, item in enumerate(items)
    ]
    return handoff(several, language), "14:20"


def _saved(language: str) -> tuple[Message, str]:
    facts = _handed(language, HandoffKind.APPROVE).card
    return draft_saved(facts, language, approves=True), "14:18"


SAMPLES: dict[Sample, Callable[[str], tuple[Message, str]]] = {
    Sample.ALERT: _alert,
    Sample.APPROVED: _approved,
    Sample.SEEN: _seen,
    Sample.ESCALATION: _escalation,
    Sample.HANDOFF_APPROVE: _handoff(HandoffKind.APPROVE),
    Sample.HANDOFF_POST: _handoff(HandoffKind.POST),
    Sample.HANDOFF_RECEIVE: _handoff(HandoffKind.RECEIVE),
    Sample.HANDOFF_REWORK: _handoff(HandoffKind.REWORK),
    Sample.HANDOFF_LOST: _handoff(HandoffKind.LOST),
    Sample.HANDOFFS: _handoffs,
    Sample.SAVED: _saved,
    Sample.STATS: lambda language: (stats(sample_figures(language), language), "12:00"),
    Sample.DIGEST: lambda language: (digest(sample_figures(language), language), "10:00"),
}


def picture(language: str, samples: list[Sample]) -> str:
    """Return the chosen cards as one SVG."""
    sender = "Отзывы" if language == "ru" else "Reviews"
    return draw([SAMPLES[sample](language) for sample in samples], sender)


def cards(
    lang: Annotated[
        StaffLanguage | None, typer.Option(help="Language of the cards.", show_default="LANG's")
    ] = None,
    show: Annotated[
        list[Sample] | None, typer.Option(help="Which card; several times for several.")
    ] = None,
    svg: Annotated[Path | None, typer.Option(help="Write a picture here.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page with the picture here.")] = None,
    charts: Annotated[
        Path | None, typer.Option(help="Write the pictures of figures into this folder.")
    ] = None,
) -> None:
    """Show the cards staff get: in the terminal, or as a picture."""
    chosen, language = show or list(Sample), lang.value if lang else language_of(os.environ)
    if charts is not None:
        _draw_charts(charts, language)
        return
    if svg is None and html is None:
        for sample in chosen:
            message, _ = SAMPLES[sample](language)
            out.print(visible(message.html), markup=False)
            for row in message.buttons:
                out.print("  ".join(f"[ {button.label} ]" for button in row), markup=False)
            out.print()
        return
    drawn = picture(language, chosen)
    if svg is not None:
        svg.write_text(drawn, encoding="utf-8")
        out.print(str(svg), markup=False)
    if html is not None:
        page = f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        html.write_text(f"{page}<title>reviewbot</title>\n{drawn}</html>\n", encoding="utf-8")
        out.print(str(html), markup=False)


def _draw_charts(folder: Path, language: str) -> None:
    from reviewbot.charts.draw import draw as drawn  # takes memory, and is an extra

    facts = sample_figures(language)
    for chart in Chart:
        shown = chart_of(facts, language, chart)
        if shown is not None:
            file = folder / f"{chart}.{language}.png"
            file.write_bytes(drawn(shown))
            out.print(str(file), markup=False)


assert set(StaffLanguage) == set(LANGUAGES)
