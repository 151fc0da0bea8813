"""Signs requests: turns a source's `auth` data and the operator's secrets into headers.

Sources name a secret, they never see it. Tokens live in memory only, are renewed before they end,
and errors hold no part of a secret. Clock skew is learned from the server's Date header, since a
JWT "from the future" is refused by every vendor.
"""

import asyncio
import json
import logging
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from reviewbot.clock import Clock
from reviewbot.core.contract import (
    ApiKey,
    Auth,
    Bearer,
    OAuthClient,
    OAuthRefresh,
    Payload,
    Request,
    ServiceAccount,
    SignedJwt,
    raise_for_status,
)
from reviewbot.core.errors import CollectError, Denied, LayoutChanged
from reviewbot.core.parse_time import http_date
from reviewbot.core.redaction import Redaction

log = logging.getLogger(__name__)

SKEW_WORTH = timedelta(seconds=5)
SKEW_MOST = timedelta(days=1)
"""A clock that is set to the wrong day is told elsewhere; a Date farther away is nonsense."""
RENEW_BEFORE = timedelta(minutes=1)
USUAL_LIFE = timedelta(hours=1)
LONGEST_LIFE = timedelta(days=1)
"""A token that is said to live longer is renewed all the same."""
_GIVEN = frozenset({"access_token", "refresh_token", "id_token", "session_token"})
_GRANT_JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"

Send = Callable[[Request], Awaitable[Payload]]
"""Sends one unsigned request as it is: no gap, no retries of its own making."""


@dataclass(slots=True)
class _Token:
    value: str = field(repr=False)
    renew_at: datetime


