"""The door: PostHog's capture API in all its wrappings."""

import gzip
import json
from base64 import b64encode
from typing import Any
from urllib.parse import quote

import pytest

from groundswell.collect.tests.conftest import BROWSER, WRITE, Visitor
from groundswell.collect.types import Source

CAPTURE = {"event": "signed up", "distinct_id": "u1", "properties": {"plan": "pro"}}
TRACK = {"type": "track", "userId": "u1", "event": "Signed Up"}


@pytest.mark.parametrize("path", ["/capture/", "/e/", "/i/v0/e/", "/batch/", "/capture", "/e", "/i/v0/e", "/batch"])
@pytest.mark.parametrize(
    "body",
    [
        {**CAPTURE, "api_key": WRITE},
        {**CAPTURE, "token": WRITE},
        {**CAPTURE, "$token": WRITE},
        {**CAPTURE, "properties": {"token": WRITE}},
        [{**CAPTURE, "api_key": WRITE}],
        [CAPTURE, 7, {**CAPTURE, "properties": {"token": WRITE}}],
        {"api_key": WRITE, "batch": [CAPTURE, CAPTURE], "sent_at": "2026-01-01T00:00:00Z"},
        {"token": WRITE, "batch": [CAPTURE], "historical_migration": True},
    ],
)
def test_each_capture_body_is_kept(visitor: Visitor, path: str, body: Any) -> None:
    reply = visitor.post(path, body)
    assert (reply.status, reply.json()) == (200, {"status": 1})
    (record,) = visitor.records
    assert record.count == len(body["batch"] if "batch" in body else body if isinstance(body, list) else [body])
    assert (record.source, record.kind, record.key) == (Source.POSTHOG, "", 2)
    assert visitor.kept == [body]


def as_form(text: bytes) -> bytes:
    return b"data=" + quote(b64encode(text)).encode()


@pytest.mark.parametrize(
    ("query", "content_type", "wrap"),
    [
        ("?compression=gzip-js&ver=1.200&_=1767225600000&ip=1", "text/plain", gzip.compress),
        ("", "text/plain", gzip.compress),
        ("?compression=base64", "application/x-www-form-urlencoded", as_form),
        ("", "application/x-www-form-urlencoded", as_form),
        ("", "application/x-www-form-urlencoded", lambda text: b"ver=1&data=" + b64encode(text)),
        ("", "application/x-www-form-urlencoded", lambda text: b"data=" + quote(text).encode()),
        ("", "application/x-www-form-urlencoded", lambda text: b"data=" + text.replace(b" ", b"+")),
        ("", "application/x-www-form-urlencoded", lambda text: as_form(text) + b"&compression=base64"),
        ("?compression=base64", "text/plain", b64encode),
        ("", "text/plain", lambda text: b64encode(text).rstrip(b"=")),
        ("", "text/plain", lambda text: b64encode(gzip.compress(text))),
        ("?compression=gzip-js", "application/json", bytes),
        ("?compression=nonsense", "text/plain", bytes),
        ("", "text/plain", lambda text: b" \n" + text),
    ],
)
def test_whatever_is_around_it_a_capture_is_kept(visitor: Visitor, query: str, content_type: str, wrap: Any) -> None:
    body = {"api_key": BROWSER, "batch": [{**CAPTURE, "properties": {"title": "a?b ~ é 한"}}]}
    text = json.dumps(body, ensure_ascii=False).encode()
    assert visitor.post(f"/e/{query}", wrap(text), content_type=content_type).status == 200
    assert visitor.kept == [body]


def test_a_beacon_gets_no_content(visitor: Visitor) -> None:
    reply = visitor.post("/e/?beacon=1", {**CAPTURE, "api_key": BROWSER})
    assert (reply.status, reply.body) == (204, b"")
    assert len(visitor.records) == 1


@pytest.mark.parametrize(
    ("query", "headers", "sent"),
    [
        ("?_=1767225600000", {}, 1_767_225_600_000_000),
        ("?sent_at=1767225600123", {}, 1_767_225_600_123_000),
        ("?_=1767225600", {}, 0),  # seconds, of old clients
        ("?_=x", {}, 0),
        ("?_=-5", {}, 0),
        ("?_=999999999999999", {}, 0),
        ("?_=99999999999999999999", {}, 0),
        ("?_=²", {}, 0),
        ("", {"posthog_request_timestamp": "2026-01-01T00:00:00+00:00"}, 1_767_225_600_000_000),
        ("", {"posthog_request_timestamp": "2026-01-01T00:00:00"}, 1_767_225_600_000_000),
        ("", {"posthog_request_timestamp": "yesterday"}, 0),
        ("", {}, 0),
    ],
)
def test_the_time_of_sending_is_taken_from_outside_the_body(
    visitor: Visitor, query: str, headers: dict[str, str], sent: int
) -> None:
    assert visitor.post(f"/e/{query}", {**CAPTURE, "api_key": WRITE}, **headers).status == 200
    assert visitor.records[0].sent == sent


def test_the_newer_capture_answers_for_each_event(visitor: Visitor) -> None:
    batch = [{**CAPTURE, "uuid": "a"}, {**CAPTURE, "uuid": "b"}, CAPTURE, 7, {"uuid": 8}]
    reply = visitor.post(
        "/i/v1/analytics/events", {"created_at": "2026-01-01T00:00:00Z", "batch": batch},
        authorization=f"Bearer {WRITE}", posthog_sdk_info="posthog-python/7.0", posthog_attempt="1",
    )  # fmt: skip
    assert (reply.status, reply.json()) == (200, {"results": {"a": {"result": "ok"}, "b": {"result": "ok"}}})
    assert visitor.records[0].count == 5


def test_the_newer_capture_needs_a_key(visitor: Visitor) -> None:
    assert visitor.post("/i/v1/analytics/events", {"batch": [CAPTURE]}).status == 401
    assert visitor.post("/i/v1/analytics/events", {"batch": [CAPTURE]}, authorization="Bearer no").status == 401


def test_lz_string_is_not_understood(visitor: Visitor) -> None:
    reply = visitor.post("/e/?compression=lz64", b"N4IgbgpgTgzglgewHYgFwEYA0IDG")
    assert (reply.status, reply.code) == (415, "unsupported_encoding")


@pytest.mark.parametrize("path", ["/s/", "/s", "/s/?compression=gzip-js&_=1"])
def test_recordings_are_let_in_and_not_kept(visitor: Visitor, path: str) -> None:
    reply = visitor.post(path, [b"x" * 100_000] * 30)
    assert (reply.status, reply.json()) == (200, {"status": 1})
    assert visitor.records == []


def test_metrics_of_analytics_next_are_not_kept(visitor: Visitor) -> None:
    body = {"series": [{"type": "Counter", "metric": "analytics_js.invoke", "value": 1, "tags": {}}]}
    assert visitor.post("/v1/m", body, content_type="text/plain").status == 200
    assert visitor.records == []
