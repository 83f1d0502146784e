"""People bring the sources through which every question sees who did what, and the doors to profiles."""

from groundswell.people import sources
from groundswell.people.api import router

__all__ = ["sources"]

ROUTERS = [("projects", router)]
