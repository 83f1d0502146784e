"""People bring the sources through which every question sees who did what, their pages, and the doors to profiles."""

from django.utils.translation import gettext_lazy as _

from groundswell.people import sources
from groundswell.people.api import router
from groundswell.people.finding import find_people
from groundswell.people.pages.lists import roles
from groundswell.people.urls import URLS
from groundswell.workspace.shell import Detail, Section, Way, add_deeds, add_details, add_finder, add_ways

__all__ = ["URLS", "sources"]

add_ways(
    Way(Section.SEE, _("People"), "people", key="gp", place=20),
    Way(Section.SEE, _("Companies"), "companies", key="gc", place=30),
)
add_finder(find_people)
add_deeds(
    {
        "people": _("People"),
        "people.merged": _("Merged two people"),
        "people.split": _("Split an id off"),
        "people.rejoined": _("Undid a merge or split"),
        "people.role": _("Changed a role"),
        "companies": _("Companies"),
        "companies.partner": _("Changed a partner"),
    }
)

add_details(
    {
        "people.number": Detail(_("number of the change")),
        "people.role": Detail(_("role"), lambda _project, role: dict(roles()).get(role, role)),
        "companies.partner": Detail(_("partner")),
    }
)

ROUTERS = [("projects", router)]
