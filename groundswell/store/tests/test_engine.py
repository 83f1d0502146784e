"""What the engine promises: once per token, limits with a sentence, migrations both ways."""

import os
import threading
from pathlib import Path

import pyarrow as pa
import pytest

from groundswell.kernel.errors import Refusal
from groundswell.store import service as store
from groundswell.store.limits import Limits
from groundswell.store.memory import give_back
from groundswell.store.migrate import migrate, migrations_in, unmigrate
from groundswell.store.priorities import MERGING, NICENESS

PROJECT = 7  # nobody else's
ROWS = pa.table({"reason": pa.array(["loaded", "duplicate"]), "messages": pa.array([5, 2], pa.uint64())})


@pytest.mark.usefixtures("store")
def test_rows_under_one_token_are_kept_once() -> None:
    for token in ("1-8-1", "1-8-1", "8-15-1"):
        _append(token)
    assert _counted() == 14


@pytest.mark.usefixtures("store")
def test_the_same_rows_under_another_token_are_other_rows() -> None:
    _append("a")
    _append("b")
    assert _counted() == 14


@pytest.mark.usefixtures("store")
def test_no_rows_are_no_append() -> None:
    store.append("ingestion", ROWS.slice(0, 0), token="nothing", computed={"project": str(PROJECT)})
    assert _counted() == 0


def test_a_question_that_takes_too_long_is_stopped_with_a_sentence(open_store: None) -> None:
    with pytest.raises(Refusal, match="took longer than it may") as stopped:
        store.engine().read("SELECT sum(cityHash64(number)) FROM numbers(1000000000000)", limits=Limits(seconds=1))
    assert (stopped.value.status, stopped.value.code) == (422, "question_too_long")


def test_a_question_that_needs_too_much_memory_is_stopped_with_a_sentence(open_store: None) -> None:
    with pytest.raises(Refusal, match="more memory than it may use") as stopped:
        store.engine().read("SELECT uniqExact(number) FROM numbers(100000000)", limits=Limits(memory=50_000_000))
    assert (stopped.value.status, stopped.value.code) == (422, "question_too_large")


def test_the_engine_answers_after_a_question_was_stopped(open_store: None) -> None:
    with pytest.raises(Refusal):
        store.engine().read("SELECT sum(cityHash64(number)) FROM numbers(1000000000000)", limits=Limits(seconds=1))
    assert store.engine().read("SELECT 1").rows == [(1,)]


def test_migrations_go_up_down_and_up_again(open_store: None, tmp_path: Path) -> None:
    folder = tmp_path / "street" / "tables"
    folder.mkdir(parents=True)
    up = "CREATE TABLE groundswell.trial (a UInt8) ENGINE = MergeTree ORDER BY a;\n"
    (folder / "0001_trial.sql").write_text(f"-- up\n{up}-- down\nDROP TABLE groundswell.trial;\n")
    (migration,) = migrations_in(folder)
    engine = store.engine()
    assert migrate(engine, [migration]) == [migration]
    assert migrate(engine, [migration]) == []
    assert unmigrate(engine, [migration]) == [migration]
    assert not _exists("trial")
    assert migrate(engine, [migration]) == [migration]
    assert _exists("trial")
    unmigrate(engine, [migration])


def _append(token: str) -> None:
    store.append("ingestion", ROWS, token=token, computed={"project": str(PROJECT)})


def _counted() -> int:
    return int(store.read(f"SELECT sum(messages) FROM groundswell.ingestion WHERE project = {PROJECT}").rows[0][0])


def _exists(table: str) -> bool:
    return bool(store.read(f"EXISTS TABLE groundswell.{table}").rows[0][0])


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux tells the memory of a process so")
def test_memory_that_is_free_goes_back_to_the_system(open_store: None) -> None:
    if not store.engine().is_embedded:
        pytest.skip("the store is another process")
    columns = ", ".join(f"groupArray(number + {number}) AS c{number}" for number in range(8))
    store.read(f"SELECT length(c0) FROM (SELECT {columns} FROM numbers(2000000))")
    held = _resident()
    give_back(store.engine())
    assert _resident() < held - 50_000_000


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="only Linux tells of threads so")
def test_merging_has_to_wait_for_everything_else(open_store: None) -> None:
    names = {int(task.name): (task / "comm").read_text().strip() for task in Path("/proc/self/task").glob("*")}
    merging = [thread for thread, name in names.items() if name == MERGING]
    assert merging
    assert {os.getpriority(os.PRIO_PROCESS, thread) for thread in merging} == {NICENESS}
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) < NICENESS
