"""Buyers' questions: a duty with its own reply time, card and states, and no review anywhere."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from reviewbot.core.calendar.digest_days import Days, QuestionFigures
from reviewbot.core.connections import OF_REVIEWS, Endpoint
from reviewbot.core.model import Kind
from reviewbot.core.settings import ReplyTimeEntry, Route, Span, Times, When
from reviewbot.core.ticket import Act, Action
from reviewbot.integrations import events
from reviewbot.queries import exports
from reviewbot.queries.card_facts import card_facts
from reviewbot.queries.figures import summary
from reviewbot.queries.past_reviews import past_reviews
from reviewbot.queries.period_figures import PeriodRows, figures, names
from reviewbot.queries.question_figures import question_figures
from reviewbot.queries.trends.past_audit import past_audit
from reviewbot.queries.trends.written import written
from reviewbot.store.tables import DeliveryRow
from reviewbot.store.tx import Tx
from reviewbot.words.cards.card import card
from reviewbot.workflow import act
from tests.collect.collect_world import SITES, CollectWorld, collect_world
from tests.collect.question_stand_ins import (
    OzonQuestions,
    WildberriesQuestions,
    YandexMarketQuestions,
)
from tests.collect.stand_ins import StandIn, Told
from tests.collect.test_official_apis import TEXT, many, place, state
from tests.store.store_world import actor, settings
from tests.words.message_text import text_of

SITE_OF: list[Callable[[], StandIn]] = [
    WildberriesQuestions,
    OzonQuestions,
    YandexMarketQuestions,
]
HOURS = Span(timedelta(hours=5), counts="clock")
ASKED = "Почему в карточке товара не указан срок годности?"


def tx_of(world: CollectWorld, rows: object) -> Tx:
    return Tx(rows, world.settings, SITES, world.clock.now())  # type: ignore[arg-type]


def shop(folder: Path, site: StandIn) -> object:
    """A collector whose one target asks the stand-in; questions have five hours and a chat."""
    asks = When(kind=(Kind.QUESTION,))
    classes = {cls: Times(None, HOURS) for cls in ("negative", "mixed", "neutral", "positive")}

    def shape(made):  # type: ignore[no-untyped-def]
        entry = next(iter(made.targets.values()))
        target = replace(entry.target, ref=site.ref, options=site.options)
        return replace(
            made,
            targets={entry.target.key: replace(entry, target=target)},
            reply_time=(ReplyTimeEntry("reply_time.question", asks, classes), *made.reply_time),
            routes=(Route("questions", asks, "managers"), *made.routes),
            endpoints={"crm": Endpoint("crm", "https://crm.example/in", OF_REVIEWS)},
        )

    return collect_world(
        folder,
        site,  # type: ignore[arg-type]
        shape=shape,
        source=site.module,
        secrets={"small": site.secret},
    )


@pytest.mark.parametrize("make", SITE_OF)
async def test_a_question_is_told_answered_and_counted_as_no_review(
    tmp_path: Path, make: Callable[[], StandIn]
) -> None:
    site = make()
    async with shop(tmp_path, site) as world:  # type: ignore[attr-defined]
        site.reviews = many(3)
        for _ in range(2):
            assert (await world.read()).health in ("ok", "unchanged")
            world.clock.advance(minutes=30)
        tell(world)
        since = world.clock.now()
        site.reviews.insert(0, Told("9001", since, text=ASKED))
        await world.read()
        review, ticket = world.review("9001"), world.ticket("9001")
        assert (review.kind, review.rating, ticket.state) == ("question", None, "waiting")
        assert [alert.chat_key for alert in world.alerts()] == ["managers"]

        def told(rows):  # type: ignore[no-untyped-def]
            facts = card_facts(tx_of(world, rows), ticket.id)
            assert facts is not None
            assert facts.reply_deadline - facts.clock_start_at == timedelta(hours=5)
            return card(facts, "ru", group=True), card(facts, "en", group=True)

        russian, english = world.db.read_now(told)
        assert text_of(russian).startswith("❓ Вопрос покупателя · ")
        assert text_of(english).startswith("❓ A buyer's question · ")
        assert "Черновика нет: напишите ответ." in text_of(russian)

        days = Days(since.date(), since.date(), since, since + timedelta(days=1))
        key = "tverskaya"
        waiting = world.db.read_now(lambda rows: question_figures(tx_of(world, rows), [key], days))
        assert waiting == QuestionFigures(new=1, open=1)

        world.db.write_now(
            lambda rows: act.act(
                tx_of(world, rows), ticket.id, Act(Action.APPROVE, actor("marina"), text=TEXT)
            )
        )
        world.clock.advance(minutes=5)
        while await world.worker.run_one():
            pass
        await world.read()
        found = site.find("9001")
        assert found is not None
        assert (site.posts, found.reply, state(world, "9001")) == (1, TEXT, "answered")
        counted(world, since, days, key)
        assert tell(world) == [
            ("question.found", "question"),
            *((f"ticket.{step}", "question") for step in ("opened", "approved", "posted")),
            ("ticket.answered", "question"),
        ]


def tell(world: CollectWorld) -> list[tuple[str, str]]:
    """What other systems are told: each event with the kind of what it is about."""
    world.db.write_now(lambda rows: events.gather(tx_of(world, rows)))
    return [(row.event, row.payload["data"]["review"]["kind"]) for row in world.rows(DeliveryRow)]


def counted(world: CollectWorld, since, days: Days, key: str) -> None:  # type: ignore[no-untyped-def]
    """No figure of reviews knows a question; its own figures and the exports do."""

    def read(rows) -> None:  # type: ignore[no-untyped-def]
        tx = tx_of(world, rows)
        assert question_figures(tx, [key], days) == QuestionFigures(new=1, in_time=1)
        told = figures(PeriodRows(tx, [key], days, "UTC"), names(tx.settings))
        assert (told.new, told.complaints, told.in_time, told.late) == (0, 0, 0, 0)
        total = summary(rows, since, since + timedelta(days=1)).total
        assert (total.reviews, total.in_time, total.open, total.running) == (0, 0, 0, 0)
        assert list(written(rows, [key], since - timedelta(days=90), days.until)) == []
        assert past_audit(tx, [key]).reviews == 0
        assert list(past_reviews(rows)) == []
        [shown] = [each for each in exports.reviews(rows) if each["external_id"] == "9001"]
        assert (shown["kind"], shown["counts_as_new"]) == ("question", False)
        [row] = exports.tickets(rows, world.clock.now())
        assert (row["kind"], row["outcome"]) == ("question", "in_time")

    world.db.read_now(read)


async def test_questions_that_waited_before_the_bot_came_wait_in_the_queue(tmp_path: Path) -> None:
    site = WildberriesQuestions()
    async with shop(tmp_path, site) as world:  # type: ignore[attr-defined]
        site.reviews = [Told("77", world.clock.now() - timedelta(days=2), text="Какая обжарка?")]
        await world.read()
        assert world.ticket("77").backlog
        assert world.alerts() == []
        assert place(world).source == "small"
        assert settings().reply_time
