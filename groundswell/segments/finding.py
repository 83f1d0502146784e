"""Segments for the search of every page, and for the profiles of those who are in them."""

from django.utils.translation import gettext as _

from groundswell.people.belonging import Belonging
from groundswell.segments import membership, service
from groundswell.segments.addresses import segment_address
from groundswell.segments.definitions import rows_of
from groundswell.segments.types import Of
from groundswell.workspace.shell import Hit
from groundswell.workspace.types import ProjectCard

MOST = 6


def find_segments(project: ProjectCard, text: str) -> list[Hit]:
    """Segments by a part of their name or key."""
    found = service.segments(project, text=text, size=MOST).items
    return [Hit(segment_address(project.id, each.key), each.name, _("Segment"), each.description) for each in found]


def segments_of(project: ProjectCard, entity: str, number: int) -> list[Belonging]:
    """The segments that a person, or a company, is in or has left, the latest first."""
    of = Of.PEOPLE if entity == Of.PEOPLE.entity else Of.ACCOUNTS
    rows = {row.pk: row for row in rows_of(project.id, of)}
    moves = membership.moves_of(project.id, list(rows), number) if rows else {}
    return [
        Belonging(rows[segment].name, segment_address(project.id, rows[segment].key), at, is_over=not entered)
        for segment, (entered, at) in moves.items()
    ]
