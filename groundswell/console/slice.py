"""The console brings the first page, and the frame around all the others."""

from django.utils.translation import gettext_lazy as _

from groundswell.console.urls import URLS
from groundswell.workspace.shell import Section, Way, add_ways

__all__ = ["URLS"]

add_ways(Way(Section.HOME, _("Home"), "home", key="gh"))
