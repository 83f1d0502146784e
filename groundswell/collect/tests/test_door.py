"""The door: Segment's calls, keys, compression, limits."""

import asyncio
import gzip
import json
import threading
import zlib
from base64 import b64encode
from pathlib import Path
from typing import Any

import msgspec
import pytest

from groundswell.collect import asgi, door
from groundswell.collect.asgi import refusal_answer
from groundswell.collect.door import Door, is_ours
from groundswell.collect.inbox import Inbox, InboxFull
from groundswell.collect.keys import Keys
from groundswell.collect.rates import Rates
from groundswell.collect.tests.conftest import BROWSER, KEYS, PROJECT, SECRET, WRITE, Visitor
from groundswell.collect.types import Source
from groundswell.kernel.clock import now_us
from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import said

TRACK = {"type": "track", "userId": "u1", "event": "Signed Up", "properties": {"plan": "pro"}}
CAPTURE = {"event": "signed up", "distinct_id": "u1", "properties": {"plan": "pro"}}


def basic(key: str) -> str:
    return "Basic " + b64encode(key.encode()).decode()


# Segment


@pytest.mark.parametrize("name", ["track", "identify", "group", "page", "screen", "alias"])
@pytest.mark.parametrize("form", ["/v1/{}", "/v1/{}/", "/v1/{:.1}"])
def test_each_segment_call_is_kept_under_its_name(visitor: Visitor, name: str, form: str) -> None:
    before = now_us()
    reply = visitor.post(form.format(name), {"userId": "u1", "writeKey": WRITE})
    assert (reply.status, reply.json()) == (200, {"success": True})
    (record,) = visitor.records
    assert (record.kind, record.count, record.source) == (name, 1, Source.SEGMENT)
    assert (record.project, record.key, record.is_trusted) == (PROJECT, 2, True)
    assert before <= record.received <= now_us()


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/b", "/v1/import", "/v1/batch/"])
def test_a_batch_is_one_record_of_so_many_messages(visitor: Visitor, path: str) -> None:
    assert visitor.post(path, {"batch": [TRACK] * 3, "writeKey": WRITE}).status == 200
    (record,) = visitor.records
    assert (record.kind, record.count) == ("", 3)


@pytest.mark.parametrize(
    ("body", "authorization", "key"),
    [
        ({"writeKey": BROWSER}, "", 1),
        ({}, basic(f"{BROWSER}:"), 1),
        ({}, basic(f"{WRITE}:"), 2),
        ({}, basic(WRITE), 2),
        ({}, basic(f"{SECRET}:"), 3),
        ({}, f"basic   {b64encode(f'{WRITE}:'.encode()).decode().rstrip('=')}", 2),
        ({"writeKey": WRITE}, "Bearer an-oauth-token", 2),
        ({}, f"Bearer {SECRET}", 3),
        ({"writeKey": f" {WRITE} "}, "", 2),
        ({"writeKey": None}, basic(f"{WRITE}:"), 2),
        ({"writeKey": BROWSER}, basic(f"{WRITE}:"), 1),
    ],
)
def test_the_key_comes_in_three_ways(visitor: Visitor, body: Any, authorization: str, key: int) -> None:
    headers = {"authorization": authorization} if authorization else {}
    assert visitor.post("/v1/batch", {"batch": [TRACK], **body}, **headers).status == 200
    assert visitor.records[0].key == key
    assert visitor.records[0].is_trusted == (key != 1)


@pytest.mark.parametrize(
    ("body", "authorization"),
    [
        ({"writeKey": "gsw_other"}, ""),
        ({"writeKey": "gsw_other"}, basic(f"{WRITE}:")),
        ({"writeKey": 7}, ""),
        ({}, ""),
        ({}, basic("gsw_other:")),
        ({}, "Basic !!!"),
        ({}, "Basic"),
        ({}, "Digest abc"),
        ({}, basic("é:")),
        ({"writeKey": "x" * 100_000}, ""),
    ],
)
def test_an_unknown_key_is_refused_and_nothing_kept(visitor: Visitor, body: Any, authorization: str) -> None:
    headers = {"authorization": authorization} if authorization else {}
    reply = visitor.post("/v1/batch", {"batch": [TRACK], **body}, **headers)
    assert (reply.status, reply.code) == (401, "unknown_key")
    assert visitor.records == []


