"""The addresses of dashboards."""

from django.urls import path

from groundswell.dashboards.pages import board, cards, gallery, lists, putting, shared, sharing

_ALL = "p/<int:project>/dashboards/"
_ONE = f"{_ALL}<int:number>/"
_CARD = f"{_ONE}cards/<int:card>/"

URLS = [
    path(_ALL, lists.dashboards, name="dashboards"),
    path(f"{_ALL}make", lists.make, name="dashboards.make"),
    path(f"{_ALL}put", putting.put, name="dashboards.put"),
    path(f"{_ALL}gallery/", gallery.shelf, name="dashboards.gallery"),
    path(f"{_ALL}gallery/<str:key>/", gallery.look, name="dashboards.ready"),
    path(f"{_ALL}gallery/<str:key>/take", gallery.take, name="dashboards.take"),
    path(f"{_ALL}gallery/<str:key>/cards/<int:card>/", gallery.card, name="dashboards.ready_card"),
    path(_ONE, board.board, name="dashboards.board"),
    path(f"{_ONE}narrow", board.narrow, name="dashboards.narrow"),
    path(f"{_ONE}change", board.change, name="dashboards.change"),
    path(f"{_ONE}keep", board.keep, name="dashboards.keep"),
    path(f"{_ONE}arrange", board.arrange, name="dashboards.arrange"),
    path(f"{_ONE}remove", board.remove, name="dashboards.remove"),
    path(f"{_ONE}add", cards.add, name="dashboards.add"),
    path(f"{_ONE}shares/", sharing.shares, name="dashboards.shares"),
    path(f"{_ONE}shares/<int:share>/revoke", sharing.revoke, name="dashboards.revoke"),
    path(_CARD, cards.card, name="dashboards.card"),
    path(f"{_CARD}edit", cards.edit, name="dashboards.edit"),
    path(f"{_CARD}move", cards.move, name="dashboards.move"),
    path(f"{_CARD}remove", cards.remove, name="dashboards.remove_card"),
    path("shared/<str:secret>/", shared.shared, name="shared"),
    path("shared/<str:secret>/narrow", shared.narrow, name="shared.narrow"),
    path("shared/<str:secret>/cards/<int:card>/", shared.card, name="shared.card"),
]
