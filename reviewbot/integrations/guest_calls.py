"""A call on this machine for a booking system or a CRM: `POST /guests/links`.

It gets a link for one visit, to send in its own mail or message: what it sends, and when, stays
its own. Whoever calls says the secret (`Authorization: Bearer …`). The body is JSON: `place`,
`visit`, and if wanted `item`, `segment`, `at` (ISO 8601 with an offset). The same visit gets the
same link again.
"""

import hmac
import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from sqlmodel import Session
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reviewbot.clock import Clock
from reviewbot.core.errors import Refused
from reviewbot.core.settings import Settings
from reviewbot.core.source_facts import Sources
from reviewbot.store.database import Database
from reviewbot.store.surveys.guest_rows import hash_of_link
from reviewbot.store.tx import Tx
from reviewbot.words.surveys.invitation import link
from reviewbot.workflow.surveys.guest_links import GuestLink, Visit, code_of_visit, hand_out_link

log = logging.getLogger(__name__)

MOST_BODY = 16_384
CREATED_BY = "call"


class GuestCalls:
    """Answers calls for links; `bot_name` gives "" while Telegram has not told it."""

    def __init__(
        self,
        db: Database,
        settings: Settings,
        sources: Sources,
        clock: Clock,
        secret: str,
        bot_name: Callable[[], str],
    ) -> None:
        self._db = db
        self._settings = settings
        self._sources = sources
        self._clock = clock
        self._secret = secret.encode()
        self._bot_name = bot_name

    @property
    def routes(self) -> list[Route]:
        return [Route("/guests/links", self._call, methods=["POST"])]

    async def _call(self, request: Request) -> Response:
        said = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(said.encode(), self._secret):
            return _no(HTTPStatus.UNAUTHORIZED, "the secret is not right")
        body = bytearray()
        try:
            async for piece in request.stream():
                body += piece
                if len(body) > MOST_BODY:
                    return _no(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the body is too long")
            place, visit = _asked(bytes(body))
        except (ValueError, RecursionError, ClientDisconnect) as error:
            log.info("a call for a guest's link cannot be read: %s", error)
            return _no(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))
        bot_name = self._bot_name()
        if not bot_name:
            return _no(HTTPStatus.SERVICE_UNAVAILABLE, "Telegram does not answer: call again")
        code = code_of_visit(self._secret, place, visit.visit_id or "")
        given = GuestLink(hash_of_link(code), place, CREATED_BY, visit)
        try:
            until = await self._db.write(lambda rows: hand_out_link(self._tx(rows), given))
        except Refused:
            return _no(HTTPStatus.UNPROCESSABLE_ENTITY, "there is no such place")
        told = {"link": link(bot_name, code), "valid_until": until and until.isoformat()}
        return JSONResponse(told, HTTPStatus.CREATED)

    def _tx(self, rows: Session) -> Tx:
        return Tx(rows, self._settings, self._sources, self._clock.now())


def _asked(body: bytes) -> tuple[str, Visit]:
    """Return the place and the visit. Raises ValueError, RecursionError."""
    try:
        told = json.loads(body)
    except UnicodeDecodeError:
        told = None
    if not isinstance(told, dict):
        raise ValueError("the body is no JSON object")
    place, visit = _word(told, "place"), _word(told, "visit")
    if not place or not visit:
        raise ValueError("place and visit are needed, as text")
    at = _word(told, "at")
    visited_at = datetime.fromisoformat(at) if at else None
    if visited_at is not None and visited_at.tzinfo is None:
        raise ValueError("at needs an offset, like 2026-03-02T19:30+03:00")
    visited_at = visited_at and visited_at.astimezone(UTC)
    return place, Visit(visit, _word(told, "item"), _word(told, "segment"), visited_at)


def _word(told: dict[str, Any], name: str) -> str | None:
    value = told.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name} must be text")
    return value


def _no(status: HTTPStatus, why: str) -> Response:
    return JSONResponse({"error": why[:200]}, status, headers={"Connection": "close"})
