"""What every test shares: a test never depends on files collected by hand or on production redirects."""

import os
import shutil
from collections import Counter

import pytest
from django.core.cache import cache, caches
from playwright.sync_api import sync_playwright

from campus.kept import forget_all, kept
from campus.pages import accessibility, spaces
from enrolments import navigation

CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(scope="session")
def stored_files(tmp_path_factory):
    return tmp_path_factory.mktemp("media")


@pytest.fixture(autouse=True)
def files_stored_apart(settings, stored_files):
    """No test writes among the files of who develops."""
    settings.MEDIA_ROOT = stored_files


@pytest.fixture(autouse=True)
def uncached_pages(settings):
    """A test that changes something sees it at once."""
    settings.PAGE_CACHE_SECONDS = 0


@pytest.fixture(autouse=True)
def fresh_cache():
    """No test inherits the cache of another. What all pages read once a minute is there: pages ask their own queries only."""
    for each in caches.all(initialized_only=True):
        each.clear()
    forget_all()
    cache.set(accessibility.CACHE_KEY, accessibility.NO_AUDIT)
    for space in spaces.SPACES:
        kept(spaces.key_of(space), Counter)
    kept(navigation.IN_COHORTS, frozenset)


@pytest.fixture(scope="session")
def chromium():
    """Started once: that takes longer than most tests. Its absence is a failure, never a skip."""
    assert CHROMIUM, (
        "Chromium is missing: `apt install chromium`, or leave browser tests out with `make test BROWSER=0`."
    )
    # Playwright leaves its event loop running in this thread, where Django would then refuse the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


@pytest.fixture
def browser(chromium):
    """A real browser, which knows nothing of other tests."""
    yield chromium
    for context in chromium.contexts:
        context.close()
