"""The verbs of segments: define them, work them out, say who is in."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import IntegrityError, transaction
from django.utils import timezone as django_time
from django.utils.text import slugify

from groundswell.conditions.reading import meant, refused
from groundswell.conditions.sql import Params
from groundswell.kernel import clock
from groundswell.kernel.errors import Refusal, bad_request
from groundswell.kernel.paging import SIZE, Page
from groundswell.kernel.reasons import kept
from groundswell.kernel.words import said
from groundswell.segments import lists, membership, refreshing
from groundswell.segments.addresses import segment_address
from groundswell.segments.definitions import (
    NAMES,
    Known,
    as_exported,
    check_dependencies,
    check_unused,
    definition_of,
    keys_in,
    register_use,
    row_of,
    used_by,
)
from groundswell.segments.kinds import Kind, register_kind
from groundswell.segments.matches import match_of, statements
from groundswell.segments.members import members as worked_out
from groundswell.segments.models import Segment, SegmentVersion
from groundswell.segments.refreshing import refresh, refresh_due
from groundswell.segments.types import Card, Definition, Listed, Members, Of, Standing, Version
from groundswell.store import service as store
from groundswell.workspace import audit
from groundswell.workspace.service import note_change
from groundswell.workspace.types import Caller, ProjectCard

__all__ = [
    "Kind", "keys_in", "refresh", "refresh_due", "register_kind", "register_use", "segment_address", "used_by",
]  # fmt: skip

MOST = 500  # of a project
LONGEST_KEY, LONGEST_NAME, LONGEST_DESCRIPTION = 100, 200, 2_000  # characters
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
RESERVED = {"preview"}  # words of the API
EXAMPLES = 5


@dataclass(frozen=True)
class Preview:
    """What a match comes to: how many of how many, and the numbers of some."""

    members: int
    everybody: int
    examples: list[int]

    @property
    def share(self) -> float:
        return self.members / self.everybody if self.everybody else 0.0


def put_segment(
    caller: Caller,
    project: ProjectCard,
    key: str,
    *,
    name: str,
    of: str | None,
    match: Any,
    description: str | None = None,
) -> Card:
    """Make a segment or change the one of that key, and work out who is in it. Raises Refusal 400 or 409.

    Without ``of`` or ``description`` these stay as they were.
    """
    _check_key(key)
    definition = checked(project, key, name=name, of=of, match=match)
    with transaction.atomic():
        _keep(caller, project, definition, None if description is None else _description(description))
    refresh(project, key, patience=refreshing.PATIENCE)
    return segment(project, key)


def make_segment(
    caller: Caller, project: ProjectCard, *, name: str, of: str, match: Any, description: str | None = None
) -> Card:
    """Make a segment whose key comes from its name. Raises Refusal 400 or 409."""
    key = _free_key(project, name)
    return put_segment(caller, project, key, name=name, of=of, match=match, description=description)


def remove_segment(caller: Caller, project: ProjectCard, key: str) -> None:
    """Forget a segment. Raises Refusal 404, or 409 where something depends on it."""
    row = row_of(project.id, key)
    check_unused(project, key)
    definition = definition_of(row)
    with transaction.atomic():
        row.delete()
        note_change(caller, project=project.id, verb="segment.removed", subject=row.name)
    membership.forget(definition)


def checked(project: ProjectCard, key: str, *, name: str, of: str | None, match: Any) -> Definition:
    """A segment as it is to be. Raises Refusal 400 with the field at fault."""
    row = Segment.objects.filter(project_id=project.id, key=key).first()
    kind = _of(of, row)
    definition = Definition(
        project.id, row.pk if row else 0, key, _name(name), kind, match_of(match, kind, project.timezone)
    )
    check_dependencies(definition, Known(project.id, instead=definition))
    return definition


def segment(project: ProjectCard, key: str) -> Card:
    """One segment. Raises Refusal 404."""
    return _card(row_of(project.id, key), refreshing.loaded_messages(project.id))


def offered(project: ProjectCard) -> list[tuple[str, list[Card]]]:
    """All segments to choose from: those of people and those of companies, each with the name that conditions and
    breakdowns ask for them by; a kind of which there is none is left out."""
    found = segments(project, size=MOST).items
    named = [(NAMES[of], [each for each in found if each.of is of]) for of in Of]
    return [(name, several) for name, several in named if several]


def segments(project: ProjectCard, *, text: str = "", of: str = "", number: int = 1, size: int = SIZE) -> Page[Card]:
    """Segments whose name, key or description holds the text, by name."""
    rows = Segment.objects.filter(project_id=project.id)
    if text:
        rows = (
            rows.filter(name__icontains=text)
            | rows.filter(key__icontains=text)
            | rows.filter(description__icontains=text)
        )
    if of:
        rows = rows.filter(of=of)
    chosen = rows.order_by("name", "pk")[(number - 1) * size : number * size]
    loaded = refreshing.loaded_messages(project.id)
    return Page([_card(row, loaded) for row in chosen], number, rows.count(), size)


def history(project: ProjectCard, key: str, *, number: int = 1, size: int = SIZE) -> Page[Version]:
    """How a segment was left by whom, the latest first. Raises Refusal 404."""
    rows = SegmentVersion.objects.filter(segment=row_of(project.id, key).pk).order_by("-number")
    chosen = rows[(number - 1) * size : number * size]
    found = [Version(row.number, row.name, row.match, row.by, row.at) for row in chosen]
    return Page(found, number, rows.count(), size)


def members(project: ProjectCard, key: str) -> Members:
    """The numbers of those in a segment, ascending; worked out anew first where that is fast. Raises Refusal 404."""
    row_of(project.id, key)
    refreshing.freshen(project, key)
    return np.unique(membership.current(definition_of(row_of(project.id, key))).members)


def preview(project: ProjectCard, *, of: str, match: Any, key: str = "") -> Preview:
    """What a match would come to; ``key`` is that of the segment that is being changed. Raises Refusal 400."""
    definition = checked(project, key, name="?", of=of, match=match)
    known = Known(project.id, instead=definition)
    found = worked_out(project, definition, at=clock.to_us(clock.now()), definitions=known, search=refreshing.search)
    return Preview(len(found), everybody(project, definition.of), found[:EXAMPLES].tolist())


def everybody(project: ProjectCard, of: Of) -> int:
    """How many people, or companies, there are."""
    sql = f"SELECT uniqExact({of.entity}) FROM scope.{of.entity}_ids"
    return int(store.run(sql, project=project.id, between=store.EVER).rows[0][0])


def change_list(
    caller: Caller, project: ProjectCard, key: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()
) -> lists.Listing:
    """Put ids on a segment's list, take others off. Raises Refusal 404, 400, or 409 for a segment without a list."""
    definition = _with_list(project, key)
    if remove:
        lists.change(definition, list(dict.fromkeys(remove)), is_in=False)
    if add:
        lists.change(definition, list(dict.fromkeys(add)), is_in=True)
    return _list_changed(caller, project, definition, {"added": len(add), "taken_off": len(remove)})


