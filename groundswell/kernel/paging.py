"""Lists a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")
SIZE = 50
MOST_PAGES = 1_000_000
LONGEST = 20  # digits


@dataclass(frozen=True)
class Page(Generic[Item]):
    """The ``number``-th page (from 1) of a list with ``total`` items."""

    items: Sequence[Item]
    number: int
    total: int
    size: int = SIZE

    @property
    def first(self) -> int:
        return (self.number - 1) * self.size + 1 if self.items else 0

    @property
    def last(self) -> int:
        return (self.number - 1) * self.size + len(self.items)

    @property
    def has_before(self) -> bool:
        return self.number > 1

    @property
    def has_after(self) -> bool:
        return self.last < self.total


def number_of(text: str | None) -> int:
    """The page that an address asks for; what is no page is the first."""
    is_number = text is not None and text.isascii() and text.isdecimal() and len(text) <= LONGEST
    return min(max(int(text or 1), 1), MOST_PAGES) if is_number else 1


def page_of(everything: Sequence[Item], number: int, *, size: int = SIZE) -> Page[Item]:
    """A page of what is at hand anyway."""
    return Page(everything[(number - 1) * size : number * size], number, len(everything), size)
