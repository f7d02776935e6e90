"""The greatest fine that those articles allow which a decision names as its basis, by the law of its day."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from xinyun.law.book import Rulebook
from xinyun.law.ceilings import Ceiling
from xinyun.law.citing import number

_NATION = "中华人民共和国"
_INSTRUMENT = re.compile(r"《([^《》]+)》(\([^()]*\))?([^《]*)")
_NUMERAL = r"([零一二三四五六七八九十百]+|\d{1,3})"
_ARTICLES = re.compile(rf"第{_NUMERAL}条(?!之)(?:(?:至|到|-|—|~)第{_NUMERAL}条(?!之))?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LONGEST_RANGE = 50


@dataclass(frozen=True, slots=True)
class Named:
    """An instrument as a text names it, the year of the edition where one is given, and articles by number."""

    title: str
    year: int | None
    articles: tuple[int, ...]


def named(text: str) -> Iterator[Named]:
    """The instruments that a text names in 《》, each with the articles that follow it before the next one."""
    folded = unicodedata.normalize("NFKC", text).replace("〇", "零")
    for title, edition, rest in _INSTRUMENT.findall(folded):
        year = _YEAR.search(edition)
        articles = tuple(one for found in _ARTICLES.finditer(rest) for one in _span(*found.groups()))
        yield Named(title.strip().removeprefix(_NATION), int(year[0]) if year else None, articles)


def _span(first: str, last: str | None) -> range:
    begins = _counted(first)
    ends = _counted(last) if last else begins
    return range(begins, min(ends, begins + _LONGEST_RANGE) + 1)


def _counted(numeral: str) -> int:
    return int(numeral) if numeral.isdecimal() else number(numeral)


@dataclass(frozen=True, slots=True)
class _Instrument:
    years: frozenset[int]
    ceilings: dict[int, Ceiling]


class Ceilings:
    """The greatest fines of a rulebook at any day; made once for each rulebook by `ceilings`."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The days on which any of them changes."""
        days = {day for id in self._book.ids("fine") for day, _, _ in self._book.editions("fine", id)}
        return tuple(sorted(days))

    @cached_property
    def _spans(self) -> tuple[dict[str, _Instrument], ...]:
        return ({}, *(self._held(day) for day in self.days))

    def _held(self, day: date) -> dict[str, _Instrument]:
        """The instruments whose fines are known on a day, by title."""
        found = {}
        for fines in self._book.on(day).fines():
            source = self._book.sources[fines.instrument]
            years = frozenset(one.year for one in (fines.since, source.dated) if one)
            by_number = {_counted(article[1:-1]): ceiling for article, ceiling in fines.ceilings.items()}
            found[source.title.removeprefix(_NATION)] = _Instrument(years, by_number)
        return found

    def greatest(self, instruments: Iterable[Named], begun: int, *, person: bool) -> float | None:
        """What all articles allow together that are named and whose ceiling is known, in 10 000 yuan.

        `begun` is how many of `days` have come.

        Together, since one decision may punish several breaches. `None` where no such article is named, where one of
        them sets no ceiling, and where an edition of the instrument is named that is not the day's.
        """
        total, met = 0.0, False
        for one in instruments:
            instrument = self._spans[begun].get(one.title)
            if instrument is None:
                continue
            if one.year and one.year not in instrument.years:
                return None
            for ceiling in filter(None, map(instrument.ceilings.get, dict.fromkeys(one.articles))):
                most = ceiling.person if person else ceiling.organisation
                if most is None:
                    return None
                total, met = total + most, True
        return total if met else None


@lru_cache(maxsize=2)
def ceilings(book: Rulebook) -> Ceilings:
    """The greatest fines of a rulebook."""
    return Ceilings(book)
