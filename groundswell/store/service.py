"""The process's one column store, and what one asks of it."""

import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from groundswell.kernel.environment import data_folder, text
from groundswell.store import scope
from groundswell.store.dictionaries import Dictionaries, register_dictionaries
from groundswell.store.engine import DATABASE, Engine, Table
from groundswell.store.inquiry import Inquiry, advance, carried, inquiring, look, part_by_part, stage, stopped, within
from groundswell.store.limits import Limits
from groundswell.store.memory import keep_small
from groundswell.store.migrate import Migration, migrate, migrations_in, unmigrate
from groundswell.store.priorities import let_merging_wait
from groundswell.store.scope import FROM_START, TO_END, Unfenced, register_source
from groundswell.store.states import WHOLE, Part, States

__all__ = [
    "DATABASE", "EVER", "FROM_START", "TO_END", "WHOLE", "Engine", "Inquiry", "Limits", "Migration", "Table",
    "Unfenced", "advance", "append", "carried", "close", "dictionary_touched", "engine", "inquiring", "is_embedded",
    "look", "migrations_in", "moved", "open_store", "part_by_part", "part_states", "progress", "read", "read_in_shares",
    "register_dictionaries", "register_source", "register_tables", "run", "run_arrow", "stage", "state", "stop",
    "stopped", "take_back", "within",
]  # fmt: skip

ENDED_WITHIN = 1.0  # seconds after which what was stopped is over, but for what we work out ourselves
AGAIN = 0.05  # seconds
SHARE = 5_000_000  # rows of our own state that are read at once
EVER = (FROM_START, TO_END)  # for questions that look at all history; said out loud, never by default

_tables: list[Path] = []
_opening = threading.Lock()
_engine: Engine | None = None
_dictionaries: Dictionaries | None = None
_states = States()


def register_tables(folder: Path) -> None:
    """Have the migrations in a street's ``tables/`` folder applied when the store opens; streets lowest first."""
    if folder not in _tables:
        _tables.append(folder)


def address() -> str:
    """Where the store is: ``GROUNDSWELL_EVENTS_URL``, by default chDB in the data folder."""
    return text("EVENTS_URL") or f"chdb://{data_folder() / 'events'}"


def is_embedded() -> bool:
    """Whether the store lives inside a process, which owns its folder then: no second one opens it."""
    return address().startswith("chdb:")


def open_store(url: str = "") -> Engine:
    """Open the store at its address, and bring its tables up to date."""
    global _engine, _dictionaries
    with _opening:
        if _engine is None:
            opened = Engine(url or address())
            migrate(opened, _migrations())
            if opened.is_embedded:
                let_merging_wait()
                keep_small(opened)
            _engine, _dictionaries = opened, Dictionaries(opened)
            _states.begin_anew()
        return _engine


def engine() -> Engine:
    """The open store; opened on first use."""
    return _engine or open_store()


def close() -> None:
    """Close the store; the next use opens it again."""
    global _engine, _dictionaries
    with _opening:
        if _engine is not None:
            _engine.close()
        _engine = _dictionaries = None


def take_back() -> None:
    """Take every migration back: an empty store, as tests want it between worlds."""
    unmigrate(engine(), _migrations())
    migrate(engine(), _migrations())
    _states.begin_anew()


def run(
    sql: str,
    *,
    project: int,
    between: tuple[int, int],
    params: Mapping[str, Any] | None = None,
    limits: Limits | None = None,
) -> Table:
    """Ask one project's data (see ``scope.run``), with every join that was acknowledged in sight."""
    _freshen()
    return scope.run(engine(), sql, project=project, between=between, params=params, limits=limits)


def run_arrow(
    sql: str,
    *,
    project: int,
    between: tuple[int, int],
    params: Mapping[str, Any] | None = None,
    limits: Limits | None = None,
) -> pa.Table:
    """As ``run``, as an Arrow table."""
    _freshen()
    return scope.run_arrow(engine(), sql, project=project, between=between, params=params, limits=limits)


def progress(inquiry: Inquiry) -> float:
    """About how much of a question is done, from 0 to 1."""
    place = inquiry.place
    return inquiry.share(engine().share(inquiry) if inquiry.queries else 0.0, at=place)


def stop(inquiry: Inquiry) -> None:
    """Have a question end: whoever works on it is refused with 409. Returns when the engine is done with it."""
    inquiry.stop()
    until = time.monotonic() + ENDED_WITHIN
    while inquiry.queries and time.monotonic() < until:
        engine().kill(inquiry)  # again, for a query that just begins is not known to the engine yet
        time.sleep(AGAIN)


def read(sql: str, *, params: Mapping[str, Any] | None = None) -> Table:
    """Ask across projects: for the loader's own state and operation, never for a person's question."""
    return engine().read(sql, params=params, is_own=True)


def read_in_shares(table: str, select: str, *, by: str, where: str = "1", group: str = "") -> Iterator[pa.Table]:
    """As ``read``, for state of any size: about ``SHARE`` rows of a table at a time, by a column of 64-bit hashes."""
    rows = int(read(f"SELECT count() FROM {DATABASE}.{table} WHERE {where}").rows[0][0])
    shares = rows // SHARE + 1
    for share in range(shares):
        low, high = (share << 64) // shares, ((share + 1) << 64) // shares - 1
        sql = f"SELECT {select} FROM {DATABASE}.{table} WHERE {where} AND {by} BETWEEN {low} AND {high} {group}"
        yield engine().read_arrow(sql, limits=Limits(seconds=600), is_own=True)


def append(
    table: str,
    rows: pa.Table,
    *,
    token: str,
    computed: Mapping[str, str] | None = None,
    parts: Iterable[Part] = (),
) -> None:
    """Append rows once per token (see ``Engine.append``); nothing happens for no rows. Moves the project of them on,
    and of its parts these."""
    if not rows.num_rows:
        return
    try:
        engine().append(table, rows, token=token, computed=computed)
    finally:
        if computed and "project" in computed:
            _states.moved(int(computed["project"]), parts)


def dictionary_touched(name: str, *, project: int | None = None) -> None:
    """Say that the table behind a dictionary has new rows, of a project or of any."""
    engine()
    assert _dictionaries is not None
    _dictionaries.touched(name)
    if project is None:
        _states.begin_anew()
    else:
        _states.moved(project, [name])  # answers went by what the dictionary held


def state(project: int) -> int | None:
    """The state of a project's data: as long as it is the same, so are all answers. None where others may write."""
    return _states.of(project) if engine().is_embedded else None


def part_states(project: int, parts: Iterable[Part]) -> list[int] | None:
    """The same of parts of it: a day of the rollup (a date), the name of a dictionary, or ``WHOLE``, which moves when
    all of them do."""
    return _states.of_parts(project, parts) if engine().is_embedded else None


def moved(project: int, parts: Iterable[Part] | None = None) -> None:
    """Say that something that answers go by was written other than by appending, and can be read now: of the project's
    parts these, or any."""
    _states.moved(project, parts)


def _freshen() -> None:
    engine()
    assert _dictionaries is not None
    _dictionaries.freshen()


def _migrations() -> list[Migration]:
    return [migration for folder in _tables for migration in migrations_in(folder)]