def test_a_refusal_also_speaks_as_segment_does(visitor: Visitor) -> None:
    """analytics-python looks for code and message at the top, and else sends the same ten times more."""
    found = visitor.post("/v1/batch", {"batch": [], "writeKey": "no"}).json()
    assert (found["code"], found["message"]) == (found["error"]["code"], found["error"]["message"])


def test_an_empty_batch_is_fine_and_leaves_nothing(visitor: Visitor) -> None:
    assert visitor.post("/v1/batch", {"batch": [], "writeKey": WRITE}).status == 200
    assert visitor.post("/batch/", {"batch": [], "api_key": WRITE}).json() == {"status": 1}
    assert visitor.records == []


def test_a_bad_item_does_not_keep_its_batch_out(visitor: Visitor) -> None:
    assert visitor.post("/v1/batch", {"batch": [TRACK, 7, None, "x", []], "writeKey": WRITE}).status == 200
    assert visitor.records[0].count == 5


def test_a_beacon_comes_as_plain_text(visitor: Visitor) -> None:
    body = {**TRACK, "writeKey": BROWSER}
    assert visitor.post("/v1/t", body, content_type="text/plain;charset=UTF-8").status == 200
    assert visitor.kept == [body]


def test_chunks_are_put_together(visitor: Visitor) -> None:
    text = json.dumps({**TRACK, "writeKey": WRITE}).encode()
    assert visitor.post("/v1/track", [text[:10], b"", text[10:50], text[50:]]).status == 200
    assert visitor.kept == [{**TRACK, "writeKey": WRITE}]


def test_half_a_character_spoils_no_batch(visitor: Visitor) -> None:
    """JavaScript cuts text within an emoji and writes what is left as an escape that is no character."""
    body = b'{"writeKey": "%s", "batch": [{"event": "a\\ud83d"}, {"event": "\\ude00 \\\\ud83d \\ud83d\\ude00"}]}'
    assert visitor.post("/v1/batch", body % WRITE.encode()).status == 200
    assert [item["event"] for item in visitor.kept[0]["batch"]] == ["a\ufffd", "\ufffd \\ud83d 😀"]


def test_a_byte_order_mark_is_no_harm(visitor: Visitor) -> None:
    body = json.dumps({**TRACK, "writeKey": WRITE}).encode()
    assert visitor.post("/v1/track", b"\xef\xbb\xbf" + body).status == 200
    assert visitor.records[0].body == body


# Compression


@pytest.mark.parametrize(
    ("encoding", "compress"),
    [
        ("gzip", gzip.compress),
        ("GZIP", gzip.compress),
        ("x-gzip", gzip.compress),
        ("gzip", lambda data: gzip.compress(data[:9]) + gzip.compress(data[9:])),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data, 9)[2:-4]),
        ("identity", bytes),
        ("", bytes),
    ],
)
def test_what_is_compressed_is_kept_plain(visitor: Visitor, encoding: str, compress: Any) -> None:
    body = {"batch": [TRACK] * 50, "writeKey": WRITE}
    assert visitor.post("/v1/batch", compress(json.dumps(body).encode()), content_encoding=encoding).status == 200
    assert visitor.kept == [body]


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "gzip, gzip", "gzip-js", "x", "é"])
def test_another_encoding_is_415(visitor: Visitor, encoding: str) -> None:
    reply = visitor.post("/v1/batch", {"batch": [TRACK], "writeKey": WRITE}, content_encoding=encoding)
    assert (reply.status, reply.code) == (415, "unsupported_encoding")
    assert visitor.records == []


@pytest.mark.parametrize("path", ["/v1/track", "/v1/batch", "/batch/", "/e/"])
def test_a_bomb_is_not_blown_up(visitor: Visitor, path: str) -> None:
    bomb = gzip.compress(b'{"writeKey": "' + b"0" * 60_000_000)
    assert len(bomb) < 65_000
    reply = visitor.post(path, bomb, content_encoding="gzip")
    assert reply.code == "too_large"
    assert reply.status == (400 if path.startswith("/v1") else 413)


