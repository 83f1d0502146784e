"""Who is behind the ids: anonymous ids belong to known people, known people may turn out to be one."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

Message = dict[str, Any]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant(message: Message) -> int:
    """The message's timestamp in microseconds since 1970; a time without zone is UTC."""
    moment = datetime.fromisoformat(message["timestamp"])
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - EPOCH) // timedelta(microseconds=1)


def id_text(value: Any) -> str | None:
    """An id as text: numbers may be sent as well. Empty ones are none."""
    if value is None or value == "":
        return None
    return value if isinstance(value, str) else json.dumps(value)


def without_repeats(messages: Iterable[Message]) -> list[Message]:
    """Of messages with the same messageId the first one received."""
    seen: set[str] = set()
    kept = []
    for message in messages:
        name = message.get("messageId")
        if name is None or name not in seen:
            kept.append(message)
        if name is not None:
            seen.add(name)
    return kept


@dataclass(frozen=True)
class People:
    """``person_of`` every known or claimed id; ``joined``: when an id came to its person, for ids that had to."""

    person_of: dict[str, str]
    joined: dict[str, int]

    def of(self, message: Message) -> str:
        """The person a message is about: its userId's, else its anonymousId's."""
        name = sender(message)
        return self.person_of.get(name, name)


def sender(message: Message) -> str:
    """The id a message was sent with."""
    name = id_text(message.get("userId")) or id_text(message.get("anonymousId"))
    if name is None:
        raise ValueError(f"a message without an id: {message}")
    return name


def people(messages: Sequence[Message]) -> People:
    """Everybody, told by all messages together, whatever their order of receipt."""
    known = list(dict.fromkeys(name for message in messages if (name := id_text(message.get("userId")))))
    by_time = sorted(messages, key=instant)
    survivor, joined = _merged(known, by_time)
    person_of = dict(survivor)
    for message in by_time:
        claimant = id_text(message.get("userId"))
        for name in _named_beside(message):
            if claimant and name not in person_of:
                person_of[name] = survivor[claimant]
                joined[name] = instant(message)
    return People(person_of, joined)


def _named_beside(message: Message) -> list[str]:
    """The ids that a message says belong to its userId."""
    names = [id_text(message.get("anonymousId"))]
    if message["type"] == "alias":
        names.append(id_text(message.get("previousId")))
    return [name for name in names if name is not None]


def _merged(known: list[str], by_time: list[Message]) -> tuple[dict[str, str], dict[str, int]]:
    """For every known id the one that survives, the first received; and when the others came to it."""
    survivor = {name: name for name in known}
    joined: dict[str, int] = {}
    for message in by_time:
        old, new = id_text(message.get("previousId")), id_text(message.get("userId"))
        if message["type"] != "alias" or old not in survivor or new not in survivor:
            continue
        both = {survivor[old], survivor[new]}
        first = min(both, key=known.index)
        for name in known:
            if survivor[name] in both and survivor[name] != first:
                survivor[name] = first
                joined[name] = instant(message)
    return survivor, joined
