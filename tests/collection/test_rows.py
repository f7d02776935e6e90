"""A bad row is returned with every reason at once; a good row beside it is accepted."""

from __future__ import annotations

import pytest

from tests.conftest import DAY
from tests.factories import a_code, a_penalty, a_registration
from xinyun.archive import queries
from xinyun.base.identifiers import uscc_check_character
from xinyun.law import rulebook

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)

PERSON_ID = "11010519491231002X"
HEADER = "名称,统一社会信用代码,经营范围\n"


def a_person(**changes: str) -> dict[str, str]:
    person = {
        "CF_XDR_MC": "演示人",
        "CF_XDR_LB": "自然人",
        "CF_XDR_SHXYM": "",
        "CF_FRDB": "",
        "CF_XDR_ZJLX": "身份证",
        "CF_XDR_ZJHM": PERSON_ID,
    }
    return a_penalty() | person | changes


def refused_for(sent) -> list[tuple[str, str]]:
    assert sent.outcome.rejected == len({row for row, _, _ in sent.rules})
    return [(field, rule) for _, field, rule in sent.rules]


def with_letter_o() -> tuple[str, str]:
    """A right code with a zero in it, and the same with the letter O written for it."""
    code = next(code for code in (a_code() for _ in range(99)) if code[16] == "0" or "0" in code[10:17])
    place = code.rindex("0", 0, 17)
    return code, code[:place] + "O" + code[place + 1 :]


def test_the_letter_o_for_a_zero_is_refused_with_a_proposal_and_nothing_is_swapped(submit):
    right, wrong = with_letter_o()

    sent = submit([a_registration(wrong)])

    assert refused_for(sent) == [("uscc", "uscc")]
    assert sent.faults[0]["value"] == wrong
    assert right in sent.faults[0]["remedy"]
    assert queries.subject(right) is None


def test_a_wrong_check_character_is_refused_without_a_proposal(submit):
    code = a_code()
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")

    sent = submit([a_registration(wrong), a_registration(code)])

    assert refused_for(sent) == [("uscc", "uscc")]
    assert sent.outcome.accepted == 1
    assert "?" not in sent.faults[0]["remedy"]
    assert "GB 32100" in sent.faults[0]["problem"]


def test_a_name_of_two_characters_is_no_organisations_and_may_be_a_persons(submit):
    sent = submit([a_penalty(CF_XDR_MC="演示"), a_person(CF_XDR_MC="演示")], "penalty")

    assert sent.rules == [("1", "counterparty_name", "organisation-name")]
    assert sent.outcome.accepted == 1


def test_a_name_that_is_none_is_refused(submit):
    names = ["12345", "（）——", "测试公司", "演示公司test", "甲乙"]

    assert (
        refused_for(submit([a_registration(名称=name) for name in names]))
        == [("name", "organisation-name")] * 5
    )


def test_an_empty_cell_has_many_writings_and_is_missing_in_all_of_them(submit):
    writings = ["", " ", "\u3000", "无", "N/A", "null", "/", "—"]

    assert (
        refused_for(submit([a_registration(名称=empty) for empty in writings])) == [("name", "required")] * 8
    )


def test_a_field_that_the_class_of_penalty_requires_is_missed(submit):
    sent = submit([a_penalty(CF_NR_FK=""), a_penalty(CF_CFLB="警告", CF_NR_FK="")], "penalty")

    assert sent.rules == [("1", "fine_10k_yuan", "required-when")]


def test_a_field_whose_column_is_missing_is_missed_where_the_row_requires_it(submit):
    rows = [a_penalty(), a_penalty(CF_CFLB="警告")]
    for row in rows:
        del row["CF_NR_FK"]

    assert submit(rows, "penalty").rules == [("1", "fine_10k_yuan", "required-when")]


