"""Which column of a file is which field of a message."""

from collections.abc import Mapping, Sequence

from groundswell.collect.imports.types import FIELDS, Format
from groundswell.kernel.errors import bad_request

_TAKEN_BY_NAME = [name for name in FIELDS if name != "type"]  # a column named type may well be a property
_MOST_SHOWN = 50  # columns in a sentence


def check_fields(given: Mapping[str, str], format: Format) -> None:
    """Raises Refusal where a mapping names what is no field, or the format needs none."""
    for name in given:
        if name not in FIELDS:
            raise bad_request(
                f"There is no field {name!r}.", hint=f"Fields are {', '.join(FIELDS)}: --map userId=COLUMN", field="map"
            )
    if given and not format.has_columns:
        raise bad_request(
            f"A {format} export says itself what its fields mean.", hint="Leave --map out, or give --format jsonl.",
            field="map",
        )  # fmt: skip


def columns_of(given: Mapping[str, str], there: Sequence[str]) -> dict[str, str]:
    """The column of each field: as given, else the column that has the field's own name.

    Raises Refusal where a column does not exist, or where nobody says what happened or to whom.
    """
    columns = {name: name for name in _TAKEN_BY_NAME if name in there} | dict(given)
    for name, column in columns.items():
        if column not in there:
            raise _refusal(f"There is no column {column!r} for {name}.", there)
    if "userId" not in columns and "anonymousId" not in columns:
        raise _refusal("No column says who did it. Add --map userId=COLUMN or --map anonymousId=COLUMN.", there)
    if "event" not in columns and "type" not in columns:
        raise _refusal("No column says what happened. Add --map event=COLUMN.", there)
    return columns


def _refusal(message: str, there: Sequence[str]) -> Exception:
    more = f" and {len(there) - _MOST_SHOWN} more" if len(there) > _MOST_SHOWN else ""
    return bad_request(message, hint=f"The columns are {', '.join(there[:_MOST_SHOWN])}{more}.", field="map")
