"""The addresses of insights."""

from django.urls import path

from groundswell.insights.pages import annotations, asking, saved, waiting, who

URLS = [
    path("p/<int:project>/insights/", saved.questions, name="insights"),
    path("p/<int:project>/insights/save", saved.save, name="insights.saved"),
    path("p/<int:project>/insights/<int:number>/remove", saved.remove, name="insights.remove"),
    path("p/<int:project>/insights/ask", asking.asking, name="insights.ask"),
    path("p/<int:project>/insights/funnel", asking.funnel, name="insights.funnel"),
    path("p/<int:project>/insights/values", asking.values, name="insights.values"),
    path("p/<int:project>/insights/change", asking.change, name="insights.change"),
    path("p/<int:project>/insights/answer", asking.answer, name="insights.answer"),
    path("p/<int:project>/annotations/", annotations.annotations, name="annotations"),
    path("p/<int:project>/annotations/<int:number>", annotations.annotation, name="annotations.change"),
    path("p/<int:project>/annotations/<int:number>/remove", annotations.remove, name="annotations.remove"),
    path("p/<int:project>/insights/waiting", waiting.waiting, name="insights.waiting"),
    path("p/<int:project>/insights/stop", waiting.stop, name="insights.stop"),
    path("p/<int:project>/insights/who", who.who, name="insights.who"),
    path("p/<int:project>/insights/segment", who.make_segment, name="insights.segment"),
]
