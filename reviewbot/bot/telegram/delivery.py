"""One rendered message on its way: sent, or edited into place, with Telegram's habits minded."""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col
from telegram import (
    ForceReply,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest

from reviewbot.bot.callback_data import markup
from reviewbot.bot.outgoing import Outgoing
from reviewbot.bot.telegram import abilities, send_errors
from reviewbot.bot.telegram.client import Bot
from reviewbot.core.model import OutboxKind
from reviewbot.core.settings import Chat
from reviewbot.store.queues import outbox
from reviewbot.store.queues.claims import Claimed
from reviewbot.store.queues.refused_abilities import remember_refused
from reviewbot.store.tables import OutboxRow
from reviewbot.store.tx import Tx
from reviewbot.words.html import CAPTION_LIMIT, TIME_TAG, cut, length, visible
from reviewbot.words.vocabulary import View
from reviewbot.workflow import pinned_summary
from reviewbot.workflow.invitations import hand_out
from reviewbot.workflow.pinned_summary import ShownSummary
from reviewbot.workflow.surveys.guest_links import hand_out_link

log = logging.getLogger(__name__)

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
PLAIN_LIMIT = 4000


ALBUM = 10
"""So many pictures Telegram takes at once."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """`message_id` None: nothing new in the chat. `note`: what was given up to get through;
    `refused`: newer abilities that the server does not have; `others`: the rest of an album."""

    message_id: int | None
    note: str = ""
    refused: frozenset[str] = frozenset()
    others: tuple[int, ...] = ()


async def send(bot: Bot, out: Outgoing, drawn: bytes | None = None) -> Delivered:
    """Send or edit; `drawn` is its picture. Raises telegram.error.TelegramError where that did not
    work."""
    if out.pin is not None:
        return await _pin(bot, out, out.pin)
    if out.deletes:
        return await _delete(bot, out)
    try:
        return await _send_new(bot, out, drawn)
    except BadRequest as error:
        if not send_errors.is_refusal_of_message(error) or out.keys_only or out.document:
            raise
        # People must get the message, if need be without its dress; the error is kept.
        log.exception("message refused, sent as plain text")
        out = replace(out, refused=out.refused | abilities.used_in(out))
        delivered = await _send(bot, out, plain=True)
        return replace(delivered, note=f"sent as plain text: {error.message}")


async def _send_new(bot: Bot, out: Outgoing, drawn: bytes | None) -> Delivered:
    """Send with what newer servers can do; once more without, where this one refuses it."""
    try:
        return await _send_dressed(bot, out, drawn)
    except BadRequest as error:
        refused = abilities.refused_by(error, out)
        if not refused or not send_errors.is_refusal_of_message(error):
            raise
        # An old server tells of one at a time, and has none of them.
        left_out = out.refused | abilities.used_in(out)
        delivered = await _send_dressed(bot, replace(out, refused=left_out), drawn)
        log.warning("this server of Telegram does not take: %s", ", ".join(sorted(refused)))
        return replace(delivered, refused=refused)


async def _send_dressed(bot: Bot, out: Outgoing, drawn: bytes | None) -> Delivered:
    if out.photos:
        return await _send_addresses(bot, out)
    if drawn is not None and is_caption(out):
        return await _send_photo(bot, out, drawn)
    return await _send(bot, out)


async def _send_addresses(bot: Bot, out: Outgoing) -> Delivered:
    """Have Telegram fetch pictures by their addresses; what it will not fetch is given as links,
    in the message."""
    where: dict[str, Any] = {
        "message_thread_id": out.thread_id,
        "reply_parameters": _reply(out),
        "disable_notification": True,
    }
    sent: list[int] = []
    try:
        for start in range(0, len(out.photos), ALBUM):
            sent += await _send_album(bot, out.chat_id, out.photos[start : start + ALBUM], where)
    except BadRequest as error:
        if not send_errors.is_refusal_of_message(error):
            raise
        links = await _send(bot, out)
        told = [*sent, *([links.message_id] if links.message_id else [])]
        note = f"pictures as links: {error.message}"
        return replace(links, message_id=told[0], others=tuple(told[1:]), note=note)
    return Delivered(sent[0], others=tuple(sent[1:]))


async def _send_album(
    bot: Bot, chat_id: int, addresses: Sequence[str], where: dict[str, Any]
) -> list[int]:
    if len(addresses) == 1:
        return [(await bot.send_photo(chat_id, addresses[0], **where)).message_id]
    media = [InputMediaPhoto(address) for address in addresses]
    sent = await bot.send_media_group(chat_id, media, **where)
    return [each.message_id for each in sent]


async def _send(bot: Bot, out: Outgoing, *, plain: bool = False) -> Delivered:
    keys = _keys(out, plain=plain)
    if out.edit is not None:
        try:
            markup_keys = keys if isinstance(keys, InlineKeyboardMarkup) else None
            return await _edit(bot, out, markup_keys, plain=plain)
        except BadRequest as error:
            if send_errors.says(error, *send_errors.SAME):
                return Delivered(None if out.keys_only else out.edit)
            if not send_errors.says(error, *send_errors.GONE):
                raise
            if out.keys_only:
                return Delivered(None, note=error.message)
    reply = _reply(out)
    if out.document and out.message.attachment is not None:
        name, content = out.message.attachment
        sent = await bot.send_document(
            out.chat_id,
            content,
            filename=name,
            message_thread_id=out.thread_id,
            reply_parameters=reply,
            disable_notification=True,
        )
        return Delivered(sent.message_id)
    text, mode = _text(out, plain=plain)
    sent = await bot.send_message(
        out.chat_id,
        text,
        parse_mode=mode,
        message_thread_id=out.thread_id,
        reply_parameters=reply,
        reply_markup=keys,
        disable_notification=out.silent,
        link_preview_options=NO_PREVIEW,
        api_kwargs=_only_for(out),
    )
    # What one person alone sees has no number in the chat.
    return Delivered(sent.message_id or None)


def _only_for(out: Outgoing) -> dict[str, Any] | None:
    if out.only_for is None or abilities.Ability.ONLY_FOR in out.refused:
        return None
    return {"ephemeral_message_parameters": {"receiver_user_id": out.only_for}}


async def _edit(
    bot: Bot, out: Outgoing, keys: InlineKeyboardMarkup | None, *, plain: bool
) -> Delivered:
    if out.keys_only:
        await bot.edit_message_reply_markup(out.chat_id, out.edit, reply_markup=keys)
        return Delivered(None)
    text, mode = _text(out, plain=plain)
    where: dict[str, Any] = {
        "chat_id": out.chat_id,
        "message_id": out.edit,
        "reply_markup": keys,
    }
    try:
        await bot.edit_message_text(
            text, parse_mode=mode, link_preview_options=NO_PREVIEW, **where
        )
    except BadRequest as error:
        if not send_errors.says(error, *send_errors.NO_TEXT):
            raise
        # It went out under a picture.
        if length(out.message.html) > CAPTION_LIMIT:
            text, mode = cut(visible(out.message.html), CAPTION_LIMIT), None
        await bot.edit_message_caption(caption=text, parse_mode=mode, **where)
    return Delivered(out.edit)


async def send_album(bot: Bot, out: Outgoing, drawn: Sequence[bytes]) -> Delivered:
    """Send the pictures (two to ten) as one album; its first is the message that is remembered.
    Raises telegram.error.TelegramError where that did not work."""
    captions = (out.message, *(message for _, message in out.album[1:]))
    media = [
        InputMediaPhoto(picture, caption=message.html, parse_mode=ParseMode.HTML)
        for picture, message in zip(drawn, captions, strict=True)
    ]
    sent = await bot.send_media_group(
        out.chat_id,
        media,
        message_thread_id=out.thread_id,
        reply_parameters=_reply(out),
        disable_notification=out.silent,
    )
    return Delivered(sent[0].message_id)


async def _delete(bot: Bot, out: Outgoing) -> Delivered:
    """Delete messages, each by itself; where Telegram lets nobody but people do that, ask them."""
    refused = ""
    for number in out.deletes:
        try:
            await bot.delete_message(out.chat_id, number)
        except BadRequest as error:
            if not send_errors.says(error, *send_errors.DELETED):
                refused = error.message
    return replace(await _send(bot, out), note=refused) if refused else Delivered(None)


async def _pin(bot: Bot, out: Outgoing, message_id: int) -> Delivered:
    """Pin without a sound. Whatever Telegram says against it is noted: the chat lives on."""
    try:
        await bot.pin_chat_message(out.chat_id, message_id, disable_notification=True)
    except BadRequest as error:
        return Delivered(None, note=error.message)
    return Delivered(None)


def is_caption(out: Outgoing) -> bool:
    """Whether the text fits under the picture; a longer one is a message, and the picture follows
    below it."""
    return out.edit is None and length(out.message.html) <= CAPTION_LIMIT


async def _send_photo(bot: Bot, out: Outgoing, drawn: bytes) -> Delivered:
    reply = _reply(out)
    sent = await bot.send_photo(
        out.chat_id,
        drawn,
        caption=out.message.html or None,
        parse_mode=ParseMode.HTML,
        message_thread_id=out.thread_id,
        reply_parameters=reply,
        reply_markup=_keys(out, plain=False),
        disable_notification=out.silent,
    )
    return Delivered(sent.message_id)


def _reply(out: Outgoing) -> ReplyParameters | None:
    if out.reply_to is None:
        return None
    return ReplyParameters(out.reply_to, allow_sending_without_reply=True)


def _text(out: Outgoing, *, plain: bool) -> tuple[str, ParseMode | None]:
    html = out.message.html
    if plain:
        return cut(visible(html), PLAIN_LIMIT), None
    if abilities.Ability.DATE_TIME in out.refused:
        html = TIME_TAG.sub("", html)
    return html, ParseMode.HTML


def _keys(out: Outgoing, *, plain: bool) -> InlineKeyboardMarkup | ForceReply | None:
    if out.message.force_reply:
        return ForceReply(
            selective=True, input_field_placeholder=cut(out.message.placeholder, 64) or None
        )
    rows = out.message.buttons
    if plain:
        # A bad link is the likeliest reason why the keys were refused.
        rows = tuple(tuple(key for key in row if key.action) for row in rows)
    return markup(rows, out.ticket, out.revision, out.refused)


def remember(tx: Tx, claimed: Claimed, out: Outgoing, delivered: Delivered) -> None:
    """Write what sending taught, beside the mark: an invitation or a link that is good now, a
    file to follow, a note."""
    session, now = tx.session, tx.now
    if delivered.refused:
        remember_refused(tx, delivered.refused)
    if out.guest_link is not None:
        hand_out_link(tx, out.guest_link)
    if delivered.note:
        note_error(session, claimed.row_ids, delivered.note)
    if out.summary is not None:
        _remember_summary(tx, out, out.summary, delivered)
    row = claimed.first
    if delivered.others:
        album = session.get_one(OutboxRow, row.id)
        album.payload = {**album.payload, "others": list(delivered.others)}
        session.add(album)
    if out.invitation is not None:
        sent = session.get_one(OutboxRow, row.id)
        sent.payload = {
            **sent.payload,
            "invitation": hand_out(session, out.invitation, now),
        }
        session.add(sent)
    if out.forgets:
        sent = session.get_one(OutboxRow, row.id)
        params = dict(sent.payload["params"])
        kept = {name: value for name, value in params.items() if name not in out.forgets}
        sent.payload = {**sent.payload, "params": kept}
        session.add(sent)
    if out.picture is not None and not is_caption(out) and delivered.message_id is not None:
        _let_picture_follow(session, row, out, delivered.message_id, now)
    attachment = out.message.attachment
    if attachment is None or out.document or delivered.message_id is None:
        return
    digest = hashlib.sha256(attachment[1]).hexdigest()[:16]
    outbox.put(
        session,
        OutboxKind.REPLY,
        f"file:{out.chat_id}:{row.ticket_id}:{digest}",
        Chat(row.chat_key, out.chat_id, out.thread_id),
        {"view": View.FILE, "reply_to": delivered.message_id},
        now,
        ticket_id=row.ticket_id,
        silent=True,
    )


def _remember_summary(tx: Tx, out: Outgoing, shown: ShownSummary, delivered: Delivered) -> None:
    if out.pin is not None:
        pinned_summary.remember_pin(tx, shown.chat, out.pin, delivered.note)
    elif delivered.message_id is not None:
        number = delivered.message_id
        pinned_summary.remember_sent(tx, shown, number, out.chat_id, out.thread_id)


def _let_picture_follow(
    session: Session, row: OutboxRow, out: Outgoing, message_id: int, now: datetime
) -> None:
    payload = {
        "view": View.CHART,
        "params": dict(out.picture_of),
        "reply_to": message_id,
        "language": row.payload.get("language"),
    }
    chat = Chat(row.chat_key, out.chat_id, out.thread_id)
    key = f"picture:{row.id}"
    outbox.put(session, OutboxKind.REPLY, key, chat, payload, now, silent=True)


def note_error(session: Session, row_ids: tuple[int, ...], reason: str) -> None:
    session.execute(
        update(OutboxRow).where(col(OutboxRow.id).in_(row_ids)).values(error=reason[:1000])
    )
