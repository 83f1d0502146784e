"""Tables that become data frames, with types: days, instants in the project's zone, numbers, texts."""

from collections.abc import Mapping, Sequence
from datetime import UTC
from html import escape
from importlib import import_module
from typing import TYPE_CHECKING, Any

from groundswell.kernel.columns import Column, Type, columns_of

if TYPE_CHECKING:
    import pandas
    import polars

SHOWN = 20  # rows of a table in a notebook
NOTHING = "–"
CELL = "padding: 2px 10px; border-bottom: 1px solid #8884"


class Table:
    """Rows under their columns. ``rows`` are lists, as the API sent them."""

    def __init__(
        self, columns: Sequence[str], rows: list[list[Any]], *, question: Mapping[str, Any] | None = None
    ) -> None:
        self.columns = list(columns)
        self.rows = rows
        self.question = dict(question or {})

    def __len__(self) -> int:
        return len(self.rows)

    def to_dicts(self) -> list[dict[str, Any]]:
        """A dictionary for every row, with dates as dates."""
        typed = [each.values for each in self._typed()]
        return [dict(zip(self.columns, row, strict=True)) for row in zip(*typed, strict=True)]

    def to_polars(self) -> "polars.DataFrame":
        """A polars frame. ``pip install polars`` first."""
        pl: Any = _installed("polars", "to_pandas")
        types = {
            Type.DAY: pl.Date, Type.INSTANT: pl.Datetime("us", "UTC"), Type.WHOLE: pl.Int64, Type.NUMBER: pl.Float64,
            Type.TEXT: pl.String, Type.LIST: pl.List(pl.String),
        }  # fmt: skip
        frame = pl.DataFrame([pl.Series(each.name, _in_utc(each), types[each.type]) for each in self._typed()])
        instants = [each.name for each in self._typed() if each.type is Type.INSTANT]
        return frame.with_columns(pl.col(instants).dt.convert_time_zone(self._zone)) if instants else frame

    def to_pandas(self) -> "pandas.DataFrame":
        """A pandas frame. ``pip install pandas`` first."""
        pd: Any = _installed("pandas", "to_polars")
        return pd.DataFrame({each.name: _pandas_column(pd, each, self._zone) for each in self._typed()})

    def _repr_html_(self) -> str:
        """What a notebook shows: the first rows as a table."""
        shown = columns_of(self.question, self.columns, self.rows[:SHOWN])
        head = "".join(f'<th style="{CELL}; text-align: {_side(each)}">{escape(each.name)}</th>' for each in shown)
        body = "".join(f"<tr>{_row(shown, place)}</tr>" for place in range(min(len(self), SHOWN)))
        more = f"<p>… and {len(self) - SHOWN:,} more rows</p>" if len(self) > SHOWN else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"

    def _typed(self) -> list[Column]:
        return columns_of(self.question, self.columns, self.rows)

    @property
    def _zone(self) -> str:
        return str(self.question.get("timezone", "UTC"))


def _installed(name: str, otherwise: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError:
        sentence = f"{name} is not installed here. Install it with `pip install {name}`, or take .{otherwise}()."
        raise ModuleNotFoundError(sentence, name=name) from None


def _in_utc(column: Column) -> list[Any]:
    """Its values; instants in one zone, for those of an hour that comes twice differ in their offset."""
    if column.type is not Type.INSTANT:
        return column.values
    return [value and value.astimezone(UTC) for value in column.values]


def _pandas_column(pd: Any, column: Column, zone: str) -> Any:
    match column.type:
        case Type.DAY:
            return pd.Series(pd.to_datetime(column.values), dtype="datetime64[s]")
        case Type.INSTANT:
            return pd.Series(pd.to_datetime(_in_utc(column), utc=True)).dt.tz_convert(zone)
        case Type.WHOLE:
            return pd.Series(column.values, dtype="Int64" if None in column.values else "int64")
        case Type.NUMBER:
            return pd.Series(column.values, dtype="float64")
        case Type.TEXT:
            return pd.Series(column.values, dtype="str")
    return pd.Series(column.values, dtype="object")


def _side(column: Column) -> str:
    return "right" if column.type in (Type.WHOLE, Type.NUMBER) else "left"


def _row(columns: Sequence[Column], place: int) -> str:
    return "".join(f'<td style="{CELL}; text-align: {_side(each)}">{_shown(each, place)}</td>' for each in columns)


def _shown(column: Column, place: int) -> str:
    value = column.values[place]
    if value is None:
        return NOTHING
    if column.name.startswith("share"):
        return f"{value:.1%}"
    if column.type is Type.NUMBER:
        return f"{value:,.2f}"
    if column.type is Type.WHOLE:
        return f"{value:,}"
    if column.type is Type.LIST:
        return escape(" · ".join(NOTHING if part is None else part for part in value))
    return escape(f"{value:%Y-%m-%d %H:%M}" if column.type is Type.INSTANT else str(value))
