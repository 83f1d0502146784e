"""Events in columns: whose they are and when they were, and what else is known of them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Moments:
    """Events of actors. Those who want to know more of them add columns of their own."""

    actor: NDArray[np.uint64]
    at: NDArray[np.int64]  # µs since 1970

    def __len__(self) -> int:
        return len(self.at)

    def take(self, which: slice | NDArray[np.bool_] | NDArray[np.integer]) -> Self:
        return type(self)(**{field.name: getattr(self, field.name)[which] for field in fields(self)})

    @classmethod
    def together(cls, several: Sequence[Self]) -> Self:
        """All of several, at least one, one after the other."""
        return cls(**{each.name: np.concatenate([getattr(one, each.name) for one in several]) for each in fields(cls)})
