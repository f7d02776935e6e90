"""Compare two names: what differs, in points; a score, a decision, and the reasons in words.

A pair begins with a thousand points and each difference takes some away, by the part of the name in which it lies: most
in the core, little in the legal form. The points were set by hand and tried on real names (docs/names.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein

from xinyun.naming.places import nested
from xinyun.naming.sounds import alike
from xinyun.naming.splitting import BRANCH, CORE, FORM, REGION, TRADE, Name

WHOLE = 1000
FIGURE = "n"
ABSENT, LOST, HEARD, CHANGED, ELSEWHERE, NEEDED = "absent", "lost", "heard", "changed", "elsewhere", "needed"
_WEIGHT = {FORM: 0, REGION: 1, TRADE: 2, BRANCH: 3, CORE: 4, FIGURE: 5}

_COSTS: dict[tuple[str, str], tuple[int, int, int]] = {
    (CORE, LOST): (170, 290, 700),
    (CORE, HEARD): (160, 170, 500),
    (CORE, CHANGED): (450, 200, 900),
    (TRADE, LOST): (80, 160, 400),
    (TRADE, HEARD): (80, 60, 300),
    (TRADE, CHANGED): (200, 100, 450),
    (TRADE, ABSENT): (230, 0, 230),
    (FORM, LOST): (20, 10, 60),
    (FORM, HEARD): (40, 20, 80),
    (FORM, CHANGED): (80, 40, 200),
    (FORM, ABSENT): (60, 0, 60),
    (REGION, ABSENT): (60, 0, 60),
    (REGION, LOST): (30, 15, 90),
    (REGION, HEARD): (50, 40, 130),
    (REGION, CHANGED): (220, 60, 320),
    (REGION, ELSEWHERE): (320, 0, 320),
    (REGION, NEEDED): (220, 0, 220),
    (BRANCH, LOST): (150, 170, 450),
    (BRANCH, HEARD): (130, 110, 400),
    (BRANCH, CHANGED): (330, 120, 600),
    (BRANCH, ABSENT): (330, 0, 330),
    (FIGURE, LOST): (330, 0, 330),
    (FIGURE, CHANGED): (500, 0, 500),
}
"""What a difference costs: its first character, each further one, and at most."""
_FIGURES = re.compile(r"\d+")
_LEFT_OUT = {(REGION, LOST), (REGION, ABSENT)}


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs in one part: how (`way`), and the characters of either name that do."""

    role: str
    way: str
    left: str
    right: str

    @property
    def cost(self) -> int:
        """In points of a thousand."""
        first, further, most = _COSTS[self.role, self.way]
        count = len(self.left + self.right) if self.way == LOST else len(self.left)
        return min(first + further * (max(count, 1) - 1), most)


def differences(one: Name, other: Name) -> list[Difference]:
    """What differs between two names, part by part; the same whichever of them comes first, left and right apart.

    Where only one names a branch, the rest is compared without it, unless a slip made what follows look like one.
    """
    told = _aligned(one, other)
    if bool(one.branch) == bool(other.branch):
        return told
    absent = Difference(BRANCH, ABSENT, one.branch, other.branch)
    apart = [*_aligned(_without_branch(one), _without_branch(other)), absent]
    return min(told, apart, key=cost)


def _without_branch(name: Name) -> Name:
    head = len(name.text) - len(name.branch)
    return replace(name, text=name.text[:head], roles=name.roles[:head])


def _aligned(one: Name, other: Name) -> list[Difference]:
    swapped = other.text < one.text
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for role, way, left, right in _edits(other, one) if swapped else _edits(one, other):
        lefts, rights = found.get((role, way), ("", ""))
        found[role, way] = (left + lefts, right + rights)  # the edits come from the end
    told = [
        Difference(role, way, *(texts[::-1] if swapped else texts)) for (role, way), texts in found.items()
    ]
    return _by_parts(one, other, told)


def _edits(one: Name, other: Name) -> Iterator[tuple[str, str, str, str]]:
    """Each character that must be left out, put in or exchanged to make one name of the other."""
    # from the end, where names of one kind agree, so that what is left out falls upon the region and not the core
    lengths = len(one.text) - 1, len(other.text) - 1
    for step in Levenshtein.editops(one.text[::-1], other.text[::-1]):
        i, j = lengths[0] - step.src_pos, lengths[1] - step.dest_pos
        if step.tag == "delete":
            yield _role(one, i), LOST, one.text[i], ""
        elif step.tag == "insert":
            yield _role(other, j), LOST, "", other.text[j]
        else:
            left, right = one.text[i], other.text[j]
            roles = sorted((_role(one, i), _role(other, j)), key=_WEIGHT.__getitem__)
            heard = roles[1] != FIGURE and alike(left, right)
            # a slip may hide a word from the splitter, so of two roles the name without the slip is right
            yield (roles[0], HEARD, left, right) if heard else (roles[1], CHANGED, left, right)


def _role(name: Name, at: int) -> str:
    return FIGURE if name.text[at].isdigit() else name.roles[at]


def _by_parts(one: Name, other: Name, told: list[Difference]) -> list[Difference]:
    """With a part that only one of them has told as a whole, and places that exclude each other as such."""
    kept = [_whole(d, one.part(d.role), other.part(d.role)) for d in told if d.role != FIGURE]
    if len(kept) < len(told):
        kept += _numbers(one, other)
    if one.places and other.places and not nested(one.places[-1], other.places[-1]):
        kept = [difference for difference in kept if difference.role != REGION]
        return [*kept, Difference(REGION, ELSEWHERE, one.region, other.region)]
    if (one.generic or other.generic) and not one.branch and _place_is_missing(one, other):
        return [
            Difference(REGION, NEEDED, one.region, other.region) if (d.role, d.way) in _LEFT_OUT else d
            for d in kept
        ]
    return kept


def _numbers(one: Name, other: Name) -> list[Difference]:
    """The numbers that differ, whole: 1 and 11 are as far apart as 1 and 2."""
    left, right = ("、".join(_FIGURES.findall(name.text)) for name in (one, other))
    if left and right:
        return [Difference(FIGURE, CHANGED, left, right)] if left != right else []
    return [Difference(FIGURE, LOST, left, right)]


def _whole(difference: Difference, left: str, right: str) -> Difference:
    """The same, told as absent where one name has nothing of that part."""
    role, way = difference.role, difference.way
    lost = len(difference.left + difference.right)
    if way == LOST and (role, ABSENT) in _COSTS and not (left and right) and lost == len(left + right):
        return Difference(role, ABSENT, left, right)
    return difference


def _place_is_missing(one: Name, other: Name) -> bool:
    """Whether the name that says less of where it is also says it less narrowly."""
    less, more = sorted((one, other), key=lambda name: (len(name.region), name.text))
    narrowness = [max(map(len, name.places[-1]), default=0) if name.places else -1 for name in (less, more)]
    return narrowness[0] < narrowness[1]


def cost(told: list[Difference]) -> int:
    """What these differences cost together."""
    return sum(difference.cost for difference in told)


def score(one: Name, other: Name) -> int:
    """How alike two names are, from 0 to 1000; 1000 is said of names that fold to the same text alone."""
    return WHOLE if one.text == other.text else total(differences(one, other))


def total(told: list[Difference]) -> int:
    """What is left of the points after these differences."""
    return max(0, WHOLE - cost(told))
