"""The page that an invitation leads to."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import in_other_words
from groundswell.workspace.addresses import address_of
from groundswell.workspace.doors import person_at
from groundswell.workspace.invitations import InvitationCard, invitation_of, is_known, join
from groundswell.workspace.members import recognise
from groundswell.workspace.pages.forms import Joining, JoiningAgain
from groundswell.workspace.pages.signing_in import enter


@never_cache
@sensitive_post_parameters("password")
def accept(request: HttpRequest, secret: str) -> HttpResponse:
    """Come in: with one click if the right one is signed in, else with a password, chosen here by who is new."""
    invitation = invitation_of(secret)
    is_signed_in = request.user.is_authenticated
    if is_signed_in and request.user.get_username() == invitation.email:
        if request.method == "POST":
            join(secret, user=person_at(request))
            return _welcome(request, redirect("/"), invitation)
        form = None
    elif is_signed_in:
        said = {"invitation": invitation, "is_another": True}
        return render(request, "workspace/join.html", said, status=403 if request.method == "POST" else 200)
    else:
        form = (JoiningAgain if is_known(invitation) else Joining)(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                return _come_in(request, secret, invitation, form.cleaned_data)
            except Refusal as refusal:
                form.add_error("password" if "password" in refusal.fields else None, in_other_words(refusal.message, _))
    return render(request, "workspace/join.html", {"invitation": invitation, "form": form})


def _come_in(request: HttpRequest, secret: str, invitation: InvitationCard, given: dict[str, str]) -> HttpResponse:
    if is_known(invitation):
        user = recognise(email=invitation.email, password=given["password"], address=address_of(request))
        join(secret, user=user)
    else:
        user = join(secret, name=given["name"], password=given["password"])
    return _welcome(request, enter(request, user, "/"), invitation)


def _welcome(request: HttpRequest, response: HttpResponse, invitation: InvitationCard) -> HttpResponse:
    messages.success(request, _("Welcome to %(organisation)s.") % {"organisation": invitation.organisation})
    return response
