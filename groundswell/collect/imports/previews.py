"""What will become of a file: its first rows through the same reading and the same steps as the import itself."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow.parquet as pq

from groundswell.collect.block import KEPT, REASONS, Block
from groundswell.collect.formats.items import UNREADABLE
from groundswell.collect.imports.files import Opened, lines_of
from groundswell.collect.imports.heads import BYTES
from groundswell.collect.imports.lines import LONGEST, names_of_lines
from groundswell.collect.imports.reading import reader_of
from groundswell.collect.imports.tables import delimiter_of, header_of, schema_of
from groundswell.collect.imports.types import Format, Plan
from groundswell.collect.names import Names
from groundswell.collect.recent import payload_of
from groundswell.collect.steps import ALIAS, GROUP, IDENTIFY, LAST_EVENT
from groundswell.collect.types import Reason
from groundswell.kernel.clock import from_us
from groundswell.kernel.secrets import MASK, is_secret, masked

SHOWN = 5  # rows, and messages
MOST_COLUMNS = 200
LONGEST_SHOWN = 200  # characters of a cell
csv.field_size_limit(max(csv.field_size_limit(), BYTES))  # of the process: a field may be all that is looked at
_NO_DIGEST = "0" * 32
_CALLS = {IDENTIFY: "identify", GROUP: "group", ALIAS: "alias"}
_read_any = msgspec.json.Decoder(Any).decode


@dataclass(frozen=True)
class Shown:
    """A message that will be loaded. Without ``at`` it counts as of the import; ``call`` is empty for events."""

    row: int
    call: str
    event: str
    who: str
    account: str
    at: datetime | None
    said: dict[str, Any]


@dataclass(frozen=True)
class Dropped:
    """Messages that will be dropped for a reason, and the first of them."""

    reason: Reason
    count: int
    row: int
    payload: Any


@dataclass
class Preview:
    """What becomes of the first rows."""

    rows: int = 0
    loaded: int = 0
    undated: int = 0
    messages: list[Shown] = field(default_factory=list)
    dropped: dict[Reason, Dropped] = field(default_factory=dict)


def columns_in(path: Path, format: Format) -> list[str]:
    """The columns that a file has. Raises Refusal where it cannot be read."""
    if not format.has_columns:
        return []
    names = names_of_lines(path) if format is Format.JSONL else list(schema_of(path, format).names)
    return names[:MOST_COLUMNS]


def preview(plan: Plan) -> Preview:
    """What will become of the rows of a (short) file. Raises Refusal where it cannot be read on."""
    found = Preview()
    names = Names(plan.project.id)
    for block in reader_of(replace(plan, digest=_NO_DIGEST)).blocks(0):
        _set_aside(block, names)
        _add(found, block, found.rows)
    return found


def _set_aside(block: Block, names: Names) -> None:
    """Drop what the loader will not take for its names."""
    rows = np.flatnonzero(block.kept & (block.kind <= LAST_EVENT))
    kinds, kind = block.kinds(rows)
    for number, reason in enumerate(names.foresee(kinds)):
        if reason is not None:
            block.drop(rows[kind == number], reason)


def first_rows(path: Path, format: Format, columns: list[str]) -> list[list[str]]:
    """The first rows of a file that is not compressed as text, in the order of the columns."""
    if format is Format.JSONL:
        with Opened(path) as opened:
            lines = list(islice(lines_of(opened.file, longest=LONGEST), SHOWN))
        return [_cells(_flat(line), columns) for line in lines]
    return [_cells(row, columns) for row in islice(_rows_of_table(path, format), SHOWN)]


def _rows_of_table(path: Path, format: Format) -> Iterator[dict[str, Any]]:
    if format is Format.PARQUET:
        yield from pq.read_table(path).slice(0, SHOWN).to_pylist()
        return
    names = header_of(path).shown
    has_secrets = any(map(is_secret, names))
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in islice(csv.reader(file, delimiter=delimiter_of(path)), 1, None):
            is_shown = len(row) == len(names) or not has_secrets  # else what is a secret may stand under another name
            yield dict(zip(names, row, strict=False)) if is_shown else dict.fromkeys(names[: len(row)], MASK)


def _cells(row: dict[str, Any], columns: list[str]) -> list[str]:
    row = masked(row)
    return ["" if row.get(name) is None else str(row[name])[:LONGEST_SHOWN] for name in columns]


def _flat(line: bytes) -> dict[str, Any]:
    """What a line says by name, inner names as dotted paths."""
    try:
        found = _read_any(line)
    except UNREADABLE:
        return {}
    flat: dict[str, Any] = {}

    def gather(inner: Any, before: str) -> None:
        for name, value in inner.items() if isinstance(inner, dict) else ():
            flat[before + name] = value if not isinstance(value, dict) else "{…}"
            gather(value, f"{before}{name}.")

    gather(found, "")
    return flat


def _add(found: Preview, block: Block, before: int) -> None:
    """Count a block, and show its first messages and the first dropped for each reason."""
    kept = np.flatnonzero(block.reason == KEPT)
    found.rows += len(block)
    found.loaded += len(kept)
    found.undated += int(np.count_nonzero(block.at[kept] == block.received[kept]))
    for row in kept[: SHOWN - len(found.messages)].tolist():
        found.messages.append(_shown(block, row, before + row + 1))
    for code in np.unique(block.reason[block.reason != KEPT]).tolist():
        rows, reason = np.flatnonzero(block.reason == code), REASONS[code]
        if reason in found.dropped:
            found.dropped[reason] = replace(found.dropped[reason], count=found.dropped[reason].count + len(rows))
        else:
            first = int(rows[0])
            found.dropped[reason] = Dropped(reason, len(rows), before + first + 1, payload_of(block, first))


def _shown(block: Block, row: int, number: int) -> Shown:
    traits = block.traits.get(row)
    at = int(block.at[row])
    return Shown(
        row=number, call=_CALLS.get(int(block.kind[row]), ""), event=_text(block.event, row),
        who=_text(block.user_names, row) or _text(block.anonymous_names, row), account=_text(block.account_names, row),
        at=None if at == int(block.received[row]) else from_us(at),
        said=masked(traits.given if traits else block.properties_of(row)),
    )  # fmt: skip


def _text(column: Any, row: int) -> str:
    return str(column[row].as_py() or "")
