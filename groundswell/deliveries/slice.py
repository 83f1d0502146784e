"""Deliveries bring their doors, a link beside each dashboard, and the work of sending them."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from groundswell.dashboards.acts import add_act
from groundswell.deliveries.api import router
from groundswell.deliveries.sending import send
from groundswell.deliveries.service import hand_out, member_removed, zone_changed
from groundswell.deliveries.types import HAND_OUT, SEND
from groundswell.deliveries.urls import URLS
from groundswell.jobs.service import register
from groundswell.jobs.types import Job
from groundswell.kernel.happenings import listen
from groundswell.workspace.shell import Detail, add_deeds, add_details
from groundswell.workspace.types import MemberRemoved, ProjectZoneChanged

__all__ = ["URLS"]

WAYS = {"mail": _("by mail"), "chat": _("to a channel")}

register(
    Job(key=SEND, name=_("Delivering a dashboard"), run=send, tries=6, pause=timedelta(minutes=1)),
    Job(key=HAND_OUT, name=_("Looking which dashboards are to be delivered"), run=hand_out, every=timedelta(minutes=1)),
)
listen(ProjectZoneChanged, zone_changed)
listen(MemberRemoved, member_removed)
add_act("deliveries/link.html")
add_deeds(
    {
        "delivery": _("Deliveries of dashboards"),
        "delivery.made": _("Had a dashboard delivered"),
        "delivery.changed": _("Changed how a dashboard is delivered"),
        "delivery.removed": _("Had a dashboard delivered no more"),
        "delivery.sent": _("Sent a dashboard"),
    }
)
add_details(
    {
        "delivery.way": Detail(_("how"), lambda _project, way: str(WAYS.get(way, way))),
        "delivery.to": Detail(_("where")),
    }
)

ROUTERS = [("projects", router)]
