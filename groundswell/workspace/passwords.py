"""Passwords that people choose: strong enough, and changed only by who knows the old one or has the mail."""

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from groundswell.kernel.errors import Refusal, bad_request
from groundswell.kernel.limits import Limit
from groundswell.kernel.words import said
from groundswell.workspace.addresses import origin_of
from groundswell.workspace.service import note_of_person
from groundswell.workspace.sessions import end_sessions

_TRIES = Limit(rate=0.1, burst=100.0)  # 10 at once, then one every ten seconds
_RESETS_BY_EMAIL = Limit(rate=1 / 300, burst=900.0)  # 3 mails at once, then one every five minutes
_RESETS_BY_ORIGIN = Limit(rate=1 / 30, burst=600.0)  # 20 at once, then one every half minute


def checked_password(password: str, user: User | None = None) -> str:
    """Raises Refusal 400 for a password that is easily guessed; password_rules says which are."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise bad_request(" ".join(error.messages), code="weak_password", field="password") from None
    return password


def change_password(user: User, *, old: str, new: str, this: str | None) -> None:
    """Choose another password, which signs out everywhere but in the session ``this``.

    Raises Refusal 403 for a wrong old one, 400 for a weak new one, 429 after too many tries.
    """
    wait = _TRIES.wait(user.pk)
    if wait:
        message = said("There were too many tries. Wait %(seconds)s seconds, then try again.", seconds=wait)
        raise Refusal(429, "too_many_tries", message)
    if not user.check_password(old):
        _TRIES.take(user.pk)
        message = said("This is not your password.")
        raise Refusal(403, "wrong_password", message, fields={"old": message})
    checked_password(new, user)
    with transaction.atomic():
        user.set_password(new)
        user.save(update_fields=["password"])
        password_was_changed(user, this=this)


def password_was_changed(user: User, *, this: str | None = None) -> None:
    """Whoever was signed in with the old one is not any more."""
    end_sessions(user.pk, but=this)
    note_of_person(user.pk, verb="person.password_changed", subject=user.get_username())


def may_ask_for_reset(*, email: str, address: str) -> None:
    """Raises Refusal 429 where too many mails were asked for, whether the address is known or not."""
    wait = max(_RESETS_BY_ORIGIN.take(origin_of(address)), _RESETS_BY_EMAIL.take(email.lower()))
    if wait:
        message = said("Too many mails were asked for. Wait %(seconds)s seconds, then try again.", seconds=wait)
        raise Refusal(429, "too_many_tries", message)
