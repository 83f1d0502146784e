"""Which processes do background work, and which of them died.

A process says every ``BEAT`` that it lives. Beside that it holds a lock on a file in its data folder, which the system
lets go when the process ends in whatever way: so what a killed server left is taken up as soon as the next one starts.
"""

import fcntl
import os
import secrets
import socket
from datetime import timedelta
from pathlib import Path

from groundswell.jobs.models import Worker
from groundswell.kernel import clock, environment

BEAT = timedelta(seconds=15)
PATIENCE = timedelta(seconds=60)  # without a beat for longer than that, a process is dead

OWN = secrets.token_hex(16)  # this process, for its whole life
_lock: int | None = None


def begin() -> None:
    """Say that this process lives."""
    global _lock
    if _lock is None:
        _lock = os.open(_path(OWN), os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(_lock, fcntl.LOCK_EX)
    beat()


def beat() -> None:
    """Say it again."""
    now = clock.now()
    Worker.objects.update_or_create(
        token=OWN, defaults={"seen": now}, create_defaults={"seen": now, "since": now, "host": socket.gethostname()}
    )


def end() -> None:
    """Say that this process does no more background work."""
    global _lock
    Worker.objects.filter(token=OWN).delete()
    if _lock is not None:
        _path(OWN).unlink(missing_ok=True)
        os.close(_lock)
        _lock = None


def alive() -> set[str]:
    """The processes that live, this one included."""
    seen = Worker.objects.filter(seen__gt=clock.now() - PATIENCE).values_list("token", flat=True)
    return {token for token in seen if not _has_died(token)} | {OWN}


def forget_dead() -> None:
    """Take away what is known of processes that died."""
    living = alive()
    Worker.objects.exclude(token__in=living).delete()
    for path in _folder().iterdir():
        if path.name not in living and _has_died(path.name):
            path.unlink(missing_ok=True)


def lives_here() -> bool:
    """Whether some other process does background work on this data folder."""
    return any(path.name != OWN and not _has_died(path.name) for path in _folder().iterdir())


def _has_died(token: str) -> bool:
    """Whether a process of this data folder is gone. Of those elsewhere nothing is known here."""
    if token == OWN:
        return False
    try:
        file = os.open(_path(token), os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False
    finally:
        os.close(file)


def _path(token: str) -> Path:
    return _folder() / token


def _folder() -> Path:
    folder = environment.data_folder() / "workers"
    folder.mkdir(exist_ok=True)
    return folder
