"""Groups of people or companies that conditions ask about, such as segments.

``{"person.segment": {"$inGroup": "trial-stars"}}`` holds for who is in it; ``person.segment.trial-stars``, in a
breakdown, is true or false. Which groups there are, and what people call them, is known above: the street that has them
registers the name.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from groundswell.conditions.params import Params
from groundswell.workspace.spoken import spoken_of

Select = Callable[[int, str, Params], str]
Call = Callable[[int, str], str]
IN, NOT_IN = "$inGroup", "$notInGroup"

_names: dict[str, tuple[Select, Call]] = {}


def register_groups(name: str, select: Select, call: Call) -> None:
    """Make a name such as ``person.segment`` one of groups. ``select(project, key, params)`` is SQL for the numbers of
    those who are in one, and raises Refusal 400 where there is none; ``call(project, key)`` is what people call it, ""
    where there is none."""
    _names[name] = select, call


def is_of_groups(name: str) -> bool:
    """Whether groups are asked about under that name. With other operators it is a trait as any other."""
    return name in _names


def group_named(name: str) -> tuple[str, str] | None:
    """The name of groups and the key in a name such as ``person.segment.trial-stars``; None for any other."""
    for groups in _names:
        if name.startswith(f"{groups}.") and name != f"{groups}.":
            return groups, name.removeprefix(f"{groups}.")
    return None


def members_sql(groups: str, key: str, *, project: int, params: Params) -> str:
    """SQL for the numbers of those in a group. Raises Refusal 400 where there is none of that key."""
    select, _call = _names[groups]
    return select(project, key, params)


def group_text(groups: str, key: str) -> str:
    """A group as people call it in the project that is spoken of; one that is gone by its key, which says so. Where no
    project is spoken of, its key."""
    project = spoken_of()
    if project is None or groups not in _names:
        return key
    _select, call = _names[groups]
    return call(project, key) or _("%(key)s (gone)") % {"key": key}


def groups_in(condition: Any) -> set[tuple[str, str]]:
    """The groups that a condition, or anything that holds conditions and names, asks about: name and key."""
    return set(_groups_in(condition))


def _groups_in(given: Any) -> Iterator[tuple[str, str]]:
    if isinstance(given, str) and (named := group_named(given)):
        yield named
    elif isinstance(given, list | tuple):
        for one in given:
            yield from _groups_in(one)
    elif isinstance(given, Mapping):
        for name, wanted in given.items():
            yield from _groups_in(name)
            yield from ((name, key) for key in _keys(wanted)) if is_of_groups(name) else ()
            yield from _groups_in(wanted)


def _keys(wanted: Any) -> Iterator[str]:
    """The groups that are named under a name of groups, however deep."""
    if isinstance(wanted, Mapping):
        for name, operand in wanted.items():
            if name in (IN, NOT_IN) and isinstance(operand, str):
                yield operand
            else:
                yield from _keys(operand)
