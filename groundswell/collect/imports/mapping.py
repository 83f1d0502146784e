"""Which column of a file is which field of a message."""

from collections.abc import Mapping, Sequence

from groundswell.collect.imports.types import FIELDS, Format
from groundswell.kernel.errors import bad_request
from groundswell.kernel.words import said

_TAKEN_BY_NAME = [name for name in FIELDS if name != "type"]  # a column named type may well be a property
_MOST_SHOWN = 50  # columns in a sentence


def check_fields(given: Mapping[str, str], format: Format) -> None:
    """Raises Refusal where a mapping names what is no field, or the format needs none."""
    for name in given:
        if name not in FIELDS:
            raise bad_request(
                said("There is no field %(name)r.", name=name),
                hint=said("Fields are %(fields)s: --map userId=COLUMN", fields=", ".join(FIELDS)), field="map",
            )  # fmt: skip
    if given and not format.has_columns:
        raise bad_request(
            said("A %(format)s export says itself what its fields mean.", format=format),
            hint=said("Leave --map out, or give --format jsonl."), field="map",
        )  # fmt: skip


def columns_of(given: Mapping[str, str], there: Sequence[str]) -> dict[str, str]:
    """The column of each field: as given, else the column that has the field's own name. An empty name is no column.

    Raises Refusal where a column does not exist, or where nobody says what happened or to whom.
    """
    columns = {name: name for name in _TAKEN_BY_NAME if name in there} | dict(given)
    columns = {name: column for name, column in columns.items() if column}
    for name, column in columns.items():
        if column not in there:
            raise _refusal(said("There is no column %(column)r for %(name)s.", column=column, name=name), there)
    if "userId" not in columns and "anonymousId" not in columns:
        raise _refusal(said("No column says who did it. Add --map userId=COLUMN or --map anonymousId=COLUMN."), there)
    if "event" not in columns and "type" not in columns:
        raise _refusal(said("No column says what happened. Add --map event=COLUMN."), there)
    return columns


def check_chosen(mapping: Mapping[str, str]) -> None:
    """Raises Refusal where nobody says what happened or to whom, or one column is to be two things."""
    if not (mapping.get("userId") or mapping.get("anonymousId")):
        raise bad_request(said("Choose the column that says who did it: of people you know, or of visitors."))
    if not (mapping.get("event") or mapping.get("type")):
        raise bad_request(said("Choose the column that says what happened."))
    chosen = [column for column in mapping.values() if column]
    twice = next((column for number, column in enumerate(chosen) if column in chosen[:number]), "")
    if twice:
        raise bad_request(said("The column %(column)r is chosen twice.", column=twice))


def all_named(chosen: Mapping[str, str]) -> dict[str, str]:
    """The mapping that says of every field which column it is, or that it is none: nothing is taken by its name."""
    return {name: chosen.get(name, "") for name in _TAKEN_BY_NAME} | dict(chosen)


def _refusal(message: str, there: Sequence[str]) -> Exception:
    columns, more = ", ".join(there[:_MOST_SHOWN]), len(there) - _MOST_SHOWN
    if more > 0:
        hint = said("The columns are %(columns)s and %(more)s more.", columns=columns, more=more)
    else:
        hint = said("The columns are %(columns)s.", columns=columns)
    return bad_request(message, hint=hint, field="map")
