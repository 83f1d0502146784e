"""A customer's web pages, on an origin of their own, and the browser that looks at them."""

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

CLIENTS = Path(__file__).parent.parent / "node_modules"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def why_not() -> str:
    """Why no page can be looked at here; '' if it can."""
    if shutil.which("chromium") is None:
        return "Chromium is not installed (Debian: chromium)."
    return why_no_clients()


def why_no_clients() -> str:
    """Why the JavaScript clients cannot be used; '' if they can."""
    return "" if CLIENTS.exists() else "The JavaScript clients are not installed (npm ci, in tests/)."


class Site:
    """Pages by path; below ``/clients/`` lie the clients as npm installs them."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {"/favicon.ico": ""}
        handler = partial(_Handler, self.pages)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def open(self) -> Iterator["Site"]:
        thread = threading.Thread(target=self._server.serve_forever, name="site")
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            thread.join()
            self._server.server_close()


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, pages: dict[str, str], *args: object, **kwargs: object) -> None:
        self._pages = pages
        super().__init__(*args, directory=str(CLIENTS), **kwargs)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path.startswith("/clients/"):
            self.path = path.removeprefix("/clients")
            super().do_GET()
            return
        page = self._pages.get(path)
        body = (page or "").encode()
        self.send_response(404 if page is None else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """The pages' visits are nobody's business."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()


class Visit:
    """Somebody's browser: a page, cookies and storage of their own, and a note of what went wrong in it."""

    def __init__(self, browser: Browser) -> None:
        self._context = browser.new_context()
        self.page: Page = self._context.new_page()
        self.requests: list[Request] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request))
        self.page.on("requestfailed", self._watch)
        self.page.on("pageerror", lambda error: self._complain(str(error)))
        self.page.on("console", self._listen)

    def run(self, script: str, **names: object) -> None:
        """Run a script in the page, with these names in it."""
        given = "".join(f"const {name} = {json.dumps(value)};" for name, value in names.items())
        self.page.evaluate(f"async () => {{ {given} {script} }}")

    def sent_to(self, url: str) -> list[Request]:
        """The requests so far whose address begins so."""
        return [request for request in self.requests if request.url.startswith(url)]

    def end(self) -> None:
        """Close the tab as a person does, and the browser's memory of them."""
        self.page.close(run_before_unload=True)
        self._context.close()

    def _watch(self, request: Request) -> None:
        # A request that outlives its page has nobody left to read the answer, and is called aborted.
        if request.failure != "net::ERR_ABORTED":
            self._complain(f"{request.url}: {request.failure}")

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._complain(f"{message.text} ({message.location['url']})")

    def _complain(self, text: str) -> None:
        self.complaints.append(text)
