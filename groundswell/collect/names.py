"""Which names of events and properties a project may use, and what was seen of them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec

from groundswell.collect.types import Reason
from groundswell.events import service as events
from groundswell.events.types import MAX_EVENT_NAMES, MAX_NAME_LENGTH, MAX_PROPERTY_NAMES, Sight
from groundswell.kernel.clock import now
from groundswell.kernel.secrets import MASK, is_secret, masked

MAX_EXAMPLE = 80  # characters
SEEN_EVERY = timedelta(hours=1)  # that often is written down that a property is still sent
NUL = "\0"  # no database but SQLite keeps it in a text
JSON_TYPES = {str: "string", int: "number", float: "number", bool: "boolean", dict: "object", list: "array"}


class Names:
    """One project's names as its loader knows them."""

    def __init__(self, project: int) -> None:
        self.project = project
        self._events = events.event_names(project)
        self._properties = set(events.property_slots(project))
        self._types: dict[str, frozenset[str]] = {}
        self._written: dict[str, datetime] = {}

    def refuse(self, kinds: Iterable[tuple[str, dict[str, Any]]]) -> list[Reason | None]:
        """Learn the new names of these kinds of events, given by name and by an example of their properties.

        Returns why a kind may not come in: it has one name too many, or too long a name; None where it may.
        """
        new_events: dict[str, None] = {}
        new_properties: dict[str, Sight] = {}
        reasons = [self._judge(event, example, new_events, new_properties) for event, example in kinds]
        if new_events or new_properties:
            events.learn(self.project, events=new_events, properties=new_properties, at=now())
        return reasons

    def foresee(self, kinds: Iterable[tuple[str, dict[str, Any]]]) -> list[Reason | None]:
        """What ``refuse`` would say, if these kinds came; nobody else hears of them."""
        return [self._judge(event, example, {}, {}) for event, example in kinds]

    def notice(self, properties: list[dict[str, Any]]) -> None:
        """Look at a few events for types that the catalogue does not show yet, and for what was long not looked at."""
        at = now()
        unseen = {name: value for each in properties for name, value in each.items() if self._is_news(name, value, at)}
        if unseen:
            sights = _sights(unseen)
            events.saw(self.project, sights, at=at)
            for name, sight in sights.items():
                self._types[name] = self._types.get(name, frozenset()) | sight.types
                self._written[name] = at

    def _is_news(self, name: str, value: Any, at: datetime) -> bool:
        written = self._written.get(name)
        return written is None or at - written > SEEN_EVERY or _type(value) not in self._types[name]

    def _judge(
        self, event: str, names: dict[str, Any], new_events: dict[str, None], new_properties: dict[str, Sight]
    ) -> Reason | None:
        """Why an event may not come in; None where it may, and then its names are taken up."""
        if NUL in event or any(len(name) > MAX_NAME_LENGTH or NUL in name for name in names):
            return Reason.INVALID_NAME
        strange = [name for name in names if name not in self._properties]
        if len(self._properties) + len(strange) > MAX_PROPERTY_NAMES:
            return Reason.TOO_MANY_NAMES
        if event not in self._events:
            if len(self._events) >= MAX_EVENT_NAMES:
                return Reason.TOO_MANY_NAMES
            self._events.add(event)
            new_events[event] = None
        if strange:
            self._properties.update(strange)
            sights = _sights(names)
            new_properties.update({name: sights[name] for name in strange})
        return None


def _sights(properties: dict[str, Any]) -> dict[str, Sight]:
    return {name: Sight(frozenset({_type(value)}), (_shown(name, value),)) for name, value in properties.items()}


def _shown(name: str, value: Any) -> str:
    """A value as it was sent, cut; secrets are masked."""
    if is_secret(name):
        return MASK
    text = str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else _json(masked(value))
    return text[:MAX_EXAMPLE].replace(NUL, "\ufffd")


def _json(value: Any) -> str:
    return msgspec.json.encode(value, enc_hook=str).decode()


def _type(value: Any) -> str:
    return JSON_TYPES.get(type(value), "null")
