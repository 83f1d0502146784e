"""Insights bring questions: their door, their pages, and what is saved of them."""

from django.utils.translation import gettext_lazy as _

from groundswell.events.service import register_use
from groundswell.insights.annotations_api import router as annotations_router
from groundswell.insights.api import router
from groundswell.insights.audiences import CELL
from groundswell.insights.finding import find_questions, uses_of, uses_of_segment
from groundswell.insights.saved import is_any_saved
from groundswell.insights.urls import URLS
from groundswell.segments import service as segments
from groundswell.workspace.shell import Section, Step, Way, add_deeds, add_finder, add_step, add_ways

__all__ = ["URLS"]

add_ways(
    Way(Section.SEE, _("Questions"), "insights", key="gq", place=10),
    Way(Section.SEE, _("Annotations"), "annotations", key="ga", place=70),
)
add_finder(find_questions)
register_use(uses_of)
segments.register_kind("cell", CELL)
segments.register_use(uses_of_segment)
add_step(
    Step(
        30,
        _("Ask your first funnel"),
        _("How far do people come after they signed up? Save the question, and the whole team has it."),
        "insights.funnel",
        is_any_saved,
    )
)
add_deeds(
    {
        "question": _("Questions"),
        "question.saved": _("Saved a question"),
        "question.changed": _("Changed a saved question"),
        "question.removed": _("Forgot a saved question"),
        "annotation": _("Annotations"),
        "annotation.added": _("Added an annotation"),
        "annotation.changed": _("Changed an annotation"),
        "annotation.removed": _("Removed an annotation"),
    }
)

ROUTERS = [("projects", router), ("projects", annotations_router)]
