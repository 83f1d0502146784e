"""What will become of a file, before anything of it is loaded."""

import codecs
import gzip
from pathlib import Path

import pytest

from groundswell.collect import names
from groundswell.collect.imports import heads
from groundswell.collect.imports.encodings import make_readable
from groundswell.collect.imports.guessing import guess
from groundswell.collect.imports.heads import write_head
from groundswell.collect.imports.kept import as_json, from_json, plain, renamed
from groundswell.collect.imports.previews import columns_in, first_rows, preview
from groundswell.collect.imports.reading import plan_import
from groundswell.collect.imports.types import Format
from groundswell.collect.tests.importing import Importing, write_lines, write_parquet, write_text
from groundswell.collect.types import Reason
from groundswell.events.service import event_names
from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import said
from tests.world import World, group, identify, track


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        (["who", "what", "when", "plan"], {"userId": "who", "event": "what", "timestamp": "when"}),
        (["User ID", "Event-Name", "created_at"],
         {"userId": "User ID", "event": "Event-Name", "timestamp": "created_at"}),
        (["회원번호", "이벤트", "일시", "회사"],
         {"userId": "회원번호", "event": "이벤트", "timestamp": "일시", "groupId": "회사"}),
        (["email", "user_id", "name", "event"], {"userId": "user_id", "event": "event"}),
        (["type", "colour"], {}),
    ],
)  # fmt: skip
def test_columns_are_guessed_by_what_they_are_called(columns: list[str], found: dict[str, str]) -> None:
    assert guess(columns) == found


def test_the_first_rows_end_with_a_whole_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heads, "BYTES", 40)
    file, head = (
        write_text(tmp_path / "a.csv", 'who,what,note\nada,E,"one\ntwo"\nben,E,"a\nlong\nnote"\n'),
        tmp_path / "head",
    )
    assert not write_head(file, Format.CSV, to=head)
    assert head.read_text() == 'who,what,note\nada,E,"one\ntwo"\n'
    lines = write_lines(tmp_path / "a.jsonl", [track("ada", "E")] * 3)
    monkeypatch.setattr(heads, "BYTES", 150)
    assert not write_head(lines, Format.SEGMENT, to=head)
    assert len(head.read_text().splitlines()) == 1


def test_a_short_file_is_its_own_first_rows(tmp_path: Path) -> None:
    file, head = tmp_path / "a.csv.gz", tmp_path / "head"
    file.write_bytes(gzip.compress(b"who,what\nada,E\n"))
    assert write_head(file, Format.CSV, to=head)
    assert head.read_text() == "who,what\nada,E\n"
    table = write_parquet(tmp_path / "a.parquet", who=["ada", "ben"], what=["E", "F"])
    assert write_head(table, Format.PARQUET, to=head)
    assert columns_in(head, Format.PARQUET) == ["who", "what"]
    assert first_rows(head, Format.PARQUET, ["what", "who"]) == [["E", "ada"], ["F", "ben"]]


def test_rows_are_shown_as_text_with_secrets_masked(tmp_path: Path) -> None:
    file = write_text(tmp_path / "a.csv", "who,password\nada,1234\nben\n")
    assert first_rows(file, Format.CSV, ["who", "password"]) == [["ada", "•••"], ["•••", ""]]
    lines = write_lines(tmp_path / "a.jsonl", [{"who": {"id": 7}, "n": [1]}])
    assert first_rows(lines, Format.JSONL, ["who.id", "n", "gone"]) == [["7", "[1]", ""]]


def test_a_preview_says_what_is_loaded_and_what_is_dropped_and_why(world: World, tmp_path: Path) -> None:
    good = "ada,Signed Up,2026-01-05 10:00,pro\n"
    rows = f"{good},Signed Up,2026-01-05 11:00,free\nben,,yesterday,\nben,E,yesterday,\ncleo,E,,x\n"
    file = write_text(tmp_path / "a.csv", f"who,what,when,plan\n{rows}")
    columns = {"userId": "who", "event": "what", "timestamp": "when"}
    found = preview(plan_import(project=world.project, path=file, format="csv", columns=columns))
    # Of five rows ada's and cleo's are good; cleo's says no time. Ben's first has no name,
    # his second no time that is one.
    assert (found.rows, found.loaded, found.undated) == (5, 2, 1)
    assert [(each.who, each.event, each.said) for each in found.messages] == [
        ("ada", "Signed Up", {"plan": "pro"}), ("cleo", "E", {"plan": "x"}),
    ]  # fmt: skip
    assert str(found.messages[0].at) == "2026-01-05 10:00:00+00:00"
    assert found.messages[1].at is None
    assert {reason: (each.count, each.row) for reason, each in found.dropped.items()} == {
        Reason.MISSING_ID: (1, 2), Reason.MISSING_NAME: (1, 3), Reason.INVALID_TIMESTAMP: (1, 4),
    }  # fmt: skip
    assert found.dropped[Reason.MISSING_ID].payload == {
        "who": "",
        "what": "Signed Up",
        "when": "2026-01-05 11:00",
        "plan": "free",
    }


