"""The verbs of events: learn names, append, say how SQL reads a property, and what the catalogue says of names."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import pyarrow as pa
from django.db import transaction

from groundswell.events import editions
from groundswell.events.catalogue import (
    describe_event,
    describe_property,
    event_card,
    events_page,
    owners,
    properties_of,
    properties_page,
    property_card,
    suggested,
)
from groundswell.events.columns import property_slots, property_sql
from groundswell.events.models import EventName, PropertyName
from groundswell.events.naming import began_today, is_played, name_roles, renamed_money, vocabulary
from groundswell.events.sightings import properties_in, values_of
from groundswell.events.slots import raw_value, slot_column
from groundswell.events.types import SLOTS, Sight
from groundswell.events.used import register_use, where_used
from groundswell.store import service as store

__all__ = [
    "append_events", "began_today", "describe_event", "describe_property", "edition", "event_card", "event_names",
    "events_page", "is_played", "learn", "name_roles", "owners", "properties_in", "properties_of", "properties_page",
    "property_card", "property_slots", "property_sql", "register_use", "renamed_money", "saw",
    "suggested",
    "values_of", "vocabulary", "where_used",
]  # fmt: skip

MAX_EXAMPLES = 5


def event_names(project: int) -> set[str]:
    """The names of a project's events."""
    return set(EventName.objects.filter(project_id=project).values_list("name", flat=True))


@transaction.atomic
def learn(project: int, *, events: Iterable[str], properties: Mapping[str, Sight], at: datetime) -> None:
    """Put new names into the catalogue. The first properties get the free slots, in the order given."""
    EventName.objects.bulk_create(
        [EventName(project_id=project, name=name, first_seen=at) for name in events], ignore_conflicts=True
    )
    taken = set(PropertyName.objects.filter(project_id=project, slot__isnull=False).values_list("slot", flat=True))
    free = iter([slot for slot in range(1, SLOTS + 1) if slot not in taken])
    PropertyName.objects.bulk_create(
        [
            PropertyName(
                project_id=project, name=name, slot=next(free, None), types=sorted(sight.types),
                examples=list(sight.examples), first_seen=at, last_seen=at,
            )
            for name, sight in properties.items()
        ],
        ignore_conflicts=True,
    )  # fmt: skip


@transaction.atomic
def saw(project: int, properties: Mapping[str, Sight], *, at: datetime) -> None:
    """Add what a block showed of names that are known already: types, examples, last seen."""
    for row in PropertyName.objects.filter(project_id=project, name__in=list(properties)):
        sight = properties[row.name]
        row.types = sorted({*row.types, *sight.types})
        row.examples = list(dict.fromkeys([*row.examples, *sight.examples]))[:MAX_EXAMPLES]
        row.last_seen = at
        row.save(update_fields=["types", "examples", "last_seen"])


def append_events(project: int, rows: pa.Table, *, token: str, values: Mapping[str, pa.Array] | None = None) -> None:
    """Append events of one project and month, once per token. ``rows`` has the columns of the table without slots.

    ``values`` may hold the raw JSON of single properties, '' where absent, for all rows; the store takes that of the
    others out of ``properties``, which costs it about as much as all the rest.
    """
    slots = {name: slot_column(slot) for name, slot in property_slots(project).items() if slot}
    given = {slots[name]: column for name, column in (values or {}).items() if name in slots}
    for column, texts in given.items():
        rows = rows.append_column(column, texts)
    computed = {column: raw_value("properties", name) for name, column in slots.items() if column not in given}
    store.append("events", rows, token=token, computed={"project": str(project), **computed})


def edition(project: int) -> int:
    """The edition of the project's rollup that is current."""
    return editions.current(project).number
