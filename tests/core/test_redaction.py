"""A secret is hidden however it is written; ordinary words are not."""

import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest

from reviewbot.core.redaction import Redaction

PASSWORD = "p/w+d'\"&ё 1"


@pytest.mark.parametrize(
    "written",
    [
        PASSWORD,
        quote(PASSWORD),
        quote(PASSWORD, safe=""),
        quote(PASSWORD, safe="").lower(),
        quote(quote(PASSWORD, safe=""), safe=""),
        quote_plus(PASSWORD),
        json.dumps(PASSWORD),
        json.dumps(PASSWORD).replace("/", "\\/"),
        json.dumps(json.dumps(PASSWORD)),
        html.escape(PASSWORD),
        html.escape(PASSWORD).replace("&#x27;", "&#39;"),
        "".join(f"\\u{ord(each):04x}" for each in PASSWORD),
        "".join(f"&#{ord(each)};" for each in PASSWORD),
        "".join(f"%{each:02X}" for each in PASSWORD.encode()),
        PASSWORD.encode().hex(),
        PASSWORD.upper(),
    ],
)
def test_a_secret_is_hidden_as_it_is_quoted(written: str) -> None:
    said = Redaction([PASSWORD])(f"a {written} b")
    assert said.strip('a b\\"') == "•••"


@pytest.mark.parametrize("user", ["a", "ab", "abc", "marina@example.com"])
@pytest.mark.parametrize("secret", [PASSWORD, "longer-secret", "admin", "q1"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_secret_is_hidden_in_a_header_of_name_and_password(user, secret, encode) -> None:  # type: ignore[no-untyped-def]
    packed = encode(f"{user}:{secret}".encode()).decode()
    for written in (packed, packed.rstrip("="), quote(packed, safe="")):
        assert Redaction([secret])(f"Authorization: Basic {written}") == "Authorization: Basic •••"


@pytest.mark.parametrize("before", ["", "a", "ab"])
def test_a_long_secret_is_hidden_in_whatever_is_packed(before: str) -> None:
    packed = base64.b64encode(f'{before}{{"k":"longer-secret-1"}}'.encode()).decode()
    said = Redaction(["longer-secret-1"])(packed)
    start, _, end = said.partition("•••")
    assert packed.startswith(start)
    assert packed.endswith(end)
    assert len(packed) - len(start + end) >= 18, "all but the letters it shares with others"


@pytest.mark.parametrize(
    ("secret", "text", "said"),
    [
        ("admin", "login admin:admin, administrator", "login •••:•••, administrator"),
        ("a/b", "?key=a%2Fb&x=a%2fb", "?key=•••&x=•••"),
        ("1", '{"client_id": "1", "page": 12} 1 of 1', '{"client_id": "•••", "page": 12} 1 of 1'),
        ("1", "id=1&page=10", "id=•••&page=10"),
    ],
)
def test_a_short_secret_is_hidden_where_it_stands_alone(secret: str, text: str, said: str) -> None:
    assert Redaction([secret])(text) == said


def test_ordinary_words_stay() -> None:
    text = "Basic information, basic coffee: 12:30, Basic dXNlcjpwYXNz"
    assert Redaction(["longer-secret", "admin", "q1"])(text) == text


@pytest.mark.parametrize("end", ["", "…", " …"])
def test_a_text_cut_within_a_secret_ends_before_it(end: str) -> None:
    """Samples and sentences are cut before they are hidden."""
    hide, secret = (
        Redaction(["S3CRET-token-0123456789", "other-secret"]),
        "S3CRET-token-0123456789",
    )
    for length in range(8, len(secret)):
        assert hide(f"400: they said {secret[:length]}{end}") == f"400: they said •••{end}"
    assert hide("400: they said S3") == "400: they said S3"
    assert hide(f"{secret[:12]} is a beginning") == f"{secret[:12]} is a beginning"
