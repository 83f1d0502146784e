"""From the records of a project to one block, read piece by piece.

The messages of a piece, and all that is made of them on the way, have room in the processor's cache and are let go
before the next piece is read. Only columns are kept of a whole block.
"""

import logging
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from groundswell.collect.block import Block, block_of
from groundswell.collect.formats import posthog, segment
from groundswell.collect.steps import read
from groundswell.collect.types import Message, Reason, Record, Source
from groundswell.workspace.types import ProjectCard

log = logging.getLogger(__name__)

PIECE = 2_000  # messages

_DECODE: Mapping[Source, Callable[[Record], list[Message | None]]] = {
    Source.SEGMENT: segment.decode,
    Source.POSTHOG: posthog.decode,
}
_UNREADABLE = Message(type=Reason.UNREADABLE)
_NUMBERS = ("reason", "kind", "user", "anonymous", "account", "message", "at", "unheard")
_TEXTS = ("user_names", "anonymous_names", "account_names", "properties", "context")


def read_records(project: ProjectCard, records: Sequence[Record], *, token: str, before: int = 0) -> Block:
    """The block of the messages that these records of one project hold, taken through all steps.

    ``before`` is how many rows were imported before: the inbox does not count them, the order of receipt does.
    """
    block = joined([_piece(project, part, token=token, before=before) for part in _parts(records)])
    block.look_up = _looking_up(records)
    return block


def _piece(project: ProjectCard, records: Sequence[Record], *, token: str, before: int) -> Block:
    """The block of a few records. One that makes us stumble is set aside: it may not keep all others waiting."""
    try:
        messages = [message for record in records for message in _decoded(record)]
        piece = read(block_of(project, records, messages, token=token, before=before))
    except Exception:
        if len(records) > 1:
            return joined([_piece(project, [record], token=token, before=before) for record in records])
        log.exception("the record at %d could not be read", records[0].position)
        unreadable = [_UNREADABLE] * records[0].count
        piece = read(block_of(project, records, unreadable, token=token, before=before))
    piece.messages = []
    return piece


def joined(pieces: Sequence[Block]) -> Block:
    """Blocks of one project, one after the other, as one block."""
    first = pieces[0]
    block = Block(
        first.project,
        first.token,
        position=np.concatenate([piece.position for piece in pieces]),
        received=np.concatenate([piece.received for piece in pieces]),
        key=np.concatenate([piece.key for piece in pieces]),
        is_trusted=np.concatenate([piece.is_trusted for piece in pieces]),
        zone=first.zone,
    )
    for name in _NUMBERS:
        setattr(block, name, np.concatenate([getattr(piece, name) for piece in pieces]))
    for name in _TEXTS:
        setattr(block, name, pa.concat_arrays([getattr(piece, name) for piece in pieces]))
    block.event = pa.chunked_array([piece.event for piece in pieces]).unify_dictionaries().combine_chunks()
    block.shape, block.shapes = _shapes(pieces)
    starts = accumulate((len(piece) for piece in pieces), initial=0)
    for start, piece in zip(starts, pieces, strict=False):
        block.traits |= {start + row: traits for row, traits in piece.traits.items()}
    return block


def _parts(records: Sequence[Record]) -> list[list[Record]]:
    """The records in parts of about a piece each."""
    parts: list[list[Record]] = []
    room = 0
    for record in records:
        if room <= 0:
            parts.append([])
            room = PIECE
        parts[-1].append(record)
        room -= record.count
    return parts


def _decoded(record: Record) -> list[Message]:
    return [message or _UNREADABLE for message in _DECODE[record.source](record)]


def _looking_up(records: Sequence[Record]) -> Callable[[int], Message]:
    """What finds the message of a row again: few are ever looked at, so their records are decoded anew."""
    starts = [0, *accumulate(record.count for record in records)]

    @lru_cache(maxsize=1)
    def messages_of(number: int) -> list[Message]:
        return _decoded(records[number])

    def look_up(row: int) -> Message:
        number = bisect_right(starts, row) - 1
        return messages_of(number)[row - starts[number]]

    return look_up


def _shapes(pieces: Sequence[Block]) -> tuple[NDArray[np.int32], list[dict[str, Any]]]:
    """The shapes of all pieces, each once, and which of them each row has."""
    numbers: dict[tuple[str, ...], int] = {}
    examples: list[dict[str, Any]] = []
    parts = []
    for piece in pieces:
        own = [numbers.setdefault(tuple(shape), len(numbers)) for shape in piece.shapes]
        examples += [shape for number, shape in zip(own, piece.shapes, strict=True) if number >= len(examples)]
        parts.append(np.array(own, "i4")[piece.shape])
    return np.concatenate(parts), examples
