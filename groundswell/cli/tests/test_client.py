"""Commands where there is nothing to ask, as people call them from a shell."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

QUESTION = '{"kind": "trend", "series": [{"event": null}], "date_from": "2026-01-05", "date_to": "2026-01-05"}'


def groundswell(*words: str, at: Path, **settings: str) -> tuple[int, str, str]:
    """Exit code, output and errors of a command in that folder, with no setting but these."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GROUNDSWELL_")}
    code = "from groundswell.cli.root import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, *words], cwd=at, env={**inherited, **settings}, input=QUESTION, text=True,
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("words", [("ask", "-", "--project", "1"), ("import", "x.csv", "--project", "1"), ("doctor",)])
def test_a_command_that_only_asks_makes_no_folder_and_says_where_it_looked(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    code, output, errors = groundswell(*words, at=tmp_path)
    folder = (tmp_path / "data").resolve()
    assert (code, output) == (1, "")
    assert errors == (
        f"There is nothing of Groundswell in {folder}. Say with GROUNDSWELL_DATA which folder the server uses.\n"
    )
    assert not folder.exists()


def test_somebody_else_s_folder_of_that_name_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "numbers.csv").touch()
    assert groundswell("ask", "-", "--project", "1", at=tmp_path)[0] == 1
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["numbers.csv"]


def test_a_project_that_is_not_there_is_one_sentence_with_the_folder(tmp_path: Path) -> None:
    folder = str(tmp_path / "kept")
    who = ("--email", "ada@example.com", "--password", "engine", "--project", "Engine")
    assert groundswell("init", *who, at=tmp_path, GROUNDSWELL_DATA=folder)[0] == 0
    code, output, errors = groundswell("ask", "-", "--project", "77", at=tmp_path, GROUNDSWELL_DATA=folder)
    assert (code, output) == (1, "")
    assert errors.startswith("There is no such project")
    assert errors.count("\n") == 1
    assert folder in errors
