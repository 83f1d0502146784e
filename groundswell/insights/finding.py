"""Saved questions for the search of every page, and for the pages of the names that they use."""

from django.utils.translation import gettext as _

from groundswell.insights.addresses import ask_address
from groundswell.insights.saved import Saved, every_question, saved_questions, using
from groundswell.segments.service import keys_in
from groundswell.workspace.shell import Hit
from groundswell.workspace.types import ProjectCard

MOST = 8


def find_questions(project: ProjectCard, text: str) -> list[Hit]:
    """Saved questions by a part of their name."""
    return [_hit(project, each) for each in saved_questions(project, text=text, size=MOST).items]


def uses_of(project: ProjectCard, name: str) -> list[Hit]:
    """Saved questions that ask for an event or a property."""
    return [_hit(project, each) for each in using(project, name)]


def uses_of_segment(project: ProjectCard, key: str) -> list[Hit]:
    """Saved questions that are narrowed to a segment, or broken down by it."""
    return [_hit(project, each) for each in every_question(project) if key in keys_in(each.question)]


def _hit(project: ProjectCard, each: Saved) -> Hit:
    return Hit(ask_address(project.id, each.question, saved=each.id), each.name, _("Saved question"), each.description)