def test_several_classes_in_one_cell_are_each_known_by_their_labels_or_codes(submit):
    sent = submit(
        [
            a_penalty(CF_CFLB="01；02", CF_NR_FK=""),
            a_penalty(CF_CFLB="警告、罚款"),
            a_penalty(CF_CFLB="01|02"),
        ],
        "penalty",
    )

    assert sent.rules == [("1", "fine_10k_yuan", "required-when")]
    stored = [record.content["penalty_class"] for record, _, _ in queries.latest("penalty", 5)]
    assert len(stored) == 2
    assert all(
        {"警告", "罚款"} == set(text.replace("、", "|").replace("；", "|").split("|")) for text in stored
    )


def test_what_a_natural_person_cannot_have_must_be_empty(submit):
    sent = submit([a_person(CF_XDR_SHXYM=a_code(), CF_FRDB="演示甲")], "penalty")

    assert refused_for(sent) == [("uscc", "must-be-empty"), ("legal_rep_name", "must-be-empty")]


def test_a_natural_person_without_a_document_is_missed(submit):
    sent = submit([a_person(CF_XDR_ZJLX="", CF_XDR_ZJHM="")], "penalty")

    assert refused_for(sent) == [("id_type", "required-when"), ("id_no", "required-when")]


def test_a_label_outside_the_code_list_is_refused_with_the_labels_there_are(submit):
    sent = submit([a_penalty(CF_XDR_LB="企业")], "penalty")

    assert ("counterparty_class", "code-list") in refused_for(sent)
    assert "自然人" in sent.faults[0]["remedy"]


def a_registration_state(state: str) -> dict[str, str]:
    return a_registration(登记状态=state)


def test_another_spelling_is_stored_under_the_official_label_and_an_open_value_as_it_is(submit):
    one, two = a_code(), a_code()

    sent = submit(
        [
            a_registration(one, 登记状态="在业"),
            a_registration(two, 登记状态="其他-待清理"),
            a_registration_state("倒闭"),
        ]
    )

    assert sent.rules == [("3", "status", "code-list")]
    assert queries.subject(one).status == "存续"
    assert queries.subject(two).status == "其他-待清理"


def test_the_longest_state_that_the_rules_let_in_fits_the_store(submit):
    length = rulebook().on(DAY).item("registration").field("status").length

    sent = submit(
        [
            a_registration_state("其他-" + "长" * (length - 3)),
            a_registration_state("其他-" + "长" * (length - 2)),
        ]
    )

    assert sent.outcome.accepted == 1
    assert refused_for(sent) == [("status", "length")]


def test_an_amount_that_is_none_or_negative_is_refused(submit):
    amounts = {
        "-0.01": "above",
        "0": "above",
        "0.00": "above",
        "0.1234567": "decimals",
        "一万": "number",
        "1e3": "number",
        "1.0元": "number",
        "٣": "number",
    }

    sent = submit(
        [a_penalty(CF_NR_FK=amount) for amount in (*amounts, "0.1234560", "１，２００．５")], "penalty"
    )

    assert refused_for(sent) == [("fine_10k_yuan", rule) for rule in amounts.values()]
    assert sent.outcome.accepted == 2


def test_each_named_check_returns_its_own_reason(submit):
    wrong = {
        ("CF_XDR_GSZC", "520100000001235"): ("business_reg_no", "registration-no"),
        ("CF_XDR_ZZJG", "594672398"): ("org_code", "organisation-code"),
        ("CF_XDR_SYDW", "12345"): ("public_institution_cert_no", "digits"),
        ("CF_WSH", "演示文号"): ("decision_no", "has-digit"),
        ("CF_BZ", "长" * 513): ("remark", "length"),
        ("CF_CFJGDM", "11520100000000000X"): ("authority_uscc", "uscc"),
    }

    assert refused_for(submit([a_penalty(**dict([cell])) for cell in wrong], "penalty")) == list(
        wrong.values()
    )


