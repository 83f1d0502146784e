"""The page of one's own account."""

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import in_other_words
from groundswell.workspace import persons, sessions, tokens
from groundswell.workspace.agents import agent_in_words
from groundswell.workspace.doors import keep_project, person_at, signed_in
from groundswell.workspace.once import keep_once, taken_once
from groundswell.workspace.pages.forms import Name, NewPassword, NewToken
from groundswell.workspace.passwords import change_password


@signed_in
@require_GET
def me(request: HttpRequest) -> HttpResponse:
    """Who one is here, where one is signed in, and what acts in one's name."""
    is_made = request.GET.get("made") == "token"
    return _shown(request, is_made=is_made, secret=taken_once(request, "token") if is_made else "")


@signed_in
@require_POST
def rename(request: HttpRequest) -> HttpResponse:
    form = Name(request.POST)
    if not form.is_valid():
        return _shown(request, name=form)
    persons.rename(person_at(request), form.cleaned_data["name"])
    messages.success(request, _("Your name is saved."))
    return redirect("me")


@sensitive_post_parameters("old", "password")
@signed_in
@require_POST
def new_password(request: HttpRequest) -> HttpResponse:
    form = NewPassword(request.POST)
    if not form.is_valid():
        return _shown(request, password=form)
    try:
        change_password(
            person_at(request), old=form.cleaned_data["old"], new=form.cleaned_data["password"],
            this=request.session.session_key,
        )  # fmt: skip
    except Refusal as refusal:
        form.add_error(next(iter(refusal.fields), None), in_other_words(refusal.message, _))
        return _shown(request, password=form)
    update_session_auth_hash(request, person_at(request))
    messages.success(request, _("Your new password is set. You are signed out everywhere else."))
    return redirect("me")


@signed_in
@require_POST
def sign_out_there(request: HttpRequest, key: str) -> HttpResponse:
    sessions.end_session(person_at(request).pk, key)
    messages.success(request, _("You are signed out there."))
    return redirect("me")


@signed_in
@require_POST
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    sessions.end_sessions(person_at(request).pk, but=request.session.session_key)
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("me")


@signed_in
@require_POST
def new_token(request: HttpRequest) -> HttpResponse:
    """One more token, shown once."""
    form = NewToken(request.POST)
    if not form.is_valid():
        return _shown(request, token=form)
    keep_once(request, "token", tokens.issue_token(person_at(request).pk, **form.cleaned_data))
    return redirect(f"{reverse('me')}?made=token")


@signed_in
@require_POST
def revoke_token(request: HttpRequest, number: int) -> HttpResponse:
    tokens.revoke_token(person_at(request).pk, token=number)
    messages.success(request, _("The token is revoked; it opens nothing any more."))
    return redirect("me")


def _shown(request: HttpRequest, *, secret: str = "", is_made: bool = False, **forms_sent: forms.Form) -> HttpResponse:
    keep_project(request)
    found = sessions.sessions_of(person_at(request).pk, this=request.session.session_key)
    return render(
        request,
        "workspace/me.html",
        {
            "name": Name(initial={"name": person_at(request).first_name}, auto_id="name_%s"),
            "password": NewPassword(auto_id="password_%s"),
            "token": NewToken(auto_id="token_%s"),
            "sessions": [(each, agent_in_words(each.agent)) for each in found],
            "tokens": tokens.tokens_of(person_at(request).pk),
            "secret": secret,
            "is_made": is_made,
            **forms_sent,
        },
    )
