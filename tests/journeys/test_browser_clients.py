"""People use a web application, in a real browser, with the official clients of Segment and PostHog in its pages.

The pages come from another origin than the one that collects, as a customer's do. Pauses stand where a person
would pause, too: a client's clock is corrected by when its request arrives, so two calls of the same instant may change
places.
"""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys import browsing
from tests.journeys.browsing import Site, Visit
from tests.journeys.running import Project

BREATH = 0.4  # seconds between what a person does and does next
QUIET = 0.2  # seconds after which nothing more comes from a page that was left


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if reason := browsing.why_not():
        pytest.skip(reason)
    with browsing.chromium() as opened:
        yield opened


@pytest.fixture
def site() -> Iterator[Site]:
    with Site().open() as opened:
        opened.pages["/elsewhere"] = "<!doctype html><title>Elsewhere</title>"
        yield opened


def segment_page(site: Site, project: Project, *, options: str = "{}") -> None:
    """A page with analytics-next in it, set up as its documentation says for a host of one's own."""
    site.pages["/pricing"] = f"""<!doctype html><title>Pricing</title>
        <script src="/clients/@segment/analytics-next/dist/umd/index.js"></script>
        <script>
          window.analytics = AnalyticsNext.AnalyticsBrowser.load(
            {{ writeKey: "{project.browser_key}", cdnURL: "{project.url}" }}, {options})
          analytics.page("Pricing")
        </script>"""


def posthog_page(site: Site, project: Project, *, options: str = "") -> None:
    """A page with posthog-js in it, set up as its documentation says for a host of one's own.

    Its filter against robots is off, for a browser without a window looks like one.
    """
    site.pages["/pricing"] = f"""<!doctype html><title>Pricing</title><button>Compare</button>
        <script type="module">
          import posthog from "/clients/posthog-js/dist/module.js"
          posthog.init("{project.browser_key}",
            {{ api_host: "{project.url}", defaults: "2025-05-24", opt_out_useragent_filter: true, {options} }})
          window.posthog = posthog
        </script>"""


BATCHES = """{ integrations: { "Segment.io": { apiHost: "%s/v1", protocol: "http",
    deliveryStrategy: { strategy: "batching", config: { size: 4, timeout: 300 } } } } }"""


@pytest.mark.parametrize("batching", [False, True], ids=["single calls", "batches"])
def test_a_page_with_segments_client_is_understood(
    site: Site, browser: Browser, project: Project, batching: bool
) -> None:
    segment_page(site, project, options=BATCHES % project.url.removeprefix("http://") if batching else "{}")
    laptop, phone = Visit(browser), Visit(browser)

    laptop.page.goto(f"{site.url}/pricing")
    time.sleep(BREATH)  # until it is ready the client notes its first page later than what is said meanwhile
    laptop.run("await analytics.track('Plans Compared', { plans: ['free', 'pro'] })")
    laptop.run("await analytics.identify('ada', { email: 'ada@acme.test', plan: 'free' })")
    laptop.run("await analytics.group('acme', { name: 'Acme' }); await analytics.track('Board Created')")
    time.sleep(BREATH)
    laptop.run("await analytics.identify({ plan: 'pro' }); await analytics.track('Board Created')")
    # On her phone she is somebody new until she signs in; an alias says the same as an identify.
    phone.page.goto(f"{site.url}/pricing")
    time.sleep(BREATH)
    phone.run("await analytics.alias('ada'); await analytics.identify('ada')")
    phone.run("await analytics.track('Board Opened')")
    # Then somebody else takes the phone. A page may not say that ada is ben: neither is a new visitor.
    time.sleep(BREATH)
    phone.run("await analytics.reset(); await analytics.track('Plans Compared')")
    phone.run("await analytics.alias('ben', 'ada')")
    time.sleep(BREATH)
    assert laptop.complaints == phone.complaints == []
    # Of the laptop's first page: page, track, identify, group, track, identify, track. Of the phone's: page, alias,
    # identify, track; and from the second visitor track and the refused alias.
    numbers = project.settled(13)
    assert (numbers["loaded"], numbers["dropped"]) == (12, {"merge_refused": 1})
    ada = project.person("ada")
    assert (ada["id"], ada["known"], len(ada["ids"])) == ("ada", True, 3)
    assert ada["events"] == 6  # Pricing, Plans Compared, two boards; Pricing, Board Opened
    assert ada["traits"] == {"email": "ada@acme.test", "plan": "pro"}
    assert [account["id"] for account in ada["accounts"]] == ["acme"]
    assert project.account("acme")["traits"] == {"name": "Acme"}
    assert [member["id"] for member in project.account("acme")["members"]] == ["ada"]
    happened = project.events("Page Viewed", "Plans Compared", "Board Created", "Board Opened")
    assert happened == {"Page Viewed": 2, "Plans Compared": 2, "Board Created": 2, "Board Opened": 1}
    # Ada on her laptop and, as far as it is known, on her phone; the second visitor compared plans and saw no page.
    assert project.events("Page Viewed", "Plans Compared", measure="people") == {"Page Viewed": 1, "Plans Compared": 2}
    assert project.funnel("Page Viewed", "Plans Compared", "Board Created", "Board Opened") == [1, 1, 1, 1]
    assert "ben" not in ada["ids"]
    laptop.end()
    phone.end()


