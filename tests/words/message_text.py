"""How the tests read a message: as Telegram shows it, and within what Telegram allows."""

from reviewbot.words.html import Message
from tests.telegram_rules import check_text, parse_html, units


def text_of(message: Message) -> str:
    """What a person sees, tags gone."""
    return parse_html(message.html).text


def keys_of(message: Message) -> str:
    """The keyboard as the samples write it: [a][b] / [c]."""
    return " / ".join("".join(f"[{key.label}]" for key in row) for row in message.buttons)


def assert_telegram_takes(message: Message) -> None:
    """Hold the limits of the Bot API: entities, lengths, keys."""
    check_text(message.html, "HTML")
    assert units(message.placeholder) <= 64
    keys = [key for row in message.buttons for key in row]
    assert len(keys) <= 100
    assert all(0 < len(row) <= 8 for row in message.buttons)
    for key in keys:
        assert key.label.strip()
        assert [key.action, key.url, key.copy].count(None) == 2
        if key.copy is not None:
            assert 0 < units(key.copy) <= 256
        if key.action is not None:
            assert len(f"1:{10**12 - 1}:{10**9 - 1}:{key.action}".encode()) <= 64
        if key.url is not None:
            assert key.url.startswith(("https://", "http://"))
            assert not any(letter.isspace() for letter in key.url)
    if message.attachment is not None:
        name, content = message.attachment
        assert name.endswith(".txt")
        content.decode()
