"""Files of one JSON object a line, read into blocks of messages."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

import msgspec
import numpy as np

from groundswell.collect.block import Block
from groundswell.collect.formats import posthog
from groundswell.collect.formats.items import UNREADABLE, read_or_none
from groundswell.collect.imports.blocks import block_of_rows, with_receipts
from groundswell.collect.imports.exports import amplitude_messages, mixpanel_messages
from groundswell.collect.imports.files import Opened, lines_of
from groundswell.collect.imports.rows import json_messages, names_in
from groundswell.collect.imports.types import Format, Plan
from groundswell.collect.steps import read
from groundswell.collect.types import Message, Reason, Record, Source

ROWS = 50_000  # of a block
MOST = 64 * 1024 * 1024  # bytes of these
LONGEST = 1024 * 1024  # bytes of a line
_LOOKED_AT = 1_000  # lines that say which names there are

Translate = Callable[[list[bytes]], list[Message | None]]

_read_message = msgspec.json.Decoder(Message).decode
_read_fields = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_read_text = msgspec.json.Decoder(str).decode
_write = msgspec.json.Encoder().encode


class Lines:
    """A reader of JSON lines."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._opened: Opened | None = None

    @property
    def share(self) -> float:
        """How much of the file was read: 0…1."""
        return self._opened.share if self._opened else 0.0

    def blocks(self, start: int) -> Iterator[Block]:
        """The rows from number ``start`` on, in blocks."""
        translate = _translation(self._plan)
        with Opened(self._plan.path) as self._opened:
            lines = islice(lines_of(self._opened.file, longest=LONGEST), start, None)
            while chunk := _some(lines):
                yield self._block(translate(chunk), chunk, start)
                start += len(chunk)

    def _block(self, messages: list[Message | None], lines: list[bytes], start: int) -> Block:
        block = block_of_rows(self._plan, start, len(lines))
        block.messages = [_as_it_is(message) if message else Message(type=Reason.UNREADABLE) for message in messages]
        block.drop(np.array([len(line) > LONGEST for line in lines]), Reason.TOO_LARGE)
        return with_receipts(read(block), self._plan, start)


def _some(lines: Iterator[bytes]) -> list[bytes]:
    """The next lines: ROWS, or fewer where these are MOST bytes. Always the same of the same."""
    chunk: list[bytes] = []
    size = 0
    while len(chunk) < ROWS and size < MOST and (line := next(lines, None)) is not None:
        chunk.append(line)
        size += len(line)
    return chunk


def names_of_lines(path: Path) -> list[str]:
    """The names that the objects of a file have, as far as its first lines show."""
    with Opened(path) as opened:
        return names_in(list(islice(lines_of(opened.file, longest=LONGEST), _LOOKED_AT)))


def _as_it_is(message: Message) -> Message:
    """History is past correction: its times are taken as they are."""
    message.timestamp = message.timestamp if message.timestamp is not None else message.original_timestamp
    message.original_timestamp = message.sent_at = None
    return message


def _translation(plan: Plan) -> Translate:
    if plan.format is Format.JSONL:
        return partial(json_messages, columns=plan.columns)
    if plan.format is Format.POSTHOG:
        return partial(_posthog_messages, received=plan.received)
    return {
        Format.SEGMENT: _segment_messages, Format.MIXPANEL: mixpanel_messages, Format.AMPLITUDE: amplitude_messages,
    }[plan.format]  # fmt: skip


def _segment_messages(lines: list[bytes]) -> list[Message | None]:
    return [read_or_none(_read_message, msgspec.Raw(line)) for line in lines]


def _posthog_messages(lines: list[bytes], *, received: int) -> list[Message | None]:
    return [_posthog(line, received) for line in lines]


def _posthog(line: bytes, received: int) -> Message | None:
    try:
        body = _with_object(line) if b'"properties":"' in line or b'"properties": "' in line else line
        messages = posthog.decode(Record(0, 1, 0, 0, True, Source.POSTHOG, "", received, body))
    except UNREADABLE:
        return None
    return messages[0] if len(messages) == 1 else None


def _with_object(line: bytes) -> bytes:
    """Some exports write the properties as JSON inside a text."""
    fields = _read_fields(line)
    fields["properties"] = msgspec.Raw(_read_text(fields["properties"]).encode())
    return _write(fields)
