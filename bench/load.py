"""A sender that keeps a rate over several connections, and what it measured."""

import re
import selectors
import socket
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

Body = Callable[[], bytes | memoryview]


@dataclass
class Sent:
    """Requests by their status, and how long each took (seconds)."""

    statuses: dict[int, int] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    took: float = 0.0

    def percentile(self, q: float) -> float:
        """That percentile of the answers' times, in milliseconds."""
        return float(np.percentile(self.seconds, q)) * 1000 if self.seconds else 0.0


def send(
    port: int, path: str, body: Callable[[], bytes | memoryview], *, seconds: float, rate: float, connections: int = 8
) -> Sent:
    """Send requests to a port of this machine at that rate (requests/s; 0 for as fast as they are answered).

    A request's time runs from when it was due, so a server that falls behind cannot hide it.
    """
    sent = Sent()
    idle = deque(_connect(port) for _ in range(connections))  # taken in turn: a server closes those that rest
    waiting: dict[socket.socket, float] = {}
    answers: dict[socket.socket, bytes] = {}
    begun = time.perf_counter()
    due, end = begun, begun + seconds
    with selectors.DefaultSelector() as ready:
        while (now := time.perf_counter()) < end or waiting:
            while idle and now < end and (not rate or due <= now):
                connection = idle.popleft()
                content = body()
                head = f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
                waiting[connection] = due if rate else time.perf_counter()
                _send(connection, f"{head}Content-Length: {len(content)}\r\n\r\n".encode(), content)
                ready.register(connection, selectors.EVENT_READ)
                due = due + 1 / rate if rate else now
                now = time.perf_counter()
            pause = max(0.0, due - now) if rate and idle and now < end else 0.05
            for key, _ in ready.select(pause):
                connection = key.fileobj
                assert isinstance(connection, socket.socket)
                part = connection.recv(65536)
                if not part:
                    raise ConnectionError("the server closed a connection that waits for an answer")
                answers[connection] = answers.get(connection, b"") + part
                if not _is_whole(answers[connection]):
                    continue
                status = int(answers.pop(connection)[9:12])
                sent.statuses[status] = sent.statuses.get(status, 0) + 1
                sent.seconds.append(time.perf_counter() - waiting.pop(connection))
                ready.unregister(connection)
                idle.append(connection)
    sent.took = time.perf_counter() - begun
    for connection in idle:
        connection.close()
    return sent


def _send(connection: socket.socket, head: bytes, content: bytes | memoryview) -> None:
    """Both in one piece, without making one of them first."""
    sent = connection.sendmsg([head, content])
    if sent < len(head) + len(content):
        connection.sendall(content[sent - len(head) :])


def _is_whole(answer: bytes) -> bool:
    """Whether a response is there to its last byte."""
    head, separator, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: *(\d+)", head)
    return bool(separator) and len(body) >= (int(length.group(1)) if length else 0)


def _connect(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection
