"""Exports bring their doors, and a way below the settings."""

from django.utils.translation import gettext_lazy as _

from groundswell.exports.api import router
from groundswell.exports.urls import URLS
from groundswell.workspace.shell import Section, Way, add_deeds, add_ways

__all__ = ["URLS"]

add_deeds({"export": _("Exports"), "export.begun": _("Exported data")})
add_ways(Way(Section.SETTINGS, _("Exports"), "exports"))

ROUTERS = [("projects", router)]
