"""A sample page of figures for `reviewbot cards --charts` and the docs: the cafés of `samples`."""

from datetime import UTC, datetime, timedelta

from reviewbot.core.facts import QueueLine
from reviewbot.core.model import TicketState
from reviewbot.core.surveys.scores import GuestReport, SurveyFigures, SurveyGroup
from reviewbot.core.surveys.survey import Scale
from reviewbot.core.trends.goal import Forecast, SiteBorder
from reviewbot.core.trends.page import Answering, PageFacts, ReplyEffects, ReplySpeed
from reviewbot.core.trends.stars import Share
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
    weeks = (4.6, 4.7, 4.5, 4.6, 4.7, 4.6, None, 4.6, 4.5, 4.4, 4.2, 4.0, 3.9)
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
        site_ratings={"tverskaya": 4.4, "nevsky": 4.6, "arbat": 4.5},
        forecasts={"tverskaya": Forecast(4.6, 4.4, 640, 320, None, 0.03)},
        borders=(
            SiteBorder(overview.places[0].name, yandex, 4.6, 4.4, 410, 0.1, None, 4.55, 92, 183),
            SiteBorder(overview.places[0].name, two_gis, 4.6, 4.6, 230, 0.1, 90, 4.55, 0, 0),
        ),
        sparklines={place.key: weeks for place in overview.places},
        groups={"nevsky": ("spb",)},
        queue=(line,),
        concerns=(sample_drop(language), sample_incident(language)),
        people=(
            _answering("Марина" if russian else "Marina", 64, 35, 3),
            _answering("Иван" if russian else "Ivan", 9, 71, 0),
        ),
        templates=(_answering("waiting-3", 41, 38, 2),),
        effects=ReplyEffects(
            every=_answering("", 73, 44, 3),
            by_speed={
                ReplySpeed.HOUR: _answering("", 51, 30, 3),
                ReplySpeed.DAY: _answering("", 14, 260, 0),
                ReplySpeed.LATER: _answering("", 8, 2000, 0),
            },
            by_topic={"waiting": _answering("", 12, 41, 2), "staff": _answering("", 4, 50, 1)},
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


def _answering(name: str, count: int, minutes: int, raised: int) -> Answering:
    return Answering(
        name=name,
        answered=count,
        median=timedelta(minutes=minutes),
        in_time=Share(count - count // 9, count),
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
