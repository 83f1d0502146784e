"""The workspace brings the doors to projects and the pages for getting in."""

from groundswell.workspace.api import router
from groundswell.workspace.urls import URLS

__all__ = ["URLS"]

ROUTERS = [("projects", router)]
