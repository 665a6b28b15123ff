"""Settings of the campus, read from the environment (https://12factor.net/config).

Every variable is listed with its default and meaning in docs/configuration.md; a test holds the two equal.
"""

from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env

env = Env()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

# --- Where this runs ------------------------------------------------------------------------------------------------
# Production is the default, so that a forgotten variable stops the start instead of weakening it.

ENVIRONMENT = env.str("CAMPUS_ENV", "production")
if ENVIRONMENT not in {"production", "local"}:
    raise ImproperlyConfigured(f"CAMPUS_ENV vaut « {ENVIRONMENT} » : écrivez « production » ou « local ».")
PRODUCTION = ENVIRONMENT == "production"

DEBUG = env.bool("CAMPUS_DEBUG", False)
DEMO = env.bool("CAMPUS_DEMO", False)
OFFICIAL_SITE = env.bool("CAMPUS_OFFICIAL_SITE", False)
if PRODUCTION and (DEBUG or DEMO):
    raise ImproperlyConfigured("CAMPUS_DEBUG et CAMPUS_DEMO sont interdits en production : retirez-les.")

SECRET_KEY = env.str("SECRET_KEY", "" if PRODUCTION else "local-only-not-secret-" + "x" * 40)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", [] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"])
DATABASE_URL = env.str("DATABASE_URL", "")

if PRODUCTION:
    missing = [
        name
        for name, value in [
            ("SECRET_KEY", SECRET_KEY),
            ("ALLOWED_HOSTS", ALLOWED_HOSTS),
            ("DATABASE_URL", DATABASE_URL),
        ]
        if not value
    ]
    if missing:
        raise ImproperlyConfigured(
            f"Il manque {', '.join(missing)} : la production ne démarre pas sans (docs/configuration.md). "
            "Sur un poste de développement, posez CAMPUS_ENV=local."
        )

# --- Application ----------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "campus.accounts",
    "campus.mailing",
    "campus.slugs",
    "catalogue",
    "trainers",
    "enrolments",
    "campus.pages",
    "campus.pages.admin_config.CampusAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django_filters",
    "csp",
]

MIDDLEWARE = [
    # Outermost, so that every answer carries the security headers: errors, static files and admin included.
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "campus.middleware.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "campus.page_cache.AnonymousPageCacheMiddleware",
    # Inside WhiteNoise, which sends its own compressed files. Django pads the answers against BREACH.
    "django.middleware.gzip.GZipMiddleware",
    "campus.middleware.CleanQueryMiddleware",
    "campus.pages.errors.MethodNotAllowedMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

ROOT_URLCONF = "campus.urls"
WSGI_APPLICATION = "campus.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "campus.pages.context_processors.site",
            ],
            "builtins": ["campus.plurals"],  # « 0 élève »
        },
    },
]

# --- Database: PostgreSQL only --------------------------------------------------------------------------------------
# Without DATABASE_URL (never in production) an embedded server runs under var/ (campus/embedded_postgres).

# Executions before PostgreSQL keeps the plan of a statement (campus/prepared.py; Django's own are never prepared).
PREPARED = {"prepare_threshold": 5}
if DATABASE_URL:
    DATABASES = {
        "default": dj_database_url.parse(
            DATABASE_URL, conn_max_age=env.int("DATABASE_CONN_MAX_AGE", 60), conn_health_checks=True
        )
    }
    if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured("DATABASE_URL doit désigner une base PostgreSQL : postgresql://…")
    DATABASES["default"]["OPTIONS"] = PREPARED | DATABASES["default"].get("OPTIONS", {})
else:
    DATABASES = {
        "default": {
            "ENGINE": "campus.embedded_postgres",
            "NAME": "campus",
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": PREPARED,
        }
    }

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Rendered Markdown and reference lists; each process keeps its own, nothing in it needs to be shared.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 1000}},
    # Whole pages, some 12 kB each once compressed (campus/page_cache.py).
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
}
PAGE_CACHE_SECONDS = env.int("CAMPUS_PAGE_CACHE_SECONDS", 30)

# --- People ---------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["campus.accounts.backends.CampusBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},  # ANSSI, « Recommandations relatives à l'authentification », 2021
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# So many times an hour, counted in the database (campus/accounts/limits.py). Whole ministries share one address of the
# internet: what is counted by IP is loose.
RATE_LIMIT_FACTOR = env.int("CAMPUS_RATE_LIMIT_FACTOR", 1)
if PRODUCTION and RATE_LIMIT_FACTOR != 1:
    raise ImproperlyConfigured("CAMPUS_RATE_LIMIT_FACTOR est réservé aux essais de charge : retirez-le.")
