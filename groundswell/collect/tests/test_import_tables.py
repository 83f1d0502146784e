"""CSV and Parquet: which column is what, which value is what, which time is when, and what becomes of bad rows."""

import gzip
import math
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from groundswell.collect.imports import tables
from groundswell.collect.imports.reading import plan_import, reader_of
from groundswell.collect.imports.types import State
from groundswell.collect.tests.importing import Importing, write_parquet, write_text
from groundswell.events.service import properties_of
from groundswell.kernel.errors import Refusal
from tests.world import World, track

MAPPED = {"userId": "who", "event": "what", "timestamp": "when"}


@pytest.fixture
def importing(world: World) -> Importing:
    return Importing(world)


def events(world: World) -> list[tuple[Any, ...]]:
    sql = "SELECT event, toString(timestamp), properties FROM scope.events ORDER BY timestamp, event, properties"
    return [(event, at.removesuffix(".000000"), properties) for event, at, properties in world.run(sql)]


def test_columns_that_are_not_mapped_become_properties(importing: Importing, tmp_path: Path) -> None:
    file = write_text(
        tmp_path / "clicks.csv",
        "who,what,when,plan,seats\nada,Signed Up,2026-01-05T10:00:00Z,pro,10\nben,Signed In,2026-01-05T11:00:00Z,,\n",
    )
    report = importing.load(file, **MAPPED)
    assert (report.loaded, report.dropped, report.share) == (2, {}, 1.0)
    assert events(importing.world) == [
        ("Signed Up", "2026-01-05 10:00:00", '{"plan":"pro","seats":10}'),
        ("Signed In", "2026-01-05 11:00:00", "{}"),
    ]
    assert importing.world.profile("ada").known
    assert importing.world.counts() == {"loaded": 2}
    cards = {card.name: card.types for card in properties_of(importing.world.project.id)}
    assert cards == {"plan": ("string",), "seats": ("number",)}


def test_a_field_takes_the_column_of_its_name_but_a_type_only_when_asked(importing: Importing, tmp_path: Path) -> None:
    file = write_text(tmp_path / "a.csv", "anonymousId,event,timestamp,type\nphone,Bought,2026-01-05T10:00:00Z,basic\n")
    importing.load(file)
    assert events(importing.world) == [("Bought", "2026-01-05 10:00:00", '{"type":"basic"}')]
    assert not importing.world.profile("phone").known