def test_all_faults_of_a_row_are_told_at_once_and_the_row_counts_once(submit):
    sent = submit(
        [a_penalty(CF_XDR_MC="甲", CF_XDR_SHXYM="1", CF_JDRQ="1900-00-00", CF_CFLB="骂", CF_CFJG="")],
        "penalty",
    )

    assert refused_for(sent) == [
        ("counterparty_name", "organisation-name"),
        ("uscc", "uscc"),
        ("penalty_class", "code-list"),
        ("decision_date", "date"),
        ("authority_name", "required"),
    ]
    assert (sent.outcome.received, sent.outcome.rejected, sent.outcome.errors) == (1, 1, 5)
    assert all(fault["problem"] and " | " in fault["problem"] and fault["remedy"] for fault in sent.faults)


def test_rows_are_numbered_from_one_as_data_rows_whatever_is_inside_their_quotations(submit):
    text = (
        HEADER
        + f'贵州演示一公司,{a_code()},"饮料\n茶\n\n酒"\n'
        + f"甲,{a_code()},\n"
        + f'贵州演示二公司,{a_code()},"他说""好"""\n'
        + f"乙,{a_code()},\n"
    )

    sent = submit(text)

    assert [row for row, _, _ in sent.rules] == ["2", "4"]
    assert sent.outcome.accepted == 2


def test_rows_far_into_a_large_file_keep_their_number(submit):
    rows = [a_registration() for _ in range(60_001)]
    for number in (1, 49_999, 50_000, 50_001, 60_001):
        rows[number - 1]["名称"] = "甲"

    sent = submit(rows, dry_run=True)

    assert [row for row, _, _ in sent.rules] == ["1", "49999", "50000", "50001", "60001"]


def test_personal_values_are_masked_in_the_error_file_wherever_they_were_written(submit):
    wrong = PERSON_ID[:-1] + "1"
    rows = [
        a_person(CF_XDR_ZJHM=wrong),
        a_penalty(CF_FR_ZJLX="身份证", CF_FR_ZJHM=wrong),
        a_person(CF_XDR_SHXYM=PERSON_ID),
    ]

    sent = submit(rows, "penalty")

    assert refused_for(sent) == [
        ("id_no", "resident-id"),
        ("legal_rep_id_no", "resident-id"),
        ("uscc", "must-be-empty"),
        ("uscc", "uscc"),
    ]
    assert sent.faults[0]["value"] == "110*************21"
    assert wrong not in sent.text
    assert PERSON_ID not in sent.text


def test_a_resident_number_in_the_place_of_a_code_is_masked(submit):
    sent = submit([a_registration(PERSON_ID)])

    assert refused_for(sent) == [("uscc", "uscc")]
    assert PERSON_ID not in sent.text


def test_a_formula_comes_back_as_text(submit):
    formulas = ["=1+1", "+1", "-1+1", "@SUM(A1)", "=HYPERLINK(1)"]

    sent = submit([a_penalty(CF_CFLB=formula) for formula in formulas], "penalty")

    assert [fault["value"] for fault in sent.faults] == [f"'{formula}" for formula in formulas]
    assert not any(cell.startswith(("=", "+", "-", "@")) for fault in sent.faults for cell in fault.values())


def test_divisions_that_are_retired_or_unknown_are_accepted_with_a_warning(submit):
    sent = submit(
        [
            a_registration(a_code(division="520114")),
            a_registration(a_code(division="529999")),
            a_registration(),
        ]
    )

    assert sent.outcome.accepted == 3
    assert sent.outcome.warnings == {"division-retired": 1, "division-unknown": 1}
    assert sent.faults == []


def test_a_warning_is_not_counted_for_a_row_that_is_returned(submit):
    sent = submit([a_registration(a_code(division="520114"), 名称="甲")])

    assert sent.outcome.warnings["division-retired"] == 0


def test_codes_are_read_whatever_their_width_case_and_blanks(submit):
    code = "91520100MAXY" + "00001"
    code += uscc_check_character(code)

    sent = submit(
        [
            a_registration(
                f" {code[:9].lower()} {code[9:]}".translate(
                    str.maketrans("0123456789", "０１２３４５６７８９")
                )
            )
        ]
    )

    assert sent.outcome.accepted == 1
    assert queries.subject(code)
