"""Why something failed: a sentence, kept as text so that it can be said in another language later."""

import json
from typing import Any

from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import Sentence, said


def reason_of(refusal: Refusal) -> str:
    """What a refusal says, with its hint."""
    if not refusal.hint:
        return refusal.message
    return said("%(message)s %(hint)s", message=refusal.message, hint=refusal.hint)


def to_keep(reason: str) -> str:
    """A sentence as text from which ``kept`` makes it again."""
    return json.dumps(_parts(reason))


def kept(text: str) -> str:
    """Texts of before there were sentences are taken as they are."""
    try:
        found = _whole(json.loads(text))
    except (ValueError, KeyError, TypeError):
        return text
    return found if isinstance(found, str) else text


def _parts(value: Any) -> Any:
    if isinstance(value, Sentence):
        return {"template": value.template, "values": {name: _parts(each) for name, each in value.values.items()}}
    return value if isinstance(value, int | float) else str(value)


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return Sentence(value["template"], {name: _whole(each) for name, each in value["values"].items()})
    return value
