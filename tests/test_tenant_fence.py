"""Questions from one project never touch a row of another: the engine itself counts the rows it read.

Two projects have the same ids, names and instants, in parts of their own (merging is stopped, for a part is read in
blocks of thousands of rows). Every question is asked three times: while the project is alone; with the neighbour there,
where the engine must read as many rows as before; and with a wire across every table that stops any query that so much
as reads a row of another project.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from groundswell.insights.attendance import diary
from groundswell.insights.service import ask
from groundswell.insights.tests.test_why import WHY, story
from groundswell.kernel.errors import Refusal
from groundswell.store import service as store
from groundswell.store.engine import Engine
from tests.answering import as_of_much_data, plain
from tests.effort import examples
from tests.random_questions import Question, one_of_each, plain_ones
from tests.random_worlds import SPRING, Told, worlds
from tests.test_answers import THOROUGH
from tests.world import World, track

Reads = list[int]  # rows that the engine read, one number for each query


class Watched:
    """A client whose queries are counted, and stopped by the wire where there is one."""

    def __init__(self, client: Any, reads: Reads, wire: str) -> None:
        self.client, self.reads, self.wire = client, reads, wire

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Any way to ask a client something."""
        return partial(self._counted, getattr(self.client, name))

    def _counted(self, run: Callable[..., Any], sql: str, *, settings: dict[str, Any], **options: Any) -> Any:
        # What the engine remembers of a condition saves it reading rows the second time.
        more = {"use_query_condition_cache": 0, **({"additional_table_filters": self.wire} if self.wire else {})}
        before, own = self._rows_read()
        result = run(sql, settings={**settings, **more}, **options)
        after, _ = self._rows_read()
        self.reads.append(after - before - own)
        return result

    def _rows_read(self) -> tuple[int, int]:
        """The engine's own count of rows that it ever read, and how many it reads to say so."""
        counters = dict(self.client.query("SELECT event, value FROM system.events").result_rows)
        return counters["SelectedRows"], len(counters)


@contextmanager
def watched(wire: str = "") -> Iterator[Reads]:
    """What the engine reads, query by query."""
    reads: Reads = []
    reader = Engine._reader

    @contextmanager
    def watching(engine: Engine, *, is_own: bool) -> Iterator[Any]:
        with reader(engine, is_own=is_own) as (client, inquiry):
            yield Watched(client, reads, wire), inquiry

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Engine, "_reader", watching)
        patched.setattr(diary, "WORKERS", 1)  # the engine counts for the process, whichever query it is
        yield reads


def wire_around(project: int) -> str:
    """A filter on every table that has rows of projects: it stops the query at a row of another one."""
    tables = store.read(
        "SELECT name FROM system.tables WHERE database = 'groundswell' AND engine LIKE '%MergeTree'"
        " AND name IN (SELECT table FROM system.columns WHERE database = 'groundswell' AND name = 'project')"
    ).rows
    assert len(tables) > 5
    return str({f"{store.DATABASE}.{table}": f"throwIf(project != {project}) = 0" for (table,) in tables})


@pytest.fixture
def unmerged(open_store: None) -> Iterator[None]:
    store.engine().command("SYSTEM STOP MERGES")
    yield
    store.engine().command("SYSTEM START MERGES")


@pytest.mark.usefixtures("unmerged", "transactional_db")
@settings(THOROUGH, max_examples=examples(12))
@given(own=worlds(SPRING, most=20), neighbour=worlds(SPRING, most=20), asked=one_of_each(SPRING))
def test_no_question_reads_a_row_of_another_project(
    tmp_path: Path, own: Told, neighbour: Told, asked: list[Question]
) -> None:
    world = World(tmp_path)
    world.send(*own[0])
    world.count_ahead()
    asked = [*plain_ones(SPRING), *asked]
    alone = [answered(world, question) for question in asked]
    other = World(tmp_path)
    other.send(*neighbour[0])
    other.count_ahead()
    for question, before in zip(asked, alone, strict=True):
        assert answered(world, question) == before, question
        assert answered(world, question, wire_around(world.project.id))[0] == before[0]


def answered(world: World, question: Question, wire: str = "") -> tuple[list[Any], Reads]:
    """The rows of the answer, both ways, and how many the engine read for them, where nothing is known beforehand."""
    store.moved(world.project.id)
    with watched(wire) as reads:
        rows = plain(ask(world.project, question).rows)
        with as_of_much_data():
            assert plain(ask(world.project, question).rows) == rows
    assert reads
    return rows, reads


@pytest.mark.usefixtures("unmerged", "transactional_db")
def test_why_people_stopped_is_told_by_their_own_project_alone(tmp_path: Path) -> None:
    world, other = World(tmp_path), World(tmp_path)
    world.send(*story())
    alone = answered(world, WHY)
    assert alone[0]
    other.send(*({**each, "messageId": f"other-{each['messageId']}"} for each in story()))
    assert answered(world, WHY) == alone
    assert answered(world, WHY, wire_around(world.project.id))[0] == alone[0]


@pytest.mark.usefixtures("unmerged", "transactional_db")
def test_the_wire_stops_what_leaves_the_fence(tmp_path: Path) -> None:
    world, other = World(tmp_path), World(tmp_path)
    world.send(track("ada", "A"))
    other.send(track("ada", "A"))
    for table in ("events", "rollup"):
        inside = f"SELECT count() FROM {store.DATABASE}.{table} WHERE project = {world.project.id} AND event = 'A'"
        with watched(wire_around(world.project.id)) as reads:
            assert store.read(inside).rows == [(1,)]
            with pytest.raises(Refusal):
                store.read(inside.replace("=", ">=", 1))
        assert reads == [1]
