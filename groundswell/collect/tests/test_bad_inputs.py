"""Whatever is sent: no 5xx, no exception, and what is acknowledged is in the inbox and can be decoded."""

import gzip
import json
import zlib
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundswell.collect.formats import posthog, segment
from groundswell.collect.inbox import Inbox
from groundswell.collect.rates import Rates
from groundswell.collect.tests.conftest import BROWSER, KEYS, WRITE, Reply, Visitor
from groundswell.collect.types import Source

SEGMENT = ["/v1/track", "/v1/batch", "/v1/identify", "/v1/b", "/v1/import"]
POSTHOG = ["/batch/", "/capture/", "/e/", "/i/v0/e/", "/i/v1/analytics/events"]
BASIC = {"authorization": "Basic " + b64encode(f"{WRITE}:".encode()).decode()}
BEARER = {"authorization": f"Bearer {WRITE}"}


def check(visitor: Visitor, reply: Reply) -> None:
    """What every answer must be, and every record."""
    assert 200 <= reply.status < 500
    if reply.status >= 300:
        assert reply.code
    for record in visitor.records:
        read = segment.decode if record.source is Source.SEGMENT else posthog.decode
        assert len(read(record)) == record.count


# Bodies that are no JSON, or not of a shape that can hold messages: each is refused, whatever the key.

NO_JSON: dict[str, bytes] = {
    "nothing": b"",
    "blanks": b"  \n\t ",
    "a word": b"hello",
    "a form": b"a=1&b=2",
    "half an object": b'{"batch": [',
    "half a string": b'{"batch": "',
    "half an escape": b'{"batch": ["\\',
    "half a unicode escape": b'{"batch": ["\\u12"]}',
    "a bad unicode escape": b'{"batch": [{"a": "\\uZZZZ"}]}',
    "an unknown escape": b'{"batch": [{"a": "\\x41"}]}',
    "NaN": b'{"batch": [{"a": NaN}]}',
    "NaN at the top": b'{"batch": [], "a": NaN}',
    "infinity": b'{"batch": [{"a": Infinity}]}',
    "minus infinity": b'{"batch": [{"a": -Infinity}]}',
    "undefined": b'{"batch": [undefined]}',
    "True": b'{"batch": [{"a": True}]}',
    "None": b'{"batch": [None]}',
    "single quotes": b"{'batch': []}",
    "bare names": b"{batch: []}",
    "a comma too many": b'{"batch": [{},]}',
    "a comma too many at the top": b'{"batch": [],}',
    "a comma too few": b'{"batch": [{} {}]}',
    "no colon": b'{"batch" []}',
    "two colons": b'{"batch":: []}',
    "a comment": b'{"batch": [] /* all */}',
    "a line comment": b'{"batch": []} // all',
    "something after it": b'{"batch": []} x',
    "two objects": b'{"batch": []}{"batch": []}',
    "lines of JSON": b'{"userId": "u"}\n{"userId": "u"}',
    "a leading zero": b'{"batch": [{"a": 01}]}',
    "a number with a dot and no more": b'{"batch": [{"a": 1.}]}',
    "a number without its first digit": b'{"batch": [{"a": .5}]}',
    "a plus": b'{"batch": [{"a": +1}]}',
    "hexadecimal": b'{"batch": [{"a": 0x10}]}',
    "underscores": b'{"batch": [{"a": 1_000}]}',
    "an exponent without digits": b'{"batch": [{"a": 1e}]}',
    "a line break in a string": b'{"batch": [{"a": "x\ny"}]}',
    "a tab in a string": b'{"batch": [{"a": "x\ty"}]}',
    "a zero byte in a string": b'{"batch": [{"a": "x\0y"}]}',
    "a zero byte after it": b'{"batch": []}\0',
    "latin-1": '{"batch": [{"a": "é"}]}'.encode("latin-1"),
    "utf-16": '{"batch": []}'.encode("utf-16"),
    "utf-32": '{"batch": []}'.encode("utf-32"),
    "utf-7": '{"batch": ["é"]} '.encode("utf-7") + b"+",
    "cut utf-8": '{"batch": [{"a": "한"}]}'.encode().replace("한".encode(), "한".encode()[:2]),
    "too long utf-8": b'{"batch": [{"a": "\xc0\xaf"}]}',
    "a surrogate in utf-8": b'{"batch": [{"a": "\xed\xa0\x80"}]}',
    "utf-8 beyond unicode": b'{"batch": [{"a": "\xf5\x80\x80\x80"}]}',
    "a bad byte in a name": b'{"batch": [{"\xff": 1}]}',
    "a bad byte beside the batch": b'{"batch": [], "\xff": 1}',
    "deep lists": b'{"batch": [' + b"[" * 100_000 + b"]" * 100_000 + b"]}",
    "deep objects": b'{"batch": [' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"]}",
    "deep beside the batch": b'{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b', "batch": []}',
    "only depth": b"[" * 200_000,
    "gzip of nothing known": gzip.compress(b"hello"),
    "gzip cut short": gzip.compress(b'{"batch": []}' * 50)[:-20],
    "gzip's first bytes": b"\x1f\x8b",
    "gzip with a wrong sum": gzip.compress(b'{"batch": []}')[:-8] + b"\0" * 8,
    "an image": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "a zip": b"PK\x03\x04" + bytes(100),
    "base64 of nothing known": b64encode(b"hello world, all of you"),
    "base64 that is cut": b64encode(b'{"batch": []}')[:-3],
    "XML": b"<batch><track/></batch>",
    "YAML": b"batch:\n  - track\n",
    "MessagePack": b"\x81\xa5batch\x90",
    "a header": b"POST /v1/batch HTTP/1.1\r\n\r\n",
    "SQL": b"'; DROP TABLE events; --",
    "many nulls": b"\0" * 1000,
    "a byte order mark alone": b"\xef\xbb\xbf",
    "a form with nothing": b"data=",
    "a form with a word": b"data=hello",
    "a form with bad percents": b"data=%7B%ZZ%",
}
WRONG_SHAPE: dict[str, bytes] = {
    "null": b"null",
    "true": b"true",
    "a number": b"7",
    "a huge number": b"9" * 5000,
    "a string": b'"batch"',
    "a batch that is null": b'{"batch": null}',
    "a batch that is an object": b'{"batch": {"type": "track"}}',
    "a batch that is a string": b'{"batch": "[]"}',
    "a batch that is a number": b'{"batch": 1}',
    "a batch that is true": b'{"batch": true}',
}
NO_BATCH: dict[str, bytes] = {
    "an empty object": b"{}",
    "another name": b'{"Batch": [], "messages": []}',
    "a single call": b'{"type": "track", "userId": "u", "event": "e"}',
    "a list": b'[{"type": "track"}]',
    "an empty list": b"[]",
}


