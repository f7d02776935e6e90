"""Django's settings, all derived from `Environment`."""

from __future__ import annotations

from pathlib import Path

import dj_database_url

from xinyun.site import logs
from xinyun.site.environment import Environment

XINYUN = Environment()
PACKAGE = Path(__file__).resolve().parents[1]

SECRET_KEY = XINYUN.web_key()
DEBUG = False
ALLOWED_HOSTS = list(XINYUN.hosts)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "ninja",
    "allauth",
    "allauth.account",
    "xinyun.plumbing",
    "xinyun.ledger",
    "xinyun.accounts",
    "xinyun.archive",
    "xinyun.collection",
    "xinyun.assessment",
    "xinyun.codes",
    "xinyun.lists",
    "xinyun.identity",
    "xinyun.relations",
    "xinyun.repair",
    "xinyun.listing",
    "xinyun.retention",
    "xinyun.exchange",
    "xinyun.enforcement",
    "xinyun.rulemaking",
    "xinyun.gateway",
    "xinyun.portal",
    "xinyun.console",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "xinyun.site.headers.ContentSecurity",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "xinyun.portal.uploads.BoundedBody",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "xinyun.plumbing.problems.RefusalMiddleware",
    "xinyun.site.api.MethodsAsProblems",
]

ROOT_URLCONF = "xinyun.site.urls"
WSGI_APPLICATION = "xinyun.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "xinyun.site.context.site",
            ],
        },
    }
]

_SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "OPTIONS": {
        "timeout": 60,
        "transaction_mode": "IMMEDIATE",
        # FULL: a commit that was answered survives a power cut (WAL alone would not promise it).
        # Pages of 8 KiB hold ten records: a bulk insert takes a third less time than with 4. 128 MiB of them in
        # memory: a batch's keys fall all over the indexes.
        "init_command": (
            "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=60000; "
            "PRAGMA cache_size=-131072;"
        ),
    },
}
if XINYUN.database_url:
    _archive = dj_database_url.parse(XINYUN.database_url, conn_max_age=60)
else:
    XINYUN.home.mkdir(parents=True, exist_ok=True)
    _archive = _SQLITE | {"NAME": XINYUN.home / "archive.sqlite3"}
if _archive["ENGINE"].endswith("postgresql"):
    # The ledger is a schema of its own, so that it can have its own role, backup and, one day, server.
    _ledger = _archive | {"OPTIONS": {**_archive.get("OPTIONS", {}), "options": "-c search_path=ledger"}}
else:
    # A file of its own: a batch that writes the archive never makes a check wait for its turn.
    _ledger = _SQLITE | {"NAME": Path(_archive["NAME"]).with_name("ledger.sqlite3")}
DATABASES = {"default": _archive, "ledger": _ledger}
DATABASE_ROUTERS = ["xinyun.ledger.router.LedgerRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "console"
LOGOUT_REDIRECT_URL = "home"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "static"]
STATIC_ROOT = XINYUN.home / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MANIFEST_STRICT = False

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = XINYUN.https
SESSION_COOKIE_AGE = 8 * 3600
# Only where TLS is promised: the proxy in front must write this header itself and drop what callers send.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if XINYUN.https else None
SECURE_HSTS_SECONDS = 31536000 if XINYUN.https else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LOGGING = logs.config(XINYUN.log)
