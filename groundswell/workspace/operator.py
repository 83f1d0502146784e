"""How the command line on this machine reaches the server that runs on the same data folder.

The server writes its address and a token into a file that only its owner can read. Whoever can read the
data folder could read the data anyway, so the token opens every project.
"""

import hmac
import os
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from groundswell.kernel.environment import data_folder

_token = secrets.token_urlsafe(32)


@dataclass(frozen=True)
class RunningServer:
    """Where the running server is and what opens it."""

    url: str
    token: str
    pid: int


def is_operator(token: str) -> bool:
    """Whether that is this process's own token."""
    return hmac.compare_digest(token.encode(), _token.encode())


def operator_token() -> str:
    """This process's own token, for commands that run inside it."""
    return _token


def announce(url: str) -> None:
    """Write the server file of this process."""
    path = _path()
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(msgspec.json.encode(RunningServer(url, _token, os.getpid())))


def withdraw() -> None:
    """Take the server file away, if it is this process's."""
    server = _announced()
    if server and server.pid == os.getpid():
        _path().unlink(missing_ok=True)


def running_server(folder: Path | None = None) -> RunningServer | None:
    """The server that runs on that data folder (the one of this process's settings); None where there is none, or its
    file was left behind by a crash."""
    server = _announced(folder)
    if server is None:
        return None
    try:
        os.kill(server.pid, 0)  # somebody else may have that number now, in a container above all
        place = urlsplit(server.url)
        socket.create_connection((place.hostname or "", place.port or 80), timeout=5).close()
    except OSError:
        return None
    return server


def _announced(folder: Path | None = None) -> RunningServer | None:
    """What the server file says, if there is one."""
    try:
        return msgspec.json.decode(_path(folder).read_bytes(), type=RunningServer)
    except (OSError, msgspec.DecodeError):
        return None


def _path(folder: Path | None = None) -> Path:
    return (folder or data_folder()) / "server.json"
