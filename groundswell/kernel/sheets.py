"""CSV that spreadsheets show as it is."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

# What spreadsheets take for a formula (OWASP, CSV injection), unless it is a number. Two patterns, since Arrow's
# expressions cannot look ahead.
FORMULA = r"^[=+\-@\t\r]"
NUMBER = r"^[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?$"


def as_csv(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """CSV with a head line; text that a spreadsheet would run as a formula has an apostrophe before it."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(head)
    return text.getvalue() + rows_as_csv(rows)


def rows_as_csv(rows: Iterable[Sequence[Any]]) -> str:
    """More rows of the same."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


def _harmless(cell: Any) -> Any:
    is_formula = isinstance(cell, str) and re.match(FORMULA, cell) and not re.fullmatch(NUMBER, cell)
    return f"'{cell}" if is_formula else cell
