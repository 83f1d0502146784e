"""The words of importing: formats, fields, plans and reports."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import xxhash

from groundswell.workspace.types import ProjectCard

JOURNAL = "import "  # with what the journals of imports begin
FIELDS = ("userId", "anonymousId", "groupId", "event", "timestamp", "messageId", "type")


class Format(StrEnum):
    """What a file holds."""

    SEGMENT = "segment"
    POSTHOG = "posthog"
    MIXPANEL = "mixpanel"
    AMPLITUDE = "amplitude"
    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"

    @property
    def has_columns(self) -> bool:
        """Whether people say by ``--map`` what its columns mean; the others say so themselves."""
        return self in (Format.CSV, Format.JSONL, Format.PARQUET)


class State(StrEnum):
    """What an import is doing."""

    READY = "ready"  # here, and nobody began it yet
    READING = "reading"  # the whole file once, to know it again
    LOADING = "loading"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"

    @property
    def is_over(self) -> bool:
        """Whether nothing happens by itself any more."""
        return self in (State.DONE, State.STOPPED, State.FAILED)


@dataclass(frozen=True)
class Plan:
    """What is to be imported and how it is to be read: the same plan reads the same rows, always.

    ``columns`` says which column is which field. ``received`` (µs since 1970) is the instant that counts as receipt of
    every row. ``digest`` names the content of the file: 32 hexadecimal digits. ``is_first``: nobody began to import
    this content before, so it need not be looked up which of its rows are there.
    """

    project: ProjectCard
    path: Path
    format: Format
    columns: dict[str, str]
    received: int
    digest: str = ""
    is_first: bool = False

    @property
    def content(self) -> str:
        """With what all journals of this content in this project begin."""
        return f"{JOURNAL}{self.project.id} {self.digest} "

    @property
    def journal(self) -> str:
        """The name of this file, read in this way into this project, in the table of progress."""
        how = " ".join(f"{name}={column!r}" for name, column in sorted(self.columns.items()))
        return f"{self.content}{self.format} {how}"

    @property
    def key(self) -> str:
        """A short name for the journal."""
        return xxhash.xxh3_128_hexdigest(self.journal.encode())


@dataclass(frozen=True)
class Example:
    """The first message that was dropped for a reason: its row (the first is 1) and what it said."""

    row: int
    payload: Any


@dataclass
class Report:
    """How far an import is, and what became of its rows.

    ``before`` counts the rows that earlier runs of the same import were done with. ``share`` is 0…1.
    """

    state: State = State.READING
    share: float = 0.0
    before: int = 0
    loaded: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    examples: dict[str, Example] = field(default_factory=dict)
    undated: int = 0  # rows that say no time and count as of the import
    seconds: float = 0.0
    problem: str = ""

    @property
    def rows(self) -> int:
        """How many rows this run is done with."""
        return self.loaded + sum(self.dropped.values())
