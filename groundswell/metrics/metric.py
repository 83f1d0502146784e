"""A metric of the catalogue, and what it came to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Union

from groundswell.metrics.crowds import Crowds
from groundswell.metrics.types import Asked, Number, Parts, Unit

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Text = Union[str, "StrPromise"]


@dataclass(frozen=True)
class Metric:
    """A number that a product-led company steers by. Texts are translated when they are read; ``roles`` are those whose
    events it needs. ``version`` moves when the definition does."""

    key: str
    name: Text
    sentence: Text
    above: Text
    unit: Unit
    parts: Callable[[Crowds, Asked], Parts]
    combine: Callable[[Parts], Number | None]
    below: Text | None = None
    nobody: Text = ""  # why it has no value
    more_is_better: bool = True
    roles: tuple[str, ...] = ()
    events: tuple[str, ...] = ()  # that it needs besides
    options: tuple[str, ...] = ()
    version: int = 1

    def definition(self) -> dict[str, Any]:
        """What it means, as JSON in the reader's language."""
        return {
            "name": str(self.name), "sentence": str(self.sentence), "numerator": str(self.above),
            "denominator": None if self.below is None else str(self.below), "unit": self.unit.value,
            "direction": "up" if self.more_is_better else "down", "roles": list(self.roles), "version": self.version,
        }  # fmt: skip


@dataclass(frozen=True)
class Of:
    """The value of one value of a breakdown (None is missing)."""

    label: str | None
    value: Number | None
    above: Number | None
    below: Number | None


@dataclass(frozen=True)
class Value:
    """What a metric came to; without a value there is a reason."""

    metric: Metric
    first: date
    last: date
    value: Number | None
    above: Number | None
    below: Number | None
    reason: str
    by: tuple[Of, ...] | None

    def as_json(self) -> dict[str, Any]:
        """As the API and the command line give it."""
        found: dict[str, Any] = {
            "key": self.metric.key, "from": self.first.isoformat(), "to": self.last.isoformat(), "value": self.value,
            "unit": self.metric.unit.value, "numerator": self.above, "denominator": self.below,
            "definition": self.metric.definition(),
        }  # fmt: skip
        if self.reason:
            found["reason"] = self.reason
        if self.by is not None:
            found["by"] = [
                {"value_of": each.label, "value": each.value, "numerator": each.above, "denominator": each.below}
                for each in self.by
            ]
        return found
