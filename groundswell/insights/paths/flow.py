"""Where the nodes and moves of paths stand in a picture: a column for each step, and bands between them.

Heights are numbers of people; somebody who makes several moves from a node is in several bands, so that a node is as
high as what comes in or goes out of it. The most frequent events of a step have a place of their own, the others are
together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

LABEL = 180  # px of a name
NARROWEST, WIDEST = 190, 280  # px from a column to the next
BAR, HEAD, GAP, LINE = 10, 30, 12, 32  # px: of a node; above the columns; between nodes; of the least that has a name
LEAST = 2  # px of a band


@dataclass(frozen=True)
class Size:
    """How many events of a step have a place of their own, how tall the tallest column is, about, and how wide a
    picture that needs no scrolling (px)."""

    own: int = 6
    tall: int = 380
    wide: int = 940  # within a window of 1280


PAGE, CARD = Size(), Size(own=3, tall=150, wide=540)

Came = tuple[int, str, int, int]  # step, event, how many came there, and did nothing more
Moved = tuple[int, str, str, int]  # step, from, to, how many


@dataclass(eq=False)
class Node:
    """An event of a step, or all its others (``names``). ``count`` is None where it is not known."""

    step: int
    names: tuple[str, ...]
    are_others: bool
    count: int | None = None
    dropped: int = 0
    entering: int = 0
    leaving: int = 0
    x: float = 0
    y: float = 0
    height: float = 0

    @property
    def size(self) -> int:
        return max(self.entering, self.leaving + self.dropped, self.count or 0)


@dataclass(eq=False)
class Band:
    """A move from a node to one of the next step; ``count`` is None where it is several moves."""

    source: Node
    target: Node
    size: int = 0
    top: float = 0  # where it leaves the source,
    bottom: float = 0  # and reaches the target
    height: float = 0

    @property
    def count(self) -> int | None:
        return None if self.source.are_others or self.target.are_others else self.size

    @property
    def outline(self) -> str:
        """Its path in SVG."""
        start, end = self.source.x + BAR, self.target.x
        middle, height = (start + end) / 2, self.height
        there = f"M{start:.1f} {self.top:.1f}C{middle:.1f} {self.top:.1f} {middle:.1f} {self.bottom:.1f} {end:.1f} "
        back = f"{self.bottom:.1f}v{height:.1f}C{middle:.1f} {self.bottom + height:.1f} {middle:.1f} "
        return f"{there}{back}{self.top + height:.1f} {start:.1f} {self.top + height:.1f}Z"


@dataclass(frozen=True)
class Stub:
    """Those who did nothing more after a node: the lowest part of it."""

    node: Node
    y: float
    height: float


@dataclass
class Flow:
    """The whole picture. Columns are nodes from the top down."""

    columns: list[list[Node]]
    bands: list[Band] = field(default_factory=list)
    stubs: list[Stub] = field(default_factory=list)
    width: float = 0
    height: float = 0


def laid_out(came: Iterable[Came], moved: Iterable[Moved], *, steps: int, size: Size = PAGE) -> Flow:
    """The picture of such nodes and moves. After the last step nobody is shown as having done nothing more."""
    places = _places(list(came), steps, size.own)
    bands: dict[tuple[Node, Node], Band] = {}
    for step, source, target, count in moved:
        ends = places[step, source], places[step + 1, target]
        band = bands.setdefault(ends, Band(*ends))
        band.size += count
        ends[0].leaving += count
        ends[1].entering += count
    nodes = list(dict.fromkeys(places.values()))
    last = max((node.step for node in nodes), default=0)
    columns = [
        sorted((node for node in nodes if node.step == step), key=lambda node: (node.are_others, -node.size))
        for step in range(1, last + 1)
    ]
    flow = Flow(columns, list(bands.values()))
    scale = size.tall / max((sum(node.size for node in column) for column in columns), default=1)
    _stack(flow, scale, size.wide)
    _join(flow, scale)
    return flow


def _places(came: Sequence[Came], steps: int, most: int) -> dict[tuple[int, str], Node]:
    """The node in which each event of each step stands."""
    places: dict[tuple[int, str], Node] = {}
    for step in sorted({each[0] for each in came}):
        here = sorted((each for each in came if each[0] == step), key=lambda each: (-each[2], each[1]))
        own = here if len(here) <= most + 1 else here[:most]
        for _, event, count, dropped in own:
            places[step, event] = Node(step, (event,), False, count, dropped if step < steps else 0)
        if others := here[len(own) :]:
            dropped = sum(each[3] for each in others) if step < steps else 0
            together = Node(step, tuple(each[1] for each in others), True, None, dropped)
            places |= {(step, event): together for event in together.names}
    return places


def _stack(flow: Flow, scale: float, wide: int) -> None:
    """Give every node its place and height."""
    between = max(len(flow.columns) - 1, 1)
    pitch = min(max((wide - LABEL) / between, NARROWEST), WIDEST)
    for column in flow.columns:
        y: float = HEAD
        for node in column:
            node.x, node.y = (node.step - 1) * pitch, y
            node.height = max(node.size * scale, LEAST)
            y += max(node.height, LINE) + GAP
        flow.height = max(flow.height, y)
    flow.width = (len(flow.columns) - 1) * pitch + LABEL + BAR


def _join(flow: Flow, scale: float) -> None:
    """Give every band its ends: from each node in the order of what they lead to."""
    out: dict[Node, float] = {}
    into: dict[Node, float] = {}
    for band in sorted(flow.bands, key=lambda band: (band.source.step, band.source.y, band.target.y)):
        band.height = max(band.size * scale, LEAST)
        band.top = out.setdefault(band.source, band.source.y)
        band.bottom = into.setdefault(band.target, band.target.y)
        out[band.source] += band.size * scale
        into[band.target] += band.size * scale
    for node in (node for column in flow.columns for node in column if node.dropped):
        height = min(max(node.dropped * scale, LEAST), node.height)
        flow.stubs.append(Stub(node, node.y + node.height - height, height))
