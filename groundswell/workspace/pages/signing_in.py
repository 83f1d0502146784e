"""Pages for getting in: the first owner, signing in and out, a forgotten password."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.models import User
from django.contrib.auth.views import PasswordResetConfirmView, PasswordResetView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import in_other_words
from groundswell.workspace import members
from groundswell.workspace.addresses import address_of
from groundswell.workspace.links import base_of_links
from groundswell.workspace.pages.forms import FirstOwner, ForgottenPassword, PasswordByMail, SignIn
from groundswell.workspace.passwords import may_ask_for_reset, password_was_changed
from groundswell.workspace.persons import bring_taste
from groundswell.workspace.sessions import forget_expired


@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Mail address and password. Where nobody is there yet, the first owner is asked for instead."""
    if not members.is_anybody_here():
        return redirect("welcome")
    form = SignIn(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = members.recognise(
                email=form.cleaned_data["email"], password=form.cleaned_data["password"], address=address_of(request)
            )
        except Refusal as refusal:
            form.add_error(None, in_other_words(refusal.message, _))
            return _asked(request, form, status=refusal.status)
        return enter(request, user, _safe_next(request))
    return _asked(request, form)


@never_cache
@sensitive_post_parameters("password")
def welcome(request: HttpRequest) -> HttpResponse:
    """The first run: who is the first owner, and what is the project called?"""
    if members.is_anybody_here():
        return redirect("sign_in")
    form = FirstOwner(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user, project = members.begin(**form.cleaned_data)
        login(request, user)
        return redirect("start", project.id)
    return render(request, "workspace/welcome.html", {"form": form})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("sign_in")


class Forgotten(PasswordResetView):
    """Asks for a mail with a link. What it answers does not tell whether the address is known."""

    form_class = ForgottenPassword
    template_name = "workspace/forgotten.html"
    email_template_name = "workspace/mail/forgotten.txt"
    subject_template_name = "workspace/mail/forgotten_subject.txt"
    success_url = reverse_lazy("sign_in")

    def form_valid(self, form: Any) -> HttpResponse:
        self.extra_email_context = {"base": base_of_links(self.request)}
        may_ask_for_reset(email=form.cleaned_data["email"], address=address_of(self.request))
        response = super().form_valid(form)
        messages.success(self.request, _("If we know this address, a mail with a link is on its way."))
        return response


class NewPassword(PasswordResetConfirmView):
    """The link of that mail."""

    form_class = PasswordByMail
    template_name = "workspace/new_password.html"
    success_url = reverse_lazy("sign_in")

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        assert self.user is not None
        password_was_changed(self.user)
        messages.success(self.request, _("Your new password is set. Sign in with it."))
        return response


def enter(request: HttpRequest, user: User, target: str) -> HttpResponse:
    """Somebody is in: on to where they wanted to go, with what they like to see."""
    login(request, user)
    forget_expired()
    response = redirect(target)
    bring_taste(request, response, user)
    return response


def _asked(request: HttpRequest, form: SignIn, *, status: int = 200) -> HttpResponse:
    return render(request, "workspace/sign_in.html", {"form": form, "next": _safe_next(request)}, status=status)


def _safe_next(request: HttpRequest) -> str:
    """Where somebody wanted to go, if that is here."""
    wanted = (request.POST or request.GET).get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}) else "/"