@pytest.mark.parametrize(
    ("field", "json"),
    [
        ("10", "10"),
        ("-3", "-3"),
        ("10.0", "10"),
        ("1.50", "1.5"),
        ("-0", "0"),
        ("0.1", "0.1"),
        ("007", '"007"'),  # a number does not begin with zeros, an article number may
        ("1e5", '"1e5"'),
        ("1234567890123456", '"1234567890123456"'),  # more digits than a float has
        ("true", "true"),
        ("False", "false"),
        ("NaN", '"NaN"'),
        ("null", '"null"'),
        ("é한", '"é한"'),
        ('"a ""b"" \\c"', '"a \\"b\\" \\\\c"'),
        ('"line\nbreak"', '"line\\nbreak"'),
        ("", None),
        ('""', None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("rows", [1, 3_000])  # many equal values go another way than a few
def test_fields_of_csv_say_themselves_what_they_are(
    importing: Importing, tmp_path: Path, field: str, json: str | None, rows: int
) -> None:
    line = f"ada,E,2026-01-05T10:00:00Z,{field},x\n"
    importing.load(write_text(tmp_path / "a.csv", "who,what,when,p,q\n" + line * rows), **MAPPED)
    expected = f'{{"p":{json},"q":"x"}}' if json else '{"q":"x"}'
    assert importing.world.run("SELECT properties, s01, count() FROM scope.events GROUP BY ALL") == [
        (expected, json or '"x"', rows)
    ]


@pytest.mark.parametrize(
    ("column", "json"),
    [
        (pa.array(["10", ""]), ['"10"', '""']),  # a text of Parquet is a text
        (pa.array([10, None], pa.int32()), ["10", None]),
        (pa.array([2**63], pa.uint64()), [str(2**63)]),
        (pa.array([10.0, 1e-5, 1e-7, 1e16, -0.5]), ["10", "0.00001", "1e-7", "1e16", "-0.5"]),
        (pa.array([123456789012.25, 5e-324]), ["123456789012.25", "5e-324"]),
        (pa.array([math.nan, math.inf, 0.1]), [None, None, "0.1"]),
        (pa.array([0.1, 3.0], pa.float32()), ["0.1", "3"]),
        (pa.array([True, None]), ["true", None]),
        (pa.array(["x", "y", "x"]).dictionary_encode(), ['"x"', '"y"', '"x"']),
        (pa.array([b"x"], pa.binary()), ['"x"']),
        (pa.array([[1.0, 2.5]]), ["[1,2.5]"]),
        (pa.array([{"a": 1.0, "b": None}]), ['{"a":1,"b":null}']),
        (pa.array([date(2026, 1, 5)]), ['"2026-01-05"']),
        (pa.array([datetime(2026, 1, 5, tzinfo=UTC)]), ['"2026-01-05T00:00:00+00:00"']),
        (pa.array([Decimal("1.50"), Decimal("2.00")]), ["1.5", "2"]),
        (pa.array([None], pa.null()), [None]),
    ],
    ids=str,
)  # fmt: skip
def test_columns_of_parquet_keep_their_types(
    importing: Importing, tmp_path: Path, column: pa.Array, json: list[str | None]
) -> None:
    when = [datetime(2026, 1, 5, 10, second, tzinfo=UTC) for second in range(len(column))]
    file = write_parquet(
        tmp_path / "a.parquet", who=["ada"] * len(column), what=["E"] * len(column), when=when, p=column
    )
    importing.load(file, **MAPPED)
    found = importing.world.run("SELECT properties, s01 FROM scope.events ORDER BY timestamp")
    assert found == [(f'{{"p":{each}}}' if each else "{}", each or "") for each in json]


def test_ids_and_names_may_be_numbers(importing: Importing, tmp_path: Path) -> None:
    file = write_parquet(
        tmp_path / "a.parquet",
        who=pa.array([7.0, None, 8.0]),
        device=pa.array([None, 12, None]),
        what=pa.array([1, 2, 3]),
    )
    importing.load(file, userId="who", anonymousId="device", event="what")
    assert importing.world.run("SELECT name, known FROM scope.person_ids ORDER BY name") == [
        ("12", 0), ("7", 1), ("8", 1),
    ]  # fmt: skip


def test_a_group_column_gives_the_account(importing: Importing, tmp_path: Path) -> None:
    text = "who,what,when,company\nada,E,2026-01-05T10:00:00Z,acme\nben,E,2026-01-05T10:00:00Z,\n"
    importing.load(write_text(tmp_path / "a.csv", text), **MAPPED, groupId="company")
    assert [account["id"] for account in importing.world.profile("ada").accounts] == ["acme"]
    assert importing.world.profile("ben").accounts == []


SEOUL = [
    ("2026-01-05 10:00:00", "2026-01-05 01:00:00"),
    ("2026-01-05T10:00:00.123456", "2026-01-05 01:00:00.123456"),
    ("2026-01-05", "2026-01-04 15:00:00"),
    ("2026-1-5 10:00", "2026-01-05 01:00:00"),
    ("2026-01-05T10:00:00Z", "2026-01-05 10:00:00"),
    ("2026-01-05T10:00:00+01:00", "2026-01-05 09:00:00"),
    ("1767607200", "2026-01-05 10:00:00"),
    ("1767607200123", "2026-01-05 10:00:00.123"),
]


@pytest.mark.parametrize(("sent", "kept"), SEOUL)
@pytest.mark.parametrize("company", [[], ["2026-01-05T00:00:00Z"], ["2026-1-5 1:00"]], ids=["alone", "zoned", "sloppy"])
def test_times_without_a_zone_are_in_the_projects(
    open_store: None, transactional_db: None, tmp_path: Path, sent: str, kept: str, company: list[str]
) -> None:
    world = World(tmp_path, tz="Asia/Seoul")
    lines = [f"ada,E,{sent}", *(f"ben,Other,{other}" for other in company)]
    Importing(world).load(write_text(tmp_path / "a.csv", "\n".join(["who,what,when", *lines])), **MAPPED)
    at = "toDateTime64({at:String}, 6, 'UTC')"
    assert world.run(f"SELECT count() FROM scope.events WHERE event = 'E' AND timestamp = {at}", at=kept) == [(1,)]


def test_instants_of_parquet_are_in_the_projects_zone_unless_they_have_one(
    open_store: None, transactional_db: None, tmp_path: Path
) -> None:
    # New York's clocks went from 2:00 back to 1:00 on 2 November 2025, and from 2:00 to 3:00 on 8 March 2026.
    world = World(tmp_path, tz="America/New_York")
    shown = ["2025-11-02T00:30", "2025-11-02T01:30", "2025-11-02T03:00", "2026-03-08T01:59", "2026-03-08T03:00"]
    file = write_parquet(
        tmp_path / "a.parquet", who=["ada"] * 5, what=["E"] * 5, when=pa.array(np.array(shown, "datetime64[ns]"))
    )
    Importing(world).load(file, **MAPPED)
    assert [at for _, at, _ in events(world)] == [
        "2025-11-02 04:30:00", "2025-11-02 05:30:00", "2025-11-02 08:00:00",
        "2026-03-08 06:59:00", "2026-03-08 07:00:00",
    ]  # fmt: skip
    file = write_parquet(tmp_path / "b.parquet", who=["ben"], what=["Day"], when=pa.array([date(2026, 1, 5)]))
    Importing(world).load(file, **MAPPED)
    assert ("Day", "2026-01-05 05:00:00", "{}") in events(world)


def test_what_lies_in_the_future_or_has_no_time_happened_at_the_import(importing: Importing, tmp_path: Path) -> None:
    text = "who,what,when\nada,E,2126-01-05T10:00:00Z\nada,E,\n"
    importing.load(write_text(tmp_path / "a.csv", text), **MAPPED)
    assert importing.world.run("SELECT count() FROM scope.events WHERE timestamp = received") == [(2,)]
    assert importing.world.run("SELECT abs(now() - max(received)) < 60 FROM scope.events") == [(1,)]


def test_bad_rows_are_dropped_for_the_same_reasons_as_live_messages(importing: Importing, tmp_path: Path) -> None:
    at = "2026-01-05T10:00:00Z"
    rows = [
        f"ada,E,{at},x", f",E,{at},x", f"ada,,{at},x", f"{'a' * 401},E,{at},x", f"ada,{'e' * 201},{at},x",
        "ada,E,yesterday,x", "ada,E,1970-01-01T00:00:00Z,x", "ada,E,0,x", f"ada,E,{at},{'x' * 33_000}",
        f"ada,E,{at}", f"ada,E,{at},x,y", f"ben,E,{at},x",
    ]  # fmt: skip
    report = importing.load(write_text(tmp_path / "a.csv", "\n".join(["who,what,when,p", *rows])), **MAPPED)
    assert report.loaded == 2
    assert report.dropped == {
        "missing_id": 1, "missing_name": 1, "invalid_id": 1, "invalid_name": 1, "invalid_timestamp": 3, "too_large": 1,
        "unreadable": 2,
    }  # fmt: skip
    assert importing.world.counts() == {"loaded": 2, **report.dropped}
    assert report.examples["invalid_timestamp"].row == 6
    assert report.examples["invalid_timestamp"].payload["when"] == "yesterday"
    assert report.examples["unreadable"].payload == {"line": f"11: ada,E,{at}"}
    refused = importing.world.recent.of(importing.world.project.id, status="refused")
    assert {each["reason"] for each in refused} == report.dropped.keys()


def test_secrets_in_examples_are_masked(importing: Importing, tmp_path: Path) -> None:
    report = importing.load(
        write_text(tmp_path / "a.csv", "who,what,when,password\nada,,2026-01-05,hunter2\n"), **MAPPED
    )
    assert report.examples["missing_name"].payload["password"] == "•••"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("start", ["", "\ufeff"], ids=["plain", "marked"])
def test_whatever_stands_between_the_fields_is_found(
    importing: Importing, tmp_path: Path, delimiter: str, start: str
) -> None:
    rows = [["who", "what", "when", "text"], ["ada", "E", "2026-01-05T10:00:00Z", '"a, b; c | d\te"']]
    file = write_text(tmp_path / "a.csv", start + "\n".join(delimiter.join(row) for row in rows))
    importing.load(file, **MAPPED)
    assert events(importing.world) == [("E", "2026-01-05 10:00:00", '{"text":"a, b; c | d\\te"}')]


def test_compressed_csv_is_inflated(importing: Importing, tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"who,what,when\nada,E,2026-01-05T10:00:00Z\n"))
    importing.load(tmp_path / "a.csv.gz", **MAPPED)
    assert len(events(importing.world)) == 1


def test_a_column_without_a_name_gets_one(importing: Importing, tmp_path: Path) -> None:
    importing.load(write_text(tmp_path / "a.csv", ",who,what,when\n0,ada,E,2026-01-05T10:00:00Z\n"), **MAPPED)
    assert events(importing.world)[0][2] == '{"column 1":0}'


def test_a_file_of_names_alone_holds_no_rows(importing: Importing, tmp_path: Path) -> None:
    report = importing.load(write_text(tmp_path / "a.csv", "who,what,when\n"), **MAPPED)
    assert (report.state, report.rows) == (State.DONE, 0)


def test_rows_of_several_types_are_what_they_say(importing: Importing, tmp_path: Path) -> None:
    text = """kind,who,device,what,when,company,plan
track,ada,,Signed Up,2026-01-05 10:00,acme,pro
page,,phone,Pricing,2026-01-05 10:01,,
identify,ada,phone,,2026-01-05 10:02,,team
group,ada,,,2026-01-05 10:03,bolt,free
alias,ada,tablet,,2026-01-05 10:04,,
purchase,ada,,,2026-01-05 10:05,,
track,ada,,Late,never,,
"""
    report = importing.load(
        write_text(tmp_path / "a.csv", text),
        type="kind", userId="who", anonymousId="device", event="what", timestamp="when", groupId="company",
    )  # fmt: skip
    assert report.dropped == {"invalid_type": 1, "invalid_timestamp": 1}
    assert events(importing.world) == [
        ("Signed Up", "2026-01-05 10:00:00", '{"plan":"pro"}'),
        ("Page Viewed", "2026-01-05 10:01:00", '{"name":"Pricing"}'),
    ]
    ada = importing.world.profile("phone")
    assert sorted(ada.ids) == ["ada", "phone", "tablet"]
    assert ada.traits == {"plan": "team"}
    assert {account["id"] for account in ada.accounts} == {"acme", "bolt"}


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0]])
def test_row_groups_and_blocks_need_not_fit(
    importing: Importing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, order: list[int]
) -> None:
    monkeypatch.setattr(tables, "ROWS", 7)
    monkeypatch.setattr(tables, "_AT_ONCE", 3)
    months = [f"2026-0{1 + order[row % 3]}-05T10:00:00Z" for row in range(40)]
    table = pa.table(
        {"who": [f"u{row}" for row in range(40)], "what": ["E"] * 40, "when": months, "n": list(range(40))}
    )
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=11)
    importing.load(tmp_path / "a.parquet", **MAPPED)
    assert importing.world.run("SELECT count(), uniqExact(person), sum(toInt64(s01)) FROM scope.events") == [
        (40, 40, 780)
    ]
    assert importing.world.run("SELECT sum(count) FROM scope.rollup") == [(40,)]


