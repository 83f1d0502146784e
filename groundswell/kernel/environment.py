"""Settings, read from ``GROUNDSWELL_…`` variables; a value that makes no sense stops the start with a sentence."""

import os
from ipaddress import ip_network
from pathlib import Path


class BadSetting(SystemExit):
    """An environment variable that cannot be understood."""

    def __init__(self, name: str, value: str, wanted: str) -> None:
        super().__init__(f"{name} is {value!r}, but must be {wanted}.")


def text(name: str, default: str = "") -> str:
    return os.environ.get(f"GROUNDSWELL_{name}", default)


def number(name: str, default: int, *, least: int = 0) -> int:
    value = text(name, str(default))
    try:
        found = int(value.replace("_", ""))
    except ValueError:
        raise BadSetting(f"GROUNDSWELL_{name}", value, "a whole number") from None
    if found < least:
        raise BadSetting(f"GROUNDSWELL_{name}", value, f"at least {least}")
    return found


def networks(name: str, default: str) -> list[str]:
    """Networks and single addresses, separated by commas."""
    value = text(name, default)
    found = [part.strip() for part in value.split(",") if part.strip()]
    try:
        return [str(ip_network(part)) for part in found]
    except ValueError:
        raise BadSetting(f"GROUNDSWELL_{name}", value, "networks such as 10.0.0.0/8, separated by commas") from None


def place(name: str, default: str) -> Path:
    """Where the folder of that setting is, or would be."""
    return Path(text(name, default)).expanduser().resolve()


def folder(name: str, default: str) -> Path:
    """The folder of that setting; made, with access for its owner alone, when it is not there."""
    path = place(name, default)
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def data_folder() -> Path:
    """Where everything embedded lives (``GROUNDSWELL_DATA``, default ``./data``)."""
    return folder("DATA", "data")


def data_place() -> Path:
    """Where that folder is, or would be."""
    return place("DATA", "data")