# Limits


@pytest.mark.parametrize(
    ("path", "limit", "status"),
    [("/v1/track", 32 * 1024, 400), ("/v1/batch", 500 * 1024, 400), ("/batch/", 20 * 1024 * 1024, 413)],
)
def test_a_body_may_be_so_large_and_no_larger(visitor: Visitor, path: str, limit: int, status: int) -> None:
    frame = json.dumps({"writeKey": WRITE, "api_key": WRITE, "batch": [{"userId": "u"}], "x": ""})
    body = frame.replace('"x": ""', f'"x": "{"x" * (limit - len(frame))}"').encode()
    assert len(body) == limit
    assert visitor.post(path, body).status == 200
    half = len(body) // 2
    for larger in (body + b" ", [body[:half], body[half:], b" "], gzip.compress(body + b" ")):
        headers = {"content_encoding": "gzip"} if isinstance(larger, bytes) and larger[:2] == b"\x1f\x8b" else {}
        reply = visitor.post(path, larger, **headers)
        assert (reply.status, reply.code) == (status, "too_large")
    assert len(visitor.records) == 1


def test_too_much_at_once_comes_again_later(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi, "MOST_HELD", 1000)
    reply = visitor.post("/batch/", [b" " * 600, b" " * 600])
    assert (reply.status, reply.code, reply.headers["retry-after"]) == (503, "busy", "2")
    assert visitor.post("/v1/track", [b'{"writeKey": "gsw_write"', b"}"]).status == 200  # nothing is held any more


def test_a_limit_of_messages_is_told_with_how_long_to_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROUNDSWELL_RATE_PER_KEY", "10")
    inbox = Inbox(tmp_path, 10**9)
    inbox.open(0)
    visitor = Visitor(inbox, Rates(clock=lambda: 0.0), KEYS.get)
    body = {"batch": [TRACK] * 120, "writeKey": WRITE}
    assert visitor.post("/v1/batch", body).status == 200  # a burst of 100 may be overdrawn once
    reply = visitor.post("/v1/batch", body)
    assert (reply.status, reply.code, reply.headers["retry-after"]) == (429, "rate", "2")
    assert visitor.rates.refused(PROJECT) == {"rate": 120}
    assert [record.count for record in visitor.records] == [120]
    visitor.loop.close()
    inbox.close()


def test_a_full_inbox_says_when_to_come_again(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path, 1000)
    inbox.open(0)
    visitor = Visitor(inbox, Rates(), KEYS.get)
    body = {**TRACK, "writeKey": WRITE, "x": "x" * 400}
    assert visitor.post("/v1/track", body).status == 200
    for path, sent in (("/v1/track", body), ("/e/", {**CAPTURE, "api_key": WRITE, "x": "x" * 400})):
        reply = visitor.post(path, sent)
        assert (reply.status, reply.code, reply.headers["retry-after"]) == (503, "inbox_full", "5")
    assert len(visitor.records) == 1
    visitor.loop.close()
    inbox.close()


def test_success_is_said_only_after_the_sync(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Inbox, **_: Any) -> asyncio.Future[int]:
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        future.set_exception(InboxFull())
        return future

    monkeypatch.setattr(Inbox, "append", refuse)
    assert visitor.post("/v1/track", {**TRACK, "writeKey": WRITE}).status == 503


def test_keys_that_cannot_be_checked_come_again_later(tmp_path: Path) -> None:
    def ask(secret: str) -> None:
        raise OSError("no database")

    inbox = Inbox(tmp_path, 10**6)
    inbox.open(0)
    visitor = Visitor(inbox, Rates(), ask)
    reply = visitor.post("/v1/track", {**TRACK, "writeKey": WRITE})
    assert (reply.status, reply.code, reply.headers["retry-after"]) == (503, "keys_unavailable", "5")
    visitor.loop.run_until_complete(visitor.loop.shutdown_default_executor())
    visitor.loop.close()
    inbox.close()


