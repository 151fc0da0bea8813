"""From a claimed row to what goes out: facts are read now, sentences come from `words`."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from reviewbot.bot import access
from reviewbot.bot.handlers import digests
from reviewbot.bot.telegram.delivery import Outgoing
from reviewbot.bot.views import digests as digest_views
from reviewbot.bot.views import people as roster_views
from reviewbot.core.facts import CardFacts
from reviewbot.core.model import OPEN_STATES, OutboxKind, Role
from reviewbot.core.settings import Person, Settings
from reviewbot.core.source_facts import Sites
from reviewbot.queries import figures
from reviewbot.queries.card_facts import card_facts, history, queue, queue_size, reminder_facts
from reviewbot.store.people import all_invited, person_by_id, person_of
from reviewbot.store.queues import outbox
from reviewbot.store.queues.outbox import Claimed
from reviewbot.store.tables import CardRow, ChatRow, OutboxRow
from reviewbot.words import answers, imports, prompts
from reviewbot.words import history as stories
from reviewbot.words.cards import card
from reviewbot.words.health import health
from reviewbot.words.html import Html, Message, escaped
from reviewbot.words.keyboards import keyboard
from reviewbot.words.notices import notice
from reviewbot.words.refusals import refusal
from reviewbot.words.reminders import bundle, reminder

NewCode = Callable[[], str]
"""Makes an invitation's code: letters that a link takes, at random, beyond guessing."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What rendering one row needs."""

    session: Session
    settings: Settings
    sites: Sites
    row: OutboxRow
    now: datetime
    language: str
    group: bool
    person: Person | None
    bot_name: str
    new_code: NewCode

    @property
    def params(self) -> dict[str, Any]:
        return dict(self.row.payload.get("params") or {})

    def facts(self, ticket_id: int | None = None) -> CardFacts:
        number = ticket_id or self.row.ticket_id
        assert number is not None
        facts = card_facts(self.session, self.settings, self.sites, number, self.now)
        if facts is None:
            raise LookupError(f"no ticket {number}")
        return facts

    @property
    def role(self) -> Role | None:
        """The reader's, where the chat has one reader."""
        return self.person.role if self.person and not self.group else None

    @property
    def is_strangers(self) -> bool:
        """Whether it is the private chat of somebody who is on the list no longer."""
        chat_id = self.row.chat_id or 0
        known = self.group or self.person is not None
        return not known and access.chat_for(self.session, self.settings, chat_id) is None


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
    scene = _scene(session, settings, sites, row, now, bot_name, new_code)
    if scene.is_strangers and (row.kind == OutboxKind.EDIT or outbox.is_private_copy(row)):
        return None
    thread_id = row.thread_id
    chat = session.get(ChatRow, row.chat_id)
    if chat is not None and thread_id in chat.topics_closed:
        thread_id = None
    if claimed.is_bundle:
        cards = [scene.facts(each.ticket_id) for each in claimed.rows]
        message = bundle(cards, scene.language)
        return Outgoing(message, row.chat_id, thread_id, silent=row.silent)
    write = _KINDS[OutboxKind(row.kind)]
    out = write(scene)
    if out is None:
        return None
    return _placed(scene, out, row.chat_id, thread_id)


def _scene(
    session: Session,
    settings: Settings,
    sites: Sites,
    row: OutboxRow,
    now: datetime,
    bot_name: str,
    new_code: NewCode,
) -> Scene:
    chat_id = row.chat_id or 0
    group = chat_id < 0
    person = None if group else person_by_id(session, settings, chat_id)
    chat = settings.chats.get(row.chat_key) or access.chat_for(session, settings, chat_id)
    said = row.payload.get("language")
    language = said or access.language_of(settings, person, chat, private=not group)
    return Scene(session, settings, sites, row, now, language, group, person, bot_name, new_code)


def _placed(scene: Scene, out: Outgoing, chat_id: int, thread_id: int | None) -> Outgoing:
    """Put the message where the row says, below the card it is about."""
    row = scene.row
    reply_to = row.payload.get("reply_to")
    if reply_to is None and row.kind in _BELOW_CARD and row.ticket_id is not None:
        reply_to = outbox.card_message(scene.session, row.ticket_id, chat_id, row.thread_id)
    return replace(out, chat_id=chat_id, thread_id=thread_id, reply_to=reply_to, silent=row.silent)


_BELOW_CARD = (OutboxKind.REMINDER, OutboxKind.ESCALATION, OutboxKind.NOTICE)


