"""A set of 64-bit hashes that may say yes by mistake, never no, in bounded memory."""

import numpy as np
from numpy.typing import NDArray

HASHES = 4
_ODD = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], "u8")


class Bloom:
    """A Bloom filter over blocks of hashes, doubled as it fills, up to ``most`` bits.

    It grows by adding filters, each twice as large as the one before; beyond the largest the chance of a
    mistake rises slowly (30 million hashes in 64 MB: 0.2 %), which costs a look-up, not an answer.
    """

    def __init__(self, *, first: int = 1 << 22, most: int = 1 << 29) -> None:
        self._most = most
        self._filters = [np.zeros(first // 8, "u1")]
        self._filled = [0]

    @property
    def size(self) -> int:
        """Bytes of memory."""
        return sum(part.nbytes for part in self._filters)

    def maybe(self, hashes: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """For each hash, whether it may have been added."""
        found = np.zeros(len(hashes), bool)
        for part in self._filters:
            inside = np.ones(len(hashes), bool)
            for factor in _ODD:
                bits = _bits(hashes, factor, part)
                inside &= (part[bits >> 3] >> (bits & 7).astype("u1")) & 1 != 0
            found |= inside
        return found

    def add(self, hashes: NDArray[np.uint64]) -> None:
        """Remember these hashes."""
        part = self._room(len(hashes))
        for factor in _ODD:
            bits = _bits(hashes, factor, part)
            np.bitwise_or.at(part, bits >> 3, np.left_shift(1, bits & 7).astype("u1"))

    def _room(self, more: int) -> NDArray[np.uint8]:
        """The filter that takes the next hashes: about one hash for every sixteen bits."""
        if self._filled[-1] + more > self._filters[-1].nbytes // 2 and self._filters[-1].nbytes * 16 <= self._most:
            self._filters.append(np.zeros(self._filters[-1].nbytes * 2, "u1"))
            self._filled.append(0)
        self._filled[-1] += more
        return self._filters[-1]


def _bits(hashes: NDArray[np.uint64], factor: np.uint64, part: NDArray[np.uint8]) -> NDArray[np.int64]:
    """One bit number for each hash: its high bits after multiplication by an odd number."""
    shift = np.uint64(64 - (part.nbytes * 8).bit_length() + 1)
    return ((hashes * factor) >> shift).astype("i8")
