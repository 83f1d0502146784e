"""An import that is stopped, killed or run twice: in the end every row is there once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from groundswell.collect import loader as loading
from groundswell.collect.imports import lines, tables
from groundswell.collect.imports.runs import Run
from groundswell.collect.imports.types import State
from groundswell.collect.tests.importing import Importing, write_lines, write_text
from groundswell.kernel.errors import Refusal
from groundswell.store import service as store
from tests.effort import STRIDE
from tests.world import World, group, identify, track

ROWS = 8
MAPPED = {"userId": "who", "anonymousId": "device", "event": "what", "timestamp": "when"}
# Twenty rows, so three blocks; three months, so that a block is several appends; a device per two people.
CSV = "who,device,what,when,n\n" + "".join(
    f"u{row % 7},{f'd{row % 3}' if row % 2 else ''},E,2026-0{1 + row % 3}-05 10:00:{row:02},{row}\n"
    for row in range(20)
)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "ROWS", ROWS)
    monkeypatch.setattr(lines, "ROWS", ROWS)
    monkeypatch.setattr(loading, "RETRY", 0.001)


@pytest.fixture
def importing(world: World) -> Importing:
    return Importing(world)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_text(tmp_path / "clicks.csv", CSV)


def numbers(world: World) -> dict[str, Any]:
    """What a world of these rows amounts to."""
    return {
        "rows": world.run("SELECT toInt64(s01), count() FROM scope.events GROUP BY ALL ORDER BY 1"),
        "counted": world.run(
            "SELECT toString(day), sum(count), uniqExact(person) FROM scope.rollup GROUP BY 1 ORDER BY 1"
        ),
        "people": world.run("SELECT count(DISTINCT person), count() FROM scope.person_ids"),
        "pairs": sorted(world.run("SELECT arraySort(groupArray(name)) FROM scope.person_ids GROUP BY person")),
        "ingestion": world.counts(),
    }


def test_a_finished_import_run_again_loads_nothing_and_says_so(importing: Importing, file: Path) -> None:
    first = importing.load(file, **MAPPED)
    assert (first.before, first.loaded) == (0, 20)
    before = numbers(importing.world)
    again = importing.load(file, **MAPPED)
    assert (again.before, again.loaded, again.rows, again.state) == (20, 0, 0, State.DONE)
    assert numbers(importing.world) == before


def test_the_content_counts_not_the_name_of_the_file(importing: Importing, file: Path) -> None:
    importing.load(file, **MAPPED)
    assert importing.load(file.rename(file.with_name("other.csv")), **MAPPED).rows == 0
    longer = write_text(file, CSV + "u9,,E,2026-01-05 10:00,99\n")
    assert importing.load(longer, **MAPPED).loaded == 21  # other content, and its rows have no messageId


def test_another_project_loads_the_same_file_for_itself(importing: Importing, file: Path, tmp_path: Path) -> None:
    importing.load(file, **MAPPED)
    other = Importing(World(tmp_path / "other"))
    assert other.load(file, **MAPPED).loaded == 20


def test_rows_that_a_better_mapping_can_read_are_loaded_and_the_others_are_not_doubled(
    importing: Importing, file: Path
) -> None:
    first = importing.load(file, anonymousId="device", event="what", timestamp="when")
    assert (first.loaded, first.dropped) == (10, {"missing_id": 10})
    second = importing.load(file, **MAPPED)
    assert (second.loaded, second.dropped) == (10, {"duplicate": 10})
    assert importing.world.run("SELECT count() FROM scope.events") == [(20,)]


def test_a_message_id_is_remembered_without_horizon_and_across_files(importing: Importing, tmp_path: Path) -> None:
    importing.world.send({**track("ada", "Live"), "messageId": "m1"})
    text = (
        "userId,event,timestamp,messageId\nada,E,2020-01-05 10:00,m1\nada,E,2020-01-05 10:00,m2\nada,E,2020-01-05,m2\n"
    )
    assert importing.load(write_text(tmp_path / "a.csv", text)).dropped == {"duplicate": 2}
    report = importing.load(write_text(tmp_path / "b.csv", text + "ada,E,2020-01-05 10:00,m3\n"))
    assert (report.loaded, report.dropped) == (1, {"duplicate": 3})
    in_a_year = 365 * 86_400_000_000
    importing.world.send({**track("ada", "Live"), "messageId": "m3"}, received=store_now() + in_a_year)
    assert importing.world.counts() == {"loaded": 3, "duplicate": 6}


def store_now() -> int:
    return int(store.read("SELECT toUnixTimestamp64Micro(now64(6))").rows[0][0])


def test_a_stopped_import_goes_on_where_it_stopped(importing: Importing, file: Path) -> None:
    run = importing.begin(file, **MAPPED)
    while not importing.world.loader.load_offered():
        pass
    run.stop()
    report = importing.finish(run)
    assert report.state is State.STOPPED
    assert report.loaded in (ROWS, 2 * ROWS)
    rest = importing.load(file, **MAPPED)
    assert (rest.before, rest.loaded) == (report.loaded, 20 - report.loaded)
    assert [count for _, count in numbers(importing.world)["rows"]] == [1] * 20


def test_asked_for_again_while_it_runs_it_is_the_same_import(importing: Importing, file: Path) -> None:
    run = importing.begin(file, **MAPPED)
    assert importing.begin(file, **MAPPED) is run
    importing.finish(run)
    assert importing.begin(file, **MAPPED) is not run


def test_a_copy_is_refused_while_the_same_content_is_being_imported(importing: Importing, file: Path) -> None:
    run = importing.begin(file, **MAPPED)
    while not importing.world.loader.offers.first():
        pass
    copy = importing.begin(write_text(file.with_name("copy.csv"), CSV), **MAPPED)
    copy.join(10)
    assert copy.report.state is State.FAILED
    assert "same content is being imported" in copy.report.problem
    assert importing.finish(run).loaded == 20


def test_the_same_content_read_in_another_way_waits_until_it_is_known_what_the_first_loads(
    importing: Importing, file: Path
) -> None:
    run = importing.begin(file, **MAPPED)
    while not importing.world.loader.offers.first():
        pass
    copy = importing.begin(write_text(file.with_name("copy.csv"), CSV), userId="who", event="what")
    copy.join(10)
    assert copy.report.state is State.FAILED
    assert "same content is being imported" in copy.report.problem
    assert importing.finish(run).loaded == 20
    again = importing.load(copy.plan.path, userId="who", event="what")
    assert (again.loaded, again.dropped) == (0, {"duplicate": 20})
    assert importing.world.counts() == {"loaded": 20, "duplicate": 20}


def test_a_file_that_changes_meanwhile_is_not_read_on(importing: Importing, file: Path) -> None:
    run = importing.begin(file, **MAPPED)
    while not importing.world.loader.offers.first():
        pass
    write_text(file, CSV + "u1,,E,2026-01-05,1\n" * 9)
    report = importing.finish(run)
    assert report.state is State.FAILED
    assert "changed since it was read first" in report.problem


def test_live_messages_and_an_import_take_turns(importing: Importing, file: Path) -> None:
    world = importing.world
    run = importing.begin(file, **MAPPED)
    for number in range(5):
        world.send(track("u1", "Live", n=number))
        while not run.is_over and not world.loader.load_offered():
            pass
    assert importing.finish(run).loaded == 20
    assert world.run("SELECT event, count() FROM scope.events GROUP BY 1 ORDER BY 1") == [("E", 20), ("Live", 5)]
    assert world.counts() == {"loaded": 25}


class PowerCut(Refusal):
    """The end of a process, as far as the loader can tell."""


def die_at(world: World, write: int) -> Callable[..., None]:
    """An append that takes so many writes; then the power goes."""
    append, left = store.append, write

    def dies(*args: Any, **kwargs: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            world.loader.stop()
            raise PowerCut(503, "dead", "The power is gone.")
        append(*args, **kwargs)

    return dies


def load_until_dead(importing: Importing, run: Run, write: int) -> bool:
    """Load until the power goes after so many writes; False if the import ends before that."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "append", die_at(importing.world, write))
        try:
            importing.finish(run)
        except PowerCut:
            return True
    return False


