"""Auth as data: a source names the secret and the way, collect/fetching/auth.py signs."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Bearer:
    """A fixed token: `header: scheme token`; field `token` of the secret."""

    secret_ref: str
    header: str = "Authorization"
    scheme: str = "Bearer"
    field: str = "token"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """Fixed headers: header name → field of the secret."""

    secret_ref: str
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class OAuthRefresh:
    """OAuth 2 refresh-token grant; the secret holds client_id, client_secret, refresh_token."""

    secret_ref: str
    token_url: str


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """OAuth 2 client-credentials grant; the secret holds client_id, client_secret."""

    secret_ref: str
    token_url: str


@dataclass(frozen=True, slots=True)
class SignedJwt:
    """A short-lived JWT as the bearer (App Store Connect, ES256).

    The secret holds issuer_id, key_id, private_key (PEM).
    """

    secret_ref: str
    audience: str
    lifetime: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """Google's JWT-bearer grant (RS256); the secret is the service account's JSON key."""

    secret_ref: str
    scope: str
    token_url: str


Auth = Bearer | ApiKey | OAuthRefresh | OAuthClient | SignedJwt | ServiceAccount
