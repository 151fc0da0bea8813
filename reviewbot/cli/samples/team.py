"""Messages about many reviews, about the bot itself, and what it answers to people."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from reviewbot.cli.samples.complaint import ZONE, at, sample_facts
from reviewbot.core.calendar.digest_days import (
    DigestFacts,
    Period,
    PeriodFigures,
    PlaceCount,
    TopicCount,
    Unseen,
    days_of,
)
from reviewbot.core.facts import (
    BlindFacts,
    CardFacts,
    FoundLine,
    HealthFacts,
    HistoryLine,
    ListPage,
    ListTotals,
    QueueLine,
)
from reviewbot.core.model import Alerts, Health, Muted, Role, Severity, TicketState, Tone
from reviewbot.words import answers, health, notices, people, prompts
from reviewbot.words.cards import review_lists
from reviewbot.words.cards.bulk_approval import ready_page
from reviewbot.words.cards.history import explain, history
from reviewbot.words.cards.reminders import bundle
from reviewbot.words.digest import digest
from reviewbot.words.html import Message, lines
from reviewbot.words.operations import duty
from reviewbot.words.refusals import refusal
from reviewbot.words.vocabulary import NoticeCode

OPERATOR = {"ru": "Олег", "en": "Oleg"}
ANNA = {"ru": "Анна", "en": "Anna"}
IVAN = {"ru": "Иван", "en": "Ivan"}
MARINA = {"ru": "Марина", "en": "Marina"}
BOT = "reviews_bot"
SITE = {"ru": "Яндекс", "en": "Yandex"}


def several_cards(language: str) -> list[CardFacts]:
    """Return three complaints of one evening."""
    russian = language == "ru"
    texts = (
        ("Принесли холодный суп.", "The soup was cold.", 2),
        ("Двадцать минут не могли заплатить.", "Twenty minutes to pay the bill.", 1),
        ("Ждали капучино сорок минут.", "Waited forty minutes for a cappuccino.", 1),
    )
    return [
        replace(
            sample_facts(language),
            number=1284 + place,
            text=ours if russian else theirs,
            rating=rating,
            reply_deadline=at(15, 2 + 10 * place),
        )
        for place, (ours, theirs, rating) in enumerate(texts)
    ]


def new_list(language: str) -> tuple[Message, str]:
    return bundle(several_cards(language), language), "14:02"


def queue(language: str) -> tuple[Message, str]:
    first, second, third = (
        QueueLine(
            number=facts.number,
            state=facts.state,
            source_title=SITE,
            location_name=facts.location_short,
            rating=facts.rating,
            excerpt=facts.text or "",
            reply_deadline=facts.reply_deadline,
        )
        for facts in several_cards(language)
    )
    entries = [
        replace(first, severity=Severity.CRITICAL, breached=True, reply_deadline=at(13, 50)),
        replace(second, holder=IVAN[language], state=TicketState.PROPOSED),
        third,
    ]
    page = ListPage(
        entries=tuple(entries),
        matching=3,
        totals=ListTotals(total=3, overdue=1, complaints=3, mine=1),
        zone=ZONE,
        at=at(14, 30),
    )
    return review_lists.queue(page, language), "14:30"


def found(language: str) -> tuple[Message, str]:
    russian = language == "ru"
    entries = [
        FoundLine(
            number=facts.number,
            state=state,
            source_title=SITE,
            location_name=facts.location_short,
            rating=facts.rating,
            published_at=at(12, 5),
            excerpt=facts.text or "",
        )
        for facts, state in zip(
            several_cards(language)[1:], (TicketState.WAITING, TicketState.ANSWERED), strict=True
        )
    ]
    words = "минут" if russian else "minutes"
    return review_lists.found(entries, language, words=words, zone=ZONE, at=at(14, 30)), "14:30"


def good(language: str) -> tuple[Message, str]:
    russian = language == "ru"
    praise = replace(
        sample_facts(language),
        number=1301,
        rating=5,
        tone=Tone.POSITIVE,
        text="Лучший кофе в районе!" if russian else "The best coffee around!",
        reasons=(),
        topics=(),
        photos=0,
    )
    assert praise.draft is not None
    thanks = (
        "Анна, здравствуйте! Спасибо за отзыв! Рады, что было вкусно. Приходите пробовать новое."
        if russian
        else "Hello Anna! Thank you for the review! We are glad it tasted good."
    )
    praise = replace(praise, draft=replace(praise.draft, text=thanks))
    shown = ready_page([praise], language, offset=0, total=21, step=1, group=True)
    return shown, "14:30"


def daily(language: str) -> tuple[Message, str]:
    return digest(_figures(language, Period.DAILY), language, role=Role.MANAGER), "09:15"


def weekly(language: str) -> tuple[Message, str]:
    facts = _figures(language, Period.WEEKLY)
    before = replace(facts.figures, new=140, complaints=31, usual=timedelta(minutes=52))
    return digest(replace(facts, before=before), language, role=Role.MANAGER), "09:30"


def _figures(language: str, period: Period) -> DigestFacts:
    russian = language == "ru"
    tverskaya, nevsky = ("Тверская 12", "Невский 40") if russian else ("Tverskaya 12", "Nevsky 40")
    figures = PeriodFigures(
        new=28,
        complaints=4,
        in_time=5,
        late=1,
        usual=timedelta(minutes=38),
        topics=(TopicCount("waiting", 3), TopicCount("staff", 1, tverskaya)),
        praise=TopicCount("staff", 2),
    )
    return DigestFacts(
        period=period,
        days=days_of(period, date(2026, 3, 3), ZONE),
        zone=ZONE,
        at=at(9, 15),
        locations=40,
        figures=figures,
        open=3,
        overdue=(PlaceCount(nevsky, 1),),
        ready=21,
        unseen=(Unseen(SITE, at(2, 0), at(7, 30), timedelta(minutes=330), places=40, of=40),),
    )


def _blind(language: str) -> BlindFacts:
    return BlindFacts(
        host="yandex.ru",
        source="yandex_maps",
        source_title=SITE,
        health=Health.BLOCKED,
        since=at(9, 40),
        zone=ZONE,
        locations=40,
        all_locations=True,
        open_tickets=6,
        next_try_at=at(15, 40),
        cause="the site answers with a captcha",
        attempts=3,
        operator=OPERATOR[language],
        cabinet_url="https://yandex.ru/sprav/",
    )


def _notice(code: NoticeCode, language: str, **params: Any) -> Message:
    return notices.notice(code, params, language, ZONE, now=at(14, 30), bot_name=BOT)


def blind(language: str) -> tuple[Message, str]:
    return _notice(NoticeCode.BLIND, language, **_blind(language).to_json()), "14:30"


def blind_operator(language: str) -> tuple[Message, str]:
    facts = replace(_blind(language), operator_copy=True)
    return _notice(NoticeCode.BLIND, language, **facts.to_json()), "14:30"


def sighted(language: str) -> tuple[Message, str]:
    facts = replace(_blind(language), until=at(14, 30))
    return _notice(NoticeCode.SIGHTED, language, **facts.to_json()), "14:30"


def first_day(language: str) -> tuple[Message, str]:
    return _notice(
        NoticeCode.FIRST_CONTACT,
        language,
        locations=3,
        pages=8,
        reviews=312,
        backlog=7,
        minutes_least=20,
        minutes_most=60,
        quiet=True,
        critical_to=MARINA[language],
    ), "10:00"


def flagged(language: str) -> tuple[Message, str]:
    return _notice(NoticeCode.FLAGGED, language, who=ANNA[language]), "14:30"


def edited(language: str) -> tuple[Message, str]:
    return _notice(NoticeCode.REVIEW_EDITED, language, at=at(14, 20).isoformat()), "14:30"


def practice(language: str) -> tuple[Message, str]:
    return answers.practice(language), "14:30"


def edit_prompt(language: str) -> tuple[Message, str]:
    name = IVAN[language]
    return prompts.edit_prompt(sample_facts(language), language, name=name, user_id=504), "14:12"


def meaning(language: str) -> tuple[Message, str]:
    said = "Позвоню гостю сам" if language == "ru" else "I will call the guest myself"
    return prompts.ask_meaning(sample_facts(language), language, said), "14:12"


def life(language: str) -> tuple[Message, str]:
    happened = (
        HistoryLine(at(14, 2), "bot", "opened", {"reason": "new"}),
        HistoryLine(at(14, 10), IVAN[language], "take"),
        HistoryLine(at(14, 18), IVAN[language], "propose"),
        HistoryLine(at(14, 20), MARINA[language], "approve"),
        HistoryLine(at(14, 26), IVAN[language], "posted"),
        HistoryLine(at(15, 10), "site", "reply_seen"),
    )
    return history(sample_facts(language), happened, language), "15:30"


def why(language: str) -> tuple[Message, str]:
    return explain(sample_facts(language), language), "14:30"


def help_answer(language: str) -> tuple[Message, str]:
    return answers.help_text(language, role=Role.STAFF), "14:30"


def start(language: str) -> tuple[Message, str]:
    return answers.start(language, name=MARINA[language], role=Role.MANAGER), "14:30"


def stranger(language: str) -> tuple[Message, str]:
    known = answers.stranger(language, telegram_id=501000009, operator=OPERATOR[language])
    return known, "14:30"


def health_answer(language: str) -> tuple[Message, str]:
    facts = HealthFacts(
        at(14, 30),
        ZONE,
        8,
        states={"ok": 7, "blocked": 1},
        blind=(replace(_blind(language), location_name=sample_facts(language).location_short),),
        open_tickets=3,
        overdue=1,
        last_reading_at=at(14, 21),
    )
    return health.health(facts, language), "14:30"


def _absence(language: str) -> duty.Absence:
    return duty.Absence(OPERATOR[language], at(9, 0, days=3), ZONE, ANNA[language])


def duty_week(language: str) -> tuple[Message, str]:
    first = at(14, 30).date()
    people = [duty.OnDuty(ANNA[language]), duty.OnDuty(IVAN[language])]
    days = [(first + timedelta(days=n), people) for n in range(7)]
    desk = duty.DeskDuty("", "", days)
    return duty.duty(language, [desk], [_absence(language)], at(14, 30)), "14:30"


def duty_swap(language: str) -> tuple[Message, str]:
    day = at(14, 30).date()
    asked = duty.SwapWords(
        IVAN[language], ANNA[language], day + timedelta(days=2), day + timedelta(days=4)
    )
    return duty.swap(language, asked), "14:30"


def away(language: str) -> tuple[Message, str]:
    return duty.away(language, _absence(language), at(14, 30)), "14:30"


def gesture_prompt(language: str) -> tuple[Message, str]:
    facts, name = sample_facts(language), IVAN[language]
    return prompts.gesture_prompt(facts, language, name=name, user_id=504, most=500), "14:30"


def gesture_saved(language: str) -> tuple[Message, str]:
    return prompts.gesture_saved(sample_facts(language), language), "14:31"


def settings(language: str) -> tuple[Message, str]:
    place = sample_facts(language).location_short
    shown = people.settings(
        language,
        chosen=Alerts.MINE,
        own=(place,),
        seen=40,
        muted=(Muted.DIGESTS,),
        mutable=tuple(Muted),
    )
    return shown, "14:30"


def refusals(language: str) -> tuple[Message, str]:
    """Return sentences of pop-ups, in one message."""
    anna, marina = ANNA[language], MARINA[language]
    told: tuple[tuple[str, dict[str, Any]], ...] = (
        ("already", {"state": TicketState.APPROVED, "who": marina, "at": at(14, 20)}),
        ("take_over", {"who": anna, "at": at(10, 14)}),
        ("held", {"who": anna, "at": at(10, 14)}),
        ("needs_manager", {"who": marina}),
        ("own_text", {}),
        ("stale_card", {"at": at(14, 31)}),
        ("draft_changed", {"who": anna, "at": at(14, 31)}),
        ("is_complaint", {}),
        ("viewer", {}),
        ("not_your_location", {}),
        ("grown_beyond", {}),
        ("place_unwatched", {}),
        ("not_on_list", {"id": 501000009, "operator": OPERATOR[language]}),
        ("anonymous", {}),
        ("not_understood", {}),
        ("unknown_command", {}),
        (
            "reply_too_long",
            {"source_title": SITE, "limit": 4096, "length": 4310, "unit": "bytes"},
        ),
        ("reply_forbidden", {"word": "скидка" if language == "ru" else "discount"}),
        ("reply_personal_data", {}),
        ("old_button", {}),
        ("later", {}),
    )
    sentences = [refusal(code, more, language, ZONE, now=at(14, 40)) for code, more in told]
    return Message(lines(*(f"• {sentence}" for sentence in sentences))), "14:40"
