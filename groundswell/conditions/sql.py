"""GrowthBook's conditions as SQL over raw JSON text, where '' stands for what is missing.

Says what ``conditions.matches`` says. Values are bound as parameters; numbers are compared as numbers, for the same
one may be written in several ways. What looks at the raw text alone is cheap on the store's dictionary-coded columns.
"""

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import Any

from groundswell.conditions.groups import is_of_groups
from groundswell.conditions.language import Groups, as_number, is_operators, version
from groundswell.conditions.params import Params as Params
from groundswell.conditions.values import NUMERIC, canonical, kind, to_float

Attribute = Callable[[str], str]  # SQL of the raw JSON text of a name
EXACT = 2**53  # whole numbers up to here are floats without loss
NOTHING = "IN ('', 'null')"


def condition_sql(
    condition: Mapping[str, Any], attribute: Attribute, params: Params, groups: Groups | None = None
) -> str:
    """SQL that is 1 where the condition holds, else 0. The condition was checked."""
    return _Wanted(params, groups or {}).condition(condition, attribute)


def mask_sql(conditions: Sequence[str]) -> str:
    """SQL for a number with bit k set where condition k holds."""
    return "toUInt32(" + " + ".join(f"({condition}) * {1 << bit}" for bit, condition in enumerate(conditions)) + ")"


def _all(parts: Any) -> str:
    found = list(parts)
    return f"({' AND '.join(found)})" if len(found) > 1 else found[0] if found else "1"


def _any(parts: Any) -> str:
    found = list(parts)
    return f"({' OR '.join(found)})" if len(found) > 1 else found[0] if found else "0"


def member_sql(raw: str, path: str, params: Params) -> str:
    """SQL of the raw JSON at a dotted path of the object in ``raw``; a name that holds the dots itself goes first."""
    whole = params.text(path)
    if "." not in path:
        return f"JSONExtractRaw({raw}, {whole})"
    steps = ", ".join(params.text(step) for step in path.split("."))
    return f"if(JSONHas({raw}, {whole}), JSONExtractRaw({raw}, {whole}), JSONExtractRaw({raw}, {steps}))"


