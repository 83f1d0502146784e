"""What people do in the console, from the first look on, in a real browser and in both languages.

The stories name what is read on the page in English; in Korean the same places are found by what is written there.
"""

import itertools
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator

import pytest
from django.utils import translation
from playwright.sync_api import Browser, Locator, expect

from tests.journeys.browsing import Site, Visit, chromium, why_not
from tests.journeys.running import HTTP, Project, Server

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not())
ONCE = pytest.mark.parametrize("server", ["sqlite"], indirect=True)
LANGUAGES = pytest.mark.parametrize("language", ["en", "ko"])
PATIENCE = 20_000  # milliseconds: something is on its way through the loader
PASSWORD = "a-long-whiteboard-9"
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """What ``bin/demo`` serves, with a smaller company."""
    running = Server(tmp_path_factory.mktemp("demo"))
    running.start("demo", "--people", "300")
    yield running
    assert running.stop() == 0


class Person(Visit):
    """Somebody who reads one language."""

    def __init__(self, browser: Browser, url: str, language: str) -> None:
        super().__init__(browser)
        self.url, self.language = url, language
        self._context.set_extra_http_headers({"Accept-Language": language})
        self.page.on("dialog", lambda dialog: dialog.accept())

    def words(self, text: str, **values: str) -> str:
        """A text of the console in her language."""
        with translation.override(self.language):
            return translation.gettext(text) % values

    def signs_in(self, email: str, password: str) -> None:
        self.page.goto(f"{self.url}/sign-in")
        self.page.fill("input[name=email]", email)
        self.page.fill("input[name=password]", password)
        self.presses("Sign in")

    def presses(self, text: str) -> None:
        self.page.get_by_role("button", name=self.words(text), exact=True).click()

    def follows(self, text: str, *, within: str = "body") -> None:
        self.page.locator(within).get_by_role("link", name=self.words(text), exact=True).first.click()

    def goes(self, text: str) -> None:
        """To a page of the navigation."""
        self.follows(text, within=".side")

    def reads(self, text: str, **values: str) -> None:
        """Waits until the text stands there."""
        expect(self.page.locator("main").get_by_text(self.words(text, **values)).first).to_be_visible(timeout=PATIENCE)

    def opens(self, word: Locator) -> Locator:
        """A word of the sentence; what can be chosen for it."""
        word.locator("summary").first.click()
        return word.locator(".sheet")

    def puts_on_a_dashboard(self, name: str) -> None:
        """The question of this page on the dashboard of that name, which is made if there is none."""
        menu = self.page.locator("details").filter(has_text=self.words("Add to a dashboard")).first
        menu.locator("summary").first.click()
        anew, known = menu.locator("input[name=name]"), menu.get_by_role("button", name=name, exact=True)
        expect(anew).to_be_visible()
        if known.count():
            known.click()
        else:
            anew.fill(name)
            self.presses("Make it")
        self.reads("The question is on the dashboard.")

    @property
    def events(self) -> Locator:
        return self.page.locator("details.word.event")

    def more(self, text: str) -> Locator:
        return self.page.locator("details.word.more").filter(has_text=self.words(text))


Comes = Callable[[str, str], Person]


@pytest.fixture
def comes(browser: Browser) -> Iterator[Comes]:
    """Somebody opens a browser at a server; nothing may go wrong in it."""
    here: list[Person] = []

    def person(url: str, language: str) -> Person:
        here.append(Person(browser, url, language))
        return here[-1]

    yield person
    for each in here:
        each.end()
        assert each.complaints == []


def choose(sheet: Locator, event: str) -> None:
    """An event by typing its name."""
    sheet.locator("input[list=events]").fill(event)
    sheet.locator("button.go").first.click()


# Stories -------------------------------------------------------------------------------------------------------------


