"""The addresses of the catalogue."""

from django.urls import path

from groundswell.events import converters
from groundswell.events.pages import names, vocabulary

__all__ = ["converters"]

_EVENTS = "p/<int:project>/events"

URLS = [
    path(f"{_EVENTS}/", names.events, name="events"),
    path(f"{_EVENTS}/properties/", names.properties, name="events.properties"),
    path(f"{_EVENTS}/vocabulary", vocabulary.roles, name="events.vocabulary"),
    path(f"{_EVENTS}/names/<anyname:name>", names.event, name="events.event"),
    path(f"{_EVENTS}/properties/<anyname:name>", names.property_page, name="events.property"),
]
