"""A message's HTML as text for a terminal: bold stays bold, a quotation gets a bar."""

from html.parser import HTMLParser

from rich.text import Text

STYLES = {
    "b": "bold",
    "i": "italic",
    "u": "underline",
    "s": "strike",
    "code": "cyan",
    "pre": "cyan",
}


class _TextReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = Text()
        self._styles: list[str] = []
        self._quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._quoted += tag == "blockquote"
        self._styles.append(STYLES.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:
        self._quoted -= tag == "blockquote"
        if self._styles:
            self._styles.pop()

    def handle_data(self, data: str) -> None:
        style = " ".join(filter(None, self._styles))
        if self._quoted:
            fresh = not self.text.plain or self.text.plain.endswith("\n")
            data = ("▎" if fresh else "") + data.replace("\n", "\n▎")
        self.text.append(data, style)


def terminal_text(html: str) -> Text:
    """Return the message as the terminal shows it."""
    reader = _TextReader()
    reader.feed(html)
    reader.close()
    return reader.text
