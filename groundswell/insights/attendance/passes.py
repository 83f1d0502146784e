"""Single passes over the days of everybody, compiled. Words have 64 bits; bit 0 is the first day, or period."""

import numpy as np
from numba import types
from numpy.typing import NDArray

from groundswell.insights.compiled import CODES, IDS, MASKS, PLACES, compiled

WORD, BYTE = 64, 8
MOST_OF_A_BYTE = 255
FEW = 128  # moments of an id
_WORDS = types.uint64[:, ::1]


@compiled(types.void(CODES, IDS, CODES, types.uint64, types.int64, _WORDS))
def days(
    number: NDArray[np.int32],
    word: NDArray[np.uint64],
    row: NDArray[np.int32],
    mask: np.uint64,
    shift: int,
    out: NDArray[np.uint64],
) -> None:
    """Or the masked days of a block into the words of their persons; its first day is bit ``shift`` there, which may be
    negative."""
    first, within, words = shift // WORD, np.uint64(shift % WORD), out.shape[1]
    for place in range(len(number)):
        bits = word[place] & mask
        if bits:
            mine = row[number[place]]
            if 0 <= first < words:
                out[mine, first] |= bits << within
            if within and 0 <= first + 1 < words:
                out[mine, first + 1] |= bits >> (np.uint64(WORD) - within)


@compiled(types.void(CODES, IDS, CODES, IDS, CODES, _WORDS))
def periods(
    number: NDArray[np.int32],
    word: NDArray[np.uint64],
    row: NDArray[np.int32],
    mask: NDArray[np.uint64],
    period: NDArray[np.int32],
    out: NDArray[np.uint64],
) -> None:
    """Set the bit of each period, which ascend, on whose days (``mask``) persons were there."""
    where, shift, asked = period // WORD, (period % WORD).astype(np.uint64), np.uint64(0)
    for which in range(len(mask)):
        asked |= mask[which]
    for place in range(len(number)):
        bits = word[place] & asked
        if not bits:
            continue
        into, found, mine = where[0], np.uint64(0), row[number[place]]
        for which in range(len(mask)):
            if where[which] != into:
                out[mine, into] |= found
                into, found = where[which], np.uint64(0)
            found |= np.uint64((bits & mask[which]) != 0) << shift[which]
        out[mine, into] |= found


@compiled(types.int64(types.uint64))
def _ones(word: np.uint64) -> np.int64:
    """How many bits are set (Warren, Hacker's Delight)."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@compiled(types.void(CODES, IDS, CODES, types.int32, types.int32[::1], types.int32[::1]))
def edges(
    number: NDArray[np.int32],
    word: NDArray[np.uint64],
    row: NDArray[np.int32],
    begin: int,
    first: NDArray[np.int32],
    last: NDArray[np.int32],
) -> None:
    """Take the days of a block, which begins on day ``begin``, into the first and last day of each person."""
    for place in range(len(number)):
        bits = word[place]
        if bits:
            mine = row[number[place]]
            below = (bits & (~bits + np.uint64(1))) - np.uint64(1)
            for step in (1, 2, 4, 8, 16, 32):  # set all below the highest
                bits |= bits >> np.uint64(step)
            first[mine] = min(first[mine], begin + _ones(below))
            last[mine] = max(last[mine], begin + _ones(bits) - 1)


@compiled(types.uint64[:, ::1](_WORDS, types.int64))
def planes(words: NDArray[np.uint64], count: int) -> NDArray[np.uint64]:
    """[periods, words of persons] the same, turned: a word has a bit for each of 64 persons."""
    turned = np.zeros((count, (len(words) + WORD - 1) // WORD), np.uint64)
    for begin in range(0, len(words), WORD):
        for period in range(count):
            into, shift, found = period // WORD, np.uint64(period % WORD), np.uint64(0)
            for person in range(begin, min(begin + WORD, len(words))):
                found |= ((words[person, into] >> shift) & np.uint64(1)) << np.uint64(person - begin)
            turned[period, begin // WORD] = found
    return turned


@compiled(PLACES(_WORDS, types.int64))
def tally(words: NDArray[np.uint64], count: int) -> NDArray[np.int64]:
    """How many persons have each of so many periods: eight bits of a word are counted at once, a byte to each."""
    found, sums = np.zeros(words.shape[1] * WORD, np.int64), np.zeros(BYTE, np.uint64)
    for into in range(words.shape[1]):
        for begin in range(0, len(words), MOST_OF_A_BYTE):
            sums[:] = np.uint64(0)
            for person in range(begin, min(begin + MOST_OF_A_BYTE, len(words))):
                word = words[person, into]
                for bit in range(BYTE):
                    sums[bit] += (word >> np.uint64(bit)) & np.uint64(0x0101010101010101)
            for period in range(WORD):
                of_byte = sums[period % BYTE] >> np.uint64(period // BYTE * BYTE)
                found[into * WORD + period] += np.int64(of_byte & np.uint64(MOST_OF_A_BYTE))
    return found[:count]


@compiled(PLACES(_WORDS, types.int64))
def tally_firsts(words: NDArray[np.uint64], count: int) -> NDArray[np.int64]:
    """How many persons have each of so many periods as their first."""
    found = np.zeros(count, np.int64)
    for person in range(len(words)):
        for into in range(words.shape[1]):
            bits = words[person, into]
            if bits:
                lowest = bits & (~bits + np.uint64(1))
                found[into * WORD + _ones(lowest - np.uint64(1))] += 1
                break
    return found


@compiled(PLACES(IDS, IDS))
def places(some: NDArray[np.uint64], among: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Where each of some numbers stands among others, -1 where it does not; both ascend."""
    found = np.full(len(some), -1, np.int64)
    place = 0
    for which in range(len(some)):
        while place < len(among) and among[place] < some[which]:
            place += 1
        if place < len(among) and among[place] == some[which]:
            found[which] = place
    return found


