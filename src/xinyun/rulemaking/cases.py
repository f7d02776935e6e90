"""The worked cases: what their authors expect is what the rules must answer. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from xinyun.archive.rules import SHOWN, publicity
from xinyun.base import Basis, Period, Refusal
from xinyun.law import NotInForce, Rulebook, RulebookFault, UnknownNorm
from xinyun.lists.admission import span
from xinyun.lists.rules import Standing, check
from xinyun.repair.rules import OPEN, due, repair_of_entry, repair_of_record

Case = dict[str, Any]
Answer = tuple[dict[str, Any], tuple[Basis, ...]]
"""What the rules answer, under the names that a case expects, and the articles of the answer."""


def run(case: Case, book: Rulebook) -> tuple[str, ...]:
    """Every way in which the rules answer other than the case expects; empty where they agree."""
    try:
        answer, basis = _ANSWERS[case["kind"]](case["given"][case["kind"]], case, book)
    except (UnknownNorm, NotInForce) as refused:
        return (str(refused),)
    wanted = case["expect"][case["kind"]]
    differences = [
        f"{key}：应为 {_said(value)}，得到 {_said(answer.get(key))}"
        for key, value in wanted.items()
        if value != answer.get(key)
    ]
    cited, named = {str(one) for one in basis}, set(case["expect"]["articles"])
    if cited != named:
        more, less = sorted(cited - named), sorted(named - cited)
        differences.append(f"依据：多出 {_said(more)}，缺少 {_said(less)}")
    return tuple(differences)


def failing(book: Rulebook) -> Iterator[RulebookFault]:
    """The cases that the rulebook does not meet, each as a fault of its file."""
    for case in book.cases():
        for difference in run(case, book):
            yield RulebookFault(
                book.file_of("case", case["id"]),
                1,
                f"算例不符：{difference}",
                "改正规定；确实改了法的，另写一例 (mend the norm, or write a case for the new law)",
            )


def _check(asked: dict[str, Any], case: Case, book: Rulebook) -> Answer:
    now = book.on(_day(case["on"]))
    standings = [_standing(number, entry, book) for number, entry in enumerate(asked["entries"])]
    verdict = check(standings, asked["subject_kind"], now.scene(asked["scene"]), now)
    ends = {measure.list_id: measure.until for measure in verdict.measures}
    wanted = case["expect"]["check"].get("until")
    return {
        "decision": verdict.outcome,
        "disputed": verdict.disputed,
        "measures": list(dict.fromkeys(measure.id for measure in verdict.measures)),
        "until": _texts(ends) if isinstance(wanted, dict) else _one(set(ends.values())),
    }, verdict.decision.basis


def _measure(asked: dict[str, Any], case: Case, book: Rulebook) -> Answer:
    """What one measure does to somebody on one list, in a scene that names this measure and nothing else."""
    now = book.on(_day(case["on"]))
    measure = now.measure(asked["measure"])
    any_scene = next(iter(now.scenes()))
    basis = measure.basis_for(asked["list"]) if asked["list"] in measure.lists else ()
    kind: Any = asked["subject_kind"]
    scene = replace(any_scene, measures=(measure.id,), basis=basis, subjects=(kind,))
    listed = Standing(asked["list"], 1, "文号1", now.day, Period(now.day, None))
    verdict = check([listed], asked["subject_kind"], scene, now)
    return {"decision": verdict.outcome}, verdict.decision.basis


def _publicity(asked: dict[str, Any], case: Case, book: Rulebook) -> Answer:
    item = book.on(_day(case["on"])).item(asked["item"])
    unknown = asked["record"].keys() - {field.name for field in item.fields}
    if unknown:
        return {"shown": f"没有字段 {unknown}"}, ()
    then = book.on(_day(asked["record"][item.display.date]))
    decision = publicity(item, asked["record"], then, _day(case["on"]))
    return {"shown": decision.outcome == SHOWN, "until": _text(decision.reasons[0].until)}, decision.basis


def _term(asked: dict[str, Any], case: Case, book: Rulebook) -> Answer:
    decided = _day(asked["decided"])
    listed = book.on(decided).list(asked["list"])
    try:
        period = span(listed, decided, _day(asked["until"]) if "until" in asked else None)
    except Refusal as refused:
        return {"refused": refused.code}, refused.basis
    return {"until": _text(period.end)}, listed.basis


def _clock(asked: dict[str, Any], case: Case, book: Rulebook) -> Answer:
    clock = book.on(_day(case["on"])).clock(asked["clock"])
    end = clock.due(_day(asked["from"]), extended=asked.get("extended", False))
    return {"due": str(end)}, clock.basis


def _repair(asked: dict[str, Any], case: Case, book: Rulebook) -> Answer:
    day = _day(case["on"])
    now, performed = book.on(day), asked.get("performed", True)
    procedure = now.procedure(asked["procedure"])
    if "list" in asked:
        decided = _day(asked["decided"])
        listed = book.on(decided).list(asked["list"])
        decision = repair_of_entry(listed, decided, procedure, day, performed=performed)
    else:
        item = now.item(asked["item"])
        then = book.on(_day(asked["record"][item.display.date]))
        decision = repair_of_record(item, asked["record"], then, procedure, day, performed=performed)
    return {
        "outcome": decision.outcome,
        "from": _text(decision.reasons[0].until),
        "due": str(due(procedure, now, day)) if decision.outcome == OPEN else None,
    }, decision.basis


_ANSWERS: dict[str, Callable[[dict[str, Any], Case, Rulebook], Answer]] = {
    "check": _check,
    "measure": _measure,
    "publicity": _publicity,
    "term": _term,
    "clock": _clock,
    "repair": _repair,
}


def _standing(number: int, entry: dict[str, Any], book: Rulebook) -> Standing:
    """An entry as its decision made it, under the list of the day of the decision."""
    decided = _day(entry["decided"])
    period = span(
        book.on(decided).list(entry["list"]), decided, _day(entry["until"]) if "until" in entry else None
    )
    removed = _day(entry["removed"]) if "removed" in entry else None
    document = f"文号{number}"
    return Standing(entry["list"], number, document, decided, period, removed, entry.get("disputed", False))


def _one(ends: set[date | None]) -> str | None:
    return _text(next(iter(ends))) if len(ends) == 1 else " ".join(sorted(map(str, ends))) or None


def _texts(ends: dict[str, date | None]) -> dict[str, str | None]:
    return {listed: _text(end) for listed, end in ends.items()}


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _text(day: date | None) -> str | None:
    return str(day) if day else None


def _said(value: Any) -> str:
    return "、".join(map(str, value)) or "无" if isinstance(value, list) else str(value)