def replace_list(caller: Caller, project: ProjectCard, key: str, ids: Sequence[str]) -> lists.Listing:
    """Have exactly these ids on a segment's list. Raises as ``change_list`` does."""
    definition = _with_list(project, key)
    lists.replace(definition, list(dict.fromkeys(ids)))
    return _list_changed(caller, project, definition, {"ids": len(ids)})


def listing(project: ProjectCard, key: str) -> lists.Listing:
    """What is on a segment's list. Raises Refusal 404."""
    return lists.listing(definition_of(row_of(project.id, key)))


def exported(project: ProjectCard) -> list[Mapping[str, Any]]:
    """All segments of a project as a file has them, by key."""
    return [as_exported(row) for row in Segment.objects.filter(project_id=project.id).order_by("key")]


def select_members(project: int, key: str, params: Params, *, of: Of) -> str:
    """SQL for the numbers of those in a segment, as it is known. Raises Refusal 400 where there is none of that key."""
    rows = Segment.objects.filter(project_id=project, of=of)
    row = rows.filter(key=key).first()
    if row is None:
        keys = rows.values_list("key", flat=True)
        raise refused(
            f"{of.entity}.segment", said("names no segment “%(key)s”", key=key),
            hint=meant(key, keys) if keys else said("Make one first."),
        )  # fmt: skip
    return f"SELECT member FROM scope.segment_members WHERE segment = {params.bind(row.pk, 'UInt32')}"


def name_of(project: int, key: str) -> str:
    """What a segment is called; "" where there is none of that key."""
    return Segment.objects.filter(project_id=project, key=key).values_list("name", flat=True).first() or ""


# Keeping -------------------------------------------------------------------------------------------------------------


