"""How commands speak to Groundswell: over loopback to the server on this data folder, else in this process."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from wsgiref.util import setup_testing_defaults

import msgspec

from groundswell.cli.setting_up import elsewhere, look_for_data, migrate
from groundswell.kernel.environment import data_place
from groundswell.kernel.errors import Refusal
from groundswell.workspace.operator import RunningServer, operator_token, running_server

if TYPE_CHECKING:
    from django.core.handlers.wsgi import WSGIHandler

API = "/api/v1"


class Client:
    """The API as the operator of this machine sees it."""

    def __init__(self) -> None:
        look_for_data()
        self._server = running_server()
        if self._server is None:
            migrate()

    @property
    def is_remote(self) -> bool:
        """Whether a server answers; otherwise this process does."""
        return self._server is not None

    def request(self, method: str, path: str, json: Any = None) -> Any:
        """The answer's JSON. Raises Refusal with what the API refused."""
        return msgspec.json.decode(self.bytes(method, path, json))

    def bytes(self, method: str, path: str, json: Any = None) -> bytes:
        """The answer's body as it is. Raises Refusal."""
        body = b"" if json is None else msgspec.json.encode(json)
        send = _over_loopback if self._server else _in_process
        status, answer = send(self._server, method, API + path, body)
        if status >= 400:
            refusal = _refusal(status, answer)
            if status == 404:
                refusal.hint = f"Looked in {data_place()}. {elsewhere()}"
            raise refusal
        return answer


def _over_loopback(server: RunningServer | None, method: str, path: str, body: bytes) -> tuple[int, bytes]:
    assert server is not None
    headers = {"Authorization": f"Bearer {server.token}", "Content-Type": "application/json"}
    connection = HTTPConnection(urlsplit(server.url).netloc, timeout=600)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, HTTPException) as error:
        hint = "Is it still starting, or stopping?"
        raise Refusal(503, "no_server", f"The server at {server.url} does not answer: {error}", hint=hint) from error
    finally:
        connection.close()


def _in_process(_server: RunningServer | None, method: str, path: str, body: bytes) -> tuple[int, bytes]:
    from django.core.handlers.wsgi import WSGIRequest

    path, _question_mark, query = path.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body),
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


def _refusal(status: int, answer: bytes) -> Refusal:
    try:
        error = msgspec.json.decode(answer)["error"]
        return Refusal(status, error["code"], error["message"], hint=error["hint"], fields=error["fields"])
    except (msgspec.DecodeError, KeyError, TypeError):
        return Refusal(status, "error", f"Groundswell answered with status {status}.", hint="See the server's log.")
