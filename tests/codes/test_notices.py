"""Notices to registering offices: each finding once, to every office concerned, until it is answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError
from django.utils import timezone

from tests.codes.conftest import OFFICE, OTHER, a_sibling
from tests.factories import a_code, a_registration
from xinyun.base.calendar import working_days_after
from xinyun.codes import operations, queries
from xinyun.codes.models import CodeNotice
from xinyun.plumbing import feed

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
MONDAY = date(2026, 11, 2)
ANSWER = {"outcome": "corrected", "reason": "核对登记档案", "actor": "user:operator"}


@pytest.fixture
def pair(register: Callable[..., Any]) -> tuple[str, str]:
    """Two codes with one organisation part, registered in two cities."""
    code = a_code()
    sibling = a_sibling(code)
    register(a_registration(code))
    register(a_registration(sibling), office=OTHER)
    return code, sibling


def issue(on: date = MONDAY) -> tuple[operations.Issued, ...]:
    return operations.issue_notices(actor="test", on=on, at=timezone.now())


def answer(issued: operations.Issued, on: date = MONDAY, **given: Any) -> None:
    (finding,) = CodeNotice.objects.get(pk=issued.id).findings
    operations.answer_notice(**({"notice": issued.id, "finding": finding["key"], "on": on} | ANSWER | given))


def test_a_finding_goes_once_to_each_office_that_registered(pair: tuple[str, str]) -> None:
    issued = issue()

    assert [(one.office, one.findings) for one in issued] == [(OFFICE, 1), (OTHER, 1)]
    assert {one.due_on for one in issued} == {working_days_after(MONDAY, 10)}
    assert issue() == ()
    (notice,) = queries.notices(office=OFFICE)
    (finding,) = notice.findings
    assert {code for code, _ in finding.holders} == set(pair)
    assert (notice.open, notice.is_overdue(notice.due_on), notice.is_overdue(date(2027, 1, 1))) == (
        1,
        False,
        True,
    )
    assert [change.kind for change in feed.since(0)][-2:] == ["codes.notice", "codes.notice"]


def test_what_was_answered_but_not_mended_is_sent_again_after_its_time(pair: tuple[str, str]) -> None:
    first, _ = issue()
    answer(first)

    assert issue(working_days_after(MONDAY, 10)) == ()
    (again,) = issue(working_days_after(MONDAY, 11))
    assert again.office == OFFICE
    assert feed.since(0)[-2].kind == "codes.answer"


def test_what_is_kept_apart_is_not_sent_again_and_does_not_count(pair: tuple[str, str]) -> None:
    today = timezone.localdate()
    both = issue(today)
    assert queries.report(today.replace(day=1), today).whole.counts.duplicate == 2

    for issued in both:
        answer(issued, today, outcome="kept-apart")

    assert issue(date(2027, 11, 1)) == ()
    assert queries.report(today.replace(day=1), today).whole.counts.duplicate == 0


def test_what_is_kept_apart_is_a_new_finding_when_a_third_code_comes(
    pair: tuple[str, str], register: Callable[..., Any]
) -> None:
    for issued in issue():
        answer(issued, outcome="kept-apart")
    register(a_registration(a_sibling(pair[0], "520400")))

    assert [one.office for one in issue()] == [OFFICE, OTHER, "520400.market-regulation"]


def test_an_answer_is_given_once_with_a_reason_to_what_was_sent(pair: tuple[str, str]) -> None:
    first, second = issue()
    answer(first)

    for refusal, given in (
        (operations.AnsweredAlready, {}),
        (operations.NoSuchNotice, {"notice": 10**6}),
        (operations.NoSuchNotice, {"finding": "0" * 16}),
    ):
        with pytest.raises(refusal):
            answer(first, **given)
    for given in (
        {"outcome": "forgotten"},
        {"reason": "  "},
        {"reason": "长" * 501},
        {"on": date(2026, 11, 1)},
    ):
        with pytest.raises(operations.WrongAnswer):
            answer(second, **given)
    assert sum(notice.open for notice in queries.notices()) == 1


def test_an_office_of_elsewhere_is_named_by_its_place_and_department(register: Callable[..., Any]) -> None:
    code = a_code(division="110105")
    register(a_registration(code), a_registration(a_sibling(code)))

    assert [one.office for one in issue()] == ["110105.9", OTHER]
    (notice,) = queries.notices(office="110105.9")
    assert notice.open == 1


def test_notices_cannot_be_rewritten(pair: tuple[str, str]) -> None:
    issue()

    with pytest.raises(DatabaseError):
        CodeNotice.objects.update(office="52.tax")
