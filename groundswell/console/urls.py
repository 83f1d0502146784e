"""The addresses of the console's own pages."""

from django.urls import path

from groundswell.console import home, pages

URLS = [
    path("", pages.front, name="front"),
    path("language", pages.choose_language, name="choose_language"),
    path("theme", pages.choose_theme, name="choose_theme"),
    path("p/<int:project>/", home.home, name="home"),
    path("p/<int:project>/find", pages.find, name="find"),
]
