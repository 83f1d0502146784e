"""Django's settings, from the environment."""

import os
import secrets
from pathlib import Path

import dj_database_url

from groundswell.kernel.environment import data_folder, networks, text
from groundswell.web.mail import mail_settings
from groundswell.web.slices import STREETS

HOUSE = Path(__file__).parent.parent
DATA = data_folder()
DEBUG = False


def _secret_key() -> str:
    """The key of ``GROUNDSWELL_SECRET_KEY``, else one made once and kept in the data folder."""
    if given := text("SECRET_KEY"):
        return given
    kept = DATA / "secret_key"
    if not kept.exists():
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    return kept.read_text()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = ["*"]  # customers' apps reach the collector under names that only they know

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    *(f"groundswell.{street}" for street in STREETS),
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "groundswell.web.assets.Assets",
    "groundswell.console.middleware.secure",
    "groundswell.workspace.sessions.Sessions",
    "groundswell.console.middleware.Speak",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "groundswell.console.middleware.Refusals",
]
ROOT_URLCONF = "groundswell.web.urls"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "groundswell.console.surroundings.surroundings",
            ],
        },
    }
]
STATIC_URL = "/assets/"  # what begins with /static/ is asked for by posthog-js
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 365 * 24 * 60 * 60  # seconds; the address of an asset changes with what is in it

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"groundswell.workspace.password_rules.{name}"}
    for name in ("UnlikeTheirName", "LongEnough", "Uncommon", "NotDigitsAlone")
]
LOGIN_URL = "sign_in"
CSRF_FAILURE_VIEW = "groundswell.console.refusals.not_from_here"
SESSION_ENGINE = "groundswell.workspace.sessions"
SESSION_COOKIE_AGE = 30 * 24 * 60 * 60  # seconds
SESSION_COOKIE_NAME = "groundswell_session"
CSRF_COOKIE_NAME = "groundswell_csrf"
LANGUAGE_COOKIE_NAME = "groundswell_language"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_TAGS = {20: "", 25: "good", 30: "", 40: "bad"}

DATABASES = {
    "default": dj_database_url.parse(
        text("DATABASE_URL") or f"sqlite:///{DATA / 'groundswell.sqlite3'}", conn_max_age=None
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
URL = text("URL").rstrip("/")  # where people reach the console, such as https://growth.example.com
CSRF_TRUSTED_ORIGINS = [URL] if URL else []
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = URL.startswith("https://")

ALLOW_NETWORKS = networks("ALLOW_NETWORKS", "")  # private ones that requests may go to all the same
PROXIES = networks("PROXIES", "127.0.0.0/8,::1")  # what they say in X-Forwarded-For is believed

globals().update(mail_settings(text("MAIL_URL", "console:")))

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["short", "long"]}}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ko", "한국어")]
LOCALE_PATHS = [HOUSE / street / "locale" for street in ("kernel", "store")]  # what is no app of Django's

DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000_000
LOGGING_CONFIG = None
