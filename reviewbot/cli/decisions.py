"""Why this deadline, this draft and this chat: the decisions about a stored review, in words."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.text import Text

    from reviewbot.core.setup import Setup
    from reviewbot.store.database import Database


def decisions(db: "Database", setup: "Setup", number: int) -> "Text | None":
    """Return what staff read under «Почему» of a ticket, as terminal text in the setup's language;
    None where there is no such ticket."""
    from reviewbot.app import sites_of
    from reviewbot.clock import WallClock
    from reviewbot.demo.screen import readable
    from reviewbot.store.cards import card_facts
    from reviewbot.words.stories import explain

    now, sites = WallClock().now(), sites_of(setup)
    facts = db.read_now(lambda rows: card_facts(rows, setup, sites, number, now))
    return readable(explain(facts, setup.language).html) if facts else None
