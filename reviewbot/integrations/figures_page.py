"""The page of figures, live on the web port behind a token link: /figures/<token>.

The token is a secret of the operator's, compared in constant time; a wrong one is told nothing.
The page is not kept, not framed and sends its address to nobody.
"""

import hmac
from collections.abc import Mapping
from dataclasses import replace

from pydantic import SecretStr
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from reviewbot.charts.painter import NotDrawn, Painter
from reviewbot.charts.style import DARK, LIGHT, variables
from reviewbot.clock import Clock
from reviewbot.core.settings import Settings
from reviewbot.core.source_facts import Sources
from reviewbot.core.trends.page import PageFacts
from reviewbot.queries.trends.past_audit import past_audit
from reviewbot.queries.trends.places_meant import Meant, meant
from reviewbot.store.database import Database
from reviewbot.store.tx import Tx
from reviewbot.words.trends.page import (
    DAYS,
    Choice,
    PageView,
    filters_for,
    page,
    sources_read,
)
from reviewbot.words.trends.pictures import offered, picture
from reviewbot.workflow.digests import page_of

USUAL_DAYS = 30
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class FiguresPage:
    """Answers with the page of the moment; who gives the `painter` closes it."""

    def __init__(
        self,
        db: Database,
        settings: Settings,
        sources: Sources,
        clock: Clock,
        token: str,
        painter: Painter,
    ) -> None:
        self._db = db
        self._settings = settings
        self._sources = sources
        self._clock = clock
        self._token = token.encode()
        self._painter = painter

    @property
    def routes(self) -> list[Route]:
        return [Route("/figures/{token}", self._answer)]

    async def _answer(self, request: Request) -> Response:
        if not hmac.compare_digest(request.path_params["token"].encode(), self._token):
            return PlainTextResponse("Not Found", 404)
        own = [key for key, each in self._settings.locations.items() if each.role == "own"]
        chosen = _chosen(request.query_params)
        about = meant(self._settings, own, chosen.place)
        is_read = not chosen.source or chosen.source in sources_read(self._settings, own)
        if about is None or not is_read:
            return PlainTextResponse("Not Found", 404, HEADERS)
        with_past = bool(request.query_params.get("past"))
        facts = await self._db.read(lambda rows: self._look(rows, about, chosen, with_past))
        language = self._settings.language
        view = PageView(chosen, facts, await self._drawn(facts, language))
        filters = filters_for(self._settings, self._sources, chosen, own)
        colours = (variables(LIGHT), variables(DARK))
        text = page([view], language, colours, filters, is_live=True)
        return HTMLResponse(text, headers=HEADERS)

    def _look(self, rows: Session, about: Meant, chosen: Choice, with_past: bool) -> PageFacts:
        """The past reads everything there is: only where it is asked for."""
        tx = Tx(rows, self._settings, self._sources, self._clock.now())
        source, people = chosen.source or None, self._settings.web_people
        facts = page_of(tx, about, chosen.days, None, source, people=people)
        return replace(facts, past=past_audit(tx, about.places)) if with_past else facts

    async def _drawn(self, facts: PageFacts, language: str) -> list[str]:
        """The pictures, drawn beside the bot; none where they cannot be."""
        charts = []
        for chart in offered(facts.figures):
            shown = picture(facts.figures, language, chart, about=facts.about)
            if shown is None:
                continue
            try:
                charts.append((await self._painter.draw(shown, "svg")).decode())
            except NotDrawn:
                return charts
        return charts


def routes_of(
    db: Database,
    settings: Settings,
    sources: Sources,
    clock: Clock,
    secrets: Mapping[str, Mapping[str, SecretStr]],
    painter: Painter,
) -> list[Route]:
    """Return the page's route; none where the file names no token."""
    secret = secrets.get("web")
    if secret is None:
        return []
    token = secret["password"].get_secret_value()
    return FiguresPage(db, settings, sources, clock, token, painter).routes


def _chosen(asked: Mapping[str, str]) -> Choice:
    days = asked.get("days", "")
    length = int(days) if days in map(str, DAYS) else USUAL_DAYS
    return Choice(length, asked.get("place", ""), asked.get("source", ""))
