"""Draws a message as Telegram would show it, as SVG: text is wrapped by estimated letter widths.

Standard library only; the picture names common fonts and looks alike with any of them.
"""

import unicodedata
from dataclasses import dataclass, replace
from html import escape
from html.parser import HTMLParser

from reviewbot.words.html import Message

SIZE = 15
LINE = 20.5
BUBBLE = 400
PADDING = 12
MARGIN = 14
KEY = 36
FONT = (
    "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Helvetica Neue', Arial,"
    " 'Liberation Sans', 'DejaVu Sans', sans-serif, 'Apple Color Emoji', 'Segoe UI Emoji',"
    " 'Noto Color Emoji'"
)
"""The fonts of emoji stand last: they have digits too, and outside browsers the first font that is
there draws the whole text."""
MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace"
INK, SOFT, ACCENT, QUOTE = "#17212b", "#8a97a3", "#2f8fd8", "#eaf4fc"

_NARROW = frozenset("iljtfrI.,:;!|'’()[] г·")
_WIDE = frozenset("mwMWЖШЩЮФЫМжшщюфымmw@%★…№")


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of one line in one style."""

    text: str
    bold: bool = False
    mono: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """Paragraph lines of one kind: text, a quotation, or a code block."""

    kind: str
    runs: tuple[Run, ...]


class _BlockReader(HTMLParser):
    """Telegram's HTML as blocks of runs; a newline in the text stays one."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[tuple[str, list[Run]]] = [("text", [])]
        self._bold = self._mono = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("blockquote", "pre"):
            self.blocks.append((tag, []))
        self._bold = self._bold or tag == "b"
        self._mono = self._mono or tag in ("code", "pre")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("blockquote", "pre"):
            self.blocks.append(("text", []))
        self._bold = self._bold and tag != "b"
        self._mono = self._mono and tag not in ("code", "pre")

    def handle_data(self, data: str) -> None:
        self.blocks[-1][1].append(Run(data, self._bold, self._mono))


def blocks_of(html: str) -> list[Block]:
    """Return the message's blocks; the newline between a block and its neighbour is the block's
    own border."""
    reader = _BlockReader()
    reader.feed(html)
    reader.close()
    found = []
    for index, (kind, runs) in enumerate(reader.blocks):
        if kind == "text":
            if index and runs:
                runs[0] = replace(runs[0], text=runs[0].text.removeprefix("\n"))
            if index + 1 < len(reader.blocks) and runs:
                runs[-1] = replace(runs[-1], text=runs[-1].text.removesuffix("\n"))
        kept = tuple(run for run in runs if run.text)
        if kept:
            found.append(Block(kind, kept))
    return found


def width(text: str, size: float = SIZE, *, bold: bool = False, mono: bool = False) -> float:
    """Estimate how wide a text is drawn, in pixels; a little more than most fonts need."""
    total = 0.0
    for letter in text:
        if letter in "\ufe0f\u200d" or unicodedata.combining(letter):
            continue
        if unicodedata.category(letter) == "So" and letter not in "№★":
            total += 1.35
        elif mono:
            total += 0.61
        elif letter in _NARROW:
            total += 0.32
        elif letter in _WIDE or (letter.isupper() and not letter.isascii()):
            total += 0.92
        else:
            total += 0.7 if letter.isupper() else 0.64 if letter.isdigit() else 0.61
    return total * size * (1.06 if bold else 1.0)


def wrapped(runs: tuple[Run, ...], room: float) -> list[list[Run]]:
    """Break runs into lines of at most `room` pixels, at blanks or, failing that, anywhere."""
    lines: list[list[Run]] = [[]]
    used = 0.0
    for run in runs:
        for number, paragraph in enumerate(run.text.split("\n")):
            if number:
                lines.append([])
                used = 0.0
            for word in _words(paragraph):
                for piece in _pieces(word, run, room):
                    wide = width(piece.rstrip(), bold=run.bold, mono=run.mono)
                    if used and used + wide > room:
                        lines.append([])
                        used = 0.0
                    lines[-1].append(replace(run, text=piece))
                    used += width(piece, bold=run.bold, mono=run.mono)
    return lines


