"""Background work through its page and over HTTP."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from groundswell.jobs.mending import begin_recurring
from groundswell.jobs.models import Run
from groundswell.jobs.service import enqueue, work_off
from groundswell.jobs.tests.conftest import Clock
from groundswell.jobs.types import Job, State
from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import said
from groundswell.workspace.audit import entries
from groundswell.workspace.service import issue_key, project_card
from groundswell.workspace.types import KeyKind, Role
from tests.visitors import member

pytestmark = pytest.mark.django_db(transaction=True)

Jobs = Callable[..., Job]


def page(client: Client, project: int, **query: str) -> str:
    return client.get(f"/p/{project}/jobs/", query_params=query).content.decode()


def test_the_page_tells_what_runs_waits_and_failed(clock: Clock, job: Jobs, project: int) -> None:
    def refused(_work: Any) -> None:
        raise Refusal(404, "gone", said("There is no such background work."))

    job("refused", refused)
    job("counting", lambda _work: said("%(count)s old runs were deleted.", count=4))
    job(every=timedelta(minutes=10))
    begin_recurring()
    enqueue("refused", project=project)
    enqueue("counting", project=project, about="of <b>last year</b>", by="ada@example.com")
    work_off()
    enqueue("counting", project=project, at=clock.now + timedelta(hours=2))
    vera = member(project_card(project), "vera", Role.VIEWER)
    text = page(vera, project)
    assert "There is no such background work." in text
    assert "4 old runs were deleted." in text
    assert "of &lt;b&gt;last year&lt;/b&gt;" in text and "ada@example.com" in text
    assert "in 2 hours" in text and "next" in text and "in 10 minutes" in text
    assert "hx-trigger" not in text and "Do it again" not in text
    assert "4 old runs" not in page(vera, project, state="failed")
    assert "Nothing is in this state." in page(vera, project, state="running")
    vera.cookies["groundswell_language"] = "ko"
    assert "지난 작업 기록 4개를 삭제했어요." in page(vera, project)


def test_while_something_moves_the_page_looks_again(clock: Clock, job: Jobs, project: int) -> None:
    job()
    enqueue("note", project=project)
    vera = member(project_card(project), "vera", Role.VIEWER)
    assert 'hx-trigger="every 2s"' in page(vera, project)
    part = vera.get(f"/p/{project}/jobs/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part and "Job note" in part
    work_off()
    assert "hx-trigger" not in page(vera, project)


def test_an_editor_stops_and_does_again_and_it_is_noted(clock: Clock, job: Jobs, project: int) -> None:
    job()
    number = enqueue("note", project=project).id
    ben = member(project_card(project), "ben", Role.EDITOR)
    vera = member(project_card(project), "vera", Role.VIEWER)
    for act in ("stop", "again"):
        assert vera.post(f"/p/{project}/jobs/{number}/{act}").status_code == 403
    assert ben.post(f"/p/{project}/jobs/{number}/again").status_code == 409
    assert ben.post(f"/p/{project}/jobs/{number}/stop").headers["Location"] == f"/p/{project}/jobs/"
    assert Run.objects.get().state == State.STOPPED
    ben.post(f"/p/{project}/jobs/{number}/again")
    work_off()
    assert [run.state for run in Run.objects.order_by("pk")] == [State.STOPPED, State.DONE]
    noted = [(each.verb, each.who, each.subject) for each in entries(project, kind="job").items]
    assert noted == [("job.run_again", "ben@example.com", "note"), ("job.stopped", "ben@example.com", "note")]


def test_a_program_lists_stops_and_does_again(clock: Clock, job: Jobs, project: int) -> None:
    job()
    first = enqueue("note", project=project, secret="kept to itself").id
    enqueue("note", project=project + 1)
    key = issue_key(project=project, kind=KeyKind.SECRET)
    program = Client(headers={"authorization": f"Bearer {key}"})
    root = f"/api/v1/projects/{project}/jobs"
    listed = program.get(root).json()
    assert (listed["total"], [run["id"] for run in listed["jobs"]]) == (1, [first])
    assert "secret" not in str(listed)
    assert program.delete(f"{root}/{first}").json()["state"] == "stopped"
    again = program.post(f"{root}/{first}/again").json()
    clock.goes_on(seconds=3)
    work_off()
    done = program.get(f"{root}/{again['id']}").json()
    assert (done["state"], done["name"], done["seconds"], done["share"]) == ("done", "Job note", 0.0, 1.0)
    assert program.get(root, query_params={"state": "stopped"}).json()["total"] == 1
    assert program.get(root, query_params={"state": "nonsense"}).status_code == 400
    assert program.get(root, query_params={"page": 9}).json() == {"jobs": [], "total": 2}
    assert program.get(f"{root}/{again['id'] + 1}").status_code == 404
