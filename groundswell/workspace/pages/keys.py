"""The page of keys."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from groundswell.workspace import keys
from groundswell.workspace.doors import caller_at, project_page
from groundswell.workspace.once import keep_once, taken_once
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
        return _made(request, project, *keys.issue(caller_at(request), project, kind=request.POST.get("kind", "")))
    found = keys.keys_of(project)
    kinds = [
        {"kind": kind, "name": name, "about": about, "keys": [key for key in found if key.kind is kind]}
        for kind, (name, about) in KINDS.items()
    ]
    made = next((key for key in found if str(key.id) == request.GET.get("made")), None)
    secret = taken_once(request, f"key.{made.id}") if made else ""
    return render(request, "workspace/keys.html", {"kinds": kinds, "made": made, "secret": secret})


@project_page(to_change=May.OWN)
@require_POST
def rotate(request: HttpRequest, project: ProjectCard, number: int) -> HttpResponse:
    return _made(request, project, *keys.rotate(caller_at(request), project, key=number))


@project_page(to_change=May.OWN)
@require_POST
def revoke(request: HttpRequest, project: ProjectCard, number: int) -> HttpResponse:
    keys.revoke(caller_at(request), project, key=number)
    messages.success(request, _("The key is revoked; it opens nothing any more."))
    return redirect("keys", project.id)


def _made(request: HttpRequest, project: ProjectCard, card: keys.KeyCard, secret: str) -> HttpResponse:
    """On to the page that shows it once: what is loaded again there makes no other key."""
    keep_once(request, f"key.{card.id}", secret)
    return redirect(f"{reverse('keys', args=[project.id])}?made={card.id}")
