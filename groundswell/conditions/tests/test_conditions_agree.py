"""A condition as SQL and the same condition in Python are held equal on random JSON."""

from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from groundswell.conditions.language import check_condition, matches
from groundswell.conditions.sql import Params, condition_sql, member_sql
from groundswell.conditions.values import canonical
from groundswell.store import service as store

pytestmark = pytest.mark.usefixtures("open_store")

NAMES = ["a", "b", "a.b", "$c", "d-e"]
TEXTS = st.one_of(
    st.sampled_from(
        ["", "a", "A", "b", "é", "É", "한글", "10", "1.5", "-3", "1e3", "true", "null", 'a"b', "a\\b", "a/b"]
    ),
    st.sampled_from(["v1.2.3", "1.2.3-beta", "1.10.0", "1.2", "x\ny", "[1]", '{"a":1}', "\u2028", "😀", " 1", "."]),
    st.text("ab1.é", max_size=4),
)
NUMBERS = st.one_of(
    st.integers(-12, 12),
    st.sampled_from([0.5, 1.5, -2.25, 1e-7, 1e22, 1e15, 2.0, 2**53 + 1, 2**62, 10**15, 1.514268931983467e-6]),
)
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2),
    max_leaves=5,
)
OBJECTS = st.dictionaries(st.sampled_from([*NAMES, "b.c"]), VALUES, max_size=4)
REGEXES = st.sampled_from(["a", "^a$", "a|1", "[0-9]+", "x.y", "^$", "\\d", "[$]", "É", ".", "b\\b"])


def operators(wanted: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    operand = {
        "$eq": VALUES, "$ne": VALUES, "$exists": st.booleans(), "$not": wanted, "$size": st.integers(0, 3) | wanted,
        "$type": st.sampled_from(["string", "number", "boolean", "null", "array", "object"]),
        **dict.fromkeys(("$lt", "$lte", "$gt", "$gte"), NUMBERS | TEXTS),
        **{name: TEXTS | st.integers(0, 3) for name in ("$veq", "$vne", "$vlt", "$vlte", "$vgt", "$vgte")},
        **{name: st.lists(VALUES, max_size=3) for name in ("$in", "$nin", "$ini", "$nini")},
        **{name: st.lists(wanted, max_size=2) for name in ("$all", "$alli")},
        **dict.fromkeys(("$regex", "$regexi", "$notRegex", "$notRegexi"), REGEXES),
        "$inGroup": st.just("staff"), "$notInGroup": st.just("staff"),
    }  # fmt: skip
    one = st.sampled_from(sorted(operand)).flatmap(lambda name: operand[name].map(lambda value: {name: value}))
    return one | st.tuples(one, one).map(lambda both: {**both[0], **both[1]})


WANTED = st.recursive(VALUES, operators, max_leaves=3)


def conditions(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    member = st.dictionaries(st.sampled_from(NAMES), WANTED, max_size=2)
    inside = st.dictionaries(st.sampled_from(["a", "b", "a.b"]), WANTED, max_size=2)
    elements = st.sampled_from(NAMES).flatmap(
        lambda name: (inside | operators(WANTED)).map(lambda wanted: {name: {"$elemMatch": wanted}})
    )
    several = st.lists(inner, max_size=2)
    logic = st.sampled_from(["$and", "$or", "$nor"]).flatmap(lambda name: several.map(lambda them: {name: them}))
    return member | elements | logic | inner.map(lambda one: {"$not": one})


CONDITIONS = st.recursive(st.dictionaries(st.sampled_from(NAMES), WANTED, max_size=2), conditions, max_leaves=3)
GROUPS = {"staff": [1, "a", None]}


def sql_says(condition: dict[str, Any], objects: list[dict[str, Any]], *, coded: bool) -> list[bool]:
    """What the column store says of each object; ``coded`` reads dictionary-coded columns, as slots are."""
    params = Params()

    def attribute(name: str) -> str:
        raw = member_sql("properties", name, params)
        return f"toLowCardinality({raw})" if coded else raw

    test = condition_sql(condition, attribute, params, GROUPS)
    params["rows"] = [canonical(one) for one in objects]
    sql = f"SELECT {test} FROM (SELECT arrayJoin({{rows:Array(String)}}) AS properties)"
    return [bool(holds) for (holds,) in store.engine().read(sql, params=params).rows]


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(CONDITIONS, st.lists(OBJECTS, min_size=1, max_size=6), st.booleans())
@example({"a": {"$alli": ["É"]}}, [{"a": ["é"]}], True)
@example({"a": {"$in": [None]}}, [{}, {"a": None}, {"a": "null"}, {"a": [None]}], True)
@example({"a": 10}, [{"a": 10}, {"a": "10"}, {"a": 10.0}, {"a": [10]}], True)
@example({"a": {"$regex": "a$"}}, [{"a": "a\n"}, {"a": "a"}], False)
@example({"a": {"$elemMatch": {"b": {"$elemMatch": {"$in": [1]}}}}}, [{"a": [{"b": [1]}]}, {"a": [{"b": 1}]}], False)
def test_sql_and_python_say_the_same(condition: dict[str, Any], objects: list[dict[str, Any]], coded: bool) -> None:
    check_condition(condition, "where", groups=GROUPS)
    assert sql_says(condition, objects, coded=coded) == [matches(condition, one, GROUPS) for one in objects]
