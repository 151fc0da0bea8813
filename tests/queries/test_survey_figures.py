"""What guests answered in a period: counted once each, told apart by what the visit says."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from reviewbot.core.surveys.churn import Customers
from reviewbot.core.surveys.scores import SurveyFigures, SurveyGroup
from reviewbot.core.surveys.survey import GuestSettings, Scale
from reviewbot.core.trends.overview import Overview
from reviewbot.queries.surveys.survey_export import SURVEY_COLUMNS, survey_lines
from reviewbot.queries.surveys.survey_figures import survey_figures
from reviewbot.queries.trends.places_meant import Meant
from reviewbot.store.surveys.guest_tables import GuestLinkRow, SurveyRow
from reviewbot.store.tables import ReviewRow, TargetRow, TicketRoundRow, TicketRow
from reviewbot.store.tx import Tx
from reviewbot.words.language import words_in
from reviewbot.words.trends.samples import sample_figures
from reviewbot.words.trends.stats import stats
from reviewbot.words.trends.survey_tables import guest_tables
from reviewbot.workflow.digests import page_of
from tests.store.store_world import MONDAY, StoreWorld

WEEK = (MONDAY, MONDAY + timedelta(days=7))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[StoreWorld]:
    made = StoreWorld(tmp_path)
    yield made
    made.db.close()


def asked(world: StoreWorld, place: str, segment: str, scores: list[int | None]) -> None:
    """Links for one guest each, answered on Tuesday with a score or not (None)."""

    def write(rows: Session) -> None:
        for number, score in enumerate(scores):
            link = GuestLinkRow(
                code_hash=f"{place}{segment}{number}",
                location_key=place,
                segment=segment,
                visited_at=MONDAY,
                created_by="call",
                created_at=MONDAY,
            )
            rows.add(link)
            rows.flush()
            if score is not None:
                at = MONDAY + timedelta(days=1)
                rows.add(
                    SurveyRow(
                        link_id=link.id or 0,
                        telegram_id=700 + (link.id or 0),
                        location_key=place,
                        language="ru",
                        scale=Scale.NPS,
                        step="thanks",
                        score=score,
                        started_at=at,
                        scored_at=at,
                        ended_at=at,
                    )
                )
                rows.flush()

    world.db.write_now(write)


def figures(world: StoreWorld, by: SurveyGroup) -> Mapping[str, SurveyFigures]:
    places = tuple(world.settings.locations)
    return world.db.read_now(
        lambda rows: survey_figures(
            Tx(rows, world.settings, world.source_facts, WEEK[1]), places, *WEEK, by
        )
    )


def test_ten_promoters_five_passives_five_detractors_are_25(world: StoreWorld) -> None:
    asked(world, "tverskaya", "new", [9] * 10 + [7] * 5 + [3] * 5 + [None] * 20)
    [found] = figures(world, SurveyGroup.ALL).values()
    nps = found.score(Scale.NPS)
    assert nps is not None
    assert (nps.value, nps.count) == (25, 20)
    assert found.score(Scale.CSAT) is None
    assert found.response is not None
    assert (found.response.value, found.asked, found.answered) == (50, 40, 20)


def test_they_are_told_apart_by_place_group_month_segment_and_hour(world: StoreWorld) -> None:
    asked(world, "tverskaya", "new", [10])
    asked(world, "nevsky", "returning", [2, None])

    def counts(by: SurveyGroup) -> dict[str, tuple[int, int]]:
        return {name: (each.asked, each.low) for name, each in figures(world, by).items()}

    assert counts(SurveyGroup.PLACE) == {"nevsky": (2, 1), "tverskaya": (1, 0)}
    assert counts(SurveyGroup.GROUP) == {"": (1, 0), "spb": (2, 1)}
    assert counts(SurveyGroup.SEGMENT) == {"new": (1, 0), "returning": (2, 1)}
    assert counts(SurveyGroup.MONTH) == {"2026-03": (3, 1)}
    assert sum(each for each, _ in counts(SurveyGroup.HOUR).values()) == 3


def test_an_unhappy_guest_is_reached_where_staff_marked_it_within_a_day(
    world: StoreWorld,
) -> None:
    asked(world, "tverskaya", "new", [1, 4])
    number, late = world.ticket(), world.ticket()

    def mark(rows: Session) -> None:
        scored = MONDAY + timedelta(days=1)
        surveys = rows.exec(select(SurveyRow).order_by(col(SurveyRow.id))).all()
        for survey, ticket_id, hours in zip(surveys, (number, late), (23, 25), strict=True):
            wanted = select(TicketRoundRow).where(TicketRoundRow.ticket_id == ticket_id)
            round_ = rows.exec(wanted).one()
            round_.marked_at = scored + timedelta(hours=hours)
            review = rows.get_one(ReviewRow, rows.get_one(TicketRow, ticket_id).review_id)
            survey.review_id, review.kind = review.id, "survey"
            rows.add_all([round_, survey, review])

    world.db.write_now(mark)
    [found] = figures(world, SurveyGroup.ALL).values()
    assert (found.low, found.reached) == (2, 1)


def test_a_table_of_surveys_made_elsewhere_feeds_the_same_figures(world: StoreWorld) -> None:
    asked(world, "tverskaya", "new", [10])
    at = MONDAY + timedelta(days=2)

    def write(rows: Session) -> None:
        target = TargetRow(key="of-table", location_key="tverskaya", source="table", ref="file")
        rows.add(target)
        rows.flush()
        visit = {"segment": "new", "item": "lunch", "visited": "2026-03-04T09:30:00+00:00"}
        told = ((9.0, 10.0), (3.0, 10.0), (5.0, 5.0), (3.5, 5.0), (80.0, 100.0))
        for number, (score, scale) in enumerate(told):
            rows.add(
                ReviewRow(
                    target_id=target.id or 0,
                    external_id=str(number),
                    fingerprint="f",
                    kind="survey",
                    score=score,
                    scale=scale,
                    published_at=at,
                    published_precision="second",
                    tone="neutral",
                    site=visit if number == 1 else {},
                    first_seen_at=at,
                    last_seen_at=at,
                )
            )

    world.db.write_now(write)
    [found] = figures(world, SurveyGroup.ALL).values()
    nps, csat = found.score(Scale.NPS), found.score(Scale.CSAT)
    assert nps is not None
    assert csat is not None
    assert (round(nps.value), nps.count) == (33, 3)
    assert (csat.value, csat.count) == (100, 1)
    assert found.stars == pytest.approx((5 + 4.6 + 2.2 + 5) / 4), "10, 9, 3 of 10 and 5 of 5"
    assert (found.asked, found.low) == (1, 1), "how many were asked elsewhere nobody knows"
    for by, name in (
        (SurveyGroup.SEGMENT, "new"),
        (SurveyGroup.ITEM, "lunch"),
        (SurveyGroup.HOUR, "09"),
    ):
        shown = figures(world, by)
        assert name in shown, (by, list(shown))
        assert 3 in shown[name].scores[Scale.NPS]
    lines = world.db.read_now(lambda rows: list(survey_lines(rows)))
    assert [(line["source"], line["scale"], line["score"], line["mood"]) for line in lines] == [
        ("survey", "nps", 10, "high"),
        ("table", "nps", 9, "high"),
        ("table", "nps", 3, "low"),
        ("table", "csat", 5, "high"),
    ]
    assert lines[2]["segment"] == "new"
    assert lines[2]["reached_in_24h"] is False
    assert all(set(line) == set(SURVEY_COLUMNS) for line in lines)


def test_the_page_and_stats_tell_them_with_their_formulas(world: StoreWorld) -> None:
    asked(world, "tverskaya", "new", [9] * 10 + [7] * 5 + [3] * 5 + [None] * 20)
    asked(world, "nevsky", "returning", [10])
    lost = (Customers("tverskaya", "2026-02", 500, 475, 25), Customers("", "2026-01", 9, 0, 0))
    guests = GuestSettings(Scale.NPS, timedelta(days=30), "https://example.com/p", lost)
    world.settings = replace(world.settings, guests=guests)
    about = Meant(("tverskaya", "nevsky"))
    facts = world.db.read_now(lambda rows: page_of(world.tx(rows, WEEK[1]), about, 30, None))
    t = words_in("en")
    guests_table, customers = guest_tables(facts, facts.figures.overview or Overview(), t)
    rows = {row.cells[0].text: [cell.text for cell in row.cells[1:]] for row in guests_table.rows}
    assert rows["All"][:3] == ["41", "51% (36…66), 41", "29 (−8…58), 21"]
    assert rows["guests: new"][2] == "25 (−12…55), 20"
    assert rows["group spb"][2] == rows["guests: returning"][2]
    assert [cell.text for cell in customers.rows[0].cells] == [
        "February 2026", "500", "475", "25", "10.0%",
    ]  # fmt: skip
    told = stats(facts.figures, "en").html
    for language in ("en", "ru"):
        asked_too = replace(sample_figures(language), guests=facts.figures.guests)
        shown = stats(asked_too, language).html.splitlines()
        assert len(shown) == 6, "five lines below the head"
    assert "(NPS: % of 9–10 less % of 0–6; answered: of links for one guest; reached:" in told
    assert "customers lost (CCR) 10.0% = (500 − (475 − 25)) / 500" in told
    rated = stats(replace(facts.figures, guests_on_sites=4.4), "en").html
    assert "3.9 of 5, on the sites 4.4" in rated
    day = replace(facts.figures, guests=None, customers=None)
    assert "NPS" not in stats(day, "en").html
