"""Where the demonstration takes place: the real cities and counties of the rulebook, by chance of a subject there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from xinyun.base.identifiers import organisation_check_character, uscc_check_character
from xinyun.law import Law

_OFFICES = 900_000
"""From this number on the sandbox belongs to offices."""
_PEOPLES = "布依族|土家族|仡佬族|苗族|侗族|彝族|回族|水族"


@dataclass(frozen=True, slots=True)
class Place:
    """A county; `retired` are the codes it had before, which old subjects still carry."""

    code: str
    title: str
    short: str
    city: str
    city_title: str
    city_short: str
    retired: tuple[str, ...]


class Province:
    """The province that the rulebook details, as a die to throw for places."""

    def __init__(self, norms: Law) -> None:
        self.norms = norms
        known = norms.book.divisions
        self.code = next(code[:2] for code in known if not code.endswith("0000") and code != "100000")
        self.title = known[f"{self.code}0000"].title
        self.short = re.sub("省$|市$|自治区$", "", self.title)
        cities = [d for d in known.values() if d.parent == f"{self.code}0000" and not d.retired]
        self.cities = tuple(city.code for city in cities)
        self.places = tuple(self._counties(city.code, city.title) for city in cities)
        self._weights = [3 if n == 0 else 2 if n == 2 else 1 for n in range(len(cities))]

    def _counties(self, city: str, title: str) -> tuple[Place, ...]:
        known = self.norms.book.divisions.values()
        return tuple(
            Place(
                code=county.code,
                title=_plain(county.title),
                short=short(county.title),
                city=city,
                city_title=title,
                city_short=short(title),
                retired=tuple(d.code for d in known if d.successor == county.code),
            )
            for county in known
            if county.parent == city and not county.retired
        )

    def somewhere(self, rng: Random) -> Place:
        """A county; the capital's are met more often."""
        return rng.choice(rng.choices(self.places, self._weights)[0])

    def office(self, place: Place, department: str) -> str:
        """The title of a department's office in a place's city, or in the province where the city has none."""
        offices = self.norms.book.offices
        found = offices.get(f"{place.city}.{department}") or offices[f"{self.code}.{department}"]
        return found.title


def short(title: str) -> str:
    """A place as it stands in names: 南明, 镇宁, 黔东南."""
    plain = re.sub(_PEOPLES, "", title)
    return re.sub("(自治州|自治县|特区|新区|市|区|县)$", "", plain)


def _plain(title: str) -> str:
    """镇宁布依族苗族自治县 as people write it: 镇宁自治县."""
    return re.sub(_PEOPLES, "", title)


def a_code(prefix: str, division: str, number: int) -> str:
    """A valid unified social credit code that nobody has: no organisation code is issued under the letters XY."""
    if not 0 <= number < 1_000_000:
        raise ValueError(f"the sandbox holds a million numbers, not {number}")
    first8 = f"XY{number * 700_001 % 1_000_000:06d}"
    first17 = prefix + division + first8 + organisation_check_character(first8)
    return first17 + uscc_check_character(first17)


def office_code(division: str, department_number: int) -> str:
    """The code of an office: prefix 11, with numbers beyond those of the demonstration's subjects."""
    return a_code("11", division, _OFFICES + department_number)
