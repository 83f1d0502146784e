"""The way out brings a job: posting to a channel."""

from django.utils.translation import gettext_lazy as _

from groundswell.jobs.service import register
from groundswell.jobs.types import Job
from groundswell.outbound.service import say

register(Job(key="outbound.chat", name=_("Posting to chat"), run=say, tries=7))
