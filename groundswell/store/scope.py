"""The tenant fence: questions name sources, and every source is already one project's."""

import re
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from groundswell.store.engine import DATABASE, Engine, Table
from groundswell.store.limits import Limits

_SOURCE = re.compile(r"\bscope\.(\w+)")
_TABLE = re.compile(
    rf"\b(?:{DATABASE}|system|information_schema|default)\s*\.\s*\w+|\b(?:file|url|s3|remote|input)\s*\(", re.I
)
_LITERAL = re.compile(r"'(?:[^'\\]|\\.)*'", re.S)

_sources: dict[str, str] = {}

FROM_START = 0
TO_END = 253_402_300_800_000_000  # year 10000 in µs


class Unfenced(Exception):
    """A query that does not go through a source, or goes around it: a mistake in our own code."""


def register_source(name: str, select: str) -> None:
    """Let questions say ``scope.<name>``.

    ``select`` is the sub-select that stands in its place. It must hold ``{project:UInt32}``; what has a
    time also holds ``{from_us:Int64}`` and ``{to_us:Int64}`` (microseconds, the end exclusive).
    """
    if "{project:UInt32}" not in select:
        raise Unfenced(f"The source {name} is not limited to a project.")
    _sources[name] = select


def fenced(sql: str) -> str:
    """The SQL with every ``scope.x`` replaced by its source, but for what stands in quotes. Raises Unfenced."""
    code = "''".join(_LITERAL.split(sql))
    names = _SOURCE.findall(code)
    if not names or _TABLE.search(code):
        raise Unfenced(f"Questions read scope.<source> and nothing else: {sql}")
    unknown = [name for name in names if name not in _sources]
    if unknown:
        raise Unfenced(f"There is no source {unknown[0]}.")
    return _with_sources(sql)


def _with_sources(sql: str) -> str:
    """A source may itself stand on sources: a membership's does, an event's person on the dictionary does not."""
    literals = [*_LITERAL.findall(sql), ""]
    parts = [
        _SOURCE.sub(lambda match: f"({_with_sources(_sources[match.group(1)])})", part) for part in _LITERAL.split(sql)
    ]
    return "".join(part + literal for part, literal in zip(parts, literals, strict=True))


def run(
    engine: Engine,
    sql: str,
    *,
    project: int,
    between: tuple[int, int],
    params: Mapping[str, Any] | None = None,
    limits: Limits | None = None,
) -> Table:
    """Ask one project's data from ``between[0]`` to before ``between[1]`` (µs). ``params`` bind ``{name:Type}``."""
    return engine.read(fenced(sql), params=_bound(project, between, params), limits=limits)


def run_arrow(
    engine: Engine,
    sql: str,
    *,
    project: int,
    between: tuple[int, int],
    params: Mapping[str, Any] | None = None,
    limits: Limits | None = None,
) -> pa.Table:
    """As ``run``, for answers of millions of rows."""
    return engine.read_arrow(fenced(sql), params=_bound(project, between, params), limits=limits)


def _bound(project: int, between: tuple[int, int], params: Mapping[str, Any] | None) -> dict[str, Any]:
    return {**(params or {}), "project": project, "from_us": between[0], "to_us": between[1]}
