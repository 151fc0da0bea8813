"""The pages of a place on the sites, as guests are shown them: the same for everybody."""

from collections.abc import Sequence

from reviewbot.store.tx import Tx
from reviewbot.words.html import is_link
from reviewbot.words.labels import title_of
from reviewbot.words.language import words_in


def pages_of(tx: Tx, location: str, language: str) -> Sequence[tuple[str, str]]:
    """Return (name of the site, address) of a place's pages that have an address."""
    t, found = words_in(language), dict[str, str]()
    for entry in tx.settings.targets.values():
        url = entry.target.url
        if entry.location == location and url and is_link(url):
            facts = tx.sources.get(entry.target.source)
            name = title_of(facts.title, t) if facts else entry.target.source
            found.setdefault(name, url)
    return tuple(found.items())
