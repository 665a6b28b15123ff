"""The settings of a campus that a test serves: those of the site, on files that nobody has collected."""

from campus.settings import *  # noqa: F403
from campus.settings import STORAGES

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