RATE_LIMITS = {
    "agreement_agent": env.int("CAMPUS_AGREEMENT_PER_AGENT", 10),
    "agreement_superior": env.int("CAMPUS_AGREEMENT_PER_SUPERIOR", 40),
    "invitation_referent": env.int("CAMPUS_INVITATIONS_PER_REFERENT", 20),
    "thread_message": env.int("CAMPUS_MESSAGES_PER_PERSON", 20),
    "sign_in_address": env.int("CAMPUS_SIGN_IN_PER_ADDRESS", 5),
    "sign_in_ip": env.int("CAMPUS_SIGN_IN_PER_IP", 300) * RATE_LIMIT_FACTOR,
    "access_request_ip": env.int("CAMPUS_ACCESS_REQUEST_PER_IP", 20) * RATE_LIMIT_FACTOR,
}
# ProConnect (docs/decisions/0009): on when all three are set; the redirections to declare are in docs/configuration.md.
PROCONNECT_ISSUER = env.str("PROCONNECT_ISSUER", "").rstrip("/")
PROCONNECT_CLIENT_ID = env.str("PROCONNECT_CLIENT_ID", "")
PROCONNECT_CLIENT_SECRET = env.str("PROCONNECT_CLIENT_SECRET", "")
PROCONNECT_SCOPES = env.str(
    "PROCONNECT_SCOPES", "openid given_name usual_name email uid siret idp_id belonging_population"
)
_proconnect = {
    "PROCONNECT_ISSUER": PROCONNECT_ISSUER,
    "PROCONNECT_CLIENT_ID": PROCONNECT_CLIENT_ID,
    "PROCONNECT_CLIENT_SECRET": PROCONNECT_CLIENT_SECRET,
}
if any(_proconnect.values()) and not all(_proconnect.values()):
    raise ImproperlyConfigured(
        f"ProConnect est configuré à moitié, il manque {', '.join(name for name, value in _proconnect.items() if not value)} : "
        "posez aussi cette valeur, ou retirez toutes les variables PROCONNECT_ (docs/configuration.md)."
    )
if PRODUCTION and PROCONNECT_ISSUER and not PROCONNECT_ISSUER.startswith("https://"):
    raise ImproperlyConfigured("PROCONNECT_ISSUER doit commencer par https:// en production.")
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "enrolments:home"
LOGOUT_REDIRECT_URL = "pages:home"

# --- Enrolments -----------------------------------------------------------------------------------------------------

SITE_URL = env.str("CAMPUS_SITE_URL", "https://" + ALLOWED_HOSTS[0] if PRODUCTION else "http://127.0.0.1:8000")
OFFER_HOURS = env.int("CAMPUS_OFFER_HOURS", 48)
DIRECT_HOURS = env.int("CAMPUS_DIRECT_HOURS", 72)
WITHDRAWAL_DAYS = env.int("CAMPUS_WITHDRAWAL_DAYS", 2)
RESERVED_PERCENT = env.int("CAMPUS_RESERVED_PERCENT", 50)
AGREEMENT_DAYS = env.int("CAMPUS_AGREEMENT_DAYS", 7)
MOVE_DELAY_MINUTES = env.int("CAMPUS_MOVE_DELAY_MINUTES", 5)
REMINDER_DAYS = env.list("CAMPUS_REMINDER_DAYS", [7, 1], subcast=int)
PROOF_MAX_MB = env.int("CAMPUS_PROOF_MAX_MB", 5)
LOCK_SECONDS = env.int("CAMPUS_LOCK_SECONDS", 10)
COHORT_NAMES_KEPT_DAYS = env.int("CAMPUS_COHORT_NAMES_KEPT_DAYS", 365)

# --- Trainers -------------------------------------------------------------------------------------------------------

DECISION_UNDO_MINUTES = env.int("CAMPUS_DECISION_UNDO_MINUTES", 5)
PARTICIPANTS_DAYS = env.int("CAMPUS_PARTICIPANTS_DAYS", 30)

# --- Language and time ----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

# --- Files ----------------------------------------------------------------------------------------------------------

# Built from the django-dsfr package by `manage.py build_assets`: the design system is not ours to redistribute.
ASSETS_DIR = VAR_DIR / "assets"
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static", ASSETS_DIR]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = env.path("MEDIA_ROOT", VAR_DIR / "media")
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a parcours or a session with many inline rows in the admin

# --- E-mail ---------------------------------------------------------------------------------------------------------

if DEMO:
    EMAIL_BACKEND = "campus.mailing.backends.DemoBackend"
else:
    _email = env.dj_email_url("EMAIL_URL", "console://" if not PRODUCTION else "smtp://localhost:25")
    EMAIL_BACKEND = _email["EMAIL_BACKEND"]
    EMAIL_HOST = _email["EMAIL_HOST"]
    EMAIL_PORT = _email["EMAIL_PORT"]
    EMAIL_HOST_USER = _email["EMAIL_HOST_USER"]
    EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS = _email["EMAIL_USE_TLS"]
    EMAIL_USE_SSL = _email["EMAIL_USE_SSL"]
    EMAIL_TIMEOUT = 10
CONTACT_EMAIL = env.str("CAMPUS_CONTACT_EMAIL", "campus@exemple.gouv.fr")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"Campus du numérique public <{CONTACT_EMAIL}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Security -------------------------------------------------------------------------------------------------------

HTTPS = env.bool("CAMPUS_HTTPS", PRODUCTION)
if HTTPS:
    SECURE_SSL_REDIRECT = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
BEHIND_PROXY = env.bool("CAMPUS_BEHIND_PROXY", False)
if BEHIND_PROXY:
    # Only when the proxy always sets or removes this header: otherwise a visitor could forge it.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", [])
CSRF_FAILURE_VIEW = "campus.pages.errors.csrf_failure"
SESSION_ENGINE = "campus.accounts.web_sessions"
SESSION_COOKIE_AGE = 12 * 3600  # the length of a ProConnect session
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # DSFR draws its arrows and check marks with data: images
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- Logs: to the standard error, for the platform to collect ---------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", "INFO")},
}
