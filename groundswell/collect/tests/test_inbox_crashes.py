"""What was acknowledged survives whatever happens to process and disk; what was not leaves nothing behind."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundswell.collect.frames import HEADER, InboxCorrupt
from groundswell.collect.inbox import Inbox, InboxFull
from groundswell.collect.tests.desk import BIG, Desk, bodies

Folders = pytest.TempPathFactory


def torn(folder: Path, copy: Path, size: int) -> Path:
    """A copy of the folder as a crash leaves it: the last segment is only so long."""
    shutil.copytree(folder, copy)
    os.truncate(sorted(copy.glob("*.seg"))[-1], size)
    return copy


def test_a_torn_tail_is_cut_at_every_byte_of_the_last_record(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "inbox")
    desk.put((2, b"first"))
    good = desk.inbox.size
    desk.put((3, b"second record"))
    size = desk.inbox.size
    desk.close()
    for cut in range(good, size):
        again = Desk(torn(tmp_path / "inbox", tmp_path / f"at{cut}", cut))
        assert (again.inbox.end, again.inbox.size) == (2, good)
        assert again.put((1, b"new")) == [2]
        assert bodies(again.inbox.read(0, 9)) == [b"first", b"new"]
        again.close()


@pytest.mark.parametrize("where", ["first", "second", "third"])
def test_a_group_of_which_a_page_never_reached_the_disk_is_cut_there(tmp_path: Path, where: str) -> None:
    """Pages of one write reach the disk in any order: zeros in the middle of the last group are no damage."""
    desk = Desk(tmp_path)
    desk.put((1, b"sound"))
    good = desk.inbox.size
    desk.put(*[(1, word * 20) for word in (b"first", b"second", b"third")])
    desk.close()
    _overwrite(tmp_path, where.encode() * 20, bytes(20 * len(where)))
    again = Desk(tmp_path)
    kept = ["first", "second", "third"].index(where)
    assert again.inbox.end == 1 + kept
    assert again.inbox.size == good + sum(HEADER + 20 * len(word) for word in ("first", "second", "third")[:kept])
    again.close()


def test_damage_before_a_later_group_is_reported(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for body in (b"first", b"damaged", b"third"):
        desk.put((1, body))
    desk.close()
    _overwrite(tmp_path, b"damaged", b"dbmaged")
    with pytest.raises(InboxCorrupt, match=r"no readable record at byte \d+ \(message 1\)"):
        Inbox(tmp_path, BIG).open(0)


@pytest.mark.parametrize("change", ["body", "header", "shortened"])
def test_damage_in_an_earlier_segment_is_reported_when_read(tmp_path: Path, change: str) -> None:
    desk = Desk(tmp_path, cap=8 * 100)
    desk.put((1, b"first" * 20))
    desk.put((1, b"second" * 20))
    desk.close()
    first = sorted(tmp_path.glob("*.seg"))[0]
    if change == "shortened":
        os.truncate(first, first.stat().st_size - 1)
    else:
        _overwrite(tmp_path, b"firstfirst" if change == "body" else b"gsr1", b"x")
    again = Desk(tmp_path, cap=8 * 100)
    with pytest.raises(InboxCorrupt, match="message 0"):
        again.inbox.read(0, 9)
    assert bodies(again.inbox.read(1, 9)) == [b"second" * 20]
    again.close()


def test_a_missing_segment_is_reported(tmp_path: Path) -> None:
    desk = Desk(tmp_path, cap=8 * 200)
    for _ in range(3):
        desk.put((1, bytes(200)))
    desk.close()
    sorted(tmp_path.glob("*.seg"))[1].unlink()
    again = Desk(tmp_path, cap=8 * 200)
    with pytest.raises(InboxCorrupt, match="message 1"):
        again.inbox.read(0, 9)
    again.close()


def _overwrite(folder: Path, old: bytes, new: bytes) -> None:
    path = sorted(folder.glob("*.seg"))[0]
    data = path.read_bytes()
    at = data.index(old)
    path.write_bytes(data[:at] + new + data[at + len(new) :])


KILLED = """
import asyncio, os, sys
from pathlib import Path
from groundswell.collect.inbox import Inbox
from groundswell.collect.types import Source

