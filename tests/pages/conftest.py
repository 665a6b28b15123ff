"""A real browser."""

import shutil

import pytest
from playwright.sync_api import sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)


@pytest.fixture
def browser():
    """Chromium, closed at the end. Its absence is a failure, never a skip."""
    assert CHROMIUM, (
        "Chromium is missing: `apt install chromium`, or leave browser tests out with `make test BROWSER=0`."
    )
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()
