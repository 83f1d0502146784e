"""Segments: of whom a match holds, asked of one after the other."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.reference.conditions import holds, matches
from tests.reference.identity import Message, id_text, people, without_repeats
from tests.reference.world import Event, account_traits, at_path, events, person_traits

Segments = Mapping[str, dict[str, Any]]  # by key: {"of": …, "match": …}
UNITS = {"m": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000, "w": 604_800_000_000}  # µs


def segment(messages: Sequence[Message], asked: dict[str, Any], at: int, others: Segments | None = None) -> set[str]:
    """The ids of the people, or companies, of whom the match holds at that instant (µs)."""
    return _Town(messages, at, others or {}).members(asked)


class _Town:
    """Everybody there is, what they did, and whose company is whose."""

    def __init__(self, messages: Sequence[Message], at: int, others: Segments) -> None:
        self.others = others
        self.at = at
        messages = without_repeats(messages)
        everybody = people(messages)
        names = {id for message in messages for id in _ids(message)}
        self.people = {everybody.person_of.get(name, name) for name in names}
        self.accounts = {account for message in messages for account in _accounts(message)}
        self.events = events(messages)
        self.traits = {"people": person_traits(messages, everybody), "accounts": account_traits(messages)}
        self.belongs = {
            (everybody.of(message), account)
            for message in messages
            if message["type"] != "alias"
            for account in _accounts(message)
        }

    def members(self, asked: dict[str, Any]) -> set[str]:
        everybody = self.people if asked["of"] == "people" else self.accounts
        return {one for one in everybody if self.holds(asked["match"], one, asked["of"])}

    def holds(self, node: dict[str, Any], one: str, of: str) -> bool:
        ((kind, said),) = node.items()
        if kind == "all":
            return all(self.holds(part, one, of) for part in said)
        if kind == "any":
            return any(self.holds(part, one, of) for part in said)
        if kind == "not":
            return not self.holds(said, one, of)
        if kind == "trait":
            traits = self.traits[of].get(one, {})
            return holds(said, lambda name: at_path(traits, name))
        if kind == "segment":
            return self.is_in(self.others[said], one, of)
        return self.did(said, one, of)

    def is_in(self, other: dict[str, Any], one: str, of: str) -> bool:
        if other["of"] == of:
            return self.holds(other["match"], one, of)
        found = self.members(other)
        if of == "people":
            return any((one, account) in self.belongs for account in found)
        return any((person, one) in self.belongs for person in found)

    def did(self, said: dict[str, Any], one: str, of: str) -> bool:
        since = 0 if said.get("within") is None else self.at - int(said["within"][:-1]) * UNITS[said["within"][-1]]
        times = sum(
            1
            for event in self.events
            if _doer(event, of) == one and event.at >= since and matches(event.name, event.read, said)
        )
        most = said.get("at_most")
        least = said.get("at_least")
        if least is None:
            least = 1 if most is None else 0
        return times >= least and (most is None or times <= most)


def _doer(event: Event, of: str) -> str | None:
    return event.person if of == "people" else event.account


def _ids(message: Message) -> list[str]:
    found = [id_text(message.get(name)) for name in ("userId", "anonymousId", "previousId")]
    return [id for id in found if id]


def _accounts(message: Message) -> list[str]:
    found = [id_text(message.get("groupId")), id_text((message.get("context") or {}).get("groupId"))]
    return [id for id in found if id]
