"""A set of 64-bit hashes that may say yes by mistake, never no, in bounded memory."""

import numpy as np
from numpy.typing import NDArray

BITS = 6  # that a hash sets
GROWTH = 4
_MIX = np.uint64(0x9E3779B97F4A7C15)
_ONE, _MASK = np.uint64(1), np.uint64(63)

Words = NDArray[np.uint64]


class Bloom:
    """A Bloom filter over blocks of hashes, larger as it fills, up to ``most`` bits.

    All bits of a hash lie in one word of 64, so that a look-up touches memory once (Putze, Sanders, Singler,
    "Cache-, hash- and space-efficient Bloom filters", 2007). It grows by adding filters, each larger than the one
    before; a mistake (one in 100, measured with 10 million hashes) costs a look-up, not an answer.
    """

    def __init__(self, *, first: int = 1 << 21, most: int = 1 << 31) -> None:
        self._most = most
        self._filters = [np.zeros(first // 64, "u8")]
        self._filled = [0]

    @property
    def size(self) -> int:
        """Bytes of memory."""
        return sum(part.nbytes for part in self._filters)

    def maybe(self, hashes: Words) -> NDArray[np.bool_]:
        """For each hash, whether it may have been added."""
        mixed = hashes * _MIX
        bits = _bits(mixed)
        found = np.zeros(len(hashes), bool)
        for part in self._filters:
            found |= part[_words(mixed, part)] & bits == bits
        return found

    def add(self, hashes: Words) -> None:
        """Remember these hashes."""
        part = self._room(len(hashes))
        mixed = hashes * _MIX
        np.bitwise_or.at(part, _words(mixed, part), _bits(mixed))

    def _room(self, more: int) -> Words:
        """The filter that takes the next hashes: about one hash for every sixteen bits."""
        if (
            self._filled[-1] + more > self._filters[-1].nbytes // 2
            and self._filters[-1].nbytes * 8 * GROWTH <= self._most
        ):
            self._filters.append(np.zeros(len(self._filters[-1]) * GROWTH, "u8"))
            self._filled.append(0)
        self._filled[-1] += more
        return self._filters[-1]


def _words(mixed: Words, part: Words) -> NDArray[np.int64]:
    """Which word each hash has: its high bits."""
    return (mixed >> np.uint64(65 - len(part).bit_length())).astype("i8")


def _bits(mixed: Words) -> Words:
    """The bits that each hash has in its word: six of its low bits for each."""
    bits = np.zeros(len(mixed), "u8")
    for place in range(BITS):
        bits |= _ONE << ((mixed >> np.uint64(place * 6)) & _MASK)
    return bits
