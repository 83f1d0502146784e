"""Members kept up to date: worked out anew when something changed that they depend on.

A segment is worked out as a whole; why, and what it costs, is decision 16. It rests ten times as long as it took, and
all together have so many seconds of a round, so that the machine is mostly left to others. Whoever looks at a segment
that is worked out fast has it worked out first.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
from django.db.models import F, Q

from groundswell.kernel import clock
from groundswell.kernel.errors import Refusal
from groundswell.kernel.happenings import tell
from groundswell.kernel.reasons import reason_of, to_keep
from groundswell.people.arrow import numbers
from groundswell.segments import kinds, membership
from groundswell.segments.definitions import Known, definition_of, keys_in
from groundswell.segments.matches import statements
from groundswell.segments.members import IN_THE_BACKGROUND, members
from groundswell.segments.models import Segment
from groundswell.segments.types import Definition, Did, InSegment, Members, SegmentChanged, Special
from groundswell.store import service as store
from groundswell.workspace import audit
from groundswell.workspace.service import project_card
from groundswell.workspace.types import ProjectCard

log = logging.getLogger(__name__)

REST = timedelta(seconds=15)  # between two times for one segment, at least
REST_FACTOR = 10  # times as long as it took
ROUND = 10.0  # seconds of work in a round; what is left goes first in the next
CLAIM = timedelta(minutes=3)  # longer than a segment may take
PATIENCE = 10.0  # seconds that somebody waits for whoever works out the same one
FAST = 2.0  # seconds: one that took less is worked out for whoever looks at it
SAYING = ("people", "companies", "segment")  # kinds of changes by hand on which members may depend


@dataclass(frozen=True)
class Inputs:
    """What members depended on: messages loaded, changes by hand, and what else may move (``stamp``)."""

    loaded: int
    changes: int
    stamp: str

    @property
    def text(self) -> str:
        return f"{self.loaded} {self.changes} {self.stamp}"


def loaded_messages(project: int) -> int:
    """How many messages a project has loaded."""
    sql = "SELECT sum(messages) FROM scope.ingestion WHERE reason = 'loaded'"
    return int(store.run(sql, project=project, between=store.EVER).rows[0][0])


def refresh_due(*, at: datetime | None = None, check: Callable[[], None] = lambda: None) -> int:
    """Work out the segments of all projects whose inputs changed, as many as a round has time for; how many it were.

    ``check`` is called between two of them, and may raise.
    """
    at, begun, done = at or clock.now(), time.monotonic(), 0
    rows = Segment.objects.filter(Q(tried=None) | Q(tried__lte=at - REST)).order_by(F("tried").asc(nulls_first=True))
    for row in rows:
        check()
        if time.monotonic() - begun > ROUND:
            break
        if row.tried is None or at - row.tried >= timedelta(seconds=row.seconds * REST_FACTOR):
            done += refresh(project_card(row.project_id), row.key, at=at)
    return done


def refresh(project: ProjectCard, key: str, *, at: datetime | None = None, patience: float = 0) -> bool:
    """Work out a segment's members if something changed that they depend on; whether that was so.

    What keeps them from being worked out is written down. ``patience`` are the seconds to wait for somebody who is at
    it already.
    """
    with _claimed(project.id, key, patience) as row:
        if row is None:
            return False
        at = at or clock.now()
        try:
            return _refresh(project, row, at)
        except Refusal as refusal:
            log.warning("the members of segment %s of project %d are not known: %s", key, project.id, refusal)
            Segment.objects.filter(pk=row.pk).update(trouble=to_keep(reason_of(refusal)), tried=at)
            return False


def freshen(project: ProjectCard, key: str) -> None:
    """Work out a segment that somebody looks at, if that is fast."""
    row = Segment.objects.filter(project_id=project.id, key=key).first()
    if row is not None and row.seconds < FAST:
        refresh(project, key, patience=PATIENCE)


def _refresh(project: ProjectCard, row: Segment, at: datetime) -> bool:
    definition, known = definition_of(row), Known(project.id)
    _take_up(definition, row)
    found = inputs(project, definition, known, at)
    if row.known_version == row.version and row.inputs == found.text and not row.trouble:
        Segment.objects.filter(pk=row.pk).update(as_of=at, tried=at, loaded=found.loaded)
        return False
    begun = time.perf_counter()
    who = members(project, definition, at=clock.to_us(at), definitions=known, search=search, limits=IN_THE_BACKGROUND)
    change = membership.change_to(
        who, membership.current(definition), number=max(row.number + 1, clock.now_us()), at=clock.to_us(at),
        is_redefined=row.known_version != row.version,
    )  # fmt: skip
    if change:
        Segment.objects.filter(pk=row.pk).update(pending=change.number)
        membership.write_moves(definition, change)
        _settle(definition, change)
    Segment.objects.filter(pk=row.pk).update(
        members=len(who), as_of=at, tried=at, seconds=time.perf_counter() - begun, trouble="",
        known_version=row.version, loaded=found.loaded, inputs=found.text,
    )  # fmt: skip
    return True


def _take_up(definition: Definition, row: Segment) -> None:
    """Finish a change that was begun before something died."""
    if row.pending:
        change = membership.written(definition, row.pending)
        if change:
            _settle(definition, change)
        else:
            Segment.objects.filter(pk=row.pk).update(pending=0)
        row.number = row.pending


def _settle(definition: Definition, change: membership.Change) -> None:
    """Have a change that is written down take effect, then tell it. It is pending until all have heard it."""
    membership.settle(definition, change)
    tell(
        SegmentChanged(
            project=definition.project, key=definition.key, of=definition.of, number=change.number,
            at=clock.from_us(change.at), entered=membership.told_as(definition, change.entered),
            left=membership.told_as(definition, change.left), is_redefined=change.is_redefined,
        )
    )  # fmt: skip
    Segment.objects.filter(pk=definition.number).update(pending=0, number=change.number)


def inputs(project: ProjectCard, definition: Definition, known: Known, at: datetime) -> Inputs:
    """All that the members depend on at that instant."""
    stamps: list[str] = []
    _stamp(project, definition, known, at, stamps, {definition.key})
    return Inputs(loaded_messages(project.id), audit.latest(project.id, SAYING), " ".join(dict.fromkeys(stamps)))


def _stamp(
    project: ProjectCard, definition: Definition, known: Known, at: datetime, stamps: list[str], seen: set[str]
) -> None:
    for statement in statements(definition.match):
        match statement:
            case Did(within_us=within_us, wanted=wanted):
                stamps += [f"{at:%Y-%m-%dT%H:%M}"] if within_us is not None else []
                stamps += [_change_of(known, key) for key in sorted(keys_in(wanted.where))]
            case Special(kind=name, given=given):
                kind = kinds.kind(name)
                stamps += [kind.stamp(project, given), *(_change_of(known, key) for key in kind.segments(given))]
            case InSegment(key=key):
                other = known(key)
                if other is not None and key not in seen:
                    seen.add(key)
                    _stamp(project, other, known, at, stamps, seen)


def _change_of(known: Known, key: str) -> str:
    """Of a segment whose members are read as they are known."""
    row = known.row(key)
    return f"{key}:{row.number if row else ''}"


def search(project: ProjectCard, statement: Special) -> int:
    """Work a statement of an upper street out, and write down who it found; the number under which they are."""
    found: Members = np.unique(kinds.kind(statement.kind).members(project, statement.given))
    number = clock.now_us()
    computed = {"project": str(project.id), "search": f"toUInt64({number})"}
    store.append("segment_found", pa.table({"id": numbers(found)}), token=f"search-{number}", computed=computed)
    return number


@contextmanager
def _claimed(project: int, key: str, patience: float) -> Iterator[Segment | None]:
    """The row of a segment that nobody else works out meanwhile; None where somebody is at it for too long."""
    deadline = time.monotonic() + patience
    rows = Segment.objects.filter(project_id=project, key=key)
    while True:
        now = clock.now()
        is_free = Q(claimed_until=None) | Q(claimed_until__lte=now)
        if rows.filter(is_free).update(claimed_until=now + CLAIM):
            break
        if time.monotonic() >= deadline:
            yield None
            return
        time.sleep(0.05)
    try:
        yield rows.first()
    finally:
        rows.update(claimed_until=None)
