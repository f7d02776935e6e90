"""Every worked case of the rulebook is carried out: what its author expects is what the rules answer."""

from __future__ import annotations

from copy import deepcopy

import pytest

from xinyun import law
from xinyun.rulemaking.cases import failing, run

BOOK = law.rulebook()
CASES = {case["id"]: case for case in BOOK.cases()}

pytestmark = pytest.mark.one_store


@pytest.mark.parametrize("case", [pytest.param(case, id=case["title"]) for case in BOOK.cases()])
def test_case(case):
    assert run(case, BOOK) == ()


def test_every_kind_of_case_is_there_and_every_list_scene_measure_and_clock_has_one():
    cases = BOOK.cases()
    given = {
        kind: [c["given"][kind] for c in cases if c["kind"] == kind] for kind in {c["kind"] for c in cases}
    }
    lists = {entry["list"] for asked in given["check"] for entry in asked["entries"]}
    lists |= {
        asked["list"] for kind in ("term", "measure", "repair") for asked in given[kind] if "list" in asked
    }
    measures = {asked["measure"] for asked in given["measure"]}
    measures |= {
        one for c in cases if c["kind"] == "check" for one in c["expect"]["check"].get("measures", ())
    }

    assert len(cases) >= 100
    assert given.keys() == {"check", "publicity", "term", "measure", "clock", "repair"}
    assert len({case["title"] for case in cases}) == len(cases)
    assert {asked["scene"] for asked in given["check"]} == set(BOOK.ids("scene"))
    assert set(BOOK.ids("list")) <= lists
    assert set(BOOK.ids("measure")) <= measures


WRONG = {
    "wage-arrears-blocks-tender": ("check", "decision", "pass"),
    "fine-under-order-36": ("publicity", "shown", False),
    "term-of-wage-arrears": ("term", "until", "2099-01-01"),
}


@pytest.mark.parametrize("id", WRONG)
def test_a_case_that_expects_something_else_is_told_apart(id):
    kind, key, value = WRONG[id]
    case = deepcopy(CASES[id])
    case["expect"][kind][key] = value

    (difference,) = run(case, BOOK)

    assert difference.startswith(f"{key}：应为 {value}")


def test_a_case_that_names_other_articles_is_told_which_are_missing_and_which_are_too_many():
    case = deepcopy(CASES["wage-arrears-blocks-tender"])
    case["expect"]["articles"] = ["reg-wage-payment 第一条"]

    (difference,) = run(case, BOOK)

    assert "多出" in difference
    assert "reg-wage-payment 第一条" in difference


def test_a_case_about_a_day_on_which_there_was_no_such_law_is_told_so():
    case = deepcopy(CASES["wage-arrears-blocks-tender"])
    case["on"] = "2001-01-01"

    (difference,) = run(case, BOOK)

    assert "2001-01-01" in difference


def test_a_changed_norm_makes_its_cases_fail_by_file(draft):
    draft.mend("cn/measures/bar-tender.yaml", "effect: block", "effect: remind")

    faults = list(failing(draft.load()))

    assert faults
    assert all(fault.file.startswith("cn-52/cases/") and fault.remedy for fault in faults)
