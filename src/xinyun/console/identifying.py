"""The pages on which the credit centre decides whether two codes are one subject."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from xinyun import law
from xinyun.archive.queries import SubjectView
from xinyun.base import Text
from xinyun.identity import queries
from xinyun.identity.queries import DecisionView, Side, Waiting
from xinyun.law import Law

PAGE, DECIDED = 30, 20
_COMPARED = ("legal_representative", "address", "registration_no", "approved_on")
"""Fields of the registration that are compared beside the header."""


class Fact(NamedTuple):
    """A fact about one of the two, and whether the other's is another."""

    title: Text
    value: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """One of the two: `current` is its current code, where that is another."""

    code: str
    name: str
    current: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class PairPage:
    """Two subjects side by side, why they may be one, and what was decided and told about them."""

    low: str
    high: str
    sides: tuple[Compared, Compared]
    waiting: Waiting | None
    standing: DecisionView | None
    earlier: tuple[DecisionView, ...]
    bonds: tuple[Text, ...]
    are_one: bool


@dataclass(frozen=True, slots=True)
class WorklistPage:
    """The pairs that wait, and what was decided last."""

    waiting: tuple[Waiting, ...]
    total: int
    decided: tuple[DecisionView, ...]
    page: int
    pages: int


def worklist(page: int) -> WorklistPage:
    """A page of the pairs that wait for a person, as the last search found them."""
    total = queries.waiting_count()
    pages = max(-(-total // PAGE), 1)
    page = min(max(page, 1), pages)
    found = queries.waiting(limit=PAGE, offset=(page - 1) * PAGE)
    return WorklistPage(tuple(found), total, tuple(queries.decisions(limit=DECIDED)), page, pages)


def pair_page(one: str, other: str, on: date) -> PairPage:
    """Two subjects side by side.

    :raises queries.UnknownPair: the archive does not know both, or they are one code.
    """
    now = law.rulebook().on(on)
    (left, right), waiting, standing = queries.comparison(one, other)
    low, high = left.subject.code, right.subject.code
    bound = queries.identity(low)
    beside = queries.identity(high)
    ties = dict.fromkeys((*bound.ties, *bound.beside, *beside.ties, *beside.beside))
    decided = [each for each in queries.decisions(codes=[low]) if each.high == high or each.low == high]
    facts = [_facts(side.subject, now) for side in (left, right)]
    return PairPage(
        low,
        high,
        (_compared(left, facts[0], facts[1]), _compared(right, facts[1], facts[0])),
        waiting,
        standing,
        tuple(each for each in decided if not each.stands),
        tuple(queries.said(tie, now) for tie in ties),
        high in bound.codes,
    )


def _compared(side: Side, own: dict[Text, str], other: dict[Text, str]) -> Compared:
    current = side.current if side.current != side.subject.code else ""
    facts = (Fact(title, value, value != other.get(title, "")) for title, value in own.items())
    return Compared(side.subject.code, side.subject.name, current, tuple(facts))


def _facts(subject: SubjectView, now: Law) -> dict[Text, str]:
    item = now.item(subject.item or "registration")
    titles = {field.name: Text(field.title, field.english.capitalize()) for field in item.fields}
    division = now.division(subject.division) if subject.division else None
    header = {
        Text("名称", "Name"): subject.name,
        Text("类型", "Type"): subject.category,
        Text("登记地", "Registered in"): division.title if division else subject.division,
        Text("登记状态", "State"): subject.status,
        Text("成立日期", "Established"): str(subject.established_on or ""),
    }
    told = {titles[name]: str(subject.content.get(name) or "") for name in _COMPARED if name in titles}
    return header | told