@LANGUAGES
def test_a_stranger_goes_from_the_demo_to_the_people_behind_a_step(demo: Server, comes: Comes, language: str) -> None:
    stranger = comes(demo.url, language)
    stranger.signs_in(demo.printed("email"), demo.printed("password"))
    demo.printed("people active a week")  # it has told everything: the company is there
    expect(stranger.page.locator(".side")).to_be_visible()
    stranger.page.reload()
    stranger.reads("What changed")
    stranger.goes("Questions")
    stranger.reads("From sign-up to a working team")  # the company's team has saved some
    stranger.goes("Dashboards")
    stranger.page.locator("main .rows a").first.click()
    expect(stranger.page.locator(".tile strong").first).to_have_text(re.compile(r"\d"), timeout=PATIENCE)
    stranger.goes("Questions")
    stranger.follows("Funnel")
    choose(stranger.opens(stranger.events.nth(0)), "Signed Up")
    choose(stranger.opens(stranger.more("+ step")), "Invite Sent")
    expect(stranger.events).to_have_count(2)
    lost = stranger.page.locator(".lost a").first
    shown = re.sub(r"\D", "", lost.inner_text())
    assert int(shown) > 0
    lost.click()
    expect(stranger.page.locator("main")).to_contain_text(shown)
    somebody = stranger.page.locator("main .rows a").first
    name = somebody.inner_text().splitlines()[0]
    somebody.click()
    expect(stranger.page.locator("h1")).to_contain_text(name)
    expect(stranger.page.locator("main")).to_contain_text("Signed Up")


@LANGUAGES
def test_a_drop_off_becomes_a_segment_whose_retention_is_shared_until_it_is_revoked(
    demo: Server, comes: Comes, language: str
) -> None:
    ada = comes(demo.url, language)
    ada.signs_in(demo.printed("email"), demo.printed("password"))
    demo.printed("people active a week")
    ada.goes("Questions")
    ada.follows("Funnel")
    choose(ada.opens(ada.events.nth(0)), "Signed Up")
    choose(ada.opens(ada.more("+ step")), "Invite Sent")
    expect(ada.events).to_have_count(2)
    funnel, lost = ada.page.url, ada.page.locator(".lost a").first
    stopped = re.sub(r"\D", "", lost.inner_text())
    lost.click()
    ada.presses("Make this a segment")
    expect(ada.page.locator(".big strong")).to_have_text(stopped, timeout=PATIENCE)
    name, key = ada.page.locator("h1 bdi").inner_text(), ada.page.url.rstrip("/").rpartition("/")[2]

    ada.goes("Questions")
    ada.follows("Retention")
    split = ada.opens(ada.more("+ split"))
    split.locator("details.inner summary").click()
    split.locator(f"button[value='person.segment.{key}']").click()
    for text in ("in segment %(name)s", "not in segment %(name)s"):
        heading = ada.page.get_by_role("heading", name=ada.words(text, name=name), exact=True)
        expect(heading).to_be_visible(timeout=PATIENCE)
    board = f"{name} {language}"
    ada.puts_on_a_dashboard(board)
    ada.page.goto(funnel)
    ada.puts_on_a_dashboard(board)
    expect(ada.page.locator(".tile")).to_have_count(2)
    expect(ada.page.locator("main")).to_contain_text(ada.words("in segment %(name)s", name=name), timeout=PATIENCE)

    ada.page.locator("main a[href$='/shares/']").click()
    ada.presses("Make a link")
    link = ada.page.locator("section.once pre").inner_text().strip()
    stranger = comes(demo.url, language)
    stranger.page.goto(link)
    expect(stranger.page.locator("h1")).to_have_text(board)
    expect(stranger.page.locator("main")).to_contain_text(ada.words("in segment %(name)s", name=name), timeout=PATIENCE)
    expect(stranger.page.locator("main")).to_contain_text("Invite Sent", timeout=PATIENCE)
    assert stranger.page.locator("main a").count() == 0
    ada.page.reload()
    ada.presses("Revoke")
    ada.reads("The link is revoked; it leads nowhere any more.")
    stranger.page.reload()
    stranger.reads("This link leads nowhere any more.")
    stranger.complaints = [each for each in stranger.complaints if "404" not in each]


@ONCE
@LANGUAGES
@pytest.mark.parametrize("client", ["posthog-js", "curl"])
def test_a_new_team_sends_its_first_event(
    server: Server, comes: Comes, browser: Browser, language: str, client: str
) -> None:
    ada = comes(server.url, language)
    server.new_project(f"Before {next(_numbers)}")
    ada.signs_in("ada@example.com", "correct horse")
    ada.page.goto(f"{server.url}/projects/new")
    ada.page.fill("input[name=name]", f"Team {next(_numbers)}")
    ada.page.locator("main form button.go").click()
    ada.page.goto(re.sub(r"(/p/\d+/).*", r"\1start", ada.page.url))
    ada.reads("Listening for your first event")
    if client == "curl":
        ada.follows("From a server")
        _send_by_curl(ada.page.locator(".code pre").first.inner_text())
    else:
        key = re.findall(r"gsb_[\w-]+", ada.page.locator("main").inner_text())[0]
        _send_by_page(browser, server.url, key)
    ada.reads("It works! Your first event is here.")
    ada.reads("What comes next")


