"""Shared dashboards, for who has the link: cards and nothing around them, no name behind a number, no way in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import trans_real
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET

from groundswell.dashboards import sharing
from groundswell.dashboards.addresses import filters_in, query_of
from groundswell.dashboards.bar import changed_filters, shown_filters
from groundswell.dashboards.pages.cards import looked_at
from groundswell.dashboards.tiles import tile_at_hand
from groundswell.dashboards.types import Filters, Shared
from groundswell.kernel.errors import Refusal, not_found
from groundswell.kernel.words import in_other_words, said
from groundswell.workspace.addresses import address_of
from groundswell.workspace.spoken import speaking_of

View = Callable[..., HttpResponse]
COOKIE = "groundswell_shared_{}"


def shared_page(view: View) -> View:
    """A page for who has the link: ``view(request, shared, secret, …)``. What it refuses it says without a way into the
    console; nobody keeps it, finds it by searching, or learns its address from a link that is followed there."""

    @wraps(view)
    @never_cache
    def page(request: HttpRequest, secret: str, **kwargs: Any) -> HttpResponse:
        try:
            shared = sharing.shared_by(secret)
            _speak(request, shared)
            with speaking_of(shared.project.id):
                response = view(request, shared, secret, **kwargs)
        except Refusal as refusal:
            response = _refused(request, refusal)
        response.headers["Referrer-Policy"] = "same-origin"  # with none at all our own forms would come from nowhere
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return page


@sensitive_post_parameters("password")
@shared_page
def shared(request: HttpRequest, shared: Shared, secret: str) -> HttpResponse:
    """The cards, or the question for the password."""
    if request.method == "POST" or not _is_open(request, shared):
        return _locked(request, shared, secret)
    sharing.was_opened(shared)
    filters, kept = _filters(request, shared), shared.dashboard.filters
    return render(request, "dashboards/shared/board.html", {
        **_around(shared), **shown_filters(shared.project, filters), "secret": secret, "is_narrowed": filters != kept,
            "change_address": reverse("shared.narrow", args=[secret]),
        "tiles": [
            tile_at_hand(
                shared.project, card, filters, _address("shared.card", secret, filters, kept, card.id), opens=False
            )
            for card in shared.dashboard.cards
        ],
    })  # fmt: skip


@require_GET
@shared_page
def card(request: HttpRequest, shared: Shared, secret: str, card: int) -> HttpResponse:
    """What a card says."""
    if not _is_open(request, shared):
        raise Refusal(401, "locked", said("Open the link again and give the password."))
    found = next((each for each in shared.dashboard.cards if each.id == card), None)
    if found is None:
        raise not_found(said("There is no such card."))
    sharing.slow_down(shared)
    filters = _filters(request, shared)
    address = _address("shared.card", secret, filters, shared.dashboard.filters, card)
    shown = looked_at(request, shared.project, found, filters, address, opens=False)
    return render(request, "dashboards/parts/body.html", {**_around(shared), "tile": shown})


@require_GET
@shared_page
def narrow(request: HttpRequest, shared: Shared, secret: str) -> HttpResponse:
    """On to other days, where they may be chosen. Conditions may not: they would answer what nobody shared."""
    kept = shared.dashboard.filters
    new = changed_filters(shared.project, kept, "days", request.GET) if shared.may_narrow else kept
    return redirect(_address("shared", secret, new, kept))


def _locked(request: HttpRequest, shared: Shared, secret: str) -> HttpResponse:
    context: dict[str, Any] = {**_around(shared), "wrong": "", "secret": secret}
    status = 200
    if request.method == "POST":
        try:
            proof = sharing.unlock(shared, request.POST.get("password", ""), address=address_of(request))
        except Refusal as refusal:
            context["wrong"], status = in_other_words(refusal.message, translation.gettext), refusal.status
        else:
            response = redirect("shared", secret)
            response.set_cookie(
                COOKIE.format(shared.share), proof, max_age=sharing.UNLOCKED, path="/shared/", httponly=True,
                samesite="Lax", secure=request.is_secure() or settings.SESSION_COOKIE_SECURE,
            )  # fmt: skip
            return response
    return render(request, "dashboards/shared/locked.html", context, status=status)


def _is_open(request: HttpRequest, shared: Shared) -> bool:
    return sharing.is_unlocked(shared, request.COOKIES.get(COOKIE.format(shared.share), ""))


def _filters(request: HttpRequest, shared: Shared) -> Filters:
    """Those that the dashboard opens with; where other days may be chosen, those of the address."""
    kept = shared.dashboard.filters
    days = {name: request.GET[name] for name in ("date_from", "date_to") if name in request.GET}
    return filters_in(days, kept, shared.project.timezone) if shared.may_narrow else kept


def _around(shared: Shared) -> dict[str, Any]:
    """What every part of it is shown with; the tags of times ask for the project's zone."""
    return {"dashboard": shared.dashboard, "project": shared.project, "shared": shared, "may_edit": False}


def _address(view: str, secret: str, filters: Filters, kept: Filters, *parts: int) -> str:
    query = {name: value for name, value in query_of(filters, kept).items() if name != "where"}
    address = reverse(view, args=[secret, *parts])
    return f"{address}?{'&'.join(f'{name}={value}' for name, value in query.items())}" if query else address


def _speak(request: HttpRequest, shared: Shared) -> None:
    """Where neither the visitor nor their browser says which of our languages they read, the project's."""
    asked = trans_real.parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    known = [language for language, _ in asked if language.partition("-")[0] in dict(settings.LANGUAGES)]
    has_chosen = request.user.is_authenticated or settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    if not known and not has_chosen:
        translation.activate(shared.project.language)


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    part = bool(request.headers.get("HX-Request"))
    template = "console/refusal_note.html" if part else "dashboards/shared/refused.html"
    return render(request, template, {"refusal": refusal}, status=refusal.status)
