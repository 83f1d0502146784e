"""Breakdown values as text: which get rows of their own, and in what order they stand, in rows and where people see
them."""

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from itertools import product
from math import prod
from typing import Any

import msgspec

from groundswell.conditions.values import canonical
from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import said

OTHER = "(other)"
MOST_COMBINED = 10_000  # values that one event counts under
MOST = 25  # values with rows of their own; the rest is OTHER

Label = str | None | tuple[str | None, ...]  # None where missing; a tuple for several names


def labels_of(raws: Sequence[str]) -> list[Label]:
    """The labels under which an event counts whose names have these raw JSON texts ('' is missing)."""
    texts = [_texts(raw) for raw in raws]
    if prod(map(len, texts)) > MOST_COMBINED:
        raise Refusal(
            422, "question_too_large",
            said("An event has more than %(most)s combinations of these values.", most=f"{MOST_COMBINED:,}"),
            hint=said("Break down by one property with a list at a time."),
        )  # fmt: skip
    combined = list(product(*texts))
    return [one[0] for one in combined] if len(raws) == 1 else list(combined)


def label_of(texts: Sequence[str]) -> Label:
    """The label of texts as ``names.texts_of`` writes them: behind a ``=``, '' where missing."""
    parts = tuple(text[1:] if text else None for text in texts)
    return parts[0] if len(parts) == 1 else parts


def _texts(raw: str) -> list[str | None]:
    value = msgspec.json.decode(raw) if raw else None
    if isinstance(value, list) and value:
        return list(dict.fromkeys(_text(one) for one in value))
    return [None if value == [] else _text(value)]


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else canonical(value)


def is_missing(label: Label) -> bool:
    return label is None or (isinstance(label, tuple) and set(label) == {None})


def shown(counts: Counter[Label]) -> dict[Label, int]:
    """The labels that get rows of their own, with their counts: the most frequent, ties by text. Missing ones always
    do. This is the order in which people see them, whatever is shown of them."""
    ranked = sorted(counts, key=lambda one: (-counts[one], sort_key(one)))
    kept = {*[one for one in ranked if not is_missing(one)][:MOST], *filter(is_missing, ranked)}
    return {one: counts[one] for one in ranked if one in kept}


def folded(found: Iterable[Label], kept: Container[Label]) -> list[Label]:
    """The labels under which something counts, those without a row of their own as OTHER, each once."""
    return list(dict.fromkeys(label if label in kept else OTHER for label in found))


def in_order(found: Iterable[Label], kept: Iterable[Label]) -> list[Label]:
    """Labels in the order of ``shown``, OTHER at the very end."""
    there = set(found)
    return [*(one for one in kept if one in there and one != OTHER), *([OTHER] if OTHER in there else [])]


def values_told(labels: Sequence[Label], breakdown: Sequence[str]) -> dict[str, Any]:
    """What stands beside the rows of an answer that is broken down: its values as people see them one after the
    other."""
    return {"values": [as_answered(one) for one in labels]} if breakdown else {}


def sort_key(label: Label) -> Any:
    """By text; missing ones after all others, OTHER at the very end."""
    if label == OTHER:
        return (2, ())
    parts = label if isinstance(label, tuple) else (label,)
    return (int(is_missing(label)), tuple((part is None, part or "") for part in parts))


def as_answered(label: Label) -> str | list[str | None] | None:
    return list(label) if isinstance(label, tuple) else label
