"""How a lower street tells the upper ones what happened, without knowing them.

A happening is a frozen dataclass declared by the street in which it happens. Upper streets subscribe
in their slice.py; listeners run in the order of their registration, in the caller's thread, and what
they raise reaches the caller: a happening is part of the verb that told it.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

Happening = TypeVar("Happening")

_listeners: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def listen(to: type[Happening], listener: Callable[[Happening], None]) -> None:
    """Have ``listener`` called with every happening of this kind; registering twice changes nothing."""
    if listener not in _listeners[to]:
        _listeners[to].append(listener)


def tell(happening: object) -> None:
    """Call everybody who listens to this kind of happening."""
    for listener in _listeners[type(happening)]:
        listener(happening)
