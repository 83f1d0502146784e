"""The members of a segment as a file, made piece by piece."""

from collections.abc import Iterator
from typing import Any

from groundswell.kernel.sheets import as_csv, rows_as_csv
from groundswell.people.service import account_cards, cards
from groundswell.segments.types import Members, Of
from groundswell.workspace.types import ProjectCard

CSV = "text/csv; charset=utf-8"
PIECE = 5_000  # people
_HEADS = {
    Of.PEOPLE: ("id", "name", "email", "accounts", "companies", "role", "last_seen"),
    Of.ACCOUNTS: ("id", "name", "people", "last_seen"),
}


def csv_pieces(project: ProjectCard, of: Of, members: Members) -> Iterator[str]:
    """CSV of all of them, in the order of their numbers."""
    yield as_csv(_HEADS[of], [])
    for begin in range(0, len(members), PIECE):
        yield rows_as_csv(_rows(project, of, members[begin : begin + PIECE].tolist()))


def _rows(project: ProjectCard, of: Of, numbers: list[int]) -> list[list[Any]]:
    if of is Of.ACCOUNTS:
        return [[each.id, each.name, each.people, each.last_seen] for each in account_cards(project, numbers)]
    return [
        [each.id, each.name, each.email, *map(" · ".join, (each.accounts, each.companies)), each.role, each.last_seen]
        for each in cards(project, numbers)
    ]
