"""The addresses in our mails. They come from the settings: a request may claim any host at all."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import said
from groundswell.workspace.operator import running_server

NO_SERVER = "django.core.mail.backends.console.EmailBackend"


def base_of_links(request: HttpRequest) -> str:
    """Where people reach the console: ``GROUNDSWELL_URL``, or this machine itself for who works on it.

    Raises Refusal 409 where neither is known.
    """
    if settings.URL:
        return str(settings.URL)
    host = request.get_host()
    if _is_loopback(host):
        return f"{request.scheme}://{host}"
    raise Refusal(
        409, "no_address", said("The server does not know the address that people reach it at, so it sends no links."),
        hint=said("Set GROUNDSWELL_URL, such as https://growth.example.com, and start it again."),
    )  # fmt: skip


def base_for_mails() -> str:
    """The same for what is sent while nobody asks: ``GROUNDSWELL_URL``, or this machine itself where a server runs that
    listens to it alone; empty where neither is known."""
    if settings.URL:
        return str(settings.URL)
    server = running_server()
    return server.url if server and _is_loopback(urlsplit(server.url).netloc) else ""


def mail_leaves() -> bool:
    """Whether there is a mail server; without one a link is shown to be handed over."""
    return bool(settings.EMAIL_BACKEND != NO_SERVER)


def _is_loopback(host: str) -> bool:
    name = urlsplit(f"//{host}").hostname or ""
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"
