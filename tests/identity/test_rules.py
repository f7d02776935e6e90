"""Whatever registries and persons say: the registry's bonds stay, and nobody kept apart ends up in one set."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinyun.identity import rules
from xinyun.identity.rules import Judged, Tie

pytestmark = pytest.mark.one_store
CODES = "ABCDEF"
_two = st.lists(st.sampled_from(CODES), min_size=2, max_size=2, unique=True)
_kinds = st.sampled_from(["code-change", "duplicate", "merger", "split", "fork"])
_days = st.sampled_from([None, date(2020, 1, 1), date(2020, 6, 1), date(2021, 1, 1)])


@st.composite
def ties(draw: st.DrawFn) -> list[Tie]:
    told = draw(st.lists(st.tuples(_two, _kinds, _days), max_size=6))
    return [
        Tie(id, kind, *two, since, record=id, seq=id) for id, (two, kind, since) in enumerate(told, start=1)
    ]


@st.composite
def judged(draw: st.DrawFn) -> list[Judged]:
    """Decisions as the operations let them be: one a pair, and none against another."""
    found: list[Judged] = []
    for id, (two, join) in enumerate(draw(st.lists(st.tuples(_two, st.booleans()), max_size=5)), start=100):
        one = Judged(id, *sorted(two), two[0] if join else "", id)
        if not any((other.low, other.high) == (one.low, one.high) for other in found) and _agree(
            [*found, one]
        ):
            found.append(one)
    return found


def _agree(decisions: list[Judged]) -> bool:
    joins = _joins(decisions)
    return not any(not one.current and one.high in rules.members(one.low, joins) for one in decisions)


def _joins(decisions: list[Judged]) -> list[Tie]:
    return [
        Tie(
            one.id,
            "duplicate",
            one.low if one.current == one.high else one.high,
            one.current,
            None,
            decision=one.id,
        )
        for one in decisions
        if one.current
    ]


@given(ties(), judged())
def test_what_stands_after_the_registrys_word_is_free_of_contradiction(
    told: list[Tie], decisions: list[Judged]
) -> None:
    ended = rules.contradicted(told, decisions)
    left = [one for one in decisions if one.id not in ended]
    together = [*told, *_joins(left)]

    for one in left:
        if not one.current:
            assert one.high not in rules.members(one.low, together)
    for tie in told:
        assert (tie.into in rules.members(tie.source, together)) or not tie.is_same
    assert rules.contradicted(told, left) == {}


@given(ties(), st.randoms())
def test_the_current_code_is_one_of_the_set_and_no_matter_in_which_order_the_words_came_out(
    told: list[Tie], random: object
) -> None:
    for code in CODES:
        codes = rules.members(code, told)
        found = rules.current(codes, told)
        shuffled = list(told)
        random.shuffle(shuffled)  # type: ignore[attr-defined]

        assert found in codes
        assert all(rules.current(codes, shuffled) == found for _ in codes)
        assert all(rules.members(other, told) == codes for other in codes)


def test_a_code_that_went_over_is_not_current_unless_a_later_word_says_so() -> None:
    there = Tie(1, "code-change", "A", "B", date(2020, 1, 1), record=1)
    back = Tie(2, "code-change", "B", "A", date(2021, 1, 1), record=2)

    assert rules.current("AB", [there]) == "B"
    assert rules.current("AB", [there, back]) == "A"


def test_many_codes_that_share_something_are_not_every_two_a_pair() -> None:
    codes = [f"{number:02}" for number in range(50)]

    found = rules.proposals([("same-address", "演示路", codes)])

    assert len(found) == 49


@given(st.lists(st.tuples(st.sampled_from(sorted(rules.GROUNDS)), st.sampled_from("xyz")), max_size=6))
def test_the_facts_of_a_pair_are_its_grounds_in_any_order(grounds: list[tuple[str, str]]) -> None:
    one = rules.proposals([(ground, value, ["A", "B"]) for ground, value in grounds])
    other = rules.proposals([(ground, value, ["B", "A"]) for ground, value in reversed(grounds)])

    assert [each.facts for each in one] == [each.facts for each in other]
