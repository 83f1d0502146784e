"""A block of messages of one project, as columns, on its way through the loader's steps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from groundswell.collect.types import Message, Reason, Record
from groundswell.workspace.types import ProjectCard

REASONS = tuple(Reason)
KEPT = -1
LOADED = "loaded"
Mask = NDArray[np.bool_]
Rows = Mask | NDArray[np.intp] | Sequence[int] | Sequence[bool]  # true where chosen, or the numbers of the chosen

_read_object = msgspec.json.Decoder(dict[str, Any]).decode


@dataclass(frozen=True)
class Traits:
    """What one message writes: values, values that stay once set, and names to remove."""

    given: dict[str, Any]
    once: dict[str, Any]
    unset: list[str]


@dataclass
class Block:
    """Row i of every column is message i, in the order of receipt. A row that is dropped keeps its place.

    Ids are stable 64-bit numbers, 0 where there is none; times are µs since 1970. The columns from ``kind`` on are
    what the messages say. They come from ``messages``, or from the columns of an imported file (``table``).
    """

    project: ProjectCard
    token: str
    position: NDArray[np.int64]
    received: NDArray[np.int64]
    key: NDArray[np.uint32]
    is_trusted: Mask
    messages: list[Message] = field(default_factory=list)
    table: pa.Table | None = None
    zone: str = "UTC"  # of times that name none
    unheard: Mask = field(init=False)  # rows of a file that is imported for the first time: no repeats of anything
    reason: NDArray[np.int8] = field(init=False)
    kind: NDArray[np.int8] = field(init=False)
    user: NDArray[np.uint64] = field(init=False)
    anonymous: NDArray[np.uint64] = field(init=False)
    account: NDArray[np.uint64] = field(init=False)
    message: NDArray[np.uint64] = field(init=False)
    at: NDArray[np.int64] = field(init=False)
    user_names: pa.Array = field(init=False)
    anonymous_names: pa.Array = field(init=False)
    account_names: pa.Array = field(init=False)
    event: pa.DictionaryArray = field(init=False)
    properties: pa.Array = field(init=False)  # canonical JSON
    values: dict[str, pa.Array] = field(default_factory=dict)  # JSON of single properties, '' where absent, if known
    shape: NDArray[np.int32] = field(init=False)  # which of the shapes the properties of a row have
    shapes: list[dict[str, Any]] = field(init=False)  # one example for each set of property names
    context: pa.Array = field(init=False)  # JSON as sent, or empty
    traits: dict[int, Traits] = field(default_factory=dict)  # by row, where there are any
    look_up: Callable[[int], Message] | None = None  # finds the message of a row where ``messages`` were let go

    def __post_init__(self) -> None:
        self.reason = np.full(len(self), KEPT, np.int8)
        self.unheard = np.zeros(len(self), bool)

    def __len__(self) -> int:
        return len(self.position)

    @property
    def kept(self) -> Mask:
        """The rows that no step has dropped so far."""
        kept: Mask = self.reason == KEPT
        return kept

    @cached_property
    def events(self) -> list[str]:
        """The names of events that occur, each once."""
        names: list[str] = self.event.dictionary.to_pylist()
        return names

    def rows_of(self, event: str) -> NDArray[np.intp]:
        """The rows in which that event occurs."""
        if event not in self.events:
            return np.empty(0, np.intp)
        return np.flatnonzero(self.event.indices.to_numpy() == self.events.index(event))

    def kinds(self, rows: NDArray[np.intp]) -> tuple[list[tuple[str, dict[str, Any]]], NDArray[np.intp]]:
        """What kinds of events these rows are, by name and example of properties, and of which kind each row is.

        Kinds stand in the order of their first rows.
        """
        own = self.event.indices.to_numpy()[rows].astype("i8") * len(self.shapes) + self.shape[rows]
        numbers, first, which = np.unique(own, return_index=True, return_inverse=True)
        order = np.argsort(first)
        codes, shapes = np.divmod(numbers[order], len(self.shapes))
        kinds = [(self.events[code], self.shapes[shape]) for code, shape in zip(codes, shapes, strict=True)]
        return kinds, np.argsort(order)[which]

    def properties_of(self, row: int) -> dict[str, Any]:
        """One row's properties."""
        return _read_object(self.properties[row].as_py())

    def message_of(self, row: int) -> Message:
        """One row's message."""
        return self.look_up(row) if self.look_up else self.messages[row]

    def drop(self, rows: Rows, reason: Reason) -> None:
        """Set rows aside for that reason, unless they were dropped before."""
        chosen = np.zeros(len(self), bool)
        chosen[rows] = True
        self.reason[chosen & self.kept] = REASONS.index(reason)

    def counts(self) -> dict[str, int]:
        """How many messages were loaded, and how many dropped for each reason."""
        codes, numbers = np.unique(self.reason, return_counts=True)
        names = [LOADED if code == KEPT else REASONS[code].value for code in codes]
        return dict(zip(names, map(int, numbers), strict=True))


def block_of(
    project: ProjectCard, records: Sequence[Record], messages: list[Message], *, token: str, before: int = 0
) -> Block:
    """The block of the messages that these records of one project hold.

    ``before`` is how many rows were imported before: the inbox does not count them, the order of receipt does.
    """
    counts = [record.count for record in records]
    firsts = np.array([record.position for record in records], "i8") - np.cumsum([0, *counts[:-1]])
    return Block(
        project,
        token,
        position=np.repeat(firsts, counts) + np.arange(sum(counts)) + before,
        received=np.repeat(np.array([record.received for record in records], "i8"), counts),
        key=np.repeat(np.array([record.key for record in records], "u4"), counts),
        is_trusted=np.repeat(np.array([record.is_trusted for record in records], bool), counts),
        messages=messages,
    )
