"""The jobs that there are: each street registers its own."""

from groundswell.jobs.types import Job

_jobs: dict[str, Job] = {}


def register(*jobs: Job) -> None:
    """Have these done in the background; a street says so in its slice."""
    for job in jobs:
        assert not (job.every and job.cron), f"{job.key} recurs in two ways"
        _jobs[job.key] = job


def job_of(key: str) -> Job | None:
    """The job of that key; None where there is none (any more)."""
    return _jobs.get(key)


def name_of(key: str) -> str:
    """What a job is called in the reader's language."""
    job = job_of(key)
    return str(job.name) if job else key


def recurring() -> list[Job]:
    """The jobs that recur, in the order of their keys."""
    return [job for _key, job in sorted(_jobs.items()) if job.recurs]
