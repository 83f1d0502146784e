"""GrowthBook's conditions: whether one holds for one object, and what is wrong with one that cannot be understood.

Source: the "build your own SDK" page of GrowthBook's documentation, spec 0.7.1, whose cases for conditions all pass.
Where its SDKs differ, types are kept (``10`` is not ``"10"``) and a missing value is null. ``condition_sql`` says the
same to the column store; a test holds the two equal on random JSON.
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from typing import Any

from groundswell.conditions.groups import is_of_groups
from groundswell.conditions.reading import refused
from groundswell.conditions.values import KINDS, at_path, canonical, kind, numeric, same
from groundswell.kernel.words import said

Condition = Mapping[str, Any]
Groups = Mapping[str, Sequence[Any]]  # saved groups by key
Reader = Callable[[str], Any]  # the value of a name, None where there is none

LOGIC = ("$and", "$or", "$nor", "$not")
MAX_DEPTH = 20
MAX_REGEX = 1_000  # characters
# RE2, which answers questions, has neither; https://github.com/google/re2/wiki/Syntax
_NOT_IN_RE2 = re.compile(r"\(\?(?:[=!>(#]|<[=!]|P[=>])|\\[1-9]|[*+?}]\+")


def matches(condition: Condition, attributes: Mapping[str, Any], groups: Groups | None = None) -> bool:
    """Whether the condition holds for an object. What makes no sense in a condition holds for nothing."""
    return _holds(condition, partial(at_path, attributes), groups or {})


def _holds(condition: Condition, read: Reader, groups: Groups) -> bool:
    return all(_member_holds(name, wanted, read, groups) for name, wanted in condition.items())


def _member_holds(name: str, wanted: Any, read: Reader, groups: Groups) -> bool:
    match name:
        case "$and":
            return all(_holds(one, read, groups) for one in wanted)
        case "$or":
            return not wanted or any(_holds(one, read, groups) for one in wanted)
        case "$nor":
            return bool(wanted) and not any(_holds(one, read, groups) for one in wanted)
        case "$not":
            return not _holds(wanted, read, groups)
    return fits(read(name), wanted, groups)


def names_in(condition: Condition) -> set[str]:
    """The names that a condition reads."""
    found: set[str] = set()
    for name, wanted in condition.items():
        parts = [wanted] if name == "$not" else wanted if name in LOGIC else []
        found |= {name} if name not in LOGIC else set().union(*(names_in(one) for one in parts))
    return found


def is_operators(wanted: Any) -> bool:
    """Whether it is an object of operators, and not a value to be equal to."""
    return isinstance(wanted, Mapping) and all(name.startswith("$") for name in wanted)


def fits(value: Any, wanted: Any, groups: Groups) -> bool:
    """Whether a value is what is wanted: every operator holds, or it is the same value."""
    if is_operators(wanted):
        return all(name in OPERATORS and OPERATORS[name](value, operand, groups) for name, operand in wanted.items())
    return same(value, wanted)


def _compares(holds: Callable[[Any, Any], bool]) -> Callable[[Any, Any, Groups], bool]:
    """Two texts by their characters; else as numbers, if one is a number: then numeric text is one, null 0, true 1."""

    def compared(value: Any, operand: Any, _: Groups) -> bool:
        if isinstance(value, str) and isinstance(operand, str):
            return holds(value, operand)
        if "number" not in (kind(value), kind(operand)):
            return False
        one, other = as_number(value), as_number(operand)
        return one is not None and other is not None and holds(one, other)

    return compared


def as_number(value: Any) -> float | None:
    """The number that a value stands for in a comparison with a number."""
    if value is None or isinstance(value, bool):
        return float(bool(value))
    return numeric(value)


def _compares_versions(holds: Callable[[Any, Any], bool]) -> Callable[[Any, Any, Groups], bool]:
    return lambda value, operand, _: holds(version(value), version(operand))


def version(value: Any) -> str:
    """A version as text whose order is that of versions: 1.9.0 before 1.10.0, 1.0.0-beta before 1.0.0."""
    text = canonical(value) if kind(value) == "number" else value
    text = text if isinstance(text, str) and text else "0"
    parts = re.split(r"[-.]", re.sub(r"(?s)^v|\+.*$", "", text))
    if len(parts) == 3:
        parts.append("~")
    return "-".join(part.rjust(5) if re.fullmatch(r"[0-9]+", part) else part for part in parts)


def _is_in(value: Any, operand: Any, alike: Callable[[Any, Any], bool]) -> bool:
    """Of a list: whether any of its elements is."""
    values = value if isinstance(value, list) else [value]
    return any(alike(one, other) for one in values for other in operand)


def _same_but_for_case(one: Any, other: Any) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one.lower() == other.lower()
    return same(one, other)


def _has_all(value: Any, operand: Any, groups: Groups, *, folds: bool = False) -> bool:
    def wanted_is_there(wanted: Any) -> bool:
        if folds and isinstance(wanted, str):
            return any(_same_but_for_case(one, wanted) for one in value)
        return any(fits(one, wanted, groups) for one in value)

    return isinstance(value, list) and isinstance(operand, list) and all(map(wanted_is_there, operand))


def _has_element(value: Any, operand: Any, groups: Groups) -> bool:
    if not isinstance(value, list) or not isinstance(operand, Mapping):
        return False
    if is_operators(operand):
        return any(fits(one, operand, groups) for one in value)
    return any(_holds(operand, partial(at_path, one), groups) for one in value)


def _found(value: Any, pattern: Any, flags: int = 0) -> bool | None:
    """Whether the pattern is found in the text; None where either is not what it should be."""
    if not isinstance(value, str) or not isinstance(pattern, str):
        return None
    try:
        return re.search(_as_in_re2(pattern), value, flags) is not None
    except re.error:
        return None


def _as_in_re2(pattern: str) -> str:
    """The pattern with ``$`` meaning the very end, as in RE2 and JavaScript; Python's also stops before a newline."""
    return re.sub(
        r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\$", lambda part: r"\Z" if part[0] == "$" else part[0], pattern, flags=re.S
    )


