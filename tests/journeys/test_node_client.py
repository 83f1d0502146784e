"""A server written for Node tells what happened, through Segment's official client. The story is Python's."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.journeys import browsing
from tests.journeys.running import Project

SCRIPT = Path(__file__).parent / "clients" / "segment_node.mjs"


@pytest.fixture(autouse=True)
def _node() -> None:
    if shutil.which("node") is None:
        pytest.skip("Node is not installed (Debian: nodejs).")
    if reason := browsing.why_no_clients():
        pytest.skip(reason)


def test_a_server_with_segments_client_for_node_is_understood(project: Project) -> None:
    command = ["node", str(SCRIPT), project.write_key, project.url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")

    numbers = project.settled(10)
    assert (numbers["loaded"], numbers["dropped"]) == (10, {})
    ada = project.person("visitor")
    assert ada == project.person("ada")
    # Pricing, the sign-up, two boards, a screen.
    assert (ada["id"], ada["known"], sorted(ada["ids"]), ada["events"]) == ("ada", True, ["ada", "visitor"], 5)
    assert ada["traits"] == {"email": "ada@acme.test", "plan": "free", "createdAt": "2026-03-01T09:00:00.000Z"}
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
    assert boards == {("Board Created", "retro"): 1, ("Board Created", "회고"): 1}
    assert project.funnel("Page Viewed", "Signed Up", "Board Created") == [1, 1, 1]
    assert project.funnel("Signed Up", "Board Created") == [2, 1]
