"""Members are worked out anew in the background, a round every twenty seconds."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from groundswell.jobs.service import Work
from groundswell.jobs.types import NOTHING, Job
from groundswell.kernel.words import said
from groundswell.segments.service import refresh_due

EVERY = timedelta(seconds=20)


def keep_up(work: Work) -> str:
    """Work out the segments whose members may have changed."""
    done = refresh_due(check=work.check)
    return said("%(done)s segments worked out anew", done=done) if done else NOTHING


REFRESH = Job("segments.refresh", _("Segments brought up to date"), keep_up, every=EVERY)
