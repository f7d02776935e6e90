"""How articles are cited on pages and paper: 《instrument》第二条、第六条; in English "instrument, Art. 2, Art. 6"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from xinyun.base import Basis, Text
from xinyun.law.day import Law, UnknownNorm

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")}
_NUMERAL = "[零一二三四五六七八九十百]+"
_TO_VERIFY = "（条次待核）"
_FORMS = (
    (re.compile(f"第({_NUMERAL})条"), "Art. {}"),
    (re.compile(f"第({_NUMERAL})条至第({_NUMERAL})条"), "Art. {} to {}"),
    (re.compile(f"第({_NUMERAL})部分"), "Part {}"),
    (re.compile(f"第({_NUMERAL})部分（({_NUMERAL})）"), "Part {} ({})"),
)


def cite(basis: Iterable[Basis], now: Law) -> tuple[Text, ...]:
    """Articles as people cite them, those of one instrument together."""
    places: dict[str, list[str]] = {}
    for one in basis:
        places.setdefault(one.source, []).append(one.article)
    return tuple(_cited(source, tuple(articles), now) for source, articles in places.items())


def cite_on_paper(basis: Iterable[Basis], now: Law) -> list[str]:
    """The same in Chinese, each article once."""
    return [one.zh for one in cite(dict.fromkeys(basis), now)]


@lru_cache(maxsize=1024)
def _cited(source: str, articles: tuple[str, ...], now: Law) -> Text:
    together = "、".join(articles)
    try:
        instrument = now.source(source)
    except UnknownNorm:
        return Text(f"{source} {together}", f"{source} {together}")
    english = ", ".join(article_english(article) for article in articles)
    return Text(f"《{instrument.title}》{together}", f"{instrument.english}, {english}")


def article_english(article: str) -> str:
    """第二条 as "Art. 2"; a place that is no numbered article keeps its own words."""
    plain, doubt = (
        article.removesuffix(_TO_VERIFY),
        " (to be verified)" if article.endswith(_TO_VERIFY) else "",
    )
    for form, english in _FORMS:
        if found := form.fullmatch(plain):
            return english.format(*map(number, found.groups())) + doubt
    return plain + doubt


def number(numeral: str) -> int:
    """A Chinese numeral below a thousand, as articles are counted: 二十五 is 25."""
    hundreds, _, rest = numeral.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    counted_tens = (_DIGITS.get(tens.lstrip("零"), 1) if ten else 0) * 10
    return _DIGITS.get(hundreds, 0) * 100 + counted_tens + _DIGITS.get(ones.lstrip("零"), 0)
