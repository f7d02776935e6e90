"""Split an organisation's name: region, core (字号), trade, legal form, and what names a branch.

The order is that of the registration rules: 行政区划 + 字号 + 行业 + 组织形式 (企业名称登记管理规定 第六条). Where a name
has no core of its own, its trade distinguishes it and is taken as the core.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files

from xinyun.naming.folding import clean, numbers
from xinyun.naming.places import place_at, places

REGION, CORE, TRADE, FORM, BRANCH = "r", "c", "t", "f", "b"
_LEGAL = re.compile("有限责任公司|股份有限公司|有限公司|公司|合作社联合社|合作社|信用社")
_FORMER = re.compile(r"\((?:原名?|曾用名|曾用|原名称|又名|又称|简称|别名|下称|以下简称)[:：为是]?([^()]+)\)")
_GROUP = re.compile(r"\(([^()]*)\)")
_TOWNSHIP = re.compile("[\u4e00-\u9fff]{1,3}?(?:街道办事处|街道|社区|镇(?!企)|乡(?![村镇]))")
_BEFORE_COMPANY = re.compile("(?:集团|控股|总|股份)+$")
_BEFORE_COOPERATIVE = re.compile("(?:农民|专业|供销|股份|经济|农村|信用)+$")
_RANKS = "省市县州区旗"


@dataclass(frozen=True, slots=True)
class Name:
    """A name in parts; `text` is its folded spelling, of which `roles` has one letter a character.

    `places` are the divisions that its region may mean, from the widest to the narrowest; `others` the names that it
    gives itself in brackets; `generic` says that it has no core of its own, so that any place may have one like it.
    """

    text: str
    roles: str
    places: tuple[tuple[str, ...], ...] = ()
    others: tuple[str, ...] = ()
    generic: bool = False

    def part(self, role: str) -> str:
        """The characters of one role, which stand together."""
        start = self.roles.find(role)
        return self.text[start : self.roles.rfind(role) + 1] if start >= 0 else ""

    @property
    def region(self) -> str:
        """行政区划, townships with it."""
        return self.part(REGION)

    @property
    def core(self) -> str:
        """字号."""
        return self.part(CORE)

    @property
    def trade(self) -> str:
        """行业或者经营特点."""
        return self.part(TRADE)

    @property
    def form(self) -> str:
        """组织形式."""
        return self.part(FORM)

    @property
    def branch(self) -> str:
        """What follows the legal form: 分公司, 门市部 and the like with their own names."""
        return self.part(BRANCH)


@lru_cache(maxsize=2)
def words(role: str) -> dict[str, list[str]]:
    """The words of legal forms (`form`) or of trades (`trade`) by their last character, longest first: our own list."""
    listing = files("xinyun.naming").joinpath("words.csv").read_text(encoding="utf-8").splitlines()
    found: dict[str, list[str]] = {}
    for row in sorted(csv.DictReader(listing), key=lambda row: len(row["word"]), reverse=True):
        if row["role"] == role:
            found.setdefault(row["word"][-1], []).append(row["word"])
    return found


@lru_cache(maxsize=1 << 16)
def split(name: str) -> Name:
    """Take a name apart. Other names that it gives in brackets, such as （原……）, are its `others`."""
    text = clean(name)
    others = tuple(_FORMER.findall(text))
    text, moved = _unbracketed(_FORMER.sub("", text) if others else text)
    ends, found = _region(text, moved)
    legal = _LEGAL.search(text, ends[-1] + 1)
    end = legal.end() if legal else len(text)
    form = _form(text, ends[-1], legal)
    trade = _suffixes(text, ends[-1], form)
    if len(found) > 1 and trade - ends[-1] < 2 and text[ends[-1] - 1] not in _RANKS:
        ends, found = (
            ends[:-1],
            found[: len(ends) - 2],
        )  # the last place was the core, as 大方 is in 贵州大方科技
        trade = _suffixes(text, ends[-1], form)
    start = ends[-1]
    generic = trade == start
    if trade - start < 2:
        trade = max(start, min(start + 2, form))
    lengths = ((REGION, start), (CORE, trade - start), (TRADE, form - trade), (FORM, end - form))
    roles = "".join(role * length for role, length in lengths) + BRANCH * (len(text) - end)
    return _in_figures(Name(text, roles, found, others, generic))


def _unbracketed(text: str) -> tuple[str, bool]:
    """The name without brackets, and whether a place that stood in them now stands first."""
    for match in _GROUP.finditer(text):
        if match.start() and match[1] in places():
            text = match[1] + text[: match.start()] + text[match.end() :]
            return text.replace("(", "").replace(")", ""), True
    return text.replace("(", "").replace(")", ""), False


def _region(text: str, moved: bool) -> tuple[list[int], tuple[tuple[str, ...], ...]]:
    """Where its places end, beginning with 0, and which divisions they name, from the widest to the narrowest."""
    ends, found = [0], []
    within: tuple[str, ...] = ()
    while True:
        title, codes = place_at(text, ends[-1], within)
        if not title or len(text) - ends[-1] - len(title) < 2:
            break
        found.append(codes)
        within = within if moved and len(found) == 1 else codes
        ends.append(ends[-1] + len(title))
    township = _TOWNSHIP.match(text, ends[-1]) if found else None
    if township and len(text) - township.end() > 2:
        ends[-1] = township.end()
    return ends, tuple(found)


def _form(text: str, start: int, legal: re.Match[str] | None) -> int:
    """Where the legal form begins, with 集团, 控股 and 总 before it."""
    if legal:
        qualifiers = _BEFORE_COMPANY if legal.group().endswith("公司") else _BEFORE_COOPERATIVE
        before = qualifiers.search(text, start, legal.start())
        return max(before.start() if before else legal.start(), start)
    length = _length_of_last(words("form"), text, start + 1, len(text))
    return len(text) - length


def _suffixes(text: str, start: int, end: int) -> int:
    """Where the words of trades begin that end at `end`, the longest first."""
    known = words("trade")
    while length := _length_of_last(known, text, start, end):
        end -= length
    return end


def _length_of_last(known: dict[str, list[str]], text: str, start: int, end: int) -> int:
    """The length of the longest known word that ends at `end`, 0 where there is none."""
    for word in known.get(text[end - 1 : end], ()):
        if text.endswith(word, start, end):
            return len(word)
    return 0


def _in_figures(name: Name) -> Name:
    """With numbers in figures, each in the role of its first character."""
    counted = numbers(name.text)
    if not counted:
        return name
    text, roles, at = "", "", 0
    for start, end, figures in counted:
        text += name.text[at:start] + figures
        roles += name.roles[at:start] + name.roles[start] * len(figures)
        at = end
    return replace(name, text=text + name.text[at:], roles=roles + name.roles[at:])