def test_there_are_many_of_them() -> None:
    assert len(NO_JSON) + len(WRONG_SHAPE) + len(NO_BATCH) + len(BAD_ITEMS) + len(BAD_HEADERS) >= 150


@pytest.mark.parametrize("name", [*NO_JSON, *WRONG_SHAPE, *NO_BATCH])
def test_a_batch_that_is_none_is_400(visitor: Visitor, name: str) -> None:
    for path in ("/v1/batch", "/v1/import"):
        reply = visitor.send("POST", path, (NO_JSON | WRONG_SHAPE | NO_BATCH)[name], headers=BASIC)
        assert (reply.status, reply.code in ("bad_json", "bad_shape")) == (400, True)
    assert visitor.records == []


@pytest.mark.parametrize("name", [*NO_JSON, "null", "true", "a number", "a string"])
@pytest.mark.parametrize("path", ["/v1/track", "/v1/i"])
def test_a_call_that_is_none_is_400(visitor: Visitor, name: str, path: str) -> None:
    reply = visitor.send("POST", path, (NO_JSON | WRONG_SHAPE)[name], headers=BASIC)
    assert (reply.status, reply.code in ("bad_json", "bad_shape", "too_large")) == (400, True)
    assert visitor.records == []


@pytest.mark.parametrize("name", [*NO_JSON, *WRONG_SHAPE])
def test_a_capture_that_is_none_is_400(visitor: Visitor, name: str) -> None:
    for path in ("/batch/", "/i/v1/analytics/events", "/flags/?v=2"):
        reply = visitor.send("POST", path, (NO_JSON | WRONG_SHAPE)[name], headers=BEARER)
        assert (reply.status, reply.code in ("bad_json", "bad_shape", "bad_encoding")) == (400, True)
    assert visitor.records == []