class _Wanted:
    """What is wanted, as SQL. Elements of lists are called ``x0``, those of lists in them ``x1``. ``is_in_group`` is
    SQL for whether the one asked about is in a group, where that is not told from values."""

    def __init__(
        self, params: Params, groups: Groups, depth: int = 0, is_in_group: Callable[[str], str] | None = None
    ) -> None:
        self.params = params
        self.groups = groups
        self.element = f"x{depth}"
        self.depth = depth
        self.is_in_group = is_in_group

    @property
    def inner(self) -> "_Wanted":
        return _Wanted(self.params, self.groups, self.depth + 1)

    def condition(self, condition: Mapping[str, Any], attribute: Attribute) -> str:
        return _all(self.member(name, wanted, attribute) for name, wanted in condition.items())

    def member(self, name: str, wanted: Any, attribute: Attribute) -> str:
        match name:
            case "$and":
                return _all(self.condition(one, attribute) for one in wanted)
            case "$or":
                return _any(self.condition(one, attribute) for one in wanted) if wanted else "1"
            case "$nor":
                return f"NOT {_any(self.condition(one, attribute) for one in wanted)}" if wanted else "0"
            case "$not":
                return f"NOT {self.condition(wanted, attribute)}"
        if is_of_groups(name):
            return self.of_groups(name, attribute).sql(attribute(name), wanted)
        return self.sql(attribute(name), wanted)

    def of_groups(self, name: str, attribute: Attribute) -> "_Wanted":
        """For a name under which groups are asked about."""
        return _Wanted(self.params, self.groups, self.depth, lambda key: f"({attribute(f'{name}.{key}')} = 'true')")

    def in_group(self, raw: str, key: str) -> str:
        if self.is_in_group:
            return self.is_in_group(key)
        return self.is_in(raw, list(self.groups.get(key, ())), folds=False)

    def sql(self, raw: str, wanted: Any) -> str:
        if is_operators(wanted):
            return _all(self.operator(name, raw, operand) for name, operand in wanted.items())
        return self.equals(raw, wanted)

    def operator(self, name: str, raw: str, operand: Any) -> str:
        match name:
            case "$eq":
                return self.equals(raw, operand)
            case "$ne":
                return f"NOT {self.equals(raw, operand)}"
            case "$lt" | "$lte" | "$gt" | "$gte":
                return self.compares(raw, _SIGNS[name], operand)
            case "$veq" | "$vne" | "$vlt" | "$vlte" | "$vgt" | "$vgte":
                return f"({version_sql(raw)} {_SIGNS[name]} {self.params.text(version(operand))})"
            case "$in" | "$ini":
                return self.is_in(raw, operand, folds=name == "$ini")
            case "$nin" | "$nini":
                return f"NOT {self.is_in(raw, operand, folds=name == '$nini')}"
            case "$inGroup":
                return self.in_group(raw, operand)
            case "$notInGroup":
                return f"NOT {self.in_group(raw, operand)}"
            case "$all" | "$alli":
                return self.has_all(raw, operand, folds=name == "$alli")
            case "$elemMatch":
                return self.has_element(raw, operand)
            case "$size":
                return f"({_is_array(raw)} AND {self.sql(f'toString(JSONLength({raw}))', operand)})"
            case "$exists":
                return f"({raw} {'NOT ' if operand else ''}{NOTHING})"
            case "$type":
                return _is_kind(raw, operand)
            case "$not":
                return f"NOT {self.sql(raw, operand)}"
            case "$regex" | "$regexi" | "$notRegex" | "$notRegexi":
                return self.finds(raw, operand, folds=name.endswith("i"), negated=name.startswith("$not"))
        raise ValueError(f"{name} was to be refused")

    def equals(self, raw: str, wanted: Any) -> str:
        match kind(wanted):
            case "null":
                return f"({raw} {NOTHING})"
            case "number":
                return self.is_number(raw, [wanted])
            case "array":
                return self.is_list(raw, wanted)
            case "object":
                return self.is_object(raw, wanted)
        return f"({raw} IN {self.params.texts(_spellings(wanted))})"

    def is_number(self, raw: str, numbers: list[int | float]) -> str:
        floats = [float(one) for one in numbers if abs(one) < EXACT]
        large = [text for one in numbers if abs(one) >= EXACT for text in _large_spellings(one)]
        parts = []
        if floats:
            parts.append(f"ifNull(toFloat64OrNull({raw}) IN {self.params.bind(floats, 'Array(Float64)')}, 0)")
        if large:
            parts.append(f"{raw} IN {self.params.texts(large)}")
        return _any(parts)

    def is_list(self, raw: str, wanted: list[Any]) -> str:
        parts = [_is_array(raw), f"JSONLength({raw}) = {len(wanted)}"]
        parts += [self.equals(f"JSONExtractRaw({raw}, {place})", one) for place, one in enumerate(wanted, start=1)]
        return _all(parts)

    def is_object(self, raw: str, wanted: Mapping[str, Any]) -> str:
        parts = [f"startsWith({raw}, '{{')", f"JSONLength({raw}) = {len(wanted)}"]
        for name, one in wanted.items():
            key = self.params.text(name)
            parts += [f"JSONHas({raw}, {key})", self.equals(f"JSONExtractRaw({raw}, {key})", one)]
        return _all(parts)

    def compares(self, raw: str, sign: str, operand: Any) -> str:
        as_text = f"startsWith({raw}, '\"')"
        if isinstance(operand, str):
            texts = f"({as_text} AND JSONExtractString({raw}) {sign} {self.params.text(operand)})"
            number = as_number(operand)
            if number is None:
                return texts
            numbers = f"ifNull(toFloat64OrNull({raw}) {sign} {self.params.bind(number, 'Float64')}, 0)"
            return f"({texts} OR {numbers})"
        bound = self.params.bind(to_float(operand), "Float64")
        other = f"multiIf({raw} IN ('', 'null', 'false'), 0., {raw} = 'true', 1., {number_sql(raw)})"
        return f"ifNull({other} {sign} {bound}, 0)"

    def is_in(self, raw: str, operand: list[Any], *, folds: bool) -> str:
        value = self.is_one_of(raw, operand, folds=folds)
        return f"if({_is_array(raw)}, {self.some(raw, self.is_one_of(self.element, operand, folds=folds))}, {value})"

    def some(self, raw: str, test: str) -> str:
        """Whether an element of the list is so."""
        return f"arrayExists({self.element} -> {test}, JSONExtractArrayRaw({raw}))"

    def is_one_of(self, raw: str, wanted: list[Any], *, folds: bool) -> str:
        """Whether a value is the same as one of these."""
        plain = [one for one in wanted if kind(one) in ("string", "boolean") or one is None]
        numbers = [one for one in wanted if kind(one) == "number"]
        texts = [text for one in plain for text in _spellings(one, folds=folds)]
        if None in plain:
            texts.append("")
        value = f"if(startsWith({raw}, '\"'), lowerUTF8({raw}), {raw})" if folds else raw
        parts = [f"{value} IN {self.params.texts(texts)}"] if texts else []
        parts += [self.is_number(raw, numbers)] if numbers else []
        parts += [self.equals(raw, one) for one in wanted if kind(one) in ("array", "object")]
        return _any(parts)

    def has_all(self, raw: str, operand: list[Any], *, folds: bool) -> str:
        tests = [
            self.inner.is_one_of(self.element, [one], folds=True)
            if folds and isinstance(one, str)
            else self.inner.sql(self.element, one)
            for one in operand
        ]
        return _all([_is_array(raw), *(self.some(raw, test) for test in tests)])

    def has_element(self, raw: str, operand: Mapping[str, Any]) -> str:
        if is_operators(operand):
            test = self.inner.sql(self.element, operand)
        else:
            test = self.inner.condition(operand, lambda path: member_sql(self.element, path, self.params))
        return f"({_is_array(raw)} AND {self.some(raw, test)})"

    def finds(self, raw: str, pattern: str, *, folds: bool, negated: bool) -> str:
        flags = "(?i-s)" if folds else "(?-s)"  # the engine would let a dot stand for a newline
        found = f"match(JSONExtractString({raw}), {self.params.text(flags + pattern)})"
        return f"(startsWith({raw}, '\"') AND {'NOT ' if negated else ''}{found})"


