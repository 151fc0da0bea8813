"""Whoever is praised by name hears of it: one silent message a chat and day, of the places that
want it (`praise` of a location)."""

from collections import defaultdict
from datetime import timedelta
from zoneinfo import ZoneInfo

from reviewbot.core.model import OutboxKind, Tone
from reviewbot.core.routes import route_for
from reviewbot.core.settings import Location, Subject
from reviewbot.core.source_facts import SURVEY
from reviewbot.queries.surveys.praise_facts import praise_facts
from reviewbot.store.queues import outbox
from reviewbot.store.tx import Tx
from reviewbot.workflow.chats import living_chats


def tell(tx: Tx) -> int:
    """Put yesterday's praise into the chats of the places; return how many messages."""
    by_chat = defaultdict[str, list[str]](list)
    for place in tx.settings.locations.values():
        if place.role == "own" and place.praise:
            by_chat[_chat_of(tx, place)].append(place.key)
    return sum(_put(tx, key, places) for key, places in by_chat.items())


def _chat_of(tx: Tx, place: Location) -> str:
    """Where the card of a good answer given there would go."""
    good = Subject(Tone.POSITIVE, "low", SURVEY, place.key, groups=place.groups, kind="survey")
    [chat] = living_chats(tx, [route_for(tx.settings.routes, good).chat])
    return chat.key


def _put(tx: Tx, key: str, places: list[str]) -> bool:
    zone = ZoneInfo(tx.settings.locations[places[0]].zone)
    on = tx.now.astimezone(zone).date() - timedelta(days=1)
    if not praise_facts(tx, places, on).places:
        return False
    payload = {"places": places, "on": on.isoformat()}
    chat = tx.settings.chats[key]
    dedupe = f"praise:{on.isoformat()}:{key}"
    return outbox.put(tx.session, OutboxKind.PRAISE, dedupe, chat, payload, tx.now, silent=True)
