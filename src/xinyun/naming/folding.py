"""Fold the spellings of a name: width, case, script, brackets, blanks and numerals."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_OPENING, _CLOSING = "〔[【<〈《「『{", "〕]】>〉》」』}"
_BRACKETS = str.maketrans(_OPENING + _CLOSING, "(" * len(_OPENING) + ")" * len(_CLOSING))
_KEPT = re.compile(r"[^\w()]|_")
_KEPT_LINES = re.compile(r"[^\w()\n]|_|[()]")
_IDEOGRAPHS = range(0x3400, 0xA000)
_FORMAL = dict(zip("壹贰叁肆伍陆柒捌玖拾佰仟〇", "一二三四五六七八九十百千零", strict=True))
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_NUMERAL = "[零一二三四五六七八九十百千]"
_COUNTED = "分公司|支公司|公司|分店|分社|支行|号|店|站|队|处|厂|局|矿|井|门市|经营|营业|收购|加油|综合|农家"
_NUMBER = re.compile(
    f"(?<=第){_NUMERAL}+|[二三四五六七八九]?十[一二三四五六七八九]|[二三四五六七八九]十|{_NUMERAL}+(?={_COUNTED})"
)


@lru_cache(maxsize=1)
def _script() -> dict[int, str]:
    """Every traditional character to its simplified one, by OpenCC; formal numerals to the usual ones."""
    import opencc

    convert = opencc.OpenCC("t2s").convert
    chars = [chr(point) for point in _IDEOGRAPHS]
    simplified = convert(convert("\n".join(chars))).split("\n")
    found = {ord(a): b for a, b in zip(chars, simplified, strict=True) if a != b and len(b) == 1}
    formal = {ord(char): usual for char, usual in _FORMAL.items()}
    return {point: formal.get(ord(char), char) for point, char in found.items()} | formal


def clean(name: str) -> str:
    """The name in simplified script, upper case and half width, round brackets kept, everything that is no word gone."""
    text = unicodedata.normalize("NFKC", name).upper().translate(_BRACKETS)
    text = _KEPT.sub("", text).translate(_script())
    return unicodedata.normalize("NFKC", text)


def _in_figures(numeral: str) -> str:
    """A Chinese number in figures: 二十一 as 21, 二〇一 as 201."""
    if not _UNITS.keys() & set(numeral):
        return "".join(str(_DIGITS[char]) for char in numeral)
    total, digit = 0, 0
    for char in numeral:
        if char in _UNITS:
            total, digit = total + (digit or 1) * _UNITS[char], 0
        else:
            digit = _DIGITS[char]
    return str(total + digit)


def numbers(text: str) -> list[tuple[int, int, str]]:
    """Where Chinese numbers count something, such as 第一 or 二分店, and the same in figures; not those in a proper name."""
    return [(match.start(), match.end(), _in_figures(match.group())) for match in _NUMBER.finditer(text)]


@lru_cache(maxsize=1 << 16)
def fold(name: str) -> str:
    """The name as it is compared: two spellings that differ in nothing else fold to the same text."""
    text = clean(name).replace("(", "").replace(")", "")
    return _NUMBER.sub(lambda match: _in_figures(match.group()), text)


def fold_many(names: Sequence[str]) -> list[str]:
    """As `fold`, for some ten thousand names at once: as one text, which the library's loops take in one go."""
    text = "\n".join(name.replace("\n", " ") for name in names)
    text = unicodedata.normalize("NFKC", text).upper().translate(_BRACKETS)
    text = unicodedata.normalize("NFKC", _KEPT_LINES.sub("", text).translate(_script()))
    return _NUMBER.sub(lambda match: _in_figures(match.group()), text).split("\n")
