"""A sample page of figures for `reviewbot cards --charts` and the docs: the cafés of `samples`."""

from datetime import UTC, date, datetime, timedelta

from reviewbot.core.facts import QueueLine
from reviewbot.core.model import TicketState
from reviewbot.core.surveys.scores import GuestReport, SurveyFigures, SurveyGroup
from reviewbot.core.surveys.survey import Scale
from reviewbot.core.trends.concern import ListedMeasure, MeasureFacts
from reviewbot.core.trends.goal import Window, forecast, site_border
from reviewbot.core.trends.page import Answering, PageFacts, ReplyEffects, ReplySpeed
from reviewbot.core.trends.stars import Share, StarFigures
from reviewbot.words.trends.page import Choice, PageFilter, PageView
from reviewbot.words.trends.samples import (
    ZONE,
    sample_drop,
    sample_figures,
    sample_incident,
    sample_past,
)

CHOSEN = Choice(30)


def sample_page(language: str) -> PageFacts:
    """Return what the page tells of thirty days of three cafés."""
    figures, russian = sample_figures(language), language == "ru"
    text = (
        "Ждали капучино сорок минут, бариста нахамила."
        if russian
        else ("Waited forty minutes for a cappuccino, the barista was rude.")
    )
    overview = figures.overview
    assert overview is not None
    yandex, two_gis = (site.source_title for site in overview.sites)
    weeks = {
        "tverskaya": (4.6, 4.7, 4.5, 4.6, 4.7, 4.6, None, 4.6, 4.5, 4.1, 3.8, 3.9, 3.9),
        "nevsky": (4.6, 4.6, 4.7, 4.6, 4.5, 4.6, None, 4.6, 4.6, 4.7, 4.6, 4.6, 4.6),
        "arbat": (4.8, None, 4.7, 5.0, None, 4.8, None, None, 5.0, 4.5, None, 4.0, 5.0),
    }
    place, window = overview.places[0].name, Window(90, _weighed(90, 230))
    borders = (
        site_border(place, yandex, 4.6, (4.4, 410), 0.1, (50, 195 / 50), (10, 1.3)),
        site_border(place, two_gis, 4.6, (4.6, 230), 0.1, (24, 94 / 24), (4, 1.3), window),
    )
    line = QueueLine(
        number=1284,
        state=TicketState.WAITING,
        source_title={"ru": "Яндекс", "en": "Yandex"},
        location_name=overview.places[0].name,
        rating=1,
        excerpt=text,
        reply_deadline=datetime(2026, 3, 3, 12, 2, tzinfo=UTC),
        location="tverskaya",
        source="yandex_maps",
    )
    return PageFacts(
        at=figures.at,
        zone=ZONE,
        about="",
        figures=figures,
        site_ratings={"tverskaya": 4.47, "nevsky": 4.6, "arbat": 4.5},
        forecasts={"tverskaya": forecast(4.6, 4.47, [(each, each.count) for each in borders])},
        borders=borders,
        sparklines=weeks,
        groups={"nevsky": ("spb",)},
        queue=(line,),
        concerns=(sample_drop(language), sample_incident(language)),
        more_concerns={},
        measures=sample_measures(language),
        more_measures={},
        people=(
            _answering("Марина" if russian else "Marina", 64, 35, 3, Share(14, 15)),
            _answering("Иван" if russian else "Ivan", 9, 71, 0, Share(2, 3)),
        ),
        templates=(_answering("waiting-3", 11, 38, 2, Share(10, 11)),),
        effects=ReplyEffects(
            every=_answering("", 121, 44, 3, Share(16, 18)),
            by_speed={
                ReplySpeed.HOUR: _answering("", 80, 30, 3, Share(13, 13)),
                ReplySpeed.DAY: _answering("", 29, 260, 0, Share(3, 4)),
                ReplySpeed.LATER: _answering("", 12, 2000, 0, Share(0, 1)),
            },
            by_topic={
                "waiting": _answering("", 12, 41, 2, Share(10, 11)),
                "staff": _answering("", 4, 50, 1, Share(3, 4)),
            },
        ),
        guests={SurveyGroup.ALL: sample_guests(), SurveyGroup.SEGMENT: sample_segments(russian)},
        past=sample_past(language),
    )


