"""The one list of capabilities, lowest first. Adding one is a folder and a line here."""

from importlib import import_module
from types import ModuleType

STREETS = [
    "workspace",
    "jobs",
    "outbound",
    "events",
    "people",
    "conditions",
    "collect",
    "segments",
    "insights",
    "metrics",
    "dashboards",
    "deliveries",
    "exports",
    "console",
]


def load_slices() -> list[ModuleType]:
    """Have every street register what it brings (tables, sources, listeners). A slice's ROUTERS are its doors."""
    return [import_module(f"groundswell.{street}.slice") for street in STREETS]
