"""From a file to blocks: how it is to be read, and the reader for it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from groundswell.collect.block import Block
from groundswell.collect.imports.columns import check_types
from groundswell.collect.imports.files import check_file, guess_format
from groundswell.collect.imports.lines import Lines, names_of_lines
from groundswell.collect.imports.mapping import check_fields, columns_of
from groundswell.collect.imports.tables import Csv, Parquet, schema_of
from groundswell.collect.imports.types import Format, Plan
from groundswell.kernel.clock import now_us
from groundswell.kernel.errors import bad_request
from groundswell.kernel.words import said
from groundswell.workspace.types import ProjectCard


class Reader(Protocol):
    """Makes blocks of a file's rows: always the same blocks of the same rows."""

    @property
    def share(self) -> float:
        """How much of the file was read: 0…1."""

    def blocks(self, start: int) -> Iterator[Block]:
        """The rows from number ``start`` (the first is 0) to the end."""


def plan_import(*, project: ProjectCard, path: Path, format: str, columns: Mapping[str, str]) -> Plan:
    """How a file is to be read. Raises Refusal where it cannot be, with the fields at fault."""
    check_file(path)
    chosen = _format(format) if format else guess_format(path)
    check_fields(columns, chosen)
    plan = Plan(project, path, chosen, {}, now_us())
    if chosen is Format.JSONL:
        return replace(plan, columns=columns_of(columns, names_of_lines(path)))
    if chosen in (Format.CSV, Format.PARQUET):
        schema = schema_of(path, chosen)
        plan = replace(plan, columns=columns_of(columns, schema.names))
        check_types(schema, plan.columns)
    return plan


def reader_of(plan: Plan) -> Reader:
    """What reads a file by this plan."""
    if plan.format is Format.PARQUET:
        return Parquet(plan)
    return Csv(plan) if plan.format is Format.CSV else Lines(plan)


def _format(name: str) -> Format:
    try:
        return Format(name)
    except ValueError:
        raise bad_request(
            said("There is no format %(name)r.", name=name),
            hint=said("Formats are %(formats)s.", formats=", ".join(Format)), field="format",
        ) from None  # fmt: skip
