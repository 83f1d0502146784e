"""The inbox keeps what it acknowledged, in order, and says so when it cannot."""

import asyncio
import errno
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from groundswell.collect import inbox as inbox_module
from groundswell.collect.frames import HEADER
from groundswell.collect.inbox import Inbox, InboxFull
from groundswell.collect.tests.desk import BIG, SECOND, Desk, bodies
from groundswell.collect.types import Record, Source


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(tmp_path / "inbox")
    yield opened
    opened.close()


def test_a_record_comes_back_as_it_was_appended(desk: Desk) -> None:
    assert desk.put((3, b"abc")) == [0]
    assert desk.inbox.read(0, 10) == [
        Record(0, 3, 1, 7, True, Source.SEGMENT, "identify", SECOND, b"abc", 5)
    ]  # fmt: skip


def test_positions_count_messages(desk: Desk) -> None:
    assert desk.put((3, b"a"), (1, b"b"), (2, b"c")) == [0, 3, 4]
    assert desk.inbox.end == 6


def test_reading_goes_on_where_it_stopped(desk: Desk) -> None:
    desk.put(*[(2, bytes([65 + number])) for number in range(6)])
    assert bodies(desk.inbox.read(0, 3)) == [b"A", b"B"]
    assert bodies(desk.inbox.read(4, 1)) == [b"C"]
    assert bodies(desk.inbox.read(6, 100)) == [b"D", b"E", b"F"]
    assert desk.inbox.read(12, 100) == []


def test_reading_may_go_back(desk: Desk) -> None:
    desk.put((1, b"a"), (1, b"b"), (1, b"c"))
    assert bodies(desk.inbox.read(2, 9)) == [b"c"]
    assert bodies(desk.inbox.read(1, 9)) == [b"b", b"c"]


def test_only_the_begin_of_a_record_can_be_read_from(desk: Desk) -> None:
    desk.put((3, b"a"), (3, b"b"))
    for wrong in (1, 4, 7):
        with pytest.raises(ValueError, match="inbox"):
            desk.inbox.read(wrong, 1)
    assert bodies(desk.inbox.read(3, 1)) == [b"b"]


def test_a_record_longer_than_what_is_read_at_once_comes_whole(desk: Desk) -> None:
    long = os.urandom(3_000_000)
    desk.put((1, b"a"), (1, long), (1, b"c"))
    assert bodies(desk.inbox.read(0, 9)) == [b"a", long, b"c"]


def test_a_record_without_messages_is_an_error(desk: Desk) -> None:
    with pytest.raises(ValueError, match="at least one"):
        desk.put((0, b"a"))


