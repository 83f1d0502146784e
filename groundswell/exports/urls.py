"""The addresses of exports."""

from django.urls import path

from groundswell.exports import pages

URLS = [
    path("p/<int:project>/exports/", pages.exports, name="exports"),
    path("p/<int:project>/exports/<int:number>/stop", pages.stop_export, name="exports.stop"),
    path("p/<int:project>/exports/<int:number>/file", pages.download, name="exports.file"),
]
