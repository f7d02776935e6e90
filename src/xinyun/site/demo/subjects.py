"""Subjects of the demonstration: each follows from the seed and its number, so that more of them never change the first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from xinyun.site.demo.places import Place, Province, a_code
from xinyun.site.demo.trades import TRADES, Trade
from xinyun.site.demo.words import (
    ASSOCIATIONS,
    BRANCHES,
    COOPERATIVES,
    ENDINGS,
    FIRST,
    INSTITUTIONS,
    NON_ENTERPRISES,
    RARE,
    SECOND,
    SHOPS,
    STEMS,
    STREETS,
    VILLAGES,
)

SEED = 36
_PREFIXES = {"91": 52, "92": 30, "93": 7, "51": 2, "52": 2, "12": 2, "81": 2, "N2": 2, "31": 1}
_SINGLE = {42: "11", 43: "13", 44: "53", 45: "54", 46: "55", 47: "71", 48: "32"}
"""Early subjects that any demonstration has of the kinds of which there are few."""
_REGISTRARS = {"51": "civil-affairs", "52": "civil-affairs", "12": "staffing-commission", "81": "trade-union",
               "N2": "agriculture-rural", "31": "justice", "11": "staffing-commission", "13": "staffing-commission",
               "53": "civil-affairs", "54": "civil-affairs", "55": "civil-affairs", "71": "ethnic-religious",
               "32": "justice"}  # fmt: skip
_CAPITALS = {
    "91": (10, 30, 50, 100, 200, 500, 1000, 3000, 5000),
    "92": (1, 2, 3, 5, 10, 20),
    "93": (30, 50, 100, 200, 500),
}
_STATUSES = {"存续": 880, "注销": 50, "吊销未注销": 35, "歇业": 12, "清算": 8, "迁出": 8, "停业": 7}
_EARLIEST = {"93": 2007, "N2": 2018, "92": 1995}
_TYPES = {"92": "个体工商户", "93": "农民专业合作社", "51": "社会团体", "52": "民办非企业单位", "12": "事业单位",
          "81": "基层工会", "N2": "农村集体经济组织", "31": "律师执业机构", "11": "机关", "13": "群众团体", "53": "基金会",
          "54": "村民委员会", "55": "居民委员会", "71": "宗教活动场所", "32": "公证处"}  # fmt: skip
_FORMS = (
    ("有限公司", "有限责任公司(自然人投资或控股)", 46),
    ("有限责任公司", "有限责任公司(自然人独资)", 24),
    ("股份有限公司", "股份有限公司(非上市)", 5),
    ("合伙企业（有限合伙）", "有限合伙企业", 5),
    ("", "个人独资企业", 8),
)

_RARE_AT = {5: "犇骉", 11: "淼垚", 17: "𬭎川"}
"""Early subjects that any demonstration has, whose names try fonts and encodings."""
Parents = dict[tuple[str, str], str]
"""The last company of each city and trade, which may have branches and a union."""


@dataclass(frozen=True, slots=True)
class Role:
    """What the demonstration needs a subject for, besides being there: the list that it is on, or none."""

    list_id: str = ""
    by_hand: bool = False
    """Put on the list by an office at the console's door, not by a submitted file."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One invented subject."""

    number: int
    code: str
    name: str
    prefix: str
    type: str
    place: Place
    trade: Trade
    established: date
    status: str
    person: str
    address: str
    capital: str
    role: Role

    @property
    def registrar(self) -> str:
        """The department that registered it."""
        return _REGISTRARS.get(self.prefix, "market-regulation")

    @property
    def in_business(self) -> bool:
        """Whether licences and penalties are plausible for it."""
        return self.prefix in {"91", "92", "93"}


def subjects(count: int, province: Province, on: date) -> Iterator[Subject]:
    """`count` subjects as of a day; no two share a name or a code."""
    taken: set[str] = set()
    parents: Parents = {}
    for number in range(count):
        yield _subject(number, province, on, taken, parents)


def chance(number: int, purpose: str) -> Random:
    """The chance of one subject for one purpose; other subjects and purposes do not shift it."""
    return Random(f"{SEED}:{purpose}:{number}")  # noqa: S311 - reproducible on purpose


def role_of(number: int) -> Role:
    """Few, evenly spread, so that the smallest province already has one of each."""
    for list_id, every, first in (
        ("wage-arrears", 150, 3),
        ("serious-tax-violation", 170, 7),
        ("judgment-defaulter", 60, 9),
    ):
        if number % every == first:
            turn = number // every
            return Role(list_id, by_hand=turn % 3 == 0 and turn < 60)
    return Role("tax-a") if number % 10 == 1 else Role()


def person_name(rng: Random) -> str:
    """A name that nobody bears: 演 is no surname."""
    return "演" + rng.choice(STEMS) + rng.choice(BRANCHES)


