"""Addresses that say a whole question."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse


def ask_address(project: int, question: Mapping[str, Any], *, saved: int | None = None) -> str:
    """The page of a question; ``saved`` is the number of the saved one that it came from."""
    return _address("insights.ask", project, q=question, saved=saved)


def change_address(project: int, question: Mapping[str, Any], **word: str | int | None) -> str:
    """The question with a word changed, as the forms in its sentence change it."""
    return _address("insights.change", project, q=question, **word)


def answer_address(project: int, question: Mapping[str, Any], **more: str | None) -> str:
    """Its answer as a part of a page, or with ``format`` as a file."""
    return _address("insights.answer", project, q=question, **more)


def waiting_address(project: int, question: Mapping[str, Any], **more: str | None) -> str:
    """Its answer for a page that waits for it: that, or how far it is."""
    return _address("insights.waiting", project, q=question, **more)


def who_address(
    project: int, question: Mapping[str, Any], cell: Mapping[str, Any], *, rolling: Mapping[str, Any] | None = None
) -> str:
    """Who is behind a number of its answer; ``rolling`` are its days as they were asked for, back from today."""
    return _address("insights.who", project, q=question, cell=cell, rolling=rolling)


def _address(view: str, project: int, **query: Any) -> str:
    given = {name: _text(value) for name, value in query.items() if value is not None}
    return f"{reverse(view, args=[project])}?{urlencode(given)}"


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if isinstance(value, Mapping) else str(value)
