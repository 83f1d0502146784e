"""Segments are made, changed and deleted; what they depend on and what depends on them holds."""

from typing import Any

import pytest

from groundswell.kernel.errors import Refusal
from groundswell.segments import definitions, service
from groundswell.segments.tests.conftest import MACHINE, Clock, Put
from groundswell.workspace import audit
from groundswell.workspace.shell import Hit
from tests.world import World, identify

PRO: dict[str, Any] = {"trait": {"plan": "pro"}}


def test_every_version_is_kept_with_whoever_left_it(world: World, put: Put) -> None:
    put("payers", PRO)
    put("payers", PRO, name="Those who pay")
    put("payers", PRO, {"trait": {"seats": 5}}, name="Those who pay")
    put("payers", PRO, {"trait": {"seats": 5}}, name="Those who pay")  # nothing new
    found = service.history(world.project, "payers")
    assert [(each.number, each.name, len(each.match["all"])) for each in found.items] == [
        (2, "Those who pay", 2),
        (1, "Those who pay", 1),
    ]
    verbs = [each.verb for each in audit.entries(world.project.id, kind="segment").items]
    assert verbs == ["segment.changed", "segment.changed", "segment.made"]


@pytest.mark.parametrize(
    ("name", "key"),
    [("Trial stars", "trial-stars"), ("체험 고객", "segment"), ("Preview", "preview-2"), ("  Is it—so?  ", "is-itso")],
)
def test_a_key_comes_from_the_name(world: World, clock: Clock, name: str, key: str) -> None:
    made = service.make_segment(MACHINE, world.project, name=name, of="people", match=PRO)
    assert made.key == key
    again = service.make_segment(MACHINE, world.project, name=name, of="people", match=PRO)
    assert again.key == {"preview-2": "preview-3"}.get(key, f"{key}-2")


@pytest.mark.parametrize("key", ["", "trial stars", "a/b", "-a", "preview", "é", "a" * 101])
def test_what_cannot_be_a_key_is_refused(world: World, key: str) -> None:
    with pytest.raises(Refusal, match="cannot be the key"):
        service.put_segment(MACHINE, world.project, key, name="A", of="people", match=PRO)


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"of": None}, "of", "is missing"),
        ({"of": "persons"}, "of", "none of its values"),
        ({"name": " "}, "name", "needs a name"),
        ({"name": "x" * 201}, "name", "needs a name"),
        ({"description": "x" * 2_001}, "description", "at most 2000"),
        ({"match": {"all": [{"segment": "payer"}]}}, "match", "names no segment “payer”"),
        (
            {"match": {"all": [{"did": {"event": "A", "where": {"person.segment": {"$inGroup": "no"}}}}]}},
            "match",
            "“no”",
        ),
    ],
)
def test_a_definition_that_does_not_fit_is_refused(
    world: World, put: Put, given: Any, field: str, sentence: str
) -> None:
    put("payers", PRO)
    with pytest.raises(Refusal, match=sentence) as refused:
        service.put_segment(
            MACHINE, world.project, "others", **{"name": "Others", "of": "people", "match": PRO, **given}
        )
    assert list(refused.value.fields) == [field]


def test_a_segment_stays_one_of_people_or_of_companies(world: World, put: Put) -> None:
    put("payers", PRO)
    with pytest.raises(Refusal, match="this segment is of people"):
        put("payers", PRO, of="accounts")


def test_a_segment_cannot_lead_back_to_itself(world: World, put: Put) -> None:
    with pytest.raises(Refusal, match="leads back to this segment: a → a"):
        put("a", {"segment": "a"})
    put("a", PRO)
    put("b", {"not": {"segment": "a"}})
    put("c", {"did": {"event": None, "where": {"person.segment": {"$notInGroup": "b"}}}})
    put("d", {"segment": "c"}, {"segment": "b"})
    with pytest.raises(Refusal, match="leads back to this segment: a → d → b → a"):
        put("a", {"any": [PRO, {"segment": "d"}]})
    assert service.segment(world.project, "a").version == 1


def test_what_is_used_is_not_deleted(world: World, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    put("payers", PRO)
    put("big-payers", {"segment": "payers"}, name="Big payers")
    monkeypatch.setattr(definitions, "_uses", [lambda project, key: [Hit("/there", f"Funnel of {key}", "question")]])
    with pytest.raises(Refusal, match=r"is used: “Big payers”, “Funnel of payers”") as refused:
        service.remove_segment(MACHINE, world.project, "payers")
    assert refused.value.status == 409
    monkeypatch.setattr(definitions, "_uses", [])
    service.remove_segment(MACHINE, world.project, "big-payers")
    service.remove_segment(MACHINE, world.project, "payers")
    assert service.segments(world.project).total == 0


def test_a_segment_of_a_key_that_was_used_before_begins_anew(world: World, put: Put) -> None:
    world.send(identify("ada", plan="pro"))
    first = put("payers", PRO).definition.number
    service.remove_segment(MACHINE, world.project, "payers")
    made = put("payers", {"trait": {"plan": "free"}})
    assert made.definition.number > first
    assert made.standing.members == 0
    assert service.history(world.project, "payers").total == 1


def test_segments_leave_as_they_can_be_made_again(world: World, put: Put) -> None:
    put("payers", PRO)
    put("firms", {"did": {"event": "A", "at_most": 0, "within": "2w"}}, of="accounts", how="any")
    exported = service.exported(world.project)
    for each in exported:
        service.remove_segment(MACHINE, world.project, str(each["key"]))
    for each in exported:
        service.put_segment(MACHINE, world.project, **each)
    assert service.exported(world.project) == exported


def test_there_are_not_too_many(world: World, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST", 1)
    put("a", PRO)
    put("a", PRO, name="still")
    with pytest.raises(Refusal, match="may have no more"):
        put("b", PRO)


def test_a_preview_says_how_many_of_how_many(world: World, clock: Clock, put: Put) -> None:
    world.send(identify("ada", plan="pro"), identify("ben"), identify("cleo", plan="pro"), identify("dora"))
    found = service.preview(world.project, of="people", match={"all": [PRO]})
    assert (found.members, found.everybody, found.share, len(found.examples)) == (2, 4, 0.5, 2)
    put("payers", PRO)
    with pytest.raises(Refusal, match="leads back"):
        service.preview(world.project, of="people", match={"segment": "payers"}, key="payers")
