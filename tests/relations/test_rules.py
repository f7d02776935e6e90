"""The drawing's places, who is still who, and whom an article reaches."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinyun import law
from xinyun.law import Telling
from xinyun.relations.rules import Place, places, responsible_under, still_is

pytestmark = pytest.mark.one_store
DAY = date(2026, 11, 20)


def test_who_was_reached_by_the_same_node_stands_below_one_another_and_that_node_amid_them() -> None:
    nodes = [("root", 0), ("a", 1), ("b", 1), ("a1", 2), ("a2", 2)]
    found = places(nodes, [("root", "a"), ("b", "root"), ("a", "a1"), ("a2", "a")])

    assert found == {
        "root": Place(0, 1.25), "a": Place(1, 0.5), "b": Place(1, 2), "a1": Place(2, 0), "a2": Place(2, 1),
    }  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=30))
def test_no_two_nodes_of_a_column_share_a_place(edges: list[tuple[int, int]]) -> None:
    step = {"0": 0}
    for one, other in edges:
        if str(one) in step and step[str(one)] < 2:
            step.setdefault(str(other), step[str(one)] + 1)
    found = places(step.items(), [(str(a), str(b)) for a, b in edges if {str(a), str(b)} <= step.keys()])

    rows = sorted((place.column, place.row) for place in found.values())
    assert found.keys() == step.keys()
    assert all(one[0] != other[0] or other[1] - one[1] >= 0.5 for one, other in itertools.pairwise(rows))


@pytest.mark.parametrize(("told", "registered", "still"), [
    ("演示甲", ["演示甲"], True),
    ("演示甲", [" 演示甲 ", None], True),
    ("演示甲", ["演示乙"], False),
    ("演示甲", [], False),
    ("", [""], False),
])  # fmt: skip
def test_a_registration_that_names_another_ends_what_a_decision_said(
    told: str, registered: list[str | None], still: bool
) -> None:
    telling = Telling(person="no", person_name="name", registry="legal_representative")

    assert still_is(telling, {"name": told}, registered) is still


def test_a_listing_reaches_persons_by_its_own_article_or_not_at_all() -> None:
    now = law.rulebook().on(DAY)

    reached = [str(basis) for basis in responsible_under("judgment-defaulter", "legal-representative", now)]

    assert reached == ["spc-17-2015 第三条"]
    assert responsible_under("environment-serious", "legal-representative", now) == ()
    assert responsible_under("judgment-defaulter", "shareholder", now) == ()
    assert (
        responsible_under("judgment-defaulter", "legal-representative", law.rulebook().on(date(2025, 1, 1)))
        == ()
    )