def test_of_two_known_people_the_one_in_the_earlier_row_survives(importing: Importing, tmp_path: Path) -> None:
    importing.world.send(track("zoe", "E"))
    text = "kind,who,device,what,when\n" + "".join(
        f"track,{who},,E,2026-01-05 10:00\n" for who in ("dora", "cleo", "ben", "ada")
    )
    text += "alias,ada,dora,,2026-01-05 11:00\nalias,ben,cleo,,2026-01-05 11:00\nalias,zoe,ben,,2026-01-05 11:00\n"
    importing.load(
        write_text(tmp_path / "a.csv", text), type="kind", userId="who", anonymousId="device", event="what",
        timestamp="when",
    )  # fmt: skip
    assert importing.world.profile("ada").id == "dora"
    assert importing.world.profile("cleo").id == "zoe"


REFUSALS = [
    ("a.csv", "who,what\n", {"userId": "nobody", "event": "what"}, "There is no column 'nobody' for userId."),
    ("a.csv", "who,what\n", {"event": "what"}, "No column says who did it."),
    ("a.csv", "who,what\n", {"userId": "who"}, "No column says what happened."),
    ("a.csv", "who,what\n", {"user": "who"}, "There is no field 'user'."),
    ("a.csv", "who,what,what\n", {"userId": "who", "event": "what"}, "Two columns are named 'what'."),
    ("a.csv", "", {}, "is empty."),
    ("a.jsonl", '{"who": 1, "what": {"name": "E"}}\n', {"userId": "who", "event": "what.nam"}, "no column 'what.nam'"),
    ("a.json", '[{"userId": "ada"}]', {}, "holds one JSON list."),
    ("a.bin", "just words\n", {}, "It cannot be seen what"),
    ("a.parquet", "PAR1 and then nothing", {"userId": "who"}, "cannot be read as Parquet"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "columns", "message"), REFUSALS)
