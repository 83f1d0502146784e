"""``serve`` where it cannot: one sentence, and nothing is touched."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from groundswell.cli.serve import serve
from groundswell.kernel.errors import Refusal
from groundswell.workspace import operator


@pytest.fixture
def taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A port that somebody listens on, and an empty data folder."""
    monkeypatch.setenv("GROUNDSWELL_DATA", str(tmp_path))
    listener = socket.create_server(("127.0.0.1", 0))
    yield int(listener.getsockname()[1])
    listener.close()


def test_beside_another_server_of_the_same_folder(taken: int, tmp_path: Path) -> None:
    operator.announce(f"http://127.0.0.1:{taken}")
    with pytest.raises(Refusal, match="runs on this data folder already") as refused:
        serve(host="127.0.0.1", port=0)
    assert refused.value.code == "already_running"
    assert [path.name for path in tmp_path.iterdir()] == ["server.json"]
    operator.withdraw()
    assert list(tmp_path.iterdir()) == []


def test_where_something_else_listens(taken: int, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="cannot be listened on") as refused:
        serve(host="127.0.0.1", port=taken)
    assert "--port" in refused.value.hint
    assert list(tmp_path.iterdir()) == []


def test_a_file_left_behind_by_a_crash_is_no_server(taken: int, tmp_path: Path) -> None:
    free = socket.create_server(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()
    left = operator.RunningServer(f"http://127.0.0.1:{port}", "token", os.getpid())  # the number is in use again
    (tmp_path / "server.json").write_bytes(msgspec.json.encode(left))
    assert operator.running_server() is None
