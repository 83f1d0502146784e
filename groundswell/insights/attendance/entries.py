"""What a book has of an event: who did it on which days, told apart by what the event says if that was asked.

What is known of a day is so as long as the day is in the state that it had in the store before it was read. Rows are
only ever added to a day, so what was read of it before stays true.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from groundswell.insights.attendance.reading import BLOCK, Tallies, Words
from groundswell.insights.instants import Micros, Places
from groundswell.insights.split import Raws

States = Mapping[int, Micros]  # block → of each of its days; 0 is none


@dataclass(frozen=True)
class Sheet:
    """Who did an event (numbers of the book's roster) and when: a word each for every block in which somebody did."""

    number: Places
    words: Mapping[int, Words]

    @property
    def size(self) -> int:
        """Bytes."""
        return self.number.nbytes + sum(word.nbytes for word in self.words.values())

    def with_days(self, number: Places, words: Mapping[int, Words], ids: int) -> "Sheet":
        """The sheet with what was read of further days; ``ids`` is how many the roster has."""
        place = np.full(ids, -1, np.int32)
        place[self.number] = np.arange(len(self.number), dtype=np.int32)
        new = number[place[number] < 0]
        place[new] = np.arange(len(self.number), len(self.number) + len(new), dtype=np.int32)
        merged = dict(self.words)
        if len(new):
            merged = {block: np.append(word, np.zeros(len(new), np.uint64)) for block, word in merged.items()}
        for block, read_now in words.items():
            if read_now.any():
                word = merged[block].copy() if block in merged else np.zeros(len(self.number) + len(new), np.uint64)
                word[place[number]] |= read_now
                merged[block] = word
        return Sheet(np.append(self.number, new) if len(new) else self.number, merged)


NOBODY = Sheet(np.zeros(0, np.int32), {})


@dataclass(frozen=True)
class Entry:
    """A sheet for each value with which the event came (one, for ``()``, where values are not told apart), the events
    that did on each day where they are, and the states of the days before they were read."""

    sheets: Mapping[Raws, Sheet] = field(default_factory=dict)
    events: Tallies = field(default_factory=dict)
    states: States = field(default_factory=dict)
    has_too_many: bool = False  # values: none of them is known here

    @property
    def sheet(self) -> Sheet:
        """Of an event whose values are not told apart."""
        return self.sheets.get((), NOBODY)

    @property
    def size(self) -> int:
        """Bytes."""
        tallies = (
            500 + 120 * sum(map(len, self.events.values())) + sum(len(text) for raws in self.sheets for text in raws)
        )
        states = sum(each.nbytes for each in self.states.values())
        return sum(sheet.size for sheet in self.sheets.values()) + tallies + states

    def unknown(self, now: States) -> list[int]:
        """The days, ascending, of which it does not know what is so in these states of the store."""
        if self.has_too_many:
            return []
        nothing = np.zeros(BLOCK, np.int64)
        return [
            block * BLOCK + day
            for block, states in sorted(now.items())
            for day in np.flatnonzero((states != self.states.get(block, nothing)) & (states != 0)).tolist()
        ]

    def with_days(
        self, read: Mapping[Raws, tuple[Places, Mapping[int, Words]]], events: Tallies, states: States, ids: int
    ) -> "Entry":
        """The entry with what was read of the days that have a state here; ``ids`` is how many the roster has."""
        new = {raws: self.sheets.get(raws, NOBODY).with_days(*sheet, ids) for raws, sheet in read.items()}
        known = {block: np.where(own != 0, own, self.states.get(block, own)) for block, own in states.items()}
        return Entry({**self.sheets, **new}, {**self.events, **events}, {**self.states, **known})


NOTHING, TOO_MANY = Entry(), Entry(has_too_many=True)
