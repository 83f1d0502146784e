"""What a run through a funnel may do."""

from dataclasses import dataclass
from enum import StrEnum


class Order(StrEnum):
    """How closely a run follows the steps."""

    ORDERED = "ordered"
    STRICT = "strict"
    ANY = "any"


@dataclass(frozen=True)
class Exclusion:
    """A run ends where an excluded event lies strictly between the instants of two of these steps (1 is the first)."""

    from_step: int
    to_step: int


@dataclass(frozen=True)
class Rules:
    """What a run may do. ``window`` is in microseconds from the first event, its end included.

    ``anew`` are instants, ascending, from which on actors are counted anew: they count once for each stretch of time
    between two of them in which a run of theirs begins.
    """

    steps: int
    window: int
    order: Order = Order.ORDERED
    exclusions: tuple[Exclusion, ...] = ()
    anew: tuple[int, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether steps are filled in their order and nothing ends a run but its window."""
        return self.order is Order.ORDERED and not self.exclusions

    @property
    def has_choices(self) -> bool:
        """Whether filling fewer steps at an instant may carry an ordered run further."""
        return self.order is Order.ORDERED and any(exclusion.from_step > 1 for exclusion in self.exclusions)
