"""A guest answers a survey, one question after another; each answer is one transaction.

What comes twice, late or from somebody else changes nothing. The next question is put in the
outbox with the answer, so a restart goes on where it stopped.
"""

import json
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, update
from sqlmodel import col

from reviewbot.core.model import BotKey, OutboxKind
from reviewbot.core.surveys.survey import (
    RANGES,
    AnswerNotTaken,
    GuestSaying,
    Scale,
    SurveyStep,
    mood_of,
    step_after,
)
from reviewbot.core.text import clean
from reviewbot.store.queues import outbox
from reviewbot.store.surveys.guest_rows import link_of, newest_here, running_survey, surveys_of
from reviewbot.store.surveys.guest_tables import GuestLinkRow, SurveyRow
from reviewbot.store.tables import InboxRow, OutboxRow
from reviewbot.store.tx import Tx
from reviewbot.words.vocabulary import View
from reviewbot.workflow.surveys.guest_links import good_link, guest_settings, variant_for
from reviewbot.workflow.surveys.survey_reviews import forget_review


@dataclass(frozen=True, slots=True)
class Guest:
    """Who answers, as Telegram names them. The name is kept where they ask to be written to."""

    telegram_id: int
    language: str
    username: str | None = None
    bot: BotKey = BotKey.STAFF
    """In which bot they are."""


ONE_IN = timedelta(hours=12)
"""A guest answers about a place once in so long, however often the place's link is opened."""
MOST_WORDS = 2_000
MOST_NAME = 200
PREFIX = "survey:"


def begin(tx: Tx, code: str, guest: Guest) -> SurveyRow:
    """Open a survey by a link, or show its question again. Raises AnswerNotTaken."""
    running = running_survey(tx.session, guest.telegram_id)
    link = _used_up(tx, code, running)
    if link is None:
        assert running is not None
        return _ask_again(tx, running, guest)
    location, reusable = link.location_key, link.reusable
    earlier = newest_here(tx.session, guest.telegram_id, location, tx.now - ONE_IN)
    if reusable and earlier is not None:
        if earlier.ended_at is not None:
            raise AnswerNotTaken(GuestSaying.SURVEY_DONE)
        return _ask_again(tx, earlier, guest)
    if running is not None:
        _end(tx, running)
    variant = variant_for(tx, link, guest.telegram_id)
    assert link.id is not None
    survey = SurveyRow(
        link_id=link.id,
        telegram_id=guest.telegram_id,
        bot=guest.bot,
        location_key=location,
        language=guest.language,
        scale=variant.scale if variant else guest_settings(tx).scale,
        variant=variant.key if variant else None,
        step=SurveyStep.SCORE,
        started_at=tx.now,
    )
    tx.session.add(survey)
    tx.session.flush()
    ask(tx, survey, guest)
    return survey


def _ask_again(tx: Tx, survey: SurveyRow, guest: Guest) -> SurveyRow:
    """Show the question of the moment once more. A guest whose bot is gone goes on in this one."""
    survey.bot = guest.bot
    tx.session.add(survey)
    ask(tx, survey, guest, again=True)
    return survey


def _used_up(tx: Tx, code: str, running: SurveyRow | None) -> GuestLinkRow | None:
    """Use a link up and return it. None: it is the one that opened the `running` survey of this
    very guest."""
    known = link_of(tx.session, code)
    if running is not None and known is not None and known.id == running.link_id:
        return None
    row = good_link(tx, code)
    row.used_at = row.used_at or tx.now
    tx.session.add(row)
    return row


