"""The program under test, started in a folder of its own, and what it uses."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

PROGRAM = str(Path(sys.executable).parent / "groundswell")


class Program:
    """A running server with one project."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.environment = {**os.environ, "GROUNDSWELL_DATA": folder, "GROUNDSWELL_LOG_LEVEL": "warning"}
        init = [PROGRAM, "init", "--email", "b@example.com", "--password", "bench", "--project", "Bench", "--json"]
        made = json.loads(subprocess.run(init, env=self.environment, check=True, capture_output=True).stdout)
        self.project = int(made["project"])
        self.write_key, self.secret_key = made["write_key"], made["secret_key"]
        self.port = free_port()
        self.process = subprocess.Popen([PROGRAM, "serve", "--port", str(self.port)], env=self.environment)
        await_answer(self.port, "/readyz")

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """What the API answers, as JSON."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {"Authorization": f"Bearer {self.secret_key}", "Content-Type": "application/json"}
        path = f"/api/v1/projects/{self.project}{path}"
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse().read()
        connection.close()
        return json.loads(answer)

    def ingestion(self) -> dict[str, Any]:
        """What became of what was sent."""
        found: dict[str, Any] = self.ask("GET", "/ingestion")
        return found

    def settle(self) -> float:
        """Wait until nothing waits; how long that took, in seconds."""
        begun = time.perf_counter()
        while self.ingestion()["waiting"]:
            time.sleep(0.05)
        return time.perf_counter() - begun

    def warm_up(self, body: bytes | memoryview, path: str = "/v1/batch") -> None:
        """Have one request received and loaded, so that all that a process does once is done."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        connection.request("POST", path, bytes(body), {"Content-Type": "application/json"})
        connection.getresponse().read()
        connection.close()
        self.settle()

    def status(self) -> dict[str, int]:
        """Resident memory (MB) and threads now, processor time so far (ms)."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        fields = dict(line.split(":", 1) for line in lines)
        times = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return {
            "memory": int(fields["VmRSS"].split()[0]) // 1024,
            "threads": int(fields["Threads"]),
            "cpu": (int(times[11]) + int(times[12])) * 1000 // os.sysconf("SC_CLK_TCK"),
        }

    def stop(self) -> int:
        """Stop it cleanly; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


def free_port() -> int:
    """A port of this machine that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def await_answer(port: int, path: str) -> None:
    """Wait until a server says 200."""
    for _ in range(300):
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise RuntimeError("the server did not become ready")


@contextmanager
def program() -> Iterator[Program]:
    """A server in a fresh folder, gone with it afterwards."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server goes too
    with temporary_folder() as folder:
        running = Program(folder)
        try:
            yield running
        finally:
            running.stop()


def temporary_folder() -> "tempfile.TemporaryDirectory[str]":
    """A folder that is gone afterwards."""
    return tempfile.TemporaryDirectory(prefix="groundswell-bench-")
