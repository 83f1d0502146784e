"""Stable numbers for the names that clients send, and secrets that nobody can guess."""

import hashlib
import secrets
from collections.abc import Sequence
from functools import lru_cache
from itertools import repeat

import numpy as np
import xxhash
from numpy.typing import NDArray


def stable_id(project: int, name: str) -> int:
    """The 64-bit number of ``name`` in ``project``: the same on every machine, for ever, never 0.

    Persons and accounts are known by it, so that a new one needs no look-up. XXH3 with a seed of the
    project's own; among a million names two collide with a chance of 1 in 37 million.
    """
    return xxhash.xxh3_64_intdigest(name.encode(), _seed(project)) or 1


def stable_ids(project: int, names: Sequence[str]) -> NDArray[np.uint64]:
    """The numbers of many names at once; 0 for an empty name."""
    return stable_ids_of_bytes(project, list(map(str.encode, names)))


def stable_ids_of_bytes(project: int, names: Sequence[bytes]) -> NDArray[np.uint64]:
    """The numbers of many names in UTF-8; 0 for an empty name."""
    given = [name for name in names if name]
    digests = b"".join(map(xxhash.xxh3_64_digest, given, repeat(_seed(project))))
    hashed: NDArray[np.uint64] = np.maximum(np.frombuffer(digests, ">u8").astype("u8"), 1)
    if len(given) == len(names):
        return hashed
    numbers = np.zeros(len(names), "u8")
    numbers[np.fromiter(map(bool, names), bool, len(names))] = hashed
    return numbers


@lru_cache(maxsize=10_000)
def _seed(project: int) -> int:
    """A scattered number for each project: with seeds that lie close together XXH3 gives short names of two projects
    the same number, for it joins the first bytes and the seed by exclusive or."""
    return xxhash.xxh3_64_intdigest(project.to_bytes(8, "little"))


def new_secret(prefix: str) -> str:
    """A key with 192 bits of chance behind a prefix that tells people what it is."""
    return f"{prefix}_{secrets.token_urlsafe(24)}"


def fingerprint(secret: str) -> str:
    """What is kept of a secret. Plain SHA-256 is enough: the secret has 192 random bits of its own."""
    return hashlib.sha256(secret.encode()).hexdigest()
