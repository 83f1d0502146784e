"""The roots of the HTTP surface that Django serves."""

from django.urls import path

from groundswell.api.root import make_api
from groundswell.console import refusals
from groundswell.web.slices import load_slices

slices = load_slices()
api = make_api(router for piece in slices for router in getattr(piece, "ROUTERS", ()))

urlpatterns = [
    path("api/v1/", api.urls),
    *(url for piece in slices for url in getattr(piece, "URLS", ())),
]

handler400, handler403, handler404, handler500 = (
    refusals.refused,
    refusals.forbidden,
    refusals.nothing_here,
    refusals.failed,
)
