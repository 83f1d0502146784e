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
            '  -H "Authorization: Bearer $GROUNDSWELL_KEY" \\\n'
            f"  --data {shlex.quote(compact)}"
        ),
        "Python": (
            "import groundswell\n\n"
            f"question = {_python(question)}\n"
            f'gs = groundswell.connect("{server}", project={project})  # the key is in GROUNDSWELL_KEY\n'
            "answer = gs.ask(question)"
        ),
        "CLI": f"printf %s {shlex.quote(compact)} | groundswell ask - --project {project}",
    }


def _python(question: Mapping[str, Any]) -> str:
    lines = (f"    {name!r}: {value!r},\n" for name, value in question.items())
    return "{\n" + "".join(lines) + "}"
