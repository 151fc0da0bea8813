"""The act of the guest: invited, unhappy, reached by a colleague, asked whether it is solved."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, select

from reviewbot.core.model import TicketState
from reviewbot.core.surveys.survey import SurveyStep
from reviewbot.demo.screen import Shown
from reviewbot.demo.story import Story, card_of, state_of
from reviewbot.store.surveys.guest_tables import GuestLinkRow, SurveyRow
from reviewbot.store.tables import OutboxRow, TicketRow

GUEST_ID = 501000099
THREE_DAYS = timedelta(days=3, minutes=5)
_LINK = re.compile(r"\?start=([\w-]+)")

SAYS = {
    "ru": {
        "name": "Анна",
        "ask": "Гостя спрашивают сами. Ссылка и QR-код для гостей, по команде /ask…",
        "comes": "Гость наводит камеру на карточку на столике и отвечает боту.",
        "words": "Заказ перепутали, извиниться никто не подошёл.",
        "contact": "+7 900 000-00-00",
        "card": "Недоволен и просит связаться: карточка с телефоном и сроком в сутки.",
        "later": "Проходит три дня: бот один раз спрашивает гостя, решён ли вопрос.",
        "solved": "Гость говорит, что решён. Это видно на карточке и в цифрах.",
    },
    "en": {
        "name": "Anna",
        "ask": "Guests are asked as well. A link and a QR code for them, by /ask…",
        "comes": "A guest points the camera at the card on the table and answers the bot.",
        "words": "The order was mixed up, and nobody came to apologise.",
        "contact": "+7 900 000-00-00",
        "card": "Unhappy, and asks to be contacted: a card with the number, due in a day.",
        "later": "Three days go by: the bot asks the guest once whether it is solved.",
        "solved": "The guest says that it is. The card and the figures show it.",
    },
}


async def play_guest(story: Story) -> None:
    """Play the act. Raises StoryEnded where a step did not happen."""
    says = SAYS[story.language]
    guest = {
        "id": GUEST_ID,
        "is_bot": False,
        "first_name": says["name"],
        "language_code": story.language,
    }
    story.screen.names[GUEST_ID] = says["name"]
    story.say(says["ask"])
    await story.screen.write("/ask")
    await story.until(_first(select(GuestLinkRow.id)), "the link")
    links = (_LINK.search(each.html) for each in story.screen.shown.values())
    code = next(found[1] for found in links if found)

    story.say(says["comes"])
    await story.screen.write(f"/start {code}", who=guest)
    await _press(story, SurveyStep.SCORE, "2", guest)
    await _press(story, SurveyStep.HAPPENED, None, guest)
    await _asked(story, SurveyStep.WORDS)
    await story.screen.write(says["words"], who=guest)
    await _asked(story, SurveyStep.CONTACT)
    await story.screen.write(says["contact"], who=guest)
    await _asked(story, SurveyStep.THANKS)

    ticket = await story.until(_first(_TICKET), "a ticket for the guest")
    await story.until(card_of(ticket), "the guest's card")
    story.say(says["card"])
    await story.decide(ticket)
    if await story.database.read(state_of(ticket)) not in _SPOKEN:
        return
    story.say(says["later"])
    story.clock.leap(THREE_DAYS)
    await _press(story, SurveyStep.SOLVED, None, guest)
    await story.until(_first(_SOLVED), "what the guest says")
    await story.all_sent()
    story.say(says["solved"])


_SPOKEN = (TicketState.REACHED, TicketState.SOLVED)
_TICKET = select(TicketRow.id).join(SurveyRow, col(SurveyRow.review_id) == TicketRow.review_id)
_SOLVED = select(SurveyRow.id).where(col(SurveyRow.solved).is_(True))


def _first(rows: Any) -> Callable[[Session], Any]:
    return lambda session: session.exec(rows).first()


async def _asked(story: Story, step: SurveyStep) -> Shown:
    """Wait until the guest was asked; return the question."""
    sent = select(OutboxRow.message_id).where(
        col(OutboxRow.dedupe_key).like(f"survey:%:{step}"), col(OutboxRow.message_id).is_not(None)
    )
    return story.screen.shown[await story.until(_first(sent), f"the question: {step}")]


async def _press(story: Story, step: SurveyStep, label: str | None, guest: dict[str, Any]) -> None:
    """Press the key of that label, or the first one."""
    shown = await _asked(story, step)
    place = shown.labels().index(label) if label is not None else 0
    await story.screen.press(shown.message_id, place, who=guest)
