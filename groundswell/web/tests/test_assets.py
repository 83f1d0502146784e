"""Assets as the server hands them out: asynchronously, and without a warning (which the tests take for an error)."""

import asyncio
import gzip
from io import BytesIO
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.core.asgi import get_asgi_application
from django.core.handlers.asgi import ASGIRequest

from groundswell.workspace.doors import file_answer

CSS = "/assets/console/console.css"


def got(path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of the answer of Django under a server."""
    sent: list[Any] = []
    came = iter([{"type": "http.request", "body": b"", "more_body": False}])
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {
        "type": "http", "method": method, "path": path, "query_string": b"", "headers": raw, "http_version": "1.1",
        "asgi": {"version": "3.0"}, "scheme": "http", "server": ("testserver", 80), "client": ("127.0.0.1", 1),
    }  # fmt: skip

    async def receive() -> Any:
        if (message := next(came, None)) is not None:
            return message
        await asyncio.sleep(60)  # nobody goes away

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(get_asgi_application()(scope, receive, send))  # type: ignore[arg-type]
    given = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], given, b"".join(message.get("body", b"") for message in sent[1:])


def test_an_asset_comes_whole() -> None:
    kept = Path(str(finders.find("console/console.css"))).read_bytes()
    status, headers, body = got(CSS)
    assert (status, headers["content-type"], body) == (200, 'text/css; charset="utf-8"', kept)
    assert "max-age" in headers["cache-control"]
    status, headers, body = got(CSS, accept_encoding="gzip")
    assert (headers["content-encoding"], gzip.decompress(body)) == ("gzip", kept)


def test_it_is_not_sent_again_to_who_has_it_and_in_part_to_who_asks_for_a_part() -> None:
    _status, headers, whole = got(CSS)
    assert got(CSS, if_modified_since=headers["last-modified"])[::2] == (304, b"")
    assert got(CSS, range="bytes=2-5")[::2] == (206, whole[2:6])
    assert got(CSS, "HEAD")[::2] == (200, b"")


def test_a_file_to_keep_is_read_as_it_is_sent(tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_bytes(b"x" * 600_000)
    request = ASGIRequest({"type": "http", "method": "GET", "path": "/", "headers": []}, BytesIO())
    answer = file_answer(request, path, "events.csv")

    async def parts() -> list[bytes]:
        return [part async for part in answer]

    sizes = [len(part) for part in asyncio.run(parts())]
    assert (sum(sizes), len(sizes)) == (600_000, 3)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="events.csv"'
    assert answer.headers["Content-Length"] == "600000"
    for close in answer._resource_closers:
        close()
