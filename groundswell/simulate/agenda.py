"""What is going to happen, by time."""

import heapq
from enum import Enum, auto
from typing import Any


class Act(Enum):
    """Kinds of things on the agenda; ``company`` says who performs them."""

    OPEN_DAY = auto()
    BROWSE = auto()
    SIGN_UP = auto()
    VISIT = auto()
    PLAN_WEEK = auto()
    ACCEPT_INVITATION = auto()
    PARTNER_JOINS = auto()
    REVIEW_TEAM = auto()
    BUY = auto()
    END_TRIAL = auto()
    BILL = auto()
    RETRY_PAYMENT = auto()
    CLOSE_TICKET = auto()


class Agenda:
    """A queue by time (ms since 1970); of equal times what was put in first comes out first."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Act, tuple[Any, ...]]] = []
        self._count = 0

    def put(self, at: int, act: Act, *subjects: Any) -> None:
        self._count += 1
        heapq.heappush(self._heap, (at, self._count, act, subjects))

    def pop(self) -> tuple[int, Act, tuple[Any, ...]]:
        at, _, act, subjects = heapq.heappop(self._heap)
        return at, act, subjects

    def __bool__(self) -> bool:
        return bool(self._heap)