def test_one_sync_serves_all_that_wait(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    syncs = []
    sync = os.fdatasync

    def slow(file: int) -> None:
        time.sleep(0.05)  # so that the others come while the first is written
        syncs.append(file)
        sync(file)

    monkeypatch.setattr(os, "fdatasync", slow)
    desk.put(*[(1, b"x")] * 200)
    assert len(syncs) <= 3


def test_waiting_ends_when_a_message_comes(desk: Desk) -> None:
    assert desk.inbox.wait(0, 0.01) is False
    later = threading.Timer(0.05, lambda: desk.put((1, b"a")))
    later.start()
    assert desk.inbox.wait(0, 5) is True
    later.join()


def test_what_waits_is_counted_by_project_until_settled(desk: Desk) -> None:
    desk.put((3, b"a"), project=1)
    desk.put((2, b"b"), project=2)
    assert desk.inbox.waiting == {1: 3, 2: 2}
    desk.inbox.settle({1: 3, 2: 1})
    assert desk.inbox.waiting == {2: 1}


def test_the_oldest_that_waits_is_known(desk: Desk) -> None:
    assert desk.inbox.oldest_waiting == 0
    desk.put((3, b"a"), received=10 * SECOND)
    desk.put((3, b"b"), received=20 * SECOND)
    assert desk.inbox.oldest_waiting == 10 * SECOND
    desk.inbox.discard(3)
    assert desk.inbox.oldest_waiting == 20 * SECOND
    desk.inbox.discard(6)
    assert desk.inbox.oldest_waiting == 0


def test_what_was_appended_is_there_after_a_restart(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.put((3, b"a"), (4, b"b"), (2, b"c"))
    desk.close()
    again = Desk(tmp_path, settled_to=3)
    assert again.inbox.end == 9
    assert again.inbox.waiting == {1: 6}
    assert again.inbox.oldest_waiting == SECOND
    assert bodies(again.inbox.read(3, 99)) == [b"b", b"c"]
    assert again.put((1, b"d")) == [9]
    again.close()


def test_segments_are_discarded_but_for_the_last_and_positions_go_on(tmp_path: Path) -> None:
    desk = Desk(tmp_path, cap=8 * 1000)  # a segment of 1000 bytes
    for number in range(20):
        desk.put((5, bytes(200)))
        assert bodies(desk.inbox.read(number * 5, 1)) == [bytes(200)]
    names = sorted(tmp_path.glob("*.seg"))
    assert len(names) > 4
    desk.inbox.discard(100)
    assert sorted(tmp_path.glob("*.seg")) == names[-1:]
    assert desk.inbox.size == names[-1].stat().st_size
    desk.close()
    again = Desk(tmp_path, cap=8 * 1000, settled_to=100)
    assert again.put((1, b"x")) == [100]
    assert again.inbox.waiting == {1: 1}
    again.close()


def test_a_segment_that_is_still_needed_stays(tmp_path: Path) -> None:
    desk = Desk(tmp_path, cap=8 * 1000)
    desk.put(*[(1, bytes(900))])
    for _ in range(3):
        desk.put((1, bytes(900)))  # each fills a segment
    desk.inbox.discard(2)
    assert desk.inbox.first == 2
    assert len(desk.inbox.read(2, 9)) == 2
    with pytest.raises(ValueError, match="does not hold message 1"):
        desk.inbox.read(1, 1)
    desk.close()


def test_a_full_inbox_refuses_and_takes_more_when_there_is_room(tmp_path: Path) -> None:
    desk = Desk(tmp_path, cap=8 * 1000)
    kept = 0
    with pytest.raises(InboxFull) as refused:
        for _ in range(100):
            desk.put((1, bytes(500)))
            kept += 1
    assert (refused.value.status, refused.value.code, refused.value.retry_after) == (503, "inbox_full", 5)
    assert desk.inbox.size <= 8000
    assert len(desk.inbox.read(0, 1000)) == kept
    desk.inbox.discard(kept)
    assert desk.put((1, bytes(500))) == [kept]
    desk.close()


@pytest.mark.parametrize("fault", ["pwritev", "fdatasync"])
def test_a_disk_that_fails_leaves_nothing_behind(desk: Desk, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.put((1, b"before"))
    size = desk.inbox.size
    with monkeypatch.context() as broken:
        _break(broken, fault)
        for _ in range(2):
            with pytest.raises(InboxFull):
                desk.put((1, b"lost"), (1, bytes(5000)))
    assert (desk.inbox.end, desk.inbox.size, desk.inbox.waiting) == (1, size, {1: 1})
    assert desk.put((1, b"after")) == [1]
    assert bodies(desk.inbox.read(0, 9)) == [b"before", b"after"]


def _break(patch: pytest.MonkeyPatch, fault: str) -> None:
    """A disk that is full after ten more bytes, or one whose sync fails."""
    write = os.pwrite

    def nearly_full(file: int, pieces: list[bytes], offset: int) -> int:
        return write(file, b"".join(pieces)[:10], offset)

    def full(file: int, data: bytes, offset: int) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    def failing(file: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    patch.setattr(os, fault, nearly_full if fault == "pwritev" else failing)
    patch.setattr(os, "pwrite", full)


def test_a_disk_that_takes_little_at_a_time_gets_all(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.pwrite
    monkeypatch.setattr(os, "pwritev", lambda file, pieces, offset: write(file, b"".join(pieces)[:33], offset))
    monkeypatch.setattr(os, "pwrite", lambda file, data, offset: write(file, data[:7], offset))
    desk.put(*[(1, b"%d" % number * 30) for number in range(10)])
    assert bodies(desk.inbox.read(0, 99)) == [b"%d" % number * 30 for number in range(10)]


def test_more_records_than_the_system_writes_at_once(desk: Desk) -> None:
    desk.put(*[(1, b"%d" % number) for number in range(5000)])
    assert bodies(desk.inbox.read(0, 9999)) == [b"%d" % number for number in range(5000)]


def test_what_cannot_be_cut_at_once_is_cut_before_the_next_write(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.put((1, b"before"))
    with monkeypatch.context() as broken:
        _break(broken, "fdatasync")
        broken.setattr(os, "ftruncate", _no_truncate)
        with pytest.raises(InboxFull):
            desk.put((1, bytes(5000)))
    assert desk.put((1, b"after")) == [1]
    path = next(desk.inbox._folder.glob("*.seg"))
    assert path.stat().st_size == desk.inbox.size == 2 * HEADER + len(b"beforeafter")


def _no_truncate(file: int, length: int) -> None:
    raise OSError(errno.EIO, "Input/output error")


def test_no_new_segment_no_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(tmp_path, cap=8 * 1000)
    desk.put((1, bytes(1000)))
    with monkeypatch.context() as broken:
        broken.setattr(inbox_module, "segment_path", lambda folder, first: folder / "missing" / "x.seg")
        with pytest.raises(InboxFull):
            desk.put((1, b"a"))
    assert desk.put((1, b"a")) == [1]
    assert len(list(tmp_path.glob("*.seg"))) == 2
    desk.close()


def test_a_disk_that_is_slow_is_not_waited_for_without_end(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_module, "MOST_WAITING", 10_000)
    with pytest.raises(InboxFull):
        desk.put(*[(1, bytes(4000))] * 3)
    assert desk.put((1, b"a"))[0] >= 0


def test_a_closed_inbox_takes_nothing_and_lost_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    futures = []

    async def append_and_close() -> None:
        for number in range(50):
            futures.append(
                desk.inbox.append(
                    project=1, key=1, is_trusted=False, source=Source.POSTHOG, kind="", count=1, received=1,
                    body=b"%d" % number,
                )
            )  # fmt: skip
        await asyncio.to_thread(desk.inbox.close)
        assert await asyncio.gather(*futures) == list(range(50))

    desk.loop.run_until_complete(append_and_close())
    with pytest.raises(InboxFull):
        desk.put((1, b"late"))
    desk.loop.close()
    again = Desk(tmp_path)
    assert len(again.inbox.read(0, 99)) == 50
    again.close()


def test_a_client_that_went_away_disturbs_nobody(desk: Desk) -> None:
    async def leave() -> None:
        future = desk.inbox.append(
            project=1, key=1, is_trusted=False, source=Source.SEGMENT, kind="", count=1, received=1, body=b"x"
        )
        future.cancel()

    desk.loop.run_until_complete(leave())
    assert desk.put((1, b"y")) == [1]


def test_one_folder_has_one_owner(desk: Desk) -> None:
    with pytest.raises(RuntimeError, match="Another process is using the inbox"):
        Inbox(desk.inbox._folder, BIG).open(0)


def test_an_inbox_that_lost_its_files_does_not_number_anew(tmp_path: Path) -> None:
    """The store has loaded 500 messages; the folder was emptied. Position 0 must not come again."""
    desk = Desk(tmp_path, settled_to=500)
    assert desk.put((1, b"a")) == [500]
    desk.close()
    further = Desk(tmp_path, settled_to=900)  # now the store is ahead of the files
    assert further.put((1, b"b")) == [900]
    assert bodies(further.inbox.read(900, 9)) == [b"b"]
    further.close()


def test_a_store_that_went_back_is_told_where_reading_can_begin(tmp_path: Path) -> None:
    desk = Desk(tmp_path, settled_to=500)
    desk.put((2, b"a"))
    desk.close()
    again = Desk(tmp_path, settled_to=100)
    assert again.start == 500
    assert bodies(again.inbox.read(again.start, 9)) == [b"a"]
    again.close()
