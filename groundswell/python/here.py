"""This process as a server of its own: the API on a data folder that no server runs on."""

import io
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes
from wsgiref.util import setup_testing_defaults

from groundswell.kernel import environment
from groundswell.kernel.errors import not_found

if TYPE_CHECKING:
    from django.core.handlers.wsgi import WSGIHandler

_KEPT = ("groundswell.sqlite3", "secret_key", "events", "server.json")  # any of these makes it a folder of ours


def look_for_data(folder: Path, *, hint: str) -> None:
    """Raises Refusal where nothing of ours is kept, so that who only asks makes no folder."""
    if not environment.text("DATABASE_URL") and not any((folder / name).exists() for name in _KEPT):
        raise not_found(f"There is nothing of Groundswell in {folder}.", hint=hint)


def set_up() -> None:
    """Make Django ready to use."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "groundswell.web.settings")
    django.setup()


def migrate() -> None:
    """Bring the configuration database up to date."""
    set_up()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def answered(method: str, path: str, body: bytes) -> tuple[int, bytes]:
    """Status and body with which this process's own API answers its operator; ``path`` begins with a slash."""
    from django.core.handlers.wsgi import WSGIRequest

    from groundswell.workspace.operator import operator_token

    path, _question_mark, query = path.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method, "PATH_INFO": unquote_to_bytes(path).decode("latin-1"), "QUERY_STRING": query,
        "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body),
        "HTTP_AUTHORIZATION": f"Bearer {operator_token()}",
    }  # fmt: skip
    setup_testing_defaults(environ)
    with _without_warnings("django.request"):  # that it refused something is said by the refusal
        response = _handler().get_response(WSGIRequest(environ))
    return response.status_code, b"".join(response)  # an answer is an iterable of its parts


@cache
def _handler() -> "WSGIHandler":
    """Made once: it looks at every file of the console, and who follows an import asks ten times a second."""
    from django.core.handlers.wsgi import WSGIHandler

    return WSGIHandler()


@contextmanager
def _without_warnings(name: str) -> Iterator[None]:
    log = logging.getLogger(name)
    before = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(before)
