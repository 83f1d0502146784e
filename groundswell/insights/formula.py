"""Arithmetic over the series of a trend: ``A / (B + C) * 100``."""

import ast
import operator
from collections.abc import Callable, Sequence
from functools import lru_cache
from string import ascii_uppercase

from groundswell.conditions.reading import refused
from groundswell.kernel.words import said

Number = int | float

_SIGNS: dict[type[ast.operator], Callable[[Number, Number], Number]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
HINT = said("Write series as A, B, … with + - * / and brackets, such as A / (A + B).")


def check_formula(formula: str, series: int) -> None:
    """Refuse what is no formula over so many series."""
    try:
        tree = ast.parse(formula.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise refused("formula", said("is %(formula)r, which is no formula", formula=formula), hint=HINT) from None
    names = ascii_uppercase[:series]
    for node in ast.walk(tree.body):
        if isinstance(node, ast.Name) and node.id not in names:
            raise refused(
                "formula",
                said("speaks of %(id)s, but the series are %(names)s", id=node.id, names=", ".join(names)),
                hint=HINT,
            )
        if not _is_arithmetic(node):
            raise refused("formula", said("is %(formula)r, which is more than arithmetic", formula=formula), hint=HINT)


def work_out(formula: str, values: Sequence[Number | None]) -> Number | None:
    """The formula's value where the series have these; None where one of them is None, or something is divided by 0."""
    return _of(_parsed(formula), dict(zip(ascii_uppercase, values, strict=False)))


@lru_cache(100)
def _parsed(formula: str) -> ast.expr:
    return ast.parse(formula.strip(), mode="eval").body


def _is_arithmetic(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int | float) and not isinstance(node.value, bool)
    return isinstance(node, (ast.BinOp, ast.Name, ast.Load, ast.USub, ast.UnaryOp, *_SIGNS))


def _of(node: ast.expr, values: dict[str, Number | None]) -> Number | None:
    match node:
        case ast.Constant(value=int() | float() as constant):
            return constant
        case ast.Name(id=name):
            return values[name]
        case ast.UnaryOp(operand=operand):
            value = _of(operand, values)
            return None if value is None else -value
        case ast.BinOp(left=left, op=op, right=right):
            return _joined(type(op), _of(left, values), _of(right, values))
    raise TypeError(f"not arithmetic: {ast.dump(node)}")  # check_formula lets nothing else through


def _joined(sign: type[ast.operator], left: Number | None, right: Number | None) -> Number | None:
    if left is None or right is None or (sign is ast.Div and right == 0):
        return None
    try:
        return _SIGNS[sign](left, right)
    except OverflowError:
        return None
