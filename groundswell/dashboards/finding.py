"""Dashboards for the search of every page."""

from django.urls import reverse
from django.utils.translation import gettext as _

from groundswell.dashboards.service import dashboards_page
from groundswell.workspace.shell import Hit
from groundswell.workspace.types import ProjectCard

MOST = 8


def find_dashboards(project: ProjectCard, text: str) -> list[Hit]:
    """Dashboards by a part of their name."""
    found = dashboards_page(project, text=text, size=MOST).items
    return [Hit(_address(project, each.id), each.name, _("Dashboard"), each.description) for each in found]


def _address(project: ProjectCard, number: int) -> str:
    return reverse("dashboards.board", args=[project.id, number])
