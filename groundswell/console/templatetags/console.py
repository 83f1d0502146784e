"""Tags and filters of the console's templates: numbers and times as people write them, assets, code to copy."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

from groundswell.kernel import clock, locales
from groundswell.kernel.words import in_other_words

register = template.Library()

MISSING = "–"


def _language() -> str:
    return translation.get_language() or "en"


@cache
def _version(path: str) -> str:
    found = finders.find(path)
    if not isinstance(found, str):
        raise template.TemplateSyntaxError(f"There is no asset {path!r}.")
    return hashlib.sha256(Path(found).read_bytes()).hexdigest()[:12]


@register.simple_tag
def asset(path: str) -> str:
    """The address of a file of ours, which changes with what is in it: browsers may keep it for ever."""
    return f"{static(path)}?v={_version(path)}"


@register.filter
def say(text: str) -> str:
    """A sentence, such as a refusal's, in the language of the page."""
    return in_other_words(str(text) if not isinstance(text, str) else text, translation.gettext)


@register.filter
def number(value: float | Decimal | None) -> str:
    return MISSING if value is None else locales.number(value, _language())


@register.filter
def money(value: Decimal | None, currency: str) -> str:
    return MISSING if value is None else locales.money(value, currency, _language())


@register.filter
def compact(value: float | None) -> str:
    return MISSING if value is None else locales.compact(value, _language())


@register.filter
def share(value: float | None) -> str:
    return MISSING if value is None else locales.share(value, _language())


@register.filter
def duration(seconds: float | None) -> str:
    return MISSING if seconds is None else locales.duration(seconds, _language())


@register.filter
def day(value: date | str | None) -> str:
    """A day, given as one or in ISO."""
    if not value:
        return MISSING
    return locales.day(date.fromisoformat(value[:10]) if isinstance(value, str) else value, _language())


@register.simple_tag(takes_context=True)
def at(context: dict[str, Any], value: datetime | str | None) -> SafeString | str:
    """An instant in the project's zone, for people and for programs."""
    if not value:
        return MISSING
    instant = locales.utc(datetime.fromisoformat(value) if isinstance(value, str) else value)
    project = context.get("project")
    shown = locales.instant(instant, project.timezone if project else "UTC", _language())
    return format_html('<time datetime="{}">{}</time>', instant.isoformat(), shown)


@register.simple_tag(takes_context=True)
def ago(context: dict[str, Any], value: datetime | str | None) -> SafeString | str:
    """How long an instant is past; the instant itself on pointing at it."""
    if not value:
        return MISSING
    instant = locales.utc(datetime.fromisoformat(value) if isinstance(value, str) else value)
    project = context.get("project")
    exact = locales.instant(instant, project.timezone if project else "UTC", _language())
    passed = locales.ago(instant, clock.now(), _language())
    return format_html('<time datetime="{}" title="{}">{}</time>', instant.isoformat(), exact, passed)


@register.filter
def as_json(value: Any) -> str:
    """A value as indented JSON, to be read."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)


@register.filter
def initials(name: str) -> str:
    """One or two letters that stand for somebody."""
    words = [word for word in name.replace("@", " ").replace(".", " ").replace("_", " ").split() if word[0].isalnum()]
    letters = [word[0] for word in words[:2]] or ["?"]
    return "".join(letters[:1] if letters[0] >= "\u1100" else letters).upper()


@register.inclusion_tag("console/code.html")
def code(text: str) -> dict[str, str]:
    """Code with a button that copies it."""
    return {"text": text}


@register.inclusion_tag("console/pages.html", takes_context=True)
def pages(context: dict[str, Any], page: Any) -> dict[str, Any]:
    """Links to the pages before and after this one, which keep what was asked for."""
    return {"page": page, "before": _page_at(context, page.number - 1), "after": _page_at(context, page.number + 1)}


def _page_at(context: dict[str, Any], number: int) -> str:
    query = context["request"].GET.copy()
    query["page"] = str(number)
    text: str = query.urlencode()
    return text


@register.inclusion_tag("console/spark.html")
def spark(values: Sequence[float], label: str = "") -> dict[str, Any]:
    """A line without axes, such as stands beside a number."""
    width, height, edge = 112, 28, 3
    low, high = min(values, default=0), max(values, default=0)
    step = (width - 2 * edge) / max(len(values) - 1, 1)
    scale = (height - 2 * edge) / (high - low or 1)
    points = [(edge + step * place, height - edge - (value - low) * scale) for place, value in enumerate(values)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return {"points": path, "end": points[-1] if points else None, "width": width, "height": height, "label": label}