# Items that are wrong in themselves: the request is good, its good neighbours are kept.

BAD_ITEMS: list[Any] = [
    None,
    True,
    7,
    -1.5,
    "",
    "track",
    [],
    [[]],
    [{"type": "track"}],
    {},
    {"type": None},
    {"type": 7},
    {"type": {}},
    {"type": "nonsense"},
    {"type": "track"},
    {"type": "track", "userId": None},
    {"type": "track", "userId": {}, "event": "e"},
    {"type": "track", "userId": [], "event": "e"},
    {"type": "track", "userId": True, "event": "e"},
    {"type": "track", "userId": "u" * 5000, "event": "e"},
    {"type": "track", "userId": "u", "event": None},
    {"type": "track", "userId": "u", "event": 7},
    {"type": "track", "userId": "u", "event": ["e"]},
    {"type": "track", "userId": "u", "event": "e" * 5000},
    {"type": "track", "userId": "u", "event": "\u0000"},
    {"type": "track", "userId": "u", "event": "e", "properties": []},
    {"type": "track", "userId": "u", "event": "e", "properties": "text"},
    {"type": "track", "userId": "u", "event": "e", "properties": 7},
    {"type": "track", "userId": "u", "event": "e", "properties": {"": 1}},
    {"type": "track", "userId": "u", "event": "e", "properties": {"a" * 5000: 1}},
    {"type": "track", "userId": "u", "event": "e", "properties": {"a": 10**400}},
    {"type": "track", "userId": "u", "event": "e", "properties": {"a": "x" * 40_000}},
    {"type": "track", "userId": "u", "event": "e", "context": []},
    {"type": "track", "userId": "u", "event": "e", "context": "text"},
    {"type": "track", "userId": "u", "event": "e", "context": {"groupId": {}}},
    {"type": "track", "userId": "u", "event": "e", "timestamp": "yesterday"},
    {"type": "track", "userId": "u", "event": "e", "timestamp": {}},
    {"type": "track", "userId": "u", "event": "e", "timestamp": 10**30},
    {"type": "track", "userId": "u", "event": "e", "sentAt": []},
    {"type": "track", "userId": "u", "event": "e", "messageId": {}},
    {"type": "identify", "userId": "u", "traits": []},
    {"type": "identify", "userId": "u", "traits": {"a": {"b": {"c": [{}]}}}},
    {"type": "group", "userId": "u"},
    {"type": "group", "userId": "u", "groupId": []},
    {"type": "alias", "userId": "u"},
    {"type": "alias", "previousId": {}},
    {"type": "page", "name": 7, "userId": "u"},
    {"event": None, "distinct_id": "u"},
    {"event": "e"},
    {"event": "e", "distinct_id": {}},
    {"event": "e", "distinct_id": "u", "properties": []},
    {"event": "e", "distinct_id": "u", "properties": {"token": 7, "$groups": [], "$set": 7, "$unset": {}}},
    {"event": "e", "distinct_id": "u", "properties": {"$groups": {"company": {}}}},
    {"event": "e", "distinct_id": "u", "offset": "x", "timestamp": [], "uuid": {}},
    {"event": "e", "distinct_id": "u", "offset": 10**25},
    {"event": "e", "distinct_id": "u", "offset": 1.5e308},
    {"event": "e", "distinct_id": "u", "options": [], "session_id": {}},
    {"event": "e", "distinct_id": "u", "$set": [], "$set_once": "x", "$unset": 7},
    {"event": "$identify", "properties": {"$anon_distinct_id": {}}},
    {"event": "$create_alias", "distinct_id": "u"},
    {"event": "$groupidentify", "distinct_id": "u", "properties": {"$group_type": [], "$group_key": {}}},
    {"event": "$pageview", "distinct_id": "u", "properties": {"title": {}, "$pathname": 7}},
    {"event": {"$identify": 1}, "distinct_id": ["u"]},
]


