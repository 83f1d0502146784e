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
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow([_harmless(cell) for cell in row])
    return text.getvalue()


def _harmless(cell: Any) -> Any:
    is_formula = isinstance(cell, str) and re.match(FORMULA, cell) and not re.fullmatch(NUMBER, cell)
    return f"'{cell}" if is_formula else cell
