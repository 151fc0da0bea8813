"""Files people send: a saved page becomes work for the collector, which answers by the outbox.

Nothing is downloaded here but on the collector's word (`download`), and nothing of a file is
kept: its Telegram id is enough to fetch it again.
"""

import logging
from collections.abc import Callable

from telegram import Bot, Message
from telegram.error import BadRequest, TelegramError

from reviewbot.bot.handlers.context import (
    MessageRequest,
    PressRequest,
    UpdateContext,
    params_of,
    view_of,
)
from reviewbot.core.errors import Refused, Unreachable
from reviewbot.core.facts import BlindFacts
from reviewbot.core.model import WorkKind
from reviewbot.store.people import person_by_id
from reviewbot.store.queues import work
from reviewbot.store.tables import WorkRow
from reviewbot.words.toasts import Toast
from reviewbot.words.vocabulary import ButtonName, NoticeCode, View

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


def sent(context: UpdateContext, message: Message) -> None:
    """Take a file from somebody of the staff list; strangers are not heard."""
    document = message.document
    if document is None or message.from_user is None:
        return
    person = person_by_id(context.tx, message.from_user.id)
    chat = context.chat_of_message(message, person)
    if person is None or not (chat.private or chat.configured):
        return
    request = MessageRequest(context, person, chat, message)
    try:
        request.must_not_be_viewer()
        if (document.file_size or 0) > MOST_BYTES:
            raise _too_big(document.file_size or 0)
    except Refused as refused:
        request.refuse(refused)
        return
    caption = (message.caption or "").strip()
    work.put(
        context.tx.session,
        WorkKind.IMPORT_FILE,
        now=context.tx.now,
        dedupe_key=f"import:{context.update_id}",
        payload={
            "file_id": document.file_id,
            "file": document.file_name or "",
            "sent_at": message.date.isoformat(),
            "person": person.key,
            "only": list(person.only),
            "target": caption if caption in context.tx.settings.targets else None,
            "answer": chat.answer_to(message.message_id),
        },
    )


def _how_to_send(request: PressRequest) -> str:
    """Say how a page is saved and sent, to whoever pressed the key of a notice."""
    request.must_not_be_viewer()
    row, params = request.row, {}
    if row is not None and row.payload.get("code") == NoticeCode.BLIND:
        facts = BlindFacts.from_json(params_of(row))
        url = facts.url if facts.location_name else None
        params = {"source_title": facts.source_title, "url": url}
    request.reply(View.PAGE_PROMPT, params, reply_to=request.message_id)
    return ""


def _chosen(request: PressRequest) -> str:
    """Which of the locations asked about the page is of: the file is read again as that one's."""
    request.must_not_be_viewer()
    row, shown = request.row, params_of(request.row)
    number, _, which = request.press.arg.partition(".")
    asked = request.tx.session.get(WorkRow, int(number)) if number.isdecimal() else None
    if row is None or view_of(row) != View.IMPORT_WHICH or asked is None:
        raise Refused("old_button")
    if shown.get("work") != asked.id:
        raise Refused("old_button")
    request.reply(View.CLEAR, {"message_id": request.message_id}, nth=1)
    if which == NONE:
        return request.toast(Toast.NOTHING)
    choices = shown.get("choices", ())
    if not which.isdecimal() or int(which) >= len(choices):
        raise Refused("old_button")
    target = choices[int(which)]["target"]
    work.put(
        request.tx.session,
        WorkKind.IMPORT_FILE,
        now=request.tx.now,
        dedupe_key=f"import:{asked.id}:{target}",
        payload={
            **asked.payload,
            "target": target,
            "person": request.person.key,
            "only": list(request.person.only),
            "answer": request.chat.answer_to(row.payload.get("reply_to")),
        },
    )
    return ""


BUTTONS: dict[ButtonName, Callable[[PressRequest], str]] = {
    ButtonName.PAGE: _how_to_send,
    ButtonName.IMPORT: _chosen,
}


def _too_big(size: int) -> Refused:
    return Refused("import_too_big", megabytes=-(-size // 2**20), most=MOST_BYTES // 2**20)


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
