"""Nobody fills the disk with a body, whoever they are."""

import asyncio
from typing import Any

import pytest

from groundswell.web import bodies


def kept(path: str, *parts: bytes) -> bytes:
    """What Django is given of a body that comes in these parts."""
    left = list(parts)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    async def read() -> bytes:
        receive_some, found, more = bodies.limited({"path": path}, receive), b"", True
        while more:
            message = await receive_some()
            found, more = found + message["body"], message["more_body"]
        return found

    return asyncio.run(read())


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "_BESIDES", 0)
    monkeypatch.setattr(bodies, "MEGABYTE", 1)
    monkeypatch.setattr(bodies, "USUAL", 4)
    monkeypatch.setenv("GROUNDSWELL_UPLOAD_MEGABYTES", "6")


def test_what_is_beyond_the_limit_is_thrown_away_and_the_rest_is_read_to_its_end() -> None:
    assert kept("/sign-in", b"abc") == b"abc"
    assert kept("/sign-in", b"abc", b"def", b"ghi") == b"abcd"


def test_files_may_be_larger_where_they_are_imported_and_nowhere_else() -> None:
    assert kept("/p/7/imports/", b"abcdefgh") == b"abcdef"
    assert kept("/api/v1/projects/board/imports/files", b"abcdefgh") == b"abcdef"
    assert kept("/p/7/imports/3/begin", b"abcdefgh") == b"abcd"
    assert kept("/p/x/imports/", b"abcdefgh") == b"abcd"


def test_a_client_that_goes_away_is_told_of() -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    assert asyncio.run(bodies.limited({"path": "/"}, receive)()) == {"type": "http.disconnect"}  # type: ignore[arg-type]
