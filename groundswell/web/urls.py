"""The roots of the HTTP surface that Django serves."""

from django.urls import path

from groundswell.api.root import failed, make_api, nothing_here, refused
from groundswell.web.slices import load_slices

api = make_api(router for piece in load_slices() for router in getattr(piece, "ROUTERS", ()))

urlpatterns = [path("api/v1/", api.urls)]

handler400, handler404, handler500 = refused, nothing_here, failed
