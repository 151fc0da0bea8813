"""What no log, row or message may hold: every secret that is known, however it is written."""

import html
import json
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

HIDDEN = "•••"
SHORTEST = 6
"""Characters. A shorter secret would hide ordinary words."""
MOST_PASSING = 2000
"""Writings, of which a token has one to five."""


class Redaction:
    """Takes known secrets out of texts. Others may be learned while it is used."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._lasting: dict[str, None] = {}
        self._passing: dict[str, None] = {}
        self._known: tuple[str, ...] = ()
        self.learn(secrets)

    def learn(self, secrets: Iterable[str], *, passing: bool = False) -> None:
        """Keep these out too, beside the ones known already; of the passing ones (a token is good
        for an hour) only the last."""
        kept = self._passing if passing else self._lasting
        for secret in secrets:
            if len(secret) >= SHORTEST:
                kept.update(dict.fromkeys(_writings(secret)))
        while len(self._passing) > MOST_PASSING:
            del self._passing[next(iter(self._passing))]
        # Longest first: a secret that contains another is replaced whole.
        self._known = tuple(sorted({**self._lasting, **self._passing}, key=len, reverse=True))

    def __call__(self, text: str) -> str:
        """Return the text without any of them."""
        for secret in self._known:
            text = text.replace(secret, HIDDEN)
        return text

    def __repr__(self) -> str:
        return f"<Redaction of {len(self._known)}>"


def _writings(secret: str) -> Iterable[str]:
    """As sites, libraries and traces quote it: plain, in an address, in JSON, in HTML."""
    return (
        secret,
        quote(secret, safe=""),
        quote(secret),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        html.escape(secret),
    )
