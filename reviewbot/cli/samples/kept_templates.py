"""Templates in chat: the offer to keep a text, the list, one of it."""

from reviewbot.cli.samples.complaint import sample_facts
from reviewbot.core.trends.stars import Share
from reviewbot.core.trends.templates import TemplateUse
from reviewbot.words.cards import templates
from reviewbot.words.cards.templates import Origin, TemplateLine
from reviewbot.words.html import Message

DAYS = 90
TEXTS = {
    "ru": (
        "{{ greeting }} Жаль, что кофе пришлось ждать. Скажите день и час: посмотрим, какая была "
        "смена. {{ reach }} {{ sign }}"
    ),
    "en": (
        "{{ greeting }} It is a pity that coffee took so long. Tell us the day and hour, so that "
        "we know which shift it was. {{ reach }} {{ sign }}"
    ),
}


def _lines(language: str) -> list[TemplateLine]:
    shipped = {
        "ru": "{{ greeting }} Спасибо за отзыв. Понимаем, как неприятно ждать.",
        "en": "{{ greeting }} Thank you for the review. We know how annoying it is to wait.",
    }
    return [
        TemplateLine(
            name="saved.12",
            key="1" * 12,
            origin=Origin.SAVED,
            language=language,
            text=TEXTS[language],
            tone="negative",
            topic="waiting",
            use=TemplateUse(
                drafted=18, as_is=11, edited=3, replaced=2, answered=14, raised=Share(4, 14)
            ),
        ),
        TemplateLine(
            name=f"{language}.negative.waiting.2",
            key="2" * 12,
            origin=Origin.SHIPPED,
            language=language,
            text=shipped[language],
            tone="negative",
            topic="waiting",
            retired=True,
            use=TemplateUse(
                drafted=9, as_is=2, edited=4, skipped=1, answered=6, raised=Share(1, 6)
            ),
        ),
    ]


def offer(language: str) -> tuple[Message, str]:
    return templates.offer(sample_facts(language), language, TEXTS[language]), "14:24"


def listed(language: str) -> tuple[Message, str]:
    shown = _lines(language)
    return templates.listed(shown, language, total=7, offset=0, days=DAYS), "10:05"


def one(language: str) -> tuple[Message, str]:
    return templates.one(_lines(language)[1], language, days=DAYS), "10:06"
