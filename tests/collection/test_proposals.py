"""Proposals: what may have been meant. Each passes the rules that refused the value, and in doubt there is none."""

from __future__ import annotations

import string
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.base.test_amounts import in_words
from tests.factories import a_code, a_penalty
from xinyun.base.identifiers import (
    USCC_ALPHABET,
    is_resident_id,
    is_uscc,
    organisation_check_character,
    uscc_check_character,
)
from xinyun.collection.columns import match
from xinyun.collection.proposals import Proposal, of_row, propose
from xinyun.collection.proposed_codes import uscc
from xinyun.collection.records import examine
from xinyun.law import rulebook

pytestmark = pytest.mark.one_store

NOW = rulebook().on(date(2026, 11, 20))
PENALTY, REGISTRATION, LICENCE = (NOW.item(id) for id in ("penalty", "registration", "licence"))


def proposed(field: str, rule: str, value: str, item=PENALTY) -> str | None:
    found = propose(item, item.field(field), rule, value, NOW)
    assert found is None or (found.why.zh and found.why.en)
    return found.value if found else None


def a_row(**changes: str) -> dict[str, str]:
    """A good penalty by fields."""
    titled = a_penalty()
    found = match(PENALTY, list(titled)).found
    return {name: titled[title] for name, title in found.items()} | changes


def a_real_code(middle: str = "MA6DJ73X") -> str:
    """A code of which the organisation part's own check holds too, as in most codes that are issued."""
    first17 = "91520103" + middle + organisation_check_character(middle)
    return first17 + uscc_check_character(first17)


def check_all(values: dict[str, str]) -> None:
    """Whatever is proposed for a row makes an end of the fault for which it is proposed."""
    found = examine(PENALTY, NOW, values)
    for name, proposal in found.proposals.items():
        before = {fault.rule for fault in found.faults if fault.field == name}
        after = examine(PENALTY, NOW, values | {name: proposal.value})
        left = {fault.rule for fault in after.faults if fault.field == name}
        assert not left & before, (name, values[name], proposal)


NOISE = st.text(
    st.sampled_from(
        "0123456789０１年月日元万亿角分〔〕[]()（）-/. 。，;；OISZBoil壹贰一二十拾百零负长期罚款警告\u200b\n"
    ),
    max_size=24,
)


@settings(deadline=None, max_examples=25)
@given(
    st.sampled_from([field.name for field in PENALTY.fields if field.required != "no" or field.codes]), NOISE
)
@example("decision_date", "26/05/2026")
@example("fine_10k_yuan", "壹万贰仟元整")
@example("penalty_class", "罚款 ")
def test_a_proposal_passes_the_rule_that_refused_the_value_whatever_was_written(name, value):
    check_all(a_row(**{name: value}))


@settings(deadline=None, max_examples=40)
@given(st.dates(date(1950, 1, 1), date(2026, 11, 20)))
def test_days_in_chinese_numerals_serial_numbers_and_other_orders_are_found_again(day):
    digits = str.maketrans(string.digits, "〇一二三四五六七八九")
    spoken = ["", *"一二三四五六七八九", *(f"十{one}" for one in ["", *"一二三四五六七八九"])]
    spoken += [f"{ten}十{one}" for ten in "二三" for one in ["", *"一二三四五六七八九"]]
    forms = [
        f"{str(day.year).translate(digits)}年{spoken[day.month]}月{spoken[day.day]}日",
        f"{day:%Y%m%d}120000",
        f"{day:%Y-%m-%d}T08:30:00+08:00",
        f"{day.day}-{day.month}月 -{day:%Y}",
    ]
    if (day - date(1899, 12, 30)).days >= 20000:
        forms.append(str((day - date(1899, 12, 30)).days))
    if day.day > 12:
        forms += [f"{day:%d/%m/%Y}", f"{day:%m/%d/%Y}", f"{day:%Y-%d-%m}"]

    assert [proposed("decision_date", "date", form) for form in forms] == [day.isoformat()] * len(forms)


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("26/05/2026", "2026-05-26"),
        ("2026-13-05", "2026-05-13"),
        ("46000", "2025-12-09"),
        ("二〇二六年五月十日", "2026-05-10"),
        ("98.12.31", "1998-12-31"),
        ("2026-05-1O", "2026-05-10"),
        ("10-MAY-26", "2026-05-10"),
        ("2026年5月10号", "2026-05-10"),
        ("05/06/2026", None),
        ("26.05.10", None),
        ("2026-02-30", None),
        ("2026年5月", None),
        ("1900-00-00", None),
        ("不详", None),
    ],
)
def test_a_day_is_proposed_where_one_reading_alone_can_be(value, meant):
    assert proposed("decision_date", "date", value) == meant


def test_an_end_may_be_for_ever_and_a_day_that_never_was_is_left_out_where_it_may_be():
    assert proposed("publicity_end", "date", "永久有效") == "2099-12-31"
    assert proposed("publicity_end", "date", "1900-00-00") == ""
    assert proposed("decision_date", "date", "长期") is None


def test_month_and_day_are_exchanged_only_where_that_ends_the_future():
    assert proposed("decision_date", "not-future", "2026-12-05") == "2026-05-12"
    assert proposed("decision_date", "not-future", "2026/12/05") == "2026-05-12"
    assert proposed("decision_date", "not-future", "2026-12-25") is None


