"""Pages of deliveries: those of a dashboard, and where somebody says that they want one no more."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from groundswell.dashboards.service import dashboard
from groundswell.deliveries import service
from groundswell.deliveries.forms import ChatForm, MailForm, NewChatForm, WhenForm, begun
from groundswell.deliveries.rhythms import when_text
from groundswell.deliveries.types import DeliveryCard, Way
from groundswell.kernel.errors import Refusal
from groundswell.kernel.paging import number_of
from groundswell.kernel.reasons import reason_of
from groundswell.kernel.words import in_other_words
from groundswell.workspace.doors import caller_at, project_page
from groundswell.workspace.links import mail_leaves
from groundswell.workspace.types import ProjectCard

FORMS: dict[Way, type[WhenForm]] = {Way.MAIL: MailForm, Way.CHAT: ChatForm}


@project_page
def deliveries(request: HttpRequest, project: ProjectCard, number: int) -> HttpResponse:
    """Where a dashboard goes by itself. Sent to, it goes to one place more."""
    board = dashboard(project, number)
    sent = Way(request.POST["way"]) if request.POST.get("way") in list(Way) else None
    beginning = {"language": project.language, "to": request.user.get_username()}
    forms = {way: form(request.POST if way is sent else None, initial=beginning) for way, form in FORMS.items()}
    if sent and forms[sent].is_valid():
        try:
            _make(request, project, number, sent, forms[sent])
            messages.success(request, _("It goes there from now on. Try it: send it now."))
            return redirect("dashboards.deliveries", project.id, number)
        except Refusal as refusal:
            forms[sent].add_error(None, in_other_words(reason_of(refusal), _))
    page = service.deliveries_page(project, number, number=number_of(request.GET.get("page")))
    found = {
        "dashboard": board, "page": page, "rows": [(card, when_text(card.when)) for card in page.items],
        "forms": forms, "mail": forms[Way.MAIL], "chat": forms[Way.CHAT], "sent": sent, "mail_leaves": mail_leaves(),
        "is_busy": any(card.last and not card.last.state.is_over for card in page.items),
    }  # fmt: skip
    part = "deliveries/list.html" if request.headers.get("HX-Request") else "deliveries/deliveries.html"
    return render(request, part, found)


@project_page
def change(request: HttpRequest, project: ProjectCard, number: int, delivery: int) -> HttpResponse:
    """Another time, other readers, another channel."""
    card = service.delivery(project, number, delivery)
    kind: type[WhenForm] = MailForm if card.way is Way.MAIL else NewChatForm
    form = kind(request.POST or None, initial=begun(card))
    if request.method == "POST" and form.is_valid():
        try:
            service.change(
                caller_at(request), project, number, delivery, when=form.when,
                language=form.cleaned_data["language"], **form.where,
            )  # fmt: skip
            return redirect("dashboards.deliveries", project.id, number)
        except Refusal as refusal:
            form.add_error(None, in_other_words(reason_of(refusal), _))
    found = {"dashboard": dashboard(project, number), "card": card, "form": form}
    return render(request, "deliveries/change.html", found)


@require_POST
@project_page
def turn(request: HttpRequest, project: ProjectCard, number: int, delivery: int) -> HttpResponse:
    """Off, or on again."""
    service.change(caller_at(request), project, number, delivery, is_on=request.POST.get("on") == "1")
    return redirect("dashboards.deliveries", project.id, number)


@require_POST
@project_page
def remove(request: HttpRequest, project: ProjectCard, number: int, delivery: int) -> HttpResponse:
    service.remove(caller_at(request), project, number, delivery)
    messages.success(request, _("It is delivered there no more."))
    return redirect("dashboards.deliveries", project.id, number)


@require_POST
@project_page
def send(request: HttpRequest, project: ProjectCard, number: int, delivery: int) -> HttpResponse:
    """Now: to everybody, or to me alone to see what it looks like."""
    me = request.user.get_username()
    only = [me] if request.POST.get("to") == "me" else []
    service.send_now(caller_at(request), project, number, delivery, by=me, only=only)
    return redirect("dashboards.deliveries", project.id, number)


@csrf_exempt  # mail programs post here on their own (RFC 8058); the address itself is the secret
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever has this address says that they want it no more, or again. Only what is sent changes anything: whatever
    looks at the links of a mail would leave for them."""
    if request.method == "POST":
        service.leave(token, comes_back=request.POST.get("again") == "1")
    return render(request, "deliveries/leave.html", {"has_left": service.has_left(token)})


def _make(request: HttpRequest, project: ProjectCard, number: int, way: Way, form: Any) -> DeliveryCard:
    return service.make(
        caller_at(request), project, number, way=way, when=form.when, by=request.user.get_username(),
        language=form.cleaned_data["language"], **form.where,
    )  # fmt: skip
