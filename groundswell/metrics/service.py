"""The verb of metrics: measure."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from django.utils.translation import gettext as _

from groundswell.events.service import event_names
from groundswell.insights.instants import Bools
from groundswell.insights.labels import labels_of
from groundswell.insights.owners import Asked as AskedOfPeople
from groundswell.insights.owners import Owners
from groundswell.insights.seen import Seen
from groundswell.insights.service import counted
from groundswell.kernel.errors import bad_request
from groundswell.kernel.periods import Days
from groundswell.kernel.words import said
from groundswell.metrics.catalogue import METRICS, metric_of
from groundswell.metrics.crowds import Crowds
from groundswell.metrics.metric import Metric, Of, Value
from groundswell.metrics.types import Asked, Number, Part, Parts
from groundswell.workspace.types import ProjectCard

MOST_DAYS = 800
PEOPLE = "people"  # whose retention can be measured
MOST_VALUES = 100  # of a breakdown that are given, those with most people


def measure(
    project: ProjectCard, keys: Sequence[str], *, first: date, last: date, by: str = "", asked: Asked | None = None
) -> list[Value]:
    """What metrics come to from the first day to the last; with ``by`` also for each value of a trait of the people
    (``plan``, ``person.plan``, ``person.segment.key``). Raises Refusal 400 or 404."""
    if not 0 <= (last - first).days < MOST_DAYS:
        raise bad_request(
            said("The days must be from one to %(most)s.", most=MOST_DAYS), hint=said("Ask for fewer."), field="to"
        )
    card = counted(project)
    metrics = [metric_of(key) for key in keys]
    for metric in metrics:
        _check_options(metric, asked or Asked())
    crowds, groups = Crowds(card, Days(first, last, card.timezone)), None
    if by:
        groups = Groups(card.id, by if by.startswith("person.") else f"person.{by}")
    came = event_names(card.id)
    return [_value(metric, crowds, asked or Asked(), groups, came) for metric in metrics]


def all_keys(asked: Asked) -> list[str]:
    """The keys of all metrics that can be measured with these options."""
    return [key for key, metric in METRICS.items() if all(getattr(asked, option) for option in metric.options)]


def _check_options(metric: Metric, asked: Asked) -> None:
    if asked.of not in ("", PEOPLE):
        hint = said("Ask of=people.")
        raise bad_request(said("Only the retention of people can be measured."), hint=hint, field="of")
    for option in metric.options:
        if not getattr(asked, option):
            raise bad_request(
                said("%(key)s needs %(option)s.", key=metric.key, option=option),
                hint=said("Say %(option)s=… with it.", option=option), field=option,
            )  # fmt: skip


def _value(metric: Metric, crowds: Crowds, asked: Asked, groups: "Groups | None", came: set[str]) -> Value:
    wanted = [*(crowds.roles[role] for role in metric.roles), *metric.events]
    if missing := [event for event in wanted if event not in came]:
        names = ", ".join(f"“{event}”" for event in missing)
        reason = _("%(events)s never came, so this cannot be known.") % {"events": names}
        return Value(metric, crowds.days.first, crowds.days.last, None, None, None, reason, None)
    parts = metric.parts(crowds, asked)
    value = metric.combine(parts)
    return Value(
        metric, crowds.days.first, crowds.days.last, value, parts.above.total,
        parts.below.total if parts.below else None, str(metric.nobody) if value is None else "",
        groups.each(metric, parts) if groups else None,
    )  # fmt: skip


class Groups:
    """People told apart by a trait of theirs, or by whether they are in a segment."""

    def __init__(self, project: int, name: str) -> None:
        seen = Seen()
        self._owners = Owners.of(project, AskedOfPeople("person", (name,), ({},)), seen)
        self._labels = [labels_of(raws) for raws in seen.raws]

    def each(self, metric: Metric, parts: Parts) -> tuple[Of, ...]:
        """The metric for each of the values, those with most people first; none of what is no people's."""
        if parts.above.actor is None:
            return ()
        found: list[tuple[Number, Of]] = []
        for label in dict.fromkeys(label for labels in self._labels for label in labels):
            codes = np.array([label in labels for labels in self._labels])
            own = Parts(self._only(parts.above, codes), parts.below and self._only(parts.below, codes))
            of_people = own.below if own.below is not None and own.below.actor is not None else own.above
            if of_people.total:
                below = own.below.total if own.below else None
                name = label if isinstance(label, str) else None
                found.append((of_people.total, Of(name, metric.combine(own), own.above.total, below)))
        return tuple(of for _, of in sorted(found, key=lambda each: -each[0])[:MOST_VALUES])

    def _only(self, part: Part, codes: Bools) -> Part:
        """The people who have one of the codes; an amount as it is."""
        return part if part.actor is None else part.only(codes[self._owners.code[self._owners.places(part.actor)]])
