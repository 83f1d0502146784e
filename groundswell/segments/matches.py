"""A match, read strictly: from JSON to its tree. What is not understood is refused with the field and what would be
right."""

from collections.abc import Callable, Iterator, Mapping, Set
from typing import Any

from groundswell.conditions.language import check_condition
from groundswell.conditions.reading import Fields, listed, meant, refused
from groundswell.conditions.wanted import wanted_of
from groundswell.kernel.errors import Refusal
from groundswell.kernel.periods import window_us
from groundswell.kernel.words import said
from groundswell.segments import kinds
from groundswell.segments.types import Did, Group, How, InSegment, Listed, Node, Not, Of, Special, Statement, Trait

MOST_STATEMENTS = 50
DEEPEST = 10  # groups inside groups
MOST_TIMES = 1_000_000
OWN = (*How, "not", "trait", "did", "segment", "listed")
HINT = said('Write {"all": [{"trait": {"plan": "pro"}}, {"did": {"event": "Signed In", "within": "30d"}}]}.')


def match_of(given: Any, of: Of, timezone: str | None, path: str = "match") -> Group:
    """The tree that the JSON holds; a statement that stands alone is a group of one. Raises Refusal 400.

    ``timezone`` is the project's, None for what was read and checked before.
    """
    node = _Reader(of, timezone).node(given, path, 0)
    found = len(list(statements(node)))
    if found > MOST_STATEMENTS:
        raise refused(
            path, said("has %(found)s statements, and may have %(most)s", found=found, most=MOST_STATEMENTS),
            hint=said("Make a segment of some of them, and name it here."),
        )  # fmt: skip
    return node if isinstance(node, Group) else Group(How.ALL, (node,))


def statements(node: Node) -> Iterator[Statement]:
    """Every statement of a tree, in order."""
    match node:
        case Group(parts=parts):
            for part in parts:
                yield from statements(part)
        case Not(part=part):
            yield from statements(part)
        case _:
            yield node


class _Reader:
    def __init__(self, of: Of, timezone: str | None) -> None:
        self._of = of
        self._timezone = timezone

    def node(self, given: Any, path: str, depth: int) -> Node:
        if not isinstance(given, Mapping):
            raise refused(path, said("must be an object"), hint=HINT)
        names = [*OWN, *kinds.names()]
        unknown = [name for name in given if name not in names]
        if unknown:
            raise refused(f"{path}.{unknown[0]}", said("is nothing that a match knows"), hint=meant(unknown[0], names))
        if len(given) != 1:
            raise refused(
                path, said("must say one thing, one of %(names)s", names=listed(names)),
                hint=said('Several go into {"all": […]} or {"any": […]}.'),
            )  # fmt: skip
        ((name, value),) = given.items()
        if depth > DEEPEST:
            raise refused(path, said("is nested more than %(max_depth)s deep", max_depth=DEEPEST))
        return self._named(name, value, f"{path}.{name}", depth)

    def _named(self, name: str, value: Any, here: str, depth: int) -> Node:
        if name in list(How):
            return self._group(How(name), value, here, depth)
        if name == "not":
            return Not(self.node(value, here, depth + 1))
        read: dict[str, Callable[[Any, str], Statement]] = {
            "trait": _trait, "did": _did, "segment": _segment, "listed": _listed,
        }  # fmt: skip
        if name in read:
            return read[name](value, here)
        if self._timezone is None:
            return Special(name, value)
        return Special(name, kinds.kind(name).check(value, here, self._of, self._timezone))

    def _group(self, how: How, value: Any, here: str, depth: int) -> Group:
        if not isinstance(value, list) or not value:
            raise refused(here, said("must be a list of at least one statement"), hint=HINT)
        return Group(how, tuple(self.node(one, f"{here}[{place}]", depth + 1) for place, one in enumerate(value)))


def _trait(value: Any, here: str) -> Trait:
    check_condition(value, here)
    return Trait(value)


def _did(value: Any, here: str) -> Did:
    fields = Fields(value, here, ("event", "where", "at_least", "at_most", "within"))
    wanted = wanted_of(fields)
    at_most = fields.whole("at_most", 0, least=0, most=MOST_TIMES) if fields.has("at_most") else None
    at_least = fields.whole("at_least", 1 if at_most is None else 0, least=0, most=MOST_TIMES)
    if at_most is not None and at_most < at_least:
        raise refused(
            fields.at("at_most"), said("is less than at_least"), hint=said("Leave at_least out, or write less.")
        )
    within = fields.raw("within")
    return Did(wanted, at_least, at_most, within, _length(within, fields.at("within")))


def _length(within: Any, here: str) -> int | None:
    if within is None:
        return None
    try:
        return window_us(within if isinstance(within, str) else "")
    except Refusal:
        raise refused(
            here, said("is %(window)r, which is no length of time", window=within),
            hint=said("Write a number and m, h, d or w, such as 30d, or leave it out for ever."),
        ) from None  # fmt: skip


def _segment(value: Any, here: str) -> InSegment:
    if not isinstance(value, str) or not value:
        raise refused(here, said("must be the key of a segment"), hint=said('Write {"segment": "trial-stars"}.'))
    return InSegment(value)


def _listed(value: Any, here: str) -> Listed:
    if value is not True:
        raise refused(here, said("must be true"), hint=said('Write {"listed": true}: who is on its own list.'))
    return Listed()


def segments_in(node: Node, of_condition: Callable[[Mapping[str, Any]], Set[str]]) -> set[str]:
    """The keys of the segments that a tree depends on; ``of_condition`` are those that a condition does."""
    found: set[str] = set()
    for statement in statements(node):
        match statement:
            case InSegment(key=key):
                found.add(key)
            case Did(wanted=wanted):
                found |= of_condition(wanted.where)
            case Special(kind=name, given=given):
                found |= kinds.kind(name).segments(given)
    return found
