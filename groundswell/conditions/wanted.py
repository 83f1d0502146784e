"""Which events are meant, read strictly: ``{"event": name or null, "where": condition}``."""

from groundswell.conditions.language import check_condition
from groundswell.conditions.reading import Fields, refused
from groundswell.conditions.types import Wanted
from groundswell.kernel.words import said

HINT = said("Write the event's name, or null for any event.")


def wanted_of(fields: Fields) -> Wanted:
    """The events that the fields ``event`` and ``where`` of an object name. Raises Refusal 400."""
    event = fields.required("event", HINT)
    if event is not None and not (isinstance(event, str) and event):
        raise refused(fields.at("event"), said("must be text or null"), hint=HINT)
    where = {} if fields.raw("where") is None else fields.raw("where")
    check_condition(where, fields.at("where"))
    return Wanted(event, where)
