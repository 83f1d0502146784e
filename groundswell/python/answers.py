"""What a question is answered with, in the hands of a program."""

import base64
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from groundswell.kernel.errors import Refusal, bad_request
from groundswell.python.frames import Table

if TYPE_CHECKING:
    import os

    import altair

FILES = ("json", "csv", "parquet", "png", "svg", "vega")

AskAs = Callable[[Mapping[str, Any], str], bytes]  # the question again, in another format
Who = Callable[["Answer", Mapping[str, Any]], "Behind"]


class Answer(Table):
    """Rows under their columns, and the question as it was understood.

    >>> answer = gs.funnel(["Signed Up", "Board Created"])
    >>> answer.to_polars()          # or .to_pandas(), .to_dicts(), .rows
    >>> answer.chart()              # an Altair chart
    >>> answer.save("funnel.svg")   # or .png, .csv, .parquet, .json
    >>> answer.who(step=2, dropped=True)

    ``as_of`` is the instant it was worked out at, ``elapsed_ms`` how long that took, ``is_cached`` whether it was known
    before it was asked (nothing has changed since), ``unknown`` the events that never came,
    each with the name that was perhaps meant; ``beside`` what a kind of question says besides its rows.
    """

    def __init__(self, found: Mapping[str, Any], *, ask_as: AskAs, who: Who) -> None:
        super().__init__(found["columns"], found["rows"], question=found["question"])
        self.as_of: str = found["as_of"]
        self.elapsed_ms: float = found["elapsed_ms"]
        self.is_cached: bool = found.get("cached", False)
        self.unknown: list[dict[str, Any]] = found.get("unknown", [])
        told = {"columns", "rows", "question", "as_of", "elapsed_ms", "cached", "unknown"}
        self.beside = {name: value for name, value in found.items() if name not in told}
        self._ask_as = ask_as
        self._who = who
        self._drawn: dict[str, bytes] = {}

    @property
    def kind(self) -> str:
        return str(self.question["kind"])

    def chart(self) -> "altair.Chart | altair.LayerChart":
        """The Altair chart that the console shows. Raises Refusal for a kind that has none."""
        import altair

        chart: altair.Chart | altair.LayerChart = altair.Chart.from_dict(json.loads(self._as("vega")))
        return chart

    def save(self, path: "str | os.PathLike[str]") -> Path:
        """Write it as what the name ends with: .csv, .parquet, .json, .png or .svg. The path that was written."""
        target = Path(path)
        format = target.suffix.removeprefix(".").lower()
        if format not in FILES:
            known = ", ".join(f".{each}" for each in FILES)
            raise bad_request(f"{target.name} says no format of an answer.", hint=f"End it with one of {known}.")
        target.write_bytes(self._as(format))
        return target.resolve()

    def who(self, cell: Mapping[str, Any] | None = None, /, **named: Any) -> "Behind":
        """The people, or the accounts, behind a number: ``answer.who(step=2, dropped=True)``,
        ``answer.who(series=1, period="2026-01-05")``."""
        return self._who(self, {**(cell or {}), **named})

    def _as(self, format: str) -> bytes:
        """Asked once in each format."""
        if format not in self._drawn:
            self._drawn[format] = self._ask_as(self.question, format)
        return self._drawn[format]

    def _repr_html_(self) -> str:
        """The chart, where its kind has one, above the table."""
        try:
            picture = base64.b64encode(self._as("svg")).decode()
        except Refusal:
            return super()._repr_html_()
        image = f'<img alt="" style="max-width: 100%" src="data:image/svg+xml;base64,{picture}">'
        return f"<div>{image}</div>{super()._repr_html_()}"

    def __repr__(self) -> str:
        days = f"{self.question.get('date_from')} – {self.question.get('date_to')}"
        return f"<Answer: {self.kind}, {days}, {len(self):,} rows of {', '.join(self.columns)}>"


class Behind(Table):
    """Those behind a number. ``total`` counts all of them; there are as many rows as were asked for."""

    def __init__(self, columns: list[str], rows: list[list[Any]], *, total: int, timezone: str) -> None:
        super().__init__(columns, rows, question={"timezone": timezone})
        self.total = total

    @property
    def ids(self) -> list[str]:
        return [row[0] for row in self.rows]

    def __repr__(self) -> str:
        return f"<Behind: {len(self):,} of {self.total:,}>"
