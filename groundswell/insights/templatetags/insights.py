"""Filters of the pages of questions."""

import math
from datetime import datetime
from typing import Any

from babel import dates, numbers
from django import template
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

from groundswell.kernel import locales

register = template.Library()
SMALLEST = 6  # decimal places of a ratio


@register.filter
def percent(share: float) -> str:
    """A share as a width of a hundred, as SVG writes numbers."""
    return plain(min(max(share, 0.0), 1.0) * 100)


@register.filter
def plain(value: float) -> str:
    """A number as programs write it, whatever the language."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


@register.filter
def x_of(drawing: Any, place: int) -> str:
    """Where a period of a drawing stands."""
    return plain(drawing.xs[place])


@register.filter
def amount(value: float) -> str:
    """A number beside an axis: shortened where it is long."""
    shorten = locales.compact if abs(value) >= 10_000 else locales.number
    return shorten(value, _language())


@register.filter
def share_amount(share: float) -> str:
    """A share beside an axis, without decimal places that say nothing."""
    return numbers.format_percent(share, format="#,##0.##%", locale=_language())


@register.filter
def period(name: str) -> str:
    """A period's name as people write days and hours."""
    return _said(name, "EEE, MMM d, y" if _language() == "en" else "y. M. d. (EEE)")


@register.filter
def short_period(name: str) -> str:
    """A period's name where there is little room."""
    return _said(name, "MMM d" if _language() == "en" else "M. d.")


def _said(name: str, form: str) -> str:
    instant = datetime.fromisoformat(name)
    text = dates.format_date(instant, format=form, locale=_language())
    return f"{text} {name[11:16]}" if len(name) > 10 else text


def _language() -> str:
    return translation.get_language() or "en"


@register.filter
def ratio(value: float) -> str:
    """A ratio with three digits that say something, whether it is large or small."""
    digits = 2 - math.floor(math.log10(value)) if value > 0 else 0
    return locales.number(value, _language(), places=min(max(digits, 0), SMALLEST))


@register.simple_tag
def opened(text: str, address: str) -> SafeString | str:
    """A number that opens who is behind it; where there is no address the number alone."""
    return format_html('<a href="{}">{}</a>', address, text) if address else text
