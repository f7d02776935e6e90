"""Amounts of money as people write them: capital and ordinary numerals, units, currencies, thousands separators.

A text that can be read in two ways is not read at all: 一万二 may be 12000 or 10002.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

RENMINBI = "CNY"

SCALES = {"元": Decimal(1), "万元": Decimal(10) ** 4, "亿元": Decimal(10) ** 8}
"""What the units are worth in the currency's own."""
_LONGEST = 60
_WRITTEN = str.maketrans(
    "零〇○一二两三四五六七八九壹贰弍贰叁叄参肆伍陆陸柒捌玖貳參點点拾佰仟萬億圓圆正",
    "00012234567891222333456678923..十百千万亿元元整",
)
"""Every way to write a digit or a unit as one way: digits of our own, units in their ordinary form."""
_CURRENCIES = {
    RENMINBI: ("人民币元", "人民币", "RMB", "CNY", "¥"),
    "HKD": ("港元", "港币", "HKD", "HK$"),
    "USD": ("美元", "美金", "USD", "US$", "$"),
    "EUR": ("欧元", "EUR", "€"),
    "JPY": ("日元", "JPY"),
    "GBP": ("英镑", "GBP", "£"),
    "AUD": ("澳大利亚元", "澳元", "AUD"),
    "CAD": ("加拿大元", "加元", "CAD"),
    "SGD": ("新加坡元", "SGD"),
    "TWD": ("新台币", "台币", "TWD"),
    "MOP": ("澳门元", "澳门币", "MOP"),
    "KRW": ("韩元", "韩币", "KRW"),
    "CHF": ("瑞士法郎", "CHF"),
    "RUB": ("卢布", "RUB"),
}
_NAMES = {name: code for code, names in _CURRENCIES.items() for name in names}
_NAME = re.compile("|".join(re.escape(name) for name in sorted(_NAMES, key=len, reverse=True)))
_SEPARATED = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])")
_TWICE = re.compile(r"([^()]+)\(([^()]+)\)")
_NUMBER = r"\d+(?:\.\d+)?"
_SECTION = re.compile(rf"(?:({_NUMBER})千)?(?:({_NUMBER})百)?(?:((?:{_NUMBER})?)十)?({_NUMBER})?")
_AMOUNT = re.compile(
    r"(?P<sign>[-负])?(?P<yi>[\d.千百十]*亿)?(?P<wan>[\d.千百十]*万)?(?P<ones>[\d.千百十]*)(?P<yuan>元)?"
    r"(?:0*(?P<jiao>\d)角)?(?:0*(?P<fen>\d)分)?"
)
_HALF_SAID = re.compile(r".*[千百亿万][1-9]")
"""万 and then one digit alone: of the next unit below in speech, of one in arithmetic."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A `value` in the currency's own unit, in the ISO 4217 `currency`.

    `unit` is the last unit that was written: 元, 万元 or 亿元. It is empty where none was; the value is then a
    bare number, of whatever unit its place has.
    """

    value: Decimal
    unit: str
    currency: str


def parse(text: str) -> Amount | None:
    """The amount that a text names exactly, such as `壹万贰仟元整`, `1.5亿元` or `1亿2000万`; `None` for any other.

    An amount that is written twice, as in `壹万元整（10000元）`, is one only where both agree.
    """
    folded = re.sub(r"\s", "", unicodedata.normalize("NFKC", text).upper())
    if len(folded) > _LONGEST:
        return None
    named = {_NAMES[name] for name in _NAME.findall(folded)}
    if len(named) > 1:
        return None
    plain = re.sub(r"大写|小写|:|\(\)", "", _NAME.sub(_as_unit, folded)).replace("()", "")
    twice = _TWICE.fullmatch(plain)
    found = [_amount(part) for part in (twice.groups() if twice else [plain])]
    if found[0] is None or any(other is None or other[0] != found[0][0] for other in found):
        return None
    value, unit = found[0]
    return Amount(value, unit or ("元" if named else ""), named.pop() if named else RENMINBI)


def unit_in(title: str) -> str:
    """The unit in a title's brackets: 万元 for `罚款金额（万元）`; empty where it names none of ours."""
    units = re.findall(r"[(（]\s*(亿元|万元|元)\s*[)）]", title)
    return units[-1] if units else ""


def written(value: Decimal) -> str:
    """A number in digits, without an exponent and without zeros that say nothing."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _as_unit(name: re.Match[str]) -> str:
    """What remains of a currency's name: the 元 of 万美元, where a number goes before."""
    return "元" if name[0].endswith("元") and name.start() else ""


def _amount(text: str) -> tuple[Decimal, str] | None:
    """The value and the unit of an amount from which its currency was taken."""
    plain = _SEPARATED.sub(lambda found: found[0].replace(",", ""), text).translate(_WRITTEN)
    found = _AMOUNT.fullmatch(plain.removesuffix("整"))
    if found is None or not any(found.group("yi", "wan", "ones", "jiao", "fen")):
        return None
    sections = [_section(part.rstrip("亿万")) for part in found.group("yi", "wan", "ones") if part]
    whole = _joined(sections, [10**8 if found["yi"] else 0, 10**4 if found["wan"] else 0, 1])
    if whole is None or _HALF_SAID.fullmatch(
        "".join(part or "" for part in found.group("yi", "wan", "ones"))
    ):
        return None
    if found["jiao"] or found["fen"]:
        if whole % 1 or (sections and not found["yuan"]):
            return None
        whole += Decimal(found["jiao"] or 0) / 10 + Decimal(found["fen"] or 0) / 100
    return (-whole if found["sign"] else whole), _unit(found)


def _section(text: str) -> Decimal | None:
    """Thousands, hundreds, tens and ones; `None` where that is no number."""
    found = _SECTION.fullmatch(text)
    said = [
        (Decimal(part or 1), weight)
        for part, weight in zip(found.groups() if found else (), (1000, 100, 10, 1), strict=False)
        if part is not None
    ]
    if not said or (len(said) > 1 and any(number >= 10 or number % 1 for number, _ in said)):
        return None
    return sum((number * weight for number, weight in said), Decimal(0))


def _joined(sections: list[Decimal | None], scales: list[int]) -> Decimal | None:
    """The sections below one another: only the first may pass 9999, only the last may have decimals."""
    whole, used = Decimal(0), [scale for scale in scales if scale]
    for place, (section, scale) in enumerate(zip(sections, used, strict=False)):
        if section is None or (place and section >= 10**4) or (section % 1 and place < len(sections) - 1):
            return None
        whole += section * scale
    return whole


def _unit(found: re.Match[str]) -> str:
    if found["ones"] or not (found["yi"] or found["wan"]):
        return "元" if found["yuan"] or found["jiao"] or found["fen"] else ""
    return "万元" if found["wan"] else "亿元"
