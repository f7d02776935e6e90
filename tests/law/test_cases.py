"""Every worked case of the rulebook is carried out: what its author expects is what the rules answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from xinyun import law
from xinyun.archive.rules import SHOWN, publicity
from xinyun.base import Basis, Period, Refusal
from xinyun.lists.admission import span
from xinyun.lists.rules import Standing, check

BOOK = law.rulebook()


def of_kind(kind: str) -> list[Any]:
    return [pytest.param(case, id=case["title"]) for case in BOOK.cases() if case["kind"] == kind]


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def assert_articles(case: dict[str, Any], basis: tuple[Basis, ...]) -> None:
    """The answer cites what the case names, and nothing else."""
    assert {str(one) for one in basis} == set(case["expect"]["articles"])


def standing(number: int, entry: dict[str, Any]) -> Standing:
    """An entry as its decision made it, under the list of the day of the decision."""
    decided = day(entry["decided"])
    period = span(BOOK.on(decided).list(entry["list"]), decided, day(entry.get("until")))
    return Standing(
        entry["list"],
        number,
        f"文号{number}",
        decided,
        period,
        day(entry.get("removed")),
        entry.get("disputed", False),
    )


@pytest.mark.parametrize("case", of_kind("check"))
def test_check(case):
    asked, expected, now = case["given"]["check"], case["expect"]["check"], BOOK.on(day(case["on"]))
    standings = [standing(number, entry) for number, entry in enumerate(asked["entries"])]

    verdict = check(standings, asked["subject_kind"], now.scene(asked["scene"]), now)

    assert verdict.outcome == expected["decision"]
    assert verdict.disputed == expected.get("disputed", False)
    if "measures" in expected:
        assert list(dict.fromkeys(measure.id for measure in verdict.measures)) == expected["measures"]
    until = expected.get("until")
    if isinstance(until, dict):
        assert {(m.list_id, m.until) for m in verdict.measures} == {(k, day(v)) for k, v in until.items()}
    elif until:
        assert {measure.until for measure in verdict.measures} == {day(until)}
    assert_articles(case, verdict.decision.basis)


@pytest.mark.parametrize("case", of_kind("measure"))
def test_measure(case):
    """What one measure does to somebody on one list, in a scene that names this measure and nothing else."""
    asked, now = case["given"]["measure"], BOOK.on(day(case["on"]))
    scene = replace(
        now.scene("tender-registration"),
        measures=(asked["measure"],),
        basis=now.measure(asked["measure"]).basis_for(asked["list"]),
    )
    listed = Standing(asked["list"], 1, "文号1", now.day, Period(now.day, None))

    verdict = check([listed], asked["subject_kind"], scene, now)

    assert verdict.outcome == case["expect"]["measure"]["decision"]
    assert_articles(case, verdict.decision.basis)


@pytest.mark.parametrize("case", of_kind("publicity"))
def test_publicity(case):
    asked, expected = case["given"]["publicity"], case["expect"]["publicity"]
    today = BOOK.on(day(case["on"])).item(asked["item"])
    then = BOOK.on(day(asked["record"][today.display.date]))
    assert asked["record"].keys() <= {field.name for field in today.fields}

    decision = publicity(today, asked["record"], then, day(case["on"]))

    assert (decision.outcome == SHOWN) == expected["shown"]
    assert decision.reasons[0].until == day(expected["until"])
    assert_articles(case, decision.basis)


@pytest.mark.parametrize("case", of_kind("term"))
def test_term(case):
    asked, expected = case["given"]["term"], case["expect"]["term"]
    then = BOOK.on(day(asked["decided"])).list(asked["list"])

    if "refused" in expected:
        with pytest.raises(Refusal) as refused:
            span(then, day(asked["decided"]), day(asked.get("until")))
        assert refused.value.code == expected["refused"]
        assert_articles(case, refused.value.basis)
    else:
        assert span(then, day(asked["decided"]), day(asked.get("until"))).end == day(expected["until"])
        assert_articles(case, then.basis)


def test_every_kind_of_case_is_carried_out_and_every_list_scene_and_measure_has_one():
    cases = BOOK.cases()
    checks = [case["given"]["check"] for case in cases if case["kind"] == "check"]
    named = {entry["list"] for asked in checks for entry in asked["entries"]}
    measures = {case["given"]["measure"]["measure"] for case in cases if case["kind"] == "measure"}
    measures |= {
        one
        for case in cases
        if case["kind"] == "check"
        for one in case["expect"]["check"].get("measures", ())
    }

    assert {case["kind"] for case in cases} == {"check", "publicity", "term", "measure"}
    assert len({case["title"] for case in cases}) == len(cases)
    assert {asked["scene"] for asked in checks} == set(BOOK.ids("scene"))
    assert named == set(BOOK.ids("list"))
    assert measures == set(BOOK.ids("measure"))
