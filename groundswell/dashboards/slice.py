"""Dashboards bring their door, and keep what is forgotten elsewhere and shown here."""

from django.utils.translation import gettext_lazy as _

from groundswell.dashboards.api import router
from groundswell.dashboards.service import keep_forgotten
from groundswell.insights.types import QuestionForgotten
from groundswell.kernel.happenings import listen
from groundswell.workspace.shell import add_deeds

listen(QuestionForgotten, keep_forgotten)
add_deeds(
    {
        "dashboard": _("Dashboards"),
        "dashboard.made": _("Made a dashboard"),
        "dashboard.changed": _("Changed a dashboard"),
        "dashboard.arranged": _("Arranged a dashboard"),
        "dashboard.removed": _("Threw a dashboard away"),
    }
)

ROUTERS = [("projects", router)]
