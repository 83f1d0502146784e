"""The workspace brings the door to projects."""

from groundswell.workspace.api import router

ROUTERS = [("projects", router)]