def _out(message: Message, facts: CardFacts | None = None) -> Outgoing:
    """A message and the ticket its buttons are about; `_placed` says where it goes."""
    if facts is None:
        return Outgoing(message, 0)
    return Outgoing(message, 0, ticket=facts.number, revision=facts.revision)


def _alert(scene: Scene) -> Outgoing:
    facts = scene.facts()
    shown = card(facts, scene.language, group=scene.group, role=scene.role)
    return _out(shown, facts)


def _edit(scene: Scene) -> Outgoing | None:
    row = scene.session.get(CardRow, scene.row.payload.get("card_id"))
    if row is None or row.dead_at is not None:
        return None
    return replace(_alert(scene), edit=row.message_id)


def _reminder(scene: Scene) -> Outgoing | None:
    """A warning that waited until its ticket was closed is not given; a breach is told."""
    items = reminder_facts(
        scene.session, scene.settings, scene.sites, scene.row.payload, scene.now
    )
    if scene.row.kind == OutboxKind.REMINDER:
        items = [item for item in items if item.card.state in OPEN_STATES]
    if not items:
        return None
    return _out(reminder(items, scene.language), items[0].card if len(items) == 1 else None)


def _notice(scene: Scene) -> Outgoing:
    payload = scene.row.payload
    facts = scene.facts() if scene.row.ticket_id is not None else None
    shown = notice(
        payload["code"],
        scene.params,
        scene.language,
        facts.zone if facts else scene.settings.zone,
        now=scene.now,
        bot_name=scene.bot_name,
    )
    return _out(shown, facts)


def _reply(scene: Scene) -> Outgoing | None:
    return _VIEWS[scene.row.payload["view"]](scene)


def _menu(scene: Scene) -> Outgoing:
    """Other keys under a message that is already there."""
    facts, menu = scene.facts(), scene.params["menu"]
    everybody = (*scene.settings.people.values(), *all_invited(scene.session, scene.settings))
    people = tuple(
        (person.key, person.name)
        for person in everybody
        if person.role is not Role.VIEWER and scene.settings.may_see(person, facts.location)
    )
    rows = keyboard(
        facts, scene.language, group=scene.group, menu=menu, people=people, role=scene.role
    )
    out = _out(Message(Html(), rows), facts)
    return replace(out, edit=scene.params["message_id"], keys_only=True)


def _clear(scene: Scene) -> Outgoing:
    return replace(_out(Message(Html())), edit=scene.params["message_id"], keys_only=True)


def _file(scene: Scene) -> Outgoing | None:
    out = _alert(scene)
    return replace(out, document=True) if out.message.attachment else None


def _start(scene: Scene) -> Outgoing:
    person = _person(scene)
    name, role = (person.name, person.role) if person else ("", None)
    return _out(answers.start(scene.language, name=name, role=role, private=not scene.group))


def _help(scene: Scene) -> Outgoing:
    person = _person(scene)
    role = person.role if person else None
    return _out(answers.help_text(scene.language, role=role, group=scene.group))


def _whoami(scene: Scene) -> Outgoing:
    person, row = _person(scene), scene.row
    assert person is not None
    only = roster_views.names_of(scene.settings, person)
    return _out(
        answers.whoami(
            scene.language,
            telegram_id=person.telegram_id,
            name=person.name,
            role=person.role,
            only=only,
            chat_id=row.chat_id if scene.group else None,
            thread_id=row.thread_id if scene.group else None,
        )
    )


def _stranger(scene: Scene) -> Outgoing:
    params = scene.params
    return _out(
        answers.stranger(
            scene.language, telegram_id=params["telegram_id"], operator=params.get("operator")
        )
    )


def _queue(scene: Scene) -> Outgoing:
    """One ticket of the queue; `ticket` keeps the one just acted on in sight."""
    person, params = _person(scene), scene.params
    session, settings = scene.session, scene.settings
    among = digests.among(settings, params.get("chat"), scene.now, ready=False)
    total = queue_size(session, settings, person, among)
    offset = min(int(params.get("offset", 0)), max(0, total - 1))
    edit = params.get("message_id")
    number = params.get("ticket")
    if number is None:
        entries = queue(
            session, settings, scene.sites, person, scene.now, limit=1, offset=offset, among=among
        )
        number = entries[0].number if entries else None
    if number is None:
        empty = answers.queue((), scene.language, zone=scene.settings.zone, at=scene.now, total=0)
        return replace(_out(empty), edit=edit)
    facts = scene.facts(number)
    shown = answers.queue_card(
        facts,
        scene.language,
        offset=offset,
        total=total,
        group=scene.group,
        role=scene.role,
    )
    return replace(_out(shown, facts), edit=edit)


