"""How long a running server takes for every page of the console, and how much script a page brings.

Start one first: ``bin/demo`` for the sample company, or ``groundswell serve`` on a folder that ``bench.questions
--keep`` filled, for 50 million events.
"""

import argparse
import gzip
import os
import re
import statistics
import tempfile
import time
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "groundswell.web.settings")

VISITS = 5


class Browser:
    """Somebody who has signed in."""

    def __init__(self, url: str, email: str, password: str) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._cookies: dict[str, str] = {}
        page = self.get("/sign-in")[1].decode()
        token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[0]
        form = {"csrfmiddlewaretoken": token, "email": email, "password": password}
        status, _ = self._ask("POST", "/sign-in", urlencode(form))
        if status != 302:
            raise SystemExit(f"Signing in was answered with {status}.")

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body, of where it leads if it leads elsewhere."""
        return self._ask("GET", path)

    def _ask(self, method: str, path: str, body: str | None = None, *, hops: int = 3) -> tuple[int, bytes]:
        connection = HTTPConnection(*self._address, timeout=120)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self._cookies |= {key: morsel.value for key, morsel in SimpleCookie(value).items()}
        content = answer.read()
        connection.close()
        if method == "GET" and answer.status == 302 and hops:
            return self._ask("GET", answer.getheader("Location", "/"), hops=hops - 1)
        return answer.status, content


def main() -> None:
    """A line for each page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--url", default="http://127.0.0.1:8000")
    options.add_argument("--email", required=True)
    options.add_argument("--password", required=True)
    options.add_argument("--project", default="1")
    options.add_argument("more", nargs="*", help="addresses besides, such as /p/1/people/ada")
    chosen = options.parse_args()
    browser = Browser(chosen.url, chosen.email, chosen.password)
    sizes: dict[str, int] = {}
    print(f"{'page':64} {'median ms':>9} {'most ms':>8} {'script KB':>9}")
    for path in [*addresses(chosen.project), *chosen.more]:
        status, page = browser.get(path)
        if status != 200:
            continue
        times = []
        for _ in range(VISITS):
            begun = time.perf_counter()
            browser.get(path)
            times.append((time.perf_counter() - begun) * 1000)
        scripts = re.findall(r'<script src="([^"]+)"', page.decode())
        for script in scripts:
            sizes[script] = sizes.get(script) or _size(browser, script)
        script_size = sum(sizes[script] for script in scripts) / 1024
        print(f"{path[:64]:64} {statistics.median(times):9.0f} {max(times):8.0f} {script_size:9.0f}")


def _size(browser: Browser, script: str) -> int:
    """Bytes of a script, gzipped, with those that it imports from beside it."""
    text = browser.get(script)[1]
    beside = re.findall(rb'^import "\./([^"]+)"', text, re.MULTILINE)
    folder = script.rpartition("/")[0]
    return len(gzip.compress(text)) + sum(_size(browser, f"{folder}/{name.decode()}") for name in beside)


def addresses(project: str) -> list[str]:
    """The pages that need nothing but a project."""
    import django

    os.environ["GROUNDSWELL_DATA"] = tempfile.mkdtemp(prefix="groundswell-bench-")
    django.setup()
    from django.urls import URLPattern, get_resolver

    patterns = [each for each in get_resolver().url_patterns if isinstance(each, URLPattern)]
    found = [str(each.pattern).replace("<int:project>", project) for each in patterns]
    shown = [f"/{path}" for path in found if "<" not in path and path not in ("sign-out", "welcome")]
    return [*shown, f"/p/{project}/insights/ask?kind=funnel"]


if __name__ == "__main__":
    main()
