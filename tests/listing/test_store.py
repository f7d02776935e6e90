"""The store keeps the promise: steps are never rewritten, two officers at once are one decision, no proposer decides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import DatabaseError, connection, transaction

from tests.listing.conftest import DECIDED, IN_FORCE, OFFICE, PROPOSER, Course
from xinyun.base import Refusal
from xinyun.listing import operations, queries
from xinyun.listing.models import Step
from xinyun.lists import queries as lists


def _at_once(verb: Callable[[int], object]) -> list[object]:
    """What two threads got, each a value or the code of its refusal."""
    got: list[object] = [None, None]
    start = Barrier(2)

    def run(place: int) -> None:
        start.wait()
        try:
            got[place] = verb(place)
        except Refusal as refusal:
            got[place] = refusal.code
        finally:
            connection.close()

    threads = [Thread(target=run, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_who_decide_at_once_one_is_refused() -> None:
    case = Course().serve().view

    got = _at_once(
        lambda place: operations.decide(
            case=case.id, document=f"筑人社列〔2026〕{place}号", reasons="清楚", office=OFFICE, actor=f"user:li{place}",
            on=DECIDED,
        ).state
    )  # fmt: skip

    assert sorted(map(str, got)) == ["already-done", "decided"]
    assert [step.kind for step in queries.case(case.id).steps] == ["notified", "decided"]


@pytest.mark.django_db(transaction=True)
def test_of_one_who_decides_and_one_who_drops_at_once_nobody_is_half_heard() -> None:
    case = Course().serve().decide().view
    who = {"case": case.id, "office": OFFICE, "on": IN_FORCE}

    _at_once(
        lambda place: (
            operations.withdraw(reason="撤回", actor="user:wu", **who)
            if place
            else operations.serve_decision(
                way="direct", served=IN_FORCE, proof="回证", repair_notice=True, actor=PROPOSER, **who
            )
        )
    )

    after = queries.case(case.id)
    listed = lists.entries("wage-arrears", IN_FORCE)
    assert (after.state, len(listed)) in {("effective", 1), ("dropped", 0)}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement", ["UPDATE listing_step SET actor = 'x'", "UPDATE listing_case SET name = 'x'"]
)
def test_what_happened_is_not_rewritten(statement: str) -> None:
    Course().serve()

    with (
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["decided", "not-entered"])
def test_the_store_itself_refuses_a_decision_of_the_proposer(kind: str) -> None:
    case = Course().serve().view
    row = Step(
        case_id=case.id,
        number=2,
        kind=kind,
        told={},
        proposed_by=PROPOSER,
        actor=PROPOSER,
        on=date(2026, 3, 11),
        seq=9,
    )

    with pytest.raises(DatabaseError, match="a_second_officer_decides"), transaction.atomic():
        row.save(force_insert=True)
