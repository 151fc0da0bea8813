"""`reviewbot cards`: what staff and guests see, drawn without a token, a chat or a database."""

import os
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from reviewbot.charts.style import DARK, LIGHT, variables
from reviewbot.cli.options import StaffLanguage
from reviewbot.cli.picture import draw
from reviewbot.cli.samples import beside_reply, guests, kept_templates, one_review, team
from reviewbot.cli.terminal import out
from reviewbot.core.handoffs import HandoffKind
from reviewbot.core.model import LANGUAGES
from reviewbot.words.digest import digest
from reviewbot.words.html import Message, visible
from reviewbot.words.operator_text import language_of
from reviewbot.words.trends.concerns import concern
from reviewbot.words.trends.past import past, places_counted
from reviewbot.words.trends.pictures import Chart, offered
from reviewbot.words.trends.pictures import picture as chart_of
from reviewbot.words.trends.samples import (
    sample_drop,
    sample_figures,
    sample_incident,
    sample_past,
    sample_same_text,
    sample_summary,
    sample_wave,
)
from reviewbot.words.trends.stats import stats
from reviewbot.words.trends.summary import summary


class Sample(StrEnum):
    ALERT = "alert"
    CRITICAL = "critical"
    CALM = "calm"
    APPROVED = "approved"
    BY_ITSELF = "by_itself"
    POSTED = "posted"
    SEEN = "seen"
    REMOVED = "removed"
    OTHER_TEXT = "other_text"
    MORE = "more"
    SEND_BACK = "send_back"
    TAKE_OVER = "take_over"
    ESCALATION = "escalation"
    REMINDERS = "reminders"
    HANDOFF_APPROVE = "handoff_approve"
    HANDOFF_POST = "handoff_post"
    HANDOFF_RECEIVE = "handoff_receive"
    HANDOFF_REWORK = "handoff_rework"
    HANDOFF_LOST = "handoff_lost"
    HANDOFFS = "handoffs"
    EDIT_PROMPT = "edit_prompt"
    SAVED = "saved"
    MEANING = "meaning"
    FLAGGED = "flagged"
    EDITED = "edited"
    LIST = "list"
    QUEUE = "queue"
    FOUND = "found"
    GOOD = "good"
    DAILY = "daily"
    WEEKLY = "weekly"
    BLIND = "blind"
    BLIND_OPERATOR = "blind_operator"
    SIGHTED = "sighted"
    FIRST_DAY = "first_day"
    PRACTICE = "practice"
    HISTORY = "history"
    WHY = "why"
    START = "start"
    HELP = "help"
    HEALTH = "health"
    SETTINGS = "settings"
    DUTY = "duty"
    DUTY_SWAP = "duty_swap"
    AWAY = "away"
    GESTURE_PROMPT = "gesture_prompt"
    GESTURE_SAVED = "gesture_saved"
    PLACE_PROMPT = "place_prompt"
    PLACE_ASKED = "place_asked"
    PLACE_QUESTION = "place_question"
    PLACE_SAID = "place_said"
    PLACE_LATE = "place_late"
    PLACE_THANKS = "place_thanks"
    PLACE_ANSWERED = "place_answered"
    TEMPLATE_OFFER = "template_offer"
    TEMPLATES = "templates"
    TEMPLATE = "template"
    MEASURE_PROMPT = "measure_prompt"
    MEASURE_SAVED = "measure_saved"
    MEASURE_YOURS = "measure_yours"
    MEASURE_DUE = "measure_due"
    MEASURE_CARD = "measure_card"
    SECOND_SENTENCE = "second_sentence"
    APOLOGY = "apology"
    COMPLAIN = "complain"
    COMPLAINT_TEXT = "complaint_text"
    AUTO_THANKED = "auto_thanked"
    MACHINE_MADE = "machine_made"
    PHOTOS = "photos"
    STRANGER = "stranger"
    REFUSALS = "refusals"
    STATS = "stats"
    DIGEST = "digest"
    SUMMARY = "summary"
    DROP = "drop"
    INCIDENT = "incident"
    SAME_TEXT = "same_text"
    WAVE = "wave"
    CONCERN_PROMPT = "concern_prompt"
    CONCERN_NOTED = "concern_noted"
    MEASURES = "measures"
    PAST = "past"
    GUEST_SCORE = "guest_score"
    GUEST_HAPPENED = "guest_happened"
    GUEST_UNHAPPY = "guest_unhappy"
    GUEST_OUTCOME = "guest_outcome"
    PRAISE = "praise"


