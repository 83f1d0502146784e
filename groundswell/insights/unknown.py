"""What is asked for and never came: events, values of the property that is split by; with what was perhaps meant."""

from difflib import get_close_matches

from groundswell.events.service import event_names
from groundswell.insights.saved import events_in
from groundswell.insights.types import Answer, Question
from groundswell.people.service import trait_owners
from groundswell.workspace.types import ProjectCard


def unknown_events(project: ProjectCard, question: Question) -> dict[str, str]:
    """Each such event of a question, and the name of one that came and is written much like it, or ""."""
    known = event_names(project.id)
    missing = [name for name in events_in(question) if name not in known]
    return {name: next(iter(get_close_matches(name, known, 1, 0.6)), "") for name in missing}


def valueless_split(answer: Answer) -> str:
    """The one property that a question is split by, if nothing in its answer has a value of it; else ""."""
    names = answer.question.breakdown
    if len(names) != 1:
        return ""
    place = answer.columns.index("breakdown")
    is_valueless = answer.rows and all(row[place] is None for row in answer.rows)
    return names[0] if is_valueless else ""


def splits_meant(project: ProjectCard, name: str) -> list[str]:
    """Traits of people and companies that are called as this property of events is."""
    return [f"{owner}.{name}" for owner in trait_owners(project, name)]