def _send_by_curl(command: str) -> None:
    """What the page shows, as a terminal would understand it."""
    words = shlex.split(command.replace("\\\n", " "))
    assert words[0] == "curl"
    done = subprocess.run([*words, "--silent", "--fail"], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr


def _send_by_page(browser: Browser, url: str, key: str) -> None:
    """A page of the team's with the client that it uses, its key and its host changed to ours."""
    with Site().open() as site:
        site.pages["/"] = f"""<!doctype html><title>Board</title><script type="module">
          import posthog from "/clients/posthog-js/dist/module.js"
          posthog.init("{key}", {{ api_host: "{url}", defaults: "2025-05-24", opt_out_useragent_filter: true }})
          posthog.capture("Board Created")
          window.posthog = posthog
        </script>"""
        visit = Visit(browser)
        visit.page.goto(f"{site.url}/")
        visit.page.wait_for_function("window.posthog && posthog.__loaded")
        visit.end()


@ONCE
@LANGUAGES
def test_a_colleague_is_invited_a_viewer_changes_nothing_and_a_stranger_sees_nothing(
    server: Server, comes: Comes, language: str
) -> None:
    project = server.new_project(f"Shared {next(_numbers)}")
    email = f"ben{next(_numbers)}@example.com"
    ada = comes(server.url, language)
    ada.signs_in("ada@example.com", "correct horse")
    ada.page.goto(f"{server.url}/p/{project.id}/members")
    ada.page.fill("input[name=email]", email)
    ada.page.locator("form:has(input[name=email]) select[name=role]").select_option("viewer")
    ada.presses("Send the invitation")
    link = ada.page.locator("section.once pre, section.once code").first.inner_text().strip()  # no mail leaves here

    ben = comes(server.url, language)
    ben.page.goto(link)
    for field in ben.page.locator("main input[type=text], input[name=name]").all():
        field.fill("Ben")
    for field in ben.page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    ben.presses("Join")
    ben.page.goto(f"{server.url}/p/{project.id}/")
    expect(ben.page.locator(".side")).to_contain_text(email)
    ben.page.goto(f"{server.url}/p/{project.id}/settings")
    expect(ben.page.locator("main form button.go")).to_have_count(0)
    post = "async (path) => (await fetch(path, { method: 'POST', headers })).status"
    headers = "JSON.parse(document.body.getAttribute('hx-headers'))"
    refused = ben.page.evaluate(post.replace("headers })", f"headers: {headers} }})"), f"/p/{project.id}/members")
    assert refused == 403
    ben.complaints = [each for each in ben.complaints if "403" not in each]

    stranger = comes(server.url, language)
    stranger.page.goto(f"{server.url}/p/{project.id}/people/")
    expect(stranger.page.locator("input[name=password]")).to_be_visible()


@ONCE
@LANGUAGES
def test_two_people_are_merged_and_parted_again(server: Server, comes: Comes, language: str) -> None:
    project: Project = server.new_project(f"Merged {next(_numbers)}")
    batch = [
        {"type": "identify", "userId": "ada", "traits": {"name": "Ada Park"}},
        {"type": "track", "userId": "ada", "event": "Signed Up"},
        {"type": "identify", "userId": "ada-2", "traits": {"name": "Ada P."}},
        {"type": "track", "userId": "ada-2", "event": "Board Created"},
    ]
    assert HTTP.post(f"{server.url}/v1/batch", json={"writeKey": project.write_key, "batch": batch}).status_code == 200
    project.settled(len(batch))
    ada = comes(server.url, language)
    ada.signs_in("ada@example.com", "correct horse")
    ada.page.goto(f"{server.url}/p/{project.id}/people/ada")
    ada.follows("Merge with …")
    ada.page.fill("main input[name=q]", "ada-2")
    ada.presses("Search")
    ada.page.locator("main .rows a").first.click()
    ada.presses("Merge")
    expect(ada.page.locator("main")).to_contain_text("Board Created")
    assert project.person("ada-2")["id"] == "ada"
    ada.page.get_by_role("button", name=ada.words("Undo"), exact=True).first.click()
    expect(ada.page.locator("main")).not_to_contain_text("Board Created")
    assert project.person("ada-2")["id"] == "ada-2"
    assert project.person("ada")["events"] == 1
