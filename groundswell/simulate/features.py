"""What the whiteboard can do, who finds which part of it, and how often they use it then."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from groundswell.simulate.dice import Dice
from groundswell.simulate.truths import Truths

Details = Callable[[Dice], dict[str, Any]]

COLORS = ("yellow", "pink", "blue", "green")
TEMPLATES = ("retrospective", "user_journey", "kanban", "mind_map", "business_model", "design_sprint", "okr")
FORMATS = ("pdf", "png", "csv")
INTEGRATIONS = ("slack", "jira", "notion", "google_drive", "github")
ARTICLES = ("sharing", "shortcuts", "templates", "billing", "permissions", "export", "video-calls")
ACCESS = ("edit", "comment", "view")


def _nothing(_: Dice) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Feature:
    event: str
    reach: float  # share of the people who ever use it
    often: float  # times per visit of those
    details: Details = _nothing
    on_board: bool = True
    at_most: int = 0  # times in a person's life; 0: any number
    reach_of: Mapping[str, float] = field(default_factory=dict)  # factors by persona or learning style
    often_of: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Habit:
    """A feature as one person uses it."""

    feature: Feature
    often: float


FEATURES = (
    Feature("Sticky Added", 0.9, 0.8, lambda dice: {"count": 1 + dice.poisson(4), "color": dice.one_of(COLORS)}),
    Feature("Board Shared", 0.75, 0.7, lambda dice: {"access": dice.one_of(ACCESS)}),
    Feature("Comment Added", 0.7, 0.15, lambda dice: {"mentions": dice.below(3)}),
    Feature("Template Used", 0.8, 0.32, lambda dice: {"template": dice.one_of(TEMPLATES)}),
    Feature(
        "Video Call Started",
        0.22,
        0.2,
        lambda dice: {"participants": 2 + dice.poisson(2)},
        reach_of={"facilitator": 2.6},
        often_of={"facilitator": 1.6},
    ),
    Feature("Frame Added", 0.45, 0.25),
    Feature("Diagram Drawn", 0.4, 0.2, lambda dice: {"shapes": 1 + dice.poisson(6)}, reach_of={"engineer": 1.8}),
    Feature("Image Uploaded", 0.4, 0.12, lambda dice: {"kilobytes": 40 + dice.below(4000)}),
    Feature("Vote Held", 0.2, 0.1, lambda dice: {"votes": 3 + dice.below(12)}, reach_of={"facilitator": 2.2}),
    Feature("Timer Started", 0.25, 0.1, lambda dice: {"minutes": dice.one_of((3, 5, 10, 15))}),
    Feature("Presentation Started", 0.15, 0.08, reach_of={"product_manager": 1.8}),
    Feature("Export Downloaded", 0.4, 0.1, lambda dice: {"format": dice.one_of(FORMATS)}),
    Feature("Search Used", 0.5, 0.15, lambda dice: {"results": dice.below(20)}, on_board=False),
    Feature(
        "Help Article Viewed",
        0.4,
        0.08,
        lambda dice: {"article": dice.one_of(ARTICLES)},
        on_board=False,
        reach_of={"read": 1.9},
    ),
    Feature("Tutorial Watched", 0.3, 0.06, lambda dice: {"share": dice.one_of((0.25, 0.5, 0.75, 1))}, on_board=False,
            reach_of={"watch": 2.2}),
    Feature("Practice Board Opened", 0.3, 0.06, on_board=False, reach_of={"do": 2.0}),
)  # fmt: skip


def _helper(truths: Truths) -> Feature:
    """The feature that too few find: finding it depends on nothing else."""
    return Feature(
        truths.helper,
        truths.helper_reach,
        0.5,
        lambda dice: {"integration": dice.one_of(INTEGRATIONS)},
        on_board=False,
        at_most=2,
    )


def habits(dice: Dice, truths: Truths, *, persona: str, learning_style: str, eagerness: float) -> tuple[Habit, ...]:
    """Which features somebody will use, and how often per visit."""
    eager = {
        "Template Used": math.exp(truths.eagerness_on_templates * eagerness),
        "Board Shared": math.exp(truths.eagerness_on_shares * eagerness),
    }
    found = []
    for feature in (*FEATURES, _helper(truths)):
        kinds = (persona, learning_style)
        if dice.happens(feature.reach * math.prod(feature.reach_of.get(kind, 1.0) for kind in kinds)):
            factor = math.prod(feature.often_of.get(kind, 1.0) for kind in kinds)
            found.append(Habit(feature, min(3.0, feature.often * factor * eager.get(feature.event, 1.0))))
    return tuple(found)
