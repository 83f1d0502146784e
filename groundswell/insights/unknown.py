"""Events that are asked for and never came, with the name that was perhaps meant."""

from difflib import get_close_matches

from groundswell.events.service import event_names
from groundswell.insights.saved import events_in
from groundswell.insights.types import Question
from groundswell.workspace.types import ProjectCard


def unknown_events(project: ProjectCard, question: Question) -> dict[str, str]:
    """Each such event of a question, and the name of one that came and is written much like it, or ""."""
    known = event_names(project.id)
    missing = [name for name in events_in(question) if name not in known]
    return {name: next(iter(get_close_matches(name, known, 1, 0.6)), "") for name in missing}
