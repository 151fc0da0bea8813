"""From a claimed row to what goes out: one table, from the name of a view to its function."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from reviewbot.bot.outgoing import Outgoing
from reviewbot.bot.views import answers, cards, digests, people
from reviewbot.bot.views.scene import NewCode, Scene, scene_of
from reviewbot.core.model import OutboxKind
from reviewbot.core.settings import Settings
from reviewbot.core.source_facts import Sites
from reviewbot.store.queues import outbox
from reviewbot.store.queues.outbox import Claimed
from reviewbot.store.tables import ChatRow
from reviewbot.words.reminders import bundle


def render(
    session: Session,
    settings: Settings,
    sites: Sites,
    claimed: Claimed,
    now: datetime,
    bot_name: str,
    new_code: NewCode,
) -> Outgoing | None:
    """Return the message of these rows; None where there is nothing to say any more."""
    row = claimed.first
    assert row.chat_id is not None
    scene = scene_of(session, settings, sites, row, now, bot_name, new_code)
    if scene.is_strangers and (row.kind == OutboxKind.EDIT or outbox.is_private_copy(row)):
        return None
    thread_id = row.thread_id
    chat = session.get(ChatRow, row.chat_id)
    if chat is not None and thread_id in chat.topics_closed:
        thread_id = None
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
        reply_to = outbox.card_message(scene.session, row.ticket_id, chat_id, row.thread_id)
    return replace(out, chat_id=chat_id, thread_id=thread_id, reply_to=reply_to, silent=row.silent)


_BELOW_CARD = (OutboxKind.REMINDER, OutboxKind.ESCALATION, OutboxKind.NOTICE)


def _reply(scene: Scene) -> Outgoing | None:
    return _VIEWS[scene.row.payload["view"]](scene)


_View = Callable[[Scene], Outgoing | None]

_KINDS: dict[OutboxKind, _View] = {
    OutboxKind.ALERT: cards.alert,
    OutboxKind.EDIT: cards.edit,
    OutboxKind.REMINDER: cards.reminder,
    OutboxKind.ESCALATION: cards.reminder,
    OutboxKind.NOTICE: answers.notice,
    OutboxKind.REPLY: _reply,
    OutboxKind.DIGEST: digests.sent,
}

_VIEWS: dict[str, _View] = {
    "card": cards.alert,
    "menu": cards.menu,
    "clear": cards.clear,
    "file": cards.file,
    "start": answers.start,
    "help": answers.help,
    "whoami": answers.whoami,
    "stranger": answers.stranger,
    "queue": cards.queue,
    "health": answers.health,
    "refusal": answers.refusal,
    "edit_prompt": cards.edit_prompt,
    "note_prompt": cards.note_prompt,
    "ask_meaning": cards.ask_meaning,
    "draft_saved": cards.draft_saved,
    "note_saved": cards.note_saved,
    "text_only": answers.text_only,
    "unknown_review": answers.unknown_review,
    "history": cards.history,
    "why": cards.why,
    "report": cards.report,
    "practice": answers.practice,
    "imported": answers.imported,
    "import_which": answers.import_which,
    "page_prompt": answers.page_prompt,
    "digest": digests.asked,
    "ready": digests.ready,
    "ready_done": digests.done,
    "settings": people.settings,
    "people": people.people,
    "invitation": people.invitation,
    "invitation_keys": people.invitation_keys,
    "invitation_over": people.invitation_over,
}
"""The views a reply can show; the handlers put exactly these names."""
