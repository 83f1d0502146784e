"""Where the pages of people and companies are. Ids are whatever a client sent, so not every one can stand in a path."""

import re
from urllib.parse import urlencode

from django.urls import reverse

from groundswell.workspace.types import ProjectCard

_PLAIN = re.compile(r"[^\s\\]([^\n\r\\]*[^\s\\])?")


def person_address(project: ProjectCard, id: str) -> str:
    """The page of the person that this id leads to."""
    return _address("people.person", project, id)


def company_address(project: ProjectCard, id: str) -> str:
    """The page of the company with this id."""
    return _address("companies.company", project, id)


def _address(view: str, project: ProjectCard, id: str) -> str:
    """Browsers take dots and double slashes in a path for something else; such ids go into the query."""
    is_plain = _PLAIN.fullmatch(id) and not any(part in ("", ".", "..") for part in id.split("/"))
    if is_plain:
        return reverse(view, args=[project.id, id])
    return f"{reverse(f'{view}_of', args=[project.id])}?{urlencode({'id': id})}"
