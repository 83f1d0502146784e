"""How a program speaks to Groundswell: to a server over HTTP, or to a data folder, through the server that runs on it
or else in this process.

Nothing beyond the standard library is loaded until a data folder is opened in this process.
"""

import json
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from http.client import HTTPException
from pathlib import Path
from typing import Any, Protocol
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import BaseHandler, HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from groundswell.kernel import environment
from groundswell.kernel.errors import Refusal, bad_request

API = "/api/v1"
PATIENCE = 600.0  # seconds; the server's own limits end a question earlier
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Connection(Protocol):
    """A way to the API. ``place`` says where it leads."""

    place: str

    def send(self, method: str, path: str, body: bytes = b"") -> bytes:
        """The body of the answer. ``path`` is what stands behind ``/api/v1``. Raises Refusal."""

    def close(self) -> None:
        """Let go of what was opened."""


# Over HTTP -----------------------------------------------------------------------------------------------------------


class Server:
    """A server at an address, with a secret key or a personal token."""

    def __init__(self, url: str, key: str) -> None:
        self.place = url.rstrip("/")
        if not key.isascii() or not key.isprintable() or " " in key:
            raise bad_request("A key has no such characters.", hint="Use a secret key such as gss_….", field="key")
        self._key = key

    def send(self, method: str, path: str, body: bytes = b"") -> bytes:
        return received(*over_http(self.place, self._key, method, path, body))

    def close(self) -> None:
        """Every request is a connection of its own."""


def over_http(url: str, key: str, method: str, path: str, body: bytes) -> tuple[int, bytes]:
    """Status and body of the answer. Raises Refusal 503 where nobody answers."""
    request = Request(url + API + path, data=body or None, method=method)  # noqa: S310 - http and https alone, see below
    request.add_header("Authorization", f"Bearer {key}")
    request.add_header("Content-Type", "application/json")
    request.add_header("User-Agent", "groundswell-python")
    try:
        with _opener(urlsplit(url).hostname in LOOPBACK).open(request, timeout=PATIENCE) as answer:
            return answer.status, answer.read()
    except HTTPError as error:
        with error:
            return error.code, error.read()
    except (OSError, HTTPException) as error:
        hint = "Is it running, and is this its address?"
        raise Refusal(503, "no_server", f"The server at {url} does not answer: {error}", hint=hint) from error


@cache
def _opener(is_near: bool) -> OpenerDirector:
    """What opens addresses; those of this machine without a proxy."""
    near: list[BaseHandler] = [ProxyHandler({})] if is_near else []
    return build_opener(_Nowhere, *near)


class _Nowhere(HTTPRedirectHandler):
    """Nobody is followed to another address: the key would go there too, and a question become a GET."""

    def redirect_request(self, req: Request, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Request | None:
        fp.close()
        hint = f"Connect to {newurl.partition(API)[0]}."
        raise Refusal(502, "elsewhere", f"The server says that it is elsewhere: {newurl}", hint=hint)


# A data folder -------------------------------------------------------------------------------------------------------


class Folder:
    """A data folder. Whether a server runs on it is looked at each time, until this process opened it itself."""

    def __init__(self, folder: Path) -> None:
        from groundswell.python.here import look_for_data

        self._folder = folder.expanduser().resolve()
        self.place = str(self._folder)
        look_for_data(self._folder, hint="Name the folder that the server uses, or the address of a server.")
        self._here: _Here | None = None

    def send(self, method: str, path: str, body: bytes = b"") -> bytes:
        from groundswell.workspace.operator import running_server

        server = None if self._here else running_server(self._folder)
        if server is not None:
            return received(*over_http(server.url, server.token, method, path, body))
        self._here = self._here or _Here(self._folder)
        return received(*self._here.send(method, path, body))

    def close(self) -> None:
        """Let go of the stores, so that another process may open them."""
        if self._here is not None:
            self._here.close()
            self._here = None


class _Here:
    """This process, opened on a data folder. A thread of its own does the work: in a notebook the first one belongs to
    an event loop, beside which Django reads no database."""

    folder: Path | None = None  # a process has one for all its life, as its settings say

    def __init__(self, folder: Path) -> None:
        from django.conf import settings

        if settings.configured or _Here.folder:
            known = _Here.folder or settings.DATA
            if known != folder:
                raise Refusal(
                    409, "other_folder", f"This process has opened {known}.",
                    hint="Start a server on the other folder, or use another process.",
                )  # fmt: skip
        os.environ["GROUNDSWELL_DATA"] = str(folder)
        _Here.folder = folder
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="groundswell")
        self._thread.submit(_migrate).result()

    def send(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        from groundswell.python.here import answered

        return self._thread.submit(answered, method, API + path, body).result()

    def close(self) -> None:
        self._thread.submit(_close).result()
        self._thread.shutdown()


def _migrate() -> None:
    from groundswell.python.here import migrate

    migrate()


def _close() -> None:
    from django.db import connections

    from groundswell.collect.service import close_collector
    from groundswell.store import service as store

    close_collector()
    store.close()
    connections.close_all()


# Answers -------------------------------------------------------------------------------------------------------------


def received(status: int, body: bytes) -> bytes:
    """The body of a good answer. Raises Refusal with what the API refused."""
    if status >= 400:
        raise refusal_of(status, body)
    return body


def refusal_of(status: int, body: bytes) -> Refusal:
    """What the API refused; its hint and fields stand under the sentence where Python shows it."""
    try:
        error: Mapping[str, Any] = json.loads(body)["error"]
        refusal = Refusal(status, error["code"], error["message"], hint=error["hint"], fields=error["fields"])
    except (ValueError, KeyError, TypeError):
        hint = "Is this the address of a Groundswell server?"
        refusal = Refusal(status, "error", f"The server answered with status {status}.", hint=hint)
    for note in (refusal.hint, *(text for text in refusal.fields.values() if text != refusal.message)):
        if note:
            refusal.add_note(note)
    return refusal


def connection_to(to: str | os.PathLike[str] | None, key: str | None) -> Connection:
    """The connection to an address or a data folder; of neither, what the environment says."""
    wanted = os.fspath(to) if to is not None else environment.text("URL") or str(environment.data_place())
    if "://" not in wanted:
        return Folder(Path(wanted))
    if urlsplit(wanted).scheme not in ("http", "https"):
        raise bad_request(f"{wanted} is no address of a server.", hint="It begins with http:// or https://.")
    key = (key or environment.text("KEY")).strip()
    if not key:
        hint = "Give a secret key of the project, or set GROUNDSWELL_KEY."
        raise bad_request("A server wants a key.", hint=hint, field="key")
    return Server(wanted, key)
