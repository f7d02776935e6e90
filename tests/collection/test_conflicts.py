"""Rows of one file about one record, many of them: they are handled some at a time, and none is lost or counted twice."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.factories import a_code, a_registration
from xinyun.archive import queries
from xinyun.collection.models import Returned

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)


def test_more_conflicts_than_are_handled_at_a_time_are_all_returned(submit):
    codes = [a_code() for _ in range(1300)]
    rows = [
        a_registration(code, 名称=name) for name in ("贵州演示甲公司", "贵州演示乙公司") for code in codes
    ]
    good = [a_registration() for _ in range(5)]

    sent = submit([*rows, *good, good[0]])

    told = sent.outcome
    assert (told.received, told.accepted, told.unchanged, told.rejected) == (2606, 5, 1, 2600)
    assert told.faults == {"conflict": 2600}
    assert Counter(row for row, _, _ in sent.rules) == Counter(str(row) for row in range(1, 2601))
    assert sorted(Returned.objects.values_list("row", flat=True)) == list(range(1, 2601))
    assert queries.counts()["registration"] == 5


def test_one_record_told_a_hundred_ways_names_a_few_of_the_others(submit):
    code = a_code()

    sent = submit([a_registration(code, 名称=f"贵州演示{number}号公司") for number in range(100)])

    named = {int(fault["row"]): fault["value"].split("、") for fault in sent.faults}
    assert sent.outcome.rejected == 100
    assert named[1] == ["2"]
    assert named[100] == [str(row) for row in range(1, 21)]


def test_a_dry_run_tells_what_it_would_say_beside(submit):
    retired = a_registration(a_code(division="522401"))

    sent = submit([retired], dry_run=True)

    assert sent.outcome.warnings["division-retired"] == 1