TYPED = [
    identify("ada", "phone", plan="pro"),
    track("~phone", "E", n=1),
    {**track("~tab", "E", n=2), "userId": "ben"},
    group("ada", "acme", name="Acme", role="admin"),
    {"type": "alias", "previousId": "benjamin", "userId": "ben"},
    track("benjamin", "E", n=3),
    {"type": "alias", "previousId": "ben", "userId": "ada"},
    identify("ben", "phone", plan=None, seats=3),
    track("cleo", "E", n=4),
    {"type": "track", "userId": "ada"},
]


@pytest.mark.parametrize("kind", ["columns", "messages"])
def test_a_power_cut_at_any_write_loses_and_doubles_no_row(
    open_store: None, transactional_db: None, tmp_path: Path, file: Path, kind: str
) -> None:
    mapped = MAPPED if kind == "columns" else {}
    if kind == "messages":
        file = write_lines(tmp_path / "typed.jsonl", TYPED)
    right = World(tmp_path / "right")
    Importing(right).load(file, **mapped)
    write = 0
    while True:
        importing = Importing(World(tmp_path / str(write)))
        if not load_until_dead(importing, importing.begin(file, **mapped), write):
            break
        importing.die()
        assert not list((importing.world.folder / "imports").iterdir())  # what was begun is finished
        importing.load(file, **mapped)
        assert numbers(importing.world) == numbers(right), f"died at write {write}"
        write += STRIDE
    assert write > 15


def test_what_was_cut_short_is_finished_when_its_file_is_back(importing: Importing, file: Path) -> None:
    run = importing.begin(file, **MAPPED)
    assert load_until_dead(importing, run, 5)  # between two appends of one block
    away = file.rename(file.with_name("away.csv"))
    importing.die()
    importing.world.send(track("zoe", "Live", n=99))
    assert importing.load(away, **MAPPED).before == 0
    assert numbers(importing.world)["rows"] == [(n, 1) for n in [*range(20), 99]]


def test_a_store_that_fails_for_a_while_delays_an_import(importing: Importing, file: Path) -> None:
    failures = iter(range(7))
    append = store.append

    def fails_at_first(*args: Any, **kwargs: Any) -> None:
        if next(failures, None) is not None:
            raise Refusal(503, "store_error", "The disk is full.")
        append(*args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "append", fails_at_first)
        importing.load(file, **MAPPED)
    assert [count for _, count in numbers(importing.world)["rows"]] == [1] * 20


def test_a_block_that_cannot_be_loaded_fails_its_import_and_not_the_loader(
    importing: Importing, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError("broken")

    with monkeypatch.context() as patch:
        patch.setattr(importing.world.loader, "_learn", broken)
        run = importing.begin(file, **MAPPED)
        report = importing.finish(run)
    assert (report.state, report.problem) == (State.FAILED, "Something unexpected happened: broken")
    assert (run._waiting, importing.imports._runs) == (None, [])  # nobody holds its block in memory any more
    importing.world.send(track("ada", "Live"))
    assert importing.load(file, **MAPPED).loaded == 20