def _keep(caller: Caller, project: ProjectCard, definition: Definition, description: str | None) -> None:
    _, by = audit.who_is(caller)
    given = {"name": definition.name, "match": definition.match.as_json(), "changed_by": by}
    if description is not None:
        given["description"] = description
    row = Segment.objects.select_for_update().filter(project_id=project.id, key=definition.key).first()
    if row is None:
        _check_room(project)
        try:
            row = Segment.objects.create(
                project_id=project.id, key=definition.key, of=definition.of, made_by=by, **given
            )
        except IntegrityError:
            raise Refusal(
                409, "segment_exists", said("Somebody just made a segment of that key."), hint=said("Look at it first.")
            ) from None
        verb = "segment.made"
    elif all(getattr(row, name) == value for name, value in given.items() if name != "changed_by"):
        return
    else:
        if row.match != given["match"]:
            row.version += 1
        for name, value in given.items():
            setattr(row, name, value)
        row.changed = django_time.now()
        row.save(update_fields=[*given, "version", "changed"])
        verb = "segment.changed"
    SegmentVersion.objects.update_or_create(
        segment=row, number=row.version, defaults={"name": row.name, "match": row.match, "by": by}
    )
    note_change(caller, project=project.id, verb=verb, subject=row.name)


def _check_room(project: ProjectCard) -> None:
    if Segment.objects.filter(project_id=project.id).count() >= MOST:
        raise Refusal(
            409, "too_many_segments", said("The project has %(most)s segments, and may have no more.", most=MOST),
            hint=said("Delete some that nobody uses."),
        )  # fmt: skip


def _with_list(project: ProjectCard, key: str) -> Definition:
    definition = definition_of(row_of(project.id, key))
    if not any(isinstance(one, Listed) for one in statements(definition.match)):
        raise Refusal(
            409, "no_list", said("This segment does not say who is in by a list."),
            hint=said('Write {"listed": true} into its match.'),
        )  # fmt: skip
    return definition


def _list_changed(
    caller: Caller, project: ProjectCard, definition: Definition, detail: dict[str, int]
) -> lists.Listing:
    note_change(
        caller, project=project.id, verb="segment.listed", subject=definition.name,
        detail={name: number for name, number in detail.items() if number},
    )  # fmt: skip
    refresh(project, definition.key, patience=refreshing.PATIENCE)
    return lists.listing(definition)


def _card(row: Segment, loaded: int) -> Card:
    trouble = kept(row.trouble) if row.trouble else ""
    standing = Standing(row.members, row.as_of, max(0, loaded - row.loaded), row.seconds, trouble)
    if row.known_version != row.version:
        standing = Standing(None, None, 0, row.seconds, trouble)
    return Card(
        definition_of(row), row.description, row.version, row.made_by, row.changed_by, row.made, row.changed, standing
    )


def _of(given: str | None, row: Segment | None) -> Of:
    if given is None and row is not None:
        return Of(row.of)
    if given not in list(Of):
        what = said("is missing") if given is None else said("is %(value)r, which is none of its values", value=given)
        raise refused("of", what, hint=said("Write people or accounts."))
    if row is not None and row.of != given:
        raise refused(
            "of", said("cannot be changed: this segment is of %(of)s", of=row.of), hint=said("Make another segment.")
        )
    return Of(given)


def _name(given: str) -> str:
    name = " ".join(given.split())
    if not name or len(name) > LONGEST_NAME:
        hint = said("Write 1 to %(most)s characters.", most=LONGEST_NAME)
        raise bad_request(said("The segment needs a name."), hint=hint, field="name")
    return name


def _description(text: str) -> str:
    if len(text) > LONGEST_DESCRIPTION:
        sentence = said("A description has at most %(most)s characters.", most=LONGEST_DESCRIPTION)
        raise bad_request(sentence, field="description")
    return text.strip()


def _check_key(key: str) -> None:
    if not _KEY.fullmatch(key) or len(key) > LONGEST_KEY or key in RESERVED:
        raise bad_request(
            said("“%(key)s” cannot be the key of a segment.", key=key),
            hint=said("Use letters, digits, - and _, such as trial-stars."), field="key",
        )  # fmt: skip


def _free_key(project: ProjectCard, name: str) -> str:
    """A key that is not taken, told from the name."""
    stem = slugify(_name(name))[: LONGEST_KEY - 10].strip("-_") or "segment"
    taken = set(Segment.objects.filter(project_id=project.id).values_list("key", flat=True)) | RESERVED
    number = 1
    while (key := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return key
