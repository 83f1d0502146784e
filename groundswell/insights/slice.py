"""Insights bring the door of questions."""

from groundswell.insights.api import router

ROUTERS = [("projects", router)]
