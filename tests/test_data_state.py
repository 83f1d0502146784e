"""A project's data has a state: whatever may change an answer moves it on, whatever may not leaves it."""

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from django.contrib.auth import get_user_model

from groundswell.insights.service import ask
from groundswell.people import service as people
from groundswell.segments import service as segments
from groundswell.store import service as store
from groundswell.workspace.projects import settle, settled
from groundswell.workspace.types import Caller
from tests.test_house_rules import INSIDE, shown
from tests.world import World, group, identify, track

ADA = Caller(user=1)
MACHINE = Caller(is_operator=True)
TREND = {"kind": "trend", "series": [{"event": "A"}], "date_from": "2026-01-05", "date_to": "2026-01-05"}
JOIN = {"type": "alias", "previousId": "phone", "userId": "ada"}
OWNER = {**group("ada", "acme", role="owner"), "messageId": "role"}

# Writes other than by appending that change no answer: to what no question reads yet, or reads any more.
UNREAD = {"count_month", "forget_others"}


def state(world: World) -> int:
    found = store.state(world.project.id)
    assert found is not None
    return found


@contextmanager
def moves(world: World) -> Iterator[None]:
    before = state(world)
    yield
    assert state(world) > before


@contextmanager
def stays(world: World) -> Iterator[None]:
    before = state(world)
    yield
    assert state(world) == before


@pytest.mark.parametrize(
    "message",
    [
        track("ada", "A"),
        identify("ada", plan="pro"),
        identify("ada", "phone"),
        group("ada", "acme", size=9),
        JOIN,
        OWNER,
    ],
    ids=["an event", "a trait", "a join", "an account", "an alias", "a role"],
)
def test_what_arrives_moves_it(world: World, message: dict[str, object]) -> None:
    with moves(world):
        world.send(message)


def test_asking_leaves_it(world: World) -> None:
    world.send(track("ada", "A"))
    with stays(world):
        ask(world.project, TREND)
        people.profile(world.project, "ada")


def test_what_arrives_for_another_project_leaves_it(world: World, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = World(tmp_path_factory.mktemp("other"))
    with stays(world), moves(other):
        other.send(track("ada", "A"), identify("ada", "phone"), group("ada", "acme"))


def test_people_merged_split_and_undone_by_hand_move_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    get_user_model().objects.create_user(pk=ADA.user, username="ada@example.com")
    collector = SimpleNamespace(rejoin=lambda asked: world.loader.rejoin(asked))
    monkeypatch.setattr("groundswell.collect.service.collector", lambda: collector)
    world.send(track("ada", "A"), track("ben", "A"))
    with moves(world):
        people.merge(world.project, "ben", into="ada", caller=ADA, by="ada")
    with moves(world):
        people.undo(world.project, people.rejoins(world.project)[0].number, caller=ADA, by="ada")
    with moves(world):
        people.merge(world.project, "ben", into="ada", caller=ADA, by="ada")
    with moves(world):
        people.split(world.project, "ben", caller=ADA, by="ada")


def test_another_zone_moves_it_when_questions_see_it(world: World) -> None:
    world.send(track("ada", "A"))
    settle(MACHINE, world.project, **{**settled(world.project), "timezone": "Asia/Seoul"})
    world.loader.rezoning.ask()
    with moves(world):
        while world.loader.rezoning.step():
            pass


def test_a_segment_made_filled_and_removed_moves_it(world: World) -> None:
    world.send(identify("ada", plan="pro"))
    with moves(world):
        segments.put_segment(MACHINE, world.project, "pro", name="Pro", of="people", match={"trait": {"plan": "pro"}})
    segments.put_segment(MACHINE, world.project, "listed", name="Listed", of="people", match={"listed": True})
    with moves(world):
        segments.replace_list(MACHINE, world.project, "listed", ["ada"])
    with moves(world):
        segments.remove_segment(MACHINE, world.project, "pro")


def test_it_moves_after_the_rows_are_there_so_that_nobody_takes_old_numbers_for_those_of_a_later_state(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, engine = state(world), store.engine()
    appended: Callable[..., None] = engine.append
    seen: list[int] = []

    def append(*args: object, **kwargs: object) -> None:
        appended(*args, **kwargs)
        if kwargs["computed"]:  # rows of a project
            seen.append(state(world))

    monkeypatch.setattr(engine, "append", append)
    world.send(track("ada", "A"))
    assert seen[0] == begun
    assert state(world) > max(seen)


def test_a_write_of_which_nobody_knows_whether_it_happened_moves_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError("The disk is gone.")

    monkeypatch.setattr(store.engine(), "append", fails)
    with moves(world), pytest.raises(OSError, match="disk"):
        people.append_group_calls(world.project.id, [SimpleNamespace(id=1, at=1, account=2, position=1)], token="x")  # type: ignore[list-item]


def test_a_store_that_others_write_to_has_no_state(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store.engine(), "is_embedded", False)
    assert store.state(world.project.id) is None


def test_an_emptied_store_is_in_another_state(world: World) -> None:
    before = state(world)
    store.dictionary_touched("persons")  # of any project
    assert state(world) > before


def test_whoever_writes_other_than_by_appending_says_so() -> None:
    """Found by reading: functions that command the engine outside the store."""
    commanding = {}
    for path in INSIDE:
        if "tests" in path.parts or path.parts[-2] in ("store", "bench"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and "engine().command(" in ast.unparse(node):
                commanding[node.name] = (shown(path), "store.moved(" in ast.unparse(node))
    assert set(commanding) >= {"switch", "forget", *UNREAD}
    assert [name for name, (_, says) in commanding.items() if not says and name not in UNREAD] == []
