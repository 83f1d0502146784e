"""Forms of the workspace."""

from typing import Any
from zoneinfo import available_timezones

from babel.core import get_global
from babel.numbers import get_currency_name, get_territory_currencies
from django import forms
from django.contrib.auth.forms import PasswordResetForm, SetPasswordForm
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from groundswell.kernel import clock
from groundswell.workspace.mailing import send_soon
from groundswell.workspace.types import Role

LANGUAGES = [("en", "English"), ("ko", "한국어")]
ROLE_NAMES = [(Role.VIEWER, _("Viewer")), (Role.EDITOR, _("Editor")), (Role.OWNER, _("Owner"))]
ROLES = [
    (Role.VIEWER, _("Viewer: sees everything, changes nothing")),
    (Role.EDITOR, _("Editor: also changes and names things")),
    (Role.OWNER, _("Owner: also manages members, keys and settings")),
]

RULES = _("At least 8 characters, not digits alone; none that many people have, and not like your mail address.")


def _currencies(also: str = "") -> list[tuple[str, str]]:
    """The money that is legal tender somewhere today, and one that may be none any more."""
    today, language = clock.now().date(), get_language() or "en"
    places = get_global("territory_currencies")
    codes = {code for place in places for code in get_territory_currencies(place, today, today, tender=True)}
    return sorted((code, f"{code} · {get_currency_name(code, locale=language)}") for code in codes | {also} - {""})


def _zones(also: str = "") -> list[tuple[str, str]]:
    """The zones that are named after places, UTC, and one that may have an old name such as Japan."""
    names = {name for name in available_timezones() if "/" in name or name == "UTC"}
    return [(name, name.replace("_", " ")) for name in sorted(names | {also} - {""})]


class SignIn(forms.Form):
    email = forms.EmailField(label=_("Email"), widget=forms.EmailInput({"autocomplete": "username", "autofocus": True}))
    password = forms.CharField(label=_("Password"), widget=forms.PasswordInput({"autocomplete": "current-password"}))


class ForgottenPassword(PasswordResetForm):
    """Django's, but nobody waits for the mail: how long that takes would tell whether the address is known."""

    email = forms.EmailField(
        label=_("Email"), max_length=254, widget=forms.EmailInput({"autocomplete": "email", "autofocus": True})
    )

    def send_mail(
        self, subject_template_name: str, email_template_name: str, context: dict[str, Any], from_email: str | None,
        to_email: str, html_email_template_name: str | None = None,
    ) -> None:  # fmt: skip
        subject = " ".join(render_to_string(subject_template_name, context).split())
        send_soon(EmailMessage(subject, render_to_string(email_template_name, context), from_email, [to_email]))


class ProjectForm(forms.Form):
    """What a project is called, and how it counts days and money."""

    name = forms.CharField(label=_("Name of the project"), max_length=200)
    timezone = forms.ChoiceField(label=_("Time zone"), initial="UTC", help_text=_("Days begin and end here."))
    currency = forms.ChoiceField(label=_("Currency"), initial="USD")
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, initial=get_language)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        timezone, currency = self.fields["timezone"], self.fields["currency"]
        assert isinstance(timezone, forms.ChoiceField)
        assert isinstance(currency, forms.ChoiceField)
        timezone.choices = _zones(also=self.initial.get("timezone", ""))
        currency.choices = _currencies(also=self.initial.get("currency", ""))


class FirstOwner(ProjectForm):
    email = forms.EmailField(label=_("Your email"), widget=forms.EmailInput({"autocomplete": "username"}))
    password = forms.CharField(
        label=_("A password"), widget=forms.PasswordInput({"autocomplete": "new-password"}), help_text=RULES
    )
    field_order = ["email", "password", "name", "timezone", "currency", "language"]

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, User(username=self.cleaned_data.get("email", "")))
        return password


class Joining(forms.Form):
    """Who comes by an invitation and is new."""

    name = forms.CharField(label=_("Your name"), max_length=150, widget=forms.TextInput({"autocomplete": "name"}))
    password = forms.CharField(
        label=_("A password"), widget=forms.PasswordInput({"autocomplete": "new-password"}), help_text=RULES
    )


class JoiningAgain(forms.Form):
    """Who comes by an invitation and is known."""

    password = forms.CharField(
        label=_("Your password"), widget=forms.PasswordInput({"autocomplete": "current-password"})
    )


class Invite(forms.Form):
    email = forms.EmailField(label=_("Email"), max_length=150)
    role = forms.ChoiceField(label=_("Role"), choices=ROLES, initial=Role.EDITOR)


class Name(forms.Form):
    name = forms.CharField(
        label=_("Your name"), max_length=150, required=False, widget=forms.TextInput({"autocomplete": "name"})
    )


class NewPassword(forms.Form):
    old = forms.CharField(
        label=_("Your present password"), widget=forms.PasswordInput({"autocomplete": "current-password"})
    )
    password = forms.CharField(
        label=_("A new password"), widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=format_lazy(
            "{} {}", RULES, _("Everybody who is signed in with the old one is signed out, but not you here.")
        ),
    )  # fmt: skip


class PasswordByMail(SetPasswordForm):  # type: ignore[type-arg]  # when it runs it takes none
    """Django's, in our words."""

    error_messages = {"password_mismatch": _("These two passwords are not the same.")}
    new_password1 = forms.CharField(
        label=_("A new password"), strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=RULES,
    )  # fmt: skip
    new_password2 = forms.CharField(
        label=_("The same once more"), strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )


class NewToken(forms.Form):
    name = forms.CharField(label=_("What is it for?"), max_length=100)
    days = forms.TypedChoiceField(
        label=_("Works for"), coerce=int, empty_value=None, required=False, initial=90,
        choices=[("30", _("30 days")), ("90", _("90 days")), ("365", _("a year")), ("", _("until it is revoked"))],
    )  # fmt: skip
