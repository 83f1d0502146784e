"""Collecting brings its tables and its doors."""

from pathlib import Path

from groundswell.collect.api import router
from groundswell.collect.imports_api import router as imports_router
from groundswell.collect.keys import revoked
from groundswell.collect.service import rejoin, zone_changed
from groundswell.kernel.happenings import listen
from groundswell.people.types import RejoinAsked
from groundswell.store.service import register_tables
from groundswell.workspace.types import KeyRevoked, ProjectZoneChanged

register_tables(Path(__file__).parent / "tables")
listen(KeyRevoked, revoked)
listen(ProjectZoneChanged, zone_changed)
listen(RejoinAsked, rejoin)

ROUTERS = [("projects", router), ("projects", imports_router)]
