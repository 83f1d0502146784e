"""``groundswell demo``: the sample company, served."""

import json
import secrets
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import click

from groundswell.cli.serve import refuse_beside_another, serve
from groundswell.kernel import clock, environment
from groundswell.kernel.errors import Refusal
from groundswell.python.here import migrate

EMAIL = "demo@example.com"
COMPANY = "Whiteboard Co."
SAID_EVERY = 3  # seconds, where a bar cannot move
MARK = "demo.json"  # says which project is the sample company's and that it was loaded to the end


@dataclass(frozen=True)
class Sample:
    """The sample company's project and what opens it."""

    project: int
    password: str
    write_key: str
    browser_key: str
    secret_key: str


@click.command("demo")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--people", default=5000, show_default=True, type=click.IntRange(min=1), help="People who sign up.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same company.")
@click.option("--fresh", is_flag=True, help="Throw the sample company away and make it anew.")
def command(port: int, people: int, seed: int, fresh: bool) -> None:
    """Make the sample company (once), print what opens it and three answers, and serve until stopped."""
    if fresh:
        _throw_away()
    migrate()
    sample = _open_sample()

    def tell() -> None:
        threading.Thread(target=_tell, args=(sample, port, people, seed), name="demo", daemon=True).start()

    serve(host="127.0.0.1", port=port, when_ready=tell)


def _tell(sample: Sample, port: int, people: int, seed: int) -> None:
    """Load the company if that was not done before, then print what opens it and what it says."""
    try:
        if not _is_loaded():
            _load(sample, port, people, seed)
            _save_questions(sample.project)
            _make_segments(sample.project)
            _take_dashboards(sample.project)
            _mark(sample.project, is_loaded=True)
        _print_keys(sample, port)
        for title, path in _answers(sample.project):
            click.echo(f"{title}: {path}")
        sys.stdout.flush()
    except (Refusal, OSError) as error:
        click.echo(f"The sample company could not be loaded: {error}", err=True)


def _load(sample: Sample, port: int, people: int, seed: int) -> None:
    """Send the company's messages through the collector's door, as its servers would."""
    from groundswell.collect.service import collector
    from groundswell.simulate.service import batches, company

    now = clock.now()
    messages = company(people=people, seed=seed, until=now.date(), now=now)
    with _progress(people) as came, closing(HTTPConnection("127.0.0.1", port)) as door:
        for batch in batches(messages):
            _send(door, sample.write_key, batch)
            came(sum(each.get("event") == "Signed Up" for each in batch))
        while collector().ingestion(sample.project)["waiting"]:
            time.sleep(0.1)
            came(0)


