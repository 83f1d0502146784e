"""``import groundswell`` against the running program, and on its data folder."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import groundswell
from tests.journeys.running import HTTP, Project, Server

DAYS = {"date_from": "-1d", "date_to": "-0d"}
# As a notebook does it: an event loop runs in the thread that asks.
IN_A_LOOP = """
import asyncio, sys, groundswell

async def cell():
    with groundswell.connect(sys.argv[1], project="Board 1") as gs:
        print(repr(gs))
        print([row[3] for row in gs.funnel(["Signed Up", "Board Created"], date_from="-1d", date_to="-0d").rows])
    with groundswell.connect(sys.argv[1], project="Board 1") as gs:
        print(gs.trend(None, date_from="-1d", date_to="-0d").to_polars()["value"].sum())

asyncio.run(cell())
"""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own, which may be stopped."""
    running = Server(tmp_path_factory.mktemp("kept"))
    running.start()
    yield running
    assert running.stop() == 0


def signs_up(project: Project, *people: str) -> None:
    batch = [{"type": "track", "userId": each, "event": "Signed Up"} for each in people]
    HTTP.post(f"{project.url}/v1/batch", json={"batch": batch, "writeKey": project.write_key})
    project.settled(len(people))


def test_a_server_is_asked_with_a_secret_key(server: Server, project: Project, tmp_path: Path) -> None:
    signs_up(project, "ada", "ben")
    gs = groundswell.connect(server.url, project.secret_key)
    assert gs.id == project.id
    answer = gs.trend("Signed Up", **DAYS)
    assert sum(row[3] for row in answer.rows) == 2
    assert sorted(answer.who(series=1).ids) == ["ada", "ben"]
    assert answer.save(tmp_path / "answer.parquet").read_bytes().startswith(b"PAR1")
    assert answer.chart().to_dict()["layer"]
    with pytest.raises(groundswell.Refusal, match="This key opens nothing"):
        groundswell.connect(server.url, project.write_key)


def test_a_data_folder_is_asked_through_its_server_and_then_without_one(kept: Server) -> None:
    project = kept.new_project("Board 1")
    signs_up(project, "ada", "ben", "cleo")
    assert kept.script(IN_A_LOOP, str(kept.data)).splitlines() == [
        f"<Groundswell: Board 1 ({project.id}) at {kept.data}>", "[3, 0]", "3",
    ]  # fmt: skip
    assert kept.stop() == 0
    assert kept.script(IN_A_LOOP, str(kept.data)).splitlines()[1:] == ["[3, 0]", "3"]
    question = kept.data.parent / "question.json"
    question.write_text(json.dumps({"kind": "funnel", "steps": [{"event": "Signed Up"}], "window": "1d", **DAYS}))
    asked = kept.command("ask", str(question), "--project", "Board 1", "--format", "csv")
    assert asked.splitlines()[1].startswith("1,Signed Up,,3,")
