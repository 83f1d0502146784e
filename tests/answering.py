"""The same world told twice, and every answer held against the slow reference."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from groundswell.insights import funnel, grouped
from groundswell.insights.attendance.register import register
from groundswell.insights.paths import answer as paths
from groundswell.insights.service import ask
from tests import reference
from tests.random_questions import Question
from tests.random_worlds import Message, Told
from tests.world import World


def hold(folder: Path, told: Told, questions: Sequence[Question], tz: str, before: Sequence[Message] = ()) -> None:
    """Both worlds answer as the reference does: the punctual one, and the one that was told late and out of order.

    The second answers in the ways that are taken where there is much to read, its days counted ahead in between, and
    was asked the same before it knew all. The first keeps no register of who was there when. ``before``: what both were
    told first.
    """
    punctual, late = worlds_told(folder, told, tz, before, asked=questions)
    for question in questions:
        expected = _expected([*before, *told[0]], question, tz)
        with without_register():
            assert _answered(punctual, question) == expected, question
        with as_of_much_data():
            assert _answered(late, question) == expected, question


def _expected(messages: Sequence[Message], question: Question, tz: str) -> tuple[Any, Any]:
    rows = plain(reference.answer(messages, question, tz))
    return rows, reference.beside_paths(messages, question, tz) if question["kind"] == "paths" else None


def _answered(world: World, question: Question) -> tuple[Any, Any]:
    """The rows, and of paths what stands beside them, but for the order in which people see the values."""
    answer = ask(world.project, question)
    beside = {name: value for name, value in answer.beside.items() if name != "values"}
    return plain(answer.rows), beside if question["kind"] == "paths" else None


def worlds_told(
    folder: Path, told: Told, tz: str, before: Sequence[Message] = (), *, asked: Sequence[Question] = ()
) -> tuple[World, World]:
    """A world that was told punctually, and one that was told late and out of order; ``asked`` of it in between."""
    happened, batches = told
    punctual, late = World(folder, tz=tz), World(folder, tz=tz)
    punctual.send(*before, *happened)
    for batch in [before, *batches]:
        late.count_ahead()
        if batch:
            late.send(*batch)
            for question in asked:
                ask(late.project, question)
    return punctual, late


@contextmanager
def as_of_much_data() -> Iterator[None]:
    """Questions are answered as if there were millions of events."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(funnel, "BY_OWNER", 0)
        patched.setattr(paths, "BY_OWNER", 0)
        patched.setattr(grouped, "MANY", 0)
        yield


@contextmanager
def without_register() -> Iterator[None]:
    """Questions are answered as where others write to the store."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(register, "attendance", lambda *_, **__: None)
        patched.setattr(register, "parted", lambda *_: None)
        patched.setattr(register, "recollection", lambda *_: None)
        yield


def plain(rows: Any) -> list[list[Any]]:
    """Rows with floats rounded to what both sides can be asked to agree on."""
    return [[round(value, 6) if isinstance(value, float) else value for value in row] for row in rows]
