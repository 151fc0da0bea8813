"""The Chromium found on the PATH: prints a page, or takes its picture."""

import shutil
import subprocess
import tempfile
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
PRINT_SECONDS = 60
WIDE, TALL = 1100, 2700
"""The picture of the docs, in pixels."""


def print_to(pdf: Path, text: str) -> str | None:
    """Print a page; return "" where that went well, why it did not, or None: no browser."""
    return _asked(text, pdf, "--no-pdf-header-footer", f"--print-to-pdf={pdf.resolve()}")


def photograph(text: str, png: Path) -> bool:
    """Take a picture of a page; return whether there is one."""
    size = f"--window-size={WIDE},{TALL}"
    return _asked(text, png, size, "--hide-scrollbars", f"--screenshot={png.resolve()}") == ""


def _asked(text: str, wanted: Path, *options: str) -> str | None:
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        return None
    with tempfile.TemporaryDirectory(prefix="reviewbot-page-") as folder:
        source = Path(folder) / "page.html"
        source.write_text(text, encoding="utf-8")
        asked = [browser, "--headless", "--disable-gpu", "--no-sandbox", *options]
        done = subprocess.run(  # noqa: S603 - a browser of the operator's PATH, our own page
            [*asked, f"--user-data-dir={folder}/profile", source.as_uri()],
            capture_output=True,
            timeout=PRINT_SECONDS,
            check=False,
        )
    if done.returncode or not wanted.is_file():
        return done.stderr.decode()[-300:] or "?"
    return ""
