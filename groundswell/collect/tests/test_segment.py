"""Segment's bodies become messages."""

import json
import sys
from typing import Any

import msgspec
import pytest

from groundswell.collect.formats.segment import decode
from groundswell.collect.types import Message, Record, Source, raw_text


def record(body: Any, *, kind: str = "") -> Record:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    items = 1 if kind else len(msgspec.json.decode(text, type=Batch).batch)
    return Record(0, items, 1, 1, True, Source.SEGMENT, kind, 1_000_000, text)


class Batch(msgspec.Struct):
    batch: list[msgspec.Raw]


def read(body: Any, *, kind: str = "") -> list[Message]:
    found = decode(record(body, kind=kind))
    assert all(found)
    return [message for message in found if message]


def test_all_fields_arrive() -> None:
    (message,) = read(
        {
            "batch": [
                {
                    "type": "track", "event": "Signed Up", "name": "n", "userId": "u", "anonymousId": "a",
                    "groupId": "g", "previousId": "p", "messageId": "m", "timestamp": "t", "originalTimestamp": "o",
                    "sentAt": "s", "properties": {"plan": "pro"}, "traits": {"x": 1}, "context": {"ip": "::1"},
                    "integrations": {},
                }
            ]
        }
    )  # fmt: skip
    assert (message.type, message.event, message.name) == ("track", "Signed Up", "n")
    assert (message.user_id, message.anonymous_id, message.group_id, message.previous_id) == ("u", "a", "g", "p")
    assert (message.message_id, message.timestamp, message.original_timestamp, message.sent_at) == ("m", "t", "o", "s")
    assert json.loads(raw_text(message.properties)) == {"plan": "pro"}
    assert json.loads(raw_text(message.traits)) == {"x": 1}
    assert json.loads(raw_text(message.context)) == {"ip": "::1"}


def test_what_was_not_sent_is_not_there() -> None:
    (message,) = read({"batch": [{}]})
    assert message == Message()
    assert raw_text(message.properties) == b""


def test_the_path_names_a_single_call_whatever_its_body_says() -> None:
    (message,) = read({"type": "track", "userId": "u", "writeKey": "k"}, kind="identify")
    assert (message.type, message.user_id) == ("identify", "u")


def test_the_time_of_sending_goes_to_each_item_that_has_none() -> None:
    first, second, third = read({"batch": [{}, {"sentAt": "own"}, {"sentAt": None}], "sentAt": "outer"})
    assert [each.sent_at for each in (first, second, third)] == ["outer", "own", "outer"]


@pytest.mark.parametrize(
    ("outer", "own", "merged"),
    [
        ({"ip": "1", "app": "x"}, {"ip": "2"}, {"ip": "2", "app": "x"}),
        ({"page": {"url": "a"}}, {"page": {"path": "b"}}, {"page": {"path": "b"}}),
        ({"ip": "1"}, None, {"ip": "1"}),
        ({}, {"ip": "2"}, {"ip": "2"}),
        (None, {"ip": "2"}, {"ip": "2"}),
        ("text", {"ip": "2"}, {"ip": "2"}),
        ({"ip": "1"}, [3], [3]),  # no object: it stays, to be refused
        ({"a": 1, "b": None}, {"b": {"c": [1]}}, {"a": 1, "b": {"c": [1]}}),
    ],
)
def test_the_context_of_a_batch_lies_under_that_of_its_items(outer: Any, own: Any, merged: Any) -> None:
    (message,) = read({"batch": [{"context": own}], "context": outer})
    assert json.loads(raw_text(message.context)) == merged


def test_an_item_without_context_gets_that_of_the_batch() -> None:
    first, second = read({"context": {"ip": "1"}, "batch": [{}, {"context": {"os": "x"}}]})
    assert json.loads(raw_text(first.context)) == {"ip": "1"}
    assert json.loads(raw_text(second.context)) == {"ip": "1", "os": "x"}


def test_without_any_context_there_is_none() -> None:
    assert read({"batch": [{}]})[0].context is msgspec.UNSET


@pytest.mark.parametrize("bad", ["7", '"text"', "null", "[]", "[{}]", "true", '{"event": 1e999}'])
def test_an_item_that_cannot_be_read_leaves_its_place_empty(bad: str) -> None:
    body = b'{"sentAt": "s", "context": {"ip": "1"}, "batch": [{"userId": "a"}, %s, {"userId": "b"}]}' % bad.encode()
    first, second, third = decode(record(body))
    assert second is None
    assert first is not None
    assert third is not None
    assert (first.user_id, third.user_id) == ("a", "b")
    assert (first.sent_at, json.loads(raw_text(third.context))) == ("s", {"ip": "1"})


def test_an_item_nested_as_deeply_as_the_door_lets_through_spoils_nobody() -> None:
    """The door looked at it with nearly the whole stack free, the loader has less."""
    deepest = 0
    for depth in range(100, 1000, 10):
        try:
            msgspec.json.decode(deep(depth), type=Batch)
        except RecursionError:
            break
        deepest = depth

    sent = record(deep(deepest))

    def further_in(frames: int) -> list[Message | None]:
        return further_in(frames - 1) if frames else decode(sent)

    first, _, third = further_in(min(100, sys.getrecursionlimit() // 5))
    assert first is not None
    assert third is not None
    assert (first.user_id, third.user_id) == ("a", "b")


def deep(depth: int) -> bytes:
    return b'{"batch": [{"userId": "a"}, {"x": %s}, {"userId": "b"}]}' % (b"[" * depth + b"]" * depth)
