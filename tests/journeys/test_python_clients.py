"""Servers written in Python tell what happened, through the official clients of Segment and PostHog.

The story is the same for all clients. A visitor looks at the pricing page. She signs up as ada, in a company, acme,
and makes two boards; then she moves to the plan pro and gives her title up. Ben of the same company was known by
another name, benjamin, and is one person with him.
"""

from typing import Any

import pytest
from posthog import Posthog
from segment.analytics import Client as Segment

from tests.journeys.running import Project


@pytest.mark.parametrize("gzip", [False, True], ids=["plain", "gzip"])
def test_a_server_with_segments_client_is_understood(project: Project, gzip: bool) -> None:
    failures: list[Exception] = []
    client = Segment(
        project.write_key, host=project.url, gzip=gzip, max_retries=1, on_error=lambda error, _: failures.append(error)
    )
    in_acme = {"groupId": "acme"}
    client.page(anonymous_id="visitor", name="Pricing", properties={"path": "/pricing"})
    client.identify("ada", {"email": "ada@acme.test", "plan": "free", "title": "CTO"}, anonymous_id="visitor")
    client.track("ada", "Signed Up", {"plan": "free"})
    client.group("ada", "acme", {"name": "Acme", "employees": 40})
    client.track("ada", "Board Created", {"template": "retro"}, context=in_acme)
    client.track("ada", "Board Created", {"template": "plan"}, context=in_acme)
    client.screen("ada", name="Board")
    client.identify("ada", {"plan": "pro", "title": None})
    client.track("benjamin", "Signed Up", {"plan": "free"})
    client.group("ben", "acme", {"employees": 41})
    client.alias("benjamin", "ben")
    client.shutdown()

    assert not failures
    numbers = project.settled(11)
    assert (numbers["loaded"], numbers["dropped"]) == (11, {})
    ada = project.person("visitor")
    assert ada == project.person("ada")
    # Pricing, the sign-up, two boards, a screen.
    assert (ada["id"], ada["known"], sorted(ada["ids"]), ada["events"]) == ("ada", True, ["ada", "visitor"], 5)
    assert ada["traits"] == {"email": "ada@acme.test", "plan": "pro", "title": None}
    assert [account["id"] for account in ada["accounts"]] == ["acme"]
    ben = project.person("ben")
    assert ben == project.person("benjamin")
    assert (sorted(ben["ids"]), ben["events"]) == (["ben", "benjamin"], 1)
    acme = project.account("acme")
    assert acme["traits"] == {"name": "Acme", "employees": 41}
    assert {member["id"] for member in acme["members"]} == {ada["id"], ben["id"]}
    happened = project.events("Page Viewed", "Signed Up", "Board Created", "Screen Viewed")
    assert happened == {"Page Viewed": 1, "Signed Up": 2, "Board Created": 2, "Screen Viewed": 1}
    boards = project.events("Board Created", breakdown="template")
    assert boards == {("Board Created", "retro"): 1, ("Board Created", "plan"): 1}
    # The visitor of the pricing page and ada are one person; ben signed up without it.
    assert project.funnel("Page Viewed", "Signed Up", "Board Created") == [1, 1, 1]
    assert project.funnel("Signed Up", "Board Created") == [2, 1]
    assert project.funnel("Signed Up", "Board Created", of="accounts") == [1, 1]


@pytest.mark.parametrize("gzip", [False, True], ids=["plain", "gzip"])
def test_a_server_with_posthogs_client_is_understood(project: Project, gzip: bool) -> None:
    failures: list[Any] = []
    client = Posthog(
        project.write_key, host=project.url, gzip=gzip, max_retries=1, on_error=lambda error, _: failures.append(error)
    )
    in_acme = {"company": "acme"}
    client.capture("$pageview", distinct_id="visitor", properties={"$current_url": "https://acme.test/pricing"})
    client.capture(
        "Signed Up", distinct_id="ada",
        properties={"plan": "free", "$set": {"plan": "free", "title": "CTO"}, "$set_once": {"source": "search"}},
    )  # fmt: skip
    client.alias("visitor", "ada")
    client.group_identify("company", "acme", {"name": "Acme", "employees": 40})
    client.capture("Board Created", distinct_id="ada", properties={"template": "retro"}, groups=in_acme)
    client.capture("Board Created", distinct_id="ada", properties={"template": "plan"}, groups=in_acme)
    client.set(distinct_id="ada", properties={"plan": "pro", "email": "ada@acme.test"})
    client.set_once(distinct_id="ada", properties={"source": "advertisement"})
    client.capture("Signed Out", distinct_id="ada", properties={"$unset": ["title"]})
    client.capture("Signed Up", distinct_id="benjamin", properties={"plan": "free"})
    client.group_identify("company", "acme", {"employees": 41}, distinct_id="ben")
    client.alias("benjamin", "ben")
    client.shutdown()

    assert not failures
    numbers = project.settled(12)
    assert (numbers["loaded"], numbers["dropped"]) == (12, {})
    ada = project.person("visitor")
    assert ada == project.person("ada")
    # The page, the sign-up, two boards, the sign-out.
    assert (ada["known"], sorted(ada["ids"]), ada["events"]) == (True, ["ada", "visitor"], 5)
    assert ada["traits"] == {"plan": "pro", "source": "search", "email": "ada@acme.test"}
    assert [account["id"] for account in ada["accounts"]] == ["acme"]
    ben = project.person("ben")
    assert ben == project.person("benjamin")
    assert (sorted(ben["ids"]), ben["events"]) == (["ben", "benjamin"], 1)
    assert project.account("acme")["traits"] == {"name": "Acme", "employees": 41}
    happened = project.events("Page Viewed", "Signed Up", "Board Created", "Signed Out")
    assert happened == {"Page Viewed": 1, "Signed Up": 2, "Board Created": 2, "Signed Out": 1}
    boards = project.events("Board Created", breakdown="template")
    assert boards == {("Board Created", "retro"): 1, ("Board Created", "plan"): 1}
    assert project.funnel("Page Viewed", "Signed Up", "Board Created", "Signed Out") == [1, 1, 1, 1]
    assert project.funnel("Signed Up", "Board Created") == [2, 1]
