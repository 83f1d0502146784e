"""Segments bring who belongs together: sources, doors, pages, and the names under which conditions ask for them."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from groundswell.conditions.groups import register_groups
from groundswell.jobs.service import register
from groundswell.people.belonging import register_belonging
from groundswell.segments import sources
from groundswell.segments.api import router
from groundswell.segments.definitions import NAMES
from groundswell.segments.finding import find_segments, segments_of
from groundswell.segments.jobs import REFRESH
from groundswell.segments.service import name_of, select_members
from groundswell.segments.urls import URLS
from groundswell.workspace.shell import Detail, Section, Way, add_deeds, add_details, add_finder, add_ways

__all__ = ["URLS", "sources"]

for _of, _name in NAMES.items():
    register_groups(_name, partial(select_members, of=_of), name_of)

register(REFRESH)
register_belonging("segments", _("Segments"), segments_of)
add_ways(Way(Section.SEE, _("Segments"), "segments", key="gs", place=40))
add_finder(find_segments)

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