def test_the_ends_of_a_span_in_each_others_place_are_proposed_both():
    values = {"valid_from": "2029/05/10", "valid_to": "2026/05/10", "decision_date": "2026/05/01"}
    why = of_row(LICENCE, values, [("valid_from", "not-after")], NOW)

    assert {name: one.value for name, one in why.items()} == {
        "valid_from": "2026-05-10",
        "valid_to": "2029-05-10",
    }
    assert (
        of_row(LICENCE, values | {"decision_date": "2027-01-01"}, [("decision_date", "not-after")], NOW) == {}
    )


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 10**12 - 1).map(Decimal))
def test_an_amount_in_words_or_with_a_unit_is_converted_to_the_fields_own(yuan):
    meant = f"{yuan / 10**4:f}"
    for text in (in_words(yuan), f"{yuan}元", f"{yuan:,} 元", f"人民币{yuan}元", f"{yuan / 10**8:f}亿元"):
        assert Decimal(proposed("fine_10k_yuan", "number", text)) == Decimal(meant)


@pytest.mark.parametrize(
    "value", ["100万美元", "USD 5000", "一万二", "壹万贰仟", "约1万元", "0元", "0.001元", "罚款"]
)
def test_no_amount_is_proposed_in_doubt_or_of_another_currency(value):
    assert proposed("fine_10k_yuan", "number", value) is None


def test_a_counted_number_loses_its_measure_word_and_what_floating_point_left_is_rounded():
    item = next(item for item in NOW.items() if any(field.title == "从业人数" for field in item.fields))
    field = next(field for field in item.fields if field.title == "从业人数")

    assert [
        proposed(field.name, "number", text, item) for text in ("120人", "十二", "12.0", "12吨", "一百余人")
    ] == [
        "120",
        "12",
        "12",
        None,
        None,
    ]
    assert proposed("fine_10k_yuan", "decimals", "0.30000000000000004") == "0.3"
    assert proposed("fine_10k_yuan", "decimals", "0.1234567") is None


@pytest.mark.parametrize(
    ("field", "value", "meant"),
    [
        ("penalty_class", "罚 款", "罚款"),
        ("penalty_class", "罚款5000元", "罚款"),
        ("penalty_class", "没收违法所得款", "没收违法所得"),
        ("penalty_class", "罚款;没收违法所", "罚款；没收违法所得"),
        ("penalty_class", "其他：责令改正", "其他-责令改正"),
        ("penalty_class", "其他", None),
        ("penalty_class", "没收", None),
        ("penalty_class", "不罚款", None),
        ("counterparty_class", "法人及非法人", "法人及非法人组织"),
        ("counterparty_class", "非自然人", None),
        ("counterparty_class", "外星人", None),
    ],
)
def test_a_label_is_proposed_where_it_is_the_nearest_by_far_and_denies_nothing(field, value, meant):
    assert proposed(field, "code-list", value) == meant


def test_letters_that_look_like_digits_are_read_as_what_the_place_demands():
    code = a_real_code()
    for wrong in (
        code.replace("0", "O", 1),
        code.replace("1", "I", 1),
        code[:3] + "Z" + code[4:],
        f"{code[:9]} -{code[9:]}．",
    ):
        assert proposed("uscc", "uscc", wrong) == code
    assert proposed("uscc", "uscc", a_code()[:17]) is None


@given(st.text(USCC_ALPHABET, min_size=8, max_size=8), st.integers(0, 16))
def test_exchanged_neighbours_are_put_right_where_both_checks_agree_on_one_repair(middle, place):
    code = a_real_code(middle)
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    found = proposed("uscc", "uscc", wrong)

    assert found is None or (found == code and is_uscc(found)) or place in {0, 1, 7}


def test_a_character_that_is_merely_wrong_hardly_ever_finds_a_repair():
    code = a_real_code()
    wrong = {code[:place] + char + code[place + 1 :] for place in range(18) for char in USCC_ALPHABET} - {
        code
    }

    repaired = [one for one in wrong if uscc(one) and proposed("uscc", "uscc", one)]

    assert len(wrong) == 18 * 30
    assert len(repaired) < len(wrong) * 0.05


def test_an_identity_number_is_only_read_for_what_it_looks_like():
    number = "52010319900307001"
    number += next(char for char in "0123456789X" if is_resident_id(number + char))

    assert proposed("id_no", "resident-id", number.replace("0", "O")) == number
    assert proposed("id_no", "resident-id", number[:6] + number[7] + number[6] + number[8:]) is None


def test_brackets_and_numerals_of_a_documents_number():
    assert proposed("decision_no", "has-digit", "黔市监罚【二〇二六】一号") == "黔市监罚〔2026〕1号"
    assert proposed("decision_no", "has-digit", "黔市监罚") is None


def test_what_must_be_empty_is_proposed_empty_and_a_tax_number_as_the_code():
    values = a_row(id_type="身份证", id_no="1", tax_reg_no="12345")
    found = examine(PENALTY, NOW, values).proposals

    assert (found["id_type"].value, found["id_no"].value) == ("", "")
    assert found["tax_reg_no"].value == values["uscc"]


def test_a_good_value_an_unknown_rule_and_a_fault_of_the_whole_row_have_no_proposal():
    assert proposed("decision_date", "date", "2026-05-10") is None
    assert proposed("decision_date", "a-rule-of-tomorrow", "26/05/2026") is None
    assert of_row(PENALTY, a_row(), [("", "repeated")], NOW) == {}


def test_a_reason_never_repeats_the_value():
    number = "52O103199003070010"
    found = propose(PENALTY, PENALTY.field("id_no"), "resident-id", number, NOW)

    assert found is None or isinstance(found, Proposal)
    assert found is None or number not in found.why.both


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 3000))
def test_the_first_and_last_day_of_a_licence_come_back_in_order(length):
    start = date(2020, 1, 1)
    end = start + timedelta(days=length + 1)
    values = {"valid_from": end.isoformat(), "valid_to": start.isoformat()}

    found = of_row(LICENCE, values, [("valid_from", "not-after")], NOW)

    assert (found["valid_from"].value, found["valid_to"].value) == (start.isoformat(), end.isoformat())
