"""The least that a Django page can be: one query, one plain template, no middleware."""

from pathlib import Path

from campus import settings as campus_settings

SECRET_KEY = "bench-only"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "bench.pivot.urls"
DATABASES = campus_settings.DATABASES
VAR_DIR = campus_settings.VAR_DIR
INSTALLED_APPS = []
MIDDLEWARE = []
USE_TZ = True
TEMPLATES = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [Path(__file__).parent / "templates"]},
]
WSGI_APPLICATION = "bench.pivot.wsgi.application"
