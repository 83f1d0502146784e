"""The page of keys."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from groundswell.workspace import keys
from groundswell.workspace.doors import caller_at, project_page
from groundswell.workspace.types import KeyKind, May, ProjectCard

KINDS = {
    KeyKind.BROWSER: (
        gettext_lazy("Browser key"),
        gettext_lazy(
            "Goes into your website or app, where everybody can read it. It can only send what people do. What it says"
            " about money or about who somebody is, is not believed."
        ),
    ),
    KeyKind.WRITE: (
        gettext_lazy("Write key"),
        gettext_lazy("Stays on your servers. It sends what people do, pay and are called, and all of it is believed."),
    ),
    KeyKind.SECRET: (
        gettext_lazy("Secret key"),
        gettext_lazy(
            "Opens everything in this project to a program: reading and changing. It is shown once. Keep it where you"
            " keep passwords, never in a page."
        ),
    ),
}


@project_page(to_change=May.OWN)
def keys_page(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """The keys that work. Sent to, it makes one more."""
    if request.method == "POST":
        card, secret = keys.issue(caller_at(request), project, kind=request.POST.get("kind", ""))
        return _shown(request, project, card, secret)
    return _shown(request, project)


@project_page(to_change=May.OWN)
@require_POST
def rotate(request: HttpRequest, project: ProjectCard, number: int) -> HttpResponse:
    return _shown(request, project, *keys.rotate(caller_at(request), project, key=number))


@project_page(to_change=May.OWN)
@require_POST
def revoke(request: HttpRequest, project: ProjectCard, number: int) -> HttpResponse:
    keys.revoke(caller_at(request), project, key=number)
    messages.success(request, _("The key is revoked; it opens nothing any more."))
    return redirect("keys", project.id)


def _shown(
    request: HttpRequest, project: ProjectCard, made: keys.KeyCard | None = None, secret: str = ""
) -> HttpResponse:
    found = keys.keys_of(project)
    kinds = [
        {"kind": kind, "name": name, "about": about, "keys": [key for key in found if key.kind is kind]}
        for kind, (name, about) in KINDS.items()
    ]
    return render(request, "workspace/keys.html", {"kinds": kinds, "made": made, "secret": secret})
