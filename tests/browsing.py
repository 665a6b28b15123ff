"""What tests in a real browser share. In threads: that of the browser may not use the database."""

from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from importlib.resources import files

import pytest
from django.conf import settings
from django.db import connection

from campus.mailing.outbox import send_next

both_looks = pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
"""For a test that looks at pages; colours do not change with the width."""
AXE = (files("axe_playwright_python") / "axe.min.js").read_text()


def elsewhere(work):
    """Call `work`, which uses the database, in a thread of its own; return what it returns."""

    def run():
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(run).result()


def signed_in(browser, site, user, **options):
    """A page of somebody who is signed in."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store.update(
        {
            "_auth_user_id": str(user.pk),
            "_auth_user_backend": settings.AUTHENTICATION_BACKENDS[0],
            "_auth_user_hash": user.get_session_auth_hash(),
        }
    )
    elsewhere(store.save)
    context = browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True, **options)
    context.add_cookies([{"name": "sessionid", "value": store.session_key, "url": site}])
    return context.new_page()


def deliver():
    """Send what waits, as the worker does."""

    def send():
        while send_next():
            pass

    elsewhere(send)


def problems_of(page) -> list[tuple[str, ...]]:
    """What axe finds on a page, with the element, and whether it scrolls sideways."""
    page.evaluate(AXE)
    violations = page.evaluate("axe.run().then(result => result.violations)")
    problems = [(page.url, each["id"], node["html"][:150]) for each in violations for node in each["nodes"]]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        problems.append((page.url, "scrolls sideways"))
    return problems
