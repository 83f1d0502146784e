"""Numbered migrations of the column store, both ways. Each street keeps its own in ``tables/``.

A migration is a file ``0001_name.sql`` whose statements stand after a line ``-- up`` or ``-- down``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from groundswell.store.engine import DATABASE, Engine

_PART = re.compile(r"^-- (up|down)\s*$", re.M)


@dataclass(frozen=True)
class Migration:
    street: str
    name: str
    up: tuple[str, ...]
    down: tuple[str, ...]


def migrations_in(folder: Path) -> list[Migration]:
    """The migrations of the street whose ``tables/`` folder this is, in order."""
    return [_parse(folder.parent.name, path) for path in sorted(folder.glob("*.sql"))]


def migrate(engine: Engine, migrations: list[Migration]) -> list[Migration]:
    """Apply what has not been applied, in the order given. Returns what it applied."""
    done = _applied(engine)
    todo = [each for each in migrations if (each.street, each.name) not in done]
    for migration in todo:
        for statement in migration.up:
            engine.command(statement)
        engine.command(
            f"INSERT INTO {DATABASE}.migrations (street, name) VALUES ('{migration.street}', '{migration.name}')"
        )
    return todo


def unmigrate(engine: Engine, migrations: list[Migration]) -> list[Migration]:
    """Take back those of the given migrations that were applied, last first. Returns what it took back."""
    done = _applied(engine)
    back = [each for each in reversed(migrations) if (each.street, each.name) in done]
    for migration in back:
        for statement in migration.down:
            engine.command(statement)
        engine.command(
            f"ALTER TABLE {DATABASE}.migrations DELETE"
            f" WHERE street = '{migration.street}' AND name = '{migration.name}' SETTINGS mutations_sync = 1"
        )
    return back


def _applied(engine: Engine) -> set[tuple[str, str]]:
    engine.command(
        f"CREATE TABLE IF NOT EXISTS {DATABASE}.migrations"
        " (street String, name String, applied_at DateTime DEFAULT now())"
        " ENGINE = MergeTree ORDER BY (street, name)"
    )
    return set(engine.read(f"SELECT street, name FROM {DATABASE}.migrations").rows)


def _parse(street: str, path: Path) -> Migration:
    parts = dict(_parts(path.read_text()))
    return Migration(street, path.stem, parts["up"], parts["down"])


def _parts(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    _, *rest = _PART.split(text)
    for direction, body in zip(rest[::2], rest[1::2], strict=True):
        yield direction, tuple(each.strip() for each in body.split(";\n") if each.strip())
