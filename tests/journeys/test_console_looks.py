"""Every page of the console in a real browser: in both languages, on large and small screens, light and dark, with
names that mean harm. Nothing is run, nothing sticks out, and nobody is shut out."""

import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Dialog

from tests.journeys.browsing import CLIENTS, Visit, chromium, why_not
from tests.journeys.running import HTTP, Project, Server
from tests.test_pages import FOR_EVERYBODY, address, of_projects, pages

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not())
ONCE = pytest.mark.parametrize("server", ["sqlite"], indirect=True)

HARM = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>"
TURNED = "\u202egnitrats\u202c 👩‍🚀🦦 ﷽"
LONG = "w" * 10_000
LOOKS = [("en", "light", 1440), ("ko", "dark", 390)]
_numbers = itertools.count()
SERIOUS = ("serious", "critical")


def message(user: str, event: str, **properties: Any) -> dict[str, Any]:
    return {"type": "track", "userId": user, "event": event, "properties": properties}


MESSAGES = [
    {"type": "identify", "userId": "ada", "anonymousId": "laptop", "traits": {"name": "Ada Park", "plan": "pro"}},
    {"type": "group", "userId": "ada", "groupId": "acme", "traits": {"name": "Acme", "seats": 5}},
    message("ada", "Signed Up", plan="free"),
    message("ada", "Board Created", size=3),
    {"type": "identify", "userId": HARM, "traits": {"name": HARM, "email": HARM, HARM[:50]: [HARM, {HARM[:50]: HARM}]}},
    {"type": "identify", "userId": "turned", "traits": {"name": TURNED, "bio": LONG}},
    {"type": "group", "userId": HARM, "groupId": HARM, "traits": {"name": HARM}},
    message(HARM, HARM[:190], **{HARM[:50]: HARM, "long": LONG, "turned": TURNED}),
    message("turned", TURNED, plan=TURNED),
    {"type": "track", "event": "Nobody did this"},
    {"type": HARM, "userId": HARM},
]
# Half of a crowd went on, and what goes with it means harm.
LATELY = datetime.now(UTC) - timedelta(days=2)
CROWD = [
    {**message(f"c{number}", event, **{HARM[:50]: TURNED if number < 25 else HARM}), "timestamp": at.isoformat()}
    for number in range(50)
    for event, at in (("Joined", LATELY), ("Stayed", LATELY + timedelta(minutes=1))) if event == "Joined" or number < 25
]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def board(server: Server) -> Project:
    """A project of Ada's into which somebody sent what they should not."""
    made = server.new_project(f"{HARM[:60]} {TURNED} {next(_numbers)}")
    body = {"writeKey": made.write_key, "batch": [*MESSAGES, *CROWD]}
    assert HTTP.post(f"{made.url}/v1/batch", json=body).status_code == 200
    made.settled(len(MESSAGES) + len(CROWD))
    return made


class Guest(Visit):
    """Ada at a screen; what she chose is in her cookies."""

    def __init__(self, browser: Browser, server: Server, language: str, theme: str, width: int) -> None:
        super().__init__(browser)
        self.url = server.url
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.on("dialog", self._alarm)
        self.page.goto(f"{server.url}/sign-in")
        self.page.fill("input[name=email]", "ada@example.com")
        self.page.fill("input[name=password]", "correct horse")
        self.page.click("button.go")
        for name, value in (("groundswell_language", language), ("theme", theme)):
            self._context.add_cookies([{"name": name, "value": value, "url": server.url}])

    def is_shown(self, path: str) -> bool:
        """Whether there is something to look at: what only takes forms has no page."""
        return self._context.request.get(self.url + path, max_redirects=0).status != 405

    def look_at(self, path: str) -> int:
        answer = self.page.goto(self.url + path)
        assert answer is not None
        return answer.status

    def sticks_out(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))

    def shut_out(self) -> list[str]:
        """What axe calls serious."""
        found = self.page.evaluate("async () => (await axe.run()).violations")
        return [
            f"{each['id']}: {each['help']}: {each['nodes'][0]['html'][:200]}"
            for each in found
            if each["impact"] in SERIOUS
        ]

    def _alarm(self, dialog: Dialog) -> None:
        self._complain(f"A script ran: {dialog.message}")
        dialog.dismiss()


def addresses(project: Project) -> list[str]:
    """Every page that shows something; those of single things also for the one that means harm."""
    shown = [address(name, project.id) for name, _ in pages() if name in of_projects() or name not in FOR_EVERYBODY]
    harmful = [path.replace("/ada", "/" + quote(HARM, safe="")) for path in shown if path.endswith("/ada")]
    made = [*annotations(project), *questions(project.id), *dashboards(project), *segments(project)]
    return [*shown, *harmful, *made]


def annotations(project: Project) -> list[str]:
    """What happened today, which means harm and is long: it stands on every chart of these days."""
    today = datetime.now(UTC).date().isoformat()
    for text in (HARM, TURNED, LONG[:200]):
        given = {"on": today, "text": text, "kind": "incident", "link": f"https://example.com/{HARM}"}
        made = project.post("annotations", given)
    return [f"/p/{project.id}/annotations/", f"/p/{project.id}/annotations/{made['id']}"]


