"""The segment files of the inbox: named by the position of their first message, read in order, mended after a crash."""

import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from groundswell.collect import frames
from groundswell.collect.frames import InboxCorrupt
from groundswell.collect.types import Record

log = logging.getLogger(__name__)

_CHUNK = 1024 * 1024  # bytes read at once


@dataclass(slots=True)
class Segment:
    """A file, and how many bytes of it are durable."""

    first: int  # position
    path: Path
    size: int


def segments_in(folder: Path) -> list[Segment]:
    """The segments in a folder, in order."""
    return [Segment(int(path.stem), path, path.stat().st_size) for path in sorted(folder.glob("*.seg"))]


def segment_path(folder: Path, first: int) -> Path:
    return folder / f"{first:020d}.seg"


def place_of(segments: Sequence[Segment], position: int) -> int:
    """The number of the segment that holds this position; 0 if it lies before all."""
    return max(0, sum(segment.first <= position for segment in segments) - 1)


def mend(segment: Segment) -> int:
    """Cut off what a crash left of the last group. Returns the position after the last record.

    Raises InboxCorrupt if what cannot be read was once acknowledged.
    """
    file = os.open(segment.path, os.O_RDWR)
    try:
        offset, position = 0, segment.first
        for frame in frames.headers(file, segment.size):
            if frame.position != position or not frames.sound(file, frame):
                break
            offset, position = offset + frame.size, position + frame.messages
        if offset < segment.size:
            if frames.later_group(file, segment.size, offset, position):
                raise InboxCorrupt(segment.path, offset, position)
            log.warning("cut %d unacknowledged bytes off %s", segment.size - offset, segment.path)
            os.ftruncate(file, offset)
            os.fsync(file)
            segment.size = offset
    finally:
        os.close(file)
    return position


def frames_since(segments: Sequence[Segment], position: int) -> Iterator[frames.Frame]:
    """The headers of all records from a position on."""
    for segment in segments[place_of(segments, position) :]:
        file = os.open(segment.path, os.O_RDONLY)
        try:
            yield from (frame for frame in frames.headers(file, segment.size) if frame.position >= position)
        finally:
            os.close(file)


class Cursor:
    """Sequential reading: one segment after the other, from a record on."""

    def __init__(self, segment: Segment, position: int) -> None:
        """Stand before the record at that position. Raises ValueError if none begins there."""
        self.segment = segment
        self.position = segment.first
        self._offset = 0
        self._file = os.open(segment.path, os.O_RDONLY)
        if position != segment.first:
            frame = next((each for each in frames.headers(self._file, segment.size) if each.position >= position), None)
            if frame is None or frame.position != position:
                self.close()
                raise ValueError(f"no record of the inbox begins at message {position}")
            self.position, self._offset = frame.position, frame.offset

    def close(self) -> None:
        os.close(self._file)

    @property
    def is_at_end(self) -> bool:
        """Whether all durable records of the segment were read."""
        return self._offset >= self.segment.size

    def enter(self, following: Segment) -> None:
        """Go on with the next segment, which must begin where this one ends."""
        if following.first != self.position:
            raise self._corrupt()
        file = os.open(following.path, os.O_RDONLY)
        self.close()
        self.segment, self._file, self._offset = following, file, 0

    def records(self, until: int) -> Iterator[Record]:
        """The next records of this segment: at least one, then those of a chunk, until a position.

        Raises InboxCorrupt if they cannot be read.
        """
        begin, unread = self._offset, self.segment.size - self._offset
        data = os.pread(self._file, min(unread, _CHUNK), begin)
        if len(data) < frames.size_of(data) <= unread:
            data = os.pread(self._file, frames.size_of(data), begin)
        found = self._unpacked(data, 0)
        if found is None:
            raise self._corrupt()
        while found:
            record, after = found
            self._offset, self.position = begin + after, record.position + record.count
            yield record
            found = self._unpacked(data, after) if self.position < until else None

    def _unpacked(self, data: bytes, at: int) -> tuple[Record, int] | None:
        try:
            found = frames.unpacked(data, at)
        except ValueError:
            raise self._corrupt() from None
        if found and found[0].position != self.position:
            raise self._corrupt()
        return found

    def _corrupt(self) -> InboxCorrupt:
        return InboxCorrupt(self.segment.path, self._offset, self.position)
