"""A question as a program would ask it."""

import json
import shlex
from collections.abc import Mapping
from typing import Any


def copies(question: Mapping[str, Any], *, project: int, server: str) -> dict[str, str]:
    """The question for curl, Python and the command line; ``server`` is the address of this one."""
    compact = json.dumps(question, ensure_ascii=False)
    return {
        "curl": (
            f"curl {server}/api/v1/projects/{project}/ask \\\n"
            '  -H "Authorization: Bearer $GROUNDSWELL_SECRET_KEY" \\\n'
            f"  --data {shlex.quote(compact)}"
        ),
        "Python": (
            "import os, requests\n\n"
            f"question = {_python(question)}\n"
            "answer = requests.post(\n"
            f'    "{server}/api/v1/projects/{project}/ask",\n'
            '    headers={"Authorization": "Bearer " + os.environ["GROUNDSWELL_SECRET_KEY"]},\n'
            "    json=question,\n"
            ").json()"
        ),
        "CLI": f"printf %s {shlex.quote(compact)} | groundswell ask - --project {project}",
    }


def _python(question: Mapping[str, Any]) -> str:
    lines = (f"    {name!r}: {value!r},\n" for name, value in question.items())
    return "{\n" + "".join(lines) + "}"