@pytest.mark.parametrize("number", range(len(BAD_ITEMS)))
def test_a_bad_item_keeps_its_neighbours(visitor: Visitor, number: int) -> None:
    bad = BAD_ITEMS[number]
    good = {"type": "track", "event": "e", "userId": "good", "distinct_id": "good"}
    for path, body in (
        ("/v1/batch", {"batch": [good, bad, good]}),
        ("/batch/", {"batch": [good, bad, good]}),
        ("/e/", [good, bad, good]),
    ):
        reply = visitor.send("POST", path, body, headers=BASIC)
        assert reply.status == 200
        check(visitor, reply)
    for record in visitor.records:
        first, _, third = (segment if record.source is Source.SEGMENT else posthog).decode(record)
        assert first is not None
        assert third is not None
        assert (first.user_id, third.user_id, first.event) == ("good", "good", "e")


@pytest.mark.parametrize("number", [n for n, item in enumerate(BAD_ITEMS) if isinstance(item, dict)])
def test_a_bad_single_call_is_kept_to_be_shown(visitor: Visitor, number: int) -> None:
    for path in ("/v1/track", "/capture/"):
        reply = visitor.send("POST", path, BAD_ITEMS[number], headers=BASIC)
        assert reply.status == 200 or reply.code == "too_large"
        check(visitor, reply)


@pytest.mark.parametrize(
    "outer",
    [
        {"context": 7},
        {"context": []},
        {"context": "text"},
        {"context": {"a": {"b": 1}}},
        {"sentAt": {}, "sent_at": []},
        {"integrations": 7, "historical_migration": "x"},
        {"writeKey": None, "api_key": None},
        {"writeKey": 7, "api_key": {}, "token": []},
        {"batch": [], "type": "track"},
    ],
)
def test_what_is_wrong_around_the_items_is_passed_over(visitor: Visitor, outer: Any) -> None:
    for path in (*SEGMENT, *POSTHOG):
        body = {"batch": [{"type": "track", "userId": "u", "event": "e", "distinct_id": "u"}], **outer}
        reply = visitor.send("POST", path, body, headers=BASIC)
        assert reply.status == 200
        check(visitor, reply)


# Headers and addresses

BAD_HEADERS: list[dict[str, str]] = [
    {"content-type": ""},
    {"content-type": "nonsense"},
    {"content-type": "multipart/form-data; boundary=x"},
    {"content-type": "application/json; charset=utf-16"},
    {"content-encoding": ","},
    {"content-encoding": "gzip"},
    {"content-encoding": "deflate"},
    {"content-encoding": "gzip;q=1"},
    {"content-length": "5"},
    {"content-length": "-1"},
    {"content-length": "x"},
    {"authorization": ""},
    {"authorization": "Basic"},
    {"authorization": "Basic \xff\xfe"},
    {"authorization": "Basic " + "A" * 10_000},
    {"authorization": "Bearer"},
    {"authorization": "Bearer " + "\xff" * 100},
    {"authorization": "Negotiate x"},
    {"origin": ""},
    {"origin": "javascript:alert(1)"},
    {"origin": "x" * 5000},
    {"x-forwarded-for": "," * 500},
    {"x-forwarded-for": "unknown, [::1]:80"},
    {"posthog-request-timestamp": "\xff"},
    {"posthog-request-timestamp": "9999-12-31T23:59:59.999999-23:59"},
    {"posthog-request-timestamp": "0001-01-01T00:00:00+23:59"},
    {"host": "\xff"},
    {"x-forwarded-host": "a b\x7f", "x-forwarded-proto": "\xff"},
]


@pytest.mark.parametrize("headers", BAD_HEADERS, ids=str)
@pytest.mark.parametrize("path", ["/v1/batch", "/e/", "/i/v1/analytics/events", "/flags/?v=2", "/s/"])
def test_headers_break_nothing(visitor: Visitor, path: str, headers: dict[str, str]) -> None:
    body = {"batch": [{"userId": "u", "event": "e", "distinct_id": "u"}], "writeKey": BROWSER, "api_key": BROWSER}
    check(visitor, visitor.send("POST", path, body, headers=headers))
    check(visitor, visitor.send("OPTIONS", path, headers=headers))
    check(visitor, visitor.send("GET", f"/v1/projects/{BROWSER}/settings", headers=headers))


