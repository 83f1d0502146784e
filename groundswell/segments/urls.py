"""The addresses of segments."""

from django.urls import path

from groundswell.segments.pages import building, kept

URLS = [
    path("p/<int:project>/segments/", kept.segments, name="segments"),
    path("p/<int:project>/segments/-/new", building.new, name="segments.new"),
    path("p/<int:project>/segments/-/change", building.change, name="segments.change"),
    path("p/<int:project>/segments/-/size", building.size, name="segments.size"),
    path("p/<int:project>/segments/-/values", building.values, name="segments.values"),
    path("p/<int:project>/segments/-/save", building.save, name="segments.save"),
    path("p/<int:project>/segments/<slug:key>/", kept.segment, name="segments.one"),
    path("p/<int:project>/segments/<slug:key>/history", kept.history, name="segments.history"),
    path("p/<int:project>/segments/<slug:key>/members.csv", kept.file, name="segments.file"),
    path("p/<int:project>/segments/<slug:key>/remove", kept.remove, name="segments.remove"),
    path("p/<int:project>/segments/<slug:key>/list", kept.change_list, name="segments.list"),
]
