"""From a claimed row to what goes out: one table, from the name of a view to its function."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlmodel import col, select

from reviewbot.bot.outgoing import Outgoing
from reviewbot.bot.views import (
    answers,
    beside_reply,
    cards,
    concerns,
    digests,
    duty,
    file_changes,
    guests,
    people,
    praise,
    review_lists,
    stats,
    summary,
    templates,
)
from reviewbot.bot.views.scene import NewCode, Scene, scene_of
from reviewbot.core.model import OutboxKind
from reviewbot.store.chats import known_chat
from reviewbot.store.queues import outbox
from reviewbot.store.queues.claims import Claimed
from reviewbot.store.queues.refused_abilities import refused_abilities
from reviewbot.store.queues.unsent import was_perhaps_sent
from reviewbot.store.tables import OutboxRow
from reviewbot.store.tx import Tx
from reviewbot.words.cards.card import taken_back
from reviewbot.words.cards.reminders import bundle
from reviewbot.words.delivery_notices import perhaps_repeated
from reviewbot.words.vocabulary import View


def render(
    tx: Tx,
    claimed: Claimed,
    bot_name: str,
    new_code: NewCode,
    guests_bot_name: str | None = None,
) -> Outgoing | None:
    """Return the message of these rows; None where there is nothing to say any more. One that may
    be a repeat says so. `guests_bot_name`: of the guests' own bot, by default the same."""
    scene = scene_of(tx, claimed.first, bot_name, new_code, guests_bot_name)
    out = _render(scene, claimed)
    if out is not None:
        out = replace(out, refused=refused_abilities(tx))
    if out is None or out.edit is not None or not any(map(was_perhaps_sent, claimed.rows)):
        return out
    return replace(out, message=perhaps_repeated(out.message, scene.language))


def _render(scene: Scene, claimed: Claimed) -> Outgoing | None:
    tx, row = scene.tx, claimed.first
    assert row.chat_id is not None
    if scene.is_strangers and (row.kind == OutboxKind.EDIT or outbox.is_private_copy(row)):
        return None
    thread_id = row.thread_id
    chat = known_chat(tx.session, row.chat_id, row.bot)
    if chat is not None and thread_id in chat.topics_closed:
        thread_id = None
    if claimed.is_bundle and row.kind in _TOGETHER:
        several = _TOGETHER[OutboxKind(row.kind)](scene, claimed.rows)
        silent = all(each.silent for each in claimed.rows)
        return several and replace(
            several, chat_id=row.chat_id, thread_id=thread_id, silent=silent
        )
    if claimed.is_bundle:
        shown = [scene.facts(each.ticket_id) for each in claimed.rows]
        message = bundle(shown, scene.language)
        return Outgoing(message, row.chat_id, thread_id, silent=row.silent)
    write = _KINDS[OutboxKind(row.kind)]
    out = write(scene)
    if out is None:
        return None
    return _placed(scene, out, row.chat_id, thread_id)


def _placed(scene: Scene, out: Outgoing, chat_id: int, thread_id: int | None) -> Outgoing:
    """Put the message where the row says, below the card it is about."""
    row = scene.row
    reply_to = row.payload.get("reply_to")
    if reply_to is None and row.kind in _BELOW_CARD and row.ticket_id is not None:
        reply_to = outbox.card_message(scene.tx.session, row.ticket_id, chat_id, row.thread_id)
    only_for = scene.params.get("only_for") if scene.group and out.edit is None else None
    return replace(
        out,
        chat_id=chat_id,
        thread_id=thread_id,
        reply_to=reply_to,
        silent=row.silent,
        only_for=only_for,
    )


_BELOW_CARD = (
    OutboxKind.REMINDER,
    OutboxKind.ESCALATION,
    OutboxKind.HANDOFF,
    OutboxKind.NOTICE,
)


def _reply(scene: Scene) -> Outgoing | None:
    return VIEWS[View(scene.row.payload["view"])](scene)


_TOGETHER: dict[OutboxKind, Callable[[Scene, Sequence[OutboxRow]], Outgoing | None]] = {
    OutboxKind.HANDOFF: cards.handoffs,
    OutboxKind.REMINDER: cards.reminders_of,
    OutboxKind.ESCALATION: cards.reminders_of,
    OutboxKind.REPLY: stats.album,
}
"""What several rows say as one; several alerts are a list of cards."""

_Write = Callable[[Scene], Outgoing | None]

_KINDS: dict[OutboxKind, _Write] = {
    OutboxKind.ALERT: cards.alert,
    OutboxKind.EDIT: cards.edit,
    OutboxKind.REMINDER: cards.reminder,
    OutboxKind.ESCALATION: cards.reminder,
    OutboxKind.HANDOFF: cards.handoff,
    OutboxKind.NOTICE: answers.notice,
    OutboxKind.REPLY: _reply,
    OutboxKind.DIGEST: digests.sent,
    OutboxKind.CONCERN: concerns.sent,
    OutboxKind.SUMMARY: summary.sent,
    OutboxKind.PRAISE: praise.sent,
}


def _anew(scene: Scene) -> Outgoing | None:
    """A message that told of somebody who is forgotten, as its row says it now."""
    params, session = scene.params, scene.tx.session
    row = session.get(OutboxRow, int(params["row"]))
    if row is None:
        return None
    rows = [row]
    if row.bundle_id is not None:
        listed = select(OutboxRow).where(OutboxRow.bundle_id == row.bundle_id)
        rows = list(session.exec(listed.order_by(col(OutboxRow.id))))
    before, claimed = replace(scene, row=row), Claimed(tuple(rows), row.bundle_id is not None)
    is_digest = row.kind == OutboxKind.DIGEST
    shown = digests.again(before) if is_digest else _render(before, claimed)
    shown = shown or Outgoing.of(taken_back(scene.language))
    return replace(shown, edit=params["message_id"], picture=None)


VIEWS: dict[View, _Write] = {
    View.ANEW: _anew,
    **cards.VIEWS,
    **beside_reply.VIEWS,
    **concerns.VIEWS,
    **answers.VIEWS,
    **digests.VIEWS,
    **review_lists.VIEWS,
    **people.VIEWS,
    **stats.VIEWS,
    **file_changes.VIEWS,
    **guests.VIEWS,
    **duty.VIEWS,
    **templates.VIEWS,
}
"""What a reply can show."""
