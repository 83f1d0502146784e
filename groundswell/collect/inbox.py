"""The inbox: an append-only journal of acknowledged requests on the local disk.

A message's **position** is its number since the inbox began; a record takes as many positions as it holds messages.
Records lie in segment files named by their first position. The last segment stays even when all in it is done with,
so positions never begin anew.

One thread writes: whatever waits is written in one piece and made durable by one sync (a *group*), then everybody in
it is answered. A group that cannot be written leaves nothing behind.
"""

import asyncio
import fcntl
import logging
import os
import queue
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from groundswell.collect import frames
from groundswell.collect.backlog import Backlog
from groundswell.collect.segments import Cursor, Segment, frames_since, mend, place_of, segment_path, segments_in
from groundswell.collect.types import Record, Source, TryLater

log = logging.getLogger(__name__)

SEGMENT = 64 * 1024 * 1024  # bytes at which the next segment begins
GROUP = 8 * 1024 * 1024  # bytes that are written at once, if so much waits
MOST_PIECES = 1024  # that the system writes with one call
MOST_WAITING = 64 * 1024 * 1024  # bytes that may wait in memory for a slow disk


class InboxFull(TryLater):
    """There is no room for more messages now."""

    def __init__(self, message: str = "The inbox is full and takes no more messages now.") -> None:
        hint = "Send the same request again later; nothing of it was kept."
        super().__init__(503, "inbox_full", message, hint=hint, retry_after=5)


@dataclass(slots=True)
class _Waiting:
    """A record whose position is not known yet, and who waits for it."""

    record: Record
    size: int
    future: asyncio.Future[int]


