"""Reading a block in pieces changes nothing; a word is found in whichever row it stands."""

import json
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundswell.collect import pieces
from groundswell.collect.block import Block
from groundswell.collect.pieces import read_records
from groundswell.collect.searching import rows_with
from groundswell.collect.types import Record, Source
from groundswell.workspace.types import ProjectCard

MESSAGES: list[dict[str, Any]] = [
    {"type": "track", "userId": "ada", "event": "A", "properties": {"x": 1.0, "y": "é"}, "messageId": "1"},
    {"type": "track", "anonymousId": "phone", "event": "B", "properties": {"y": 2}, "context": {"groupId": "acme"}},
    {"type": "identify", "userId": "ada", "traits": {"plan": "pro"}},
    {"type": "page", "userId": "ben", "name": "Home", "timestamp": "2026-11-01T10:00:00Z"},
    {"type": "track", "userId": "ben", "event": "A", "properties": {"x": 5, "y": None}},
    {"type": "nonsense", "userId": "ben"},
    {"type": "group", "userId": "ben", "groupId": "acme", "traits": {"name": "Acme"}},
    {"type": "track", "event": "A"},
    {"type": "alias", "userId": "ben", "previousId": "tablet"},
]
NUMBERS = (*pieces._NUMBERS, "position", "received", "key", "is_trusted")


def records(*bodies: list[dict[str, Any]]) -> list[Record]:
    made, position = [], 10
    for body in bodies:
        text = json.dumps({"batch": body}).encode()
        made.append(Record(position, len(body), 1, 3, True, Source.SEGMENT, "", 1_790_000_000_000_000, text))
        position += len(body)
    return made


def said(block: Block) -> dict[str, Any]:
    """All that a block says, in plain values."""
    columns = {name: getattr(block, name).tolist() for name in NUMBERS}
    texts = {name: getattr(block, name).to_pylist() for name in (*pieces._TEXTS, "event")}
    shapes = [list(block.shapes[shape]) for shape in block.shape]
    return {**columns, **texts, "shapes": shapes, "traits": block.traits, "length": len(block)}


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_a_block_read_in_pieces_is_the_same(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    card = ProjectCard(1, "Board", "UTC", "EUR", "en")
    all_records = records(MESSAGES[:2], MESSAGES[2:3], MESSAGES[3:7], MESSAGES[7:])
    whole = read_records(card, all_records, token="t", before=7)
    monkeypatch.setattr(pieces, "PIECE", size)
    in_pieces = read_records(card, all_records, token="t", before=7)
    assert said(in_pieces) == said(whole)
    assert whole.position.tolist() == list(range(17, 17 + len(MESSAGES)))
    assert [in_pieces.message_of(row).event for row in (0, 1, 4)] == ["A", "B", "A"]


@given(
    texts=st.lists(st.binary(max_size=4).map(lambda text: text.replace(b"\x00", b"groupId")), max_size=12),
    skip=st.integers(0, 3),
)
def test_a_word_is_found_in_the_rows_that_hold_it(texts: list[bytes], skip: int) -> None:
    texts = [*texts, b"grou", b"pId", b"a groupId groupId", b"", b"GROUPID", b"groupI"]
    column = pa.array(texts, pa.binary()).slice(skip, len(texts) - skip - 1)
    assert rows_with(column, b"groupId") == [row for row, text in enumerate(texts[skip:-1]) if b"groupId" in text]
