"""Asks Telegram and a few sites whether what the file says is so. Writes nothing anywhere."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select

from reviewbot.cli.options import is_there
from reviewbot.cli.setup import patience
from reviewbot.cli.setup.bot_api import UNKNOWN_TOKEN, ApiError, BotApi
from reviewbot.cli.setup.page_check import FirstPage, first_pages
from reviewbot.config import Loaded
from reviewbot.config.link_advice import NOT_ANSWERED
from reviewbot.core.settings import Chat, Settings
from reviewbot.store.database import Database
from reviewbot.store.tables import PersonRow
from reviewbot.words.operator_language import operator_language
from reviewbot.words.operator_text import say


@dataclass(frozen=True, slots=True)
class LiveCheck:
    """What was found about one subject: good or not, and the sentence with what to do. `hint`: a
    way out that the sentence does not name."""

    subject: str
    good: bool
    sentence: str
    hint: str = ""


OWN_BOT = "guests"
PROXY = say(
    "Where Telegram needs a proxy, name it: {option}.",
    option='[telegram] proxy = "socks5://host:1080"',
)


def look(loaded: Loaded, begin: Callable[[str], None]) -> Iterator[LiveCheck]:
    """Give what Telegram and one target of each source answer, as the answers come; `begin` is
    told the subject that may take its time."""
    begin("telegram")
    yield from _telegram(loaded, begin)
    if loaded.settings.guests is not None and loaded.settings.guests.own_bot:
        begin(OWN_BOT)
        yield _guests_bot(loaded)
    yield from _targets(loaded, begin)


def _telegram(loaded: Loaded, begin: Callable[[str], None]) -> Iterator[LiveCheck]:
    if loaded.token is None:
        yield LiveCheck("telegram", False, say("there is no token to ask with."))
        return
    telegram = loaded.settings.telegram
    with BotApi(loaded.token.get_secret_value(), telegram.base_url, telegram.proxy) as api:
        try:
            me = api.me()
            yield LiveCheck("telegram", True, say("the bot is @{name}.", name=me.get("username")))
            for chat in loaded.settings.chats.values():
                if chat.person is None:
                    yield _chat(api, me, chat)
            begin("people")
            yield _people(api, me, loaded.settings)
        except ApiError as error:
            yield _no_answer(error)


def _guests_bot(loaded: Loaded) -> LiveCheck:
    telegram, token = loaded.settings.telegram, loaded.guests_token
    if token is None:
        return LiveCheck(OWN_BOT, False, say("there is no token to ask with."))
    with BotApi(token.get_secret_value(), telegram.base_url, telegram.proxy) as api:
        try:
            name = api.me().get("username")
        except ApiError as error:
            return _no_answer(error, OWN_BOT)
    return LiveCheck(OWN_BOT, True, say("the guests' own bot is @{name}.", name=name))


def _no_answer(error: ApiError, subject: str = "telegram") -> LiveCheck:
    if error.code in (401, 404):
        return LiveCheck(subject, False, UNKNOWN_TOKEN)
    sentence = say("{error}.", error=error.description)
    return LiveCheck(subject, False, sentence, "" if error.code else PROXY)


def _chat(api: BotApi, me: dict[str, Any], chat: Chat) -> LiveCheck:
    """Tell whether the bot may write to a group, without writing. Raises ApiError where no answer
    comes: to wait for the next one as long would be of no use."""
    subject, name = f"chats.{chat.key}", f"@{me.get('username')}"
    try:
        known = api.call("getChat", chat_id=chat.chat_id)
        member = api.call("getChatMember", chat_id=chat.chat_id, user_id=me["id"])
    except ApiError as error:
        if not error.code:
            raise
        if error.migrated_to:
            return LiveCheck(
                subject,
                False,
                say(
                    "the group became a supergroup: write id = {number}.",
                    number=error.migrated_to,
                ),
            )
        return LiveCheck(
            subject,
            False,
            say(
                "{number}: {error}. Check the number and that {name} is there.",
                number=chat.chat_id,
                error=error.description,
                name=name,
            ),
        )
    title = known.get("title") or chat.chat_id
    if member.get("status") in ("left", "kicked"):
        return LiveCheck(
            subject, False, say("{name} is not in “{title}”: add it.", name=name, title=title)
        )
    if not _may_write(known, member):
        return LiveCheck(
            subject,
            False,
            say("{name} may not write to “{title}”: allow it.", name=name, title=title),
        )
    if chat.thread_id and not known.get("is_forum"):
        return LiveCheck(
            subject, False, say("“{title}” has no topics: take `topic` out.", title=title)
        )
    topic = say(
        ", topic {number} (whether it is open shows only in writing)", number=chat.thread_id
    )
    return LiveCheck(
        subject, True, say("“{title}”{topic}.", title=title, topic=topic if chat.thread_id else "")
    )


def _may_write(chat: dict[str, Any], member: dict[str, Any]) -> bool:
    status = member.get("status")
    if status == "restricted":
        return bool(member.get("can_send_messages"))
    if chat.get("type") == "channel":
        return bool(member.get("can_post_messages"))
    everyone = (chat.get("permissions") or {}).get("can_send_messages", True)
    return bool(everyone) or status in ("administrator", "creator")


def _people(api: BotApi, me: dict[str, Any], settings: Settings) -> LiveCheck:
    """Tell who never pressed /start: a bot cannot write to them in private. Raises ApiError where
    no answer comes: that says nothing of anybody."""
    started = _started(settings)
    silent = []
    for person in settings.people.values():
        if person.telegram_id in started:
            continue
        try:
            api.call("getChat", chat_id=person.telegram_id)
        except ApiError as error:
            if not error.code:
                raise
            silent.append(person.name)
    if not silent:
        return LiveCheck("people", True, say("everybody can be reached in private."))
    link = f"https://t.me/{me.get('username')}?start=here"
    return LiveCheck(
        "people",
        False,
        say("never pressed /start: {names}. Send them {link}", names=", ".join(silent), link=link),
    )


def _started(settings: Settings) -> frozenset[int]:
    """Return who is known to have pressed /start, from the database, if there is one."""
    if not is_there(settings.database):
        return frozenset()

    wanted = select(PersonRow.telegram_id).where(col(PersonRow.started_at).is_not(None))
    db = Database(settings.database)
    try:
        return frozenset(db.read_now(lambda session: session.exec(wanted).all()))
    except SQLAlchemyError:  # an empty or older database: nothing is known
        return frozenset()
    finally:
        db.close()


def _targets(loaded: Loaded, begin: Callable[[str], None]) -> Iterator[LiveCheck]:
    """Read the first page of one target of each source."""
    samples: dict[str, str] = {}
    for key, target in loaded.settings.targets.items():
        samples.setdefault(target.target.source, key)
    t = operator_language(loaded.settings.language)
    pages = first_pages(loaded.settings, list(samples.values()), loaded.secrets)

    async def following() -> FirstPage | None:
        return await anext(pages, None)

    with patience.runner() as runner:
        for key in samples.values():
            begin(key)
            page = runner.run(following())
            assert page is not None
            hint = "" if page.answered else NOT_ANSWERED
            yield LiveCheck(key, page.trouble is None, f"{page.line(t)}.", hint)
        runner.run(following())  # past the last: what is open is closed