def choose(tx: Tx, survey: SurveyRow, guest: Guest, step: str, value: str) -> None:
    """A key was pressed. Raises AnswerNotTaken where that question is not asked now, or
    nothing of ours is chosen."""
    if survey.ended_at is not None or step != survey.step:
        raise AnswerNotTaken(GuestSaying.NOT_ASKED)
    now = SurveyStep(step)
    if now is SurveyStep.SCORE:
        if not value.isdecimal() or int(value) not in RANGES[Scale(survey.scale)]:
            raise AnswerNotTaken(GuestSaying.NOT_ASKED)
        survey.score, survey.scored_at = int(value), tx.now
    elif now is SurveyStep.HAPPENED and value:
        survey.topics = [value]
    elif now is SurveyStep.CONTACT and value:
        survey.contact = f"@{guest.username}" if guest.username else None
    _go_on(tx, survey, guest)


def say(tx: Tx, survey: SurveyRow, guest: Guest, text: str) -> None:
    """A guest wrote something: the answer to what is asked now. Raises AnswerNotTaken where a
    score is asked for and none can be read."""
    step = SurveyStep(survey.step)
    if step is SurveyStep.SCORE:
        number = text.strip()
        if not (number.isascii() and number.isdecimal() and len(number) < 3):
            raise AnswerNotTaken(GuestSaying.CHOOSE_SCORE)
        if int(number) not in RANGES[Scale(survey.scale)]:
            raise AnswerNotTaken(GuestSaying.CHOOSE_SCORE)
        survey.score, survey.scored_at = int(number), tx.now
    elif step is SurveyStep.PRAISED:
        survey.praised = clean(text, limit=MOST_NAME)
    elif step is SurveyStep.CONTACT:
        survey.contact = clean(text, limit=MOST_NAME)
    else:
        survey.words = clean(text, limit=MOST_WORDS)
        survey.step = SurveyStep.WORDS
    _go_on(tx, survey, guest)


def stop(tx: Tx, telegram_id: int) -> bool:
    """End the survey a guest is answering; what was answered stays. False: there is none."""
    survey = running_survey(tx.session, telegram_id)
    if survey is None:
        return False
    _end(tx, survey)
    return True


def forget(tx: Tx, telegram_id: int) -> int:
    """Remove all that a guest told: answers, messages that wait or went, updates as they came.
    Return how many surveys that were."""
    rows = surveys_of(tx.session, telegram_id)
    for row in rows:
        mark = f"{PREFIX}{row.id}:"
        tx.session.execute(
            delete(OutboxRow).where(
                col(OutboxRow.dedupe_key).startswith(mark, autoescape=True),
            )
        )
        if row.review_id is not None:
            forget_review(tx, row.review_id)
        tx.session.delete(row)
    told = json.dumps({"id": telegram_id})[1:-1]
    came = col(InboxRow.raw).contains(f"{told},", autoescape=True)
    tx.session.execute(
        update(InboxRow).where(came, col(InboxRow.done_at).is_not(None)).values(raw="{}")
    )
    tx.session.flush()
    return len(rows)


def ask(tx: Tx, survey: SurveyRow, guest: Guest, *, again: bool = False) -> None:
    """Put the question of the moment in the outbox, once for each step."""
    key = f"{PREFIX}{survey.id}:{survey.step}"
    payload = {
        "view": View.SURVEY,
        "params": {"survey": survey.id, "step": survey.step, "username": guest.username},
        "language": survey.language,
        "private": True,
    }
    stamp = f":{tx.now.isoformat()}" if again else ""
    chat = outbox.private(survey.telegram_id, BotKey(survey.bot))
    outbox.put(tx.session, OutboxKind.REPLY, f"{key}{stamp}", chat, payload, tx.now)


def _go_on(tx: Tx, survey: SurveyRow, guest: Guest) -> None:
    assert survey.score is not None
    mood = mood_of(Scale(survey.scale), survey.score)
    survey.step = step_after(SurveyStep(survey.step), mood)
    if survey.step == SurveyStep.THANKS:
        survey.ended_at = tx.now
    tx.session.add(survey)
    ask(tx, survey, guest)


def _end(tx: Tx, survey: SurveyRow) -> None:
    survey.ended_at = tx.now
    tx.session.add(survey)
    tx.session.flush()
