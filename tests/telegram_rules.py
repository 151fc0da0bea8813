"""What Telegram checks before it takes a message: entities, lengths, keyboards.

Facts: core.telegram.org/bots/api, "Formatting options", "InlineKeyboardButton", "Limits".
"""

import html
import re
from dataclasses import dataclass, field
from typing import Any

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-time": "date_time",
}
_TOKEN = re.compile(r"<(/?)([^\s>/]*)([^>]*)>|<")
_ENTITY = re.compile(r"&(lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});")


class BadRequest(Exception):
    """What Telegram answers in place of a result; a 400 unless told otherwise."""

    def __init__(self, description: str, status: int = 400, **parameters: Any) -> None:
        super().__init__(description)
        self.description = f"Bad Request: {description}" if status == 400 else description
        self.status = status
        self.parameters = parameters


@dataclass
class Entity:
    type: str
    offset: int
    length: int
    attributes: str = ""


@dataclass
class Parsed:
    """Text as people see it, with its entities (UTF-16 offsets)."""

    text: str
    entities: list[Entity] = field(default_factory=list)


def units(text: str) -> int:
    """UTF-16 code units, the way Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def parse_html(source: str) -> Parsed:
    """Parse Telegram's HTML; raise BadRequest where Telegram would refuse it."""
    if re.search("[\ud800-\udfff]", source):
        raise BadRequest("strings must be encoded in UTF-8")
    shown: list[str] = []
    open_tags: list[tuple[str, str, int]] = []
    entities: list[Entity] = []
    position = 0
    for token in _TOKEN.finditer(source):
        shown.append(_unescape(source[position : token.start()]))
        position = token.end()
        offset = units("".join(shown))
        if token.group(0) == "<":
            raise BadRequest(f"can't parse entities: Unclosed start tag at byte {token.start()}")
        closing, name, attributes = token.group(1), token.group(2).lower(), token.group(3)
        if name not in TAGS:
            raise BadRequest(
                f'can\'t parse entities: Unsupported start tag "{name}" at byte {token.start()}'
            )
        if closing:
            if not open_tags or open_tags[-1][0] != name:
                raise BadRequest("can't parse entities: Unmatched end tag")
            _, opened_with, start = open_tags.pop()
            entities.append(Entity(TAGS[name], start, offset - start, opened_with.strip()))
            continue
        if name == "span" and 'class="tg-spoiler"' not in attributes:
            raise BadRequest('can\'t parse entities: Tag "span" must have class "tg-spoiler"')
        if name == "blockquote" and any(tag == "blockquote" for tag, _, _ in open_tags):
            raise BadRequest("can't parse entities: blockquote entities can't be nested")
        open_tags.append((name, attributes, offset))
    if open_tags:
        raise BadRequest(f"can't parse entities: Can't find end tag \"{open_tags[-1][0]}\"")
    shown.append(_unescape(source[position:]))
    return Parsed("".join(shown), sorted(entities, key=lambda entity: entity.offset))


def _unescape(piece: str) -> str:
    return _ENTITY.sub(lambda found: html.unescape(found.group(0)), piece)


def check_old(params: dict[str, Any]) -> None:
    """What a server of an earlier version says to what came later."""
    text, keys = params.get("text", ""), params.get("reply_markup", "")
    if "<tg-time" in text:
        raise BadRequest('can\'t parse entities: Unsupported start tag "tg-time" at byte 0')
    if '"disabled"' in keys:
        raise BadRequest("text buttons are unallowed in the inline keyboard")
    if '"style"' in keys:
        raise BadRequest("unknown field style")
    if "ephemeral_message_parameters" in params:
        raise BadRequest("unsupported parameter ephemeral_message_parameters")


def check_text(source: str, parse_mode: str | None) -> Parsed:
    """The text of a message: parsed, not empty, at most 4096 after entity parsing."""
    parsed = parse_html(source) if parse_mode == "HTML" else parse_html(html.escape(source))
    if not parsed.text.strip():
        raise BadRequest("message text is empty")
    if units(parsed.text) > TEXT_LIMIT:
        raise BadRequest("message is too long")
    return parsed


def check_caption(source: str, parse_mode: str | None) -> Parsed:
    parsed = parse_html(source) if parse_mode == "HTML" else parse_html(html.escape(source))
    if units(parsed.text) > CAPTION_LIMIT:
        raise BadRequest("message caption is too long")
    return parsed


def check_markup(markup: dict[str, Any] | None) -> None:
    """An inline keyboard or a force-reply, within its limits."""
    if markup is None:
        return
    if "force_reply" in markup:
        if not 0 < units(markup.get("input_field_placeholder", "x")) <= 64:
            raise BadRequest("input field placeholder is too long")
        return
    if "inline_keyboard" not in markup:
        raise BadRequest("object expected as reply markup")
    rows = markup["inline_keyboard"]
    if sum(len(row) for row in rows) > 100 or any(len(row) > 8 for row in rows):
        raise BadRequest("REPLY_MARKUP_TOO_LONG")
    for row in rows:
        for button in row:
            _check_button(button)


def _check_button(button: dict[str, Any]) -> None:
    if not str(button.get("text", "")).strip():
        raise BadRequest("BUTTON_TEXT_INVALID")
    kinds = [key for key in ("callback_data", "url", "copy_text", "disabled") if key in button]
    if len(kinds) != 1 or set(button) - {"text", *kinds, "style", "icon_custom_emoji_id"}:
        raise BadRequest("text buttons are unallowed in the inline keyboard")
    if button.get("style", "primary") not in ("primary", "success", "danger"):
        raise BadRequest("BUTTON_STYLE_INVALID")
    value = button[kinds[0]]
    if kinds[0] == "disabled" and value != {}:
        raise BadRequest("object expected as disabled button")
    if kinds[0] == "callback_data" and not 1 <= len(value.encode()) <= 64:
        raise BadRequest("BUTTON_DATA_INVALID")
    if kinds[0] == "url":
        _check_link(value)
    if kinds[0] == "copy_text" and not 1 <= units(value["text"]) <= 256:
        raise BadRequest("BUTTON_COPY_TEXT_INVALID")


_LINK = re.compile(
    r"https?://(?:[^/?#@]*@)?(?P<host>\[[0-9a-f:.]+\]|[^/?#:@]+)(?::(?P<port>\d+))?([/?#].*)?"
)


def _check_link(url: str) -> None:
    """A dot in the host, a port that is one, none of the letters Telegram's own parser refuses."""

    def refuse(why: str) -> BadRequest:
        return BadRequest(f"inline keyboard button URL '{url}' is invalid: {why}")

    if url.startswith("tg://"):
        return
    parts = _LINK.fullmatch(url)
    if parts is None or re.search(r"[\s<>|{}\\^`\"]", url):
        raise refuse("Wrong HTTP URL")
    if "." not in parts["host"] and ":" not in parts["host"]:
        raise refuse("Wrong HTTP URL")
    if parts["port"] is not None and not 1 <= int(parts["port"]) <= 65535:
        raise refuse("Wrong port number specified in the URL")