async def main():
    inbox = Inbox(Path(sys.argv[1]), 10**9)
    inbox.open(0)
    async def send(client):
        for number in range(10**6):
            body = b"%d-%d " % (client, number) * (1 + number % 50)
            position = await inbox.append(
                project=1, key=1, is_trusted=True, source=Source.SEGMENT, kind="", count=1 + number % 3,
                received=1, body=body,
            )
            os.write(1, b"%d %d %d\\n" % (position, client, number))
    await asyncio.gather(*[send(client) for client in range(20)])

asyncio.run(main())
"""


@pytest.mark.parametrize("after", [0.01, 0.1, 0.3])
def test_what_was_acknowledged_survives_a_kill(tmp_path: Path, after: float) -> None:
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path / "inbox")], stdout=subprocess.PIPE)
    assert process.stdout is not None
    first = process.stdout.readline()
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    told = [first, *process.stdout.read().splitlines(keepends=True)]
    process.wait()
    process.stdout.close()
    desk = Desk(tmp_path / "inbox")
    kept = {record.position: record for record in desk.inbox.read(0, 10**9)}
    for line in told:
        if line.endswith(b"\n"):
            position, client, number = map(int, line.split())
            assert kept[position].body == b"%d-%d " % (client, number) * (1 + number % 50)
    desk.close()


# Against a list in memory


class Model:
    """What an inbox should hold, beside one that holds it."""

    def __init__(self, folder: Path, segment: int) -> None:
        self.folder = folder
        self.cap = 8 * segment
        self.desk = Desk(folder, self.cap)
        self.records: list[tuple[int, int, bytes]] = []  # position, count, body
        self.settled = self.end = 0

    def append(self, count: int, body: bytes) -> None:
        try:
            assert self.desk.put((count, body)) == [self.end]
        except InboxFull:
            assert self.desk.inbox.size + HEADER + len(body) > self.cap
        else:
            self.records.append((self.end, count, body))
            self.end += count

    def starts(self) -> list[int]:
        """Where reading may begin, and the end."""
        return [each[0] for each in self.records if each[0] >= self.settled] + [self.end]

    def read(self, start: int, most: int) -> None:
        want = [each for each in self.records if start <= each[0] < start + most]
        got = self.desk.inbox.read(start, most)
        assert [(record.position, record.count, record.body) for record in got] == want

    def discard(self, before: int) -> None:
        self.settled = before
        self.desk.inbox.discard(before)

    def reopen(self, half_a_record: bytes) -> None:
        self.desk.close()
        with sorted(self.folder.glob("*.seg"))[-1].open("ab") as file:
            file.write(half_a_record)
        self.desk = Desk(self.folder, self.cap, self.settled)
        assert self.desk.inbox.waiting == ({1: self.end - self.settled} if self.end > self.settled else {})


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_inbox_is_a_list_whatever_is_done_to_it(tmp_path_factory: Folders, data: st.DataObject) -> None:
    model = Model(tmp_path_factory.mktemp("inbox"), data.draw(st.sampled_from([300, 2000, 10**6]), label="segment"))
    try:
        for _ in range(data.draw(st.integers(1, 15), label="deeds")):
            deed = data.draw(st.sampled_from(["append", "append", "read", "discard", "reopen"]))
            if deed == "append":
                for record in data.draw(st.lists(st.tuples(st.integers(1, 5), st.binary(max_size=300)), max_size=5)):
                    model.append(*record)
            elif deed == "read":
                model.read(data.draw(st.sampled_from(model.starts())), data.draw(st.integers(1, 20)))
            elif deed == "discard":
                model.discard(data.draw(st.sampled_from(model.starts())))
            else:
                model.reopen(data.draw(st.binary(max_size=200)))
            assert model.desk.inbox.end == model.end
    finally:
        model.desk.close()
