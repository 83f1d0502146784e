"""Sentences that know how they were put together, so that a door can say them in another language."""

from collections.abc import Callable
from typing import Any


class Sentence(str):
    """English text, with the template and the values that it was made of."""

    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, values: dict[str, Any]) -> "Sentence":
        made = super().__new__(cls, template % values if values else template)
        made.template, made.values = template, values
        return made

    def __getnewargs__(self) -> tuple[str, dict[str, Any]]:  # type: ignore[override]  # how copies are made
        return self.template, self.values


def said(template: str, **values: Any) -> Sentence:
    """A sentence for people. ``%(name)s`` in the template stands for a value, which may be a sentence itself."""
    return Sentence(template, values)


def in_other_words(text: str, translate: Callable[[str], str]) -> str:
    """The sentence with its template translated, and those inside it."""
    if not text:
        return ""
    if not isinstance(text, Sentence):
        return translate(text)
    values = {
        name: in_other_words(value, translate) if isinstance(value, Sentence) else value
        for name, value in text.values.items()
    }
    return translate(text.template) % values if values else translate(text.template)