SAMPLES: dict[Sample, Callable[[str], tuple[Message, str]]] = {
    Sample.ALERT: one_review.alert,
    Sample.CRITICAL: one_review.critical,
    Sample.CALM: one_review.calm,
    Sample.APPROVED: one_review.approved,
    Sample.BY_ITSELF: one_review.by_itself,
    Sample.POSTED: one_review.posted,
    Sample.SEEN: one_review.seen,
    Sample.REMOVED: one_review.removed,
    Sample.OTHER_TEXT: one_review.other_text,
    Sample.MORE: one_review.more,
    Sample.SEND_BACK: one_review.back_menu,
    Sample.TAKE_OVER: one_review.take_over,
    Sample.ESCALATION: one_review.escalation,
    Sample.REMINDERS: one_review.reminders,
    Sample.HANDOFF_APPROVE: one_review.one_handoff(HandoffKind.APPROVE),
    Sample.HANDOFF_POST: one_review.one_handoff(HandoffKind.POST),
    Sample.HANDOFF_RECEIVE: one_review.one_handoff(HandoffKind.RECEIVE),
    Sample.HANDOFF_REWORK: one_review.one_handoff(HandoffKind.REWORK),
    Sample.HANDOFF_LOST: one_review.one_handoff(HandoffKind.LOST),
    Sample.HANDOFFS: one_review.three_handoffs,
    Sample.EDIT_PROMPT: team.edit_prompt,
    Sample.SAVED: one_review.saved,
    Sample.MEANING: team.meaning,
    Sample.FLAGGED: team.flagged,
    Sample.EDITED: team.edited,
    Sample.LIST: team.new_list,
    Sample.QUEUE: team.queue,
    Sample.FOUND: team.found,
    Sample.GOOD: team.good,
    Sample.DAILY: team.daily,
    Sample.WEEKLY: team.weekly,
    Sample.BLIND: team.blind,
    Sample.BLIND_OPERATOR: team.blind_operator,
    Sample.SIGHTED: team.sighted,
    Sample.FIRST_DAY: team.first_day,
    Sample.PRACTICE: team.practice,
    Sample.HISTORY: team.life,
    Sample.WHY: team.why,
    Sample.START: team.start,
    Sample.HELP: team.help_answer,
    Sample.HEALTH: team.health_answer,
    Sample.SETTINGS: team.settings,
    Sample.DUTY: team.duty_week,
    Sample.DUTY_SWAP: team.duty_swap,
    Sample.AWAY: team.away,
    Sample.GESTURE_PROMPT: team.gesture_prompt,
    Sample.GESTURE_SAVED: team.gesture_saved,
    Sample.PLACE_PROMPT: beside_reply.place_prompt,
    Sample.PLACE_ASKED: beside_reply.place_asked,
    Sample.PLACE_QUESTION: beside_reply.place_question,
    Sample.PLACE_SAID: beside_reply.place_said,
    Sample.PLACE_LATE: beside_reply.place_late,
    Sample.PLACE_THANKS: beside_reply.place_thanks,
    Sample.PLACE_ANSWERED: beside_reply.answered_card,
    Sample.TEMPLATE_OFFER: kept_templates.offer,
    Sample.TEMPLATES: kept_templates.listed,
    Sample.TEMPLATE: kept_templates.one,
    Sample.MEASURE_PROMPT: beside_reply.measure_prompt,
    Sample.MEASURE_SAVED: beside_reply.measure_saved,
    Sample.MEASURE_YOURS: beside_reply.measure_yours,
    Sample.MEASURE_DUE: beside_reply.measure_due,
    Sample.MEASURE_CARD: beside_reply.measure_card,
    Sample.SECOND_SENTENCE: beside_reply.second_sentence,
    Sample.APOLOGY: beside_reply.apology,
    Sample.COMPLAIN: beside_reply.complain,
    Sample.COMPLAINT_TEXT: beside_reply.complaint_text,
    Sample.AUTO_THANKED: beside_reply.auto_thanked,
    Sample.MACHINE_MADE: beside_reply.machine_made,
    Sample.PHOTOS: beside_reply.photos,
    Sample.STRANGER: team.stranger,
    Sample.REFUSALS: team.refusals,
    Sample.STATS: lambda language: (stats(sample_figures(language), language), "12:00"),
    Sample.DIGEST: lambda language: (digest(sample_figures(language), language), "10:00"),
    Sample.SUMMARY: lambda language: (summary(sample_summary(language), language), "10:00"),
    Sample.DROP: lambda language: (concern(sample_drop(language), language), "09:00"),
    Sample.INCIDENT: lambda language: (concern(sample_incident(language), language), "20:40"),
    Sample.SAME_TEXT: lambda language: (concern(sample_same_text(language), language), "20:40"),
    Sample.WAVE: lambda language: (concern(sample_wave(language), language), "20:40"),
    Sample.CONCERN_PROMPT: beside_reply.concern_prompt,
    Sample.CONCERN_NOTED: beside_reply.concern_noted,
    Sample.MEASURES: beside_reply.measures,
    Sample.PAST: lambda language: (_past(language), "11:00"),
    Sample.GUEST_SCORE: guests.score,
    Sample.GUEST_HAPPENED: guests.happened,
    Sample.GUEST_UNHAPPY: guests.unhappy,
    Sample.GUEST_OUTCOME: guests.outcome,
    Sample.PRAISE: guests.praise,
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
        list[Sample] | None,
        typer.Option(
            metavar="<card>",
            help="Which card, by its name; may be repeated. A wrong name tells them all.",
        ),
    ] = None,
    svg: Annotated[Path | None, typer.Option(help="Write a picture here.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page with the picture here.")] = None,
    charts: Annotated[
        Path | None,
        typer.Option(
            help="Write the pictures of figures into this folder, the page's too by a Chromium"
            " on the PATH."
        ),
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


def _past(language: str) -> Message:
    return past(sample_past(language), language, about=places_counted(3, language), own_topics={})


def _draw_charts(folder: Path, language: str) -> None:
    # Loaded only now: it takes memory, and is an extra.
    from reviewbot.charts.draw import draw as drawn
    from reviewbot.cli.pages.browser import photograph
    from reviewbot.words.trends.page import page
    from reviewbot.words.trends.page_samples import sample_view

    facts = sample_figures(language)
    folder.mkdir(parents=True, exist_ok=True)
    for chart in Chart:
        shown = chart_of(facts, language, chart)
        if shown is not None:
            file = folder / f"{chart}.{language}.png"
            file.write_bytes(drawn(shown))
            out.print(str(file), markup=False)
    view, filters = sample_view(language)
    shown_on_it = (chart_of(facts, language, chart) for chart in offered(facts))
    charts = [drawn(each, "svg").decode() for each in shown_on_it if each is not None]
    colours = (variables(LIGHT), variables(DARK))
    text = page([replace(view, charts=charts)], language, colours, filters)
    if photograph(text, folder / f"page.{language}.png"):
        out.print(str(folder / f"page.{language}.png"), markup=False)


assert set(StaffLanguage) == set(LANGUAGES)