def _words(text: str) -> list[str]:
    """Words with the blank that follows them."""
    parts = text.split(" ")
    return [part + " " for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _pieces(word: str, run: Run, room: float) -> list[str]:
    if width(word, bold=run.bold, mono=run.mono) <= room:
        return [word]
    pieces = [""]
    for letter in word:
        if width(pieces[-1] + letter, bold=run.bold, mono=run.mono) > room:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def draw(messages: list[tuple[Message, str]], sender: str) -> str:
    """Return an SVG of (message, time) one below the other, as if `sender` had sent them."""
    y = float(MARGIN)
    parts: list[str] = []
    for message, time in messages:
        drawn, y = _bubble(message, time, sender, y)
        parts += drawn
        y += 14
    total_width = BUBBLE + 2 * MARGIN
    height = round(y - 14 + MARGIN)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{total_width}" height="{height}"'
            f' viewBox="0 0 {total_width} {height}" font-family="{FONT}" font-size="{SIZE}">',
            '<linearGradient id="wall" x1="0" y1="0" x2="1" y2="1">'
            '<stop offset="0" stop-color="#c9dbb4"/><stop offset="1" stop-color="#8fbcae"/>'
            "</linearGradient>",
            f'<rect width="{total_width}" height="{height}" rx="14" fill="url(#wall)"/>',
            *parts,
            "</svg>\n",
        ]
    )


def _bubble(message: Message, time: str, sender: str, top: float) -> tuple[list[str], float]:
    left, room = MARGIN + PADDING, BUBBLE - 2 * PADDING
    y = top + PADDING + SIZE
    inside = [_text(left, y, [Run(sender, bold=True)], ACCENT)]
    y += LINE
    for block in blocks_of(message.html):
        if block.kind == "text":
            for line in wrapped(block.runs, room):
                inside.append(_text(left, y, line, INK))
                y += LINE
            continue
        y += 3
        lines = wrapped(block.runs, room - 26)
        edge, tall = y - SIZE - 1, len(lines) * LINE + 6
        inside.append(_box(left, edge, room, tall, QUOTE, 5))
        inside.append(_box(left, edge, 3, tall, ACCENT, 1.5))
        for line in lines:
            inside.append(_text(left + 12, y + 2, line, INK))
            y += LINE
        y += 8
    inside.append(_stamp(MARGIN + BUBBLE - PADDING, y - 4, time))
    bottom = y + 6
    back = _box(MARGIN, top, BUBBLE, bottom - top, "#ffffff", 14)
    keys, end = _keys(message, bottom + 4)
    return [back, *inside, *keys], end


def _keys(message: Message, y: float) -> tuple[list[str], float]:
    drawn = []
    for row in message.buttons:
        wide = (BUBBLE - 4 * (len(row) - 1)) / len(row)
        for index, button in enumerate(row):
            x = MARGIN + index * (wide + 4)
            label = button.label
            while len(label) > 1 and width(label, 14, bold=True) > wide - 8:
                label = label[:-2].rstrip() + "…"
            drawn.append(_box(x, y, wide, KEY, "#3f6659", 9, opacity=0.72))
            drawn.append(
                f'<text x="{x + wide / 2:.1f}" y="{y + KEY / 2 + 5:.1f}" fill="#ffffff"'
                f' font-size="14" font-weight="600" text-anchor="middle">{escape(label)}</text>'
            )
        y += KEY + 4
    return drawn, y


def _box(
    x: float, y: float, wide: float, tall: float, fill: str, radius: float, opacity: float = 1
) -> str:
    faint = f' fill-opacity="{opacity}"' if opacity < 1 else ""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall:.1f}" rx="{radius}"'
        f' fill="{fill}"{faint}/>'
    )


def _text(x: float, y: float, runs: list[Run], fill: str) -> str:
    spans = "".join(_span(run) for run in runs)
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{fill}" xml:space="preserve">{spans}</text>'


def _span(run: Run) -> str:
    style = (' font-weight="600"' if run.bold else "") + (
        f' font-family="{MONO}" font-size="14"' if run.mono else ""
    )
    text = escape(run.text, quote=False)
    return f"<tspan{style}>{text}</tspan>" if style else text


def _stamp(x: float, y: float, time: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{SOFT}" font-size="12" text-anchor="end">'
        f"{escape(time)}</text>"
    )
