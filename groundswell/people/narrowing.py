"""A list narrowed by one trait: "plan is pro". In an address it is a list in JSON, ["plan", "is", "pro"]."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from groundswell.kernel.errors import bad_request
from groundswell.kernel.words import said

TEXT = "if(startsWith(value, '\"'), JSONExtractString(value), value)"  # of a text without its quotes
NUMBER = f"toFloat64OrNull({TEXT})"
_OPERATORS = {
    "is": f"{TEXT} = {{VALUE:String}}",
    "is_not": f"{TEXT} = {{VALUE:String}}",
    "contains": f"positionCaseInsensitiveUTF8({TEXT}, {{VALUE:String}}) > 0",
    "at_least": f"{NUMBER} >= toFloat64OrNull({{VALUE:String}})",
    "at_most": f"{NUMBER} <= toFloat64OrNull({{VALUE:String}})",
    "is_set": "value != 'null'",
    "is_not_set": "value != 'null'",
}
_NEGATIVE = {"is_not", "is_not_set"}
NEEDS_NO_VALUE = {"is_set", "is_not_set"}
OPERATORS = tuple(_OPERATORS)
MOST = 10  # of one list
_Three = tuple[str, str, str]


@dataclass(frozen=True)
class Narrowing:
    """Those whose trait fits. ``value`` is text: it fits a text and a number that is written so."""

    key: str
    operator: str
    value: str = ""

    @property
    def text(self) -> str:
        """As it stands in an address."""
        return msgspec.json.encode([self.key, self.operator, self.value]).decode()

    def sql(self, entity: str, place: int) -> tuple[str, dict[str, Any]]:
        """A condition on ``entity`` (person or account), and what it binds, named by its place."""
        fits = _OPERATORS[self.operator].replace("VALUE", f"value{place}")
        is_in = "NOT IN" if self.operator in _NEGATIVE else "IN"
        sql = (
            f"{entity} {is_in} (SELECT {entity} FROM scope.{entity}_traits"
            f" WHERE key = {{key{place}:String}} AND {fits})"
        )
        bound = {f"key{place}": self.key}
        return sql, bound if self.operator in NEEDS_NO_VALUE else {**bound, f"value{place}": self.value}


def narrowings_of(texts: Sequence[str]) -> tuple[Narrowing, ...]:
    """What an address says of all. Raises Refusal 400."""
    if len(texts) > MOST:
        sentence = said("A list is narrowed by at most %(most)s conditions.", most=MOST)
        raise bad_request(sentence, hint=said("Take one away."), field="where")
    return tuple(narrowing_of(text) for text in texts)


def narrowing_of(text: str) -> Narrowing:
    """What an address says. Raises Refusal 400."""
    try:
        key, operator, value = msgspec.json.decode(text, type=_Three)
    except msgspec.DecodeError:
        operator = ""
    if operator not in _OPERATORS:
        raise bad_request(
            said("“%(text)s” does not narrow a list.", text=text),
            hint=said('Write ["plan", "is", "pro"]; instead of is: %(others)s.', others=", ".join(OPERATORS[1:])),
            field="where",
        )  # fmt: skip
    return Narrowing(key, operator, value)
