"""The sample company as somebody sees it who starts it in the background."""

from types import SimpleNamespace

import pytest

from groundswell.cli import demo


def test_without_a_terminal_a_line_says_now_and_then_how_far_it_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter([0.0, 1.0, 2.0, 3.5, 3.5, 5.0])
    monkeypatch.setattr(demo, "time", SimpleNamespace(monotonic=lambda: next(seconds)))  # of no thread but this
    with demo._progress(5000) as came:
        for more in (100, 200, 1_000, 50):
            came(more)
    output, errors = capsys.readouterr()
    assert output == ""  # there stands what opens it, as name: value
    assert errors.splitlines() == [
        "Making the sample company: 5,000 people sign up within six months.",
        "Making the sample company: 1,300 of 5,000 people so far.",
        "Making the sample company: done.",
    ]
