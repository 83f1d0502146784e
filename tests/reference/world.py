"""What happened, with everything that questions may ask of it: person, account, properties, traits as they are now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.reference.identity import Message, People, id_text, instant, people, sender, without_repeats

DAY = 86_400_000_000  # µs
EVENT_TYPES = {"track", "page", "screen"}


@dataclass(frozen=True)
class Event:
    name: str
    at: int  # µs since 1970
    person: str
    account: str | None
    properties: dict[str, Any]
    context: dict[str, Any]
    person_traits: dict[str, Any]
    account_traits: dict[str, Any]

    def read(self, name: str) -> Any:
        """The value that a name in a question stands for; None where there is none."""
        for prefix, source in (
            ("event.context.", self.context),
            ("context.", self.context),
            ("event.", self.properties),
            ("person.", self.person_traits),
            ("account.", self.account_traits),
        ):
            if name.startswith(prefix):
                return at_path(source, name.removeprefix(prefix))
        return at_path(self.properties, name)


def actor(event: Event, question: dict[str, Any]) -> str | None:
    """Whom an event counts for: its person, or its account where accounts are counted; None where it has none."""
    return event.account if question.get("count") == "accounts" else event.person


def stories(found: Sequence[Event], question: dict[str, Any]) -> list[list[Event]]:
    """The events of each person, or of each account."""
    told: dict[str, list[Event]] = {}
    for event in found:
        name = actor(event, question)
        if name is not None:
            told.setdefault(name, []).append(event)
    return list(told.values())


def at_path(source: Any, path: str) -> Any:
    """The value at a dotted path; a name that holds the dots itself goes first."""
    if not isinstance(source, dict):
        return None
    if path in source:
        return source[path]
    first, _, rest = path.partition(".")
    return at_path(source.get(first), rest) if rest else None


def events(messages: Sequence[Message]) -> list[Event]:
    """All events by time; those of one instant in the order of their receipt."""
    messages = without_repeats(messages)
    everybody = people(messages)
    calls = _group_calls(messages, everybody)
    of_people, of_accounts = person_traits(messages, everybody), account_traits(messages)
    found = []
    for message in messages:
        if message["type"] in EVENT_TYPES:
            person = everybody.of(message)
            account = _account(message, calls.get(person, []))
            found.append(
                Event(
                    name=_event_name(message),
                    at=instant(message),
                    person=person,
                    account=account,
                    properties=_properties(message),
                    context=message.get("context") or {},
                    person_traits=of_people.get(person, {}),
                    account_traits=of_accounts.get(account, {}) if account else {},
                )
            )
    return sorted(found, key=lambda event: event.at)


def _event_name(message: Message) -> str:
    return {"page": "Page Viewed", "screen": "Screen Viewed"}.get(message["type"]) or message["event"]


def _properties(message: Message) -> dict[str, Any]:
    properties = dict(message.get("properties") or {})
    if message["type"] in {"page", "screen"} and message.get("name") is not None:
        properties["name"] = message["name"]
    return properties


def _group_calls(messages: Sequence[Message], everybody: People) -> dict[str, list[tuple[int, str]]]:
    """Each person's group calls: when, and which account."""
    calls: dict[str, list[tuple[int, str]]] = {}
    for message in messages:
        account = id_text(message.get("groupId"))
        if message["type"] == "group" and account:
            calls.setdefault(everybody.of(message), []).append((instant(message), account))
    return calls


def _account(message: Message, calls: list[tuple[int, str]]) -> str | None:
    """The account given with the event, else that of the latest group call until then, else of the first soon after."""
    given = id_text((message.get("context") or {}).get("groupId"))
    if given:
        return given
    at = instant(message)
    before = [call for call in calls if call[0] <= at]
    if before:
        return max(before, key=lambda call: call[0])[1]
    if calls:
        first_at, account = min(calls, key=lambda call: call[0])
        if first_at - at <= 30 * DAY:
            return account
    return None


def person_traits(messages: Sequence[Message], everybody: People) -> dict[str, dict[str, Any]]:
    """Every person's traits: the last write wins; what was written on an id before it joined yields to all others."""
    writes = []
    for message in messages:
        if message["type"] == "identify":
            name, at = sender(message), instant(message)
            is_own = at >= everybody.joined.get(name, at)
            writes.append((is_own, at, everybody.of(message), message.get("traits") or {}))
    return _last_writes([(person, traits) for _, _, person, traits in sorted(writes, key=lambda write: write[:2])])


def account_traits(messages: Sequence[Message]) -> dict[str, dict[str, Any]]:
    writes = []
    for message in messages:
        account = id_text(message.get("groupId"))
        if message["type"] == "group" and account:
            writes.append((instant(message), account, message.get("traits") or {}))
    return _last_writes([(account, traits) for _, account, traits in sorted(writes, key=lambda write: write[0])])


def _last_writes(writes: list[tuple[str, dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    """Traits after all writes: null overwrites, absence keeps."""
    traits: dict[str, dict[str, Any]] = {}
    for owner, written in writes:
        traits.setdefault(owner, {}).update(written)
    return traits
