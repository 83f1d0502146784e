"""Dashboards bring their pages and doors, and keep what is forgotten elsewhere and shown here."""

from django.utils.translation import gettext_lazy as _

from groundswell.dashboards.api import router
from groundswell.dashboards.finding import find_dashboards, uses_of, uses_of_segment
from groundswell.dashboards.service import is_any_made, keep_forgotten
from groundswell.dashboards.urls import URLS
from groundswell.events.service import register_use
from groundswell.insights.acts import add_act
from groundswell.insights.types import QuestionForgotten
from groundswell.kernel.happenings import listen
from groundswell.segments.service import register_use as register_use_of_segment
from groundswell.workspace.shell import (
    Detail,
    Section,
    Step,
    Way,
    add_deeds,
    add_details,
    add_finder,
    add_step,
    add_ways,
)

__all__ = ["URLS"]

listen(QuestionForgotten, keep_forgotten)
add_ways(Way(Section.SEE, _("Dashboards"), "dashboards", key="gd", place=5))
add_finder(find_dashboards)
register_use(uses_of)
register_use_of_segment(uses_of_segment)
add_step(
    Step(
        35,
        _("Take a ready dashboard"),
        _("It fills itself with what came: how far people come, who stays, what they use."),
        "dashboards.gallery",
        is_any_made,
    )
)
add_act("dashboards/parts/put_menu.html")
add_deeds(
    {
        "dashboard": _("Dashboards"),
        "dashboard.made": _("Made a dashboard"),
        "dashboard.changed": _("Changed a dashboard"),
        "dashboard.arranged": _("Arranged a dashboard"),
        "dashboard.removed": _("Threw a dashboard away"),
        "dashboard.shared": _("Shared a dashboard by a link"),
        "dashboard.unshared": _("Revoked a link to a dashboard"),
    }
)
add_details(
    {
        "dashboard.link": Detail(_("link")),
        "dashboard.password": Detail(_("password"), lambda _project, has: str(_("yes") if has else _("no"))),
        "dashboard.days": Detail(_("for how many days"), lambda _project, days: str(days or _("until it is revoked"))),
    }
)

ROUTERS = [("projects", router)]
