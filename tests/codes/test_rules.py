"""Verdicts and rates: what is a duplicate, what a renaming, what counts, when a notice is due again."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import a_code
from xinyun import law
from xinyun.base.identifiers import USCC_ALPHABET, is_uscc, uscc_check_character
from xinyun.codes import rules
from xinyun.codes.rules import Clash, Counts, Holder, Told, Word

pytestmark = pytest.mark.one_store
DAY = date(2026, 11, 20)
names = st.sampled_from(["演示甲公司", "演示乙公司", "演示（丙）公司"])
words = st.lists(
    st.builds(lambda source, name: (source, name), st.sampled_from("ab"), names), min_size=1, max_size=6
).map(lambda told: [Word(s, n, k, k + 1 if k < len(told) - 1 else None) for k, (s, n) in enumerate(told)])
"""Words of which each supersedes the one before, as those of one item do."""
first17s = st.builds(
    lambda head, division, part: f"{head}{division:06d}{part}",
    st.sampled_from(["91", "92", "12", "N2"]),
    st.integers(0, 999_999),
    st.text(USCC_ALPHABET, min_size=9, max_size=9),
)
counts = st.builds(
    lambda right, duplicate, wrong, refused, waiting: Counts(
        right + duplicate + wrong, duplicate, wrong, refused, waiting
    ),
    *[st.integers(0, 1000)] * 5,
)


@given(first17s)
def test_the_parts_of_a_code_make_the_code_again(first17: str) -> None:
    code = first17 + uscc_check_character(first17)

    told = rules.parts(code)

    assert told is not None
    assert told.category + told.division + told.organisation + told.check == code
    assert told.check == told.expected
    assert rules.registrar(code) == f"{told.division}.{told.department}"


@given(st.text(max_size=20))
def test_what_has_parts_is_a_code_exactly_where_its_check_is_right(text: str) -> None:
    told = rules.parts(text)

    assert told is None or (told.check == told.expected) == is_uscc(text) or text[0] == "0"


@given(words)
def test_a_single_source_never_contests_a_code(told: list[Word]) -> None:
    assert rules.borne_together([Word("a", word.name, word.first, word.last) for word in told]) is None


@given(words)
def test_names_that_are_contested_were_given_by_two_sources(told: list[Word]) -> None:
    found = rules.borne_together(told)

    if found:
        assert len({rules.folded(name) for name in found[0]}) == len(found[0]) > 1
        assert len({word.source for word in told if word.name in found[0]}) > 1
        assert 0 < found[1] < len(told)


def test_a_renaming_is_no_duplicate_and_a_repeated_name_is() -> None:
    renamed = [Word("city", "旧名", 1, 2), Word("province", "新名", 2, None)]
    repeated = [Word("city", "甲", 1, 2), Word("province", "乙", 2, 3), Word("city", "甲", 3, None)]
    back = [
        Word("city", "甲", 1, 2),
        Word("city", "丙", 2, 3),
        Word("province", "乙", 3, 4),
        Word("city", "甲", 4, None),
    ]

    assert rules.borne_together(renamed) is None
    assert rules.borne_together(repeated) == (("甲", "乙"), 2)
    assert rules.borne_together(back) is None


def test_names_that_differ_in_writing_only_are_one_name() -> None:
    told = [Word("a", "贵州演示(集团)公司", 1, None), Word("b", "贵州演示（集团） 公司", 2, None)]

    assert rules.borne_together(told) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("520100000000012", "registration-no"),
        ("520100000000013", None),
        ("5201001234567", "registration-no"),
        ("52010012345678", None),
        ("0000000000000", None),
        ("D2143569X", "organisation-code"),
        ("D21435690", None),
        ("", None),
    ],
)
def test_an_old_number_is_known_by_its_form_and_check(text: str, kind: str | None) -> None:
    assert rules.number_kind(text) == kind


def test_clashes_about_the_same_codes_are_one_finding_with_the_surest_ground_first() -> None:
    one, other = Holder(a_code(), "甲", 3), Holder(a_code(), "甲", 1)
    named = Clash("same-name", "520100 甲", (one, other), 3)
    part = Clash("same-part", "XY0000001", (other, one), 2)

    (found,) = rules.findings([named, part])

    assert [ground for ground, _ in found.grounds] == ["same-part", "same-name"]
    assert (found.since, found.holders) == (2, (other, one))
    assert rules.findings([part, named]) == (found,)


@given(counts, counts)
def test_rates_of_sums_lie_between_those_of_the_parts(one: Counts, other: Counts) -> None:
    both = one + other
    for name in ("rate", "coverage"):
        parts = [rate for rate in (getattr(one, name), getattr(other, name)) if rate is not None]
        whole = getattr(both, name)
        assert (whole is None) == (not parts)
        assert whole is None or min(parts) <= whole <= max(parts)


def test_a_code_counts_once_however_many_findings_it_is_in() -> None:
    one, two, three = (
        Holder(a_code(division=division), "甲", 1) for division in ("520100", "520100", "529999")
    )
    found = rules.findings(
        [
            Clash("same-name", "a", (one, two), 1),
            Clash("same-part", "b", (one, three), 1),
            Clash("division", "529999", (three,), 1),
        ]
    )

    told = rules.tally([("91", "520100", 8)], found, {"520100.9": 2}, {"520100.9": 5})

    assert told["520100.9"] == Counts(codes=8, duplicate=2, wrong=0, refused=2, waiting=5)
    assert told["529999.9"] == Counts(duplicate=1)
    assert told["520100.9"].rate == Fraction(4, 10)
    assert told["520100.9"].coverage == Fraction(8, 13)


def test_rates_are_never_rounded_to_perfection() -> None:
    assert rules.shown(Fraction(1, 1_000_000), fault=True) == "0.01%"
    assert rules.shown(Fraction(999_999, 1_000_000), fault=False) == "99.99%"
    assert rules.shown(Fraction(0), fault=True) == "0.00%"
    assert rules.shown(Fraction(1), fault=False) == "100.00%"
    assert rules.shown(None, fault=True) == ""


def test_divisions_that_do_not_exist_are_strange_and_retired_ones_are_not() -> None:
    norms = law.rulebook().on(DAY)
    retired = next(code for code, one in norms.book.divisions.items() if one.retired)

    assert rules.strange_divisions(["520102", "529999", "990000", "110105", retired], norms) == {
        "529999",
        "990000",
    }


def test_findings_go_to_the_office_of_the_place_and_department() -> None:
    norms = law.rulebook().on(DAY)

    assert rules.office_of("520102.9", norms).id == "520100.market-regulation"  # type: ignore[union-attr]
    assert rules.office_of("520000.5", norms).id == "52.civil-affairs"  # type: ignore[union-attr]
    assert rules.office_of("110105.9", norms) is None
    assert rules.office_of("520102.2", norms) is None
    assert rules.city_of("529999", norms) == "520000"


def test_a_retired_division_counts_with_its_successor() -> None:
    norms = law.rulebook().on(DAY)

    assert norms.division("522224").retired  # type: ignore[union-attr]
    assert rules.city_of("522224", norms) == "520600"
    assert rules.office_of("522224.9", norms).id == "520600.market-regulation"  # type: ignore[union-attr]


def test_a_finding_is_notified_anew_only_when_it_is_new_or_was_not_mended() -> None:
    clock = law.rulebook().on(DAY).clock("code-correction")
    issued, due = date(2026, 11, 2), date(2026, 11, 16)
    answered = [Told(issued, due, "corrected", date(2026, 11, 5))]

    assert rules.standing([], clock, DAY) == "new"
    assert rules.standing([Told(issued, due)], clock, due) == "open"
    assert rules.standing([Told(issued, due)], clock, DAY) == "overdue"
    assert rules.standing(answered, clock, date(2026, 11, 19)) == "following"
    assert rules.standing(answered, clock, DAY) == "unmended"
    assert rules.standing([Told(issued, due, "kept-apart", issued)], clock, date(2027, 11, 1)) == "kept-apart"
    assert rules.standing([*answered, Told(DAY, date(2026, 12, 4))], clock, DAY) == "open"
