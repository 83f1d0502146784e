"""What the shell around every page shows: where one is, whose projects, in which words and colours."""

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from groundswell.workspace import shell
from groundswell.workspace.persons import THEMES
from groundswell.workspace.service import ROLES_THAT_MAY, projects_of
from groundswell.workspace.shell import Section
from groundswell.workspace.types import Caller, Role

TITLES = {
    Section.HOME: "",
    Section.SEE: _("See"),
    Section.FIND: _("Find"),
    Section.ACT: _("Act"),
    Section.MONEY: _("Money"),
    Section.SPREAD: _("Spread"),
    Section.SETTINGS: _("Settings"),
}


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """For every template."""
    theme = request.COOKIES.get("theme", "")
    user = getattr(request, "user", None)
    known = {"theme": theme if theme in THEMES else "auto", "here": address_to_show(request)}
    if user is None or not user.is_authenticated:
        return known
    project = getattr(request, "project", None)
    role = getattr(request, "role", None)
    return known | {
        "me": user,
        "project": project,
        "projects": projects_of(Caller(user=user.pk)),
        "may_edit": role in (Role.OWNER, Role.EDITOR),
        "may_own": role is Role.OWNER,
        "ways": ways_of(request) if project else [],
    }


def ways_of(request: HttpRequest) -> list[tuple[Any, list[dict[str, Any]]]]:
    """The navigation of a project's pages, in its sections: what this person may see of it."""
    role = getattr(request, "role", None)
    return [(TITLES[section], _entries(request, found, role)) for section, found in shell.ways()]


def address_to_show(request: HttpRequest) -> str:
    """Where this page can be seen again. What answers a form may stand at an address to which one can only send: there
    it is the page with the form, else the one that the name of the address begins with."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    before = request.headers.get("Referer", "")
    path = urlsplit(before).path
    if path != request.path and url_has_allowed_host_and_scheme(before, {request.get_host()}):
        return before
    return address_above(request) or request.path


def address_above(request: HttpRequest) -> str:
    """The page to which another or a form belongs by its name, ``keys`` for ``keys.rotate``; empty if to none."""
    match = request.resolver_match
    name, dot, _rest = ((match and match.url_name) or "").partition(".")
    if match is None or not dot:
        return ""
    try:
        return reverse(name, kwargs={part: match.kwargs[part] for part in ("project",) if part in match.kwargs})
    except NoReverseMatch:
        return ""


def _entries(request: HttpRequest, found: list[shell.Way], role: Role | None) -> list[dict[str, Any]]:
    match = request.resolver_match
    here = (match and match.url_name) or ""
    place = here.partition(".")[0]
    return [
        {"name": way.name, "view": way.view, "key": way.key, "is_here": place == way.view}
        for way in found
        if role in ROLES_THAT_MAY[way.may]
    ]
