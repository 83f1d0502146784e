"""The verb of Python: connect."""

import json
import os
from typing import Any

from groundswell.kernel.errors import Refusal, not_found
from groundswell.python.answers import Answer, Behind
from groundswell.python.connections import Connection, connection_to
from groundswell.python.project import Project

__all__ = ["Answer", "Behind", "Project", "Refusal", "connect"]

MOST_NAMED = 8  # projects in a sentence


def connect(
    to: str | os.PathLike[str] | None = None, key: str | None = None, *, project: int | str | None = None
) -> Project:
    """A project to ask, on a server or straight on a data folder.

    >>> gs = groundswell.connect("https://growth.example.com", "gss_…")
    >>> gs = groundswell.connect("path/to/data", project="My product")

    ``to`` is the address of a server, with a secret key or a personal token, or a data folder of this machine: the
    server that runs on it is spoken to, and where none runs this process opens the folder until ``close()``. Without
    it, ``GROUNDSWELL_URL`` and ``GROUNDSWELL_KEY`` say where, else ``GROUNDSWELL_DATA``. ``project`` is an id or a
    name; where there is only one it need not be said. Raises Refusal.
    """
    connection = connection_to(to, key)
    try:
        return Project(connection, _chosen(_projects(connection), project))
    except BaseException:
        connection.close()
        raise


def _projects(connection: Connection) -> list[dict[str, Any]]:
    projects: list[dict[str, Any]] = []
    after = 0
    while after is not None:
        found = json.loads(connection.send("GET", f"/projects?limit=1000&after={after}"))
        projects += found["projects"]
        after = found["next"]
    return projects


def _chosen(projects: list[dict[str, Any]], wanted: int | str | None) -> dict[str, Any]:
    names = ", ".join(f"{each['name']} ({each['id']})" for each in projects[:MOST_NAMED])
    there = f"There are: {names}{' …' if len(projects) > MOST_NAMED else ''}." if names else "There is none yet."
    if wanted is None:
        if len(projects) == 1:
            return projects[0]
        raise Refusal(400, "which_project", "Say which project.", hint=f"Give project=. {there}")
    for of in ("id", "name"):
        if found := [each for each in projects if str(each[of]) == str(wanted)]:
            if len(found) > 1:
                raise Refusal(400, "which_project", f"Several projects are called {wanted}.", hint="Give project=ID.")
            return found[0]
    raise not_found(f"There is no project {wanted}, or you may not see it.", hint=there)
