"""A question about paths, and how it is read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from groundswell.conditions.reading import Fields, refused
from groundswell.conditions.types import Wanted
from groundswell.conditions.wanted import wanted_of
from groundswell.insights.owners import Asked
from groundswell.insights.questions import MAX_EXCLUSIONS, MAX_STEPS, breakdown_of, days_of
from groundswell.insights.types import Count, days_as_json, names_as_json
from groundswell.kernel.periods import Days
from groundswell.kernel.words import said

_ANY = Wanted(None, {})
STEPS = 5  # where nothing is said
MOST_APART = 5
PROPERTY = "path"  # of a page, by which events are told apart where nothing is said
_FIELDS = (
    "kind", "start", "end", "steps", "exclude", "apart", "date_from", "date_to", "timezone", "breakdown", "count",
)  # fmt: skip
_APART_HINT = said('Write [{"event": "Page Viewed", "property": "path"}].')
_HINT = said('Write {"event": "Signed Up"}, or leave it out.')


@dataclass(frozen=True)
class Apart:
    """Events that are told apart by a property: each of its values makes a node of its own."""

    wanted: Wanted
    property: str

    def as_json(self) -> dict[str, Any]:
        return {**self.wanted.as_json(), "property": self.property}


@dataclass(frozen=True)
class Paths:
    """What people do one after the other inside their sessions.

    ``steps`` is the most nodes of a path. Without ``start`` but with ``end`` these are the last ones.
    """

    start: Wanted | None
    end: Wanted | None
    steps: int
    exclude: tuple[Wanted, ...]
    apart: tuple[Apart, ...]
    days: Days
    breakdown: tuple[str, ...]
    count: Count

    @property
    def counts_accounts(self) -> bool:
        return self.count is Count.ACCOUNTS

    @property
    def tells(self) -> bool:
        """Whether it matters what an event is, besides the node that it makes."""
        return self.start is not None or self.end is not None or bool(self.exclude)

    @property
    def leads_up(self) -> bool:
        """Whether it is asked what leads up to the end, whatever it begins with."""
        return self.start is None and self.end is not None

    @property
    def ends(self) -> tuple[Wanted, Wanted]:
        """What begins and what ends a path; any event where nothing is said."""
        return self.start or _ANY, self.end or _ANY

    def left_by(self, asked: Asked) -> "Paths":
        """What is still to be asked of every event, where this is asked of the actors."""
        start, end = asked.left_of(self.ends)
        return replace(
            self,
            start=self.start and start,
            end=self.end and end,
            breakdown=() if asked.breakdown else self.breakdown,
        )

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        ends = (one for one in (self.start, self.end) if one is not None)
        return (*ends, *self.exclude, *(one.wanted for one in self.apart))

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": "paths",
            "start": self.start and self.start.as_json(),
            "end": self.end and self.end.as_json(),
            "steps": self.steps,
            "exclude": [one.as_json() for one in self.exclude],
            "apart": [one.as_json() for one in self.apart],
            **days_as_json(self.days),
            "breakdown": names_as_json(self.breakdown),
            "count": self.count,
        }


def check(question: Mapping[str, Any], tz: str) -> Paths:
    """The question that the JSON holds, with its days in that time zone. Raises Refusal 400."""
    fields = Fields(question, "", _FIELDS)
    paths = Paths(
        start=_end_of_path(fields, "start"),
        end=_end_of_path(fields, "end"),
        steps=fields.whole("steps", STEPS, least=2, most=MAX_STEPS),
        exclude=fields.items("exclude", _excluded, most=MAX_EXCLUSIONS, hint=said('Write [{"event": "Page Viewed"}].')),
        apart=fields.items("apart", _apart, most=MOST_APART, hint=_APART_HINT),
        days=days_of(fields, tz),
        breakdown=breakdown_of(fields),
        count=fields.choice("count", Count, Count.PEOPLE),
    )
    left_out = {one.event for one in paths.exclude if not one.where}
    for name, wanted in (("start", paths.start), ("end", paths.end)):
        if wanted is not None and wanted.event is not None and wanted.event in left_out:
            raise refused(
                f"{name}.event",
                said("is left out by `exclude`, so that no path has it"),
                hint=said("Take it out of one of the two."),
            )
    return paths


def _end_of_path(fields: Fields, name: str) -> Wanted | None:
    given = fields.raw(name)
    if given is None:
        return None
    if not isinstance(given, Mapping):
        raise refused(name, said("must be an object or null"), hint=_HINT)
    return wanted_of(Fields(given, name, ("event", "where")))


def _excluded(given: Any, path: str) -> Wanted:
    fields = Fields(given, path, ("event", "where"))
    wanted = wanted_of(fields)
    if wanted.event is None and not wanted.where:
        raise refused(
            fields.at("event"),
            said("leaves nothing of which a path could be made"),
            hint=said("Name an event, or add a condition."),
        )
    return wanted


def _apart(given: Any, path: str) -> Apart:
    fields = Fields(given, path, ("event", "where", "property"))
    return Apart(wanted_of(fields), fields.text("property") or PROPERTY)
