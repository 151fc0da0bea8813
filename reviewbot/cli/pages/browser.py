"""The Chromium found on the PATH: prints a page, or takes its picture."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from reviewbot.words.operator_text import say

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
PRINT_SECONDS = 60
WIDE, TALLEST = 1180, 16000
"""The picture of a page, in pixels; a browser draws none that is taller."""
MARGIN = 24
"""Pixels below the last thing on it."""


def print_to(pdf: Path, text: str) -> str | None:
    """Print a page; return "" where that went well, why it did not, or None: no browser."""
    return _asked(text, pdf, "--no-pdf-header-footer", f"--print-to-pdf={pdf.resolve()}")


def photograph(text: str, png: Path) -> bool:
    """Take a picture of a whole page; return whether there is one."""
    size = f"--window-size={WIDE},{TALLEST}"
    if _asked(text, png, size, "--hide-scrollbars", f"--screenshot={png.resolve()}") != "":
        return False
    _cut_below(png)
    return True


def _cut_below(png: Path) -> None:
    """Leave off what is empty below the page: how tall it is only the browser knows."""
    # Loaded only now: it comes with the extra for charts.
    from PIL import Image, ImageChops

    with Image.open(png) as shown:
        page = shown.convert("RGB")
    corner = page.getpixel((0, page.height - 1))
    ground = Image.new("RGB", page.size, corner)
    _, _, _, end = ImageChops.difference(page, ground).getbbox() or (0, 0, 0, page.height)
    end = min(end + MARGIN, page.height)
    page.crop((0, 0, page.width, end)).quantize(256).save(png, optimize=True)


def _asked(text: str, wanted: Path, *options: str) -> str | None:
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        return None
    with tempfile.TemporaryDirectory(prefix="reviewbot-page-") as folder:
        source = Path(folder) / "page.html"
        source.write_text(text, encoding="utf-8")
        asked = [browser, "--headless", "--disable-gpu", "--no-sandbox", *options]
        try:
            done = subprocess.run(  # noqa: S603 - a browser of the operator's PATH, our own page
                [*asked, f"--user-data-dir={folder}/profile", source.as_uri()],
                capture_output=True,
                timeout=PRINT_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return say("it did not end within {n} s", n=PRINT_SECONDS)
    if done.returncode or not wanted.is_file():
        return done.stderr.decode()[-300:] or "?"
    return ""
