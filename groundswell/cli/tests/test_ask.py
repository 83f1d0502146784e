"""``ask`` as people type it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from groundswell.cli.ask import _print_table
from groundswell.cli.ask import command as ask
from groundswell.insights.why.answer import COLUMNS
from groundswell.kernel.errors import Refusal
from tests.world import World, track

DATES = {"date_from": "2026-01-05", "date_to": "2026-01-05"}
FUNNEL = {"kind": "funnel", "steps": [{"event": "Signed Up"}, {"event": "Invite Sent"}], "window": "14d", **DATES}


@pytest.fixture
def asked(world: World, tmp_path: Path) -> tuple[World, Path]:
    world.send(
        *(track(f"u{number}", "Signed Up", "2026-01-05T10:00:00Z") for number in range(1500)),
        track("u1", "Invite Sent", "2026-01-05T10:02:00Z"),
    )
    file = tmp_path / "question.json"
    file.write_text(json.dumps(FUNNEL))
    return world, file


def run(world: World, file: Path | str, *words: str, typed: str = "") -> Result:
    return CliRunner().invoke(
        ask, [str(file), "--project", str(world.project.id), *words], input=typed, catch_exceptions=False
    )


def test_an_answer_is_a_table_that_people_read(asked: tuple[World, Path]) -> None:
    lines = [line.split() for line in run(*asked).output.splitlines()]
    assert ["step", "label", "count", "of", "first", "of", "previous", "median"] in lines
    assert ["1", "Signed", "Up", "1,500", "100.0%", "100.0%", "–", "█" * 12] in lines
    assert ["2", "Invite", "Sent", "1", "0.1%", "0.1%", "2.0", "min"] in lines


def test_at_80_columns_nothing_is_cut(asked: tuple[World, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    world, _ = asked
    world.send(track("u9", "Signed Up", "2026-01-05T10:00:00Z", plan="enterprise", country="Switzerland"))
    question = {**FUNNEL, "breakdown": ["plan", "country"]}
    question["steps"] = [{"event": "Signed Up"}, {"event": "Somebody Was Invited"}]
    lines = run(world, "-", typed=json.dumps(question)).output.splitlines()
    assert max(len(line) for line in lines) <= 80
    assert not any("…" in line for line in lines)
    assert any("100.0%" in line and line.rstrip().endswith(" " + "█" * 12) for line in lines)
    assert any(line.split()[-5:] == ["of", "first", "of", "previous", "median"] for line in lines)


def test_an_event_that_never_came_is_said_beside_the_answer(asked: tuple[World, Path]) -> None:
    world, _ = asked
    wrong = {**FUNNEL, "steps": [{"event": "Signed up"}, {"event": "Zzz"}, {"event": "Invite Sent"}]}
    for words in ((), ("--json",)):
        result = run(world, "-", *words, typed=json.dumps(wrong))
        assert result.stderr == "“Signed up” never came. Did you mean “Signed Up”?\n“Zzz” never came.\n"
        assert "never came" not in result.stdout
    assert json.loads(result.stdout)["unknown"] == [
        {"event": "Signed up", "meant": "Signed Up"}, {"event": "Zzz", "meant": None},
    ]  # fmt: skip
    assert run(world, "-", typed=json.dumps(FUNNEL)).stderr == ""


def test_a_table_says_what_was_left_out(asked: tuple[World, Path]) -> None:
    world, _ = asked
    world.send(track("u1", "Paid", amount="much", plan="pro"), track("u1", "Paid", amount=2.5, plan="pro"))
    series = [{"event": "Paid", "measure": "sum", "property": "amount"}]
    question = {"kind": "trend", "series": series, "breakdown": "plan", **DATES}
    output = run(world, "-", typed=json.dumps(question)).output
    assert ["period", "series", "plan", "value"] in [line.split() for line in output.splitlines()]
    assert ["2026-01-05", "Paid", "pro", "2.50", "█" * 12] in [line.split() for line in output.splitlines()]
    assert "left out as no numbers: 1" in output


def test_an_answer_may_be_json_from_standard_input(asked: tuple[World, Path]) -> None:
    world, _ = asked
    answer = json.loads(run(world, "-", "--format", "json", typed=json.dumps(FUNNEL)).output)
    assert [row[3] for row in answer["rows"]] == [1500, 1]


def test_an_answer_may_be_csv(asked: tuple[World, Path]) -> None:
    assert run(*asked, "--format", "csv").output.splitlines()[1] == "1,Signed Up,,1500,1.0,1.0,"


@pytest.mark.parametrize(("format", "begins"), [("png", b"\x89PNG"), ("svg", b"<svg"), ("parquet", b"PAR1")])
def test_what_no_terminal_shows_is_written_and_its_path_printed(
    format: str, begins: bytes, asked: tuple[World, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for words, path in (((), f"answer.{format}"), (("--output", "chosen"), "chosen")):
        printed = run(*asked, "--format", format, *words).output.strip()
        assert Path(printed) == tmp_path / path
        assert Path(printed).read_bytes().startswith(begins)


def test_text_goes_into_a_file_where_one_is_named(asked: tuple[World, Path], tmp_path: Path) -> None:
    for words in (("--format", "csv"), ("--json",)):
        assert run(*asked, *words, "--output", str(tmp_path / "kept")).output.strip() == str(tmp_path / "kept")
        assert "1500" in (tmp_path / "kept").read_text()
    with pytest.raises(Refusal, match="cannot be written"):
        run(*asked, "--format", "csv", "--output", str(tmp_path / "nowhere" / "kept"))


def test_an_answer_of_any_kind_is_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    days = {"date_from": "2026-01-05", "date_to": "2026-01-06", "timezone": "UTC"}
    rows = [["Signed Up", "Board Created", 1200], ["Board Created", None, 3]]
    answer = {"question": {"kind": "paths", **days}, "columns": ["source", "target", "count"], "rows": rows,
              "as_of": "2026-01-07T00:00:00.000", "elapsed_ms": 1.0}  # fmt: skip
    _print_table(answer)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["Signed", "Up", "Board", "Created", "1,200", "█" * 12] in lines
    assert ["Board", "Created", "–", "3"] in lines


def test_times_are_read_as_lengths_with_how_many_finished_below(asked: tuple[World, Path]) -> None:
    world, _ = asked
    output = run(world, "-", typed=json.dumps({**FUNNEL, "show": "times", "bins": 1})).output
    lines = [line.split() for line in output.splitlines()]
    assert ["from", "to", "count", "share"] in lines
    assert ["1.8", "min", "2.0", "min", "1", "100.0%", "█" * 12] in lines
    assert "1 finished, 1,499 did not · p25 2.0 min · median 2.0 min · p75 2.0 min · p90 2.0 min" in output


def test_a_funnel_over_time_has_a_row_for_each_period(asked: tuple[World, Path]) -> None:
    world, _ = asked
    lines = run(world, "-", typed=json.dumps({**FUNNEL, "show": "over_time"})).output.splitlines()
    assert ["2026-01-05", "1,500", "1", "0.1%", "2.0", "min", "█" * 12] in [line.split() for line in lines]


def test_why_people_stopped_says_what_was_tried_below(asked: tuple[World, Path]) -> None:
    world, _ = asked
    output = run(world, "-", typed=json.dumps({**FUNNEL, "window": "1m", "show": "why"})).output
    assert "0 went on, 1,500 stopped, 0 still open, 1,500 looked at · 0 tried, 0 stand" in output


def test_a_reason_has_its_value_as_text_and_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    row = ["property", "plan", "is", "10", "started", 0.5, 0.4, 0.6, 10, 20, 1200, 20, 0.001, 0.02]
    answer = {
        "question": {"kind": "funnel", "date_from": "2026-01-05", "date_to": "2026-01-06", "timezone": "UTC"},
        "columns": [*COLUMNS], "rows": [row], "as_of": "2026-01-07T00:00:00.000", "elapsed_ms": 1.0, "converted": 1210,
        "dropped": 40, "open": 3, "looked_at": 1250, "tried": 7, "standing": 1,
    }  # fmt: skip
    _print_table(answer)
    output = capsys.readouterr().out
    assert "█" not in output
    assert "1,210 went on, 40 stopped, 3 still open, 1,250 looked at · 7 tried, 1 stand" in output


def test_what_cannot_be_understood_is_a_refusal(asked: tuple[World, Path], tmp_path: Path) -> None:
    world, _ = asked
    with pytest.raises(Refusal, match="`steps` must have"):
        run(world, "-", typed=json.dumps({**FUNNEL, "steps": []}))
    with pytest.raises(Refusal, match="not JSON"):
        run(world, "-", typed="{")
    with pytest.raises(Refusal, match="cannot be read"):
        run(world, tmp_path / "nowhere.json")
