"""Ways from a name to pages of streets above, where there are such pages."""

import json
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from groundswell.events.volumes import RECENT
from groundswell.workspace.types import ProjectCard


def question_address(project: ProjectCard, event: str, *, breakdown: str = "") -> str:
    """Where a trend of an event is asked; '' where no page asks questions."""
    question = _trend(event) | ({"breakdown": breakdown} if breakdown else {})
    return _address("insights.ask", project, q=json.dumps(question, ensure_ascii=False))


def who_address(project: ProjectCard, event: str) -> str:
    """Who did it in the last days; '' where no page says."""
    question = json.dumps(_trend(event), ensure_ascii=False)
    return _address("insights.who", project, q=question, cell=json.dumps({"series": 1}))


def live_address(project: ProjectCard, event: str) -> str:
    """Where the latest of them are seen coming in; '' where no page shows that."""
    return _address("live", project, name=event)


def _trend(event: str) -> dict[str, Any]:
    first = f"-{RECENT - 1}d"
    return {"kind": "trend", "series": [{"event": event}], "interval": "day", "date_from": first, "date_to": "-0d"}


def _address(view: str, project: ProjectCard, **query: str) -> str:
    try:
        return f"{reverse(view, args=[project.id])}?{urlencode(query)}"
    except NoReverseMatch:
        return ""
