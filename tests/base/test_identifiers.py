"""Identifiers, against the standards' own examples and against python-stdnum as an independent reading."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from tests.factories import a_code
from xinyun.base.identifiers import (
    USCC_ALPHABET,
    USCC_PLACEHOLDER,
    IdentifierKind,
    is_organisation_code,
    is_registration_no,
    is_resident_id,
    is_uscc,
    mask,
    mask_within,
    normalise,
    organisation_check_character,
    recognise,
    resident_birth,
    uscc_check_character,
)

EXAMPLE_ID = "11010519491231002X"  # the example of GB 11643-1999

digits = st.text("0123456789", min_size=8, max_size=8)
letters = st.text(USCC_ALPHABET, min_size=9, max_size=9)


def resident_id(place: str, birth: date, order: int) -> str:
    first17 = f"{place}{birth:%Y%m%d}{order:03d}"
    return next(first17 + check for check in "0123456789X" if is_resident_id(first17 + check))


def registration_no(first14: str) -> str:
    return next(first14 + check for check in "0123456789" if is_registration_no(first14 + check))


@given(digits, letters, st.sampled_from(USCC_ALPHABET))
def test_a_code_with_digits_in_front_is_judged_as_stdnum_judges_it(front, middle, check):
    right = uscc.is_valid(front + middle + check) and front[0] != "0"  # no registering office has the code 0
    assert is_uscc(front + middle + check) == right
    assert uscc_check_character(front + middle) == uscc.calc_check_digit(front + middle)


def test_eighteen_zeros_pass_the_check_and_are_no_code():
    assert uscc.is_valid("0" * 18)
    assert not is_uscc("0" * 18)


@pytest.mark.parametrize("prefix", ["A1", "G1", "J1", "M1", "N1", "N2", "N3", "Q1", "Y1"])
def test_letters_in_the_first_two_places_are_right_though_stdnum_refuses_them(prefix):
    code = a_code(prefix)

    assert is_uscc(code)  # wider on purpose: GB 32100's own table and codes in use have letters there
    assert not uscc.is_valid(code)


@pytest.mark.parametrize("prefix", ["54", "55"])
def test_prefixes_that_came_after_the_standard_are_right(prefix):
    assert is_uscc(a_code(prefix))


def test_the_standards_worked_example_is_right_and_the_sample_with_a_wrong_check_is_not():
    assert is_uscc("91320100748204660Q")
    assert not is_uscc("91350211M0000XUF46")
    assert uscc.is_valid("91320100748204660Q")
    assert not uscc.is_valid("91350211M0000XUF46")


def test_the_placeholder_for_old_individual_businesses_identifies_nobody():
    assert not is_uscc(USCC_PLACEHOLDER)
    assert recognise(USCC_PLACEHOLDER) is None


@given(st.integers(0, 17), st.sampled_from(USCC_ALPHABET))
def test_one_wrong_character_anywhere_makes_a_code_wrong(place, other):
    code = "91320100748204660Q"
    changed = code[:place] + other + code[place + 1 :]

    assert is_uscc(changed) == (changed == code)


@pytest.mark.parametrize("letter", "IOSVZ")
def test_letters_that_codes_do_not_use_are_refused_and_have_no_check_character(letter):
    assert not is_uscc("9132010074820466" + letter + "Q")
    with pytest.raises(ValueError):
        uscc_check_character("9132010074820466" + letter)


@pytest.mark.parametrize("code", ["59467239-9", "74820466-0"])
def test_organisation_codes_of_the_standard_are_right(code):
    assert is_organisation_code(normalise(code))
    assert recognise(code).kind is IdentifierKind.ORGANISATION_CODE


def test_an_organisation_codes_check_may_be_the_letter_x():
    body = next(f"{n:08d}" for n in range(100) if organisation_check_character(f"{n:08d}") == "X")

    assert is_organisation_code(body + "X")
    assert not is_organisation_code(body + "0")


@given(
    st.sampled_from(["110105", "360426", "520102", "520103"]),
    st.dates(date(1990, 1, 1), date(2020, 1, 1)),
    st.integers(0, 999),
    st.sampled_from("0123456789X"),
)
def test_a_resident_number_of_a_known_place_is_judged_as_stdnum_judges_it(place, birth, order, check):
    number = f"{place}{birth:%Y%m%d}{order:03d}{check}"

    assert is_resident_id(number) == ric.is_valid(number)


def test_a_resident_number_of_a_place_that_stdnum_does_not_know_is_right_all_the_same():
    number = resident_id("990102", date(1990, 1, 1), 7)

    assert is_resident_id(number)  # wider on purpose: places were renamed and split, the number stays
    assert not ric.is_valid(number)


def test_a_resident_number_needs_a_day_that_exists():
    assert is_resident_id(EXAMPLE_ID)
    assert resident_birth(EXAMPLE_ID) == date(1949, 12, 31)
    for birth in ("19490231", "19491301", "19490010", "00000101"):
        assert not any(is_resident_id(f"110105{birth}002{check}") for check in "0123456789X")


def test_a_registration_number_is_right_by_its_check_digit_alone():
    number = registration_no("52010000000123")

    assert recognise(number).kind is IdentifierKind.REGISTRATION_NO
    assert recognise(number).division == "520100"
    assert sum(is_registration_no("52010000000123" + check) for check in "0123456789") == 1
    assert not is_registration_no(number[:-1])
    assert not is_registration_no(number.translate(str.maketrans("0123456789", "０１２３４５６７８９")))


def test_text_is_recognised_by_its_normal_form_with_the_division_it_carries():
    found = recognise(" ９１３２０１００－７４８２０４６６０ｑ ")

    assert (found.kind, found.value, found.division) == (IdentifierKind.USCC, "91320100748204660Q", "320100")
    assert recognise("11010519491231002x").kind is IdentifierKind.RESIDENT_ID
    assert recognise("贵州演示科技有限公司") is None
    assert recognise("") is None


def test_where_both_readings_would_pass_the_person_is_recognised():
    twins = (resident_id("520102", date(1980, 1, 1) + timedelta(days=n), 1) for n in range(2000))
    both = next(number for number in twins if is_uscc(number))

    assert recognise(both).kind is IdentifierKind.RESIDENT_ID


def test_normalising_folds_width_case_and_marks_but_never_one_letter_into_another():
    assert normalise("９１－３２ 01\u300000'74“8”2x") == "91320100748" + "2X"
    assert normalise("9132O100I48") == "9132O100I48"


@given(st.text("09AaZzXxOoIi -'９ＡｘＺ－\u3000“”甲乙—", max_size=40))
def test_normalising_twice_is_normalising_once(text):
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(max_size=40))
def test_recognising_never_fails_and_gives_the_normal_form(text):
    found = recognise(text)

    assert found is None or found.value == normalise(text)


@given(st.text(USCC_ALPHABET, max_size=30))
def test_a_mask_keeps_the_length_and_shows_five_characters_at_most(code):
    shown = mask(code)

    assert len(shown) == len(code)
    assert sum(char != "*" for char in shown) <= 5
    assert mask(EXAMPLE_ID) == "110*************2X"
    assert len(code) > 5 or set(shown) <= {"*"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"当事人（身份证号{EXAMPLE_ID}）未按规定公示", "当事人（身份证号110*************2X）未按规定公示"),
        (f"{EXAMPLE_ID.lower()}、ID{EXAMPLE_ID}号", "110*************2x、ID110*************2X号"),
        ("证件１１０１０５１９４９１２３１００２Ｘ", "证件１１０*************２Ｘ"),
        ("110105194912310021", "110105194912310021"),
        (f"7{EXAMPLE_ID[:-1]}4", f"7{EXAMPLE_ID[:-1]}4"),
        ("编号1" + EXAMPLE_ID, "编号1" + EXAMPLE_ID),
        ("", ""),
    ],
)
def test_resident_numbers_inside_a_text_are_masked_and_nothing_else_is(text, shown):
    assert mask_within(text) == shown


@given(st.text("0123456789Xx甲，", max_size=60), st.text("甲乙，。 \n", max_size=9))
def test_masking_within_keeps_the_length_and_is_done_once(before, after):
    text = f"{before}，{EXAMPLE_ID}{after}"

    shown = mask_within(text)

    assert len(shown) == len(text)
    assert EXAMPLE_ID not in shown
    assert mask_within(shown) == shown