@compiled(types.void(types.int64[::1], types.int32[::1]))
def _sort(at: NDArray[np.int64], event: NDArray[np.int32]) -> None:
    """Bring moments into the order of time: few of them one by one."""
    for row in range(1, len(at)):
        if at[row] >= at[row - 1]:
            continue
        if len(at) > FEW:
            order = np.argsort(at)
            at[:], event[:] = at[order], event[order]
            return
        place, instant, of = row, at[row], event[row]
        while place > 0 and at[place - 1] > instant:
            at[place], event[place] = at[place - 1], event[place - 1]
            place -= 1
        at[place], event[place] = instant, of


@compiled(
    types.Tuple((PLACES, PLACES, types.int32[::1]))(IDS, PLACES, PLACES, CODES, types.int64, types.int64, types.int64)
)
def told(
    keys: NDArray[np.uint64],
    edge: NDArray[np.int64],
    begin: NDArray[np.int64],
    event: NDArray[np.int32],
    bits: int,
    first: int,
    ids: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]:
    """What so many ids, numbered from ``first`` on, did: each id's moments side by side and by time.

    The keys of a page lie between two edges, those of earlier weeks before those of later ones; ``begin`` is the first
    instant of each page (µs), ``event`` whose page it is. Returns where the moments of each id begin, with the end of
    all, the instants and the events. Keys are few enough for the processor's cache: each is put in its place by itself.
    """
    where = np.zeros(ids + 1, np.int64)
    for row in range(len(keys)):
        where[np.int64(keys[row] >> np.uint64(bits)) - first + 1] += 1
    for mine in range(ids):
        where[mine + 1] += where[mine]
    at, of = np.empty(len(keys), np.int64), np.empty(len(keys), np.int32)
    free, below = where.copy(), np.uint64((1 << bits) - 1)
    for one in range(len(begin)):
        for row in range(edge[one], edge[one + 1]):
            whose = np.int64(keys[row] >> np.uint64(bits)) - first
            at[free[whose]], of[free[whose]] = begin[one] + np.int64(keys[row] & below), event[one]
            free[whose] += 1
    for mine in range(ids):
        _sort(at[where[mine] : where[mine + 1]], of[where[mine] : where[mine + 1]])
    return where, at, of


@compiled(types.uint32[::1](MASKS, CODES))
def taken(values: NDArray[np.uint32], which: NDArray[np.int32]) -> NDArray[np.uint32]:
    """Some of few values; numpy would first make places of 64 bits."""
    found = np.empty(len(which), np.uint32)
    for row in range(len(which)):
        found[row] = values[which[row]]
    return found
