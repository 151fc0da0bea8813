"""Sample figures for `reviewbot cards` and the docs: three cafés, one in a bad fortnight.

They add up, as those of a real business do: days, places, sites and topics to the same sums.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from reviewbot.core.beside_reply.said import MeasureNoted
from reviewbot.core.calendar.digest_days import (
    Days,
    DigestFacts,
    Period,
    PeriodFigures,
    PlaceCount,
    TopicCount,
    Unseen,
)
from reviewbot.core.model import TicketState
from reviewbot.core.surveys.churn import Customers
from reviewbot.core.trends.beside import Beside, Comparison
from reviewbot.core.trends.concern import (
    ConcernFacts,
    ConcernKind,
    ConcernState,
    DayPart,
    OwedReply,
    Sign,
)
from reviewbot.core.trends.overview import (
    DayFigures,
    Named,
    Overview,
    PlaceStars,
    ReplyTimes,
    SiteRating,
    TopicProblem,
    TopicTimes,
)
from reviewbot.core.trends.past import PastFigures, ReplyFault, UnwiseReply, YearFigures
from reviewbot.core.trends.stars import Share, StarFigures
from reviewbot.core.trends.summary import SummaryFacts

ZONE = "Europe/Moscow"
STARS = (
    "55542 55544 55554 5554 55543 55544 55544 55554 55542 -"
    " - 55541 55544 555543 55542 55544 55544 555543 555441 55442"
    " 55441 55441 554441 555442 555441 55442 555442 554441 555442 55441"
)
"""The stars of each of the thirty days, worst last; "-": a day out of sight."""
FIRST, END = date(2026, 2, 1), date(2026, 3, 3)


def sample_figures(language: str) -> DigestFacts:
    """Return thirty days of three cafés; at one of them guests wait since 17 February."""
    russian = language == "ru"
    names = (
        ("Тверская 12", "Невский 40", "Арбат 7")
        if russian
        else ("Tverskaya 12", "Nevsky 40", "Arbat 7")
    )
    starts = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC) - timedelta(hours=3)
    ends = datetime(END.year, END.month, END.day, tzinfo=UTC) - timedelta(hours=3)
    figures = PeriodFigures(
        new=148,
        complaints=19,
        in_time=16,
        late=2,
        undecided=1,
        usual=timedelta(minutes=38),
        topics=(TopicCount("waiting", 12, names[0]), TopicCount("staff", 4)),
        praise=TopicCount("food", 41),
    )
    before = PeriodFigures(new=139, complaints=9, in_time=9, usual=timedelta(minutes=41))
    return DigestFacts(
        period=Period.RECENT,
        days=Days(FIRST, END, starts, ends),
        zone=ZONE,
        at=ends + timedelta(hours=10),
        locations=3,
        figures=figures,
        before=before,
        open=3,
        overdue=(PlaceCount(names[1], 1),),
        overview=_overview(names, russian),
        customers=Customers("", "2026-01", 500, 475, 25),
    )


def sample_summary(language: str) -> SummaryFacts:
    """Return how the same cafés stand that evening: one is late, one site is out of sight."""
    figures = sample_figures(language)
    overview = figures.overview
    assert overview is not None
    return SummaryFacts(
        zone=ZONE,
        at=figures.at,
        since=figures.at - timedelta(minutes=20),
        locations=figures.locations,
        open=figures.open,
        overdue=figures.overdue,
        sites=overview.sites,
        unseen=(
            Unseen(
                source_title={"ru": "2ГИС", "en": "2GIS"},
                since=figures.at - timedelta(hours=5),
                until=None,
                length=timedelta(),
                places=3,
                of=3,
            ),
        ),
        all_in_sight=False,
    )


def _overview(names: tuple[str, ...], russian: bool) -> Overview:
    yandex = {"ru": "Яндекс", "en": "Yandex"}
    two_gis = {"ru": "2ГИС", "en": "2GIS"}
    quote = "Ждали капучино сорок минут." if russian else "Waited forty minutes for a cappuccino."
    olga = "Оля" if russian else "Olya"
    days = [
        DayFigures(
            FIRST + timedelta(days=n),
            StarFigures.of([int(star) for star in told if star != "-"]),
            is_unseen=told == "-",
        )
        for n, told in enumerate(STARS.split())
    ]
    return Overview(
        sites=(
            SiteRating(
                "yandex_maps",
                yandex,
                4.4,
                -0.2,
            ),
            SiteRating(
                "two_gis",
                two_gis,
                4.6,
                0.1,
            ),
        ),
        places=(
            PlaceStars(
                "tverskaya",
                names[0],
                StarFigures(74, 289, 1257),
                74,
                14,
            ),
            PlaceStars("nevsky", names[1], StarFigures(68, 314, 1478), 68, 4),
            PlaceStars("arbat", names[2], StarFigures(6, 27, 125), 6, 1),
        ),
        stars=StarFigures(148, 630, 2860),
        before=StarFigures(139, 645, 3041),
        days=tuple(days),
        replies=ReplyTimes(
            18,
            timedelta(minutes=44),
            timedelta(hours=5),
            Share(121, 148),
            _weeks(),
            timedelta(hours=1),
        ),
        topics={
            "waiting": (12, 2),
            "staff": (4, 23),
            "food": (3, 41),
            "cleanliness": (1, 6),
            "place": (0, 18),
        },
        problems=(
            TopicProblem("waiting", 12, 2, ((names[0], 10), (names[1], 2)), quote, 1284),
            TopicProblem("staff", 4, 3, ((names[0], 3), (names[1], 1))),
            TopicProblem("food", 3, 4, tuple((name, 1) for name in names)),
        ),
        praised=(Named(olga, 4),),
        arrivals=_by_hour(148, 9),
        answers=_by_hour(121, 10),
        goal=4.6,
        topic_times=_topic_times(),
        beside=_beside(russian),
    )


def _by_hour(count: int, opens: int) -> tuple[tuple[int, ...], ...]:
    """So many, spread over the hours of a week."""
    hours = [[0] * 24 for _ in range(7)]
    for n in range(count):
        hours[n * 3 % 7][opens + (n * n // 5 + n) % 13] += 1
    return tuple(map(tuple, hours))


def _topic_times() -> TopicTimes:
    """The same thirty days in stretches of three."""
    starts = tuple(FIRST + timedelta(days=3 * n) for n in range(10))
    complaints = {
        "waiting": (0, 1, 0, 0, 1, 1, 2, 2, 2, 3),
        "staff": (1, 0, 0, 1, 0, 0, 1, 0, 1, 0),
        "food": (0, 0, 1, 0, 1, 0, 0, 1, 0, 0),
    }
    unseen = tuple(n == 3 for n in range(10))
    return TopicTimes(starts, (15, 14, 15, 5, 16, 16, 16, 17, 17, 17), complaints, unseen)


def _beside(russian: bool) -> tuple[Beside, ...]:
    rival, quiet = ("Зерно", "Кофе у моста") if russian else ("Grain", "Bridge Coffee")
    said = "В «Зерне» очередь идёт быстрее." if russian else "At Grain the queue moves faster."
    ours = Beside(
        name="",
        is_ours=True,
        site_rating=4.5,
        stars=StarFigures(148, 630, 2860),
        complaints=Share(19, 148),
        bad=("waiting", "staff"),
        good=("food", "staff"),
        replies=Share(121, 148),
        reply_time=timedelta(hours=3),
    )
    theirs = replace(
        ours,
        name=rival,
        is_ours=False,
        site_rating=4.7,
        stars=StarFigures(96, 441, 2079),
        complaints=Share(6, 96),
        bad=("cleanliness",),
        good=("price", "food"),
        replies=Share(40, 96),
        reply_time=timedelta(days=2),
        praised_more=("price",),
        named=1,
        said=(Comparison(said, about_us=True, number=1307),),
    )
    few = StarFigures(7, 30, 134)
    unknown = replace(theirs, name=quiet, stars=few, praised_more=(), named=0, said=())
    return ours, theirs, replace(unknown, complaints=Share(1, 7), replies=Share(2, 7))


def _weeks() -> tuple[tuple[date, timedelta | None, timedelta | None], ...]:
    """The weeks of the days, counted back from their end: the first is what is left."""
    firsts = [max(FIRST, END - timedelta(weeks=back)) for back in range(5, 0, -1)]
    middle, slow = (50, 44, 40, 46, 38), (6, 5, 4, 9, 5)
    return tuple(
        (first, timedelta(minutes=middle[n]), timedelta(hours=slow[n]))
        for n, first in enumerate(firsts)
    )


def sample_drop(language: str) -> ConcernFacts:
    """A café where guests wait, and which is worse than usual for it."""
    russian = language == "ru"
    found_at = datetime(2026, 3, 3, 6, 0, tzinfo=UTC)
    return ConcernFacts(
        number=1,
        kind=ConcernKind.DROP,
        state=ConcernState.OPEN,
        place="Тверская 12" if russian else "Tverskaya 12",
        topic="waiting",
        sign=Sign(
            days=14,
            n=31,
            mean=3.9,
            usual=4.6,
            half=0.2,
            since=date(2026, 2, 17),
            complaints=9,
            mentions=7,
            part=DayPart.EVENING,
            tickets=(1301, 1304, 1307, 1311, 1312, 1318, 1322),
        ),
        zone=ZONE,
        at=found_at,
        found_at=found_at,
        advice="посмотрите смену в эти часы: касса, бар, выдача"
        if russian
        else "look at the shift in these hours: till, bar, pass",
    )


def sample_incident(language: str) -> ConcernFacts:
    """Eight complaints of one evening about cold food."""
    russian = language == "ru"
    found_at = datetime(2026, 3, 3, 17, 40, tzinfo=UTC)
    return ConcernFacts(
        number=2,
        kind=ConcernKind.INCIDENT,
        state=ConcernState.OPEN,
        place="Арбат 7" if russian else "Arbat 7",
        topic="food",
        sign=Sign(
            n=8,
            complaints=8,
            mentions=8,
            part=DayPart.EVENING,
            tickets=tuple(range(21, 29)),
            sources={"yandex_maps": 5, "two_gis": 3},
        ),
        zone=ZONE,
        at=found_at,
        found_at=found_at,
        due_at=datetime(2026, 3, 4, 9, 0, tzinfo=UTC),
        noted=(
            (
                23,
                MeasureNoted(
                    1,
                    "проверить печь на раздаче" if russian else "check the oven at the pass",
                    "Иван" if russian else "Ivan",
                    datetime(2026, 3, 5, 15, 0, tzinfo=UTC),
                ),
            ),
        ),
        draft="Здравствуйте! Простите за остывшие блюда: так быть не должно."
        if russian
        else "Hello! We are sorry the dishes came cold: that should not happen.",
        advice="попробуйте блюда в те же часы, проверьте температуру на выдаче"
        if russian
        else "taste the dishes at the same hours, check the temperature at the pass",
        source_titles={
            "yandex_maps": {"ru": "Яндекс", "en": "Yandex"},
            "two_gis": {"ru": "2ГИС", "en": "2GIS"},
        },
    )


def sample_past(language: str) -> PastFigures:
    """What a first reading of three cafés tells."""
    russian = language == "ru"
    said = (
        "Вы сами виноваты: надо было заказать заранее."
        if russian
        else ("It is your own fault: you should have ordered ahead.")
    )
    place = "Невский 40" if russian else "Nevsky 40"
    at = datetime(2025, 11, 4, 12, tzinfo=UTC)
    return PastFigures(
        reviews=1412,
        answered=Share(551, 1412),
        answered_bad=Share(61, 173),
        median=timedelta(days=2, hours=3),
        timed=551,
        repeated=214,
        blaming=3,
        personal=1,
        years=(
            YearFigures(2026, StarFigures(287, 1275, 5901), (("waiting", 14), ("staff", 7))),
            YearFigures(2025, StarFigures(702, 3160, 14800), (("waiting", 41), ("food", 18))),
            YearFigures(2024, StarFigures(423, 1946, 9230), (("food", 11), ("waiting", 9))),
        ),
        unwise=(
            UnwiseReply(ReplyFault.BLAMING, place, at, said),
            UnwiseReply(ReplyFault.PERSONAL, place, at - timedelta(days=40)),
        ),
    )


def sample_same_text(language: str) -> ConcernFacts:
    """One guest's text at two places: one of the two is somebody else's guest."""
    russian = language == "ru"
    arbat, nevsky = ("Арбат 7", "Невский 40") if russian else ("Arbat 7", "Nevsky 40")
    text = (
        "Привезли остывшую пиццу и забыли соус, никто не извинился."
        if russian
        else "The pizza came cold and without its sauce, nobody said sorry."
    )
    return replace(
        sample_incident(language),
        number=3,
        kind=ConcernKind.SAME_TEXT,
        topic=None,
        advice="",
        draft="",
        sign=Sign(n=2, mentions=2, tickets=(31, 34), sources={"yandex_maps": 2}, text=text),
        replies=(
            OwedReply(31, "arbat", arbat, TicketState.WAITING),
            OwedReply(34, "nevsky", nevsky, TicketState.PROPOSED),
        ),
    )


def sample_wave(language: str) -> ConcernFacts:
    """One short text that many sent to one page within an hour."""
    russian = language == "ru"
    return replace(
        sample_same_text(language),
        number=4,
        place="Невский 40" if russian else "Nevsky 40",
        sign=Sign(
            n=11,
            mentions=11,
            tickets=tuple(range(1402, 1413)),
            sources={"two_gis": 11},
            text="Ужас, не ходите" if russian else "Awful, do not go",
        ),
        replies=(),
    )
