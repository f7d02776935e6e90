"""The picture of relations, and the page that asks what for first."""

from __future__ import annotations

import pytest

from xinyun.base import Text
from xinyun.console.drawing import MOST, picture
from xinyun.relations.queries import Edge, Node, Proof, Related

pytestmark = pytest.mark.one_store
SHAREHOLDER = Text("股东", "shareholder")


def an_edge(near: str, far: str, **given: object) -> Edge:
    proof = Proof(1, "shareholder", SHAREHOLDER, "", "52.market-regulation", Text("", ""), None)
    return Edge(near, far, "shareholder", SHAREHOLDER, "60", (proof,))


def related(nodes: list[Node], edges: list[Edge]) -> Related:
    return Related("a", "甲", tuple(nodes), tuple(edges), (), ())


def test_the_words_of_a_line_point_to_the_shareholder() -> None:
    drawn = picture(
        related(
            [Node("a", "甲", 0), Node("b", "乙", 1), Node("c", "丙", 1)],
            [an_edge("a", "b"), an_edge("c", "a")],
        )
    )

    assert [line.words.zh for line in drawn.lines] == ["股东 60% →", "← 股东 60%"]
    assert len({(box.x, box.y) for box in drawn.boxes}) == 3
    assert all(
        box.x + drawn.box_width <= drawn.width and box.y + drawn.box_height <= drawn.height
        for box in drawn.boxes
    )


def test_a_line_within_a_column_has_no_words() -> None:
    drawn = picture(
        related(
            [Node("a", "甲", 0), Node("b", "乙", 1), Node("c", "丙", 1)],
            [an_edge("a", "b"), an_edge("a", "c"), an_edge("b", "c")],
        )
    )

    assert [line.words.zh for line in drawn.lines][2] == ""


def test_long_names_stand_in_two_lines_and_what_is_too_many_in_the_table_alone() -> None:
    nodes = [Node("a", "贵" * 40, 0), *(Node(str(n), "乙", 1) for n in range(MOST))]
    drawn = picture(related(nodes, [an_edge("a", str(n)) for n in range(MOST)]))

    assert [text.zh for _, text in drawn.boxes[0].lines] == ["贵" * 12, "贵" * 11 + "…"]
    assert (len(drawn.boxes), drawn.left_out) == (MOST, 1)
