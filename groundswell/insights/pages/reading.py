"""What the addresses of questions hold."""

import json
from typing import Any

from groundswell.kernel.errors import bad_request
from groundswell.kernel.words import said


def json_of(text: str) -> dict[str, Any]:
    """The object that a part of an address is the JSON of. Raises Refusal 400."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        raise bad_request(said("The address holds no question."), hint=said("Begin anew, or mend its JSON below."))
    return read
