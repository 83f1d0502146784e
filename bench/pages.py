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
        """Status and body."""
        return self._ask("GET", path)

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, bytes]:
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
            sizes.setdefault(script, len(gzip.compress(browser.get(script)[1])))
        script_size = sum(sizes[script] for script in scripts) / 1024
        print(f"{path[:64]:64} {statistics.median(times):9.0f} {max(times):8.0f} {script_size:9.0f}")


def addresses(project: str) -> list[str]:
    """The pages that need nothing but a project."""
    import django

    os.environ["GROUNDSWELL_DATA"] = tempfile.mkdtemp(prefix="groundswell-bench-")
    django.setup()
    from django.urls import URLPattern, get_resolver

    patterns = [each for each in get_resolver().url_patterns if isinstance(each, URLPattern)]
    found = [str(each.pattern).replace("<int:project>", project) for each in patterns]
    return [f"/{path}" for path in found if "<" not in path and path not in ("sign-out", "welcome")]


if __name__ == "__main__":
    main()
