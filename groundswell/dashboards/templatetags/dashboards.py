"""Filters of the pages of dashboards."""

from django import template
from django.utils import translation
from django.utils.safestring import SafeString

from groundswell.dashboards import texts
from groundswell.kernel import locales

register = template.Library()


@register.filter
def rendered(text: str) -> SafeString:
    """What a text card says."""
    return texts.rendered(text)


@register.filter
def signed_share(change: float) -> str:
    """A change as a share of before, such as ``+12.5%``."""
    return ("+" if change > 0 else "") + locales.share(change, _language())


@register.filter
def whole_share(share: float) -> str:
    """A share beside an axis, such as ``20%``."""
    return f"{locales.number(share * 100, _language(), places=1)}%"


@register.filter
def points(change: float) -> str:
    """A difference of shares in percentage points, such as ``+2.5``."""
    number = locales.number(round(change * 100, 1), _language(), places=1)
    return translation.gettext("%(points)s points") % {"points": ("+" if change > 0 else "") + number}


@register.filter
def kept(lost: float) -> str:
    """The share of those before that a share of lost ones leaves."""
    return locales.share(1 - lost, _language())


@register.filter
def joiner(address: str) -> str:
    """What joins one more part to the query of an address."""
    return "&" if "?" in address else "?"


def _language() -> str:
    return translation.get_language() or "en"
