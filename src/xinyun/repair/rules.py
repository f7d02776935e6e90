"""From when a record or a list entry may be repaired: pure functions of (facts, norms, day).

The terms are those of the law of the day of the decision, the procedure is that of the day of the question: a penalty
of 2025 keeps its terms when it is repaired under the regulation of 2026.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from xinyun.archive.rules import governing_tier
from xinyun.base import Basis, Decision, Reason, Text
from xinyun.base.period import add_months
from xinyun.law import CreditList, Item, Law, NotInForce, Procedure

OPEN, TOO_EARLY, NOT_PERFORMED, OVER, NOT_PUBLISHED, NO_EARLY_EXIT = (
    "open",
    "too-early",
    "not-performed",
    "over",
    "not-published",
    "no-early-exit",
)


def repair_of_record(
    item: Item,
    content: dict[str, Any],
    then: Law,
    procedure: Procedure,
    day: date,
    *,
    performed: bool = True,
) -> Decision:
    """Whether the publicity of a record may be ended early on `day`; a reason's `until` is the first day for it.

    `then` is the law of the day of the record's decision; `performed` says that the conduct is corrected and every
    duty done. Sources: 国家发展改革委令第58号 and 第36号, by the day.
    """
    norm = procedure.earliest_norm or item.publicity_norm
    if not norm:  # no term is written: from the day on which the procedure lets it be asked for
        decided = date.fromisoformat(content[item.display.date])
        return _from(add_months(decided, procedure.earliest_months), procedure.basis, day, performed)
    try:
        term = then.norm("repair", norm)
    except NotInForce:
        return _said(NOT_PUBLISHED, "作出时尚无公示期限规定，不公示", "not published", item.basis)
    terms = tuple(Basis(source, place) for source, place in term["basis"])
    tier = governing_tier(content.get(term["class_field"]), term)
    if not tier["shown"]:
        return _said(NOT_PUBLISHED, f"{tier['title']}，依规不公示", "of a tier that is not published", terms)
    decided = date.fromisoformat(content[item.display.date])
    if day >= add_months(decided, tier["maximum_months"]):
        return _said(OVER, "最长公示期已满，自动停止公示", "its longest term is over", terms)
    first = add_months(decided, tier.get("minimum_months", 0))
    return _from(first, (*terms, *procedure.basis), day, performed)


def repair_of_entry(
    listed: CreditList, decided: date, procedure: Procedure, day: date, *, performed: bool = True
) -> Decision:
    """Whether somebody may ask on `day` to be taken off a list early, by the list's edition of the decision's day."""
    end = listed.period(decided).end
    if end and day >= end:
        return _said(OVER, "列入期限已满", "the entry's term is over", listed.basis)
    if listed.early_exit is None:
        return _said(
            NO_EARLY_EXIT, "该名单没有提前移出的规定", "this list knows no early exit", listed.basis, end
        )
    first = add_months(decided, listed.early_exit.months)
    return _from(first, (*listed.early_exit.basis, *procedure.basis), day, performed)


def procedure_of_record(item: Item, department: str, now: Law) -> Procedure | None:
    """The procedure by which records of an item are repaired, decided by an office of a department; `None`: by none.

    A procedure that names the item comes before the one for other adverse records. Which of two is the market
    regulators' own, their norms say only in words (`handled_by`).
    """
    ways = {one.id: one for one in now.procedures() if one.of == "repair"}
    own = ways.get(_OWN.get(department, ""))
    if own and item.id in own.items:
        return own
    named = [one for one in ways.values() if item.id in one.items and one.id not in _OWN.values()]
    if named:
        return named[0]
    return ways.get("other-adverse-repair") if item.bearing == "adverse" else None


_OWN = {"market-regulation": "market-penalty-repair"}


def procedure_of_list(list_id: str, now: Law) -> Procedure | None:
    """The procedure by which somebody is taken off a list early; `None` where there is none."""
    return next((one for one in now.procedures() if one.of == "delisting" and list_id in one.lists), None)


def barred_until(refused_on: date, procedure: Procedure) -> date | None:
    """The first day on which who gave false papers may ask again; `None` where the procedure bars nobody."""
    return add_months(refused_on, procedure.bar_months) if procedure.bar_months else None


def due(procedure: Procedure, now: Law, asked: date) -> date:
    """The last day for the result when it is asked for on `asked`: the procedure's clocks one after the other."""
    for clock in procedure.clocks:
        asked = now.clock(clock).due(asked)
    return asked


def _from(first: date, basis: tuple[Basis, ...], day: date, performed: bool) -> Decision:
    basis = tuple(dict.fromkeys(basis))
    if day < first:
        return _said(TOO_EARLY, f"{first} 起可以申请", f"may be asked for from {first}", basis, first)
    if not performed:
        return _said(NOT_PERFORMED, "须先纠正并履行义务", "the duty must be done first", basis, first)
    return _said(OPEN, f"自 {first} 起可以申请", f"open since {first}", basis, first)


def _said(outcome: str, zh: str, en: str, basis: tuple[Basis, ...], until: date | None = None) -> Decision:
    return Decision(outcome, (Reason(outcome, Text(zh, en), basis, until),))
