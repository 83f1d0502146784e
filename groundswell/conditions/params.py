"""The values that a query binds."""

from collections.abc import Sequence
from typing import Any


class Params(dict[str, Any]):
    """The values that a query binds."""

    def bind(self, value: Any, type: str) -> str:
        """SQL that stands for the value."""
        name = f"p{len(self)}"
        self[name] = value
        return f"{{{name}:{type}}}"

    def text(self, value: str) -> str:
        return self.bind(value, "String")

    def texts(self, values: Sequence[str]) -> str:
        return self.bind(list(values), "Array(String)")
