"""What questions, segments and all else that asks for events share."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Wanted:
    """Which events are meant: those of that name, or any if it is None, for which the condition holds."""

    event: str | None
    where: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {"event": self.event, "where": dict(self.where)}