@pytest.mark.parametrize(
    "query",
    [
        "?", "?&&&", "?=", "?compression", "?compression=%ff%fe", "?compression=lz64", "?_=", "?_=1e9", "?_=%F0%9F",
        "?" + "&".join(f"a{number}=1" for number in range(500)), "?beacon=2", "?beacon=1&beacon=0", "?token=%00",
        "?api_key=" + "x" * 5000, "?v=2&v=1",
    ],
)  # fmt: skip
def test_queries_break_nothing(visitor: Visitor, query: str) -> None:
    body = {"batch": [{"event": "e", "distinct_id": "u"}], "api_key": BROWSER}
    for path in ("/e/", "/batch/", "/flags/", "/decide/", "/v1/batch", "/s/"):
        check(visitor, visitor.send("POST", path + query, body))


# At random

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = [
    "type", "event", "name", "userId", "anonymousId", "groupId", "previousId", "messageId", "timestamp", "sentAt",
    "originalTimestamp", "properties", "traits", "context", "distinct_id", "$distinct_id", "uuid", "offset", "sent_at",
    "$set", "$set_once", "$unset", "options", "session_id", "batch", "writeKey", "api_key", "token", "integrations",
]  # fmt: skip
PROPERTIES = [
    "distinct_id", "token", "$groups", "$set", "$set_once", "$unset", "$is_identified", "$device_id", "alias",
    "$anon_distinct_id", "$group_type", "$group_key", "$group_set", "$current_url", "title", "$lib", "$insert_id",
    "$referrer",
]  # fmt: skip
EVENTS = ["$identify", "$create_alias", "$groupidentify", "$set", "$pageview", "$screen", "e"]
items = json_values | st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=8).flatmap(
    lambda fields: st.fixed_dictionaries(
        {
            "event": st.sampled_from(EVENTS) | json_values,
            "properties": st.dictionaries(st.sampled_from(PROPERTIES), json_values, max_size=6) | json_values,
        }
    ).map(lambda more: {**fields, **more})
)
bodies = (
    st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=5).flatmap(
        lambda outer: st.lists(items, max_size=5).map(lambda batch: {**outer, "batch": batch})
    )
    | st.lists(items, max_size=5)
    | items
)
wraps = st.sampled_from(
    [
        bytes, gzip.compress, zlib.compress, b64encode, lambda text: b"data=" + b64encode(text), lambda text: text[:-3],
        lambda text: b"data=" + text, lambda text: gzip.compress(text)[:-9],
        lambda text: b64encode(gzip.compress(text)),
    ]
)  # fmt: skip


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    inbox = Inbox(Path(tmp_path_factory.mktemp("inbox")), 10**9)
    inbox.open(0)
    made = Visitor(inbox, Rates(), KEYS.get)
    yield made
    made.loop.run_until_complete(made.loop.shutdown_default_executor())
    made.loop.close()
    inbox.close()


def knock(visitor: Visitor, path: str, body: bytes, headers: dict[str, str]) -> None:
    """Send, and look only at what came in with it."""
    before = visitor.inbox.end
    reply = visitor.send("POST", path, body, headers=headers)
    assert 200 <= reply.status < 500
    for record in visitor.inbox.read(before, 10**9):
        read = segment.decode if record.source is Source.SEGMENT else posthog.decode
        assert len(read(record)) == record.count


paths = st.sampled_from(
    [*SEGMENT, *POSTHOG, "/flags/?v=2", "/decide/", "/e/?compression=base64", "/e/?_=1767225600000"]
)
encodings = st.sampled_from([{}, {}, {"content-encoding": "gzip"}, {"content-encoding": "deflate"}])
many = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@many
@given(path=paths, body=bodies, wrap=wraps, encoding=encodings)
def test_any_json_in_any_wrapping(stranger: Visitor, path: str, body: Any, wrap: Any, encoding: dict[str, str]) -> None:
    knock(stranger, path, wrap(json.dumps(body).encode()), {**BASIC, **encoding})


@many
@given(path=paths, body=st.binary(max_size=200), encoding=encodings)
def test_any_bytes(stranger: Visitor, path: str, body: bytes, encoding: dict[str, str]) -> None:
    knock(stranger, path, body, {**BASIC, **encoding})


@many
@given(path=paths, body=bodies, at=st.floats(0, 1), noise=st.binary(min_size=1, max_size=4))
def test_any_damage_to_good_json(stranger: Visitor, path: str, body: Any, at: float, noise: bytes) -> None:
    text = json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
    where = int(at * len(text))
    knock(stranger, path, text[:where] + noise + text[where + len(noise) :], dict(BASIC))