_Operator = Callable[[Any, Any, Groups], bool]

OPERATORS: dict[str, _Operator] = {
    "$eq": lambda value, operand, _: same(value, operand),
    "$ne": lambda value, operand, _: not same(value, operand),
    "$lt": _compares(operator.lt),
    "$lte": _compares(operator.le),
    "$gt": _compares(operator.gt),
    "$gte": _compares(operator.ge),
    "$veq": _compares_versions(operator.eq),
    "$vne": _compares_versions(operator.ne),
    "$vlt": _compares_versions(operator.lt),
    "$vlte": _compares_versions(operator.le),
    "$vgt": _compares_versions(operator.gt),
    "$vgte": _compares_versions(operator.ge),
    "$in": lambda value, operand, _: isinstance(operand, list) and _is_in(value, operand, same),
    "$nin": lambda value, operand, _: isinstance(operand, list) and not _is_in(value, operand, same),
    "$ini": lambda value, operand, _: isinstance(operand, list) and _is_in(value, operand, _same_but_for_case),
    "$nini": lambda value, operand, _: isinstance(operand, list) and not _is_in(value, operand, _same_but_for_case),
    "$inGroup": lambda value, operand, groups: _is_in(value, groups.get(operand, ()), same),
    "$notInGroup": lambda value, operand, groups: not _is_in(value, groups.get(operand, ()), same),
    "$all": _has_all,
    "$alli": partial(_has_all, folds=True),
    "$elemMatch": _has_element,
    "$size": lambda value, operand, groups: isinstance(value, list) and fits(len(value), operand, groups),
    "$exists": lambda value, operand, _: (value is not None) == bool(operand),
    "$type": lambda value, operand, _: kind(value) == operand,
    "$not": lambda value, operand, groups: not fits(value, operand, groups),
    "$regex": lambda value, operand, _: _found(value, operand) is True,
    "$regexi": lambda value, operand, _: _found(value, operand, re.I) is True,
    "$notRegex": lambda value, operand, _: _found(value, operand) is False,
    "$notRegexi": lambda value, operand, _: _found(value, operand, re.I) is False,
}


# Checking ------------------------------------------------------------------------------------------------------------