# Odd ends


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/", "/v1/x", "/v1/tracks", "/api/v1/projects", "/healthz", "/batch//", "/sdk/v1.js", "/E/"]
)
def test_other_paths_are_not_ours(visitor: Visitor, path: str) -> None:
    assert not is_ours(path)
    assert visitor.post(path, {}).status == 404


def test_a_client_that_hangs_up_gets_no_answer(visitor: Visitor) -> None:
    for told in ([], [{"type": "http.request", "body": b"{", "more_body": True}]):
        messages = [*told, {"type": "http.disconnect"}]

        async def receive(messages: list[dict[str, Any]] = messages) -> dict[str, Any]:
            return messages.pop(0)

        async def send(message: dict[str, Any]) -> None:
            raise AssertionError("nobody listens")

        scope = {"type": "http", "method": "POST", "path": "/v1/track", "headers": [], "query_string": b""}
        visitor.loop.run_until_complete(visitor.door(scope, receive, send))
    assert visitor.records == []


def test_our_own_mistake_is_500_and_written_down(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(door, "now_us", None)
    reply = visitor.post("/v1/track", {**TRACK, "writeKey": WRITE})
    assert (reply.status, reply.code) == (500, "internal")
    assert "a request to /v1/track failed" in caplog.text


def test_a_heavy_body_is_opened_beside_the_others(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    threads = []
    opened = door._opened

    def noting(*args: Any) -> Any:
        threads.append(threading.current_thread().name)
        return opened(*args)

    monkeypatch.setattr(door, "_opened", noting)
    batch = {"batch": [TRACK] * 2000, "writeKey": WRITE}
    assert visitor.post("/v1/batch", {**batch, "batch": [TRACK] * 100}).status == 200
    assert threads == ["MainThread"]
    assert visitor.post("/batch/", {"batch": [{**CAPTURE, "x": "x" * 300_000}], "api_key": WRITE}).status == 200
    assert threads == ["MainThread", "opener_0"]


def test_so_many_messages_and_no_more(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "MOST_ITEMS", 3)
    assert visitor.post("/v1/batch", {"batch": [TRACK] * 3, "writeKey": WRITE}).status == 200
    assert visitor.post("/v1/batch", {"batch": [TRACK] * 4, "writeKey": WRITE}).status == 400
    reply = visitor.post("/batch/", {"batch": [CAPTURE] * 4, "api_key": WRITE})
    assert (reply.status, reply.code) == (413, "too_large")
    assert len(visitor.records) == 1


def test_millions_of_empty_items_are_not_even_read(visitor: Visitor) -> None:
    body = b'{"api_key": "' + WRITE.encode() + b'", "batch": [' + b"0," * 6_000_000 + b"0]}"
    reply = visitor.post("/batch/", body)
    assert (reply.status, reply.code) == (413, "too_large")


def test_what_waits_for_the_disk_is_held(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi, "MOST_HELD", 100)
    assert visitor.post("/v1/track", {**TRACK, "writeKey": WRITE, "x": "x" * 200}).code == "busy"
    assert visitor.post("/v1/track", {"userId": "u", "event": "E", "writeKey": WRITE}).status == 200


def test_the_door_asks_for_a_key_once(tmp_path: Path) -> None:
    asked = []

    def ask(secret: str) -> Any:
        asked.append(secret)
        return KEYS.get(secret)

    inbox = Inbox(tmp_path, 10**6)
    inbox.open(0)
    visitor = Visitor(inbox, Rates(), ask)
    visitor.door = Door(inbox, Keys(ask), visitor.rates)
    for _ in range(5):
        visitor.post("/v1/track", {**TRACK, "writeKey": WRITE})
    assert asked == [WRITE]
    visitor.loop.run_until_complete(visitor.loop.shutdown_default_executor())
    visitor.loop.close()
    inbox.close()


def test_a_refusal_that_could_be_said_in_another_language_is_text_at_the_door() -> None:
    answer = refusal_answer(Refusal(503, "store_unavailable", said("The store of %(name)s is stopped.", name="Ada")))
    assert msgspec.json.decode(answer.body)["error"]["message"] == "The store of Ada is stopped."
