"""The tenant fence."""

import pytest

from groundswell.store import scope
from groundswell.store import service as store
from groundswell.store.scope import Unfenced, fenced, register_source

JANUARY = (1_767_225_600_000_000, 1_769_904_000_000_000)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "SELECT count() FROM groundswell.events",
        "SELECT count() FROM scope.events, groundswell.events",
        "SELECT count() FROM scope.events UNION ALL SELECT count() FROM system.tables",
        "SELECT * FROM scope.events, file('/etc/passwd', 'LineAsString')",
        "SELECT * FROM scope.passwords",
    ],
)
def test_a_query_around_the_fence_is_refused(open_store: None, sql: str) -> None:
    with pytest.raises(Unfenced):
        fenced(sql)


def test_what_stands_in_quotes_is_left_alone(open_store: None) -> None:
    name = r"'scope.events, system.tables, it\'s file(1)'"
    sql = fenced(f"SELECT {name} FROM scope.rollup WHERE x = {name}")
    assert sql.count(name) == 2
    assert "scope.rollup" not in sql
    assert fenced("SELECT '' FROM scope.memberships").count("scope.") == 0


def test_a_source_that_is_not_limited_to_a_project_cannot_be_registered() -> None:
    with pytest.raises(Unfenced):
        register_source("everything", "SELECT * FROM groundswell.events")
    assert "everything" not in scope._sources


@pytest.mark.usefixtures("store")
def test_a_project_sees_its_own_rows_in_its_own_time_and_nothing_else() -> None:
    _insert(project=1, id=10, day="2026-01-15")
    _insert(project=1, id=11, day="2026-02-15")
    _insert(project=2, id=12, day="2026-01-15")
    assert _ids(project=1, between=JANUARY) == [10]
    assert _ids(project=2, between=JANUARY) == [12]
    assert _ids(project=3, between=JANUARY) == []


@pytest.mark.usefixtures("store")
def test_the_end_of_the_time_is_outside_and_the_start_inside() -> None:
    _insert(project=1, id=10, day="2026-01-01")
    _insert(project=1, id=11, day="2026-02-01")
    assert _ids(project=1, between=JANUARY) == [10]


@pytest.mark.usefixtures("store")
def test_what_people_type_is_a_value_and_never_sql() -> None:
    _insert(project=1, id=10, day="2026-01-15", event="it's; DROP TABLE x -- {project}")
    found = _run("SELECT event FROM scope.events WHERE event = {name:String}", name="it's; DROP TABLE x -- {project}")
    assert found == [("it's; DROP TABLE x -- {project}",)]


def _insert(*, project: int, id: int, day: str, event: str = "E") -> None:
    quoted = event.replace("'", "''")
    store.engine().command(
        f"INSERT INTO groundswell.events (project, id, timestamp, event) VALUES ({project}, {id}, '{day}', '{quoted}')"
    )


def _ids(*, project: int, between: tuple[int, int]) -> list[int]:
    return [id for (id,) in store.run("SELECT id FROM scope.events", project=project, between=between).rows]


def _run(sql: str, **params: object) -> list[tuple[object, ...]]:
    return store.run(sql, project=1, between=JANUARY, params=params).rows