@contextmanager
def _progress(people: int) -> Iterator[Callable[[int], None]]:
    """Says on stderr how many people of the sample company came: as a bar, and where no terminal is, in lines."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    if console.is_terminal:
        with Progress(console=console) as progress:
            task = progress.add_task("Making the sample company", total=people)
            yield lambda more: progress.advance(task, more)
        return
    done, said = 0, time.monotonic()
    click.echo(f"Making the sample company: {people:,} people sign up within six months.", err=True)

    def came(more: int) -> None:
        nonlocal done, said
        done += more
        if time.monotonic() - said >= SAID_EVERY:
            said = time.monotonic()
            click.echo(f"Making the sample company: {done:,} of {people:,} people so far.", err=True)

    yield came
    click.echo("Making the sample company: done.", err=True)


def _send(door: HTTPConnection, write_key: str, batch: Sequence[Any]) -> None:
    """One batch, sent again while the inbox is full."""
    body = json.dumps({"writeKey": write_key, "batch": batch})
    while True:
        door.request("POST", "/v1/batch", body, {"Content-Type": "application/json"})
        answer = door.getresponse()
        said = answer.read()
        if answer.status == 200:
            return
        if answer.status not in (429, 503):
            raise OSError(f"the collector answered {answer.status}: {said.decode(errors='replace')}")
        time.sleep(float(answer.headers.get("Retry-After", 1)))


def _print_keys(sample: Sample, port: int) -> None:
    lines = {
        "url": f"http://127.0.0.1:{port}",
        "email": EMAIL,
        "password": sample.password,
        "project": sample.project,
        "write_key": sample.write_key,
        "browser_key": sample.browser_key,
        "secret_key": sample.secret_key,
    }
    click.echo("\n".join(f"{name}: {value}" for name, value in lines.items()))


def _answers(project: int) -> Iterator[tuple[str, Path]]:
    """Three answers about the company, each as a chart in a file."""
    from groundswell.cli.client import Client

    folder = environment.data_folder() / "charts"
    folder.mkdir(exist_ok=True)
    for name, question in _questions().items():
        path = folder / f"{name.replace(' ', '-')}.png"
        path.write_bytes(Client().bytes("POST", f"/projects/{project}/ask?format=png", question))
        yield name, path


def _save_questions(project: int) -> None:
    """So that the team of the company finds its questions in the console."""
    from groundswell.cli.client import Client

    for name, question in _questions().items():
        saved = {"name": name[0].upper() + name[1:], "question": question}
        Client().request("POST", f"/projects/{project}/questions", saved)


def _make_segments(project: int) -> None:
    """Whom the team of the company watches."""
    from groundswell.cli.client import Client

    for key, segment in _segments().items():
        Client().request("PUT", f"/projects/{project}/segments/{key}", segment)


def _segments() -> dict[str, dict[str, Any]]:
    return {
        "trial-stars": {
            "name": "Trial stars", "of": "accounts",
            "description": "Companies on trial whose people share boards: worth a call before it ends.",
            "match": {"all": [
                {"did": {"event": "Trial Started", "within": "45d"}},
                {"did": {"event": "Board Shared", "at_least": 2, "within": "30d"}},
                {"not": {"did": {"event": "Subscription Started"}}},
            ]},
        },
        "gone-quiet": {
            "name": "Gone quiet", "of": "people",
            "description": "Came back at least five times, then stayed away for three weeks.",
            "match": {"all": [
                {"did": {"event": "Signed In", "at_least": 5}},
                {"not": {"did": {"event": None, "within": "21d"}}},
            ]},
        },
    }  # fmt: skip


def _take_dashboards(project: int) -> None:
    """So that whoever comes sees all of it at a glance: two ready dashboards, the first one pinned."""
    from groundswell.cli.client import Client

    for key in ("retention", "activation"):
        made = Client().request("POST", f"/projects/{project}/dashboards/gallery/{key}")
    Client().request("PUT", f"/projects/{project}/dashboards/{made['id']}", {"pinned": True})


def _questions() -> dict[str, dict[str, Any]]:
    dates = {"date_from": "-180d", "date_to": "-1d"}
    signed_up = {"event": "Signed Up"}
    return {
        "sign-ups a week by plan": {
            "kind": "trend", "series": [signed_up], "interval": "week", "breakdown": "plan", **dates,
        },
        "from sign-up to a working team": {
            "kind": "funnel", "window": "14d", **dates,
            "steps": [signed_up, {"event": "Board Created"}, {"event": "Board Shared"}, {"event": "Invite Sent"}],
        },
        "people active a week": {
            "kind": "trend", "series": [{"event": None, "label": "Active"}], "interval": "week", **dates,
        },
    }  # fmt: skip


def _open_sample() -> Sample:
    """The sample company's project, made if it is not there, with a new password and a new secret key."""
    from groundswell.workspace.service import found_project, open_again

    password = secrets.token_urlsafe(9)
    noted = _noted()
    if noted:
        keys = open_again(project=noted["project"], email=EMAIL, password=password)
        click.echo("Password and secret key are new; those of the last run open nothing any more.", err=True)
        return Sample(noted["project"], password, keys.write_key, keys.browser_key, keys.secret_key)
    project, keys = found_project(email=EMAIL, password=password, name=COMPANY)
    _mark(project.id, is_loaded=False)
    return Sample(project.id, password, keys.write_key, keys.browser_key, keys.secret_key)


def _throw_away() -> None:
    """Empty the data folder, if there is nothing in it but the sample company."""
    import shutil

    noted = _noted()
    if noted is None:
        return
    refuse_beside_another()
    migrate()
    from groundswell.workspace.service import projects_of
    from groundswell.workspace.types import Caller

    if [project.id for project in projects_of(Caller(is_operator=True))] != [noted["project"]]:
        raise Refusal(
            409, "not_alone", "There are other projects beside the sample company.",
            hint="Set GROUNDSWELL_DATA to another folder for a fresh one.",
        )  # fmt: skip
    from django.db import connections

    connections.close_all()
    for each in environment.data_folder().iterdir():
        shutil.rmtree(each) if each.is_dir() else each.unlink()


def _noted() -> dict[str, Any] | None:
    path = environment.data_folder() / MARK
    return json.loads(path.read_text()) if path.exists() else None


def _is_loaded() -> bool:
    noted = _noted()
    return bool(noted and noted["loaded"])


def _mark(project: int, *, is_loaded: bool) -> None:
    (environment.data_folder() / MARK).write_text(json.dumps({"project": project, "loaded": is_loaded}))
