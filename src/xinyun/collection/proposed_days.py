"""Days that a text may have meant. Pure: every reading is given, and which of them can be is for the caller to say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta

from xinyun.base import Text
from xinyun.base.period import NO_END

_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_LOOKALIKES = str.maketrans("OQDIL|SZB", "000111528")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_SERIAL = re.compile(r"([2-6]\d{4})(?:\.\d+)?")
"""Days counted from 1899-12-30, as spreadsheets store them: 1954 to 2091."""
_EPOCH = date(1899, 12, 30)
_CHINESE = re.compile(r"([0-9]{4})年(十?[0-9]?|[0-9]十[0-9]?|\d\d)月([0-9]?十?[0-9]?|\d\d)[日号]?")
_PARTS = re.compile(r"(\d{1,4})[-/.年\\_,月](\d{1,2})[-/.月\\_,](\d{1,4})[日号]?")
_ORACLE = re.compile(r"(\d{1,2})-?(\d{1,2}月|[A-Z]{3})-?(\d{2}|\d{4})")
_TIME = re.compile(r"(?<=\d)(?:T|上午|下午)?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\+08:?00|Z)?$")
_STAMP = re.compile(r"([12]\d{7})\d{4}(?:\d\d)?")
_BLANK_DAY = re.compile(r"0000-?0?0-?0?0|1900-?00-?00|1900[-/.]0?1[-/.]0?[01]")
_FOREVER = re.compile(
    r"(?:永久|长期|无限期|无固定期限|无期限|终身|不限)(?:有效|至今|\((?:永久|长期)\)|经营|期限)*"
)
_EARLIEST, _AHEAD = 1950, 20
"""Where a year has two digits: not before 1950, not more than twenty years ahead."""

_ORDER = Text("年、月、日的先后写成了别的样式", "year, month and day stand in another order")
_STYLE = Text("日期应写成 2026-01-31 的样式", "days are written like 2026-01-31")
_COUNTED = Text(
    "这是表格软件的日期序号", "a spreadsheet's count of days stands there instead of the day it means"
)
_WORDS = Text("日期用中文数字书写", "the day is written in Chinese numerals")
_LIKE = Text("有字母形似数字", "a letter looks like a digit")
_EXTRA = Text("日期之外还写有时刻或别的符号", "a time of day or other signs stand beside the day")
_SHORT = Text("年份只写了两位", "the year has two digits only")
_NONE = Text("没有的日期应留空", "a day that does not exist is left empty")
_NO_LIMIT = Text("长期的截止日期写作 2099-12-31", "an end that never comes is written 2099-12-31")

Reading = tuple[str, Text]


def readings(text: str, day: date, *, ends: bool) -> list[Reading]:
    """Every day that a refused text may have meant, as ISO, with what was wrong; `ends` where 长期 may stand.

    An empty reading means that no day was meant.
    """
    folded = re.sub(r"[\s'\"‘’“”]", "", unicodedata.normalize("NFKC", text).upper())
    if _BLANK_DAY.fullmatch(folded):
        return [("", _NONE)]
    if ends and _FOREVER.fullmatch(folded):
        return [(NO_END[0], _NO_LIMIT)]
    timeless = _TIME.sub("", folded)
    why = _EXTRA if timeless != folded else _STYLE
    found = list(_direct(timeless, day, why))
    if not found:
        mended = timeless.translate(_LOOKALIKES)
        found = [(value, _LIKE) for value, _ in _direct(mended, day, why)] if mended != timeless else []
    return list({value: (value, told) for value, told in found}.values())


def plain(text: str, day: date) -> date | None:
    """The day that a text names beyond doubt, in whatever form; `None` for any other."""
    found = readings(text, day, ends=True)
    return date.fromisoformat(found[0][0]) if len(found) == 1 and found[0][0] else None


def turned(text: str, day: date) -> list[Reading]:
    """The day with its month and its day of the month exchanged, as software of other countries leaves it."""
    found = plain(text, day)
    if found is None or found.day == found.month:
        return []
    return [(value, _ORDER) for value in _iso(found.year, found.day, found.month)]


def _direct(text: str, day: date, why: Text) -> Iterator[Reading]:
    if found := _SERIAL.fullmatch(text):
        yield (_EPOCH + timedelta(days=int(found[1]))).isoformat(), _COUNTED
    elif found := _STAMP.fullmatch(text):
        yield from ((value, _EXTRA) for value in _iso(*_eight(found[1])))
    elif found := _ORACLE.fullmatch(text):
        yield from _with_month_names(found, day)
    elif found := _PARTS.fullmatch(text):
        yield from _in_parts(found.groups(), day, why)
    elif re.fullmatch(r"\d{8}", text):
        yield from ((value, why) for value in _iso(*_eight(text)))
        yield from _in_parts((text[:2], text[2:4], text[4:]), day, why)
    elif (words := text.translate(_DIGITS)) != text and (found := _CHINESE.fullmatch(words)):
        yield from ((value, _WORDS) for value in _iso(int(found[1]), _spoken(found[2]), _spoken(found[3])))


def _in_parts(parts: tuple[str, ...], day: date, why: Text) -> Iterator[Reading]:
    """Three numbers: year first or last, four digits of it or two; what cannot be a day is no reading."""
    first, middle, last = map(int, parts)
    if len(parts[0]) == 4 and len(parts[2]) <= 2:
        orders = [(first, middle, last, why)] if middle <= 12 else [(first, last, middle, _ORDER)]
    elif len(parts[2]) == 4 and len(parts[0]) <= 2:
        orders = [(last, middle, first, _ORDER), (last, first, middle, _ORDER)]
    elif len(parts[0]) <= 2 and len(parts[2]) == 2:
        orders = [
            (year, month, of_month, _SHORT)
            for short, month, of_month in (
                (first, middle, last),
                (last, middle, first),
                (last, first, middle),
            )
            for year in _years(short, day)
        ]
    else:
        return
    for year, month, of_month, told in orders:
        yield from ((value, told) for value in _iso(year, month, of_month))


def _with_month_names(found: re.Match[str], day: date) -> Iterator[Reading]:
    """10-5月-26 and 10-MAY-26, as some databases print days."""
    name = found[2]
    month = int(name[:-1]) if name.endswith("月") else _MONTHS.index(name) + 1 if name in _MONTHS else 0
    for year in [int(found[3])] if len(found[3]) == 4 else _years(int(found[3]), day):
        yield from ((value, _ORDER) for value in _iso(year, month, int(found[1])))


def _years(short: int, day: date) -> list[int]:
    return [year for year in (1900 + short, 2000 + short) if _EARLIEST <= year <= day.year + _AHEAD]


def _eight(digits: str) -> tuple[int, int, int]:
    return int(digits[:4]), int(digits[4:6]), int(digits[6:])


def _spoken(text: str) -> int:
    """A number up to ninety-nine whose digits are ours already and whose tens are 十."""
    if "十" not in text:
        return int(text or 0)
    tens, _, ones = text.partition("十")
    return int(tens or 1) * 10 + int(ones or 0)


def _iso(year: int, month: int, of_month: int) -> Iterator[str]:
    try:
        found = date(year, month, of_month)
    except ValueError:
        return
    if found.year >= 1000:
        yield found.isoformat()
