"""How well real names are told apart: the bars that the project has set itself (docs/names.md)."""

from __future__ import annotations

import pytest

from tests.bench import name_pairs
from tests.bench.naming import auc, measured

pytestmark = [
    pytest.mark.one_store,
    pytest.mark.skipif(
        not (name_pairs.DATA / name_pairs.SOURCE).exists(),
        reason=f"real names are not committed: put {name_pairs.SOURCE} into ../shared/data to measure",
    ),
]


@pytest.fixture(scope="module")
def told() -> dict:
    """Scores and shares by kind, on pairs with which nothing was tried out."""
    return measured(name_pairs.pairs(each=200, seed=99))


@pytest.mark.parametrize("kind", name_pairs.SAME)
def test_variants_of_one_name_are_not_called_different(told: dict, kind: str) -> None:
    assert told[kind]["found"] >= 0.98


@pytest.mark.parametrize("kind", name_pairs.OTHER)
def test_two_firms_alike_are_hardly_ever_called_the_same(told: dict, kind: str) -> None:
    assert told[kind]["same"] <= 0.03


@pytest.mark.parametrize("kind", name_pairs.OTHER)
def test_one_firm_scores_above_two(told: dict, kind: str) -> None:
    same = [score for one in name_pairs.SAME for score in told[one]["scores"]]

    assert auc(same, told[kind]["scores"]) >= 0.985
