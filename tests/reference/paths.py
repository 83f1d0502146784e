"""Paths: what people do next, step by step, inside their sessions.

Where the contract leaves room, this is the reading taken here:

- Sessions are made of the events inside the dates (as in PostHog and in data frames that were cut to their days); a gap
  of exactly 30 minutes ends one. Accounts have sessions of their own, of what all their people did, as with funnels.
- Events of one instant are taken by name, so that the order of receipt does not matter.
- A node is what somebody did in a row under one name, and ``start`` or ``end`` is met where one of its events is.
- With ``start`` only sessions count that have it, with ``end`` only those that come to it (PostHog, Mixpanel). ``end``
  lies at a later node than ``start``; where there is no ``start`` the session's first node may be it.
- ``steps`` counts all nodes, the end's included: the first ones, without ``start`` but with ``end`` the last ones.
  Steps are numbered from the first node that is left.
- A move counts people (or accounts), each once however often they made it at that step; one without anybody has no row.
- ``exclude`` (an addition to the contract) leaves events out of paths, but not out of sessions: what came before and
  after them is one node if it has one name, and none of them meets ``start`` or ``end``.
- ``apart`` (an addition too) tells events apart by a property: each value makes a node of its own, called
  ``name: value`` (those beyond the 100 most frequent are none of this reference's business).
- Who came to a node and did nothing more in that session left there; with ``end`` nobody does.
- A path counts under the value of the event that begins it (the first that meets ``start`` there, else the session's
  first), wherever ``steps`` cuts it. The values with rows of their own are those of the most such events.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from tests.reference.conditions import matches
from tests.reference.identity import Message
from tests.reference.labels import Label, as_answered, folded, labels, shown, sort_key, text
from tests.reference.periods import days_asked, within
from tests.reference.world import Event, actor, events, stories

PAUSE = 30 * 60 * 1_000_000  # µs

Node = list[Event]  # of one name, one right after the other


@dataclass(frozen=True)
class Path:
    owner: str
    first: Event  # the one that begins it
    names: list[str]
    is_whole: bool  # nothing comes after it in its session


def paths(messages: Sequence[Message], question: dict[str, Any], tz: str = "UTC") -> list[list[Any]]:
    """Rows of step, source, target, count, and breakdown if asked; by breakdown, step, then the most, then by name."""
    movers: dict[tuple[Label, int, str, str], set[str]] = {}
    for label, path in _labelled(_found(messages, question, tz), question):
        for step, (source, target) in enumerate(pairwise(path.names), start=1):
            movers.setdefault((label, step, source, target), set()).add(path.owner)
    ordered = sorted(movers.items(), key=lambda each: (sort_key(each[0][0]), each[0][1], -len(each[1]), *each[0][2:]))
    return [
        [step, source, target, len(owners), *_value(label, question)]
        for (label, step, source, target), owners in ordered
    ]


def beside_paths(messages: Sequence[Message], question: dict[str, Any], tz: str = "UTC") -> dict[str, Any]:
    """Who has a path at all, how many paths there are, and for every node who came to it and who left there."""
    found = _found(messages, question, tz)
    came: dict[tuple[Label, int, str], set[str]] = {}
    left: dict[tuple[Label, int, str], set[str]] = {}
    for label, path in _labelled(found, question):
        for step, name in enumerate(path.names, start=1):
            came.setdefault((label, step, name), set()).add(path.owner)
            if path.is_whole and step == len(path.names):
                left.setdefault((label, step, name), set()).add(path.owner)
    ordered = sorted(came.items(), key=lambda each: (sort_key(each[0][0]), each[0][1], -len(each[1]), each[0][2]))
    rows = [
        [step, name, len(owners), len(left.get((label, step, name), ())), *_value(label, question)]
        for (label, step, name), owners in ordered
    ]
    columns = ["step", "event", "count", "dropped", *(["breakdown"] if question.get("breakdown") else [])]
    people = len({path.owner for path in found})
    return {"count": people, "sessions": len(found), "nodes": {"columns": columns, "rows": rows}}


def _value(label: Label, question: dict[str, Any]) -> list[Any]:
    return [as_answered(label)] if question.get("breakdown") else []


def _found(messages: Sequence[Message], question: dict[str, Any], tz: str) -> list[Path]:
    inside = [event for event in events(messages) if within(event.at, days_asked(question), tz)]
    return [
        path
        for story in stories(inside, question)
        for session in _sessions(sorted(story, key=lambda event: _order(event, question)))
        if (path := _path(session, question)) is not None
    ]


def _labelled(found: list[Path], question: dict[str, Any]) -> list[tuple[Label, Path]]:
    """Every path under each of its values."""
    own = [labels(path.first, question.get("breakdown")) for path in found]
    kept = shown(Counter(label for each in own for label in each))
    return [(label, path) for path, each in zip(found, own, strict=True) for label in folded(each, kept)]


def _order(event: Event, question: dict[str, Any]) -> Any:
    return event.at, _name(event, question), sorted(map(sort_key, labels(event, question.get("breakdown"))))


def _sessions(story: list[Event]) -> list[list[Event]]:
    sessions: list[list[Event]] = []
    for place, event in enumerate(story):
        if place == 0 or event.at - story[place - 1].at >= PAUSE:
            sessions.append([])
        sessions[-1].append(event)
    return sessions


def _nodes(session: list[Event], question: dict[str, Any]) -> list[Node]:
    nodes: list[Node] = []
    for event in session:
        if not nodes or _name(nodes[-1][-1], question) != _name(event, question):
            nodes.append([])
        nodes[-1].append(event)
    return nodes


def _name(event: Event, question: dict[str, Any]) -> str:
    """The node that an event makes: its name, with the value by which it is told apart if that is asked for."""
    for one in question.get("apart") or []:
        if _meeting([event], one):
            value = text(event.read(one["property"]))
            return f"{event.name}: {value}" if value else event.name
    return event.name


def _path(session: list[Event], question: dict[str, Any]) -> Path | None:
    """The path that the question follows through a session, if there is one."""
    left_out = question.get("exclude") or []
    kept = [event for event in session if not any(matches(event.name, event.read, one) for one in left_out)]
    nodes = _nodes(kept, question)
    start, end, steps = question.get("start"), question.get("end"), question["steps"]
    starts = [place for place, node in enumerate(nodes) if start is None or _meeting(node, start)]
    if not starts:
        return None
    begin, until = starts[0], len(nodes)
    if end is not None:
        earliest = begin if start is None else begin + 1
        ends = [place for place in range(earliest, len(nodes)) if _meeting(nodes[place], end)]
        if not ends:
            return None
        until = ends[0] + 1
    taken = nodes[begin:until]
    cut = taken[-steps:] if start is None and end is not None else taken[:steps]
    names = [_name(node[0], question) for node in cut]
    first = nodes[begin][0] if start is None else _meeting(nodes[begin], start)[0]
    is_whole = end is None and len(taken) <= steps
    return Path(owner=str(actor(first, question)), first=first, names=names, is_whole=is_whole)


def _meeting(node: Node, wanted: dict[str, Any]) -> list[Event]:
    """The events of a node that are what is wanted."""
    return [event for event in node if matches(event.name, event.read, wanted)]
