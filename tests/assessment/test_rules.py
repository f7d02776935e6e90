"""What a month is worth: measures from facts, points from measures, each with its article."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from xinyun import law
from xinyun.assessment import rules
from xinyun.assessment.rules import Facts, Measures, rows, score, shown, summed
from xinyun.base import Basis
from xinyun.collection import wording
from xinyun.collection.rules import compile_rules

pytestmark = pytest.mark.one_store
THROUGH = date(2026, 11, 30)
NORMS = law.rulebook().on(THROUGH)
DUAL, ALL = NORMS.assessment("dual-publicity"), NORMS.assessment("submission-quality")
OFFICE = "520100.market-regulation"


def a_row(assessment=DUAL, item: str = "penalty", **facts):
    given = {"last_on": date(2026, 11, 20), "batches": 1} | facts
    (row,) = (
        row
        for row in rows([Facts(OFFICE, item, **given)], NORMS, THROUGH, assessment)
        if (row.office.id, row.item.id) == (OFFICE, item)
    )
    return row


def test_late_is_later_than_the_seventh_working_day_by_the_real_calendar() -> None:
    """2026-09-28 plus seven working days is 2026-10-13: the National Day holiday lies between."""
    decided = date(2026, 9, 28)
    days = ((decided, date(2026, 10, 13), 3), (decided, date(2026, 10, 14), 2), (None, date(2026, 10, 14), 7))

    measures = a_row(days=days).measures

    assert (measures.judged, measures.late) == (5, 2)
    assert measures.rate("timeliness") == Fraction(3, 5)


def test_what_was_overdue_before_the_office_began_is_backlog_and_not_late() -> None:
    began = date(2026, 11, 16)
    days = (
        (date(2020, 1, 2), began, 90),
        (date(2026, 11, 4), date(2026, 11, 25), 4),
        (date(2026, 11, 5), began, 6),
    )

    measures = a_row(days=days, first_on=began).measures

    assert (measures.backlog, measures.judged, measures.late) == (94, 6, 0)
    assert a_row(days=days, first_on=date(2026, 11, 13)).measures.late == 4


def test_an_item_for_which_no_article_sets_a_time_is_not_judged_by_time() -> None:
    item = next(item for item in NORMS.items() if not item.update_basis and item.providers != ("any",))
    office = next(o for o in NORMS.offices() if o.department in item.providers and o.division != "100000")
    facts = Facts(office.id, item.id, batches=1, days=((date(2020, 1, 1), THROUGH, 9),), last_on=THROUGH)

    table = rows([facts], NORMS, THROUGH, ALL)
    (row,) = (row for row in table if (row.office, row.item) == (office, item))

    assert (row.measures.judged, row.measures.rate("timeliness")) == (0, None)


def test_compliance_counts_what_was_accepted_unchanged_and_revised() -> None:
    measures = a_row(
        received=10, accepted=4, unchanged=2, revised=1, rejected=3, faults={"conflict": 1, "uscc": 2}
    )

    assert measures.measures.rate("compliance") == Fraction(7, 10)
    assert measures.measures.duplicates == 3


def test_an_item_that_names_the_department_is_asked_and_one_for_all_only_once_it_came() -> None:
    nothing = rows([], NORMS, THROUGH, ALL)
    asked = {row.item.id for row in nothing if row.office.id == OFFICE}

    assert "abnormal" in asked
    assert "penalty" not in asked
    assert {row.silence for row in nothing} == {"never"}
    assert a_row(last_on=date(2026, 8, 3), batches=0).measures.asked == 1


def test_no_office_of_the_nation_is_assessed() -> None:
    assert all(row.office.division != rules.NATION for row in rows([], NORMS, THROUGH, ALL))


@pytest.mark.parametrize(
    ("last_on", "batches", "covered", "silence"),
    [
        (date(2026, 11, 20), 1, 1, ""),
        (date(2026, 11, 25), 0, 1, ""),
        (date(2026, 10, 9), 0, 1, "ceased"),
        (date(2026, 8, 29), 0, 0, "ceased"),
    ],
)
def test_coverage_and_silence_follow_the_last_day(last_on, batches, covered, silence) -> None:
    row = a_row(last_on=last_on, batches=batches)

    assert (row.measures.covered, row.silence) == (covered, silence)


def test_points_are_given_in_proportion_and_told_with_the_article() -> None:
    measures = Measures(received=100, rejected=10, judged=100, late=25, asked=2, covered=1)
    row = replace(a_row(), measures=measures)

    found = score(measures, DUAL, [row])

    assert [str(one.points) for one in found.indicators] == ["20.0", "20.0", "10.0"]
    assert found.points == Decimal("50.0")
    assert [one.attention for one in found.indicators] == [False, True, False]
    assert Basis("ndrc-424-2018", "公示时限") in found.indicators[0].reason.basis
    assert all(one.reason.basis and one.reason.text.en for one in found.indicators)
    assert "75.00%（75 / 100），得 20.0 分" in found.indicators[0].reason.text.zh


def test_what_cannot_be_measured_takes_no_points() -> None:
    only = score(Measures(received=10, rejected=0), DUAL)

    assert [one.points for one in only.indicators] == [None, Decimal("40.0"), None]
    assert only.points == Decimal("100.0")
    assert score(Measures(), DUAL).points is None


def test_points_never_fall_below_nothing_nor_rise_above_the_weight() -> None:
    worst = score(Measures(received=9, rejected=9, judged=9, late=9, asked=9), DUAL)
    best = score(Measures(received=9, judged=9, asked=9, covered=9), DUAL)

    assert (worst.points, best.points) == (Decimal("0.0"), Decimal("100.0"))
    assert worst.attention


def test_measures_add_up() -> None:
    one = Measures(received=3, rejected=1, faults={"uscc": 1})
    other = Measures(received=2, late=1, judged=2, faults={"uscc": 2, "date": 1})

    both = summed([replace(a_row(), measures=one), replace(a_row(), measures=other)])

    assert (both.received, both.rejected, both.late, both.judged) == (5, 1, 1, 2)
    assert both.faults == {"uscc": 3, "date": 1}


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (Fraction(1), "100.00%"),
        (Fraction(99_999, 100_000), "99.99%"),
        (Fraction(1, 10**6), "0.01%"),
        (None, ""),
    ],
)
def test_a_rate_is_never_shown_better_or_worse_than_it_is(rate, text) -> None:
    assert shown(rate) == text


def test_every_rule_by_which_rows_are_refused_has_words() -> None:
    ids = {"conflict"} | {
        rule.id
        for item in NORMS.items()
        for rule in compile_rules(item, NORMS, THROUGH, {field.name: field.title for field in item.fields})
    }

    assert ids - set(wording.RULES) == set()
