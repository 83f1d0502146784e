"""Files that hold much more than their size: read a portion at a time, or refused; and always in the same blocks."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from groundswell.collect.imports import heads, lines, portions, tables
from groundswell.collect.imports.heads import write_head
from groundswell.collect.imports.portions import Rows, bytes_of_rows, in_equal_parts
from groundswell.collect.imports.previews import first_rows
from groundswell.collect.imports.types import Format
from groundswell.collect.tests.importing import Importing, write_lines, write_parquet, write_text
from groundswell.kernel.errors import Refusal
from tests.world import World, track

MAPPED = {"userId": "who", "event": "what"}
POOLS: list[pa.MemoryPool] = []  # kept: Arrow's threads may read ahead for a while after a file was put aside


def counting(pool: pa.MemoryPool) -> pa.MemoryPool:
    """A pool in place of another that says what is taken through it."""
    POOLS.append(pa.proxy_memory_pool(pool))
    pa.set_memory_pool(POOLS[-1])
    return POOLS[-1]


@pytest.fixture
def pool() -> Iterator[pa.MemoryPool]:
    """What Arrow takes meanwhile."""
    before = pa.default_memory_pool()
    made = counting(before)
    yield made
    pa.set_memory_pool(before)


def repeated(text: str, rows: int) -> pa.Array:
    """A column of one text, which a file holds once."""
    return pa.DictionaryArray.from_arrays(pa.array([0] * rows, "i4"), pa.array([text])).dictionary_decode()


def test_a_small_file_that_holds_six_hundred_megabytes_takes_few(tmp_path: Path, pool: pa.MemoryPool) -> None:
    file, head = tmp_path / "a.parquet", tmp_path / "head"
    rows, megabyte = 600, 1_000_000
    table = pa.table({"who": ["ada"] * rows, "what": ["E"] * rows, "text": repeated("x" * megabyte, rows)})
    pq.write_table(table, file, compression="zstd")
    del table
    taken = pool.bytes_allocated()
    assert file.stat().st_size < 2_000
    before = pool.max_memory()
    assert before > 600 * megabyte  # to write it
    again = counting(pool)
    assert not write_head(file, Format.PARQUET, to=head)
    assert 0 < pq.ParquetFile(head).metadata.num_rows <= 50
    assert sum(part.num_rows for part in in_equal_parts(Rows(file).portions(0, most_rows=50_000), rows=120_000)) == rows
    assert again.max_memory() - taken < 200 * megabyte
    assert first_rows(head, Format.PARQUET, ["who"])[0] == ["ada"]


def test_blocks_are_cut_by_their_bytes_the_same_whether_from_the_start_or_from_the_middle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portions, "MOST", 2_500)
    file = write_parquet(tmp_path / "a.parquet", n=list(range(10)), text=repeated("x" * 1_000, 10))

    def parts(start: int) -> list[list[int]]:
        return [part["n"].to_pylist() for part in in_equal_parts(Rows(file).portions(start, most_rows=3), rows=8)]

    assert parts(0) == [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]]
    assert parts(4) == parts(0)[2:]
    monkeypatch.setattr(portions, "MOST", 10)
    assert parts(7) == [[7], [8], [9]]  # a row is loaded, however large
    monkeypatch.setattr(portions, "MOST", 100_000)
    assert parts(0) == [[0, 1, 2, 3, 4, 5, 6, 7], [8, 9]]


def test_lines_are_cut_by_their_bytes(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MOST", 300)
    file = write_lines(tmp_path / "a.jsonl", [track("ada", "E", n=number) for number in range(10)])
    assert Importing(world).load(file).loaded == 10
    assert world.run("SELECT sum(toInt64(s01)) FROM scope.events") == [(45,)]
    assert [len(lines._some(iter([b"x" * 200] * 3))), len(lines._some(iter([b"x"] * 3)))] == [2, 3]


def test_a_csv_file_of_long_rows_is_loaded_in_more_blocks(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portions, "MOST", 3_000)
    rows = "".join(f"u{number},E,{'x' * 1_000}\n" for number in range(10))
    assert Importing(world).load(write_text(tmp_path / "a.csv", f"who,what,p\n{rows}"), **MAPPED).loaded == 10
    assert world.run("SELECT count(), uniqExact(person) FROM scope.events") == [(10, 10)]


def test_a_row_that_is_too_large_is_refused_by_its_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portions, "MOST_OF_A_ROW", portions.MEGABYTE)
    file = write_parquet(tmp_path / "a.parquet", who=["a", "b", "c"], tags=[["x"], ["x" * 300_000] * 4, []])
    with pytest.raises(Refusal) as refused:
        list(Rows(file).portions(0, most_rows=50))
    assert refused.value.message == "Row 2 is larger than 1 MB."


def test_a_row_group_that_says_itself_that_it_is_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.parquet"
    pq.write_table(pa.table({"t": ["x" * 1_000_000] * 300}), file, compression="zstd", use_dictionary=False)
    monkeypatch.setattr(portions, "_MOST_OF_A_GROUP", 100 * portions.MEGABYTE)
    with pytest.raises(Refusal, match="more than can be read at once"):
        write_head(file, Format.PARQUET, to=tmp_path / "head")


def test_values_of_all_kinds_are_measured_and_stay_what_they_are(tmp_path: Path) -> None:
    columns = {
        "text": pa.array(["aaaa", None]), "large": pa.array(["b", None], pa.large_string()),
        "view": pa.array(["c", None], pa.string_view()), "raw": pa.array([b"dd", None], pa.binary(2)),
        "bytes": pa.array([b"e", None]), "list": pa.array([["f", "gg"], None]), "pair": pa.array([[1, 2], None],
        pa.list_(pa.int64(), 2)), "struct": pa.array([{"a": "h", "b": 1}, None]), "map": pa.array([[("i", "j")], None],
        pa.map_(pa.string(), pa.string())), "coded": pa.array(["k", None]).dictionary_encode(),
        "number": pa.array([1, None]), "flag": pa.array([True, None]), "nothing": pa.nulls(2),
    }  # fmt: skip
    file = write_parquet(tmp_path / "a.parquet", **columns)
    rows = Rows(file)
    (batch,) = rows.portions(0, most_rows=50)
    (last,) = rows.portions(1, most_rows=50)
    assert batch.to_pylist() == pa.table(columns).to_pylist()
    assert last.to_pylist() == batch.to_pylist()[1:]
    full, empty = bytes_of_rows(batch).tolist()
    # text, large, view, bytes; list, struct, map and coded, of which each text takes 8 besides
    assert full - empty == 4 + 1 + 1 + 1 + (1 + 8 + 2 + 8) + 1 + (1 + 8 + 1 + 8) + (1 + 8)
    assert bytes_of_rows(last).tolist() == [empty]


def test_texts_written_as_what_they_have_more_than_the_one_before_are_read(tmp_path: Path) -> None:
    texts = [f"{'x' * 1_000}{number}" for number in range(300)]
    file = tmp_path / "a.parquet"
    pq.write_table(pa.table({"t": texts}), file, use_dictionary=False, column_encoding={"t": "DELTA_BYTE_ARRAY"})
    assert [text for batch in Rows(file).portions(0, most_rows=50) for text in batch["t"].to_pylist()] == texts


def test_the_first_rows_stop_at_so_many_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heads, "MOST", 100_000)
    assert tables._AT_ONCE > heads.ROWS > heads._AT_ONCE
    file = write_parquet(tmp_path / "a.parquet", t=repeated("x" * 1_000, 500))
    assert not write_head(file, Format.PARQUET, to=tmp_path / "head")
    assert pq.ParquetFile(tmp_path / "head").metadata.num_rows == 100
