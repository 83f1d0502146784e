"""History comes out of files: while the server runs and while it does not, stopped, killed and run again."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.journeys.running import PROGRAM, Project, Server

MAP = ("--map", "userId=who", "--map", "event=what", "--map", "timestamp=when")
MANY = 400_000  # rows: a few seconds


@pytest.fixture
def clicks(tmp_path: Path) -> Path:
    """Three rows that can be loaded and one that cannot."""
    rows = "ada,Signed Up,2026-01-05 10:00,pro\nben,Signed Up,2026-01-05 11:00,free\nada,Signed In,2026-01-06 10:00,\n"
    path = tmp_path / "clicks.csv"
    path.write_text(f"who,what,when,plan\n{rows},Signed In,2026-01-06 10:00,\n")
    return path


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rows in abundance, each with a number of its own."""
    path = tmp_path_factory.mktemp("files") / "many.csv"
    with path.open("w") as file:
        file.write("who,what,when,n\n")
        for row in range(MANY):
            day = f"2026-0{1 + row * 6 // MANY}-{1 + row % 28:02}"
            file.write(f"u{row % 5_000},E{row % 7},{day} 10:00,{row}\n")
    return path


@pytest.fixture
def resting(tmp_path: Path) -> Iterator[tuple[Server, Project]]:
    """A data folder with a project, and no server on it."""
    server = Server(tmp_path / "data")
    yield server, server.new_project("History")


def test_a_file_is_loaded_by_the_running_server(server: Server, project: Project, clicks: Path) -> None:
    printed = json.loads(server.command("import", str(clicks), "--project", str(project.id), *MAP, "--json"))
    assert (printed["state"], printed["loaded"], printed["dropped"]) == ("done", 3, {"missing_id": 1})
    assert printed["examples"]["missing_id"]["row"] == 4
    assert project.person("ada")["events"] == 2
    numbers = project.get("ingestion")
    assert (numbers["accepted"], numbers["loaded"], numbers["dropped"]) == (4, 3, {"missing_id": 1})
    again = server.command("import", str(clicks), "--project", str(project.id), *MAP)
    assert again == "4 rows were loaded before.\nThere is nothing new in this file.\n"
    assert project.get("ingestion") == numbers


def test_what_was_dropped_is_told_in_sentences(server: Server, project: Project, clicks: Path) -> None:
    printed = server.command("import", str(clicks), "--project", str(project.id), *MAP)
    assert "Loaded 3 of 4 rows" in printed
    assert "Dropped 1: There is no userId and no anonymousId" in printed
    assert "the first is row 4" in printed


def test_only_the_machine_s_own_command_line_names_files(server: Server, project: Project, clicks: Path) -> None:
    url = f"{server.url}/api/v1/projects/{project.id}/imports"
    asked = {"path": str(clicks), "map": {"userId": "who", "event": "what"}}
    for key, status in ((project.secret_key, 403), (server.project().secret_key, 404), (project.write_key, 401)):
        headers = {"Authorization": f"Bearer {key}"}
        assert httpx.post(url, json=asked, headers=headers).status_code == status
    assert project.get("ingestion")["accepted"] == 0
    server.command("import", str(clicks), "--project", str(project.id), *MAP)
    (listed,) = project.get("imports")["imports"]
    assert (listed["name"], listed["path"], listed["state"]) == ("clicks.csv", "", "done")


def test_a_program_brings_a_file_looks_at_it_and_has_it_loaded(server: Server, project: Project, clicks: Path) -> None:
    url = f"{server.url}/api/v1/projects/{project.id}/imports"
    headers = {"Authorization": f"Bearer {project.secret_key}"}
    brought = httpx.post(f"{url}/files", files={"file": ("clicks.csv", clicks.read_bytes())}, headers=headers).json()
    assert (brought["name"], brought["state"], brought["path"]) == ("clicks.csv", "ready", "")
    place = f"{url}/{brought['id']}"
    looked = httpx.post(f"{place}/preview", json={}, headers=headers).json()
    assert looked["map"] == {"userId": "who", "event": "what", "timestamp": "when"}
    assert (looked["preview"]["rows"], looked["preview"]["loaded"]) == (4, 3)
    wrong = httpx.post(f"{place}/preview", json={"map": {"event": "what"}}, headers=headers).json()
    assert (wrong["preview"], wrong["refusal"]["code"]) == (None, "bad_request")
    assert project.get("ingestion")["accepted"] == 0
    assert httpx.post(f"{place}/begin", json={}, headers=headers).status_code == 200
    project.settled(4)
    deadline = time.monotonic() + 10
    while (found := httpx.get(place, headers=headers).json())["state"] != "done" and time.monotonic() < deadline:
        time.sleep(0.05)
    assert (found["state"], found["loaded"], found["dropped"]) == ("done", 3, {"missing_id": 1})
    again = httpx.post(f"{url}/files", files={"file": ("x.csv", b"who,what\nada,E\n")}, headers=headers).json()
    assert httpx.delete(f"{url}/{again['id']}", headers=headers).json() == {"discarded": again["id"]}
    assert httpx.get(f"{url}/{again['id']}", headers=headers).status_code == 404


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--map", "userId=nobody"], "There is no column 'nobody' for userId. The columns are who, what, when, plan."),
        (["--map", "userId"], "'userId' is no mapping."),
        (["--map", "userId=who", "--map", "userId=what"], "userId is mapped twice."),
        (["--format", "parquet"], "cannot be read as Parquet"),
    ],
)
def test_a_refusal_is_one_sentence_and_an_exit_code(
    server: Server, project: Project, clicks: Path, words: list[str], sentence: str
) -> None:
    done = start(server, "import", str(clicks), "--project", str(project.id), *words)
    printed, refused = done.communicate(timeout=60)
    assert (done.returncode, printed) == (1, "")
    assert sentence in refused
    assert refused.count("\n") == 1


