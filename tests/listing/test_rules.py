"""What may be done next is a pure rule: no course of steps leads to an entry that somebody was not heard about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinyun import law
from xinyun.base import Refusal
from xinyun.base.calendar import working_days_between
from xinyun.law import Listing
from xinyun.listing import acts, rules
from xinyun.listing.grounds import PeriodRunning
from xinyun.listing.rules import Case, Step, Terms
from xinyun.listing.written import demand_conduct

NOW = law.rulebook().on(date(2026, 3, 2))
PROPOSER, SECOND = "user:zhang", "user:li"
OFFICES = {
    "wage-arrears": "520100.human-resources", "market-serious": "52.market-regulation",
    "serious-tax-violation": "52.tax", "culture-tourism-serious": "52.culture-tourism",
    "demonstration-enterprise": "52.development-reform", "wage-watch": "52.human-resources",
    "abnormal-operation": "52.market-regulation", "construction-serious": "52.housing-construction",
}  # fmt: skip
TERMS = {id: rules.terms(id, office, NOW) for id, office in OFFICES.items()}
FIRST = date(2026, 3, 2)
RESULT = {
    rules.ANSWER: rules.ANSWERED, rules.SERVE: rules.NOTIFIED, rules.STATE: rules.STATED, rules.WAIVE: rules.WAIVED, rules.ASK: rules.ASKED,
    rules.HEAR: rules.HEARD, rules.DECIDE: rules.DECIDED, rules.SPARE: rules.REFUSED,
    rules.SERVE_DECISION: rules.EFFECTIVE, rules.WITHDRAW: rules.DROPPED,
}  # fmt: skip


def _case(known: Terms) -> Case:
    return Case(known.credit_list.id, known.office.id, PROPOSER, FIRST)


def _taken(case: Case, act: str, known: Terms, on: date, actor: str) -> Case:
    """The case after an act, or as it was where the act is refused."""
    if acts.why_not(act, case, known, on, actor=actor, office=case.office):
        return case
    return replace(case, steps=(*case.steps, Step(RESULT[act], on, actor, on)))


COURSE = st.lists(
    st.tuples(st.sampled_from(rules.ACTS), st.integers(0, 4), st.sampled_from([PROPOSER, SECOND])),
    max_size=24,
)


@given(list_id=st.sampled_from(sorted(OFFICES)), course=COURSE)
def test_whatever_is_tried_whoever_is_listed_was_heard(
    list_id: str, course: list[tuple[str, int, str]]
) -> None:
    known = TERMS[list_id]
    case, on = _case(known), FIRST
    for act, days, actor in course:
        on += timedelta(days=days)
        case = _taken(case, act, known, on, actor)

    decided = case.last(rules.DECIDED)
    if decided:
        assert decided.actor != PROPOSER
        if known.norm.notice != "none":
            told = case.last(rules.NOTIFIED)
            assert told
            assert known.period
            assert working_days_between(told.on, decided.on) > known.period.span.within or (
                decided.on > known.period.due(told.on)
            )
        if case.last(rules.ASKED):
            assert case.last(rules.HEARD)
        assert not (known.answer and case.unanswered)
    if case.state == rules.EFFECTIVE:
        assert decided
    kinds = [step.kind for step in case.steps if step.kind not in {rules.STATED, rules.ANSWERED}]
    assert len(kinds) == len(set(kinds))
    assert sum(kind in rules.CLOSING for kind in kinds) <= 1
    if not case.is_open:
        assert acts.options(case, known, on, actor=SECOND, office=case.office) == ()


@given(list_id=st.sampled_from(sorted(OFFICES)), course=COURSE)
def test_what_is_offered_is_what_is_taken(list_id: str, course: list[tuple[str, int, str]]) -> None:
    known = TERMS[list_id]
    case, on = _case(known), FIRST
    for act, days, actor in course:
        on += timedelta(days=days)
        offered = {
            one.act
            for one in acts.options(case, known, on, actor=actor, office=case.office)
            if not one.refusal
        }
        after = _taken(case, act, known, on, actor)
        assert (after != case) == (act in offered)
        case = after


@given(served=st.dates(date(2024, 2, 1), date(2026, 11, 1)))
def test_the_first_day_of_deciding_follows_the_whole_period(served: date) -> None:
    known = TERMS["wage-arrears"]
    case = replace(_case(known), steps=(Step(rules.NOTIFIED, served, PROPOSER, served),))

    first = rules.decide_from(case, known)

    assert first
    assert working_days_between(served, first - timedelta(days=1)) == 5
    refusal = acts.why_not(
        rules.DECIDE, case, known, first - timedelta(days=1), actor=SECOND, office=case.office
    )
    assert isinstance(refusal, PeriodRunning)
    assert acts.why_not(rules.DECIDE, case, known, first, actor=SECOND, office=case.office) is None


@pytest.mark.parametrize(
    ("ends", "step", "first"),
    [
        ((), rules.WAIVED, date(2026, 3, 10)),
        (("waived",), rules.WAIVED, date(2026, 3, 5)),
        (("waived",), rules.STATED, date(2026, 3, 10)),
        (("stated",), rules.STATED, date(2026, 3, 5)),
    ],
)
def test_a_waiver_or_a_statement_ends_the_period_only_where_the_norm_says_so(
    ends: tuple, step: str, first: date
) -> None:
    known = TERMS["wage-arrears"]
    known = replace(known, norm=replace(known.norm, ends_early=ends))
    steps = (Step(rules.NOTIFIED, FIRST, PROPOSER, FIRST), Step(step, date(2026, 3, 5), PROPOSER))

    assert rules.decide_from(replace(_case(known), steps=steps), known) == first


def test_the_clock_stands_still_over_the_spring_festival() -> None:
    known = TERMS["wage-arrears"]
    served = date(2026, 2, 12)  # a Thursday; the holiday is 15 to 23 February, and the 14th is worked
    case = replace(_case(known), steps=(Step(rules.NOTIFIED, served, PROPOSER, served),))

    assert rules.period_ends(case, known) == date(2026, 2, 26)


@pytest.mark.parametrize(
    ("list_id", "office", "norm"),
    [
        ("wage-arrears", "520100.human-resources", "wage-arrears-entry"),
        ("culture-tourism-serious", "52.culture-tourism", "serious-52"),
        ("culture-tourism-serious", "cn.culture-tourism", "serious"),
        ("market-serious", "52.market-regulation", "market-serious-entry"),
        ("demonstration-enterprise", "52.development-reform", "demonstration-entry"),
        ("tax-a", "52.tax", "favourable"),
        ("tax-watch", "52.tax", "watch"),
        ("construction-serious", "52.housing-construction", "adverse"),
    ],
)
def test_the_closest_norm_governs(list_id: str, office: str, norm: str) -> None:
    assert rules.terms(list_id, office, NOW).norm.id == norm


def test_every_list_has_one_closest_procedure_in_every_office_that_decides() -> None:
    for listed in NOW.lists():
        for office in NOW.offices():
            if office.department in listed.authority:
                found = [near for norm in NOW.listings() if (near := norm.closeness(listed, office))]
                assert found.count(max(found)) == 1, (listed.id, office.id)
                rules.terms(listed.id, office.id, NOW)


def test_lists_of_serious_dishonesty_always_tell_the_party_first() -> None:
    open_to_courts = {"judgment-defaulter"}
    for listed in NOW.lists():
        if listed.tier == "serious" and listed.id not in open_to_courts:
            office = next(one for one in NOW.offices() if one.department in listed.authority)
            known = rules.terms(listed.id, office.id, NOW)
            assert known.norm.notice == "party"
            assert known.norm.repair_notice
            assert "minor" not in known.norm.conduct
            assert known.norm.conduct


def test_a_borrowed_clock_is_cited_whole_and_an_own_one_by_its_own_articles() -> None:
    wages, culture = TERMS["wage-arrears"], TERMS["culture-tourism-serious"]
    assert wages.period == culture.period
    assert wages.period

    assert [str(one) for one in wages.articles_of(wages.period)] == ["mohrss-45-2021 第六条"]
    assert culture.articles_of(wages.period) == wages.period.basis


def test_conduct_that_is_too_minor_is_refused_with_the_article() -> None:
    with pytest.raises(Refusal) as caught:
        demand_conduct("minor", TERMS["market-serious"])

    assert caught.value.basis == TERMS["market-serious"].norm.basis
    demand_conduct("minor", TERMS["wage-watch"])


def test_both_papers_together_are_asked_since_the_day_of_the_plan() -> None:
    before: Listing = law.rulebook().on(date(2025, 6, 21)).listing("serious")
    since: Listing = law.rulebook().on(date(2025, 6, 22)).listing("serious")

    assert (before.repair_notice, since.repair_notice) == (False, True)
