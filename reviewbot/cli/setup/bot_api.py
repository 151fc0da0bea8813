"""The few questions that commands ask Telegram: plain calls that change nothing there."""

import logging
from typing import Any, Self

import httpx

from reviewbot.cli.setup.patience import within_patience
from reviewbot.core.errors import ReviewbotError
from reviewbot.words.operator_text import say

UNKNOWN_TOKEN = say("Telegram does not know this token.")


class ApiError(ReviewbotError):
    """Telegram said no, or nothing. `code` is its error code; 0: no answer came."""

    def __init__(self, code: int, description: str, migrated_to: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.migrated_to = migrated_to


class BotApi:
    """Asks the Bot API. Use as a context manager. The token is in every URL: none is logged."""

    def __init__(self, token: str, base_url: str, proxy: str | None = None) -> None:
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self._root = f"{base_url.rstrip('/')}/bot{token}"
        self._client = httpx.Client(proxy=proxy, trust_env=False, timeout=20.0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def me(self) -> dict[str, Any]:
        found: dict[str, Any] = self.call("getMe")
        return found

    def waiting_updates(self) -> list[dict[str, Any]]:
        """Return the updates nobody has confirmed, at most 100, and leave them all where they are.

        No offset: an offset confirms what is before it, and an installed bot would never see it.
        No allowed_updates either: Telegram would remember them for that bot.
        """
        found: list[dict[str, Any]] = self.call("getUpdates", timeout=0)
        return found

    def call(self, method: str, **params: Any) -> Any:
        """Return the result of a method. Raises ApiError, whose text holds no token."""
        try:
            url = f"{self._root}/{method}"
            answer = within_patience(lambda: self._client.post(url, data=params))
            body = answer.json()
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            why = type(error).__name__
            raise ApiError(0, say("Telegram does not answer ({why})", why=why)) from None
        except ValueError:
            code = answer.status_code
            raise ApiError(0, say("not the Bot API: HTTP {code}", code=code)) from None
        if isinstance(body, dict) and body.get("ok"):
            return body.get("result")
        failure = body if isinstance(body, dict) else {}
        raise ApiError(
            int(failure.get("error_code", answer.status_code)),
            str(failure.get("description", "no description")),
            (failure.get("parameters") or {}).get("migrate_to_chat_id"),
        )
