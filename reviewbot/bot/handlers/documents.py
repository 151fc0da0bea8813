"""Files people send: a saved page becomes work for the collector, which answers by the outbox.

Nothing is downloaded here but on the collector's word (`download`), and nothing of a file is
kept: its Telegram id is enough to fetch it again.
"""

import logging

from sqlmodel import Session
from telegram import Bot, Message
from telegram.error import BadRequest, TelegramError

from reviewbot.bot import access
from reviewbot.bot.callback_data import Press
from reviewbot.bot.handlers.context import House, Place
from reviewbot.bot.handlers.texts import place_of, say_refused
from reviewbot.core.errors import Refused, Unreachable
from reviewbot.core.model import Role, WorkKind
from reviewbot.core.settings import Person
from reviewbot.store.people import person_by_id
from reviewbot.store.queues import work
from reviewbot.store.tables import WorkRow
from reviewbot.words.toasts import toast

log = logging.getLogger(__name__)

MOST_BYTES = 20 * 1024 * 1024
"""A bot may download no larger file (Bot API, getFile)."""
PAGES = (".html", ".htm", ".xhtml", ".mhtml", ".mht")
PAGE_TYPES = ("text/html", "application/xhtml+xml", "multipart/related", "message/rfc822")
NONE = "none"


def is_for_us(message: Message) -> bool:
    """Whether a file is meant as a saved page: in private any is, in a group one that looks so."""
    document = message.document
    if document is None:
        return False
    name = (document.file_name or "").lower()
    if name.endswith(PAGES) or (document.mime_type or "").lower() in PAGE_TYPES:
        return True
    return message.chat.type == "private" and message.reply_to_message is None


def sent(session: Session, house: House, message: Message) -> None:
    """Take a file from somebody of the house; strangers are not heard."""
    document = message.document
    if document is None or message.from_user is None:
        return
    person = person_by_id(house.tx(session), message.from_user.id)
    place = place_of(session, house, message, person)
    if person is None or not (place.private or place.configured):
        return
    try:
        _may_send(person)
        if (document.file_size or 0) > MOST_BYTES:
            raise _too_big(document.file_size or 0)
    except Refused as refused:
        say_refused(session, house, place, message, refused)
        return
    caption = (message.caption or "").strip()
    work.put(
        session,
        WorkKind.IMPORT_FILE,
        now=house.now,
        dedupe_key=f"import:{house.update_id}",
        payload={
            "file_id": document.file_id,
            "file": document.file_name or "",
            "sent_at": message.date.isoformat(),
            "person": person.key,
            "only": list(person.only),
            "target": caption if caption in house.settings.targets else None,
            "answer": _answer(place, message.message_id),
        },
    )


def how_to_send(
    session: Session, house: House, place: Place, person: Person, message_id: int
) -> None:
    """Say how a page is saved and sent, to whoever pressed the key of a notice."""
    _may_send(person)
    row = access.outbox_of(session, place.chat_id, message_id)
    notice = row.payload.get("params", {}) if row is not None else {}
    params = {"source_title": notice.get("source_title"), "url": None}
    if notice.get("location_name"):
        params["url"] = notice.get("url")
    house.reply(session, place, "page_prompt", params, reply_to=message_id)


def chosen(
    session: Session, house: House, place: Place, person: Person, press: Press, message_id: int
) -> str:
    """Which of the places asked about the page is of: the file is read again as that one's."""
    _may_send(person)
    row = access.outbox_of(session, place.chat_id, message_id)
    shown = row.payload.get("params", {}) if row is not None else {}
    number, _, which = press.arg.partition(".")
    asked = session.get(WorkRow, int(number)) if number.isdecimal() else None
    if row is None or row.payload.get("view") != "import_which" or asked is None:
        raise Refused("old_button")
    if shown.get("work") != asked.id:
        raise Refused("old_button")
    house.reply(session, place, "clear", {"message_id": message_id}, nth=1)
    if which == NONE:
        return toast("nothing", None, place.language)
    choices = shown.get("choices", ())
    if not which.isdecimal() or int(which) >= len(choices):
        raise Refused("old_button")
    target = choices[int(which)]["target"]
    work.put(
        session,
        WorkKind.IMPORT_FILE,
        now=house.now,
        dedupe_key=f"import:{asked.id}:{target}",
        payload={
            **asked.payload,
            "target": target,
            "person": person.key,
            "only": list(person.only),
            "answer": _answer(place, row.payload.get("reply_to")),
        },
    )
    return ""


def _may_send(person: Person) -> None:
    if person.role is Role.VIEWER:
        raise Refused("viewer")


def _too_big(size: int) -> Refused:
    return Refused("import_too_big", megabytes=-(-size // 2**20), most=MOST_BYTES // 2**20)


def _answer(place: Place, reply_to: int | None) -> dict[str, object]:
    """Where and how the answer goes, for whoever does the work."""
    chat = place.chat
    return {
        "chat_key": chat.key,
        "chat_id": chat.chat_id,
        "thread_id": chat.thread_id,
        "told": {"reply_to": reply_to, "language": place.language, "private": place.private},
    }


async def download(bot: Bot, file_id: str) -> bytes:
    """Fetch a file that was sent to the bot.

    Raises Unreachable where it may work later, Refused where it never will.
    """
    try:
        file = await bot.get_file(file_id)
        if (file.file_size or 0) > MOST_BYTES:
            raise _too_big(file.file_size or 0)
        return bytes(await file.download_as_bytearray())
    except BadRequest as error:
        if "too big" in error.message.lower():
            raise Refused("import_too_big") from None
        log.warning("a file cannot be fetched: %s", error.message)
        raise Refused("import_no_file") from None
    except TelegramError as error:
        raise Unreachable(f"Telegram does not give the file: {error.message}") from None
