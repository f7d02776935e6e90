"""Which division an address or a code names, and what became of it, by the dated table of divisions. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from xinyun.law import Division
from xinyun.law.book import Rulebook

_REMARK = re.compile("（.*）$")
_OFFICE_ONLY = "登记机关专用码"
_UNIT = re.compile("(特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|省|市|地区)$")


@dataclass(frozen=True, slots=True)
class Places:
    """The table of divisions, arranged to be asked by code and by name."""

    divisions: Mapping[str, Division]
    below: Mapping[str, list[tuple[str, str]]]
    """Names and codes of what lies directly in a division or lay there."""

    def heir(self, code: str) -> str:
        """What a division is today: the last of its successors, or itself."""
        found = self.divisions.get(code)
        while found and found.successor and found.successor in self.divisions:
            found = self.divisions[found.successor]
        return found.code if found else code

    def line(self, code: str) -> tuple[tuple[str, date | None], ...]:
        """A division and its successors, each with the day from which it is that one; `None` where no day is known."""
        found, since = self.divisions.get(code), None
        line: list[tuple[str, date | None]] = [(code, None)]
        while found and found.successor and found.successor in self.divisions:
            since = found.period.end
            found = self.divisions[found.successor]
            line.append((found.code, since))
        return tuple(line)

    def lies_in(self, code: str, other: str) -> bool:
        """Whether a division is another one or lies in it, both as they are today."""
        wanted, found = self.heir(other), self.divisions.get(self.heir(code))
        while found:
            if found.code == wanted:
                return True
            found = self.divisions.get(self.heir(found.parent)) if found.parent else None
        return False

    def title(self, code: str) -> str:
        """A division with the ones above it below the province; empty where the table does not have it."""
        found = self.divisions.get(code)
        if found is None:
            return ""
        parent = self.divisions.get(found.parent) if found.parent else None
        own = _REMARK.sub("", found.title)
        if parent is None or parent.code.endswith("0000") or own.startswith(parent.title):
            return own
        return _REMARK.sub("", parent.title) + own

    def named_in(self, address: str) -> str:
        """The smallest division that an address begins with; empty where it names none, or several bear the name."""
        rest = "".join(address.split())
        province, rest = _begun(rest, self._children("100000"))
        cities = self._children(province) if province else self._cities()
        city, after = _begun(rest, cities)
        if not city:
            counties = [one for _, code in cities for one in self._children(code)]
            county, _ = _begun(rest, counties, alone=True)
            return county or province
        county, _ = _begun(after, self._children(city))
        if county:
            return county
        near = [one for _, code in cities for one in self._children(code) if self.lies_in(one[1], city)]
        county, _ = _begun(after, near, alone=True)
        return county or city

    def _cities(self) -> list[tuple[str, str]]:
        return [one for _, code in self._children("100000") for one in self._children(code)]

    def city(self, text: str) -> str:
        """The city whose name begins so, as registries shorten it (黔东南); empty where none or several do."""
        found = {code for name, code in self._cities() if text and name.startswith(text.strip())}
        current = {code for code in found if not self.divisions[code].retired} or found
        return current.pop() if len(current) == 1 else ""

    def _children(self, code: str) -> list[tuple[str, str]]:
        return self.below.get(code, [])


def _names(title: str) -> Iterable[str]:
    """A title, and what it is called for short: counties are not, for their short names begin too many words."""
    yield title
    if len(short := _UNIT.sub("", title)) > 1 and short != title:
        yield short


def _begun(text: str, named: list[tuple[str, str]], *, alone: bool = False) -> tuple[str, str]:
    """The code with the longest name that a text begins with, and the rest; with `alone` only where no other bears it."""
    found = max(((name, code) for name, code in named if text.startswith(name)), default=None, key=_length)
    if found is None:
        return "", text
    bearers = {code for name, code in named if name == found[0]}
    if alone and len(bearers) > 1:
        return "", text
    return found[1], text[len(found[0]) :]


def _length(one: tuple[str, str]) -> int:
    return len(one[0])


@lru_cache(maxsize=4)
def places(book: Rulebook) -> Places:
    """The divisions of a rulebook."""
    below: dict[str, list[tuple[str, str]]] = {}
    for one in book.divisions.values():
        if _OFFICE_ONLY not in one.title and one.parent:
            named = _names(_REMARK.sub("", one.title))
            below.setdefault(one.parent, []).extend((name, one.code) for name in named)
    return Places(book.divisions, below)
