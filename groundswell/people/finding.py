"""People and companies for the search of every page."""

from django.utils.translation import gettext as _

from groundswell.people import listing
from groundswell.people.addresses import company_address, person_address
from groundswell.people.listing import Wanted
from groundswell.workspace.shell import Hit
from groundswell.workspace.types import ProjectCard

MOST = 6  # of each


def find_people(project: ProjectCard, text: str) -> list[Hit]:
    """Who is called so, by any part of a name or mail address or the beginning of an id."""
    wanted = Wanted(search=text, size=MOST)
    people = [
        Hit(person_address(project, row.card.id), row.card.name, _("Person"), row.card.email)
        for row in listing.people(project, wanted).rows
    ]
    companies = [
        Hit(company_address(project, row.card.id), row.card.name, _("Company"), row.card.id)
        for row in listing.companies(project, wanted).rows
    ]
    return [*people, *companies]
