"""The real program, started as its users start it, and the API as they ask it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

PROGRAM = [str(Path(sys.executable).with_name("groundswell"))]
# What `init` does, many times in one process and with a password hash that is quick: each test has a project, and
# founding it would take most of its time.
_FOUND = """
import json, sys, django, msgspec
from django.conf import settings
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
django.setup()
from groundswell.workspace.service import found_project
for name in sys.argv[1:]:
    project, keys = found_project(email="ben@example.com", password="correct horse", name=name)
    print(json.dumps({"project": project.id, **msgspec.to_builtins(keys)}))
"""
PROJECTS_AT_ONCE = 20
# One for all: making a client reads the machine's certificates, which takes longer than a request.
HTTP = httpx.Client(timeout=60, limits=httpx.Limits(max_keepalive_connections=0))
SECONDS_TO_START = 60.0
SECONDS_TO_STOP = 30.0
SECONDS_TO_LOAD = 30.0


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


class Server:
    """``groundswell serve`` on a data folder of its own."""

    def __init__(
        self, data: Path, *, settings: Mapping[str, str] | None = None, program: Sequence[str] = PROGRAM
    ) -> None:
        self.data = data
        self._program = program
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        clean = {name: value for name, value in os.environ.items() if not name.startswith("GROUNDSWELL_")}
        self._environment = {**clean, "GROUNDSWELL_DATA": str(data), **(settings or {})}
        self._environment["DJANGO_SETTINGS_MODULE"] = "groundswell.web.settings"
        self._process: subprocess.Popen[bytes] | None = None
        self._fresh: list[Project] = []
        self._made = 0

    @property
    def log(self) -> Path:
        return self.data.with_name(f"{self.data.name}.log")

    def command(self, *words: str) -> str:
        """What a command of the program prints. Fails as it does."""
        return self._printed(*PROGRAM, *words)

    def script(self, text: str, *words: str) -> str:
        """What a Python script prints that runs in the program's environment."""
        return self._printed(sys.executable, "-c", text, *words)

    def new_project(self, name: str) -> "Project":
        """A project of Ada's."""
        words = ("--email", "ada@example.com", "--password", "correct horse", "--project", name)
        return self._project(self.command("init", *words, "--json"))

    def project(self) -> "Project":
        """A project that nobody has used."""
        if not self._fresh:
            self._fresh = [self.new_project("Board")] if self._made == 0 else []
            names = [f"Board {self._made + number}" for number in range(1, PROJECTS_AT_ONCE)]
            self._fresh += [self._project(line) for line in self.script(_FOUND, *names).splitlines()]
            self._made += PROJECTS_AT_ONCE
        return self._fresh.pop()

    def _project(self, printed: str) -> "Project":
        made = json.loads(printed)
        return Project(self.url, made["project"], made["write_key"], made["browser_key"], made["secret_key"])

    def _printed(self, *command: str) -> str:
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, (done.returncode, done.stderr)
        return done.stdout

    def start(self, *words: str) -> None:
        """Start (``serve``, or these words), and wait until requests are answered."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self._program, *(words or ("serve",)), "--port", str(self.port)],
                env=self._environment, stdout=log, stderr=log,
            )  # fmt: skip
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                if HTTP.get(f"{self.url}/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"The server did not start:\n{self.log.read_text()}")

    def printed(self, name: str) -> str:
        """What stands behind ``name: `` in what it printed; waits until it does."""
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline:
            for line in self.log.read_text().splitlines():
                if line.startswith(f"{name}: "):
                    return line.removeprefix(f"{name}: ")
            time.sleep(0.2)
        raise AssertionError(f"It never said {name}:\n{self.log.read_text()}")

    def kill(self) -> None:
        """End it as a power cut does."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> int:
        """Ask it to stop; its exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(SECONDS_TO_STOP)


@dataclass(frozen=True)
class Project:
    """A project on a running server, and its API as the holder of its secret key sees it."""

    url: str
    id: int
    write_key: str
    browser_key: str
    secret_key: str

    def get(self, path: str, **query: Any) -> Any:
        """The answer to ``GET /api/v1/projects/{project}/{path}``; fails on a refusal."""
        return self._answer(HTTP.get(self._address(path), params=query, headers=self._headers))

    def post(self, path: str, body: Any) -> Any:
        """The answer to ``POST /api/v1/projects/{project}/{path}``; fails on a refusal."""
        return self._answer(HTTP.post(self._address(path), json=body, headers=self._headers))

    def put(self, path: str, body: Any) -> Any:
        """The answer to ``PUT /api/v1/projects/{project}/{path}``; fails on a refusal."""
        return self._answer(HTTP.put(self._address(path), json=body, headers=self._headers))

    def status(self, path: str) -> int:
        """The status of a GET."""
        return HTTP.get(self._address(path), headers=self._headers).status_code

    def person(self, id: str) -> dict[str, Any]:
        return dict(self.get(f"persons/{id}"))

    def account(self, id: str) -> dict[str, Any]:
        return dict(self.get(f"accounts/{id}"))

    def settled(self, accepted: int) -> dict[str, Any]:
        """The numbers of ingestion once so many messages were accepted and none waits.

        What a client sent twice, because it saw no answer, is counted once here and taken out of ``dropped``.
        """
        deadline = time.monotonic() + SECONDS_TO_LOAD
        while True:
            numbers = dict(self.get("ingestion"))
            assert numbers["accepted"] == numbers["loaded"] + sum(numbers["dropped"].values()) + numbers["waiting"]
            numbers["accepted"] -= numbers["dropped"].pop("duplicate", 0)
            if numbers["accepted"] >= accepted and numbers["waiting"] == 0:
                assert numbers["accepted"] == accepted, self._heard()
                return numbers
            assert time.monotonic() < deadline, f"Still loading, or never received: {numbers} {self._heard()}"
            time.sleep(0.1)

    def _heard(self) -> list[tuple[Any, ...]]:
        """What became of the latest messages, in short, for when a test fails."""
        messages = self.get("ingestion/messages")["messages"]
        return [(m["reason"], m["payload"].get("type"), m["payload"].get("event")) for m in messages]

    def events(self, *names: str, measure: str = "total", breakdown: str | None = None) -> dict[Any, float]:
        """How often each of these events happened yesterday and today: by name, or by name and value."""
        series = [{"event": name, "measure": measure} for name in names]
        question = {"kind": "trend", "series": series, "interval": "week", "breakdown": breakdown, **_lately()}
        counts: Counter[Any] = Counter()
        for _, name, value, count in self.post("ask", question)["rows"]:
            counts[(name, value) if breakdown else name] += count
        return dict(+counts)

    def funnel(self, *names: str, of: str = "people") -> list[int]:
        """How many people got to each of these steps within a day, yesterday or today."""
        steps = [{"event": name} for name in names]
        question = {"kind": "funnel", "steps": steps, "window": "1d", "count": of, **_lately()}
        return [row[3] for row in self.post("ask", question)["rows"]]

    def _address(self, path: str) -> str:
        return f"{self.url}/api/v1/projects/{self.id}/{path}"

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret_key}"}

    @staticmethod
    def _answer(response: httpx.Response) -> Any:
        assert response.status_code == 200, f"{response.request.url}: {response.status_code} {response.text}"
        return response.json()


def _lately() -> dict[str, str]:
    """Yesterday and today, as a question has its dates: a test may run over midnight."""
    today = datetime.now(UTC).date()
    return {"date_from": str(today - timedelta(days=1)), "date_to": str(today)}
