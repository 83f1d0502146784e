"""How a record lies in a segment file of the inbox: a fixed header with a checksum, then the body."""

import os
import struct
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import xxhash

from groundswell.collect.types import Record, Source

_MAGIC = b"gsr1"
_SUM = struct.Struct("<4sQ")  # magic, checksum of all that follows
_REST = struct.Struct("<IQQQqqII?8s8s")
# length of the body; position; group; count; received; sent; project; key; is_trusted; source; kind
HEADER = _SUM.size + _REST.size  # bytes
_CHUNK = 1 << 20  # bytes read at once


class InboxCorrupt(Exception):
    """Acknowledged messages cannot be read back."""

    def __init__(self, path: Path, offset: int, position: int) -> None:
        super().__init__(
            f"The inbox is damaged: {path} holds no readable record at byte {offset} (message {position})."
            " Restore the file, or move it away to give up the messages in it."
        )
        self.path = path
        self.offset = offset
        self.position = position


class Frame(NamedTuple):
    """A record's header, and where the record lies in its file."""

    offset: int
    size: int  # bytes, header included
    group: int  # position of the first message that was made durable together with this record
    position: int
    messages: int
    received: int
    project: int


def packed(record: Record, *, position: int, group: int) -> tuple[bytes, bytes]:
    """Header and body of a record at that position, durable together with all since position ``group``."""
    rest = _REST.pack(
        len(record.body), position, group, record.count, record.received, record.sent, record.project,
        record.key, record.is_trusted, record.source.encode(), record.kind.encode(),
    )  # fmt: skip
    return _SUM.pack(_MAGIC, _checksum(rest, record.body)) + rest, record.body


def unpacked(data: bytes, offset: int) -> tuple[Record, int] | None:
    """The record at this offset and the offset after it; None if the data end before it does.

    Raises ValueError where no record lies.
    """
    start = offset + HEADER
    if start > len(data):
        return None
    magic, checksum = _SUM.unpack_from(data, offset)
    if magic != _MAGIC:
        raise ValueError("no record begins here")
    length, position, _, count, received, sent, project, key, is_trusted, source, kind = _REST.unpack_from(
        data, offset + _SUM.size
    )
    end = start + length
    if end > len(data):
        return None
    body = data[start:end]
    if checksum != _checksum(data[offset + _SUM.size : start], body):
        raise ValueError("the checksum is another")
    return Record(position, count, project, key, is_trusted, _source(source), _text(kind), received, body, sent), end


def size_of(data: bytes) -> int:
    """The size of the record that begins these data; 0 if they do not even hold its header."""
    length: int = _REST.unpack_from(data, _SUM.size)[0] if len(data) >= HEADER else -HEADER
    return HEADER + length


def headers(file: int, size: int) -> Iterator[Frame]:
    """The headers of the first ``size`` bytes of a file, in order. Bodies are skipped unread and unchecked.

    Ends early where no header lies.
    """
    offset, begin, data = 0, 0, b""
    while offset + HEADER <= size:
        if offset + HEADER > begin + len(data):
            begin, data = offset, os.pread(file, min(_CHUNK, size - offset), offset)
        at = offset - begin
        if len(data) < at + HEADER or data[at : at + 4] != _MAGIC:
            return
        length, position, group, count, received, _, project, *_ = _REST.unpack_from(data, at + _SUM.size)
        yield Frame(offset, HEADER + length, group, position, count, received, project)
        offset += HEADER + length


def sound(file: int, frame: Frame) -> bool:
    """Whether the whole record of that header is there and has not changed since it was written."""
    data = os.pread(file, frame.size, frame.offset)
    try:
        return unpacked(data, 0) is not None
    except ValueError:
        return False


def later_group(file: int, size: int, offset: int, position: int) -> bool:
    """Whether behind ``offset`` lies a sound record of a group that began after ``position``.

    A group is written only after the one before it is durable. So what is unreadable before such a record was once
    acknowledged, while an unreadable part without one is what a crash left of the last group.
    """
    data = os.pread(file, size - offset, offset)
    at = data.find(_MAGIC, 1)
    while at >= 0:
        if at + HEADER <= len(data):
            length, own, group, count, received, _, project, *_ = _REST.unpack_from(data, at + _SUM.size)
            frame = Frame(offset + at, HEADER + length, group, own, count, received, project)
            if group > position and sound(file, frame):
                return True
        at = data.find(_MAGIC, at + 1)
    return False


@cache
def _source(padded: bytes) -> Source:
    return Source(_text(padded))


@cache
def _text(padded: bytes) -> str:
    return padded.rstrip(b"\0").decode()


def _checksum(rest: bytes, body: bytes) -> int:
    return xxhash.xxh3_64_intdigest(body, xxhash.xxh3_64_intdigest(rest))
