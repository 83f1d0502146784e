"""Exports bring their doors, a way below the settings, and what makes their files."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from groundswell.exports.api import router
from groundswell.exports.pages import KINDS
from groundswell.exports.service import make, run_is_over, tidy
from groundswell.exports.types import MAKE
from groundswell.exports.urls import URLS
from groundswell.jobs.service import register
from groundswell.jobs.types import Job, RunOver
from groundswell.kernel.happenings import listen
from groundswell.workspace.shell import Detail, Section, Way, add_deeds, add_details, add_ways

__all__ = ["URLS"]

register(
    Job(key=MAKE, name=_("Exporting data"), run=make, is_long=True),
    Job(key="exports.tidy", name=_("Deleting old files of exports"), run=tidy, every=timedelta(hours=1)),
)
listen(RunOver, run_is_over)

add_deeds({"export": _("Exports"), "export.begun": _("Exported data"), "export.stopped": _("Stopped an export")})
add_details(
    {
        "export.": Detail(_("What"), lambda _project, kind: str(dict[str, object](KINDS).get(kind, kind))),
        "export.format": Detail(_("format"), lambda _project, format: str(format).upper()),
    }
)
add_ways(Way(Section.SETTINGS, _("Exports"), "exports"))

ROUTERS = [("projects", router)]
