"""What people say about themselves: their name, and the language and colours that they like everywhere."""

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from groundswell.kernel.errors import bad_request
from groundswell.kernel.words import said
from groundswell.workspace.models import Taste
from groundswell.workspace.service import note_of_person

YEAR = 365 * 24 * 60 * 60  # seconds
THEMES = ("auto", "light", "dark")
THEME_COOKIE = "theme"


@transaction.atomic
def rename(user: User, name: str) -> None:
    """What colleagues call somebody. Raises Refusal 400 for a name that is too long."""
    name = name.strip()
    if len(name) > 150:
        raise bad_request(said("A name has at most 150 characters."), field="name")
    if name == user.first_name:
        return
    user.first_name = name
    user.save(update_fields=["first_name"])
    note_of_person(user.pk, verb="person.renamed", subject=user.get_username())


def choose(request: HttpRequest, response: HttpResponse, *, language: str = "", theme: str = "") -> None:
    """Keep a language or a theme: in this browser, and with the person if one is signed in. What is unknown is not."""
    chosen = _known(language, theme)
    if request.user.is_authenticated and chosen:
        Taste.objects.update_or_create(user_id=request.user.pk, defaults=chosen)
    _keep(request, response, chosen)


def bring_taste(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Have a browser in which somebody signed in look as they like it."""
    taste = Taste.objects.filter(user=user).first()
    if taste:
        _keep(request, response, _known(taste.language, taste.theme))


def language_of(user: int) -> str:
    """The language that somebody chose, in whichever browser; empty where they never did."""
    return Taste.objects.filter(user=user).values_list("language", flat=True).first() or ""


def language_of_address(email: str) -> str:
    """The language that whoever has that mail address chose; empty for strangers."""
    user = User.objects.filter(username=email.lower()).first()
    return language_of(user.pk) if user else ""


def _known(language: str, theme: str) -> dict[str, str]:
    return {
        **({"language": language} if language in dict(settings.LANGUAGES) else {}),
        **({"theme": theme} if theme in THEMES else {}),
    }


def _keep(request: HttpRequest, response: HttpResponse, chosen: dict[str, str]) -> None:
    names = {"language": settings.LANGUAGE_COOKIE_NAME, "theme": THEME_COOKIE}
    for field, value in chosen.items():
        response.set_cookie(
            names[field], value, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True
        )


def person_card(user: int) -> dict[str, str | int]:
    """A person as programs see them."""
    row = User.objects.get(pk=user)
    return {"id": row.pk, "email": row.email or row.get_username(), "name": row.first_name}
