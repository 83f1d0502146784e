"""Collecting brings its tables and its doors."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from groundswell.collect.api import router
from groundswell.collect.beginning import has_begun
from groundswell.collect.chosen_files import tidy
from groundswell.collect.imports_api import router as imports_router
from groundswell.collect.keys import revoked
from groundswell.collect.pages.imports import FORMATS
from groundswell.collect.service import add_chore, rejoin, zone_changed
from groundswell.collect.urls import URLS
from groundswell.kernel.happenings import listen
from groundswell.people.types import RejoinAsked
from groundswell.store.service import register_source, register_tables
from groundswell.workspace.shell import Detail, Section, Step, Way, add_deeds, add_details, add_step, add_ways
from groundswell.workspace.types import KeyRevoked, May, ProjectZoneChanged

__all__ = ["URLS"]

register_tables(Path(__file__).parent / "tables")
register_source("ingestion", (Path(__file__).parent / "sql" / "ingestion.sql").read_text().strip())
listen(KeyRevoked, revoked)
listen(ProjectZoneChanged, zone_changed)
listen(RejoinAsked, rejoin)
add_chore(tidy)

add_ways(
    Way(Section.SEE, _("Live"), "live", key="gl"),
    Way(Section.SETTINGS, _("Sending data"), "start"),
    Way(Section.SETTINGS, _("Imports"), "imports", may=May.EDIT),
)
add_deeds(
    {
        "import": _("Imports"),
        "import.uploaded": _("Brought a file to be imported"),
        "import.begun": _("Imported a file"),
        "import.stopped": _("Stopped an import"),
        "import.discarded": _("Discarded a file that was to be imported"),
    }
)
add_details({"import.format": Detail(_("format"), lambda _project, format: str(dict(FORMATS).get(format, format)))})
add_step(
    Step(10, _("Send your first event"), _("From a web page, a server or a file: two minutes."), "start", has_begun)
)

ROUTERS = [("projects", router), ("projects", imports_router)]
