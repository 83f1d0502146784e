"""The workspace brings the doors to projects, the pages for getting in, and what is settled there."""

from django.utils.translation import gettext_lazy as _

from groundswell.workspace.api import me_router, router
from groundswell.workspace.invitations import is_anybody_asked
from groundswell.workspace.shell import Section, Step, Way, add_deeds, add_step, add_ways
from groundswell.workspace.types import May
from groundswell.workspace.urls import URLS

__all__ = ["URLS"]

add_ways(
    Way(Section.SETTINGS, _("Project"), "settings"),
    Way(Section.SETTINGS, _("Members"), "members"),
    Way(Section.SETTINGS, _("Keys"), "keys"),
    Way(Section.SETTINGS, _("Audit"), "audit", may=May.OWN),
)
add_deeds(
    {
        "project": _("Project"),
        "project.made": _("Made a project"),
        "project.changed": _("Changed the settings of the project"),
        "member": _("Members"),
        "member.role_changed": _("Gave somebody another role"),
        "member.removed": _("Removed a member"),
        "invitation": _("Invitations"),
        "invitation.sent": _("Invited somebody"),
        "invitation.sent_again": _("Sent an invitation again"),
        "invitation.withdrawn": _("Withdrew an invitation"),
        "invitation.accepted": _("Accepted an invitation"),
        "key": _("Keys"),
        "key.issued": _("Made a key"),
        "key.rotated": _("Replaced a key"),
        "key.revoked": _("Revoked a key"),
        "person": _("People's accounts"),
        "person.password_changed": _("Changed their password"),
        "token": _("Personal tokens"),
        "token.issued": _("Made a personal token"),
        "token.revoked": _("Revoked a personal token"),
    }
)

add_step(
    Step(
        40, _("Invite a colleague"), _("Numbers are worth more when two people ask about them."), "members",
        is_anybody_asked,
    )
)  # fmt: skip

ROUTERS = [("projects", router), ("me", me_router)]
