"""A question that is worked on can be looked at, stopped, and holds no more than it may."""

import gc
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from groundswell.kernel.errors import Refusal
from groundswell.store import engine as engines
from groundswell.store import service as store
from groundswell.store.inquiry import Inquiry

pytestmark = pytest.mark.usefixtures("open_store")
ENDLESS = "SELECT sum(cityHash64(number)) FROM numbers(1000000000000)"
HALF = "SELECT sum(sleepEachRow(0.01)) FROM numbers(1000) SETTINGS max_block_size = 10"  # ten seconds
MEGABYTE = "SELECT number FROM numbers(125000)"


def read(inquiry: Inquiry, sql: str) -> Any:
    with store.within(inquiry):
        return store.engine().read_arrow(sql)


@pytest.fixture
def elsewhere() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as threads:
        yield threads


def until(is_so: Any) -> None:
    end = time.monotonic() + 20
    while not is_so() and time.monotonic() < end:
        time.sleep(0.01)
    assert is_so()


def test_a_query_that_is_stopped_ends_soon_and_says_so(elsewhere: ThreadPoolExecutor) -> None:
    inquiry = Inquiry()
    asked: Future[Any] = elsewhere.submit(read, inquiry, ENDLESS)
    until(lambda: inquiry.queries)
    store.stop(inquiry)
    with pytest.raises(Refusal, match="was stopped before it was answered") as refused:
        asked.result(5)
    assert (refused.value.status, refused.value.code) == (409, "stopped")
    assert inquiry.queries == 0


def test_only_the_queries_of_the_one_that_is_stopped_end(elsewhere: ThreadPoolExecutor) -> None:
    stopped, other = Inquiry(), Inquiry()
    ended = elsewhere.submit(read, stopped, ENDLESS)
    goes_on = elsewhere.submit(read, other, HALF)
    until(lambda: stopped.queries and other.queries)
    store.stop(stopped)
    with pytest.raises(Refusal):
        ended.result(5)
    assert not goes_on.done()
    store.stop(other)


def test_what_is_stopped_asks_no_more_and_does_not_wait_for_its_turn(
    elsewhere: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.engine(), "_turns", threading.BoundedSemaphore(1))
    first, second, third = Inquiry(), Inquiry(), Inquiry()
    elsewhere.submit(read, first, ENDLESS)
    until(lambda: first.queries)
    waits = elsewhere.submit(read, second, "SELECT 1")
    store.stop(second)
    with pytest.raises(Refusal, match="was stopped"):
        waits.result(5)
    store.stop(first)
    third.stop()
    with pytest.raises(Refusal, match="was stopped"):
        read(third, "SELECT 1")


def test_how_far_it_is_follows_what_is_read(elsewhere: ThreadPoolExecutor) -> None:
    inquiry = Inquiry()
    assert store.progress(inquiry) == 0

    def work() -> None:
        with store.within(inquiry), store.stage(2):
            store.engine().read("SELECT 1")
            store.advance()
            store.engine().read(HALF)

    elsewhere.submit(work)
    until(lambda: store.progress(inquiry) > 0.55)  # one of two, and more than a tenth of the other
    assert store.progress(inquiry) < 1
    store.stop(inquiry)


def test_parts_of_parts_are_counted_and_never_backwards() -> None:
    inquiry, seen = Inquiry(), []
    with store.within(inquiry):
        for _ in store.part_by_part("ab"):
            seen.append(inquiry.share(0.0, at=inquiry.place))
            for _ in store.part_by_part("cd"):
                seen.append(inquiry.share(0.5, at=inquiry.place))
    # a: 0; its first half, half read: 1/8 + …, its second: 3/8; b: 1/2; 5/8, 7/8
    assert seen == [0, 0.125, 0.375, 0.5, 0.625, 0.875]
    assert inquiry.share(0.0, at=inquiry.place) == 0.875


def test_what_was_read_of_one_part_does_not_count_for_the_next() -> None:
    inquiry = Inquiry()
    with store.within(inquiry), store.stage(2):
        before = inquiry.place
        store.advance()
        assert inquiry.share(1.0, at=before) == 0.5
        assert inquiry.share(0.5, at=inquiry.place) == 0.75


def test_a_loop_that_asks_nothing_ends_too() -> None:
    inquiry, done = Inquiry(), []
    with store.within(inquiry), pytest.raises(Refusal, match="was stopped"):
        for part in store.part_by_part([1, 2, 3]):
            done.append(part)
            inquiry.stop()
    assert done == [1]
    store.look()  # whoever asks outside of it is not meant


def test_other_threads_work_within_it(elsewhere: ThreadPoolExecutor) -> None:
    inquiry = Inquiry()
    with store.within(inquiry):
        work = store.carried(lambda _: inquiry.check())
    assert list(elsewhere.map(work, [1, 2])) == [None, None]
    inquiry.stop()
    with pytest.raises(Refusal):
        list(elsewhere.map(work, [1]))


# Memory --------------------------------------------------------------------------------------------------------------


def test_more_than_it_may_hold_is_refused_before_it_is_given() -> None:
    with pytest.raises(Refusal, match="more memory than it may use") as refused:
        read(Inquiry(most_held=1_000_000), "SELECT number FROM numbers(100000000)")
    assert (refused.value.status, refused.value.code) == (422, "question_too_large")
    assert "Ask about fewer days" in refused.value.hint


def test_objects_of_ours_count_for_what_they_take() -> None:
    with store.within(Inquiry(most_held=4_000_000)):
        assert len(store.engine().read_arrow(MEGABYTE)) == 125_000
        with pytest.raises(Refusal, match="more memory"):
            store.engine().read(MEGABYTE)


def test_what_it_holds_adds_up_and_is_given_back_when_nothing_stands_on_it() -> None:
    inquiry = Inquiry(most_held=2_500_000)
    first, second = read(inquiry, MEGABYTE), read(inquiry, MEGABYTE)
    with pytest.raises(Refusal, match="more memory"):
        read(inquiry, MEGABYTE)
    column = first.column("number").chunk(0).to_numpy()
    del first
    gc.collect()
    with pytest.raises(Refusal, match="more memory"):  # the array stands on it
        read(inquiry, MEGABYTE)
    assert int(column[-1]) == len(column) - 1
    del column, second
    gc.collect()
    assert len(read(inquiry, MEGABYTE)) == 125_000


def test_a_table_is_the_same_within_an_inquiry_and_without() -> None:
    sql = "SELECT toString(number) AS text, number % 3 AS rest FROM numbers(1000) ORDER BY number"
    assert read(Inquiry(), sql).equals(store.engine().read_arrow(sql))
    assert len(read(Inquiry(), "SELECT 1 AS one WHERE 0")) == 0


def test_bytes_that_are_held_are_those_received() -> None:
    inquiry = Inquiry(most_held=10)
    held = inquiry.hold(b"12345678")
    assert inquiry.left == 2
    assert np.frombuffer(held, np.uint8).tobytes() == b"12345678"
    del held
    gc.collect()
    assert inquiry.left == 10


def test_nobody_waits_forever_for_a_turn(elsewhere: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store.engine(), "_turns", threading.BoundedSemaphore(1))
    monkeypatch.setattr(engines, "PATIENCE", 0.0)
    first = Inquiry()
    elsewhere.submit(read, first, ENDLESS)
    until(lambda: first.queries)
    with pytest.raises(Refusal, match="Too many questions"):
        store.engine().read("SELECT 1")
    store.stop(first)
