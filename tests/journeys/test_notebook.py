"""The example notebook, from its first cell to its last, in a kernel as Jupyter starts one."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.journeys.running import Server

NOTEBOOK = Path(__file__).parents[2] / "docs" / "notebook.ipynb"
PEOPLE = 200


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """What ``bin/demo`` serves, with a smaller company."""
    running = Server(tmp_path_factory.mktemp("demo"))
    running.start("demo", "--people", str(PEOPLE))
    running.printed("secret_key")
    yield running
    assert running.stop() == 0


def run(demo: Server) -> list[Any]:
    """What its code cells put out. Fails as they do."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GROUNDSWELL_")}
    client = NotebookClient(notebook, timeout=100, resources={"metadata": {"path": str(NOTEBOOK.parent)}})
    client.execute(env={**environment, "GROUNDSWELL_DATA": str(demo.data)})
    return [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]


def check(outputs: list[Any]) -> None:
    kinds = [{kind for out in each for kind in out.get("data", {})} for each in outputs]
    html = "".join(out["data"]["text/html"] for each in outputs for out in each if "text/html" in out.get("data", {}))
    printed = "".join(out["text"] for each in outputs for out in each if out.get("name") == "stdout")
    assert html.count('src="data:image/svg+xml;base64,') == 2  # answers that show themselves
    assert sum("image/svg+xml" in each for each in kinds) == 1  # the chart of one's own
    assert html.count("<table") == 6
    assert "signed up and made no board" in printed
    assert "funnel.parquet" in printed
    assert "'fortnight', which is none of its values" in printed
    assert not [out["text"] for each in outputs for out in each if out.get("name") == "stderr"]


def test_it_runs_beside_the_server(demo: Server) -> None:
    check(run(demo))


def test_it_runs_where_no_server_does(demo: Server) -> None:
    assert demo.stop() == 0
    check(run(demo))


def test_it_is_kept_without_what_it_put_out() -> None:
    kept = json.loads(NOTEBOOK.read_text())
    cells = [cell for cell in kept["cells"] if cell["cell_type"] == "code"]
    assert len(cells) > 8
    assert not [cell for cell in cells if cell["outputs"] or cell["execution_count"]]
    assert NOTEBOOK.stat().st_size < 20_000
