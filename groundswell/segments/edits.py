"""A match with one of its words changed. ``what`` is its place, such as ``match.0.1.event`` or ``match.add.did``.

A match is edited as the JSON that it is: groups are objects of one list, what is denied is wrapped.
"""

import copy
import re
from collections.abc import Callable, Mapping
from typing import Any

from groundswell.conditions.atoms import Types, atoms_of, condition_of, stated
from groundswell.conditions.reading import refused
from groundswell.kernel.words import said
from groundswell.segments.types import How
from groundswell.segments.wording import NOT, ROOT

Match = dict[str, Any]  # the JSON of one that was understood
Given = Mapping[str, str]  # what a form says


def changed(match: Mapping[str, Any], what: str, given: Given, types: Types, traits: Types) -> Match:
    """The match's JSON with the word at ``what`` as the form says it; ``types`` are those of events' properties,
    ``traits`` those of traits. Raises Refusal 400 for a place that it has not.

    The result is still to be checked: a group without its last statement, say, is none.
    """
    tree = _Tree(copy.deepcopy(dict(match)), types, traits)
    for pattern, change in _CHANGES:
        if found := re.fullmatch(rf"{ROOT}((?:\.[0-9]{{1,2}})*)\.{pattern}", what):
            try:
                change(tree, given, found[1][1:], *found.groups()[1:])
            except (LookupError, TypeError):  # a place that this match has not
                break
            return tree.match
    raise refused("what", said("is %(value)r, which is no word of this segment", value=what))


class _Tree:
    """The match while it is changed. A place is the path of a node, each part its number in the group around it."""

    def __init__(self, match: Match, types: Types, traits: Types) -> None:
        self.match = match
        self.types = types
        self.traits = traits

    def group(self, path: str) -> list[Any]:
        """The statements of the group at a place."""
        return next(iter(_bare(self.node(path)).values())) if path else next(iter(self.match.values()))

    def node(self, path: str) -> Match:
        """What stands at a place, with what denies it."""
        around, place = self.around(path)
        node: Match = around[place]
        return node

    def around(self, path: str) -> tuple[list[Any], int]:
        """The statements among which it stands, and its number there."""
        above, _, place = path.rpartition(".")
        return self.group(above), int(place)

    def put(self, path: str, node: Match) -> None:
        around, place = self.around(path)
        around[place] = node

    def said(self, path: str, kind: str) -> Any:
        """What the statement of that kind at a place says."""
        return _bare(self.node(path))[kind]


def _bare(node: Match) -> Match:
    while NOT in node:
        node = node[NOT]
    return node


def _is_denied(node: Match) -> bool:
    return NOT in node and not _is_denied(node[NOT])


def _denied(node: Match, *, is_denied: bool) -> Match:
    return {NOT: _bare(node)} if is_denied else _bare(node)


# Groups and statements -----------------------------------------------------------------------------------------------


def _how(tree: _Tree, given: Given, path: str) -> None:
    denied, _, how = given.get("value", "").rpartition(" ")
    node = {How(how).value: tree.group(path)}
    if path:
        tree.put(path, _denied(node, is_denied=denied == NOT))
    else:
        tree.match = node


def _verb(tree: _Tree, given: Given, path: str) -> None:
    tree.put(path, _denied(tree.node(path), is_denied=given.get("value") == NOT))


def _remove(tree: _Tree, _given: Given, path: str) -> None:
    """A group with nothing left goes too."""
    around, place = tree.around(path)
    del around[place]
    above = path.rpartition(".")[0]
    if not around and above:
        _remove(tree, _given, above)


def _earlier(tree: _Tree, _given: Given, path: str) -> None:
    around, place = tree.around(path)
    if place:
        around.insert(place - 1, around.pop(place))


def _add(tree: _Tree, given: Given, path: str, kind: str) -> None:
    tree.group(path).append(_begun(tree, given, kind))


def _beside(tree: _Tree, given: Given, path: str, kind: str) -> None:
    """One more beside a statement: the two are a group of the other sort than the one around them."""
    around = next(iter((_bare(tree.node(above)) if (above := path.rpartition(".")[0]) else tree.match).keys()))
    other = How.ANY if around == How.ALL else How.ALL
    tree.put(path, {other.value: [tree.node(path), _begun(tree, given, kind)]})


def _begun(tree: _Tree, given: Given, kind: str) -> Match:
    match kind:
        case "did":
            return {"did": {"event": given.get("value") or None}}
        case "trait":
            return {"trait": dict(condition_of([_stated(given, tree.traits)]))}
        case "segment":
            return {"segment": given.get("value", "")}
    return {"listed": True}


# What they say -------------------------------------------------------------------------------------------------------


def _event(tree: _Tree, given: Given, path: str) -> None:
    tree.said(path, "did")["event"] = given.get("value") or None


def _times(tree: _Tree, given: Given, path: str) -> None:
    did = tree.said(path, "did")
    number, more = given.get("number", ""), given.get("more", "")
    least, most = {
        "at_least": (number, None), "at_most": (0, number), "exactly": (number, number), "between": (number, more),
    }[given.get("value", "")]  # fmt: skip
    did["at_least"], did["at_most"] = _whole(least), _whole(most)


def _whole(text: Any) -> Any:
    """The number that somebody wrote; what is none is refused where the match is checked."""
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 10 else text


def _within(tree: _Tree, given: Given, path: str) -> None:
    length = f"{given.get('number', '').strip()}{given.get('unit', '')}"
    tree.said(path, "did")["within"] = None if given.get("value") == "ever" else length


def _segment(tree: _Tree, given: Given, path: str) -> None:
    _bare(tree.node(path))["segment"] = given.get("value", "")


def _where(tree: _Tree, given: Given, path: str, atom: str) -> None:
    did = tree.said(path, "did")
    did["where"] = _changed(did.get("where") or {}, given, atom, tree.types)


def _trait(tree: _Tree, given: Given, path: str, atom: str) -> None:
    condition = _changed(tree.said(path, "trait"), given, atom, tree.traits)
    if condition:
        _bare(tree.node(path))["trait"] = condition
    else:
        _remove(tree, given, path)


def _changed(condition: Mapping[str, Any], given: Given, atom: str, types: Types) -> dict[str, Any]:
    atoms = atoms_of(condition)
    if atom != "add" and int(atom) >= len(atoms):
        raise IndexError
    at = len(atoms) if atom == "add" else int(atom)
    now = [] if given.get("remove") else [_stated(given, types)]
    return condition_of([*atoms[:at], *now, *atoms[at + 1 :]])


def _stated(given: Given, types: Types) -> Any:
    return stated(given.get("name", "").strip(), given.get("operator", ""), given.get("value", ""), types)


_KIND = r"(did|trait|segment|listed)"
_CHANGES: tuple[tuple[str, Callable[..., None]], ...] = (
    (r"how", _how),
    (r"verb", _verb),
    (r"remove", _remove),
    (r"earlier", _earlier),
    (rf"add\.{_KIND}", _add),
    (rf"beside\.{_KIND}", _beside),
    (r"event", _event),
    (r"times", _times),
    (r"within", _within),
    (r"segment", _segment),
    (r"where\.(add|[0-9]{1,3})", _where),
    (r"trait\.([0-9]{1,3})", _trait),
)
