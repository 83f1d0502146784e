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
- ``exclude`` leaves events out of paths, not out of sessions: they go on with it, and what comes before and after it is
  one node if it has one name.
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
from tests.reference.labels import Label, as_answered, folded, labels, shown, sort_key
from tests.reference.periods import days_asked, within
from tests.reference.world import Event, actor, events, stories

PAUSE = 30 * 60 * 1_000_000  # µs

Node = list[Event]  # of one name, one right after the other


@dataclass(frozen=True)
class Path:
    owner: str
    first: Event  # the one that begins it
    names: list[str]


def paths(messages: Sequence[Message], question: dict[str, Any], tz: str = "UTC") -> list[list[Any]]:
    """Rows of step, source, target, count, and breakdown if asked; by breakdown, step, then the most, then by name."""
    breakdown = question.get("breakdown")
    inside = [event for event in events(messages) if within(event.at, days_asked(question), tz)]
    found = [
        path
        for story in stories(inside, question)
        for session in _sessions(sorted(story, key=lambda event: _order(event, breakdown)))
        if (path := _path(session, question)) is not None
    ]
    kept = shown(Counter(label for path in found for label in labels(path.first, breakdown)))
    movers: dict[tuple[Label, int, str, str], set[str]] = {}
    for path in found:
        for label in folded(labels(path.first, breakdown), kept):
            for step, (source, target) in enumerate(pairwise(path.names), start=1):
                movers.setdefault((label, step, source, target), set()).add(path.owner)
    ordered = sorted(movers.items(), key=lambda each: (sort_key(each[0][0]), each[0][1], -len(each[1]), *each[0][2:]))
    return [
        [step, source, target, len(owners), *([as_answered(label)] if breakdown else [])]
        for (label, step, source, target), owners in ordered
    ]


def _order(event: Event, breakdown: str | list[str] | None) -> Any:
    return event.at, event.name, sorted(sort_key(label) for label in labels(event, breakdown))


def _sessions(story: list[Event]) -> list[list[Event]]:
    sessions: list[list[Event]] = []
    for place, event in enumerate(story):
        if place == 0 or event.at - story[place - 1].at >= PAUSE:
            sessions.append([])
        sessions[-1].append(event)
    return sessions


def _nodes(session: list[Event]) -> list[Node]:
    nodes: list[Node] = []
    for event in session:
        if not nodes or nodes[-1][-1].name != event.name:
            nodes.append([])
        nodes[-1].append(event)
    return nodes


def _path(whole: list[Event], question: dict[str, Any]) -> Path | None:
    """The path that the question follows through a session, if there is one."""
    left_out = question.get("exclude") or []
    session = [event for event in whole if not any(_meeting([event], one) for one in left_out)]
    if not session:
        return None
    nodes, start, end, steps = _nodes(session), question.get("start"), question.get("end"), question["steps"]
    begin, first = 0, session[0]
    if start is not None:
        met = [(place, meeting[0]) for place, node in enumerate(nodes) if (meeting := _meeting(node, start))]
        if not met:
            return None
        begin, first = met[0]
    until = len(nodes)
    if end is not None:
        earliest = begin if start is None else begin + 1
        ends = [place for place in range(earliest, len(nodes)) if _meeting(nodes[place], end)]
        if not ends:
            return None
        until = ends[0] + 1
    names = [node[0].name for node in nodes[begin:until]]
    names = names[-steps:] if start is None and end is not None else names[:steps]
    return Path(owner=str(actor(first, question)), first=first, names=names)


def _meeting(node: Node, wanted: dict[str, Any]) -> list[Event]:
    """The events of a node that are what is wanted."""
    return [event for event in node if matches(event.name, event.read, wanted)]
