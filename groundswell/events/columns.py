"""Where the properties of a project stand in the table of events."""

from groundswell.events.models import PropertyName
from groundswell.events.slots import CONTEXT, path_value, slot_column


def property_slots(project: int) -> dict[str, int | None]:
    """The names of a project's properties, with the slot of those that have one."""
    return dict(PropertyName.objects.filter(project_id=project).values_list("name", "slot"))


def property_sql(project: int, name: str) -> str:
    """SQL for the raw JSON text of a property of ``scope.events``; '' where an event has none.

    ``context.…`` reads the context; a dotted name is a path into objects. Nothing that a client sent
    becomes SQL: the name stands inside a quoted literal.
    """
    if name.startswith(CONTEXT):
        return path_value("context", name.removeprefix(CONTEXT))
    slot = property_slots(project).get(name)
    return slot_column(slot) if slot else path_value("properties", name)
