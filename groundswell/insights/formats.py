"""Answers as files: tables as CSV and Parquet, charts as PNG and SVG. Renderers are loaded with the first chart."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from groundswell.insights.charts import ENGLISH, Look
from groundswell.insights.marks import Mark
from groundswell.insights.pictures import png, svg
from groundswell.insights.types import Answer
from groundswell.kernel import sheets
from groundswell.kernel.columns import Type, columns_of


@dataclass(frozen=True)
class Format:
    """What an answer can be written as: what it is called, its content type, and how it is written. Annotations stand
    on charts alone."""

    name: str
    content_type: str
    write: Callable[[Answer, Look, Sequence[Mark]], bytes]
    is_chart: bool = False

    @property
    def title(self) -> str:
        return "Parquet" if self.name == "parquet" else self.name.upper()


def as_csv(answer: Answer, look: Look = ENGLISH, marks: Sequence[Mark] = ()) -> bytes:
    """An answer's rows as CSV with a head line; several breakdown values are joined by `` · ``, missing ones empty."""
    return sheets.as_csv(answer.columns, ([_cell(value) for value in row] for row in answer.rows)).encode()


def _cell(value: Any) -> Any:
    return " · ".join("" if part is None else str(part) for part in value) if isinstance(value, list) else value


def as_parquet(answer: Answer, look: Look = ENGLISH, marks: Sequence[Mark] = ()) -> bytes:
    """An answer's rows as Parquet: days are dates, hours instants in the project's zone; a breakdown is text, or of
    several names a list of texts."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {
        Type.DAY: pa.date32(), Type.INSTANT: pa.timestamp("us", answer.question.days.tz), Type.WHOLE: pa.int64(),
        Type.NUMBER: pa.float64(), Type.TEXT: pa.string(), Type.LIST: pa.list_(pa.string()),
    }  # fmt: skip
    columns = columns_of(answer.question.as_json(), answer.columns, answer.rows)
    table = pa.table({each.name: pa.array(each.values, types[each.type]) for each in columns})
    file = io.BytesIO()
    pq.write_table(table, file)
    return file.getvalue()


FORMATS = {
    each.name: each
    for each in (
        Format("csv", "text/csv; charset=utf-8", as_csv),
        Format("parquet", "application/vnd.apache.parquet", as_parquet),
        Format("png", "image/png", png, is_chart=True),
        Format("svg", "image/svg+xml", svg, is_chart=True),
    )
}