class Signer:
    """Headers for each kind of `auth`. `secrets` maps a secret's name to its fields."""

    def __init__(
        self,
        secrets: Mapping[str, Mapping[str, SecretStr]],
        send: Send,
        clock: Clock,
        redaction: Redaction,
    ) -> None:
        self._redaction = redaction
        fields = [field for held in secrets.values() for field in held.values()]
        redaction.learn(field.get_secret_value() for field in fields)
        self._secrets = secrets
        self._send = send
        self._clock = clock
        self._tokens: dict[Auth, _Token] = {}
        self._skew: dict[str, timedelta] = {}
        self._locks: dict[Auth, asyncio.Lock] = {}

    def __repr__(self) -> str:
        return f"<Signer with {len(self._secrets)} secrets>"

    async def headers(self, auth: Auth, host: str) -> dict[str, str]:
        """Return the headers that sign a request to `host`. Raises Denied (credential) where the
        secret is missing, lacks a field or is refused, Unreachable where the vendor is away."""
        if isinstance(auth, Bearer):
            value = self._field(auth.secret_ref, auth.field)
            return {auth.header: f"{auth.scheme} {value}".strip()}
        if isinstance(auth, ApiKey):
            return {name: self._field(auth.secret_ref, part) for name, part in auth.headers}
        # One renewal at a time: many targets share an account.
        async with self._locks.setdefault(auth, asyncio.Lock()):
            token = self._tokens.get(auth)
            if token is None or token.renew_at <= self._clock.now():
                token = self._tokens[auth] = await self._renew(auth, host)
                self._redaction.learn([token.value], passing=True)
        return {"Authorization": f"Bearer {token.value}"}

    def renewable(self, auth: Auth) -> bool:
        """Whether a 401 may mean an ended token rather than a wrong credential."""
        return not isinstance(auth, Bearer | ApiKey)

    def forget(self, auth: Auth, headers: Mapping[str, str]) -> None:
        """Drop the token that `headers` carried; one renewed meanwhile by another stays."""
        token = self._tokens.get(auth)
        if token is not None and headers.get("Authorization") == f"Bearer {token.value}":
            del self._tokens[auth]

    def learn_time(self, host: str, date: str | None) -> None:
        """Take the server's clock from its Date header; one that is days away teaches nothing."""
        moment = http_date(date)
        if moment is None:
            return
        skew = moment - self._clock.now()
        if abs(skew) > SKEW_MOST:
            log.info("%s dates its answer %s: that is not learned from", host, moment)
            return
        self._skew[host] = skew if abs(skew) > SKEW_WORTH else timedelta()

    def hidden(self, error: CollectError) -> CollectError:
        """Return the error without any secret value that a site quotes back: its reason stands in
        the database, the log and messages."""
        error.reason = self._redaction(error.reason)
        error.args = (error.reason, *error.args[1:])
        return error

    def _field(self, secret_ref: str, name: str) -> str:
        fields = self._secrets.get(secret_ref)
        if fields is None:
            raise Denied(f"no credential named {secret_ref!r} is configured", credential=True)
        value = fields.get(name)
        if not value:
            raise Denied(f"the credential {secret_ref!r} lacks {name!r}", credential=True)
        return value.get_secret_value()

    async def _renew(self, auth: Auth, host: str) -> _Token:
        now = self._clock.now()
        match auth:
            case OAuthRefresh():
                form = self._client(auth.secret_ref)
                form["grant_type"] = "refresh_token"
                form["refresh_token"] = self._field(auth.secret_ref, "refresh_token")
                return await self._ask(auth.token_url, form, auth.secret_ref)
            case OAuthClient():
                form = self._client(auth.secret_ref)
                form["grant_type"] = "client_credentials"
                return await self._ask(auth.token_url, form, auth.secret_ref)
            case ServiceAccount():
                issuer = self._field(auth.secret_ref, "client_email")
                issued = self._server_now(_host_of(auth.token_url))
                claims = {
                    "iss": issuer,
                    "scope": auth.scope,
                    "aud": auth.token_url,
                    "iat": int(issued.timestamp()),
                    "exp": int((issued + timedelta(hours=1)).timestamp()),
                }
                key_id = self._secrets[auth.secret_ref].get("private_key_id")
                headers = {"kid": key_id.get_secret_value()} if key_id else {}
                assertion = self._sign(auth.secret_ref, claims, "RS256", headers)
                form = {"grant_type": _GRANT_JWT, "assertion": assertion}
                return await self._ask(auth.token_url, form, auth.secret_ref)
            case SignedJwt():
                issued = self._server_now(host)
                claims = {
                    "iss": self._field(auth.secret_ref, "issuer_id"),
                    "aud": auth.audience,
                    "iat": int(issued.timestamp()),
                    "exp": int((issued + auth.lifetime).timestamp()),
                }
                headers = {"kid": self._field(auth.secret_ref, "key_id")}
                value = self._sign(auth.secret_ref, claims, "ES256", headers)
                return _Token(value, now + auth.lifetime - RENEW_BEFORE)
        raise Denied(f"no way to sign with {type(auth).__name__}", credential=True)

    def _client(self, secret_ref: str) -> dict[str, str]:
        return {name: self._field(secret_ref, name) for name in ("client_id", "client_secret")}

    def _server_now(self, host: str) -> datetime:
        return self._clock.now() + self._skew.get(host, timedelta())

    def _sign(
        self, secret_ref: str, claims: dict[str, Any], algorithm: str, headers: dict[str, str]
    ) -> str:
        import jwt  # with certificates, 26 modules that most installations never need

        key = self._field(secret_ref, "private_key").replace("\\n", "\n")
        try:
            return jwt.encode(claims, key, algorithm=algorithm, headers=headers)
        except (ValueError, TypeError, jwt.PyJWTError):
            raise Denied(
                f"the private key of the credential {secret_ref!r} cannot be used", credential=True
            ) from None  # the library's message may quote the key

    async def _ask(self, token_url: str, form: dict[str, str], secret_ref: str) -> _Token:
        answer = await self._send(
            Request("POST", token_url, form=tuple(form.items()), kind="step")
        )
        self.learn_time(_host_of(token_url), answer.headers.get("date"))
        if answer.status in (400, 401, 403):
            raise Denied(
                f"the credential {secret_ref!r} is refused: {_oauth_error(answer)}",
                status=answer.status,
                credential=True,
            )
        raise_for_status(answer)
        try:
            body = json.loads(answer.text)
            # With a refresh token, an identity: whatever it gave is nobody's to read.
            given = [str(body[name]) for name in _GIVEN if name in body]
            self._redaction.learn(given, passing=True)
            value, life = str(body["access_token"]), _life(body.get("expires_in"))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise LayoutChanged(
                "the answer of the token address holds no token", status=answer.status
            ) from None
        return _Token(value, self._clock.now() + max(life - RENEW_BEFORE, life / 2))


def _life(told: Any) -> timedelta:
    """How long a token lives, by its `expires_in`. Raises ValueError, TypeError."""
    try:
        seconds = float(told or 0)
    except OverflowError:
        return LONGEST_LIFE
    if not seconds or math.isnan(seconds):
        return USUAL_LIFE
    return timedelta(seconds=min(max(seconds, 0.0), LONGEST_LIFE.total_seconds()))


def _oauth_error(answer: Payload) -> str:
    """The vendor's error code alone: the rest of the answer may quote what we sent."""
    try:
        body = json.loads(answer.text)
        code = body.get("error") if isinstance(body, dict) else None
    except (ValueError, RecursionError):
        code = None
    return code[:60] if isinstance(code, str) else f"status {answer.status}"


def _host_of(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()
