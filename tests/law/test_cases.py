"""Every worked case of the rulebook is carried out: what its author expects is what the rules answer."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from xinyun import law
from xinyun.archive.rules import SHOWN, publicity
from xinyun.base import Basis
from xinyun.lists.rules import Standing, check, term

BOOK = law.rulebook()


def of_kind(kind: str) -> list[Any]:
    return [pytest.param(case, id=case["title"]) for case in BOOK.cases() if case["kind"] == kind]


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def cited(*bases: tuple[Basis, ...]) -> set[str]:
    return {str(basis) for each in bases for basis in each}


def assert_articles(case: dict[str, Any], known: set[str]) -> None:
    assert set(case["expect"]["articles"]) <= known


@pytest.mark.parametrize("case", of_kind("check"))
def test_check(case):
    asked, expected, now = case["given"]["check"], case["expect"]["check"], BOOK.on(day(case["on"]))
    standings = [
        Standing(
            e["list"],
            n,
            f"文号{n}",
            day(e["decided"]),
            term(e["list"], day(e["decided"]), BOOK.on(day(e["decided"]))),
        )
        for n, e in enumerate(asked["entries"])
    ]

    verdict = check(standings, asked["subject_kind"], now.scene(asked["scene"]), now)

    assert verdict.outcome == expected["decision"]
    if "measures" in expected:
        assert [measure.id for measure in verdict.measures] == expected["measures"]
    if "until" in expected:
        assert {measure.until for measure in verdict.measures} == {day(expected["until"])}
    lists = [BOOK.on(standing.decided_on).list(standing.list_id).basis for standing in standings]
    assert_articles(case, cited(verdict.decision.basis, *lists))


@pytest.mark.parametrize("case", of_kind("publicity"))
def test_publicity(case):
    asked, expected = case["given"]["publicity"], case["expect"]["publicity"]
    content = {"decision_date": asked["decision_date"], "penalty_class": asked["penalty_class"]}
    then = BOOK.on(day(asked["decision_date"]))

    decision = publicity(then.item(asked["item"]), content, then, day(case["on"]))

    assert (decision.outcome == SHOWN) == expected["shown"]
    assert decision.reasons[0].until == day(expected["until"])
    assert_articles(case, cited(decision.basis))


@pytest.mark.parametrize("case", of_kind("term"))
def test_term(case):
    asked = case["given"]["term"]
    then = BOOK.on(day(asked["decided"])).list(asked["list"])

    assert then.period(day(asked["decided"])).end == day(case["expect"]["term"]["until"])
    assert_articles(case, cited(then.basis))


def test_every_kind_of_case_is_carried_out_and_every_list_and_scene_has_one():
    cases = BOOK.cases()
    checks = [case["given"]["check"] for case in cases if case["kind"] == "check"]
    named = {entry["list"] for asked in checks for entry in asked["entries"]}

    assert {case["kind"] for case in cases} == {"check", "publicity", "term"}
    assert len({case["title"] for case in cases}) == len(cases)
    assert {asked["scene"] for asked in checks} == set(BOOK.ids("scene"))
    assert named == set(BOOK.ids("list"))
