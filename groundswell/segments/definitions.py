"""What is defined: segments by key, the dependencies between them, and where they are used."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from groundswell.conditions.groups import groups_in
from groundswell.conditions.reading import meant, refused
from groundswell.kernel.errors import Refusal, not_found
from groundswell.kernel.words import said
from groundswell.segments.addresses import segment_address
from groundswell.segments.matches import match_of, segments_in
from groundswell.segments.models import Segment
from groundswell.segments.types import Definition, Group, Of
from groundswell.workspace.shell import Hit
from groundswell.workspace.types import ProjectCard

NAMES = {Of.PEOPLE: "person.segment", Of.ACCOUNTS: "account.segment"}
Use = Callable[[ProjectCard, str], Sequence[Hit]]

_uses: list[Use] = []


def register_use(use: Use) -> None:
    """Ask this, too, where a segment is used: ``use(project, key)``. What is used cannot be deleted."""
    if use not in _uses:
        _uses.append(use)


def definition_of(row: Segment) -> Definition:
    """A row as what it means. What upper streets brought was checked when it was kept."""
    of = Of(row.of)
    return Definition(row.project_id, row.pk, row.key, row.name, of, match_of(row.match, of, None))


class Known:
    """The segments of a project, each read once."""

    def __init__(self, project: int, *, instead: Definition | None = None) -> None:
        self._rows = {row.key: row for row in Segment.objects.filter(project_id=project)}
        self._read: dict[str, Definition] = {} if instead is None else {instead.key: instead}

    def __call__(self, key: str) -> Definition | None:
        if key not in self._read and key in self._rows:
            self._read[key] = definition_of(self._rows[key])
        return self._read.get(key)

    @property
    def keys(self) -> list[str]:
        return sorted({*self._rows, *self._read})

    def row(self, key: str) -> Segment | None:
        return self._rows.get(key)


def row_of(project: int, key: str) -> Segment:
    """One segment. Raises Refusal 404."""
    row = Segment.objects.filter(project_id=project, key=key).first()
    if row is None:
        names = Segment.objects.filter(project_id=project).values_list("key", flat=True)
        raise not_found(
            said("There is no segment “%(key)s”.", key=key),
            hint=meant(key, names) if names else said("Make one with PUT segments/{key}, or in the console."),
        )
    return row


def rows_of(project: int, of: Of) -> list[Segment]:
    """All segments of people, or of companies."""
    return list(Segment.objects.filter(project_id=project, of=of))


def depends_on(match: Group) -> set[str]:
    """The keys of the segments that a match names, in whatever way."""
    return segments_in(match, keys_in)


def keys_in(given: Any) -> set[str]:
    """The keys of the segments that a condition, or whatever holds conditions and names, asks about."""
    return {key for name, key in groups_in(given) if name in NAMES.values()}


def check_dependencies(definition: Definition, known: Known) -> None:
    """Raises Refusal 400 for a segment that is not there, or that leads back to this one."""
    for key in sorted(depends_on(definition.match)):
        if known(key) is None and key != definition.key:
            raise refused("match", said("names no segment “%(key)s”", key=key), hint=meant(key, known.keys))
    way = _way_back(definition, definition, known, set())
    if way:
        raise refused(
            "match", said("leads back to this segment: %(way)s", way=" → ".join(way)),
            hint=said("A segment cannot depend on itself. Take one of these out."),
        )  # fmt: skip


def _way_back(start: Definition, definition: Definition, known: Known, seen: set[str]) -> tuple[str, ...]:
    """The keys from a segment on back to where it began; nothing where it does not lead there."""
    for key in sorted(depends_on(definition.match)):
        if key == start.key:
            return definition.key, key
        following = known(key)
        if following is not None and key not in seen:
            seen.add(key)
            back = _way_back(start, following, known, seen)
            if back:
                return definition.key, *back
    return ()


def used_by(project: ProjectCard, key: str) -> list[Hit]:
    """What depends on a segment: other segments, and what upper streets have."""
    known = Known(project.id)
    others = [each for other in known.keys if (each := known(other)) and key in depends_on(each.match)]
    hits = [Hit(segment_address(project.id, each.key), each.name, _("Segment")) for each in others]
    return hits + [hit for use in _uses for hit in use(project, key)]


def check_unused(project: ProjectCard, key: str) -> None:
    """Raises Refusal 409 that says where a segment is used."""
    hits = used_by(project, key)
    if hits:
        names = ", ".join(f"“{hit.name}”" for hit in hits[:10])
        raise Refusal(
            409, "segment_in_use", said("This segment is used: %(names)s.", names=names),
            hint=said("Take it out of there first."),
        )  # fmt: skip


def as_exported(row: Segment) -> Mapping[str, Any]:
    """A segment as a file has it."""
    return {"key": row.key, "name": row.name, "description": row.description, "of": row.of, "match": row.match}
