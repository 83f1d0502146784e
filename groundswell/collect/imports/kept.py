"""Sentences about files: written down so that they can still be translated, and naming a file as people know it."""

import json
from pathlib import Path
from typing import Any

from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import Sentence, said


def plain(value: Any) -> Any:
    """What a client sent as JSON that every database takes: no NUL, no halves of letters, no numbers that are none."""
    text = json.dumps(value, ensure_ascii=False, default=str).encode("utf-8", "replace").decode()
    return json.loads(text.replace("\\u0000", "\ufffd"), parse_constant=str)


def as_json(text: str) -> Any:
    """A sentence as JSON; plain text stays text."""
    if not isinstance(text, Sentence):
        return text
    values = {name: as_json(each) if isinstance(each, Sentence) else str(each) for name, each in text.values.items()}
    return {"says": text.template, "values": values}


def from_json(kept: Any) -> str:
    """The sentence that was written down."""
    if not isinstance(kept, dict):
        return str(kept)
    template = kept["says"]
    return said(template, **{name: from_json(value) for name, value in kept["values"].items()})


def renamed(text: str, path: Path, name: str) -> str:
    """The sentence, naming the file as people know it. In commands to be typed stands FILE: a name may be anything."""
    if not isinstance(text, Sentence):
        return text
    values: dict[str, Any] = {}
    for key, value in text.values.items():
        if isinstance(value, Sentence):
            values[key] = renamed(value, path, name)
        elif str(value) == str(path):
            values[key] = name
        else:
            values[key] = "FILE" if str(value) == path.name else value
    return said(text.template, **values)


def of_upload(refusal: Refusal, path: Path, name: str) -> Refusal:
    """The same refusal, naming the file as people know it."""
    return Refusal(
        refusal.status, refusal.code, renamed(refusal.message, path, name), hint=renamed(refusal.hint, path, name),
        fields=refusal.fields,
    )  # fmt: skip
