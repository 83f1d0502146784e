"""Segments bring who belongs together: their sources, doors, and the names under which conditions ask for them."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from groundswell.conditions.groups import register_groups
from groundswell.jobs.service import register
from groundswell.segments import sources
from groundswell.segments.api import router
from groundswell.segments.definitions import NAMES
from groundswell.segments.jobs import REFRESH
from groundswell.segments.service import select_members
from groundswell.workspace.shell import Detail, add_deeds, add_details

__all__ = ["sources"]

for _of, _name in NAMES.items():
    register_groups(_name, partial(select_members, of=_of))

register(REFRESH)

add_deeds(
    {
        "segment": _("Segments"),
        "segment.made": _("Made a segment"),
        "segment.changed": _("Changed a segment"),
        "segment.removed": _("Deleted a segment"),
        "segment.listed": _("Changed the list of a segment"),
    }
)
add_details(
    {
        "segment.added": Detail(_("ids put on it")),
        "segment.taken_off": Detail(_("ids taken off it")),
        "segment.ids": Detail(_("ids on it")),
    }
)

ROUTERS = [("projects", router)]
