"""What the addresses of questions hold."""

from typing import Any

import msgspec

from groundswell.kernel.errors import bad_request
from groundswell.kernel.words import said


def json_of(text: str) -> dict[str, Any]:
    """The object that a part of an address is the JSON of. Raises Refusal 400."""
    try:
        read = msgspec.json.decode(text.encode())  # refuses what no text can hold
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        raise bad_request(said("The address holds no question."), hint=said("Begin anew, or mend its JSON below."))
    return read