def sample_guests() -> GuestReport:
    """Twenty scores of forty guests who were asked: an NPS of 25."""
    figures = SurveyFigures(asked=40, answered=20, low=5, reached=4)
    figures.scores[Scale.NPS] = [9] * 10 + [7] * 5 + [3] * 5
    return GuestReport({"": figures}, {"": 4.4})


def sample_segments(russian: bool) -> GuestReport:
    """The same, new guests and returning ones apart."""
    new, returning = SurveyFigures(22, 8, 4, 3), SurveyFigures(18, 12, 1, 1)
    new.scores[Scale.NPS] = [9] * 2 + [7] * 2 + [3] * 4
    returning.scores[Scale.NPS] = [9] * 8 + [7] * 3 + [3]
    names = ("новые", "повторные") if russian else ("new", "returning")
    return GuestReport(dict(zip(names, (new, returning), strict=True)), {})


def _weighed(days: int, count: int) -> list[tuple[float, int]]:
    """Reviews of so many days, evenly apart, whose stars are 4.6 in the mean."""
    return [(days - n * days / count, 3 if n % 5 == 0 else 5) for n in range(count)]


def _answering(name: str, count: int, minutes: int, raised: int, in_time: Share) -> Answering:
    """`in_time`: of the replies that had a deadline, those to complaints."""
    return Answering(
        name=name,
        answered=count,
        median=timedelta(minutes=minutes),
        in_time=in_time,
        unchanged=Share(count // 3, count),
        raised=Share(raised, count),
        changed=Share(raised + 1, count),
    )


def sample_view(language: str) -> tuple[PageView, tuple[PageFilter, ...]]:
    """Return the page's view, without pictures, and what may be chosen on it."""
    days = "30 дней" if language == "ru" else "30 days"
    every = "Все точки" if language == "ru" else "All locations"
    sites = "Все площадки" if language == "ru" else "All sites"
    names = ("Период", "Точка или группа", "Площадка") if language == "ru" else (
        "Period", "Location or group", "Site",
    )  # fmt: skip
    return PageView(CHOSEN, sample_page(language)), (
        PageFilter("days", names[0], "30", [("30", days)]),
        PageFilter("place", names[1], "", [("", every)]),
        PageFilter("source", names[2], "", [("", sites)]),
    )


def sample_measures(language: str) -> tuple[ListedMeasure, ...]:
    """One that waits, one that helped, one of which it is too early to say."""
    russian = language == "ru"
    tverskaya, nevsky = ("Тверская 12", "Невский 40") if russian else ("Tverskaya 12", "Nevsky 40")
    marina, ivan = ("Марина", "Иван") if russian else ("Marina", "Ivan")
    helped = MeasureFacts(
        on=date(2026, 2, 10),
        by=marina,
        what="вторая касса вечером" if russian else "a second till in the evening",
        before=Share(19, 74),
        since=Share(6, 71),
        stars_before=StarFigures(74, 281, 1177),
        stars_since=StarFigures(71, 320, 1496),
    )
    waits = MeasureFacts(
        on=date(2026, 3, 5),
        by=ivan,
        what="починить кофемашину" if russian else "repair the coffee machine",
        before=Share(),
        since=Share(),
    )
    early = MeasureFacts(
        on=date(2026, 3, 1),
        by=marina,
        what="новое меню" if russian else "a new menu",
        before=Share(4, 33),
        since=Share(1, 6),
    )
    due_at = datetime(2026, 3, 5, 15, 0, tzinfo=UTC)
    return (
        ListedMeasure(nevsky, ZONE, "quality", waits, 1284, due_at, "nevsky"),
        ListedMeasure(nevsky, ZONE, None, early, location="nevsky"),
        ListedMeasure(tverskaya, ZONE, "waiting", helped, location="tverskaya"),
    )
