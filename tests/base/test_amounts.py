"""Amounts as people write them: each is read as what it says, and in doubt not at all."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinyun.base.amounts import parse, unit_in, written

pytestmark = pytest.mark.one_store

CAPITALS, ORDINARY = "零壹贰叁肆伍陆柒捌玖", "零一二三四五六七八九"
FEN = st.integers(0, 10**14 - 1).map(lambda fen: Decimal(fen) / 100)
WHOLE = st.integers(1, 10**12 - 1)


def _below_ten_thousand(number: int, digits: str, units: str) -> str:
    text, waiting = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if waiting and text else "") + digits[digit] + (units[place - 1] if place else "")
            waiting = False
        else:
            waiting = True
    return text


def in_words(value: Decimal, digits: str = CAPITALS, units: str = "拾佰仟") -> str:
    """The way in which cheques and decisions write an amount; written anew here, from the rule for cheques."""
    yuan, fen = divmod(int(value * 100), 100)
    text, below = "", False
    for scale, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        section = yuan // scale % 10**4
        if section:
            text += (
                ("零" if text and (below or section < 1000) else "")
                + _below_ten_thousand(section, digits, units)
                + name
            )
        below = not section
    text = (text or "零") + "元" if yuan or not fen else ""
    jiao, fen = divmod(fen, 10)
    if jiao:
        text += digits[jiao] + "角"
    if fen:
        text += ("零" if not jiao and text else "") + digits[fen] + "分"
    return text + ("" if fen else "整")


@given(FEN)
def test_an_amount_in_capitals_is_read_as_it_was_written(value):
    assert parse(in_words(value)).value == value


@given(WHOLE)
def test_an_amount_in_ordinary_numerals_is_read_as_it_was_written(value):
    assert parse(in_words(Decimal(value), ORDINARY, "十百千")).value == value


@given(FEN)
def test_an_amount_in_digits_is_read_with_or_without_separators_and_currency(value):
    for text in (
        f"{value}元",
        f"{value:,}元",
        f"¥{value:,}",
        f"人民币 {value} 元",
        f"{value}元人民币",
        f"RMB{value}",
    ):
        assert parse(text).value == value
        assert parse(text).unit == "元"


@given(st.integers(1, 9999), st.integers(1, 9999))
def test_digits_and_units_may_be_mixed(upper, lower):
    assert parse(f"{upper}亿{lower}万元").value == upper * 10**8 + lower * 10**4


@given(FEN, st.sampled_from([("元", 1), ("万元", 10**4), ("亿元", 10**8)]))
def test_the_value_is_in_yuan_whatever_the_unit(number, unit):
    read = parse(f"{number}{unit[0]}")

    assert (read.value, read.unit) == (number * unit[1], unit[0])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("壹万贰仟元整", "12000"),
        ("人民币（大写）壹佰万零伍元正", "1000005"),
        ("壹萬貳仟圓整", "12000"),
        ("拾万元", "100000"),
        ("十五元", "15"),
        ("1.5千万元", "15000000"),
        ("2百万元", "2000000"),
        ("3千5百元", "3500"),
        ("一点五万元", "15000"),
        ("12元5角", "12.5"),
        ("12元05分", "12.05"),
        ("伍角", "0.5"),
        ("零元整", "0"),
        ("-5万元", "-50000"),
        ("１０，０００元", "10000"),
        ("1万0500元", "10500"),
        ("壹万元整（10000元）", "10000"),
        ("10000元（大写：壹万元整）", "10000"),
    ],
)
def test_many_ways_to_write_an_amount(text, value):
    assert parse(text).value == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "一万二",
        "三百五",
        "1万2元",
        "约10万元",
        "10万元以下",
        "壹万元整（20000元）",
        "百万元",
        "1.5亿2000万元",
        "12,34元",
        "1,0000元",
        "1.2.3元",
        "15角",
        "1.5元5角",
        "元",
        "万元",
        "",
        "无",
        "100美元或700元人民币",
        "9" * 80,
    ],
)
def test_what_can_be_read_in_two_ways_or_in_none_is_not_read(text):
    assert parse(text) is None


def test_a_currency_is_told_and_never_converted():
    assert [
        (parse(text).value, parse(text).currency) for text in ("100万美元", "USD 5", "10万港币", "€3", "7元")
    ] == [
        (1000000, "USD"),
        (5, "USD"),
        (100000, "HKD"),
        (3, "EUR"),
        (7, "CNY"),
    ]


def test_a_bare_number_has_no_unit_of_its_own():
    assert [parse(text).unit for text in ("1200", "壹万贰仟", "1.5万", "5分")] == ["", "", "万元", "元"]


def test_the_unit_in_a_title():
    assert [
        unit_in(title)
        for title in (
            "罚款金额(万元)",
            "滞纳金（元）",
            "赔偿（修复费用）金额（亿元）",
            "注册资本",
            "数额（万元或万股）",
        )
    ] == [
        "万元",
        "元",
        "亿元",
        "",
        "",
    ]


@given(st.decimals(-(10**12), 10**12, places=6))
def test_a_number_is_written_plainly_and_is_the_same_number(value):
    text = written(value)

    assert Decimal(text) == value
    assert "E" not in text
    assert not ("." in text and text.endswith(("0", ".")))