class Inbox:
    """The journal in ``folder``, of at most ``cap`` bytes.

    ``append`` belongs to event loops; ``read``, ``settle`` and ``discard`` to one loader thread; the rest to anybody.
    """

    def __init__(self, folder: Path, cap: int) -> None:
        self._folder = folder
        self._cap = cap
        self._segment_size = min(SEGMENT, max(cap // 8, 1))  # so that discarding makes room under a small cap too
        self._segments: list[Segment] = []
        self._backlog = Backlog()
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._changed = threading.Condition()  # guards all below
        self._end = 0
        self._size = 0
        self._unwritten = 0  # bytes appended and not yet durable
        self._is_open = False
        self._lock = -1
        self._file = -1
        self._is_torn = False
        self._cursor: Cursor | None = None
        self._writer = threading.Thread(target=self._write, name="inbox", daemon=True)

    def open(self, settled_to: int) -> int:
        """Begin, knowing that all before this position is done with. Returns the position from which to read.

        What a crash left half-written is cut off. Raises InboxCorrupt if what was acknowledged cannot be read.
        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock_folder()
        try:
            self._take_up(settled_to)
        except BaseException:
            os.close(self._lock)
            raise
        for frame in frames_since(self._segments, settled_to):
            end = frame.position + frame.messages
            self._backlog.add(frame.project, frame.messages, end=end, received=frame.received)
        self._is_open = True
        self._writer.start()
        return max(settled_to, self._segments[0].first)

    def close(self) -> None:
        """Write what was appended, then close. Later appends are refused."""
        with self._changed:
            was_open, self._is_open = self._is_open, False
        if was_open:
            self._queue.put(None)
            self._writer.join()
            self._leave_cursor()
            os.close(self._file)
            os.close(self._lock)

    @property
    def first(self) -> int:
        """The position from which on records can be read."""
        with self._changed:
            return self._segments[0].first

    @property
    def end(self) -> int:
        """The position after the last durable message."""
        return self._end

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return self._size

    @property
    def waiting(self) -> Mapping[int, int]:
        """How many durable messages of each project are not settled."""
        return self._backlog.counts

    @property
    def oldest_waiting(self) -> int:
        """When the oldest message that is not discarded was received (µs since 1970); 0 if there is none."""
        return self._backlog.oldest

    def append(
        self, *, project: int, key: int, is_trusted: bool, source: Source, kind: str, count: int, received: int,
        body: bytes, sent: int = 0,
    ) -> asyncio.Future[int]:  # fmt: skip
        """Keep a request. The future gives its position once it is on disk.

        Raises InboxFull, or the future does, when there is no room for it; then nothing of it is kept.
        """
        if count < 1:
            raise ValueError("a record holds at least one message")
        size = frames.HEADER + len(body)
        with self._changed:
            if not self._is_open:
                raise InboxFull("The server is stopping.")
            if self._unwritten + size > MOST_WAITING or self._size + self._unwritten + size > self._cap:
                raise InboxFull()
            self._unwritten += size
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        record = Record(0, count, project, key, is_trusted, source, kind, received, body, sent)
        self._queue.put(_Waiting(record, size, future))
        return future

    def read(self, start: int, most: int, *, most_bytes: int = 0) -> list[Record]:
        """The durable records from a record's position on: at least one if there is any, until ``most`` messages.

        With ``most_bytes`` it may be fewer: about so many bytes of bodies.

        Raises ValueError if no record begins there, InboxCorrupt if one cannot be read.
        """
        if start == self._end:
            return []
        cursor = self._cursor_at(start)
        until = min(start + most, self._end)
        records: list[Record] = []
        size = 0
        while cursor.position < until and not 0 < most_bytes <= size:
            with self._changed:
                following = self._after(cursor.segment) if cursor.is_at_end else None
            if following:
                cursor.enter(following)
            else:
                found = list(cursor.records(until))
                size += sum(len(record.body) for record in found)
                records += found
        return records

    def wait(self, position: int, timeout: float) -> bool:
        """Wait until there is a durable message at that position. False if there is none after so many seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: self._end > position, timeout)

    def settle(self, counts: Mapping[int, int]) -> None:
        """So many messages of each project wait no longer."""
        self._backlog.settle(counts)

    def discard(self, before: int) -> None:
        """Delete the segments that lie wholly before this position, except the last one."""
        self._backlog.forget(before)
        done: list[Segment] = []
        with self._changed:
            while len(self._segments) > 1 and self._segments[1].first <= before:
                done.append(self._segments.pop(0))
        for segment in done:
            if self._cursor and self._cursor.segment is segment:
                self._leave_cursor()
            segment.path.unlink(missing_ok=True)
        with self._changed:
            self._size -= sum(segment.size for segment in done)

    # Opening

    def _lock_folder(self) -> None:
        """Two processes that write one journal would destroy it."""
        self._lock = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            raise RuntimeError(f"Another process is using the inbox in {self._folder}.") from None

    def _take_up(self, settled_to: int) -> None:
        """Go on where the last process stopped."""
        self._segments = segments_in(self._folder)
        if self._segments:
            self._end = mend(self._segments[-1])
            if settled_to < self._segments[0].first:
                lost = self._segments[0].first - settled_to
                log.error("%d messages from %d on are neither in the store nor in the inbox", lost, settled_to)
        if self._segments and self._end >= settled_to:
            self._file = os.open(self._segments[-1].path, os.O_RDWR)
        else:
            if self._segments:
                log.error("the inbox ends at message %d, but %d are loaded: begun anew", self._end, settled_to)
            self._end = settled_to
            self._begin_segment()
        self._size = sum(segment.size for segment in self._segments)

    # Writing

    def _write(self) -> None:
        """The writer thread: group after group until closed."""
        while group := self._next_group():
            try:
                self._commit(group)
            except OSError as error:
                log.error("the inbox cannot be written: %s", error)
                self._give_up(group)
            except Exception:
                log.exception("the inbox cannot be written")
                self._give_up(group)

    def _next_group(self) -> list[_Waiting]:
        """All that waits, at least one; nothing once closed and drained."""
        first = self._queue.get()
        if first is None:
            return []
        group, size = [first], first.size
        while size < GROUP:
            try:
                waiting = self._queue.get_nowait()
            except queue.Empty:
                break
            if waiting is None:
                self._queue.put(None)  # nothing is appended after it, so it is last again
                break
            group.append(waiting)
            size += waiting.size
        return group

    def _commit(self, group: list[_Waiting]) -> None:
        if self._is_torn:
            self._cut()
        segment = self._segments[-1]
        if segment.size >= self._segment_size:
            segment = self._begin_segment()
        positions = list(accumulate((waiting.record.count for waiting in group), initial=self._end))
        pieces: list[bytes] = []
        for waiting, position in zip(group, positions, strict=False):
            pieces += frames.packed(waiting.record, position=position, group=self._end)
        written = self._put(pieces, segment.size)
        for waiting, end in zip(group, positions[1:], strict=True):  # before a reader can see them
            record = waiting.record
            self._backlog.add(record.project, record.count, end=end, received=record.received)
        with self._changed:
            segment.size += written
            self._size += written
            self._unwritten -= written
            self._end = positions[-1]
            self._changed.notify_all()
        _answer(group, positions)

    def _put(self, pieces: list[bytes], offset: int) -> int:
        """Make these bytes durable from that place on. Returns how many they are."""
        self._is_torn, begin = True, offset
        for number in range(0, len(pieces), MOST_PIECES):
            chosen = pieces[number : number + MOST_PIECES]
            rest = sum(map(len, chosen)) - os.pwritev(self._file, chosen, offset)
            offset += sum(map(len, chosen))
            if rest:
                self._put_rest(b"".join(chosen)[-rest:], offset - rest)
        os.fdatasync(self._file)
        self._is_torn = False
        return offset - begin

    def _put_rest(self, data: bytes, offset: int) -> None:
        """Write what a disk did not take at once; one that is full says so now."""
        while data:
            done = os.pwrite(self._file, data, offset)
            data, offset = data[done:], offset + done

    def _cut(self) -> None:
        """Take back what was written and never made durable."""
        os.ftruncate(self._file, self._segments[-1].size)
        os.fsync(self._file)
        self._is_torn = False

    def _give_up(self, group: list[_Waiting]) -> None:
        """Refuse a whole group and leave nothing of it."""
        try:
            if self._is_torn:
                self._cut()
        except OSError as error:
            log.error("what was half-written to the inbox is still there and is cut off later: %s", error)
        with self._changed:
            self._unwritten -= sum(waiting.size for waiting in group)
        _answer(group, None)

    def _begin_segment(self) -> Segment:
        path = segment_path(self._folder, self._end)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.fsync(self._lock)  # the name, too, must survive
        except OSError:
            os.close(file)
            raise
        if self._file >= 0:
            os.close(self._file)
        self._file = file
        segment = Segment(self._end, path, 0)
        with self._changed:
            self._segments.append(segment)
        return segment

    # Reading

    def _cursor_at(self, start: int) -> Cursor:
        if self._cursor and self._cursor.position == start:
            return self._cursor
        self._leave_cursor()
        with self._changed:
            if not self._segments[0].first <= start < self._end:
                raise ValueError(f"the inbox does not hold message {start}")
            segment = self._segments[place_of(self._segments, start)]
        self._cursor = Cursor(segment, start)
        return self._cursor

    def _leave_cursor(self) -> None:
        if self._cursor:
            self._cursor.close()
            self._cursor = None

    def _after(self, segment: Segment) -> Segment | None:
        return next((each for each in self._segments if each.first > segment.first), None)


def _answer(group: list[_Waiting], positions: list[int] | None) -> None:
    """Resolve the futures of a group, with one call into each event loop; without positions, refuse."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[int], int | None]]] = {}
    for number, waiting in enumerate(group):
        answers = by_loop.setdefault(waiting.future.get_loop(), [])
        answers.append((waiting.future, positions[number] if positions else None))
    for loop, answers in by_loop.items():
        try:
            loop.call_soon_threadsafe(_resolve, answers)
        except RuntimeError:  # the loop is closed: nobody waits any more
            log.debug("nobody waits for %d answers", len(answers))


def _resolve(answers: list[tuple[asyncio.Future[int], int | None]]) -> None:
    for future, position in answers:
        if future.done():
            continue
        if position is None:
            future.set_exception(InboxFull())
        else:
            future.set_result(position)
