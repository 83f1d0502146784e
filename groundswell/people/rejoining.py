"""Joins made and taken back by hand.

What is to change is decided from what the store knows, by the loader's thread between two blocks, and written down
before it is done: rows as they were and rows as they are to be, of one table. So a crash in between leaves nothing half
done, and taking back means putting the rows of before in place again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import pyarrow as pa

from groundswell.kernel.clock import now_us
from groundswell.kernel.errors import Refusal, not_found
from groundswell.kernel.ids import stable_id
from groundswell.kernel.words import said
from groundswell.people.arrow import instants, numbers, texts
from groundswell.people.identity import FREE
from groundswell.people.types import Rejoin, RejoinKind, Row
from groundswell.store import service as store
from groundswell.workspace.types import ProjectCard

BEFORE_ALL = 0  # µs: no claim is earlier, so what is split off stays so, whatever comes late


@dataclass(frozen=True)
class Someone:
    """Who is to be merged: the person behind an id, as the rule of merging sees them."""

    number: int
    name: str
    is_known: bool
    position: int


def someone(project: ProjectCard, id: str) -> Someone:
    """The person that this id leads to. Raises Refusal 404."""
    found = _ask(
        project,
        "SELECT person, name, known, id FROM scope.person_ids WHERE id = {id:UInt64} OR id ="
        " (SELECT any(person) FROM scope.person_ids WHERE id = {id:UInt64})",
        id=stable_id(project.id, id),
    )
    if not found:
        raise not_found(
            said("Nobody was ever seen as “%(id)s”.", id=id), hint=said("Use an id exactly as a client sent it.")
        )
    person = found[0][0]
    name, known = next((name, known) for _, name, known, each in found if each == person)
    return Someone(person, name, bool(known), _position(project, person))


def surviving(one: Someone, other: Someone) -> tuple[Someone, Someone]:
    """Of two people the one whose profile survives a merge, then the other: the known one, of two the older."""
    if one.number == other.number:
        raise Refusal(
            409, "same_person", said("These are one person already."), hint=said("There is nothing to merge.")
        )
    if not (one.is_known or other.is_known):
        raise Refusal(
            409, "nobody_known", said("Neither of these two was ever sent as a user, so neither can survive."),
            hint=said("They become one person by themselves when they sign in as the same user."),
        )  # fmt: skip
    if one.is_known and other.is_known:
        is_first = (one.position, one.number) <= (other.position, other.number)
    else:
        is_first = one.is_known
    return (one, other) if is_first else (other, one)


def decide_merge(project: ProjectCard, id: str, into: str, *, by: str) -> Rejoin:
    """Two people become one."""
    person, lost = surviving(someone(project, id), someone(project, into))
    table, at = ("merges" if lost.is_known else "claims"), now_us()
    ids = [lost.number]
    if lost.is_known:
        ids += [id for (id,) in _read(
            "SELECT id FROM groundswell.merges FINAL WHERE project = {project:UInt32} AND person = {lost:UInt64}"
            " AND id != person ORDER BY id", project=project.id, lost=lost.number,
        )]  # fmt: skip
    return Rejoin(
        project.id, RejoinKind.MERGE, table, person.number, lost.number, before=_rows(project, table, ids),
        after=tuple((id, person.number, at) for id in ids), at=at, by=by,
    )  # fmt: skip


def decide_split(project: ProjectCard, id: str, *, by: str) -> Rejoin:
    """An id leaves the person that it was joined to; what belongs to the id goes with it."""
    person, number = someone(project, id).number, stable_id(project.id, id)
    if person == number:
        raise Refusal(
            409, "own_id", said("This is the id that the profile is known by."),
            hint=said("Split the others off instead, or undo the merge."),
        )  # fmt: skip
    ((_, claimed, _),) = _rows(project, "claims", [number])
    table, since = ("claims", BEFORE_ALL) if claimed != number else ("merges", FREE)
    return Rejoin(
        project.id, RejoinKind.SPLIT, table, person, number, before=_rows(project, table, [number]),
        after=((number, number, since),), at=now_us(), by=by,
    )  # fmt: skip


def decide_undo(project: ProjectCard, number: int, *, by: str) -> Rejoin:
    """What was merged or split by hand is again as it was before. Raises Refusal 404, or 409 where it is too late."""
    done = next((each for each in made(project) if each.number == number), None)
    if done is None or done.kind is RejoinKind.UNDO:
        raise not_found(said("There is no such merge or split."), hint=said("They are listed on the profile."))
    if done.undone:
        raise Refusal(409, "undone", said("This was undone before."))
    if _rows(project, done.table, [id for id, *_ in done.after]) != done.after:
        raise Refusal(
            409, "changed_since", said("What this joined or parted was changed since."),
            hint=said("Undo what came after it first, or split single ids off."),
        )  # fmt: skip
    return replace(done, kind=RejoinKind.UNDO, before=done.after, after=done.before, at=now_us(), by=by, undoes=number)


def made(project: ProjectCard, ids: Sequence[int] | None = None) -> list[Rejoin]:
    """What was joined and parted by hand in a project (or concerns one of these ids), the latest first."""
    concerns = "WHERE person IN {ids:Array(UInt64)} OR other IN {ids:Array(UInt64)}" if ids is not None else ""
    found = _ask(
        project,
        "SELECT number, kind, joined, person, other, before, after, toUnixTimestamp64Micro(at), by, undoes"
        f" FROM scope.rejoins {concerns} ORDER BY number DESC LIMIT 10000",
        ids=list(ids or ()),
    )
    undone = {undoes for *_, undoes in found}
    return [
        Rejoin(
            project.id, RejoinKind(kind), table, int(left), int(other), _decoded(before), _decoded(after),
            at=at, by=by, number=number, undoes=undoes, undone=number in undone,
        )
        for number, kind, table, left, other, before, after, at, by, undoes in found
    ]  # fmt: skip


def numbered(rejoin: Rejoin, position: int) -> Rejoin:
    """Its number, and its place in the order of receipt."""
    return replace(rejoin, number=how_many() + 1, position=position)


def how_many() -> int:
    """The largest number given so far."""
    return int(_read("SELECT max(number) FROM groundswell.rejoins")[0][0])


def write(rejoin: Rejoin) -> None:
    """Write down what is to be done, then do it."""
    row = pa.table(
        {
            "number": numbers([rejoin.number]), "kind": texts([rejoin.kind]), "joined": texts([rejoin.table]),
            "person": numbers([rejoin.person]), "other": numbers([rejoin.other]),
            "before": texts([_encoded(rejoin.before)]), "after": texts([_encoded(rejoin.after)]),
            "position": numbers([rejoin.position]), "at": instants([rejoin.at]), "by": texts([rejoin.by]),
            "undoes": numbers([rejoin.undoes]),
        }
    )  # fmt: skip
    store.append("rejoins", row, token=_token(rejoin.number), computed={"project": str(rejoin.project)})
    _do(rejoin.project, rejoin.number, rejoin.table, rejoin.after, rejoin.position)


def finish_last() -> None:
    """Do what was written down last; a crash may have come in between. Done twice it is done once."""
    for project, number, table, after, position in _read(
        "SELECT project, number, joined, after, position FROM groundswell.rejoins ORDER BY number DESC LIMIT 1"
    ):
        _do(project, number, table, _decoded(after), position)


def _do(project: int, number: int, table: str, rows: tuple[Row, ...], position: int) -> None:
    id, person, at = zip(*rows, strict=True)
    changed = pa.table(
        {"id": numbers(id), "person": numbers(person), "at": instants(at), "position": numbers([position] * len(id))}
    )
    store.append(table, changed, token=_token(number), computed={"project": str(project)})
    store.dictionary_touched("persons", project=project)


def _rows(project: ProjectCard, table: str, ids: list[int]) -> tuple[Row, ...]:
    """The rows of these ids, in their order; an id that was never joined stands for itself."""
    found = _read(
        f"SELECT id, person, toUnixTimestamp64Micro(at) FROM groundswell.{table} FINAL"
        " WHERE project = {project:UInt32} AND id IN {ids:Array(UInt64)}",
        project=project.id, ids=ids,
    )  # fmt: skip
    known = {id: (id, person, at) for id, person, at in found}
    return tuple(known.get(id, (id, id, FREE)) for id in ids)


def _position(project: ProjectCard, id: int) -> int:
    sql = "SELECT min(position) FROM groundswell.person_ids WHERE project = {project:UInt32} AND id = {id:UInt64}"
    return int(_read(sql, project=project.id, id=id)[0][0])


def _encoded(rows: tuple[Row, ...]) -> str:
    return msgspec.json.encode(rows).decode()


def _decoded(text: str) -> tuple[Row, ...]:
    return msgspec.json.decode(text, type=tuple[Row, ...])


def _token(number: int) -> str:
    return f"rejoin-{number}"


def _read(sql: str, **params: Any) -> list[tuple[Any, ...]]:
    return store.read(sql, params=params).rows


def _ask(project: ProjectCard, sql: str, **params: Any) -> list[tuple[Any, ...]]:
    return store.run(sql, project=project.id, between=store.EVER, params=params).rows
