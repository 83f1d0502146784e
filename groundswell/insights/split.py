"""How a query tells breakdown values apart.

First by the raw JSON text, which costs least and is all it takes where few values occur, none of them a list and none
written in two ways. Else events get a code: the place of their label among those that have rows of their own, 0 for
the rest. A list gives its event several codes.
"""

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from groundswell.conditions.names import Names, texts_of
from groundswell.insights.labels import OTHER, Label, labels_of

Raws = tuple[str, ...]  # the raw JSON texts of a breakdown's names


@dataclass(frozen=True)
class Keys:
    """What a query groups by besides the period: columns of the inner select, and the keys over them.

    Where an event has several keys it has several rows; ``once`` holds for one of them.
    """

    columns: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    once: str = "1"


def by_raw(breakdown: Sequence[str], names: Names) -> Keys:
    """Keys that are the raw JSON texts of the names."""
    keys = tuple(f"raw{place}" for place in range(len(breakdown)))
    columns = tuple(f"{names.raw(name)} AS {key}" for name, key in zip(breakdown, keys, strict=True))
    return Keys(columns, keys)


@dataclass(frozen=True)
class Coding:
    """Codes for labels: ``labels[code - 1]``; 0 is OTHER."""

    labels: tuple[Label, ...]
    raws: tuple[Raws, ...] = ()  # where codes are found by raw text: the texts that lead to a label,
    codes: tuple[int, ...] = ()  # and its code

    def label(self, code: int) -> Label:
        return self.labels[code - 1] if code else OTHER

    def keys(self, breakdown: Sequence[str], names: Names) -> Keys:
        found = [names.raw(name) for name in breakdown]
        if self.raws:
            return Keys((f"{self._code_of_raws(found, names)} AS code",), ("code",))
        return Keys((f"arrayJoin({self._codes_of_texts(found, names)}) AS hit",), ("hit.1",), once="hit.2 = 1")

    def _code_of_raws(self, found: list[str], names: Names) -> str:
        codes = names.params.bind(list(self.codes), "Array(UInt8)")
        if len(found) == 1:
            return f"transform({found[0]}, {names.params.texts([raw for (raw,) in self.raws])}, {codes}, 0)"
        known = names.params.bind([list(raws) for raws in self.raws], "Array(Array(String))")
        return f"arrayElement(arrayPushFront({codes}, 0), indexOf({known}, [{', '.join(found)}]) + 1)"

    def _codes_of_texts(self, found: list[str], names: Names) -> str:
        """An array of pairs: a code and its place among the event's codes."""
        parts = [as_texts(label) for label in self.labels]
        known = names.params.bind(parts, "Array(Array(String))")
        codes = f"arrayDistinct(arrayMap(parts -> indexOf({known}, parts), {combined_texts(found)}))"
        return f"arrayZip({codes} AS codes, arrayEnumerate(codes))"


def by_text(breakdown: Sequence[str], names: Names) -> Keys:
    """Keys that are the texts under which an event counts: arrays of the texts of all names."""
    return Keys((f"arrayJoin({combined_texts([names.raw(name) for name in breakdown])}) AS parts",), ("parts",))


def combined_texts(found: Sequence[str]) -> str:
    """SQL for all combinations of the texts of these raws: arrays of texts."""
    texts = [texts_of(raw) for raw in found]
    if len(texts) == 1:
        return f"arrayMap(text -> [text], {texts[0]})"
    lengths = [f"length({each})" for each in texts]
    parts = [
        f"arrayElement({each}, intDiv(nth, {' * '.join(['1', *lengths[place + 1 :]])}) % {lengths[place]} + 1)"
        for place, each in enumerate(texts)
    ]
    return f"arrayMap(nth -> [{', '.join(parts)}], range({' * '.join(lengths)}))"


def as_texts(label: Label) -> list[str]:
    """The texts of a label's parts as ``names.texts_of`` writes them."""
    parts = label if isinstance(label, tuple) else (label,)
    return ["" if part is None else f"={part}" for part in parts]


# Deciding ------------------------------------------------------------------------------------------------------------


def counted(events: Counter[Raws]) -> Counter[Label]:
    """How many events count under each label."""
    counts: Counter[Label] = Counter()
    for raws, number in events.items():
        counts.update(dict.fromkeys(labels_of(raws), number))
    return counts


def plain_labels(found: Iterable[Raws], kept: Container[Label]) -> dict[Raws, Label] | None:
    """The label of each of the raw texts, if every one has its own and every label has its own rows; else None."""
    labels = {raws: labels_of(raws) for raws in found}
    firsts = {raws: each[0] for raws, each in labels.items()}
    is_plain = all(map(_is_single, labels)) and len(set(firsts.values())) == len(firsts)
    return firsts if is_plain and all(label in kept for label in firsts.values()) else None


def coding(kept: Iterable[Label], found: Iterable[Raws] | None) -> Coding:
    """Codes for these labels, by the raw texts that occur where these are known and no list is among them."""
    labels = tuple(label for label in kept if label != OTHER)
    if found is None or not all(map(_is_single, found := list(found))):
        return Coding(labels)
    code_of = {label: code for code, label in enumerate(labels, start=1)}
    coded = [(raws, code_of[label]) for raws in found for label in labels_of(raws) if label in code_of]
    return Coding(labels, tuple(raws for raws, _ in coded), tuple(code for _, code in coded))


def _is_single(raws: Raws) -> bool:
    """Whether no list is among the values, so that an event with them counts once."""
    return not any(raw.startswith("[") and raw != "[]" for raw in raws)