_SIGNS = {
    "$lt": "<", "$lte": "<=", "$gt": ">", "$gte": ">=",
    "$veq": "=", "$vne": "!=", "$vlt": "<", "$vlte": "<=", "$vgt": ">", "$vgte": ">=",
}  # fmt: skip

_NUMBER = f'^"?({NUMERIC})"?$'


def number_sql(raw: str) -> str:
    """SQL of the number that raw JSON stands for, numeric text included; null where it is none."""
    return f"toFloat64OrNull(extract({raw}, '{_escaped(_NUMBER)}'))"


def version_sql(raw: str) -> str:
    """SQL of ``conditions.version``."""
    text = f"if(startsWith({raw}, '\"'), JSONExtractString({raw}), if(match({raw}, '^[-0-9]'), {raw}, ''))"
    bare = f"replaceRegexpAll(if({text} = '', '0', {text}), '(?s)^v|[+].*$', '')"
    parts = f"splitByRegexp('[-.]', {bare})"
    padded = "v -> if(match(v, '^[0-9]{1,4}$'), leftPad(v, 5, ' '), v)"
    whole = f"if(length({parts}) = 3, arrayPushBack({parts}, '~'), {parts})"
    return f"arrayStringConcat(arrayMap({padded}, {whole}), '-')"


def _is_array(raw: str) -> str:
    return f"startsWith({raw}, '[')"


_BEGINS_WITH = {"string": '"', "array": "[", "object": "{"}


def _is_kind(raw: str, name: str) -> str:
    match name:
        case "null":
            return f"({raw} {NOTHING})"
        case "boolean":
            return f"({raw} IN ('true', 'false'))"
        case "number":
            return f"match({raw}, '^[-0-9]')"
    return f"startsWith({raw}, '{_BEGINS_WITH[name]}')"


def _spellings(wanted: Any, *, folds: bool = False) -> list[str]:
    """The ways in which the store may write a text, true, false or null."""
    text = canonical(wanted.lower() if folds and isinstance(wanted, str) else wanted)
    # What the engine took out of an object by parsing it has these two escaped.
    escaped = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return [text] if text == escaped else [text, escaped]


def _large_spellings(wanted: int | float) -> list[str]:
    as_float = to_float(wanted)
    if not isfinite(as_float) or int(as_float) != wanted:
        return [canonical(wanted)]
    return sorted({canonical(as_float), str(int(wanted))})


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")
