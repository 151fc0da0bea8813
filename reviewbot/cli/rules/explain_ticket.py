"""Why this deadline, this draft and this chat: the decisions about a stored review, in words."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.text import Text

    from reviewbot.core.settings import Settings
    from reviewbot.store.database import Database


def decisions(db: "Database", settings: "Settings", number: int) -> "Text | None":
    """Return what staff read under «Почему» of a ticket, as terminal text in the language of
    the settings; None where there is no such ticket."""
    from reviewbot.app import sites_of
    from reviewbot.clock import WallClock
    from reviewbot.demo.screen import readable
    from reviewbot.queries.card_facts import card_facts
    from reviewbot.store.tx import Tx
    from reviewbot.words.history import explain

    now, sites = WallClock().now(), sites_of(settings)
    facts = db.read_now(lambda rows: card_facts(Tx(rows, settings, sites, now), number))
    return readable(explain(facts, settings.language).html) if facts else None
