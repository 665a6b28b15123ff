"""Pages in a real browser, with the static files as production sends them."""

import shutil

import pytest
from playwright.sync_api import sync_playwright

pytestmark = pytest.mark.browser

CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)


@pytest.fixture
def page():
    assert CHROMIUM, (
        "Chromium is missing: `apt install chromium`, or leave browser tests out with `make test BROWSER=0`."
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser.new_page()
        browser.close()


@pytest.mark.parametrize("width", [1280, 320])
def test_home_obeys_its_content_policy_and_does_not_scroll_sideways(live_server, page, width):
    problems = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("requestfailed", lambda request: problems.append(request.url))
    page.on("request", lambda request: request.url.startswith(live_server.url) or problems.append(request.url))
    page.set_viewport_size({"width": width, "height": 800})

    page.goto(live_server.url, wait_until="networkidle")

    assert problems == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert "Marianne" in page.evaluate("getComputedStyle(document.body).fontFamily")