def questions(project: int) -> list[str]:
    """A trend, a funnel, a lifecycle, paths and why people stopped of what means harm, and who is behind numbers of the
    first two."""
    days = {"date_from": "-30d", "date_to": "-0d", "breakdown": "plan"}
    trend = {"kind": "trend", "series": [{"event": HARM[:190], "where": {HARM[:50]: {"$exists": True}}}], **days}
    steps = [{"event": HARM[:190], "label": HARM}, {"event": TURNED}]
    funnel = {"kind": "funnel", "steps": steps, "window": "1d", "exclude": [{"event": "Nobody did this"}], **days}
    life = {"kind": "lifecycle", "event": HARM[:190], "interval": "day", **days}
    stopped = {**funnel, "steps": [{"event": "Joined"}, {"event": "Stayed"}], "show": "why", "breakdown": None}
    ways = {"kind": "paths", "start": {"event": HARM[:190]}, "apart": [{"event": None, "property": HARM[:50]}], **days}
    asked = [f"q={quote(json.dumps(question))}" for question in (trend, funnel, life, ways, stopped)]
    behind = [{"series": 1}, {"step": 2, "dropped": True}]
    cells = [f"cell={quote(json.dumps({**cell, 'breakdown': None}))}" for cell in behind]
    root = f"/p/{project}/insights"
    return [
        *(f"{root}/ask?{question}" for question in asked),
        *(f"{root}/who?{question}&{cell}" for question, cell in zip(asked, cells, strict=False)),
    ]


def dashboards(project: Project) -> list[str]:
    """A dashboard on which everything means harm, narrowed by it too, with its cards one by one and at once."""
    days = {"date_from": "-30d", "date_to": "-0d"}
    trend = {"kind": "trend", "series": [{"event": HARM[:190]}, {"event": TURNED}], "breakdown": "plan", **days}
    funnel = {
        "kind": "funnel",
        "steps": [{"event": HARM[:190], "label": HARM}, {"event": TURNED}],
        "window": "1d",
        **days,
    }
    split = {**funnel, "breakdown": "plan"}
    cards = [
        {"question": question, "title": HARM * 3 if place else LONG[:200], "display": display, "width": 3 + place}
        for place, question in ((0, trend), (1, funnel), (3, split)) for display in ("chart", "number", "table")
    ]  # fmt: skip
    text = {"text": f"# {HARM}\n{HARM}\n\n- {TURNED}\n- {LONG[:5000]}\n\n[x](javascript:alert(3)) ![y]({HARM})"}
    given = {"name": HARM, "description": f"{TURNED} {LONG[:1000]}", "cards": [*cards, text, {**text, "width": 3}]}
    made = project.post("dashboards", {**given, "filters": {"where": {HARM[:50]: {"$in": [HARM, None, "x"]}}}})
    root = f"/p/{project.id}/dashboards/{made['id']}/"
    first, *_, last = made["cards"]
    return [
        root, f"{root}?whole=1", f"{root}?whole=1&where=", f"{root}add",
        *(f"{root}cards/{card['id']}/edit" for card in (first, last)),
    ]  # fmt: skip


def segments(project: Project) -> list[str]:
    """Segments whose every word means harm: kept, with a list and a number of an answer; changed, and being built."""
    days = {"date_from": "-30d", "date_to": "-0d"}
    funnel = {"kind": "funnel", "steps": [{"event": HARM[:190], "label": HARM}, {"event": TURNED}], "window": "1d"}
    wanted = {"event": HARM[:190], "where": {HARM[:50]: {"$exists": True}, "long": LONG[:500]}, "within": "30d"}
    match = {
        "any": [
            {"trait": {HARM[:50]: HARM, "bio": LONG}}, {"all": [{"did": wanted}, {"not": {"did": {"event": TURNED}}}]},
            {"listed": True}, {"cell": {"question": {**funnel, **days}, "cell": {"step": 1}}},
        ]
    }  # fmt: skip
    project.put(
        "segments/harm", {"name": HARM, "of": "people", "match": match, "description": f"{TURNED} {LONG[:900]}"}
    )
    project.post("segments/harm/list", {"ids": [HARM, LONG[:900], TURNED, "turned"]})
    project.put("segments/long", {"name": LONG[:200], "of": "accounts", "match": {"any": [{"segment": "harm"}]}})
    root, built = f"/p/{project.id}/segments", quote(json.dumps(match))
    return [
        f"{root}/harm/", f"{root}/long/", f"{root}/harm/history", f"{root}/harm/?m={quote(json.dumps({'not': match}))}",
        f"{root}/-/new?of=people&m={built}", f"{root}/-/size?of=people&m={built}",
    ]  # fmt: skip


@ONCE
@pytest.mark.parametrize(("language", "theme", "width"), LOOKS)
def test_pages_are_safe_fit_and_open_to_all(
    browser: Browser, server: Server, board: Project, language: str, theme: str, width: int
) -> None:
    guest, faults = Guest(browser, server, language, theme, width), []
    for path in filter(guest.is_shown, addresses(board)):
        status = guest.look_at(path)
        guest.complaints = [each for each in guest.complaints if status < 400 or f"status of {status}" not in each]
        faults += [f"{path}: {complaint}" for complaint in guest.complaints]
        guest.complaints.clear()
        if guest.sticks_out():
            faults.append(f"{path} is wider than the screen")
        guest.page.evaluate((CLIENTS / "axe-core" / "axe.min.js").read_text())
        faults += [f"{path}: {fault}" for fault in guest.shut_out()]
        assert guest.page.locator("html").get_attribute("lang") == language
    guest.end()
    assert not faults, "\n".join(faults)


@ONCE
def test_no_page_asks_another_host(browser: Browser, server: Server, board: Project) -> None:
    guest = Guest(browser, server, "en", "light", 1440)
    for path in filter(guest.is_shown, addresses(board)):
        guest.look_at(path)
    assert {request.url.split("/")[2] for request in guest.requests} == {server.url.split("/")[2]}
    guest.end()
