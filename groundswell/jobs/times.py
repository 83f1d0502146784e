"""When a job is due next."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim

from groundswell.jobs.types import LONGEST_PAUSE, Job


def next_due(job: Job, *, begun: datetime, now: datetime) -> datetime:
    """When a recurring job is due after a run that began then. What was missed meanwhile is left out."""
    if job.every:
        return max(begun + job.every, now)
    return next_of(job.cron, now, tz="UTC")


def next_of(cron: str, after: datetime, *, tz: str) -> datetime:
    """The first instant after that one that five fields of cron mean in a zone.

    As Debian's cron has it: a time that the clock skips in spring is made up for right after the gap, and one that it
    shows twice in autumn counts once.
    """
    return next(CronSim(cron, after.astimezone(ZoneInfo(tz)))).astimezone(after.tzinfo)


def pause_before(job: Job, tries: int) -> timedelta:
    """How long to wait after so many tries that failed: twice as long each time."""
    doubled: int = 2 ** min(tries - 1, 20)
    return min(job.pause * doubled, max(LONGEST_PAUSE, job.pause))
