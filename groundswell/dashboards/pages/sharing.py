"""The links by which a dashboard is shared."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from groundswell.dashboards import service, sharing
from groundswell.dashboards.addresses import number_in
from groundswell.kernel.errors import Refusal
from groundswell.workspace.doors import caller_at, project_page
from groundswell.workspace.once import keep_once, taken_once
from groundswell.workspace.types import ProjectCard

LIVES = (
    ("", gettext_lazy("until it is revoked")),
    ("1", gettext_lazy("for a day")),
    ("7", gettext_lazy("for a week")),
    ("30", gettext_lazy("for 30 days")),
    ("365", gettext_lazy("for a year")),
)


@sensitive_post_parameters("password")
@project_page
def shares(request: HttpRequest, project: ProjectCard, number: int) -> HttpResponse:
    """The links that work, and a form for another one; the link that it made is shown once."""
    shown, refusal = service.dashboard(project, number), None
    if request.method == "POST":
        try:
            return _made(request, project, number)
        except Refusal as failed:
            refusal = failed
    found = sharing.shares_of(project, number)
    made = next((each for each in found if str(each.id) == request.GET.get("made")), None)
    context: dict[str, Any] = {
        "dashboard": shown, "shares": found, "made": made, "lives": LIVES, "refusal": refusal,
        "link": taken_once(request, f"share.{made.id}") if made else "",
    }  # fmt: skip
    return render(request, "dashboards/shares.html", context, status=refusal.status if refusal else 200)


@require_POST
@project_page
def revoke(request: HttpRequest, project: ProjectCard, number: int, share: int) -> HttpResponse:
    """Close a link."""
    sharing.revoke(caller_at(request), project, number, share)
    messages.success(request, _("The link is revoked; it leads nowhere any more."))
    return redirect("dashboards.shares", project.id, number)


def _made(request: HttpRequest, project: ProjectCard, number: int) -> HttpResponse:
    given = request.POST
    made, secret = sharing.share(
        caller_at(request), project, number, by=request.user.get_username(), name=given.get("name", ""),
        password=given.get("password", ""), days=number_in(given.get("days", "")), may_narrow="may_narrow" in given,
    )  # fmt: skip
    server = settings.URL or f"{request.scheme}://{request.get_host()}"
    keep_once(request, f"share.{made.id}", server + reverse("shared", args=[secret]))
    return redirect(f"{reverse('dashboards.shares', args=[project.id, number])}?made={made.id}")
