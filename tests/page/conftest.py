"""A Chromium for the tests of the page. Without one they are skipped, unless
CI_BROWSER=required."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from reviewbot.cli.pages.browser import BROWSERS

CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
REQUIRED = os.environ.get("CI_BROWSER") == "required"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        assert not REQUIRED, "CI_BROWSER=required, and there is no Chromium on the PATH"
        pytest.skip("no Chromium on the PATH: the page is not opened")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()
