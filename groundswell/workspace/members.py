"""Who belongs here: the first owner, and recognising people by their password."""

from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from groundswell.kernel.errors import Refusal
from groundswell.kernel.limits import Limit
from groundswell.workspace.service import found_project
from groundswell.workspace.types import ProjectCard

_BY_ADDRESS = Limit(rate=0.5, burst=60.0)  # 30 failures at once from one address, then one every two seconds
_BY_EMAIL = Limit(rate=0.1, burst=100.0)  # 10 failures at once for one person, then one every ten seconds


def is_anybody_here() -> bool:
    """Whether there is a first owner."""
    return get_user_model().objects.exists()


@transaction.atomic
def begin(
    *, email: str, password: str, name: str, timezone: str, currency: str, language: str
) -> tuple[User, ProjectCard]:
    """The first owner and the first project. Raises Refusal 409 where somebody was faster."""
    if is_anybody_here():
        raise Refusal(409, "begun", _("Somebody is the owner here already."), hint=_("Ask them for an invitation."))
    project, _keys = found_project(
        email=email, password=password, name=name, timezone=timezone, currency=currency, language=language
    )
    return get_user_model().objects.get(username=email.lower()), project


def recognise(*, email: str, password: str, address: str) -> User:
    """The person with that mail address and password.

    Raises Refusal 401 where there is none, 429 after too many tries for one person or from one address.
    """
    wait = max(_BY_ADDRESS.wait(address), _BY_EMAIL.wait(email.lower()))
    if wait:
        message = _("There were too many tries. Wait %(seconds)s seconds, then try again.") % {"seconds": wait}
        raise Refusal(429, "too_many_tries", message)
    user = authenticate(username=email.lower(), password=password)
    if not isinstance(user, User):
        _BY_ADDRESS.take(address)
        _BY_EMAIL.take(email.lower())
        raise Refusal(401, "wrong_password", _("The mail address or the password is wrong."))
    return user
