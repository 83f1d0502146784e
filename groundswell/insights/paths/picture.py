"""The picture of paths: every node, move and end of a path with its words, and the address of who is behind it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from groundswell.insights.charts import breadth
from groundswell.insights.groups import Group, groups_of
from groundswell.insights.paths.flow import BAR, PAGE, Flow, Node, Size, Stub, laid_out
from groundswell.insights.paths.question import Paths
from groundswell.insights.paths.words import band_title, node_text, node_title, stub_title
from groundswell.insights.types import Answer

ROOM = 24  # Latin letters of a name
STUB = 4  # px that it stands out

Who = Callable[[dict[str, Any]], str] | None


@dataclass(frozen=True)
class Shape:
    """What is drawn of a band or a stub: its outline, what it says in full, and who is behind it ("" for nobody)."""

    outline: str
    title: str
    who: str


@dataclass(frozen=True)
class Named:
    """A node with its name, shortened, and how many came there."""

    node: Node
    name: str
    title: str
    who: str

    @property
    def beside(self) -> float:
        """Where its letters begin,"""
        return self.node.x + BAR + STUB + 4

    @property
    def line(self) -> float:
        """and on which line."""
        return self.node.y + 11


@dataclass(frozen=True)
class Picture:
    """A picture of a group, with the places of what stands over its columns."""

    group: str
    width: float
    height: float
    heads: list[tuple[int, float]]
    bands: list[Shape]
    stubs: list[Shape]
    nodes: list[Named]


def pictures_of(
    question: Paths, answer: Answer, who: Who, *, most: int, size: Size = PAGE
) -> tuple[list[Picture], int]:
    """Pictures of the first groups, and how many groups have none."""
    each = zip(groups_of(answer, answer.beside["nodes"]["rows"]), groups_of(answer), strict=True)
    several = [(came, moved) for came, moved in each if came.rows]
    pictures = [_picture(question, came, moved, who, size) for came, moved in several[:most]]
    return pictures, max(0, len(several) - most)


def _picture(question: Paths, came: Group, moved: Group, who: Who, size: Size) -> Picture:
    nodes = [(row[0], row[1], row[2], row[3]) for row in came.rows]
    flow = laid_out(nodes, [(row[0], row[1], row[2], row[3]) for row in moved.rows], steps=question.steps, size=size)
    split = {"breakdown": came.value} if question.breakdown else {}
    by_account = question.counts_accounts

    def behind(**cell: Any) -> str:
        return who({**cell, **split}) if who else ""

    named = _namer(flow)
    bands = [
        Shape(band.outline, band_title(band, by_account=by_account),
              behind(step=band.source.step, source=named(band.source), target=named(band.target)))
        for band in flow.bands
    ]  # fmt: skip
    stubs = [
        Shape(_stub(stub), stub_title(stub, by_account=by_account),
              behind(step=stub.node.step, source=named(stub.node), dropped=True))
        for stub in flow.stubs
    ]  # fmt: skip
    labels = [
        Named(node, shortened(node_text(node), ROOM), node_title(node, by_account=by_account),
              behind(step=node.step, source=named(node)))
        for column in flow.columns for node in column
    ]  # fmt: skip
    heads = [(column[0].step, column[0].x) for column in flow.columns]
    return Picture(came.name, flow.width, flow.height, heads, bands, stubs, labels)


def _namer(flow: Flow) -> Callable[[Node], Any]:
    """How a cell names a node: by its event, the others of a step by what they are not."""
    own = {column[0].step: [node.names[0] for node in column if not node.are_others] for column in flow.columns}
    return lambda node: {"$nin": own[node.step]} if node.are_others else node.names[0]


def _stub(stub: Stub) -> str:
    """The lowest part of a node, a little broader."""
    return f"M{stub.node.x:.1f} {stub.y:.1f}h{BAR + STUB}v{stub.height:.1f}h-{BAR + STUB}Z"


def shortened(text: str, room: float) -> str:
    """A text that takes no more room than so many Latin letters."""
    if breadth(text) <= room:
        return text
    while text and breadth(text) > room - 1:
        text = text[:-1]
    return f"{text.rstrip()}…"
