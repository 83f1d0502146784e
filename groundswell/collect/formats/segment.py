"""Segment's HTTP tracking API: single calls and batches.

Source: the documentation of Segment's HTTP API source, and what its clients send.
"""

from typing import Any

import msgspec
from msgspec import UNSET

from groundswell.collect.formats.items import UNREADABLE, read_or_none, with_room
from groundswell.collect.types import Message, Raw, Reason, Record, raw_text

MOST_REPEATED = 20 * 1024 * 1024  # bytes of a batch's own context, once for each of its messages
_TOO_LARGE = Message(type=Reason.TOO_LARGE)


class _Batch(msgspec.Struct, rename="camel"):
    batch: list[Message]
    context: Raw = UNSET
    sent_at: Any = None


class _RawBatch(msgspec.Struct, rename="camel"):
    batch: list[msgspec.Raw]
    context: Raw = UNSET
    sent_at: Any = None


_read_message = msgspec.json.Decoder(Message).decode
_read_batch = msgspec.json.Decoder(_Batch).decode
_read_raw_batch = msgspec.json.Decoder(_RawBatch).decode
_read_fields = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_write = msgspec.json.Encoder().encode


def decode(record: Record) -> list[Message | None]:
    """The messages of a record, in order; None in the place of one that cannot be read."""
    return [_single(record)] if record.kind else _batch(record.body)


def _single(record: Record) -> Message | None:
    message = read_or_none(_read_message, msgspec.Raw(record.body))
    if message is not None:
        message.type = record.kind  # the path names the call, whatever the body says
    return message


def _batch(body: bytes) -> list[Message | None]:
    messages: list[Message | None]
    try:
        batch = _read_batch(body)
        messages = [*batch.batch]
        context, sent_at = batch.context, batch.sent_at
    except UNREADABLE:
        raw = with_room(_read_raw_batch, body)
        messages = [read_or_none(_read_message, item) for item in raw.batch]
        context, sent_at = raw.context, raw.sent_at
    readable = [message for message in messages if message is not None]
    if sent_at is not None:
        for message in readable:
            if message.sent_at is None:
                message.sent_at = sent_at
    outer = _fields(context)
    if outer and len(raw_text(context)) * len(readable) > MOST_REPEATED:
        return [_TOO_LARGE] * len(messages)
    if outer:
        alone = msgspec.Raw(_write(outer))
        for message in readable:
            message.context = _under(outer, alone, message.context)
    return messages


def _fields(context: Raw) -> dict[str, msgspec.Raw]:
    """The fields of a batch's own context; none if it is no object."""
    try:
        return {} if context is UNSET else _read_fields(context)
    except UNREADABLE:
        return {}


def _under(outer: dict[str, msgspec.Raw], alone: msgspec.Raw, context: Raw) -> Raw:
    """An item's context with the batch's own beneath it (``alone`` is that one's text); no object stays what it is."""
    if context is UNSET or raw_text(context) == b"null":
        return alone
    try:
        return msgspec.Raw(_write(outer | _read_fields(context)))
    except UNREADABLE:
        return context
