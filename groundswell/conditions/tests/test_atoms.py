"""Conditions taken apart into statements and put together again."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundswell.conditions.atoms import OPERATORS, WITHOUT_VALUE, atoms_of, condition_of, stated
from groundswell.conditions.language import matches
from groundswell.kernel.errors import Refusal

NOT_KNOWN = frozenset[str]()


def told(condition: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(atom.name, atom.operator, atom.value) for atom in atoms_of(condition)]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"plan": "free"}, [("plan", "is", "free")]),
        ({"plan": {"$ne": "free"}}, [("plan", "is_not", "free")]),
        ({"seats": {"$gte": 5, "$lt": 10}}, [("seats", "at_least", "5"), ("seats", "less", "10")]),
        ({"plan": {"$in": ["pro", "team"]}}, [("plan", "one_of", "pro, team")]),
        ({"plan": {"$nin": ["pro", "team"]}}, [("plan", "none_of", "pro, team")]),
        ({"seats": {"$in": [10, "10"]}}, [("seats", "is", "10")]),
        ({"plan": {"$exists": True}, "team": {"$exists": False}}, [("plan", "is_set", ""), ("team", "is_not_set", "")]),
        ({"person.segment": {"$inGroup": "stars"}}, [("person.segment", "in_group", "stars")]),
        ({"person.segment": {"$notInGroup": "stars"}}, [("person.segment", "not_in_group", "stars")]),
        ({"url": {"$regexi": r"a\.b"}}, [("url", "contains", "a.b")]),
        ({"$and": [{"a": 1}, {"a": {"$gt": 0}}]}, [("a", "is", "1"), ("a", "more", "0")]),
        ({"url": {"$regexi": "a.b"}}, [("", "json", '{"url": {"$regexi": "a.b"}}')]),
        ({"$or": [{"a": 1}, {"b": 1}]}, [("", "json", '{"$or": [{"a": 1}, {"b": 1}]}')]),
        ({"tags": {"$all": ["x"]}}, [("", "json", '{"tags": {"$all": ["x"]}}')]),
        ({"a": None}, [("", "json", '{"a": null}')]),
        ({"a": {"b": 1}}, [("", "json", '{"a": {"$eq": {"b": 1}}}')]),
        ({"name": "Kim, Sora"}, [("", "json", '{"name": "Kim, Sora"}')]),
    ],
)  # fmt: skip
def test_a_condition_is_told_statement_by_statement(
    condition: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    assert told(condition) == expected


VALUES = st.sampled_from(["free", "pro", 5, 10, "10", True, None, ["free"], 2.5])
WANTED = st.one_of(
    VALUES,
    st.builds(lambda value: {"$gte": value}, st.sampled_from([5, "m"])),
    st.builds(lambda values: {"$in": values}, st.lists(VALUES, max_size=3)),
    st.builds(lambda value: {"$exists": value, "$ne": "pro"}, st.booleans()),
    st.just({"$regexi": "fr"}),
)
NAMES = st.sampled_from(["plan", "seats"])
CONDITIONS = st.recursive(
    st.dictionaries(NAMES, WANTED, max_size=2),
    lambda inner: st.builds(
        lambda logic, parts: {logic: parts}, st.sampled_from(["$and", "$or", "$nor"]), st.lists(inner, max_size=2)
    ),
    max_leaves=4,
)


@given(CONDITIONS, st.lists(st.dictionaries(NAMES, VALUES), max_size=5))
def test_put_together_again_it_holds_for_the_same(condition: dict[str, Any], things: list[dict[str, Any]]) -> None:
    again = condition_of(atoms_of(condition))
    for thing in things:
        assert matches(again, thing) == matches(condition, thing)


@given(st.sampled_from([one for one in OPERATORS if one != "json"]), st.sampled_from(["free", "10", "a.b", "true"]))
def test_what_was_stated_is_read_as_it_was_stated(operator: str, value: str) -> None:
    atom = stated("plan", operator, value, lambda _: NOT_KNOWN)
    [read] = atoms_of(atom.condition)
    # one of a single value is that value
    expected = {"one_of": "is", "none_of": "is_not"}.get(operator, operator)
    assert (read.name, read.operator) == ("plan", expected)
    assert read.value == ("" if operator in WITHOUT_VALUE else value)


@pytest.mark.parametrize(
    ("types", "wanted"),
    [({"number"}, 10), ({"string"}, "10"), ({"number", "string"}, {"$in": [10, "10"]}), (set(), {"$in": [10, "10"]})],
)
def test_the_type_of_a_value_is_that_which_was_seen(types: set[str], wanted: Any) -> None:
    assert stated("seats", "is", "10", lambda _: types).condition == {"seats": wanted}


@pytest.mark.parametrize(
    ("name", "operator", "value", "sentence"),
    [
        ("plan", "is_like", "x", "`operator` is 'is_like', which is none."),
        ("", "is", "x", "`where` needs a property."),
        ("", "json", "[1]", "`where` is not a condition in JSON."),
        ("", "json", "[" * 100_000, "`where` is not a condition in JSON."),
    ],
)
def test_what_says_nothing_is_refused(name: str, operator: str, value: str, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence.replace("`", "`")):
        stated(name, operator, value, lambda _: NOT_KNOWN)