@pytest.mark.parametrize("batching", [False, True], ids=["single calls", "batches"])
def test_what_segments_client_says_while_a_page_is_left_arrives_once(
    site: Site, browser: Browser, project: Project, batching: bool
) -> None:
    segment_page(site, project, options=BATCHES % project.url.removeprefix("http://") if batching else "{}")
    visit = Visit(browser)
    visit.page.goto(f"{site.url}/pricing")
    visit.run("await analytics.ready()")
    time.sleep(BREATH)
    # Nobody waits for the last event: its request is cut off, or just begun, when the next page opens. What the client
    # is not sure of it sends again from the same page, with the same messageId.
    visit.run("analytics.track('Plan Chosen')")
    visit.page.goto(f"{site.url}/elsewhere")
    visit.page.goto(f"{site.url}/pricing")
    visit.run("await analytics.identify('ada')")
    time.sleep(5 * BREATH)
    visit.end()
    numbers = project.settled(4)
    assert (numbers["loaded"], numbers["dropped"]) == (4, {})
    assert project.person("ada")["events"] == 3  # Pricing twice, Plan Chosen


def test_a_page_with_posthogs_client_is_understood(site: Site, browser: Browser, project: Project) -> None:
    posthog_page(site, project)
    laptop, phone = Visit(browser), Visit(browser)

    laptop.page.goto(f"{site.url}/pricing")
    laptop.page.wait_for_function("window.posthog && posthog.__loaded")
    laptop.page.click("button")
    laptop.run("posthog.capture('Plans Compared', { plans: ['free', 'pro'] })")
    laptop.run("posthog.identify('ada', { plan: 'free', email: 'ada@acme.test' }, { source: 'search' })")
    laptop.run("posthog.group('company', 'acme', { name: 'Acme' }); posthog.capture('Board Created')")
    time.sleep(BREATH)
    laptop.run("posthog.setPersonProperties({ plan: 'pro' }, { source: 'advertisement' })")
    laptop.run("posthog.capture('Board Created', { template: '회고' })")
    # On her phone she is somebody new until she signs in.
    phone.page.goto(f"{site.url}/pricing")
    phone.page.wait_for_function("window.posthog && posthog.__loaded")
    time.sleep(BREATH)
    phone.run("posthog.capture('Plans Compared'); posthog.identify('ada'); posthog.capture('Board Opened')")
    # A page may not say that ada is somebody else. Then a colleague takes the phone, and nobody knows her.
    phone.run("posthog.alias('ben'); posthog.reset(); posthog.capture('Plans Compared')")
    laptop.page.goto(f"{site.url}/elsewhere")
    phone.page.goto(f"{site.url}/elsewhere")
    time.sleep(QUIET)

    assert laptop.complaints == phone.complaints == []
    # Laptop: page, click, compared, identify, group, board, set, board, leave. Phone: page, compared, identify, opened,
    # the refused alias; then compared and leave of the colleague.
    numbers = project.settled(16)
    assert (numbers["loaded"], numbers["dropped"]) == (15, {"merge_refused": 1})
    ada = project.person("ada")
    assert (ada["id"], ada["known"], len(ada["ids"])) == ("ada", True, 3)
    assert ada["events"] == 9  # page, click, compared, two boards, leave; page, compared, opened
    happened = project.events("Page Viewed", "Plans Compared", "Board Created", "Board Opened", "$autocapture")
    assert happened == {
        "Page Viewed": 2, "Plans Compared": 3, "Board Created": 2, "Board Opened": 1, "$autocapture": 1
    }  # fmt: skip
    assert project.events("Page Viewed", "Plans Compared", measure="people") == {"Page Viewed": 1, "Plans Compared": 2}
    assert project.funnel("Page Viewed", "Plans Compared", "Board Created", "Board Opened") == [1, 1, 1, 1]
    said = {name: ada["traits"].get(name) for name in ("plan", "email", "source", "$initial_pathname")}
    assert said == {"plan": "pro", "email": "ada@acme.test", "source": "search", "$initial_pathname": "/pricing"}
    assert [account["id"] for account in ada["accounts"]] == ["acme"]
    assert project.account("acme")["traits"] == {"name": "Acme"}
    assert "ben" not in ada["ids"]
    laptop.end()
    phone.end()


@pytest.mark.parametrize("compressed", [True, False], ids=["gzip", "plain"])
def test_what_posthogs_client_says_while_a_page_is_left_arrives_once(
    site: Site, browser: Browser, project: Project, compressed: bool
) -> None:
    posthog_page(site, project, options="" if compressed else "disable_compression: true")
    visit = Visit(browser)
    visit.page.goto(f"{site.url}/pricing")
    visit.page.wait_for_function("window.posthog && posthog.__loaded")
    time.sleep(BREATH)
    # One is a beacon of its own; the other waits in the client's queue when the page is left.
    visit.run("posthog.identify('ada')")
    visit.run("posthog.capture('Plan Chosen', {}, { send_instantly: true, transport: 'sendBeacon' })")
    visit.run("posthog.capture('Board Created')")
    visit.page.goto(f"{site.url}/elsewhere")
    time.sleep(QUIET)
    beacons = [request for request in visit.sent_to(project.url) if request.resource_type == "ping"]
    assert beacons
    assert visit.complaints == []
    visit.end()
    numbers = project.settled(5)  # page, identify, chosen, board, leave
    assert (numbers["loaded"], numbers["dropped"]) == (5, {})
    assert project.person("ada")["events"] == 4
