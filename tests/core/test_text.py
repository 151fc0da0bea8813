"""Which letters the bytes of a page are, and what a person meant to type."""

import pytest

from reviewbot.core.text import encoding_of, typed

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


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("c\N{CYRILLIC SMALL LETTER KA}идка", "скидка"),
        ("Приносим извин\N{LATIN SMALL LETTER E}ния", "Приносим извинения"),
        ("ски\N{SOFT HYPHEN}дка", "скидка"),
        ("ски\N{ZERO WIDTH SPACE}дка", "скидка"),
        ("ски\N{ZERO WIDTH JOINER}дка", "скидка"),
        ("\N{CYRILLIC CAPITAL LETTER EN}ello", "Hello"),
    ],
)
def test_a_slip_of_the_keyboard_is_the_word_it_looks_like(keys: str, text: str) -> None:
    assert typed(keys) == text


@pytest.mark.parametrize(
    "text",
    [
        "кафе Tochka",
        "VIPзона",
        "IT-отдел, 3D",
        "café",
        "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{MICROSCOPE} рада вам",
    ],
)
def test_two_alphabets_beside_one_another_stay(text: str) -> None:
    assert typed(text) == text
