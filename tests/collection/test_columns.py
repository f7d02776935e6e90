"""A column is found by every name that the catalogue gives it, and by nothing else."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinyun.collection.columns import MissingColumns, SameColumnTwice, match
from xinyun.law import rulebook

NOW = rulebook().on(date(2026, 5, 10))
ITEMS = [pytest.param(item, id=item.id) for item in NOW.items()]
REQUIRED = {item.id: [field for field in item.fields if field.required == "yes"] for item in NOW.items()}


@pytest.mark.parametrize("item", ITEMS)
def test_official_titles_and_codes_and_english_names_all_find_every_field(item):
    for titles in (
        [field.title for field in item.fields],
        [field.code or field.title for field in item.fields],
        [field.name for field in item.fields],
    ):
        columns = match(item, titles)
        assert columns.found == {field.name: title for field, title in zip(item.fields, titles, strict=True)}
        assert columns.ignored == ()


@pytest.mark.parametrize("item", ITEMS)
def test_every_accepted_title_finds_a_field_that_accepts_it(item):
    for field in item.fields:
        for title in field.titles:
            others = [other.title for other in REQUIRED[item.id] if title not in other.titles]
            found = {t: name for name, t in match(item, [title, *others]).found.items()}
            assert title in item.field(found[title]).titles


@pytest.mark.parametrize("item", ITEMS)
def test_no_title_or_code_is_the_official_one_of_two_fields(item):
    for official in (
        [f.title for f in item.fields],
        [f.name for f in item.fields],
        [f.code for f in item.fields if f.code],
    ):
        assert len(official) == len(set(official))


def test_brackets_width_case_stars_and_blanks_do_not_matter():
    item = NOW.item("penalty")
    titles = [
        field.title for field in item.fields if field.required == "yes" and field.name != "counterparty_name"
    ]

    for title in (
        "罚款金额（万元）",
        "罚款金额(万元)",
        " 罚款金额 ( 万元 ) ",
        "罚款金额（万元）（选填）",
        "*罚款金额(万元)",
        "cf_nr_fk",
        "ＣＦ_ＮＲ_ＦＫ",
        "Fine_10k_Yuan",
    ):
        assert match(item, [*titles, "行政相对人名称", title]).found["fine_10k_yuan"] == title


def test_an_amount_in_yuan_is_not_taken_for_one_in_ten_thousands():
    item = NOW.item("penalty")
    titles = [field.title for field in REQUIRED["penalty"]]

    assert match(item, [*titles, "罚款金额"]).ignored == ("罚款金额",)
    assert match(item, [*titles, "罚款金额(元)"]).ignored == ("罚款金额(元)",)


def test_two_columns_of_one_field_are_refused_for_which_of_them_counts_is_not_guessed():
    with pytest.raises(SameColumnTwice) as refused:
        match(NOW.item("registration"), ["企业名称", "名称", "统一社会信用代码"])

    assert "企业名称" in refused.value.what.zh
    assert [name for name, _ in refused.value.fields] == ["name"]


@given(st.permutations([field.title for field in NOW.item("registration").fields]))
def test_the_order_of_columns_is_of_no_account(titles):
    assert match(NOW.item("registration"), titles).found == {
        field.name: field.title for field in NOW.item("registration").fields
    }


@given(st.lists(st.text(max_size=8), max_size=6))
def test_unknown_titles_are_told_and_never_taken(titles):
    known = ["名称", "统一社会信用代码"]
    columns = match(NOW.item("registration"), known + titles)

    assert set(columns.found.values()) | set(columns.ignored) == set(known) | set(titles)
    assert columns.found["uscc"] == "统一社会信用代码"


@pytest.mark.parametrize("item", ITEMS)
def test_every_required_field_that_is_missing_is_named(item):
    with pytest.raises(MissingColumns) as refused:
        match(item, ["不相干的列"])

    assert [name for name, _ in refused.value.fields] == [field.name for field in REQUIRED[item.id]]
    assert all(field.title in refused.value.what.zh for field in REQUIRED[item.id])
