"""Rows whose fields people named by ``--map``, as messages."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from groundswell.collect.formats.items import UNREADABLE
from groundswell.collect.imports.moments import plain_time
from groundswell.collect.types import Message

_read_row = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_read_any = msgspec.json.Decoder(Any).decode
_write = msgspec.json.Encoder().encode


def message_of(said: Mapping[str, Any], rest: bytes) -> Message:
    """The message of a row: its fields, and the JSON object of its other columns."""
    kind = said.get("type") or "track"
    message = Message(
        type=kind, user_id=said.get("userId"), anonymous_id=said.get("anonymousId"), message_id=said.get("messageId"),
        timestamp=plain_time(said.get("timestamp")),
    )  # fmt: skip
    fill = _FILL.get(kind, _track) if isinstance(kind, str) else _track
    fill(message, said, msgspec.Raw(rest))
    return message


def _track(message: Message, said: Mapping[str, Any], rest: msgspec.Raw) -> None:
    message.event, message.properties = said.get("event"), rest
    if said.get("groupId") not in (None, ""):
        message.context = msgspec.Raw(_write({"groupId": said["groupId"]}))


def _page(message: Message, said: Mapping[str, Any], rest: msgspec.Raw) -> None:
    _track(message, said, rest)
    message.name = said.get("event")


def _identify(message: Message, said: Mapping[str, Any], rest: msgspec.Raw) -> None:
    message.traits = rest


def _group(message: Message, said: Mapping[str, Any], rest: msgspec.Raw) -> None:
    message.group_id, message.traits = said.get("groupId"), rest


def _alias(message: Message, said: Mapping[str, Any], rest: msgspec.Raw) -> None:
    message.previous_id, message.anonymous_id = message.anonymous_id, None


_FILL: dict[str, Callable[[Message, Mapping[str, Any], msgspec.Raw], None]] = {
    "page": _page,
    "screen": _page,
    "identify": _identify,
    "group": _group,
    "alias": _alias,
}


def json_messages(lines: list[bytes], columns: Mapping[str, str]) -> list[Message | None]:
    """The messages of lines that each hold one object; None in the place of one that cannot be read."""
    return [_message(line, columns) for line in lines]


def names_in(lines: list[bytes]) -> list[str]:
    """The names that the objects of these lines have, inner ones as dotted paths, in the order of appearance."""
    names: dict[str, None] = {}
    for line in lines:
        try:
            _gather(_read_any(line), "", names)
        except UNREADABLE:
            continue
    return list(names)


def _gather(found: Any, before: str, names: dict[str, None]) -> None:
    for name, value in found.items() if isinstance(found, dict) else ():
        names[before + name] = None
        _gather(value, f"{before}{name}.", names)


def _message(line: bytes, columns: Mapping[str, str]) -> Message | None:
    try:
        row = _read_row(line)
        said = {name: _value(row, column) for name, column in columns.items()}
    except UNREADABLE:
        return None
    rest = {name: value for name, value in row.items() if name not in columns.values()}
    return message_of(said, _write(rest))


def _value(row: dict[str, msgspec.Raw], path: str) -> Any:
    """The value of that name, or at that dotted path; None where there is none."""
    if path in row:
        return _read_any(row[path])
    first, *steps = path.split(".")
    value = _read_any(row[first]) if first in row else None
    for step in steps:
        value = value.get(step) if isinstance(value, dict) else None
    return value
