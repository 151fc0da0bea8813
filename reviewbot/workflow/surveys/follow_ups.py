"""Days after a guest was reached, those who agreed are asked once whether it is solved.

Yes ends the ticket as solved; no puts it back in work.
"""

from datetime import timedelta

from reviewbot.core.model import BotKey, OutboxKind
from reviewbot.core.surveys.survey import AnswerNotTaken, GuestSaying, SurveyStep
from reviewbot.core.ticket import BOT, Act, Action
from reviewbot.store.queues import outbox
from reviewbot.store.surveys.guest_tables import SurveyRow
from reviewbot.store.tickets import ticket_about
from reviewbot.store.tx import Tx
from reviewbot.words.surveys.questions import NO, YES
from reviewbot.words.vocabulary import View
from reviewbot.workflow import act
from reviewbot.workflow.surveys import survey_answers

AFTER = timedelta(days=3)
"""So long after the guest was reached."""


def follow_up(tx: Tx, survey_id: int) -> None:
    """Ask a guest, once, whether it is solved."""
    survey = tx.session.get(SurveyRow, survey_id)
    if survey is None or survey.followed_up_at is not None:
        return
    survey.followed_up_at, survey.step = tx.now, SurveyStep.SOLVED
    tx.session.add(survey)
    bot = BotKey(survey.bot)
    guest = survey_answers.Guest(survey.telegram_id, survey.language, bot=bot)
    survey_answers.ask(tx, survey, guest)


def answer(tx: Tx, survey: SurveyRow, value: str) -> None:
    """A guest says whether it is solved. Raises AnswerNotTaken where that is not asked (now)."""
    if survey.step != SurveyStep.SOLVED or value not in (YES, NO):
        raise AnswerNotTaken(GuestSaying.NOT_ASKED)
    survey.solved, survey.step = value == YES, SurveyStep.THANKS
    tx.session.add(survey)
    tx.session.flush()
    ticket = ticket_about(tx.session, survey.review_id) if survey.review_id else None
    if ticket is not None:
        said = Action.GUEST_SAYS_SOLVED if survey.solved else Action.GUEST_SAYS_UNSOLVED
        act.act(tx, ticket, Act(said, BOT))
    saying = GuestSaying.GLAD if survey.solved else GuestSaying.SORRY
    payload = {
        "view": View.GUEST_SAID,
        "params": {"code": saying, "speaks": survey.language},
        "language": survey.language,
        "private": True,
    }
    chat = outbox.private(survey.telegram_id, BotKey(survey.bot))
    key = f"{survey_answers.PREFIX}{survey.id}:said"
    outbox.put(tx.session, OutboxKind.REPLY, key, chat, payload, tx.now)
