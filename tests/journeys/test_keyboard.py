"""The keys that the console says it has, on every page of a project."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.browsing import chromium, why_not
from tests.journeys.running import Server
from tests.journeys.test_stories import Person

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not())


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_keys_lead_where_they_say_from_every_page(server: Server, browser: Browser) -> None:
    project = server.new_project("Keyboard")
    ada, root = Person(browser, server.url, "en"), f"{server.url}/p/{project.id}"
    ada.signs_in("ada@example.com", "correct horse")
    ada.page.goto(f"{root}/")
    ada.page.keyboard.press("?")
    shown = ada.page.locator("#keys dt")
    keys = {"".join(shown.nth(at).locator("kbd").all_inner_texts()): at for at in range(shown.count())}
    assert set(keys) == {"/", "?", "Esc", "gh", "gq", "gp", "gc", "ge", "gl", "gd", "gs", "ga"}
    ada.page.keyboard.press("Escape")

    for way in ("gq", "gp", "gc", "ge", "gl", "gd", "gh"):
        before = ada.page.url
        for key in way:
            ada.page.keyboard.press(key)
        ada.page.wait_for_url(lambda url, before=before: url != before)
        expect(ada.page.locator(f'[data-key="{way}"]')).to_have_attribute("aria-current", "page")
        here = ada.page.url
        ada.page.keyboard.press("/")
        ada.page.wait_for_url(f"{root}/find")
        ada.page.goto(here)

    ada.page.keyboard.press("/")
    expect(ada.page.locator("#find")).to_be_focused()
    ada.page.keyboard.type("audit")
    expect(ada.page.locator("#hits a")).to_have_count(1)
    ada.page.keyboard.press("Enter")
    ada.page.wait_for_url(f"{root}/audit")
    ada.end()
    assert ada.complaints == []
