"""Debian's PostgreSQL, started on a free port in a folder of its own."""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.journeys.running import free_port

ACCOUNT = "postgres"  # PostgreSQL refuses to run as root


def _programs() -> Path | None:
    """The folder of the newest installed initdb and pg_ctl."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found and (on_path := shutil.which("initdb")):
        found = [Path(on_path)]
    return found[-1].parent if found else None


def why_not() -> str:
    """Why no PostgreSQL can be started here; '' if it can."""
    if _programs() is None:
        return "PostgreSQL is not installed (Debian: postgresql), so the journeys ran on SQLite alone."
    if os.geteuid() == 0 and ACCOUNT not in {entry.pw_name for entry in pwd.getpwall()}:
        return "PostgreSQL does not run as root, and there is no user named postgres to run it."
    return ""


class Postgres:
    """One database cluster. Nobody but this machine reaches it."""

    def __init__(self) -> None:
        # Not in pytest's folder: only its owner may enter that one, and PostgreSQL runs as somebody else.
        self._folder = Path(tempfile.mkdtemp(prefix="groundswell-postgres-"))
        self._port = free_port()
        self._data = self._folder / "data"
        self._made = 0

    @property
    def url(self) -> str:
        return f"postgres://groundswell@127.0.0.1:{self._port}/postgres"

    def database(self) -> str:
        """The address of a database of one's own, new and empty."""
        self._made += 1
        name = f"own_{self._made}"
        self._run("createdb", "--host=127.0.0.1", f"--port={self._port}", "--username=groundswell", name)
        return f"postgres://groundswell@127.0.0.1:{self._port}/{name}"

    def start(self) -> None:
        if os.geteuid() == 0:
            shutil.chown(self._folder, ACCOUNT)
        self._run("initdb", "--pgdata", str(self._data), "--username=groundswell", "--auth=trust", "--no-sync")
        options = f"-p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        self._run(
            "pg_ctl", "--pgdata", str(self._data), "--log", str(self._folder / "log"), "-w", "-o", options, "start"
        )

    def stop(self) -> None:
        self._run("pg_ctl", "--pgdata", str(self._data), "-m", "fast", "stop")
        shutil.rmtree(self._folder)

    def _run(self, program: str, *words: str) -> None:
        folder = _programs()
        assert folder is not None
        user = ACCOUNT if os.geteuid() == 0 else None
        # pg_ctl leaves a server behind that would hold a pipe open, so its words go to a file.
        with (self._folder / "setup").open("ab") as said:
            done = subprocess.run(
                [str(folder / program), *words], user=user, cwd=self._folder, stdout=said, stderr=said, timeout=60
            )
        assert done.returncode == 0, (self._folder / "setup").read_text()
