"""Background work brings its doors, a way below the settings, and a job of its own: what is long over is deleted."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from groundswell.jobs.api import router
from groundswell.jobs.known import name_of
from groundswell.jobs.mending import tidy
from groundswell.jobs.service import register
from groundswell.jobs.types import Job
from groundswell.jobs.urls import URLS
from groundswell.workspace.shell import Detail, Section, Way, add_deeds, add_details, add_ways

__all__ = ["URLS"]

register(Job(key="jobs.tidy", name=_("Deleting old background work"), run=tidy, every=timedelta(hours=6)))
add_ways(Way(Section.SETTINGS, _("Background work"), "jobs", place=60))
add_deeds(
    {
        "job": _("Background work"),
        "job.stopped": _("Stopped background work"),
        "job.run_again": _("Had background work done again"),
    }
)
add_details({"job.": Detail(_("What"), lambda _project, key: name_of(key))})

ROUTERS = [("projects", router)]
