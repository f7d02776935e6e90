"""One line, a full name, a document's number."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinyun.base import forms

pytestmark = pytest.mark.one_store


@pytest.mark.parametrize("text", ["贵州演示有限公司", "鑫淼垚犇骉", "A 公司（集团）", "𠮷野家", ""])
def test_ordinary_texts_are_one_line(text):
    assert forms.is_one_line(text)


@pytest.mark.parametrize(
    "mark", ["\n", "\r", "\t", "\x00", "\x07", "\x1b", "\x7f", "\u200b", "\u202e", "\u2028", "\ufeff"]
)
def test_breaks_control_and_invisible_characters_are_not(mark):
    assert not forms.is_one_line(f"贵州{mark}公司")
    assert not forms.is_organisation_name(f"贵州{mark}有限公司")


@pytest.mark.parametrize("text", ["贵州", "甲", "1234567", "（）《》", "测试公司", "test", "演示test"])
def test_what_is_no_full_name(text):
    assert not forms.is_organisation_name(text)


@given(st.text(max_size=12))
def test_columns_and_values_agree(text):
    one_line = ~pl.col("t").str.contains(forms.CONTROL) & ~pl.col("t").str.contains(forms.LINE_BREAK)

    assert pl.DataFrame({"t": [text]}).select(one_line).item() == forms.is_one_line(text)
