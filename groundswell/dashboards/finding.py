"""Dashboards for the search of every page, and for the pages of what they depend on."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from groundswell.dashboards.service import dashboards_page, dashboards_that
from groundswell.dashboards.types import Listed
from groundswell.segments.service import keys_in
from groundswell.workspace.shell import Hit
from groundswell.workspace.types import ProjectCard

MOST = 8


def find_dashboards(project: ProjectCard, text: str) -> list[Hit]:
    """Dashboards by a part of their name."""
    return [_hit(project, each) for each in dashboards_page(project, text=text, size=MOST).items]


def uses_of(project: ProjectCard, name: str) -> list[Hit]:
    """Dashboards whose filters, or whose cards' own questions, name an event or a property."""
    return [_hit(project, each) for each in dashboards_that(project, lambda held: name in _texts(held))]


def uses_of_segment(project: ProjectCard, key: str) -> list[Hit]:
    """Dashboards whose filters, or whose cards' own questions, are about a segment."""
    return [_hit(project, each) for each in dashboards_that(project, lambda held: key in keys_in(held))]


def _hit(project: ProjectCard, each: Listed) -> Hit:
    return Hit(reverse("dashboards.board", args=[project.id, each.id]), each.name, _("Dashboard"), each.description)


def _texts(held: Any) -> set[str]:
    """Every text in a question or in filters: names of events and properties among them."""
    if isinstance(held, Mapping):
        return {text for key, each in held.items() for text in (key, *_texts(each))}
    if isinstance(held, list):
        return {text for each in held for text in _texts(each)}
    return {held} if isinstance(held, str) else set()
