"""A condition as the single statements that a sentence is made of: "plan is free", "seats is at least 5".

    condition → atoms → one of them changed → condition

What a sentence has no words for ($or, $elemMatch, …) is an atom too, whose operator is ``json``.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

import msgspec

from groundswell.conditions.groups import IN, NOT_IN
from groundswell.conditions.language import is_operators
from groundswell.conditions.reading import meant, refused
from groundswell.conditions.values import canonical
from groundswell.kernel.words import said

_COMPARED = {"at_least": "$gte", "at_most": "$lte", "more": "$gt", "less": "$lt"}
_LISTED = {"one_of": "$in", "none_of": "$nin"}
_GROUPS = {"in_group": IN, "not_in_group": NOT_IN}
WITHOUT_VALUE = ("is_set", "is_not_set")
OPERATORS = ("is", "is_not", *_LISTED, "contains", *_COMPARED, *_GROUPS, *WITHOUT_VALUE, "json")

Types = Callable[[str], Set[str]]  # the JSON types that a name was seen with; none where that is not known


@dataclass(frozen=True)
class Atom:
    """A statement about one name. ``value`` is text as people write it; of ``json`` the condition itself."""

    name: str
    operator: str
    value: str
    condition: Mapping[str, Any]


def atoms_of(condition: Mapping[str, Any]) -> list[Atom]:
    """The statements that all hold where the condition holds."""
    found = []
    for name, wanted in condition.items():
        if name == "$and":
            found += [atom for part in wanted for atom in atoms_of(part)]
        elif name.startswith("$"):
            found.append(_as_json({name: wanted}))
        elif is_operators(wanted) and wanted:
            found += [_atom(name, operator, operand) for operator, operand in wanted.items()]
        else:
            found.append(_atom(name, "$eq", wanted))
    return found


def condition_of(atoms: Sequence[Atom]) -> dict[str, Any]:
    """The condition under which all of them hold."""
    whole: dict[str, Any] = {}
    for atom in atoms:
        if whole.keys() & atom.condition.keys():
            return {"$and": [dict(each.condition) for each in atoms]}
        whole |= atom.condition
    return whole


def stated(name: str, operator: str, value: str, types: Types) -> Atom:
    """The atom that somebody wrote into a form. Raises Refusal 400."""
    if operator not in OPERATORS:
        raise refused("operator", said("is %(value)r, which is none", value=operator), hint=meant(operator, OPERATORS))
    if operator == "json":
        return _as_json(_read(value))
    if not name:
        raise refused("where", said("needs a property"), hint=said("Write a property's name, such as plan."))
    return Atom(name, operator, value, {name: _wanted(name, operator, value.strip(), types)})


def _wanted(name: str, operator: str, value: str, types: Types) -> Any:
    if operator in WITHOUT_VALUE:
        return {"$exists": operator == "is_set"}
    if operator in _COMPARED:
        return {_COMPARED[operator]: _number(value) if _number(value) is not None else value}
    if operator in _GROUPS:
        return {_GROUPS[operator]: value}
    if operator == "contains":
        return {"$regexi": re.escape(value)}
    one_by_one = [value] if operator in ("is", "is_not") else [part.strip() for part in value.split(",")]
    values = [kind for part in one_by_one for kind in _kinds(part, types(name))]
    if len(values) == 1 and operator in ("is", "is_not"):
        return values[0] if operator == "is" else {"$ne": values[0]}
    return {"$in" if operator in ("is", "one_of") else "$nin": values}


def _kinds(text: str, types: Set[str]) -> list[Any]:
    """The values that a text may mean: 10 is the number and the text where both were seen or nothing is known."""
    value = {"true": True, "false": False}.get(text, _number(text))
    if value is None:
        return [text]
    other = "boolean" if isinstance(value, bool) else "number"
    return [each for each, kind in ((value, other), (text, "string")) if not types or kind in types] or [text]


def _number(text: str) -> int | float | None:
    return json.loads(text) if re.fullmatch(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,12})?", text) else None


def _atom(name: str, operator: str, operand: Any) -> Atom:
    condition = {name: operand if operator == "$eq" and not isinstance(operand, Mapping) else {operator: operand}}
    word, value = _in_words(operator, operand)
    return Atom(name, word, value, condition) if word else _as_json(condition)


def _in_words(operator: str, operand: Any) -> tuple[str, str]:
    """The operator as a sentence has it, "" if it has none, and the value as text."""
    if operator in ("$eq", "$ne") and _is_plain(operand):
        return ("is" if operator == "$eq" else "is_not"), _text(operand)
    for word, known in (*_COMPARED.items(), *_GROUPS.items()):
        if operator == known:
            return word, _text(operand)
    if operator in ("$in", "$nin") and operand and all(map(_is_plain, operand)):
        texts = list(dict.fromkeys(map(_text, operand)))
        if len(texts) == 1:
            return ("is" if operator == "$in" else "is_not"), texts[0]
        return ("one_of" if operator == "$in" else "none_of"), ", ".join(texts)
    if operator == "$exists":
        return ("is_set" if operand else "is_not_set"), ""
    if operator == "$regexi" and re.escape(plain := re.sub(r"\\(.)", r"\1", operand)) == operand:
        return "contains", plain
    return "", ""


def _is_plain(value: Any) -> bool:
    return isinstance(value, (str, int, float, bool)) and "," not in str(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else canonical(value)


def _as_json(condition: Mapping[str, Any]) -> Atom:
    return Atom("", "json", json.dumps(condition, ensure_ascii=False), condition)


def _read(text: str) -> Mapping[str, Any]:
    try:
        read = msgspec.json.decode(text.encode())
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        raise refused(
            "where", said("is not a condition in JSON"), hint=said('Write {"plan": "pro", "seats": {"$gte": 5}}.')
        )
    return read