def check_condition(condition: Any, path: str, *, groups: Groups | None = None, depth: int = 0) -> None:
    """Refuse, naming the part at fault, what would hold for nothing only because it cannot be understood."""
    if not isinstance(condition, Mapping):
        raise refused(
            path, said("must be an object of conditions"), hint=said('Write {"plan": "pro", "seats": {"$gte": 5}}.')
        )
    if depth > MAX_DEPTH:
        raise refused(path, said("is nested more than %(max_depth)s deep", max_depth=MAX_DEPTH))
    for name, wanted in condition.items():
        here = f"{path}.{name}"
        if name == "$not":
            check_condition(wanted, here, groups=groups, depth=depth + 1)
        elif name in LOGIC:
            for place, one in enumerate(_list(wanted, here)):
                check_condition(one, f"{here}[{place}]", groups=groups, depth=depth + 1)
        elif name in OPERATORS:
            raise refused(
                here, said("stands without a property"), hint=said('Write {"property": {"%(name)s": …}}.', name=name)
            )
        else:
            _check_wanted(wanted, here, _ANY_GROUP if is_of_groups(name) else groups, depth + 1)


class _AnyGroup(dict[str, Sequence[Any]]):
    """Which groups there are is known above: a query refuses one that is not there."""

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and bool(key)


_ANY_GROUP = _AnyGroup()


def _check_wanted(wanted: Any, path: str, groups: Groups | None, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise refused(path, said("is nested more than %(max_depth)s deep", max_depth=MAX_DEPTH))
    if not isinstance(wanted, Mapping):
        return
    names = [name for name in wanted if name.startswith("$")]
    if names and len(names) < len(wanted):
        raise refused(
            path, said("mixes operators with properties"), hint=said("Write either, or join conditions with $and.")
        )
    for name in names:
        if name not in OPERATORS:
            close = get_close_matches(name, OPERATORS, 1, 0.5)
            known = said("The operators are %(names)s.", names=", ".join(OPERATORS))
            hint = said("Did you mean %(name)s?", name=close[0]) if close else known
            raise refused(f"{path}.{name}", said("is not an operator"), hint=hint)
        _check_operand(name, wanted[name], f"{path}.{name}", groups, depth)


def _check_operand(name: str, operand: Any, path: str, groups: Groups | None, depth: int) -> None:
    match name:
        case "$in" | "$nin" | "$ini" | "$nini":
            _list(operand, path)
        case "$all" | "$alli":
            for place, one in enumerate(_list(operand, path)):
                _check_wanted(one, f"{path}[{place}]", groups, depth + 1)
        case "$not" | "$size":
            _check_wanted(operand, path, groups, depth + 1)
        case "$elemMatch":
            check = _check_wanted if is_operators(operand) else _check_elements
            check(operand, path, groups, depth + 1)
        case "$lt" | "$lte" | "$gt" | "$gte":
            _is_one_of(operand, ("number", "string"), path)
        case "$veq" | "$vne" | "$vlt" | "$vlte" | "$vgt" | "$vgte":
            _is_one_of(operand, ("number", "string"), path)
        case "$exists":
            _is_one_of(operand, ("boolean",), path)
        case "$type":
            if operand not in KINDS:
                raise refused(path, said("must be one of %(names)s", names=", ".join(KINDS)))
        case "$regex" | "$regexi" | "$notRegex" | "$notRegexi":
            _check_regex(operand, path)
        case "$inGroup" | "$notInGroup":
            if not isinstance(operand, str) or groups is None or operand not in groups:
                raise refused(path, said("names a group that is not there"))


def _check_elements(operand: Any, path: str, groups: Groups | None, depth: int) -> None:
    check_condition(operand, path, groups=groups, depth=depth)


def _check_regex(operand: Any, path: str) -> None:
    _is_one_of(operand, ("string",), path)
    if len(operand) > MAX_REGEX:
        raise refused(path, said("is longer than %(max_regex)s characters", max_regex=MAX_REGEX))
    if _NOT_IN_RE2.search(operand):
        raise refused(
            path, said("uses what regular expressions here do not have"), hint=said("They are RE2's: no look-around.")
        )
    try:
        re.compile(operand)
    except re.error as error:
        raise refused(path, said("is not a regular expression: %(error)s", error=error)) from None


def _list(value: Any, path: str) -> list[Any]:
    if not isinstance(value, list):
        raise refused(path, said("must be a list"))
    return value


def _is_one_of(value: Any, kinds: Sequence[str], path: str) -> None:
    if kind(value) not in kinds:
        raise refused(
            path, said("must be a %(names)s, not %(value)s", names=" or a ".join(kinds), value=_article(kind(value)))
        )


def _article(name: str) -> str:
    return name if name == "null" else f"an {name}" if name[0] in "ao" else f"a {name}"
