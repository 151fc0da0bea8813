"""Opens what people saved: HTML, .mhtml, JSON, a feed, a table. Everything else is refused.

The bytes are a stranger's: nothing is unpacked but MIME, nothing is run, and no address found in
them is ever asked; it only helps to recognise the page.
"""

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message

from reviewbot.core.contract import Payload, encoding_of
from reviewbot.core.errors import Refused
from reviewbot.core.parse_time import http_date

MOST_BYTES = 20 * 1024 * 1024
"""What Telegram lets a bot download (Bot API, getFile); a page with all its pictures has room."""

_KINDS = (
    # The first bytes of what people send by mistake, and the word for it.
    ("import_archive", (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")),
    ("import_archive", (b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"MSCF")),
    ("import_program", (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!")),
    ("import_picture", (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM", b"%PDF")),
    ("import_webarchive", (b"bplist",)),
)
_TAG = re.compile(
    r"<(?:!doctype|html|head|body|meta|div|script|span|table|article|main|section|[uo]l|h[1-6]|p)\b",
    re.I,
)
_MIME = re.compile(rb"^(?:MIME-Version:|Content-Type:\s*(?:multipart/|text/html))", re.I | re.M)
_SAVED_FROM = re.compile(
    r"<!--\s*(?:saved from url=\(\d{1,6}\)|Page saved with SingleFile\s+url:\s*)(https?://\S+)",
    re.I,
)
_FEED = re.compile(r"<(?:\?xml|(?:[a-z]{1,10}:)?(?:rss|feed|RDF))\b", re.I)
_HEAD = 4096
MOST_PARTS = 20
"""Parts within parts: browsers make one level, and each costs a walk through all that follows."""


def open_page(
    content: bytes, saved_at: datetime, now: datetime, *, any_text: bool = False
) -> Payload:
    """Return the saved page as an answer of its site. `saved_at` is the file's time or the
    message's; an .mhtml tells its own. The page's time is never later than `now`. `any_text`: a
    person says that it is a table or a feed, so that its reader tells whether it is one.

    Raises Refused (import_…) for what is no page: too big, an archive, a program, a picture.
    """
    refuse_size(len(content))
    if _is_workbook(content):
        return Payload(200, "", content, read_at=min(saved_at, now).astimezone(UTC))
    for code, marks in _KINDS:
        if content.startswith(marks):
            raise Refused(code)
    url, at = "", min(saved_at, now)
    if _is_mime(content):
        content, url, told, encoding = _unwrapped(content)
        at = min(told, at) if told else at
    else:
        encoding = _encoding(content)
    page = Payload(200, url, content, read_at=at.astimezone(UTC), encoding=encoding)
    head = page.text[:_HEAD]
    start = head.lstrip("\ufeff \t\r\n")
    if not _is_text(head) or not (any_text or _may_be_read(start) or is_marked_up(page)):
        raise Refused("import_not_page")
    if not url and (found := _SAVED_FROM.search(head)):
        page = Payload(200, found[1], content, read_at=page.read_at, encoding=encoding)
    return page


def is_marked_up(page: Payload) -> bool:
    """Whether it is a web page, or what is left of one."""
    return _TAG.search(page.text[:200_000]) is not None


def _may_be_read(text: str) -> bool:
    """Whether it begins as JSON or a feed does, or has lines as a table has, be it of one column:
    whether it is one its reader tells."""
    is_other = text[:1] in ("{", "[") or _FEED.search(text) is not None
    return is_other or len([line for line in text.splitlines() if line.strip()]) > 1


def _is_workbook(content: bytes) -> bool:
    """Whether the file is a spreadsheet: of all archives and office files these alone are read."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return True  # an old workbook, or another file of that age: its reader tells
    parts = (b"xl/workbook.xml", b"application/vnd.oasis.opendocument.spreadsheet")
    return content.startswith(b"PK\x03\x04") and any(part in content for part in parts)


def refuse_size(size: int) -> None:
    """Raise Refused for a file that is empty, or larger than may be read."""
    if not size:
        raise Refused("import_not_page")
    if size > MOST_BYTES:
        mebibyte = 1024 * 1024
        raise Refused(
            "import_too_big", megabytes=-(-size // mebibyte), most=MOST_BYTES // mebibyte
        )


def _is_mime(content: bytes) -> bool:
    head = content[:_HEAD].lstrip(b"\xef\xbb\xbf \r\n\t")
    return not head.startswith(b"<") and _MIME.search(head) is not None


def _unwrapped(content: bytes) -> tuple[bytes, str, datetime | None, str]:
    """The page inside an .mhtml: its bytes, address, time and character set."""
    if content.count(b"boundary=") > MOST_PARTS:
        raise Refused("import_not_page")
    try:
        whole = message_from_bytes(content)
        root = _root(whole)
        body = root.get_payload(decode=True) if root is not None else None
    except (RecursionError, ValueError, LookupError):  # parts within parts without end
        raise Refused("import_not_page") from None
    if root is None or not isinstance(body, bytes):
        raise Refused("import_not_page")
    url = str(root.get("Content-Location") or whole.get("Snapshot-Content-Location") or "").strip()
    named = root.get_content_charset()
    encoding = _encoding(body, f"charset={named}" if named else "")
    return (
        body,
        url if url.startswith(("http://", "https://")) else "",
        http_date(str(whole["Date"])),
        encoding,
    )


def _root(whole: Message) -> Message | None:
    """The part that is the page: the one named by `start`, else the first HTML."""
    pages = [part for part in whole.walk() if part.get_content_type() in _HTML]
    start = whole.get_param("start")
    named = [part for part in pages if start and part.get("Content-ID") == start]
    return next(iter(named or pages), None)


_HTML = ("text/html", "application/xhtml+xml")


def _encoding(content: bytes, content_type: str = "") -> str:
    """Browsers write UTF-8 and leave an old page's <meta> as it was: Russian text of another
    character set is never valid UTF-8 by chance."""
    start = content[:400]
    for place, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        # Without a mark of its own: the blanks and digits of a text have a zero for one half.
        if len(start) > 20 and start[place::2].count(0) * 6 > len(start) > start.count(0) * 2:
            return name
    try:
        if not content.isascii() and content.decode("utf-8"):
            return "utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "utf-8"
    except UnicodeDecodeError:
        pass
    return encoding_of(content, content_type)


def _is_text(head: str) -> bool:
    strange = sum(character < " " and character not in "\t\r\n\f" for character in head)
    return strange * 50 <= len(head)