def test_a_file_is_loaded_where_no_server_runs(resting: tuple[Server, Project], clicks: Path) -> None:
    server, project = resting
    words = ("import", str(clicks), "--project", "History", *MAP, "--json")
    assert json.loads(server.command(*words))["loaded"] == 3
    assert json.loads(server.command(*words))["rows"] == 0
    server.start()
    assert project.person("ada")["events"] == 2
    assert server.stop() == 0


def test_stopped_by_ctrl_c_it_goes_on_where_it_stopped(resting: tuple[Server, Project], many: Path) -> None:
    server, project = resting
    words = ("import", str(many), "--project", "History", *MAP, "--json")
    running = start(server, *words)
    wait_for(server.data / "imports")
    time.sleep(0.5)
    running.send_signal(signal.SIGINT)
    stopped = json.loads(running.communicate(timeout=60)[0])
    assert (stopped["state"], running.returncode) == ("stopped", 130)
    rest = json.loads(server.command(*words))
    assert (rest["before"], rest["before"] + rest["rows"]) == (stopped["rows"], MANY)
    check_many(server, project)


@pytest.mark.timeout(300)
def test_killed_again_and_again_it_loses_and_doubles_nothing(resting: tuple[Server, Project], many: Path) -> None:
    server, project = resting
    words = ("import", str(many), "--project", "History", *MAP, "--json")
    for delay in (0.0, 0.4, 0.8, 1.2):
        running = start(server, *words)
        wait_for(server.data / "imports")
        time.sleep(delay)
        running.kill()
        running.communicate()
    assert json.loads(server.command(*words))["state"] == "done"
    check_many(server, project)


@pytest.mark.timeout(300)
def test_a_server_killed_in_an_import_takes_it_up_again(resting: tuple[Server, Project], many: Path) -> None:
    server, project = resting
    server.start()
    words = ("import", str(many), "--project", "History", *MAP, "--json")
    running = start(server, *words)
    wait_for(server.data / "imports")
    time.sleep(1)
    server.kill()
    assert "does not answer" in running.communicate(timeout=60)[1]
    server.start()
    assert json.loads(server.command(*words))["state"] == "done"
    assert server.stop() == 0
    check_many(server, project)


def check_many(server: Server, project: Project) -> None:
    """Every row is there, once: in the events, in the rollup and in the numbers."""
    server.start()
    dates = {"date_from": "2026-01-01", "date_to": "2026-06-30"}
    series = [{"event": None, "measure": "total"}, {"event": None, "measure": "sum", "property": "n"}]
    question = {"kind": "trend", "series": series, "interval": "month", **dates}
    answer = project.post("ask", question)["rows"]
    label = answer[0][1]
    assert sum(value for _, series, _, value in answer if series == label) == MANY
    assert sum(value for _, series, _, value in answer if series != label) == MANY * (MANY - 1) // 2
    numbers = project.get("ingestion")
    assert (numbers["loaded"], numbers["dropped"]) == (MANY, {})
    assert server.stop() == 0


def start(server: Server, *words: str) -> "subprocess.Popen[str]":
    """A command of the program, running."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GROUNDSWELL_")}
    return subprocess.Popen(
        [*PROGRAM, *words], env={**environment, "GROUNDSWELL_DATA": str(server.data)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def wait_for(folder: Path) -> None:
    """Wait until an import is noted there: it has begun to load."""
    deadline = time.monotonic() + 60
    while not (folder.exists() and any(folder.glob("*.json"))):
        assert time.monotonic() < deadline, "It did not begin."
        time.sleep(0.01)
