"""Which letters the bytes of a page are."""

import pytest

from reviewbot.core.text import encoding_of

RUSSIAN = "Ждали сорок минут, официант нахамил."
META = '<html><head><meta charset="{}"></head>'


@pytest.mark.parametrize(
    ("content", "label", "encoding"),
    [
        (RUSSIAN.encode(), "", "utf-8"),
        (RUSSIAN.encode(), "text/html; charset=utf-8", "utf-8"),
        (RUSSIAN.encode("cp1251"), "", "windows-1251"),
        (RUSSIAN.encode("cp1251"), "text/html; charset=windows-1251", "cp1251"),
        (RUSSIAN.encode("koi8-r"), "text/html; charset=koi8-r", "koi8-r"),
        ((META.format("koi8-r") + RUSSIAN).encode("koi8-r"), "", "koi8-r"),
        # Labels that are not true: the header's, the page's own, both.
        (RUSSIAN.encode("cp1251"), "text/html; charset=utf-8", "windows-1251"),
        (RUSSIAN.encode(), "text/html; charset=windows-1251", "utf-8"),
        ((META.format("utf-8") + RUSSIAN).encode("cp1251"), "", "windows-1251"),
        (
            (META.format("koi8-r") + RUSSIAN).encode("koi8-r"),
            "text/html; charset=utf-8",
            "koi8-r",
        ),
        # One broken letter, or a cut one, is no other alphabet.
        (RUSSIAN.encode() + b"\xd0 " + RUSSIAN.encode(), "text/html; charset=utf-8", "utf-8"),
        (RUSSIAN.encode()[:-2], "", "utf-8"),
        (b"plain", "text/html; charset=windows-1251", "cp1251"),
        (b"plain", "text/html; charset=of-no-kind", "utf-8"),
        ("\ufeff".encode("utf-16-le") + RUSSIAN.encode("utf-16-le"), "", "utf-16"),
        (b"", "", "utf-8"),
    ],
)
def test_the_bytes_have_the_last_word_on_their_letters(
    content: bytes, label: str, encoding: str
) -> None:
    assert encoding_of(content, label) == encoding
