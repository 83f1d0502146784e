"""The page of members and invitations."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from groundswell.kernel.errors import Refusal
from groundswell.kernel.paging import number_of
from groundswell.kernel.words import in_other_words
from groundswell.workspace import invitations, members
from groundswell.workspace.doors import caller_at, project_page
from groundswell.workspace.links import base_of_links
from groundswell.workspace.mailing import mail_invitation
from groundswell.workspace.once import keep_once, taken_once
from groundswell.workspace.pages.forms import ROLE_NAMES, Invite
from groundswell.workspace.types import May, ProjectCard, Role


@project_page(to_change=May.OWN)
def members_page(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """Who belongs here; to owners also who is invited. Sent to, it invites."""
    form = Invite(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            base = base_of_links(request)
            invitation, secret = invitations.invite(caller_at(request), project, **form.cleaned_data)
        except Refusal as refusal:
            _explain(form, refusal)
        else:
            return _sent(request, project, invitation, base + reverse("join", args=[secret]))
    return _shown(request, project, form)


@project_page(to_change=May.OWN)
@require_POST
def send_again(request: HttpRequest, project: ProjectCard, number: int) -> HttpResponse:
    base = base_of_links(request)
    invitation, secret = invitations.invite_again(caller_at(request), project, invitation=number)
    return _sent(request, project, invitation, base + reverse("join", args=[secret]))


@project_page(to_change=May.OWN)
@require_POST
def withdraw(request: HttpRequest, project: ProjectCard, number: int) -> HttpResponse:
    invitations.withdraw(caller_at(request), project, invitation=number)
    messages.success(request, _("The invitation is withdrawn; its link opens nothing any more."))
    return redirect("members", project.id)


@project_page(to_change=May.OWN)
@require_POST
def change_role(request: HttpRequest, project: ProjectCard, number: int) -> HttpResponse:
    card = members.change_role(caller_at(request), project, member=number, role=request.POST.get("role", ""))
    messages.success(request, _("%(name)s has another role now.") % {"name": card.name or card.email})
    return redirect("members", project.id)


@project_page(to_change=May.OWN)
@require_POST
def remove(request: HttpRequest, project: ProjectCard, number: int) -> HttpResponse:
    card = members.member(project, number)
    members.remove(caller_at(request), project, member=number)
    messages.success(request, _("%(name)s does not belong here any more.") % {"name": card.name or card.email})
    return redirect("/" if card.user == request.user.pk else reverse("members", args=[project.id]))


def _sent(
    request: HttpRequest, project: ProjectCard, invitation: invitations.InvitationCard, link: str
) -> HttpResponse:
    """A link that no mail carries is shown here, once."""
    if mail_invitation(invitation, link=link, language=project.language):
        messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": invitation.email})
        return redirect("members", project.id)
    keep_once(request, f"invitation.{invitation.id}", link)
    return redirect(f"{reverse('members', args=[project.id])}?invited={invitation.id}")


def _shown(request: HttpRequest, project: ProjectCard, form: Invite) -> HttpResponse:
    waiting = invitations.invitations_of(project, size=100)
    invited = next((each for each in waiting.items if str(each.id) == request.GET.get("invited")), None)
    may_own = request.role is Role.OWNER  # type: ignore[attr-defined]  # project_page puts it there
    return render(
        request,
        "workspace/members.html",
        {
            "members": members.members_of(project, number=number_of(request.GET.get("page"))),
            "waiting": waiting.items,
            "last_owner": members.last_owner(project),
            "role_names": ROLE_NAMES,
            "form": form,
            "invited": invited,
            "link": taken_once(request, f"invitation.{invited.id}") if invited and may_own else "",
        },
    )


def _explain(form: Invite, refusal: Refusal) -> None:
    sentences = [in_other_words(each, _) for each in (refusal.message, refusal.hint) if each]
    form.add_error("email" if "email" in refusal.fields else None, " ".join(sentences))
