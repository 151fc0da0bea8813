"""Guests: people on no list who came by a link. They answer, stop, are forgotten; nothing else."""

from collections.abc import Mapping
from types import MappingProxyType

from telegram import CallbackQuery, Message, User

from reviewbot.bot import callback_data
from reviewbot.bot.handlers.context import PressAnswer, UpdateContext
from reviewbot.core.errors import Refused
from reviewbot.core.surveys.survey import AnswerNotTaken, GuestSaying, SurveyStep
from reviewbot.store.people import person_by_id
from reviewbot.store.surveys.guest_rows import link_of, running_survey, surveys_of
from reviewbot.store.surveys.guest_tables import SurveyRow
from reviewbot.words.surveys.invitation import link
from reviewbot.words.vocabulary import ButtonName, View
from reviewbot.workflow.surveys import follow_ups, survey_answers
from reviewbot.workflow.surveys.guest_links import good_link

RUSSIAN = ("ru", "be", "kk", "uk")
"""Telegram's codes of people who rather read Russian than English."""
FORGET, STOP = "forget", "stop"


def language_of(context: UpdateContext, user: User) -> str:
    """Return the language to speak with a guest: that of their Telegram."""
    if not user.language_code:
        return context.tx.settings.language
    return "ru" if user.language_code.split("-")[0] in RUSSIAN else "en"


def _guest(context: UpdateContext, user: User) -> survey_answers.Guest:
    return survey_answers.Guest(user.id, language_of(context, user), user.username, context.bot)


def is_link(context: UpdateContext, code: str) -> bool:
    """Whether a code is that of a guests' link, also one that is over."""
    return link_of(context.tx.session, code) is not None


def came(context: UpdateContext, message: Message, code: str) -> None:
    """A guest came by a link. Where guests have a bot of their own, it leads there, but for one
    who answers here already."""
    guest = message.from_user
    assert guest is not None
    settings = context.tx.settings.guests
    if settings is not None and settings.bot is not context.bot:
        running = running_survey(context.tx.session, guest.id)
        known = link_of(context.tx.session, code)
        if not (running and known and (running.link_id, running.bot) == (known.id, context.bot)):
            _lead_on(context, message, code)
            return
    try:
        survey_answers.begin(context.tx, code, _guest(context, guest))
    except AnswerNotTaken as refused:
        _say(context, message, refused.saying)


def commanded(context: UpdateContext, message: Message, command: str) -> bool:
    """Do what a guest may command; False: it is not a guest's."""
    guest = message.from_user
    assert guest is not None
    if command == FORGET:
        gone = survey_answers.forget(context.tx, guest.id)
        _say(context, message, GuestSaying.FORGOTTEN if gone else GuestSaying.NOTHING_KEPT)
        return True
    if command == STOP and surveys_of(context.tx.session, guest.id):
        ended = survey_answers.stop(context.tx, guest.id)
        _say(context, message, GuestSaying.STOPPED if ended else GuestSaying.NO_SURVEY)
        return True
    return False


def wrote(context: UpdateContext, message: Message) -> bool:
    """A guest wrote something in private; False: nobody who came by a link."""
    guest = message.from_user
    assert guest is not None
    survey = running_survey(context.tx.session, guest.id)
    if survey is None or survey.bot != context.bot:
        if not surveys_of(context.tx.session, guest.id):
            return False
        _say(context, message, GuestSaying.NO_SURVEY)
        return True
    if message.text:
        try:
            survey_answers.say(context.tx, survey, _guest(context, guest), message.text)
        except AnswerNotTaken as refused:
            _say(context, message, refused.saying)
    return True


def said_in_own_bot(
    context: UpdateContext, message: Message, command: tuple[str, str] | None
) -> None:
    """Somebody wrote to the guests' own bot: a guest answers, whoever is on the staff list is no
    guest, everybody else learns what this bot is for."""
    assert message.from_user is not None
    person = person_by_id(context.tx, message.from_user.id)
    if person is not None:
        chat = context.chat_of_message(message, person)
        code = {"code": "for_guests"}
        context.reply_once(chat, View.REFUSAL, code, reply_to=message.message_id)
        return
    name, argument = command or ("", "")
    if name == "start" and argument:
        came(context, message, argument)
    elif name and commanded(context, message, name):
        return
    elif name or not wrote(context, message):
        _say(context, message, GuestSaying.NO_LINK)


def pressed(context: UpdateContext, query: CallbackQuery) -> PressAnswer | None:
    """A guest pressed a key of a question: of their own survey, and asked now; else nothing.
    None: it is no key of a question."""
    try:
        press = callback_data.unpack(query.data)
    except Refused:
        return None
    if press.action != ButtonName.SURVEY:
        return None
    number, _, rest = press.arg.partition(".")
    step, _, value = rest.partition(".")
    survey = None
    if number.isdecimal() and len(number) < 10:
        survey = context.tx.session.get(SurveyRow, int(number))
    if survey is None or survey.telegram_id != query.from_user.id or survey.bot != context.bot:
        return PressAnswer(query.id)
    try:
        if step == SurveyStep.SOLVED:
            follow_ups.answer(context.tx, survey, value)
        else:
            guest = _guest(context, query.from_user)
            survey_answers.choose(context.tx, survey, guest, step, value)
    except AnswerNotTaken:
        return PressAnswer(query.id)
    return PressAnswer(query.id, "👍")


def _lead_on(context: UpdateContext, message: Message, code: str) -> None:
    """Say where the link leads now. Its code waits in the row, and goes from it once it is
    sent."""
    try:
        good_link(context.tx, code)
    except AnswerNotTaken as refused:
        _say(context, message, refused.saying)
        return
    name = context.guests_bot_name
    saying = GuestSaying.OTHER_BOT if name else GuestSaying.OTHER_BOT_SILENT
    _say(context, message, saying, {"link": link(name, code)} if name else {})


def _say(
    context: UpdateContext,
    message: Message,
    saying: GuestSaying,
    more: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """One sentence, once an hour each."""
    guest = message.from_user
    assert guest is not None
    chat = context.chat_of_message(message, None)
    params = {"code": saying, "speaks": language_of(context, guest), **more}
    context.reply_once(chat, View.GUEST_SAID, params, reply_to=message.message_id)
