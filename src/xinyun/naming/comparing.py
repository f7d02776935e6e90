"""Say of two names whether they may be one organisation's: a score, a decision and the reasons, in both languages.

`same` says that nothing in the names speaks against it but slips and shortenings; `different` that they name two;
`unsure` that a person must look. No outcome is a ground to decide against anyone: a code must confirm it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from xinyun.base import Decision, Reason, Text
from xinyun.naming.folding import fold
from xinyun.naming.scoring import (
    ABSENT,
    CHANGED,
    ELSEWHERE,
    FIGURE,
    HEARD,
    LOST,
    NEEDED,
    WHOLE,
    Difference,
    differences,
    score,
    total,
)
from xinyun.naming.splitting import BRANCH, CORE, FORM, REGION, TRADE, Name, split

SAME, UNSURE, DIFFERENT = "same", "unsure", "different"
_SAME_FROM = 800
UNSURE_FROM = 550
_BARE = 4
"""Up to so many characters without region, trade or form may be a person's name."""
_SHORT = 6
"""The longest that a short name is taken for one by its characters alone."""

_PARTS = {
    REGION: Text("行政区划", "region"),
    CORE: Text("字号", "core"),
    TRADE: Text("行业", "trade"),
    FORM: Text("组织形式", "legal form"),
    BRANCH: Text("分支机构", "branch"),
    FIGURE: Text("编号", "number"),
}
_WAYS = {
    ABSENT: Text("只有一方写了", "is told by one alone"),
    LOST: Text("一方少字", "lacks characters"),
    HEARD: Text("同音不同字", "sounds alike but is written otherwise"),
    CHANGED: Text("不同", "differs"),
    ELSEWHERE: Text("不在一处", "is another place"),
    NEEDED: Text(
        "只有一方写明，而名称没有自己的字号", "is told by one alone, of a name without a core of its own"
    ),
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """How alike two names are (0 to 1000 points), and what that means, with reasons."""

    points: int
    decision: Decision

    @property
    def score(self) -> float:
        """The points as a number from 0 to 1."""
        return self.points / WHOLE


def compare(left: str, right: str, known: Mapping[str, Collection[str]] | None = None) -> Comparison:
    """Compare two names, and the other names that they give in brackets (former and short names).

    :param known: former and short names by the folded name of who bears them, folded too.
    """
    one, other = split(left), split(right)
    if not one.text or not other.text:
        return _told(0, UNSURE, _reason("empty", "有一方没有名称", "one name is empty"))
    if known and (other.text in known.get(one.text, ()) or one.text in known.get(other.text, ())):
        return _told(
            WHOLE, SAME, _reason("known", "登记过的曾用名或者简称", "a recorded former or short name")
        )
    best = _compare(one, other)
    if one.others or other.others:
        best = max((best, *_by_other_names(one, other)), key=lambda found: found.points)
    return best


def _by_other_names(one: Name, other: Name) -> Iterator[Comparison]:
    for left, right in product((None, *one.others), (None, *other.others)):
        if left or right:
            found = _compare(split(left) if left else one, split(right) if right else other)
            named = " / ".join(name for name in (left, right) if name)
            why = _reason(
                "other-name", f"按括号中的另一名称「{named}」", f"by the other name in brackets, {named}"
            )
            yield Comparison(found.points, Decision(found.decision.outcome, (why, *found.decision.reasons)))


def likeness(one: Name, other: Name) -> int:
    """The points of two names, 0 to 1000; a name that may be short for the other is never taken for another's."""
    points = score(one, other)
    if points < UNSURE_FROM and _may_be_short(*sorted((one, other), key=lambda name: len(name.text))):
        return UNSURE_FROM
    return points


def _compare(one: Name, other: Name) -> Comparison:
    points = likeness(one, other)
    reasons = list(_reasons(one, other, points))
    outcome = SAME if points >= _SAME_FROM else UNSURE if points >= UNSURE_FROM else DIFFERENT
    if outcome == SAME and (is_bare(one) or is_bare(other)):
        outcome = UNSURE
        reasons.append(
            _reason(
                "bare", "只有几个字，可能是人名或者简称", "a few characters: perhaps a person or a short name"
            )
        )
    return Comparison(points, Decision(outcome, tuple(reasons)))


def _reasons(one: Name, other: Name, points: int) -> Iterator[Reason]:
    if one.text == other.text:
        yield _reason("equal", "折叠写法后一字不差", "the same after folding the spelling")
        return
    told = differences(one, other)
    if points > total(told):
        yield _reason("short", "一方可能是另一方的简称", "one may be short for the other")
    if one.core == other.core and not one.generic:
        yield _reason("core", f"字号相同：{one.core}", f"the same core: {one.core}")
    yield from map(_of, told)


def is_bare(name: Name) -> bool:
    """Whether a name is a few characters without region, trade and form: a person's name may be such."""
    return len(name.text) <= _BARE and not (name.region or name.trade or name.form or name.branch)


def _may_be_short(short: Name, full: Name) -> bool:
    """Whether a name of a few characters and without legal form takes them, in order, from the other's start on."""
    if not 2 <= len(short.text) <= _SHORT or short.form or not full.form:
        return False
    if short.text[0] not in (full.text[0], full.core[:1]):
        return False
    rest = iter(full.text)
    return all(char in rest for char in short.text)


def _of(difference: Difference) -> Reason:
    part, way = _PARTS[difference.role], _WAYS[difference.way]
    shown = " / ".join(text for text in (difference.left, difference.right) if text)
    zh = f"{part.zh}{way.zh}：{shown}（-{difference.cost}）"
    return Reason(
        f"{difference.way}-{part.en.replace(' ', '-')}",
        Text(zh, f"{part.en} {way.en}: {shown} (-{difference.cost})"),
    )


def _reason(code: str, zh: str, en: str) -> Reason:
    return Reason(code, Text(zh, en))


def _told(points: int, outcome: str, *reasons: Reason) -> Comparison:
    return Comparison(points, Decision(outcome, reasons))


def known_names(pairs: Collection[tuple[str, str]]) -> dict[str, set[str]]:
    """Pairs of a name and another of the same organisation, as `compare` takes them."""
    found: dict[str, set[str]] = {}
    for name, other in pairs:
        found.setdefault(fold(name), set()).add(fold(other))
    return found
