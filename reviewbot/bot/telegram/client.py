"""Puts python-telegram-bot together the way this product uses it.

No Updater: it confirms updates when they enter its queue, so a crash loses presses. The intake
asks for updates itself (`Polling`) and acknowledges only what is on disk.
"""

import logging
import os
import ssl
from datetime import timedelta
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import httpx
from telegram.error import RetryAfter, TelegramError
from telegram.ext import AIORateLimiter, Application, BaseRateLimiter, ExtBot
from telegram.request import HTTPXRequest

from reviewbot.bot.telegram import raw_updates, sent_answers
from reviewbot.core.connections import Telegram

POLL_SECONDS = 25
"""How long Telegram may hold a getUpdates call open."""
READ_SECONDS = 20.0

Bot = ExtBot[Any]
BotApplication = Application[Any, Any, Any, Any, Any, Any]


@cache
def trusted() -> ssl.SSLContext:
    """The certificates Telegram is known by: read once, for it takes tens of milliseconds."""
    return httpx.create_ssl_context()


def build_application(
    token: str, telegram: Telegram, *, limiter: BaseRateLimiter[Any] | None = None
) -> BotApplication:
    """Return an application that neither polls nor connects by itself.

    The limiter is a backstop; pacing is core.pacing over the outbox. It must not retry: one
    RetryAfter would then stop every chat.
    """
    # The library's own switch: `retry_after` is a timedelta, and no warning about it.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    # Its INFO lines hold the URL, and the URL holds the token.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    # Its DEBUG lines hold what is sent and said, invitations among it.
    logging.getLogger("telegram").setLevel(logging.INFO)
    sending = _Sending(
        connection_pool_size=64,
        read_timeout=READ_SECONDS,
        connect_timeout=10.0,
        pool_timeout=5.0,
        proxy=telegram.proxy,
        httpx_kwargs={"verify": trusted()},
    )
    root = telegram.base_url.rstrip("/")
    return (
        Application.builder()
        .token(token)
        .updater(None)
        .base_url(f"{root}/bot")
        .base_file_url(f"{root}/file/bot")
        .request(sending)
        # Nobody asks for updates this way (see Polling); left out, the library makes one more.
        .get_updates_request(sending)
        .rate_limiter(limiter or AIORateLimiter(max_retries=0))
        .build()
    )


def username(bot: Bot) -> str:
    """The bot's own name; "" while Telegram has not told it yet."""
    try:
        return bot.username
    except RuntimeError:
        return ""


def span_of(error: RetryAfter) -> timedelta:
    """How long Telegram told us to wait."""
    span = error.retry_after
    return span if isinstance(span, timedelta) else timedelta(seconds=span)


class _Sending(HTTPXRequest):
    async def do_request(self, url: str, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        code, payload = await super().do_request(url, *args, **kwargs)
        if code == HTTPStatus.OK and url.endswith(sent_answers.SENDING):
            payload = sent_answers.with_number_only(payload)
        return code, payload


class _Request(HTTPXRequest):
    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        try:
            return HTTPXRequest.parse_json_payload(payload)
        except (RecursionError, TelegramError):
            return raw_updates.taken_apart(payload)


class Polling:
    """getUpdates as raw JSON: one update that the library cannot parse must not hide the rest."""

    def __init__(self, bot: Bot, proxy: str | None = None) -> None:
        self._url = f"{bot.base_url}/getUpdates"
        self._request = _Request(
            connection_pool_size=2,
            read_timeout=POLL_SECONDS + 10.0,
            proxy=proxy,
            httpx_kwargs={"verify": trusted()},
        )

    async def updates(
        self, offset: int | None, allowed: str, patience: int = POLL_SECONDS
    ) -> list[dict[str, Any]]:
        """Return the updates from `offset` on, waiting up to `patience` seconds for one.

        Raises telegram.error.TelegramError; KeyError, TypeError or ValueError for an answer that
        is not Telegram's.
        """
        asked: dict[str, Any] = {"timeout": patience, "limit": 100, "allowed_updates": allowed}
        if offset is not None:
            asked["offset"] = offset
        answer = await self._request.post(f"{self._url}?{urlencode(asked)}")
        if not isinstance(answer, list):
            raise TypeError("getUpdates answered something else than a list")
        return answer

    async def close(self) -> None:
        await self._request.shutdown()
