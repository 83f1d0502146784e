"""CSV that spreadsheets show as it is."""

import pytest

from groundswell.kernel.sheets import as_csv


def test_rows_stand_under_their_head() -> None:
    assert as_csv(["id", "name"], [["ada", "Ada, Park"], [1, None]]) == 'id,name\nada,"Ada, Park"\n1,\n'


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\tx", "-5\n=1+1"])
def test_a_formula_is_made_text(text: str) -> None:
    assert as_csv(["a"], [[text]]).splitlines()[1].strip('"').startswith("'")


@pytest.mark.parametrize("text", ["-5", "+49.5", "-1e-07", "a=b", "x@y.z"])
def test_numbers_and_other_text_stay_as_they_are(text: str) -> None:
    assert as_csv(["a"], [[text]]) == f"a\n{text}\n"
