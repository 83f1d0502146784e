"""Collecting brings its tables and its doors."""

from pathlib import Path

from groundswell.collect.api import router
from groundswell.store.service import register_tables

register_tables(Path(__file__).parent / "tables")

ROUTERS = [("projects", router)]
