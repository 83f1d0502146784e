"""Events bring their tables, the catalogue of their names, and the vocabulary."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from groundswell.events.api import router
from groundswell.events.finding import find
from groundswell.events.service import is_played, owners
from groundswell.events.urls import URLS
from groundswell.events.words import role_names
from groundswell.store.service import register_tables
from groundswell.workspace.shell import (
    Detail,
    Section,
    Step,
    Way,
    add_deeds,
    add_details,
    add_finder,
    add_step,
    add_ways,
)
from groundswell.workspace.types import ProjectCard

__all__ = ["URLS"]


def _is_sign_up_named(project: ProjectCard) -> bool:
    return is_played(project.id, "signed_up")


def _member(project: ProjectCard, user: int | None) -> str:
    return str(owners(project).get(user, _("somebody who left")) if user else _("nobody"))


register_tables(Path(__file__).parent / "tables")
add_ways(Way(Section.SEE, _("Events"), "events", key="ge"))
add_finder(find)
add_deeds(
    {
        **dict.fromkeys(("event", "property", "vocabulary"), _("Events and properties")),
        "event.described": _("Described an event"),
        "property.described": _("Described a property"),
        "vocabulary.changed": _("Said which event plays a role"),
    }
)
add_details(
    {
        f"{kind}.{field}": detail
        for kind in ("event", "property")
        for field, detail in {
            "description": Detail(_("description")),
            "owner": Detail(_("who knows"), _member),
            "is_hidden": Detail(_("hidden")),
        }.items()
    }
)
add_details(
    {
        "vocabulary.": Detail(_("role"), lambda _project, role: role_names().get(role, role)),
        "vocabulary.before": Detail(_("before")),
        "vocabulary.now": Detail(_("after")),
    }
)
add_step(
    Step(
        20, _("Name your sign-up"), _("Say which event it is: growth is counted from it."), "events.vocabulary",
        _is_sign_up_named,
    )
)  # fmt: skip

ROUTERS = [("projects", router)]
