"""Checks of whole columns say what the checks of single values say, whatever is in them."""

from __future__ import annotations

from datetime import date

import polars as pl
from hypothesis import example, given
from hypothesis import strategies as st

from tests.factories import a_code
from xinyun.base.identifier_columns import resident_id_is_right, uscc_is_right
from xinyun.base.identifiers import (
    USCC_ALPHABET,
    USCC_PLACEHOLDER,
    is_resident_id,
    is_uscc,
    uscc_check_character,
)

WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
right_codes = st.builds(
    lambda front, rest: front + rest + uscc_check_character(front + rest),
    st.text("0123456789", min_size=8, max_size=8),
    st.text(USCC_ALPHABET, min_size=9, max_size=9),
)
near_codes = st.text(USCC_ALPHABET + "IOSVZ", min_size=16, max_size=19)
residents = st.builds(
    lambda place, birth, order, check: f"{place}{birth}{order:03d}{check}",
    st.integers(110000, 659999),
    st.dates(date(1, 1, 1), date(9999, 12, 31)).map(lambda day: f"{day.year:04d}{day:%m%d}")
    | st.sampled_from(["00000101", "19000000", "20230229", "20240229", "19001301", "21000229"]),
    st.integers(0, 999),
    st.sampled_from("0123456789X"),
)
anything = st.text(max_size=20) | st.sampled_from(
    [
        "",
        "😀" * 18,
        "91320100748204660Q\n",
        "９１３２０１００７４８２０４６６０Ｑ",
        "91320100748204660q",
        USCC_PLACEHOLDER,
    ]
)
columns = st.lists(
    st.none() | right_codes | near_codes | residents | residents.map(lambda s: s.translate(WIDE)) | anything,
    max_size=30,
)


@given(columns)
@example([None, None])
@example([])
@example([USCC_PLACEHOLDER, "91320100748204660Q", None, "91350211M0000XUF46", "😀"])
def test_a_column_of_codes_is_judged_as_each_code_alone(codes):
    right = uscc_is_right(pl.Series(codes, dtype=pl.String))

    assert right.dtype == pl.Boolean
    assert right.to_list() == [code is not None and is_uscc(code) for code in codes]


@given(columns)
@example(["110101000001010014", None, "11010519491231002X", "11010519491231002x"])
def test_a_column_of_resident_numbers_is_judged_as_each_number_alone(codes):
    right = resident_id_is_right(pl.Series(codes, dtype=pl.String))

    assert right.to_list() == [code is not None and is_resident_id(code) for code in codes]


@given(st.lists(st.text("0123456789", min_size=17, max_size=17), min_size=1, max_size=5))
def test_every_check_character_of_a_resident_number_is_judged_alike(stems):
    codes = [f"{stem[:6]}1980{stem[10:]}{check}" for stem in stems for check in "0123456789X"]

    assert resident_id_is_right(pl.Series(codes)).to_list() == [is_resident_id(code) for code in codes]


def test_a_long_column_with_every_kind_of_fault_is_judged_row_by_row():
    codes = [a_code() for _ in range(500)]
    mixed = [code if n % 3 else code[:-1] + "*" for n, code in enumerate(codes)] + [None, "", " " + codes[0]]

    assert uscc_is_right(pl.Series(mixed)).to_list() == [code is not None and is_uscc(code) for code in mixed]
