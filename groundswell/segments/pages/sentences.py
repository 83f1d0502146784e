"""What the pages of segments share: a match from an address, and everything that its words need."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec
from django.urls import reverse

from groundswell.conditions.wording import operators
from groundswell.events.service import events_page, properties_of
from groundswell.kernel.errors import bad_request
from groundswell.kernel.words import said
from groundswell.people.service import trait_names_of
from groundswell.segments.definitions import NAMES, Known
from groundswell.segments.matches import match_of
from groundswell.segments.types import Group, How, Of
from groundswell.segments.wording import Line, Sentences, how_often
from groundswell.workspace.types import ProjectCard

OFTEN = 40  # events that a word offers at once
SUGGESTED = 500  # names in a list that is typed into
Match = dict[str, Any]


def json_of(text: str) -> Match:
    """The match that a part of an address is the JSON of. Raises Refusal 400."""
    try:
        read = msgspec.json.decode(text.encode())
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        raise bad_request(said("The address holds no segment."), hint=said("Begin anew."))
    return read


def group_of(match: Match, of: Of, project: ProjectCard) -> Group:
    """The match, which may have no statement yet. Raises Refusal 400."""
    if is_empty(match):
        return Group(How(next(iter(match))), ())
    return match_of(match, of, project.timezone)


def is_empty(match: Match) -> bool:
    """Whether it is a group without a statement yet."""
    return len(match) == 1 and next(iter(match)) in list(How) and next(iter(match.values())) == []


def address(view: str, project: int, *args: Any, **query: Any) -> str:
    """The address of a page; a match goes into it as JSON."""
    given = {
        name: json.dumps(value, ensure_ascii=False, separators=(",", ":")) if isinstance(value, Mapping) else value
        for name, value in query.items()
        if value is not None
    }
    path = reverse(view, args=[project, *args])
    return f"{path}?{urlencode(given)}" if given else path


def line_of(project: ProjectCard, of: Of, match: Group, *, key: str = "") -> Line:
    """The segment as sentences. ``key`` is its own, which it cannot name."""
    known = Known(project.id)
    return Sentences(project, of, known, options_of(known, key)).whole(match)


def options_of(known: Known, key: str) -> list[tuple[str, str]]:
    """The segments that one may name: key and name of all others."""
    return [(each, found.name) for each in known.keys if each != key and (found := known(each))]


def text_of(project: ProjectCard, of: Of, match: Group, known: Known) -> str:
    """The segment in one line."""
    return Sentences(project, of, known).text(match)


def surroundings(project: ProjectCard, of: Of, match: Match, key: str) -> dict[str, Any]:
    """What the sheets of words need."""
    events = [card.name for card in events_page(project, size=SUGGESTED).items]
    traits = trait_names_of(project.id, of.entity)
    properties = [card.name for card in properties_of(project.id) if not card.about.is_hidden]
    properties += [f"person.{name}" for name in trait_names_of(project.id, "person")]
    properties += [f"account.{name}" for name in trait_names_of(project.id, "account")]
    return {
        "carried": [("m", json.dumps(match, ensure_ascii=False)), ("of", of.value), ("key", key)],
        "change_address": reverse("segments.change", args=[project.id]),
        "values_address": address("segments.values", project.id, entity=of.entity),
        "operators": operators(),
        "how_often": how_often(),
        "segments": options_of(Known(project.id), key),
        "name_in_conditions": NAMES[of],
        "often": events[:OFTEN],
        "events": events,
        "properties": properties[: 2 * SUGGESTED],
        "traits": traits[:SUGGESTED],
    }
