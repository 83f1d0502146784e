"""The addresses of collecting's pages."""

from django.urls import path

from groundswell.collect.pages import imports, live, start

_PROJECT = "p/<int:project>"

URLS = [
    path(f"{_PROJECT}/start", start.start, name="start"),
    path(f"{_PROJECT}/start/key", start.make_key, name="start.key"),
    path(f"{_PROJECT}/live", live.live, name="live"),
    path(f"{_PROJECT}/live/test", live.send_test, name="live.test"),
    path(f"{_PROJECT}/live/<int:number>", live.message_page, name="live.message"),
    path(f"{_PROJECT}/imports/", imports.imports, name="imports"),
    path(f"{_PROJECT}/imports/<int:number>", imports.import_page, name="imports.import"),
    path(f"{_PROJECT}/imports/<int:number>/begin", imports.begin, name="imports.begin"),
    path(f"{_PROJECT}/imports/<int:number>/stop", imports.stop, name="imports.stop"),
    path(f"{_PROJECT}/imports/<int:number>/discard", imports.discard_file, name="imports.discard"),
]
