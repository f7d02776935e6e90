"""The picture of a subject's relations: a column a step, drawn as SVG; the table beside it says the same and more."""

from __future__ import annotations

from dataclasses import dataclass

from xinyun.base import Text
from xinyun.relations.queries import Edge, Node, Related, places

MOST = 60
"""Nodes that a picture can hold; of a larger answer the nearest are drawn."""
_COLUMN, _ROW, _WIDTH, _HEIGHT, _MARGIN = 330, 58, 210, 44, 12
_CHARACTERS = 12


@dataclass(frozen=True, slots=True)
class Box:
    """A node: its top left corner in pixels, and its text in at most two lines."""

    x: int
    y: int
    lines: tuple[tuple[int, Text], ...]
    tone: str


@dataclass(frozen=True, slots=True)
class Line:
    """A relation: the path, the place of its words, and the words; none where the line only crosses."""

    path: str
    x: int
    y: int
    words: Text


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing of some pixels; `left_out` nodes stand in the table alone."""

    width: int
    height: int
    box_width: int
    box_height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    left_out: int


def picture(found: Related) -> Picture:
    """Draw an answer."""
    drawn = sorted(found.nodes, key=lambda node: node.step)[:MOST]
    keys = {node.key for node in drawn}
    edges = [edge for edge in found.edges if edge.near in keys and edge.far in keys]
    placed = places(((node.key, node.step) for node in drawn), ((edge.near, edge.far) for edge in edges))
    corner = {
        key: (_MARGIN + place.column * _COLUMN, round(_MARGIN + place.row * _ROW))
        for key, place in placed.items()
    }
    columns = max(place.column for place in placed.values()) + 1
    return Picture(
        width=2 * _MARGIN + (columns - 1) * _COLUMN + _WIDTH,
        height=max(y for _, y in corner.values()) + _HEIGHT + _MARGIN,
        box_width=_WIDTH,
        box_height=_HEIGHT,
        boxes=tuple(_box(node, corner[node.key]) for node in drawn if node.key in corner),
        lines=tuple(_line(edge, corner) for edge in edges if edge.near in corner and edge.far in corner),
        left_out=len(found.nodes) - len(drawn),
    )


def _box(node: Node, corner: tuple[int, int]) -> Box:
    x, y = corner
    tone = "bad" if node.listings else "person" if node.is_person else "root" if node.step == 0 else "plain"
    told = node.title
    first, rest = told.zh[:_CHARACTERS], told.zh[_CHARACTERS:]
    if node.is_person or not rest:
        return Box(x, y, ((y + 27, told),), tone)
    if len(rest) > _CHARACTERS:
        rest = f"{rest[: _CHARACTERS - 1]}…"
    return Box(x, y, ((y + 19, Text(first, first)), (y + 35, Text(rest, rest))), tone)


def _line(edge: Edge, corner: dict[str, tuple[int, int]]) -> Line:
    """From the right side of the left box to the left side of the right one; within a column along its right side.

    The arrow in the words points to the end that is what they say; partners are each other's.
    """
    (left, top), (right, low) = ends = sorted((corner[edge.near], corner[edge.far]))
    start, end = top + _HEIGHT // 2, low + _HEIGHT // 2
    share = f" {edge.share}%" if edge.share else ""
    before, after = (
        ("", "") if len(edge.proofs) > 1 else ("", " →") if ends[1] == corner[edge.far] else ("← ", "")
    )
    words = Text(f"{before}{edge.title.zh}{share}{after}", f"{before}{edge.title.en}{share}{after}")
    if left == right:
        x = left + _WIDTH
        return Line(f"M{x} {start} C{x + 40} {start} {x + 40} {end} {x} {end}", 0, 0, Text("", ""))
    x, bend = left + _WIDTH, (left + _WIDTH + right) // 2
    return Line(f"M{x} {start} C{bend} {start} {bend} {end} {right} {end}", right - 6, end - 6, words)
