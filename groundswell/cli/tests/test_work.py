"""``work`` where it cannot: one sentence."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from groundswell.cli.work import refuse_beside_the_owner
from groundswell.kernel.errors import Refusal
from groundswell.workspace import operator


@pytest.fixture
def beside_a_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("GROUNDSWELL_DATA", str(tmp_path))
    listener = socket.create_server(("127.0.0.1", 0))
    operator.announce(f"http://127.0.0.1:{listener.getsockname()[1]}")
    yield
    operator.withdraw()
    listener.close()


@pytest.mark.usefixtures("beside_a_server")
@pytest.mark.parametrize("url", ["", "chdb:///somewhere"])
def test_beside_the_server_that_owns_the_store(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROUNDSWELL_EVENTS_URL", url)
    with pytest.raises(Refusal, match="belongs to the server at http") as refused:
        refuse_beside_the_owner()
    assert (refused.value.code, "GROUNDSWELL_EVENTS_URL" in refused.value.hint) == ("store_is_owned", True)


@pytest.mark.usefixtures("beside_a_server")
def test_a_store_that_is_a_server_is_open_to_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROUNDSWELL_EVENTS_URL", "clickhouse://127.0.0.1:8123/")
    refuse_beside_the_owner()


def test_where_no_server_runs_it_may_have_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROUNDSWELL_DATA", str(tmp_path))
    refuse_beside_the_owner()
