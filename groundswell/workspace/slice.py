"""The workspace brings the doors to projects, the pages for getting in, and what is settled there."""

from django.utils.translation import gettext_lazy as _

from groundswell.workspace.api import me_router, router
from groundswell.workspace.invitations import is_anybody_asked
from groundswell.workspace.pages.forms import LANGUAGES, ROLE_NAMES
from groundswell.workspace.pages.keys import KINDS
from groundswell.workspace.shell import Detail, Section, Step, Way, add_deeds, add_details, add_step, add_ways
from groundswell.workspace.types import May, ProjectCard
from groundswell.workspace.urls import URLS

__all__ = ["URLS"]


def role_in_words(_project: ProjectCard, role: str) -> str:
    return str(dict(ROLE_NAMES).get(role, role))  # type: ignore[call-overload]  # a role is a text


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
        "person.renamed": _("Changed their name"),
        "token": _("Personal tokens"),
        "token.issued": _("Made a personal token"),
        "token.revoked": _("Revoked a personal token"),
    }
)

add_details(
    {
        "project.name": Detail(_("name")),
        "project.timezone": Detail(_("time zone")),
        "project.currency": Detail(_("currency")),
        "project.language": Detail(_("language"), lambda _project, code: dict(LANGUAGES).get(code, code)),
        "member.from": Detail(_("before"), role_in_words),
        "member.to": Detail(_("after"), role_in_words),
        "member.role": Detail(_("role"), role_in_words),
        "invitation.role": Detail(_("role"), role_in_words),
        "key.kind": Detail(_("kind"), lambda _project, kind: str(KINDS[kind][0]) if kind in KINDS else kind),
        "key.instead_of": Detail(_("instead of")),
    }
)
add_step(
    Step(
        40, _("Invite a colleague"), _("Numbers are worth more when two people ask about them."), "members",
        is_anybody_asked,
    )
)  # fmt: skip

ROUTERS = [("projects", router), ("me", me_router)]
