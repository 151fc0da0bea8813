"""What whoever watches over the bot may ask on the web port: `/healthz` and `/metrics`.

Neither names a guest or a person. The figures are those of `/health` and `/stats`, in Prometheus'
text form.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reviewbot.clock import Clock
from reviewbot.core.facts import HealthFacts
from reviewbot.core.settings import Settings
from reviewbot.core.source_facts import Sources
from reviewbot.integrations.figure_gauges import GaugeFacts, gauge_facts, gauges
from reviewbot.queries import health_facts
from reviewbot.store.database import Database
from reviewbot.store.queues import deliveries
from reviewbot.store.tx import Tx

Channels = dict[str, tuple[int, int]]

KEPT_FOR = timedelta(minutes=5)
"""Figures of days change slowly and take a look at many rows, while whoever asks does so every few
seconds: so long the same are told."""


class Monitoring:
    """Answers from the rows of the moment; `stuck` names the parts that show no sign of life."""

    def __init__(
        self,
        db: Database,
        settings: Settings,
        sources: Sources,
        clock: Clock,
        stuck: Callable[[], Sequence[str]],
    ) -> None:
        self._db = db
        self._settings = settings
        self._sources = sources
        self._clock = clock
        self._stuck = stuck
        self._figures: tuple[datetime, GaugeFacts] | None = None

    @property
    def routes(self) -> list[Route]:
        return [Route("/healthz", self._healthz), Route("/metrics", self._metrics)]

    async def _healthz(self, _request: Request) -> Response:
        """200 while every part moves and the database can be read; else 503. Telegram and sites
        that are away are no reason to start the bot anew: they are told, and stay 200."""
        stuck = list(self._stuck())
        try:
            facts, _ = await self._db.read(self._look)
        except SQLAlchemyError:
            return JSONResponse({"status": "no database", "stuck": stuck}, 503)
        told = {
            "status": "stuck" if stuck else "ok",
            "stuck": stuck,
            "telegram": facts.telegram or "ok",
            "blind": len(facts.blind),
        }
        return JSONResponse(told, 503 if stuck else 200)

    async def _metrics(self, _request: Request) -> Response:
        facts, channels = await self._db.read(self._look)
        registry = CollectorRegistry()
        registry.register(_Figures(facts, channels, list(self._stuck()), await self._of_days()))
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    async def _of_days(self) -> GaugeFacts:
        now, kept = self._clock.now(), self._figures
        if kept is None or not kept[0] <= now < kept[0] + KEPT_FOR:
            kept = now, await self._db.read(lambda rows: gauge_facts(self._tx(rows)))
            self._figures = kept
        return kept[1]

    def _tx(self, rows: Session) -> Tx:
        return Tx(rows, self._settings, self._sources, self._clock.now())

    def _look(self, rows: Session) -> tuple[HealthFacts, Channels]:
        return health_facts.health(self._tx(rows)), deliveries.counts(rows)


class _Figures(Collector):
    def __init__(
        self, facts: HealthFacts, channels: Channels, stuck: Sequence[str], of_days: GaugeFacts
    ) -> None:
        self._facts, self._channels, self._stuck = facts, channels, stuck
        self._of_days = of_days

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterable[Metric]:
        facts = self._facts
        for name, value, doc in (
            ("targets", facts.targets, "Pages that are read."),
            ("tickets_open", facts.open_tickets, "Reviews that wait for an answer."),
            ("tickets_overdue", facts.overdue, "Open reviews whose reply time has passed."),
            ("messages_waiting", facts.outbox_waiting, "Messages that are due and not sent."),
            ("messages_parked", facts.outbox_parked, "Messages that were given up."),
            ("updates_waiting", facts.inbox_waiting, "Presses and messages not handled yet."),
            ("updates_parked", facts.inbox_parked, "Presses and messages given up."),
            ("work_waiting", facts.work_waiting, "Replies and files on their way."),
            ("work_given_up", facts.work_given_up, "Of that, given up in the last day."),
            ("chats_dead", len(facts.dead_chats), "Chats that take no messages."),
            ("telegram_up", int(not facts.telegram), "1 while Telegram answers."),
            ("parts_stuck", len(self._stuck), "Parts without a sign of life."),
        ):
            yield GaugeMetricFamily(f"reviewbot_{name}", doc, value=value)
        if facts.last_reading_at is not None:
            yield GaugeMetricFamily(
                "reviewbot_last_reading_timestamp_seconds",
                "When a page was last read.",
                value=facts.last_reading_at.timestamp(),
            )
        health = GaugeMetricFamily(
            "reviewbot_targets_by_health",
            "Pages by the state of their reading.",
            labels=["health"],
        )
        for state, count in sorted(facts.states.items()):
            health.add_metric([state], count)
        yield health
        yield from self._deliveries()
        yield from gauges(self._of_days)

    def _deliveries(self) -> Iterable[Metric]:
        waiting = GaugeMetricFamily(
            "reviewbot_deliveries_waiting", "Not told to other systems yet.", labels=["channel"]
        )
        dead = GaugeMetricFamily(
            "reviewbot_deliveries_dead", "Given up for other systems.", labels=["channel"]
        )
        told: dict[str, tuple[int, int]] = {}
        for channel, (waits, lost) in self._channels.items():
            # A mail address is a person's: all of them are one channel.
            name = "mail" if channel.startswith("mail:") else channel
            more = told.get(name, (0, 0))
            told[name] = more[0] + waits, more[1] + lost
        for name, (waits, lost) in sorted(told.items()):
            waiting.add_metric([name], waits)
            dead.add_metric([name], lost)
        yield waiting
        yield dead
