"""Django's settings, from the environment."""

import os
import secrets
from pathlib import Path

import dj_database_url

from groundswell.kernel.environment import data_folder, text

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
    "django.contrib.sessions",
    "groundswell.workspace",
    "groundswell.events",
]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
ROOT_URLCONF = "groundswell.web.urls"
APPEND_SLASH = False

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
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ko", "한국어")]
LOCALE_PATHS = [Path(__file__).parent.parent / "locale"]

DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000_000
LOGGING_CONFIG = None
