"""The one shape in which Groundswell says no."""

from collections.abc import Mapping
from typing import Any


class Refusal(Exception):
    """Something asked for that cannot be done: what happened, then what to do about it.

    ``status`` is the HTTP status, ``code`` a stable name for programs, ``message`` and ``hint`` are
    sentences for people, ``fields`` names the offending parts of the input with a sentence each.
    """

    def __init__(
        self, status: int, code: str, message: str, *, hint: str = "", fields: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.hint = hint
        self.fields = dict(fields or {})

    def as_json(self) -> dict[str, Any]:
        """The body of the refusal as every HTTP surface sends it."""
        error = {"code": self.code, "message": self.message, "hint": self.hint, "fields": self.fields}
        return {"error": error}


def bad_request(message: str, *, hint: str = "", code: str = "bad_request", field: str = "") -> Refusal:
    """A 400 that names the field at fault, if one is."""
    return Refusal(400, code, message, hint=hint, fields={field: message} if field else None)


def not_found(message: str, *, hint: str = "") -> Refusal:
    return Refusal(404, "not_found", message, hint=hint)
