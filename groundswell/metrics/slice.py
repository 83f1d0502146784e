"""Metrics bring their door."""

from groundswell.metrics.api import router

ROUTERS = [("projects", router)]