def test_what_cannot_be_read_is_refused_in_a_sentence(
    importing: Importing, tmp_path: Path, name: str, text: str, columns: dict[str, str], message: str
) -> None:
    with pytest.raises(Refusal) as refused:
        importing.begin(write_text(tmp_path / name, text), **columns)
    assert refused.value.status == 400
    assert message in refused.value.message


def test_an_unknown_column_names_those_that_are_there(importing: Importing, tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        importing.begin(write_text(tmp_path / "a.csv", "who,what,when\n"), userId="nobody")
    assert refused.value.hint == "The columns are who, what, when."


def test_a_column_of_lists_cannot_be_a_user(importing: Importing, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="that cannot be a userId"):
        importing.begin(write_parquet(tmp_path / "a.parquet", who=[["ada"]], what=["E"]), userId="who", event="what")


def test_a_missing_file_and_a_folder_are_refused(importing: Importing, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="There is no file"):
        importing.begin(tmp_path / "nothing.csv")
    with pytest.raises(Refusal, match="is not a file"):
        importing.begin(tmp_path)


def test_text_that_is_not_utf_8_is_refused_with_a_way_out(importing: Importing, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("who,what\n가,나\n".encode("cp949"))
    with pytest.raises(Refusal) as refused:
        importing.begin(tmp_path / "a.csv", userId="who", event="what")
    assert "iconv" in refused.value.hint


@pytest.mark.parametrize("is_compressed", [False, True])
def test_progress_counts_what_was_handed_out_and_not_what_the_parser_read_ahead(
    importing: Importing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_compressed: bool
) -> None:
    monkeypatch.setattr(tables, "ROWS", 10_000)
    monkeypatch.setattr(tables, "_CHUNK", 100_000)
    text = "who,what,n\n" + "".join(f"u{row:08},E,{row * 7919 % 100_003:06}\n" for row in range(40_000))
    path = tmp_path / "many.csv"
    path.write_bytes(gzip.compress(text.encode()) if is_compressed else text.encode())
    columns = {"userId": "who", "event": "what"}
    plan = plan_import(project=importing.world.project, path=path, format="csv", columns=columns)
    reader = reader_of(replace(plan, digest="0" * 32))
    shares = [reader.share for _block in reader.blocks(0)]
    assert shares == pytest.approx([0.25, 0.5, 0.75, 1.0], abs=0.1)


@pytest.mark.parametrize("odd", ["\x1e", "\u2028", "\x85", "\x0b"])
def test_a_character_that_only_some_take_for_the_end_of_a_line_is_part_of_its_field(
    importing: Importing, tmp_path: Path, odd: str
) -> None:
    path = write_text(tmp_path / "a.csv", f"who,what,note\nada,E,{odd}\n")
    assert importing.load(path, userId="who", event="what").loaded == 1
    assert importing.world.run("SELECT JSONExtractString(properties, 'note') FROM scope.events") == [(odd,)]
