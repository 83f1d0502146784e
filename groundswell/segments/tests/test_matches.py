"""What a match may say, and what is said of one that cannot be understood."""

from typing import Any

import pytest

from groundswell.kernel.errors import Refusal
from groundswell.segments.matches import match_of
from groundswell.segments.types import Did, Group, How, Of


def read(match: Any) -> Group:
    return match_of(match, Of.PEOPLE, "UTC")


def test_what_was_left_out_is_said() -> None:
    given = {"any": [{"did": {"event": None}}, {"not": {"segment": "trial-stars"}}, {"trait": {"plan": "pro"}}]}
    did = {"event": None, "where": {}, "at_least": 1, "at_most": None, "within": None}
    assert read(given).as_json() == {"any": [{"did": did}, *given["any"][1:]]}


def test_a_statement_that_stands_alone_is_a_group_of_one() -> None:
    assert read({"trait": {"plan": "pro"}}) == read({"all": [{"trait": {"plan": "pro"}}]})
    assert read({"not": {"any": [{"listed": True}]}}).how is How.ALL


def test_at_most_alone_means_that_nobody_need_have_done_it() -> None:
    (did,) = read({"all": [{"did": {"event": "A", "at_most": 2, "within": "2w"}}]}).parts
    assert isinstance(did, Did)
    assert (did.at_least, did.at_most, did.within_us) == (0, 2, 14 * 86_400_000_000)


@pytest.mark.parametrize(
    ("match", "field", "sentence", "hint"),
    [
        ([], "match", "must be an object", '{"all"'),
        ({}, "match", "must say one thing, one of all, any, not, trait, did, segment, listed", "Several go into"),
        ({"all": []}, "match.all", "must be a list of at least one statement", '{"all"'),
        ({"al": []}, "match.al", "is nothing that a match knows", "Did you mean all?"),
        ({"all": [{"trait": {}, "not": {}}]}, "match.all[0]", "must say one thing", "Several go into"),
        ({"all": [{"trait": 3}]}, "match.all[0].trait", "must be an object of conditions", "Write"),
        ({"all": [{"trait": {"a": {"$x": 1}}}]}, "match.all[0].trait.a.$x", "is not an operator", "Did you mean"),
        ({"all": [{"did": {}}]}, "match.all[0].did.event", "is missing", "null for any event"),
        ({"not": {"did": {"event": "A", "within": "1y"}}}, "match.not.did.within", "no length of time", "such as 30d"),
        ({"not": {"did": {"event": "A", "within": 3}}}, "match.not.did.within", "no length of time", "such as 30d"),
        ({"any": [{"did": {"event": "A", "at_least": -1}}]}, "match.any[0].did.at_least", "a whole number", ""),
        ({"any": [{"did": {"event": "A", "at_least": 3, "at_most": 2}}]}, "match.any[0].did.at_most", "is less", ""),
        ({"any": [{"did": {"event": "A", "times": 3}}]}, "match.any[0].did.times", "is not a field", "Use one of"),
        ({"any": [{"segment": 7}]}, "match.any[0].segment", "must be the key of a segment", "trial-stars"),
        ({"any": [{"listed": False}]}, "match.any[0].listed", "must be true", "its own list"),
        ({"all": [{"listed": True}] * 51}, "match", "has 51 statements, and may have 50", "Make a segment of some"),
        ({"not": {"not": {"not": {"not": {"not": {"not": {"not": {"not": {"not": {"not": {"not": {"not":
         {"listed": True}}}}}}}}}}}}}, "match.not.not.not.not.not.not.not.not.not.not.not", "more than 10 deep", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_refused_with_the_field_and_what_would_be_right(
    match: Any, field: str, sentence: str, hint: str
) -> None:
    with pytest.raises(Refusal) as refused:
        read(match)
    assert refused.value.status == 400
    assert list(refused.value.fields) == [field]
    assert refused.value.message.startswith(f"`{field}` ")
    assert sentence in refused.value.message
    assert hint in refused.value.hint
