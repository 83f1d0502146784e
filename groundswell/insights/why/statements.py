"""Statements about values that people have: what one is, that it is as large as that of half of them, that there is
none."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from groundswell.conditions.values import canonical, numeric
from groundswell.insights.instants import Bools
from groundswell.insights.labels import labels_of
from groundswell.insights.why.candidates import LEAST, Candidate, Feature, Operator
from groundswell.insights.why.reading import Places

MOST_VALUES = 10  # of a name that are tried one by one; of numbers that are more, the larger half is
FEW = 5  # people a value, on average: fewer tell single people or companies apart


def numbered(texts: pa.ChunkedArray, number: dict[str, int]) -> Places:
    """The number of each text; those that come for the first time are given the next ones."""
    coded = pc.dictionary_encode(texts.combine_chunks())
    known = [number.setdefault(text, len(number)) for text in coded.dictionary.to_pylist()]
    codes: Places = np.array(known, np.intp)[coded.indices.to_numpy()]
    return codes


class Values:
    """The values of one name that people have, as they are read; a list counts under each element."""

    def __init__(self, people: int) -> None:
        self._people = people
        self._number: dict[str, int] = {}  # of raw JSON
        self._place: list[Places] = []
        self._code: list[Places] = []

    def add(self, place: Places, raws: pa.ChunkedArray) -> None:
        """People (by place) and the raw JSON of theirs."""
        self._place.append(place)
        self._code.append(numbered(raws, self._number))

    @property
    def people(self) -> int:
        """How many have a value."""
        return int(np.count_nonzero(np.bincount(self._held[1])))

    @cached_property
    def say_who(self) -> bool:
        """Whether hardly anybody shares a value with others, as with ids and names of companies: there are nearly as
        many values as people, and most people have one that is rare."""
        counts = np.bincount(self._held[2])
        return bool(len(counts) * FEW > self.people and counts[counts >= LEAST].sum() * 2 < counts.sum())

    def candidates(self, feature: Feature) -> Iterator[Candidate]:
        """What may be said of them, when all were added. ``feature`` has the name."""
        texts, _, text = self._held
        counts = sorted(zip(texts, np.bincount(text, minlength=len(texts)).tolist(), strict=True))
        numbers = [value for value, _count in counts if numeric(value) is not None]
        stated = [replace(feature, operator=Operator.IS_NOT_SET)]
        if len(counts) > MOST_VALUES and len(numbers) > len(counts) / 2:
            half = float(np.median(self._largest[np.isfinite(self._largest)]))
            stated.append(replace(feature, operator=Operator.AT_LEAST, value=canonical(half)))
        else:
            often = [value for value, count in Counter(dict(counts)).most_common(MOST_VALUES) if count >= LEAST]
            stated += [replace(feature, operator=Operator.IS, value=value) for value in often]
        everybody = np.ones(self._people, bool)
        for each in stated:
            yield Candidate(each, self.has(each), everybody)

    def has(self, feature: Feature) -> Bools:
        """For whom a statement holds."""
        texts, place, text = self._held
        if feature.operator is Operator.AT_LEAST:
            least = numeric(feature.value)
            larger: Bools = self._largest >= (np.inf if least is None else least)
            return larger
        has = np.zeros(self._people, bool)
        if feature.operator is Operator.IS_NOT_SET:
            has[place] = True
            return ~has
        if feature.value in texts:
            has[place[text == texts.index(feature.value)]] = True
        return has

    @cached_property
    def _held(self) -> tuple[list[str], Places, Places]:
        """The different texts; who has which, each once: people, and the place of the text."""
        place, code = (np.concatenate([np.zeros(0, np.intp), *each]) for each in (self._place, self._code))
        number: dict[str, int] = {}
        pairs = [np.zeros(0, np.intp)]
        order = np.argsort(code, kind="stable")
        edges = np.searchsorted(code[order], np.arange(len(self._number) + 1))
        for which, raw in enumerate(self._number):
            people = place[order[edges[which] : edges[which + 1]]]
            for label in labels_of([raw]):
                if isinstance(label, str):
                    pairs.append(number.setdefault(label, len(number)) * self._people + people)
        text, place = np.divmod(np.unique(np.concatenate(pairs)), max(self._people, 1))
        return list(number), place, text

    @cached_property
    def _largest(self) -> NDArray[np.float64]:
        """[people] the largest number of each, -inf without any."""
        texts, place, text = self._held
        number = np.array([-np.inf if (value := numeric(one)) is None else value for one in texts])
        largest = np.full(self._people, -np.inf)
        np.maximum.at(largest, place, number[text])
        return largest


class Sheet:
    """The values of several names that people have, as they are read."""

    def __init__(self, people: int) -> None:
        self._people = people
        self.values: dict[str, Values] = {}

    def add(self, place: Places, names: pa.ChunkedArray, raws: pa.ChunkedArray) -> None:
        """People (by place), the names of what they have, and its raw JSON."""
        number: dict[str, int] = {}
        code = numbered(names, number)
        order = np.argsort(code, kind="stable")
        edges = np.searchsorted(code[order], np.arange(len(number) + 1))
        for which, name in enumerate(number):
            rows = order[edges[which] : edges[which + 1]]
            values = self.values.setdefault(name, Values(self._people))
            values.add(place[rows], raws.take(pa.array(rows)))

    @property
    def people(self) -> dict[str, int]:
        """How many have something of each name."""
        return {name: values.people for name, values in self.values.items()}

    def of(self, name: str) -> Values:
        """The values of a name; nobody has one that never came."""
        return self.values.get(name) or Values(self._people)
