"""What the public sees of a fact, without a store."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from xinyun import law
from xinyun.archive import queries
from xinyun.law import Item
from xinyun.portal import hints, rules

pytestmark = pytest.mark.one_store
PERSON = "11010519491231002X"  # the example in GB 11643


def item(id: str) -> Item:
    return law.rulebook().on(date(2026, 11, 20)).item(id)


def test_hidden_fields_are_never_public_and_masked_ones_are_masked() -> None:
    content = {"counterparty_name": "演示公司", "legal_rep_id_no": PERSON, "id_no": PERSON, "remark": "内部"}

    values = {v.name: v.text for v in rules.public_values(item("penalty"), content)}

    assert "legal_rep_id_no" not in values
    assert values["id_no"] == "110*************2X"
    assert values["counterparty_name"] == "演示公司"


def test_a_natural_persons_name_is_masked_and_an_organisations_is_not() -> None:
    content = {"counterparty_name": "演示人", "legal_rep_name": "演示甲"}

    about_a_person = rules.public_values(item("penalty"), content, person=True)

    assert rules.value_of(about_a_person, "counterparty_name") == "演**"
    assert rules.value_of(about_a_person, "legal_rep_name") == "演示甲"
    assert rules.value_of(rules.public_values(item("penalty"), content), "counterparty_name") == "演示人"


def test_a_field_that_the_catalogue_does_not_name_is_never_shown() -> None:
    values = rules.public_values(item("licence"), {"secret_note": "内部意见"})

    assert "内部意见" not in {value.text for value in values}


def test_a_persons_number_in_an_open_field_is_masked_all_the_same() -> None:
    values = rules.public_values(item("licence"), {"licence_no": PERSON})

    assert rules.value_of(values, "licence_no") == "110*************2X"


def test_the_end_of_time_reads_as_without_end() -> None:
    values = rules.public_values(item("licence"), {"valid_to": "2099-12-31"})

    assert rules.value_of(values, "valid_to") == "长期"


def test_every_item_of_the_catalogue_has_a_kind_and_a_section() -> None:
    sections = {section for section, _, _ in rules.SECTIONS}

    assert {
        rules.kind_of(i).section
        for i in law.rulebook().on(date(2026, 11, 20)).items()
        if i.category != "registration"
    } <= sections


def test_a_code_is_shown_in_the_groups_of_the_standard() -> None:
    assert rules.code_groups("91520100MA70000005") == ("91", "520100", "MA7000000", "5")


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        (PERSON, "不公开自然人"),
        ("91520100MA7000000O", "不使用 O"),
        ("911101080000000001", "校验位不对"),
        ("9152010012345678", "您输入了 16 位"),
        ("贵", "至少输入"),
        ("并不存在的公司", "换用名称"),
    ],
)
def test_an_empty_result_says_what_to_try(asked: str, hint: str) -> None:
    assert hint in hints.advice(asked).zh


def test_the_match_is_marked_whatever_its_case() -> None:
    assert queries.matched("演示IT公司", "it") == (("演示", False), ("IT", True), ("公司", False))


def test_text_that_looks_like_a_pattern_is_only_text() -> None:
    assert queries.matched("演示（一）公司", "(.*") == (("演示（一）公司", False),)


def test_a_report_number_is_its_time_and_eight_characters_of_its_content() -> None:
    at = datetime(2026, 11, 20, 9, 30, 15)

    number = rules.report_number(at, b"content")

    assert number == rules.report_number(at, b"content") != rules.report_number(at, b"other")
    assert number.startswith("20261120093015")
    assert rules.NUMBER.fullmatch(number)
