"""Breakdown values as text."""

import json
from collections import Counter
from collections.abc import Iterable
from itertools import product
from typing import Any

from tests.reference.world import Event

OTHER = "(other)"
MOST = 25  # values shown; the rest is OTHER

Label = str | None | tuple[str | None, ...]


def labels(event: Event, breakdown: str | list[str] | None) -> list[Label]:
    """The values an event counts under: one, or one for each distinct element of a list; None where missing."""
    if breakdown is None:
        return [None]
    if isinstance(breakdown, str):
        return list(_texts(event.read(breakdown)))
    combined = list(product(*(_texts(event.read(name)) for name in breakdown)))
    return [one[0] for one in combined] if len(breakdown) == 1 else list(combined)


def _texts(value: Any) -> list[str | None]:
    if isinstance(value, list) and value:
        return list(dict.fromkeys(text(element) for element in value))
    return [None if value == [] else text(value)]


def text(value: Any) -> str | None:
    """Canonical JSON without quotes: 10, 10.0 and "10" are one value."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(_with_integers(value), separators=(",", ":"), ensure_ascii=False)


def _with_integers(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_with_integers(element) for element in value]
    if isinstance(value, dict):
        return {key: _with_integers(element) for key, element in value.items()}
    return value


def is_missing(label: Label) -> bool:
    return label is None or (isinstance(label, tuple) and set(label) == {None})


def shown(counts: Counter[Label]) -> set[Label]:
    """The values that get rows of their own: the most frequent, ties by text. Missing ones always do."""
    named = [label for label in counts if not is_missing(label)]
    named.sort(key=lambda label: (-counts[label], sort_key(label)))
    return {*named[:MOST], *(label for label in counts if is_missing(label))}


def folded(found: Iterable[Label], kept: set[Label]) -> list[Label]:
    """The labels under which something counts, those without a row of their own as OTHER, each once."""
    return list(dict.fromkeys(label if label in kept else OTHER for label in found))


def sort_key(label: Label) -> Any:
    """By text; missing ones after all, OTHER at the very end."""
    if label == OTHER:
        return (2, ())
    parts = label if isinstance(label, tuple) else (label,)
    return (1 if is_missing(label) else 0, tuple((part is None, part or "") for part in parts))


def as_answered(label: Label) -> str | list[str | None] | None:
    return list(label) if isinstance(label, tuple) else label
