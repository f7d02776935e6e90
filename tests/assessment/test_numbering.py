"""Gaps in sequences of document numbers: what is suspected, and what is not."""

from __future__ import annotations

import pytest

from xinyun.assessment.numbering import MOST_SPANS, gaps, parsed

pytestmark = pytest.mark.one_store


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("筑市监罚〔2026〕12号", ("筑市监罚", 2026, 12)),
        ("筑市监罚[2026]012号", ("筑市监罚", 2026, 12)),
        ("（筑）应急罚〔2026〕第3-1号", ("（筑）应急罚", 2026, 3)),
        ("黔（2025）罚 〔2026〕 7 号", ("黔（2025）罚", 2026, 7)),
        ("筑税罚【2026】8", ("筑税罚", 2026, 8)),
        ("5201002026000123", None),
        ("筑市监罚〔26〕12号", None),
        ("〔2026〕12号", None),
        ("", None),
    ],
)
def test_a_document_number_is_read_in_every_usual_form(text, told) -> None:
    assert parsed(text) == told


def of(*numbers: int, prefix: str = "筑市监罚", year: int = 2026) -> list[str]:
    return [f"{prefix}〔{year}〕{number}号" for number in numbers]


def test_missing_numbers_are_told_as_spans_between_the_lowest_and_the_highest() -> None:
    (found,) = gaps(of(3, 4, 7, 8, 10, 11, 12), 2026)

    assert (found.lowest, found.highest, found.received, found.missing) == (3, 12, 7, 3)
    assert found.spans == ((5, 6), (9, 9))
    assert "缺 3 个：5–6、9，可能未报送" in found.text.zh
    assert "perhaps" in found.text.en


def test_each_prefix_is_its_own_sequence_and_another_years_does_not_count() -> None:
    numbers = of(1, 2, 4) + of(1, 2, 3, prefix="筑税罚") + of(1, 3, 4, 5, year=2025)

    assert [one.prefix for one in gaps(numbers, 2026)] == ["筑市监罚"]


def test_a_whole_sequence_a_short_one_and_a_sparse_one_are_not_suspected() -> None:
    assert gaps(of(1, 2, 3, 4), 2026) == ()
    assert gaps(of(1, 3), 2026) == ()
    assert gaps(of(11_001, 23_417, 88_120, 99_000), 2026) == ()


def test_the_same_number_twice_is_one_and_many_spans_are_bounded() -> None:
    odd = [number for number in range(1, 201) if number % 3]

    (found,) = gaps(of(*odd, *odd), 2026)

    assert found.missing == 66
    assert len(found.spans) == MOST_SPANS
    assert "……" in found.text.zh
