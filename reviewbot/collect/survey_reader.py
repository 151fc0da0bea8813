"""Takes ended surveys in, a transaction each: they become reviews, as what a site shows does; and
asks who was reached whether it is solved."""

import logging
from functools import partial

from sqlmodel import Session

from reviewbot.clock import Clock
from reviewbot.core.model import BotKey
from reviewbot.core.settings import Settings
from reviewbot.core.source_facts import Sources
from reviewbot.store.database import Database
from reviewbot.store.surveys.guest_rows import next_ended, next_to_follow_up
from reviewbot.store.tx import Tx
from reviewbot.workflow.readings.shown_reviews import ClassifierFor
from reviewbot.workflow.surveys import follow_ups, survey_reviews

log = logging.getLogger(__name__)


class SurveyReader:
    """Called every few seconds; a look that finds nothing writes nothing."""

    def __init__(
        self,
        db: Database,
        settings: Settings,
        sources: Sources,
        clock: Clock,
        classifier_for: ClassifierFor,
    ) -> None:
        self._db = db
        self._settings = settings
        self._sources = sources
        self._clock = clock
        self._classifier_for = classifier_for

    async def look(self) -> None:
        """Take in what ended since the last look, and ask whom it is time to ask."""
        while (survey_id := await self._db.read(self._next)) is not None:
            ticket = await self._db.write(partial(self._take_in, survey_id))
            log.info("survey %d is taken in, ticket %s", survey_id, ticket)
        while (survey_id := await self._db.read(self._to_follow_up)) is not None:
            await self._db.write(partial(self._follow_up, survey_id))
            log.info("the guest of survey %d is asked whether it is solved", survey_id)

    def _next(self, rows: Session) -> int | None:
        before = self._clock.now() - survey_reviews.PATIENCE
        return next_ended(rows, before)

    def _to_follow_up(self, rows: Session) -> int | None:
        guests = self._settings.guests
        bots = {BotKey.STAFF, guests.bot} if guests else ()
        return next_to_follow_up(rows, self._clock.now() - follow_ups.AFTER, bots)

    def _follow_up(self, survey_id: int, rows: Session) -> None:
        follow_ups.follow_up(self._tx(rows), survey_id)

    def _take_in(self, survey_id: int, rows: Session) -> int | None:
        return survey_reviews.take_in(self._tx(rows), survey_id, self._classifier_for)

    def _tx(self, rows: Session) -> Tx:
        return Tx(rows, self._settings, self._sources, self._clock.now())
