"""Pages in a real browser, with the static files as production sends them."""

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1280, 320])
def test_home_obeys_its_content_policy_and_does_not_scroll_sideways(live_server, browser, width):
    page = browser.new_page(viewport={"width": width, "height": 800})
    problems = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("requestfailed", lambda request: problems.append(request.url))
    page.on("request", lambda request: request.url.startswith(live_server.url) or problems.append(request.url))

    page.goto(live_server.url, wait_until="networkidle")

    assert problems == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert "Marianne" in page.evaluate("getComputedStyle(document.body).fontFamily")
