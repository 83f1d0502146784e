"""Exports bring their doors, and a way below the settings."""

from django.utils.translation import gettext_lazy as _

from groundswell.collect.service import add_chore
from groundswell.exports.api import router
from groundswell.exports.pages import KINDS
from groundswell.exports.service import take_up, tidy
from groundswell.exports.urls import URLS
from groundswell.workspace.shell import Detail, Section, Way, add_deeds, add_details, add_ways

__all__ = ["URLS"]

add_chore(take_up)
add_chore(tidy)

add_deeds({"export": _("Exports"), "export.begun": _("Exported data"), "export.stopped": _("Stopped an export")})
add_details(
    {
        "export.": Detail(_("What"), lambda _project, kind: str(dict[str, object](KINDS).get(kind, kind))),
        "export.format": Detail(_("format"), lambda _project, format: str(format).upper()),
    }
)
add_ways(Way(Section.SETTINGS, _("Exports"), "exports"))

ROUTERS = [("projects", router)]
