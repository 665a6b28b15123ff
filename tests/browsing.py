"""What tests in a real browser share. In threads: that of the browser may not use the database."""

from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files

from django.db import connection

from campus.mailing.outbox import send_next

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
