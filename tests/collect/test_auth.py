"""Signing: tokens renewed in time and once, skewed clocks, secrets that never show."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from reviewbot.collect.fetching.fetch import Fetcher
from reviewbot.config.credentials import sealed
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
)
from reviewbot.core.errors import CollectError, Denied, Unreachable
from tests.collect.collect_world import MONDAY, a_setup
from tests.collect.loopback import Answer, Asked, Server, serving
from tests.collect.stand_ins import EC_KEY, RSA_KEY
from tests.hand_clock import HandClock
from tests.store.made import with_tables


def pem(key: Any) -> str:
    return key.private_bytes(  # type: ignore[no-any-return]
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


SECRETS = {
    "key": {"token": "bearer-token-1", "client": "client-1", "api_key": "api-key-1"},
    "oauth": {
        "client_id": "id-1",
        "client_secret": "client-secret-1",
        "refresh_token": "refresh-token-1",
    },
    "apple": {"issuer_id": "issuer-1", "key_id": "key-1", "private_key": pem(EC_KEY)},
    "google": {
        "client_email": "bot@test",
        "private_key_id": "kid-1",
        "private_key": pem(RSA_KEY).replace("\n", "\\n"),
    },
    "broken": {"issuer_id": "i", "key_id": "k", "private_key": "-----BEGIN SECRET-PEM-----"},
}


class Vendor:
    """A token address and an API behind it. `live` are the tokens it takes; each request for a
    token makes a new one."""

    def __init__(self) -> None:
        self.live: set[str] = set()
        self.made = 0
        self.lifetime: float | None = 3600
        self.forms: list[dict[str, str]] = []
        self.answers: dict[str, Answer] = {}
        self.date: str | None = None

    def __call__(self, asked: Asked) -> Answer:
        headers = {"Date": self.date} if self.date else {}
        if special := self.answers.get(asked.path):
            return special
        if asked.path == "/token":
            from urllib.parse import parse_qsl

            self.forms.append(dict(parse_qsl(asked.body.decode())))
            self.made += 1
            token = f"access-{self.made}"
            self.live.add(token)
            body = {"access_token": token, "expires_in": self.lifetime}
            return Answer(json.dumps(body), headers=headers)
        sent = asked.headers.get("authorization", "").removeprefix("Bearer ")
        taken = sent in self.live
        return Answer("{}", status=200 if taken else 401, headers=headers)


class Desk:
    def __init__(self, server: Server, fetcher: Fetcher, clock: HandClock, vendor: Vendor):
        self.server, self.fetcher, self.clock, self.vendor = server, fetcher, clock, vendor

    async def ask(self, auth: Auth, method: str = "GET", path: str = "/api") -> Payload:
        request = Request(method, f"{self.server.url}{path}", auth=auth, kind="step")
        answer = await self.fetcher.fetch(request, "x")
        assert isinstance(answer, Payload)
        return answer

    @property
    def refresh(self) -> OAuthRefresh:
        return OAuthRefresh("oauth", f"{self.server.url}/token")

    def sent(self) -> str:
        return self.server.asked[-1].headers.get("authorization", "")


@asynccontextmanager
async def vendor_world(folder: Path) -> AsyncIterator[Desk]:
    clock, vendor = HandClock(MONDAY), Vendor()
    async with serving(vendor) as server:
        settings = replace(a_setup(server.url), sources={})
        db = with_tables(folder / "auth.sqlite3")
        secrets = {name: sealed(fields) for name, fields in SECRETS.items()}
        async with Fetcher(db, settings, clock, lambda: 0.0, secrets) as fetcher:
            yield Desk(server, fetcher, clock, vendor)
        db.close()


async def test_fixed_tokens_and_keys_go_where_the_source_says(tmp_path: Path) -> None:
    async with vendor_world(tmp_path) as world:
        await world.ask(Bearer("key"))
        assert world.sent() == "Bearer bearer-token-1"
        await world.ask(Bearer("key", header="X-Token", scheme=""))
        assert world.server.asked[-1].headers["x-token"] == "bearer-token-1"
        await world.ask(ApiKey("key", (("Client-Id", "client"), ("Api-Key", "api_key"))))
        sent = world.server.asked[-1].headers
        assert (sent["client-id"], sent["api-key"]) == ("client-1", "api-key-1")


async def test_a_token_is_asked_for_once_and_renewed_before_it_ends(tmp_path: Path) -> None:
    async with vendor_world(tmp_path) as world:
        for _ in range(3):
            assert (await world.ask(world.refresh)).status == 200
        assert world.vendor.made == 1
        assert world.vendor.forms[0] == {
            "client_id": "id-1",
            "client_secret": "client-secret-1",
            "grant_type": "refresh_token",
            "refresh_token": "refresh-token-1",
        }
        world.clock.advance(minutes=59, seconds=1)
        await world.ask(world.refresh)
        assert (world.vendor.made, world.sent()) == (2, "Bearer access-2")


async def test_many_targets_of_one_account_renew_it_once(tmp_path: Path) -> None:
    async with vendor_world(tmp_path) as world:
        await asyncio.gather(*(world.ask(world.refresh) for _ in range(8)))
        assert world.vendor.made == 1


@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_a_token_that_ended_early_is_renewed_once(tmp_path: Path, method: str) -> None:
    async with vendor_world(tmp_path) as world:
        await world.ask(world.refresh)
        world.vendor.live.clear()
        assert (await world.ask(world.refresh, method)).status == 200
        assert world.vendor.made == 2
        # A right that is missing: a new token does not help, and is not asked for again and again.
        world.vendor.answers["/api"] = Answer("{}", status=401)
        before = len(world.server.asked)
        assert (await world.ask(world.refresh, method)).status == 401
        assert [asked.path for asked in world.server.asked[before:]] == ["/api", "/token", "/api"]


async def test_client_credentials(tmp_path: Path) -> None:
    async with vendor_world(tmp_path) as world:
        assert (await world.ask(OAuthClient("oauth", f"{world.server.url}/token"))).status == 200
        assert world.vendor.forms[0]["grant_type"] == "client_credentials"
        assert "refresh_token" not in world.vendor.forms[0]


async def test_a_service_account_signs_its_request_for_a_token(tmp_path: Path) -> None:
    async with vendor_world(tmp_path) as world:
        url = f"{world.server.url}/token"
        await world.ask(ServiceAccount("google", "scope-1", url))
        form = world.vendor.forms[0]
        assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
        claims = jwt.decode(
            form["assertion"],
            RSA_KEY.public_key(),
            ["RS256"],
            audience=url,
            options={"verify_exp": False, "verify_iat": False},
        )
        now = int(world.clock.now().timestamp())
        assert claims["iss"] == "bot@test"
        assert claims["scope"] == "scope-1"
        assert (claims["iat"], claims["exp"]) == (now, now + 3600)
        assert jwt.get_unverified_header(form["assertion"])["kid"] == "kid-1"


def apple_claims(authorization: str) -> dict[str, Any]:
    return jwt.decode(
        authorization.removeprefix("Bearer "),
        EC_KEY.public_key(),
        ["ES256"],
        audience="appstoreconnect-v1",
        options={"verify_exp": False, "verify_iat": False},
    )


async def test_a_signed_jwt_lives_a_quarter_of_an_hour(tmp_path: Path) -> None:
    async with vendor_world(tmp_path) as world:
        world.vendor.answers["/api"] = Answer("{}")
        auth = SignedJwt("apple", "appstoreconnect-v1")
        await world.ask(auth)
        first = world.sent()
        claims = apple_claims(first)
        assert claims["iss"] == "issuer-1"
        assert claims["exp"] - claims["iat"] == 900
        assert jwt.get_unverified_header(first.removeprefix("Bearer "))["kid"] == "key-1"
        await world.ask(auth)
        assert world.sent() == first
        world.clock.advance(minutes=15)
        await world.ask(auth)
        assert world.sent() != first


async def test_a_skewed_clock_is_learned_from_the_server(tmp_path: Path) -> None:
    async with vendor_world(tmp_path) as world:
        theirs = world.clock.now() - timedelta(minutes=20)
        world.vendor.date = format_datetime(theirs, usegmt=True)
        auth = SignedJwt("apple", "appstoreconnect-v1")
        await world.ask(auth)  # 401: the token is of their future; signed anew by their clock
        assert apple_claims(world.sent())["iat"] == int(theirs.timestamp())
        assert len(world.server.asked) == 2


@pytest.mark.parametrize(
    ("auth", "said"),
    [
        (Bearer("nobody"), "no credential named 'nobody'"),
        (Bearer("oauth"), "lacks 'token'"),
        (SignedJwt("broken", "a"), "private key"),
        (ServiceAccount("oauth", "s", "http://127.0.0.1:9/token"), "lacks 'client_email'"),
    ],
)
async def test_a_missing_or_useless_secret_is_a_credential_error(
    tmp_path: Path, auth: Auth, said: str
) -> None:
    async with vendor_world(tmp_path) as world:
        with pytest.raises(Denied, match=said) as denied:
            await world.ask(auth)
        assert denied.value.credential
        assert "SECRET-PEM" not in str(denied.value)
        assert world.server.asked == []


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (
            Answer('{"error": "invalid_grant", "error_description": "refresh-token-1"}', 400),
            Denied,
            "invalid_grant",
        ),
        (Answer("refresh-token-1", 401), Denied, "status 401"),
        (Answer("", 503), Unreachable, "503"),
        (Answer('{"no": "token"}'), CollectError, "no token"),
        (Answer("refresh-token-1"), CollectError, "no token"),
        (Answer("[" * 200_000), CollectError, "no token"),
        (Answer("[" * 200_000, 400), Denied, "status 400"),
    ],
)
async def test_a_refused_renewal_tells_why_and_no_secret(
    tmp_path: Path, answer: Answer, error: type[CollectError], said: str
) -> None:
    async with vendor_world(tmp_path) as world:
        world.vendor.answers["/token"] = answer
        with pytest.raises(error, match=said) as raised:
            await world.ask(world.refresh, "PUT")
        assert "refresh-token-1" not in f"{raised.value!r} {raised.value}"
        assert "/api" not in world.server.paths()


@pytest.mark.parametrize(
    ("lifetime", "hours"),
    [("1e300", 24), ("1e999", 24), ("9" * 400, 24), ("NaN", 1), ("null", 1), ("7200", 2)],
)
async def test_a_lifetime_beyond_sense_is_bounded(
    tmp_path: Path, lifetime: str, hours: int
) -> None:
    async with vendor_world(tmp_path) as world:
        told = f'{{"access_token": "long-lived-1", "expires_in": {lifetime}}}'
        world.vendor.answers["/token"] = Answer(told)
        world.vendor.live.add("long-lived-1")
        renewed = []
        for minutes in (0, hours * 60 - 2, 2):
            world.clock.advance(minutes=minutes)
            assert (await world.ask(world.refresh)).status == 200
            renewed.append(world.server.paths().count("/token"))
        assert renewed == [1, 1, 2]


@pytest.mark.parametrize(
    "date",
    [
        "Mon, 01 Jan 2024 00:00:00 +9999999999999999999999",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Mon, 01 Jan 0001 00:00:00 +2359",
        "Mon, 05 Jan 2026 08:00:00 GMT",
    ],
)
async def test_a_date_that_is_days_away_teaches_nothing(tmp_path: Path, date: str) -> None:
    async with vendor_world(tmp_path) as world:
        account = ServiceAccount("google", "scope-1", f"{world.server.url}/token")
        world.vendor.date = date
        for _ in range(2):
            assert (await world.ask(account)).status == 200
            world.clock.advance(hours=2)
        issued = [
            jwt.decode(form["assertion"], options={"verify_signature": False})["iat"]
            for form in world.vendor.forms
        ]
        assert issued == [int(MONDAY.timestamp()), int(MONDAY.timestamp()) + 7200]


async def test_a_signature_does_not_follow_a_redirect_to_another_host(tmp_path: Path) -> None:
    async with vendor_world(tmp_path) as world:
        elsewhere = world.server.url.replace("127.0.0.1", "localhost")
        world.vendor.answers["/api"] = Answer(
            status=302, headers={"Location": f"{elsewhere}/stolen"}
        )
        assert (await world.ask(Bearer("key"))).status == 302
        assert "/stolen" not in world.server.paths()
        world.vendor.answers["/api"] = Answer(
            status=302, headers={"Location": "http://a.test:99999/"}
        )
        with pytest.raises(Unreachable, match="no web page"):
            await world.ask(Bearer("key"))


async def test_secrets_do_not_show(tmp_path: Path) -> None:
    async with vendor_world(tmp_path) as world:
        await world.ask(world.refresh)
        signer = world.fetcher.signer
        shown = repr(signer) + repr(vars(signer)["_tokens"])
        assert "access-1" not in shown
        hide = world.fetcher.redaction
        assert hide("id access-1 client-secret-1 ok") == "id ••• ••• ok"


async def test_what_a_token_address_gave_shows_nowhere_also_when_it_is_renewed(
    tmp_path: Path,
) -> None:
    async with vendor_world(tmp_path) as world:
        await world.ask(world.refresh)
        world.clock.advance(hours=2)
        given = {"access_token": "acc/ess+2", "refresh_token": "refresh 2", "id_token": "who-1-am"}
        world.vendor.answers["/token"] = Answer(json.dumps(given))
        await world.ask(world.refresh)
        quoted = "access-1 acc/ess+2 acc%2Fess%2B2 refresh 2 refresh+2 refresh%202 who-1-am"
        assert set(world.fetcher.redaction(quoted).split()) == {"•••"}
        world.vendor.answers["/token"] = Answer('{"error": "client-secret-1"}', status=400)
        world.clock.advance(hours=2)
        with pytest.raises(Denied) as refused:
            await world.ask(world.refresh)
        assert "client-secret-1" not in world.fetcher.signer.hidden(refused.value).reason
