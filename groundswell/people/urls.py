"""The addresses of people's pages."""

from django.urls import path

from groundswell.people.pages import joining, lists, profiles

URLS = [
    path("p/<int:project>/people/", lists.people, name="people"),
    path("p/<int:project>/companies/", lists.companies, name="companies"),
    path("p/<int:project>/person", profiles.person, name="people.person_of"),
    path("p/<int:project>/company", profiles.company, name="companies.company_of"),
    path("p/<int:project>/merge", joining.merge, name="people.merge"),
    path("p/<int:project>/split", joining.split, name="people.split"),
    path("p/<int:project>/merges/<int:number>/undo", joining.undo, name="people.undo"),
    path("p/<int:project>/role", profiles.set_role, name="people.role"),
    path("p/<int:project>/partner", profiles.set_partner, name="companies.partner"),
    path("p/<int:project>/people/<path:id>", profiles.person, name="people.person"),
    path("p/<int:project>/companies/<path:id>", profiles.company, name="companies.company"),
]
