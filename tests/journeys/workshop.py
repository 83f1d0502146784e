"""A process that does background work, or asks for it, as the program does: ``python -m tests.journeys.workshop …``

    enqueue JOB COUNT    ask for so many runs
    work SECONDS         do what is due for that long, then stop as a server stops

Jobs write into ``notes`` in the data folder what they do, a line at once: nothing of it is lost with the process.
"""

import os
import sys
import time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "groundswell.web.settings")
django.setup()

from groundswell.jobs import known, workers  # noqa: E402 - Django must be set up before anything that has tables is imported
from groundswell.jobs.service import Work, close_workers, enqueue, open_workers, register  # noqa: E402
from groundswell.jobs.types import Job  # noqa: E402
from groundswell.kernel import environment  # noqa: E402


def note(text: str) -> None:
    notes = os.open(environment.data_folder() / "notes", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(notes, f"{text}\n".encode())
    os.close(notes)


def quick(_work: Work, number: int) -> None:
    note(f"quick {number}")


def slow(work: Work, number: int) -> None:
    """Takes as long as there is no file ``go`` in the data folder."""
    note(f"began {number}")
    while not (environment.data_folder() / "go").exists():
        work.wait(0.02)
    note(f"ended {number}")


def deaf(_work: Work, number: int) -> None:
    """Does not hear that it is to end."""
    note(f"began {number}")
    while not (environment.data_folder() / "go").exists():
        time.sleep(0.02)
    note(f"ended {number}")


def main(words: list[str]) -> None:
    known._jobs.clear()
    workers.PATIENCE = 2.0
    register(*(Job(key=each.__name__, name=each.__name__, run=each) for each in (quick, slow, deaf)))
    verb, *rest = words
    if verb == "enqueue":
        job, count = rest
        for number in range(int(count)):
            enqueue(job, project=1, number=number)
    else:
        open_workers()
        note("opened")
        time.sleep(float(rest[0]))
        close_workers()
        note("closed")


if __name__ == "__main__":
    arguments: Any = sys.argv[1:]
    main(arguments)
