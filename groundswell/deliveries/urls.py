"""The addresses of deliveries."""

from django.urls import path

from groundswell.deliveries import pages

_ALL = "p/<int:project>/dashboards/<int:number>/deliveries/"
_ONE = f"{_ALL}<int:delivery>/"

URLS = [
    path(_ALL, pages.deliveries, name="dashboards.deliveries"),
    path(_ONE, pages.change, name="dashboards.change_delivery"),
    path(f"{_ONE}turn", pages.turn, name="dashboards.turn_delivery"),
    path(f"{_ONE}send", pages.send, name="dashboards.send_delivery"),
    path(f"{_ONE}remove", pages.remove, name="dashboards.remove_delivery"),
    path("leave/<str:token>", pages.leave, name="deliveries.leave"),
]
