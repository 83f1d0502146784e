"""The addresses of background work."""

from django.urls import path

from groundswell.jobs import pages

URLS = [
    path("p/<int:project>/jobs/", pages.jobs, name="jobs"),
    path("p/<int:project>/jobs/<int:number>/stop", pages.stop_job, name="jobs.stop"),
    path("p/<int:project>/jobs/<int:number>/again", pages.do_again, name="jobs.again"),
]