def day_between(rng: Random, first: date, last: date, *, recent: bool = False) -> date:
    """A day from `first` to `last`; `recent` makes the last ones likelier."""
    share = rng.random() ** 1.5 if recent else rng.random()
    return last - timedelta(days=int(max((last - first).days, 0) * share))


def _trade(rng: Random, prefix: str, role: Role) -> Trade:
    """A trade that suits: builders owe wages, cooperatives farm, individual businesses keep shops."""
    if role.list_id == "wage-arrears":
        return TRADES["construction"]
    if prefix == "93":
        return TRADES["agriculture"]
    return TRADES[rng.choice(list(SHOPS if prefix == "92" else TRADES))]


def _subject(number: int, province: Province, on: date, taken: set[str], parents: Parents) -> Subject:
    rng, role = chance(number, "subject"), role_of(number)
    prefix = "91" if role.list_id else rng.choices(list(_PREFIXES), list(_PREFIXES.values()))[0]
    prefix = _SINGLE.get(number, prefix)
    trade = _trade(rng, prefix, role)
    place = province.somewhere(rng)
    name, type_ = _unique_name(rng, number, prefix, trade, place, province, taken, parents)
    division = rng.choice(place.retired) if place.retired and rng.random() < 0.03 else place.code
    market = prefix in {"91", "92", "93"}
    status = (
        rng.choices(list(_STATUSES), list(_STATUSES.values()))[0] if market and not role.list_id else "存续"
    )
    last = on - timedelta(days=800 if role.list_id else 30)
    return Subject(
        number=number,
        code=a_code(prefix, division, number),
        name=name,
        prefix=prefix,
        type=type_,
        place=place,
        trade=trade,
        established=day_between(rng, date(_EARLIEST.get(prefix, 1985), 1, 4), last, recent=True),
        status=status,
        person=person_name(rng),
        address=f"{province.title}{place.city_title}{place.title}{rng.choice(STREETS)}演示{rng.randint(1, 199)}号",
        capital=f"{rng.choice((1, 3, 5, 10, 20, 30, 50, 100, 200, 500, 1000, 3000, 5000))}万元"
        if market
        else "",
        role=role,
    )


def _unique_name(
    rng: Random, number: int, prefix: str, trade: Trade, place: Place, province: Province, taken: set[str],
    parents: Parents,
) -> tuple[str, str]:  # fmt: skip
    known = {} if role_of(number).list_id else parents
    while True:
        core = rng.choice(FIRST) + rng.choice(SECOND)
        if number in _RARE_AT or rng.random() < 0.01:
            core = _RARE_AT.get(number) or rng.choice(RARE)
        name, type_ = _name(rng, core, prefix, trade, place, province, known)
        known = {}
        if name not in taken:
            taken.add(name)
            if prefix == "91" and not name.endswith("分公司"):
                parents[place.city, trade.id] = name
            return name, type_


def _name(
    rng: Random,
    core: str,
    prefix: str,
    trade: Trade,
    place: Place,
    province: Province,
    parents: Parents,
) -> tuple[str, str]:
    parent = parents.get((place.city, trade.id))
    match prefix:
        case "91" if parent and rng.random() < 0.06:
            return f"{parent}{place.short}分公司", "有限责任公司分公司"
        case "91":
            form, type_, _ = rng.choices(_FORMS, [weight for *_, weight in _FORMS])[0]
            form = form or ("厂" if trade.id in {"mining", "chemistry"} else "中心")
            where = rng.choice((province.short, place.city_short, place.city_short, place.short))
            return f"{where}{core}{rng.choice(trade.words)}{form}", type_
        case "92":
            return f"{place.title}{core}{rng.choice(SHOPS[trade.id])}", _TYPES[prefix]
        case "93":
            return f"{place.short}{core}{rng.choice(COOPERATIVES)}农民专业合作社", _TYPES[prefix]
        case "51":
            where = rng.choice((place.city_title, place.title))
            return f"{where}{core}{rng.choice(ASSOCIATIONS)}", _TYPES[prefix]
        case "81" if parent:
            return f"{parent}工会委员会", _TYPES[prefix]
        case "81":
            return f"{place.title}{core}街道工会联合会", _TYPES[prefix]
        case "N2":
            return f"{place.title}{core}镇{rng.choice(VILLAGES)}{rng.choice(SECOND)}村股份经济合作社", _TYPES[
                prefix
            ]
        case "31":
            return f"{province.short}{core}律师事务所", _TYPES[prefix]
        case "52":
            return f"{place.title}{core}{rng.choice(NON_ENTERPRISES)}", _TYPES[prefix]
    if prefix in ENDINGS:
        return f"{place.title}{core}{ENDINGS[prefix]}", _TYPES[prefix]
    return f"{place.title}{core}{rng.choice(INSTITUTIONS)}", _TYPES[prefix]
