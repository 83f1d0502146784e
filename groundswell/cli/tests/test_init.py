"""``init`` and ``doctor`` as people type them."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from groundswell.cli.doctor import command as doctor
from groundswell.cli.init import command as init
from groundswell.jobs.service import enqueue, register
from groundswell.jobs.types import Job
from groundswell.kernel.errors import Refusal
from groundswell.workspace.service import caller_of_secret, sending_key
from groundswell.workspace.types import KeyKind

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("open_store")]
ADA = ["--email", "ada@example.com", "--password", "engine"]


def made(*words: str) -> dict[str, object]:
    result = CliRunner().invoke(init, [*ADA, *words, "--json"], catch_exceptions=False)
    found: dict[str, object] = json.loads(result.output)
    return found


def test_init_prints_a_project_and_three_keys_that_open_it() -> None:
    found = made("--project", "Engine")
    assert set(found) == {"project", "write_key", "browser_key", "secret_key"}
    kinds = [sending_key(str(found[name])) for name in ("write_key", "browser_key", "secret_key")]
    assert [(key.project, key.kind) for key in kinds if key] == [
        (found["project"], kind) for kind in (KeyKind.WRITE, KeyKind.BROWSER, KeyKind.SECRET)
    ]
    caller = caller_of_secret(str(found["secret_key"]))
    assert caller is not None
    assert caller.project == found["project"]


def test_init_again_with_another_name_adds_a_project() -> None:
    assert made("--project", "One")["project"] != made("--project", "Two")["project"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--project", "P", "--timezone", "Mars/Olympus"], "no time zone"),
        (["--project", "P", "--currency", "Taler"], "not a currency"),
        (["--project", "P", "--language", "tlh"], "not a language"),
        (["--project", " "], "needs a name"),
    ],
)
def test_init_refuses_what_makes_no_sense(words: list[str], sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        made(*words)


def test_init_refuses_a_name_twice_and_a_wrong_password() -> None:
    made("--project", "P")
    with pytest.raises(Refusal, match="already"):
        made("--project", "P")
    with pytest.raises(Refusal, match="another password"):
        CliRunner().invoke(
            init, ["--email", "ada@example.com", "--password", "x", "--project", "Q"], catch_exceptions=False
        )


def test_the_doctor_finds_a_well_kept_installation_well() -> None:
    made("--project", "P")
    result = CliRunner().invoke(doctor, ["--json"], catch_exceptions=False)
    found = {finding["what"]: finding for finding in json.loads(result.output)}
    assert set(found) == {"versions", "disk", "clock", "database", "server", "events", "background work"}
    assert [what for what, finding in found.items() if not finding["is_well"]] == []
    assert result.exit_code == 0


def test_the_doctor_finds_work_that_nobody_does(monkeypatch: pytest.MonkeyPatch) -> None:
    made("--project", "P")
    register(Job(key="note", name="Note", run=lambda _work: None))
    monkeypatch.setattr("groundswell.kernel.clock.now", lambda: datetime.now(UTC) - timedelta(minutes=11))
    enqueue("note")
    monkeypatch.undo()
    result = CliRunner().invoke(doctor, ["--json"], catch_exceptions=False)
    (found,) = (each for each in json.loads(result.output) if each["what"] == "background work")
    assert (found["is_well"], found["found"]) == (False, "1 wait, 0 under way, 1 of them late")
    assert "groundswell serve" in found["advice"]