def test_messages_of_all_kinds_are_previewed(world: World, tmp_path: Path) -> None:
    messages = [
        track("~visit", "E"),
        identify("ada", email="a@b.c", token="t"),
        group("ada", "acme"),
        {"type": "nothing"},
    ]
    file = write_lines(tmp_path / "a.jsonl", messages)
    found = preview(plan_import(project=world.project, path=file, format="segment", columns={}))
    assert [(each.call, each.event, each.who, each.account) for each in found.messages] == [
        ("", "E", "visit", ""), ("identify", "", "ada", ""), ("group", "", "ada", "acme"),
    ]  # fmt: skip
    assert found.messages[1].said == {"email": "a@b.c", "token": "•••"}
    assert list(found.dropped) == [Reason.INVALID_TYPE]


MAPPED = {"userId": "who", "event": "what"}


def reasons(world: World, file: Path, format: str, columns: dict[str, str]) -> dict[str, int]:
    """What a preview says and what the import says then: the same."""
    plan = plan_import(project=world.project, path=file, format=format, columns=columns)
    found = preview(plan)
    assert not event_names(world.project.id)  # looking teaches nothing
    report = Importing(world).load(file, format, **columns)
    foreseen = {reason.value: each.count for reason, each in found.dropped.items()}
    assert (found.loaded, foreseen) == (report.loaded, report.dropped)
    assert found.loaded == len(found.messages)
    return foreseen


def test_names_that_the_loader_refuses_are_foreseen(world: World, tmp_path: Path) -> None:
    file = write_text(tmp_path / "a.csv", f"who,what,{'x' * 250}\nada,E,1\nben,E,\n")
    assert reasons(world, file, "csv", MAPPED) == {"invalid_name": 2}


def test_a_name_with_a_nul_is_foreseen(world: World, tmp_path: Path) -> None:
    file = write_text(tmp_path / "a.csv", "who,what\nada,E\nben,F\0\n")
    assert reasons(world, file, "csv", MAPPED) == {"invalid_name": 1}


def test_one_name_too_many_is_foreseen(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "MAX_EVENT_NAMES", 2)
    messages = [track("ada", "E"), track("ada", "F"), track("ada", "G"), track("ada", "E"), identify("ada", plan="x")]
    assert reasons(world, write_lines(tmp_path / "a.jsonl", messages), "segment", {}) == {"too_many_names": 1}


@pytest.mark.parametrize("written", ["cp949", "utf-16"])
def test_text_of_korean_spreadsheets_becomes_utf_8(tmp_path: Path, written: str) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes("회원번호,이벤트\nm1,가입\n".encode(written))
    assert make_readable(file) == written
    assert file.read_text() == "회원번호,이벤트\nm1,가입\n"
    assert make_readable(file) == ""
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("who,what\nada,Ångels\n", "cp1252"),
        ("who,what\nada,Größe gewählt\nben,Prix 5 €\nben,señor’s café\n", "cp1252"),
        ("who,what\nada,뷁\nben,가입 완료\n", "cp949"),
        ("who,what\nada,漢字 가입\n", "cp949"),
    ],
)
def test_text_is_read_as_it_was_likely_meant(tmp_path: Path, text: str, written: str) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(text.encode(written))
    assert make_readable(file) == written
    assert file.read_text() == text


@pytest.mark.parametrize("written", ["cp1251", "shift_jis"])
def test_text_of_scripts_that_cannot_be_told_apart_is_refused(tmp_path: Path, written: str) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes({"cp1251": "Привет, мир", "shift_jis": "こんにちは"}[written].encode(written))
    with pytest.raises(Refusal, match="It cannot be seen how the text is written"):
        make_readable(file)


def test_utf_8_with_a_mark_and_what_is_compressed_stays_as_it_is(tmp_path: Path) -> None:
    for name, content in (("a.csv", codecs.BOM_UTF8 + b"who\n"), ("a.gz", gzip.compress(b"who\n")), ("b", b"PAR1\0\0")):
        file = tmp_path / name
        file.write_bytes(content)
        assert make_readable(file) == ""
        assert file.read_bytes() == content


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04 a zip", "This is an archive or a workbook."),
        (b"\xd0\xcf\x11\xe0", "This is a workbook of Excel."),
        (b"%PDF-1.7", "This is a PDF."),
        (b"a\0b", "This is no text."),
        (b"caf\xe9\xff,\xff\n", "It cannot be seen how the text is written."),
    ],
)
def test_what_is_no_text_is_refused_with_what_to_bring_instead(tmp_path: Path, content: bytes, sentence: str) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(content)
    with pytest.raises(Refusal) as refused:
        make_readable(file)
    assert refused.value.message == sentence
    assert "CSV UTF-8" in refused.value.hint


def test_a_sentence_outlives_being_written_down(tmp_path: Path) -> None:
    path = tmp_path / "f00.csv"
    inner = said("%(path)s is empty.", path=path)
    kept = from_json(
        as_json(said("%(message)s %(hint)s", message=inner, hint=said("Convert it: %(name)s", name=path.name)))
    )
    assert renamed(kept, path, "my clicks.csv") == "my clicks.csv is empty. Convert it: FILE"
    assert from_json(as_json("plain 100 %")) == "plain 100 %"


def test_what_databases_do_not_take_is_replaced() -> None:
    assert plain({"a\0": "b\0", "n": float("nan"), "half": "\ud800", "at": Path("x")}) == {
        "a\ufffd": "b\ufffd", "n": "NaN", "half": "?", "at": "x",
    }  # fmt: skip
