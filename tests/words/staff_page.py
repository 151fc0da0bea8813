"""Prints the page for staff (docs/ru/staff.md) on paper: `make staff-page`. Needs a Chromium."""

import re
import sys
from pathlib import Path

from markdown_it import MarkdownIt

from reviewbot.cli.pages.browser import print_to

PAGE = Path(__file__).parents[2] / "docs/ru/staff.md"
STYLE = "@page{size:A4;margin:9mm}body{font:8.5pt sans-serif;columns:2}h1{font-size:14pt}"
PICTURE = re.compile(r'src="(\w+\.svg)" width="\d+"')


def print_page(pdf: Path) -> str | None:
    """Write the page to a file; return what `print_to` does."""
    body = MarkdownIt("commonmark", {"html": True}).render(PAGE.read_text(encoding="utf-8"))
    drawn = PICTURE.sub(
        lambda found: f'src="{(PAGE.parent / found[1]).as_uri()}" width="250"', body
    )
    return print_to(pdf, f'<meta charset="utf-8"><style>{STYLE}</style>{drawn}')


def sheets(pdf: Path) -> int:
    """Return how many pages the file has."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes()))


if __name__ == "__main__":
    wanted = Path(sys.argv[1])
    wanted.parent.mkdir(parents=True, exist_ok=True)
    trouble = print_page(wanted)
    if trouble is None:
        sys.exit("There is no Chromium on the PATH.")
    sys.stdout.write(trouble or f"{wanted}: {sheets(wanted)} page\n")