def _health(scene: Scene) -> Outgoing:
    facts = figures.health(scene.session, scene.settings, scene.now, scene.sites)
    return _out(health(facts, scene.language))


def _refusal(scene: Scene) -> Outgoing:
    params = scene.params
    code = params.pop("code")
    text = refusal(code, params, scene.language, scene.settings.zone, now=scene.now)
    return _out(Message(escaped(text)))


def _edit_prompt(scene: Scene) -> Outgoing:
    return _out(prompts.edit_prompt(scene.facts(), scene.language, **_asked(scene)))


def _note_prompt(scene: Scene) -> Outgoing:
    return _out(prompts.note_prompt(scene.facts(), scene.language, **_asked(scene)))


def _asked(scene: Scene) -> dict[str, Any]:
    """Whom a prompt mentions; in private there is only one to ask."""
    params = scene.params
    return {"name": params["name"], "user_id": params["telegram_id"]} if scene.group else {}


def _ask_meaning(scene: Scene) -> Outgoing:
    facts = scene.facts()
    return _out(prompts.ask_meaning(facts, scene.language, scene.params["text"]), facts)


def _draft_saved(scene: Scene) -> Outgoing:
    """The keys stand under the sentence: edits of the card make no sound."""
    facts = scene.facts()
    keys = keyboard(facts, scene.language, group=scene.group, role=scene.role)
    return _out(replace(prompts.draft_saved(facts, scene.language), buttons=keys), facts)


def _note_saved(scene: Scene) -> Outgoing:
    return _out(prompts.note_saved(scene.facts(), scene.language))


def _text_only(scene: Scene) -> Outgoing:
    return _out(prompts.text_only(scene.language, scene.params.get("what", "")))


def _unknown_review(scene: Scene) -> Outgoing:
    return _out(answers.unknown_review(scene.language, scene.params.get("wanted", "")))


def _history(scene: Scene) -> Outgoing:
    facts = scene.facts()
    entries = history(scene.session, scene.settings, facts.number)
    return _out(stories.history(facts, entries, scene.language), facts)


def _why(scene: Scene) -> Outgoing:
    facts = scene.facts()
    return _out(stories.explain(facts, scene.language), facts)


def _report(scene: Scene) -> Outgoing:
    facts = scene.facts()
    return _out(answers.report_review(facts, scene.language), facts)


def _practice(scene: Scene) -> Outgoing:
    return _out(answers.practice(scene.language))


def _imported(scene: Scene) -> Outgoing:
    zone = scene.settings.zone
    return _out(imports.imported(scene.params, scene.language, zone, now=scene.now))


def _page_prompt(scene: Scene) -> Outgoing:
    return _out(imports.how_to_send(scene.params, scene.language))


def _import_which(scene: Scene) -> Outgoing:
    return _out(imports.which(scene.params, scene.language))


def _person(scene: Scene) -> Person | None:
    """Who asked."""
    key = scene.params.get("person")
    return person_of(scene.session, scene.settings, key) if key else None


_KINDS: dict[OutboxKind, Callable[[Scene], Outgoing | None]] = {
    OutboxKind.ALERT: _alert,
    OutboxKind.EDIT: _edit,
    OutboxKind.REMINDER: _reminder,
    OutboxKind.ESCALATION: _reminder,
    OutboxKind.NOTICE: _notice,
    OutboxKind.REPLY: _reply,
    OutboxKind.DIGEST: digest_views.sent,
}

_VIEWS: dict[str, Callable[[Scene], Outgoing | None]] = {
    "card": _alert,
    "menu": _menu,
    "clear": _clear,
    "file": _file,
    "start": _start,
    "help": _help,
    "whoami": _whoami,
    "stranger": _stranger,
    "queue": _queue,
    "health": _health,
    "refusal": _refusal,
    "edit_prompt": _edit_prompt,
    "note_prompt": _note_prompt,
    "ask_meaning": _ask_meaning,
    "draft_saved": _draft_saved,
    "note_saved": _note_saved,
    "text_only": _text_only,
    "unknown_review": _unknown_review,
    "history": _history,
    "why": _why,
    "report": _report,
    "practice": _practice,
    "imported": _imported,
    "import_which": _import_which,
    "page_prompt": _page_prompt,
    "digest": digest_views.asked,
    "ready": digest_views.ready,
    "ready_done": digest_views.done,
    "settings": roster_views.settings,
    "people": roster_views.people,
    "invitation": roster_views.invitation,
    "invitation_keys": roster_views.invitation_keys,
    "invitation_over": roster_views.invitation_over,
}
"""The views a reply can show; the handlers put exactly these names."""
