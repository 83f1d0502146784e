"""A question taken along: what is copied asks just that question."""

import ast
import json
import subprocess

import pytest

from groundswell.insights.copies import copies

QUESTION = {
    "kind": "trend", "series": [{"event": "It's \"50%\" \\ done", "where": {"path": {"$regex": "a\\.b\\n$HOME`x`"}}}],
    "date_from": "-30d", "date_to": "-1d",
}  # fmt: skip


@pytest.mark.parametrize("shell", ["sh", "bash"])
@pytest.mark.parametrize("way", ["CLI", "curl"])
def test_a_shell_hands_on_the_question_as_it_is(shell: str, way: str) -> None:
    """``groundswell`` and ``curl`` are functions here that say what they were given."""
    said = 'groundswell() { cat; }\ncurl() { for last; do :; done; printf %s "$last"; }\n'
    script = said + copies(QUESTION, project=1, server="http://127.0.0.1")[way]
    run = subprocess.run([shell, "-c", script], capture_output=True, check=True, text=True)
    assert json.loads(run.stdout) == QUESTION


def test_python_has_the_question_as_it_is() -> None:
    text = copies(QUESTION, project=1, server="http://127.0.0.1")["Python"]
    literal = text.partition("question = ")[2].partition("\ngs = ")[0]
    assert ast.literal_eval(literal) == QUESTION
