"""A block of messages of one project, as columns, on its way through the loader's steps."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from groundswell.collect.types import Message, Reason, Record
from groundswell.workspace.types import ProjectCard

REASONS = tuple(Reason)
KEPT = -1
LOADED = "loaded"
Mask = NDArray[np.bool_]
Rows = Mask | NDArray[np.intp] | Sequence[int] | Sequence[bool]  # true where chosen, or the numbers of the chosen


@dataclass(frozen=True)
class Traits:
    """What one message writes: values, values that stay once set, and names to remove."""

    given: dict[str, Any]
    once: dict[str, Any]
    unset: list[str]


@dataclass
class Block:
    """Row i of every column is message i, in the order of receipt. A row that is dropped keeps its place.

    Ids are stable 64-bit numbers, 0 where there is none; times are µs since 1970. Columns below ``messages`` are
    filled by the steps.
    """

    project: ProjectCard
    token: str
    messages: list[Message]
    position: NDArray[np.int64]
    received: NDArray[np.int64]
    key: NDArray[np.uint32]
    is_trusted: Mask
    reason: NDArray[np.int8] = field(init=False)
    kind: NDArray[np.int8] = field(init=False)
    user: NDArray[np.uint64] = field(init=False)
    anonymous: NDArray[np.uint64] = field(init=False)
    account: NDArray[np.uint64] = field(init=False)
    message: NDArray[np.uint64] = field(init=False)
    at: NDArray[np.int64] = field(init=False)
    event: list[str] = field(init=False)
    user_names: list[str] = field(init=False)
    anonymous_names: list[str] = field(init=False)
    account_names: list[str] = field(init=False)
    properties: list[dict[str, Any]] = field(init=False)
    context: list[bytes] = field(init=False)
    traits: dict[int, Traits] = field(init=False)  # by row, where there are any

    def __post_init__(self) -> None:
        self.reason = np.full(len(self.messages), KEPT, np.int8)

    def __len__(self) -> int:
        return len(self.messages)

    @property
    def kept(self) -> Mask:
        """The rows that no step has dropped so far."""
        kept: Mask = self.reason == KEPT
        return kept

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


def block_of(project: ProjectCard, records: Sequence[Record], messages: list[Message], *, token: str) -> Block:
    """The block of the messages that these records of one project hold."""
    counts = [record.count for record in records]
    starts = np.repeat([record.position for record in records], counts)
    within = np.concatenate([np.arange(count) for count in counts])
    return Block(
        project,
        token,
        messages,
        position=(starts + within).astype("i8"),
        received=np.repeat(np.array([record.received for record in records], "i8"), counts),
        key=np.repeat(np.array([record.key for record in records], "u4"), counts),
        is_trusted=np.repeat(np.array([record.is_trusted for record in records], bool), counts),
    )
