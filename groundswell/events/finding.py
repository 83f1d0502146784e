"""Names for the search of every page."""

from django.urls import reverse
from django.utils.translation import gettext as _

from groundswell.events.service import suggested
from groundswell.workspace.shell import Hit
from groundswell.workspace.types import ProjectCard

_FOUND = 5  # of each kind


def find(project: ProjectCard, text: str) -> list[Hit]:
    """Events and properties whose name holds the text."""
    events, properties = suggested(project.id, text=text, most=_FOUND)
    return [
        *(Hit(reverse("events.event", args=[project.id, name]), name, _("Event")) for name in events),
        *(Hit(reverse("events.property", args=[project.id, name]), name, _("Property")) for name in properties),
    ]
