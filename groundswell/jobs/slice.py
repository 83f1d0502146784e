"""Background work brings a job of its own: what is over long enough is deleted."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from groundswell.jobs.mending import tidy
from groundswell.jobs.service import register
from groundswell.jobs.types import Job
from groundswell.workspace.shell import add_deeds

register(Job(key="jobs.tidy", name=_("Deleting old background work"), run=tidy, every=timedelta(hours=6)))
add_deeds(
    {
        "job": _("Background work"),
        "job.stopped": _("Stopped background work"),
        "job.run_again": _("Had background work done again"),
    }
)
