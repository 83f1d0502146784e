"""What may go with going on: something that some of those compared have, and others have not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from groundswell.insights.instants import Bools

LEAST = 20  # with it and without it: fewer say nothing


class Sort(StrEnum):
    PROPERTY = "property"
    TRAIT = "trait"
    EVENT = "event"


class When(StrEnum):
    """When it was so: an event before they got to the step before, or soon after; a property of the event that began
    the run, or of the one that filled the step before; a trait at present."""

    BEFORE = "before"
    AFTER = "after"
    STARTED = "started"
    REACHED = "reached"
    NOW = "now"


WHENS = {
    Sort.EVENT: (When.BEFORE, When.AFTER), Sort.PROPERTY: (When.STARTED, When.REACHED), Sort.TRAIT: (When.NOW,),
}  # fmt: skip


class Operator(StrEnum):
    """As in conditions."""

    IS = "is"
    AT_LEAST = "at_least"
    IS_NOT_SET = "is_not_set"


@dataclass(frozen=True)
class Feature:
    """What it is: an event that was done, or a statement about a property or a trait (``person.…``, ``account.…``)."""

    kind: Sort
    name: str
    when: When
    operator: Operator | None = None
    value: str | None = None


@dataclass(frozen=True)
class Candidate:
    """A feature, who of those compared has it, and who of them can be asked at all (``among``)."""

    feature: Feature
    has: Bools  # [people]
    among: Bools


def distinct(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """Those that can say something, each division of people once: of two that say the same, or the opposite, the
    first."""
    seen: set[tuple[bytes, bytes]] = set()
    for each in candidates:
        some, others = each.has & each.among, ~each.has & each.among
        if min(np.count_nonzero(some), np.count_nonzero(others)) < LEAST:
            continue
        division = (np.packbits(some).tobytes(), np.packbits(others).tobytes())
        if division not in seen:
            seen |= {division, division[::-1]}
            yield each
