"""The worker's daily turn: not before an officer's first run, once a day from then on, and again while something is left."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from tests.conftest import DAY
from tests.retention.conftest import AT, OTHER, Send, a_person, erased, run
from xinyun.archive import operations as archive
from xinyun.archive.models import Record
from xinyun.archive.snapshot.queries import snapshot
from xinyun.retention import operations
from xinyun.retention.models import Run
from xinyun.retention.queries import RunView

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
NEXT = DAY + timedelta(days=1)


def turn(on: date = DAY, at: datetime = AT) -> RunView | None:
    return operations.take_turn(actor="worker", on=on, at=at)


def test_nothing_goes_before_an_officer_has_run_it(send: Send) -> None:
    send(a_person())

    assert turn() is None
    assert turn(NEXT) is None
    assert (Record.objects.count(), Run.objects.count()) == (1, 0)


def test_after_an_officers_run_there_is_one_turn_a_day(send: Send, guarded: None) -> None:
    send(a_person())
    run()
    send(a_person(OTHER, on="2021/11/20"))

    assert turn() is None
    told = turn(NEXT)
    assert told is not None
    assert erased(told) == {"records": 1, "companions": 1, "originals": 1}
    assert turn(NEXT) is None
    assert turn(DAY) is None, "a clock that went back makes no turn"
    assert [(one.on, one.actor) for one in Run.objects.order_by("pk")] == [(DAY, "officer"), (NEXT, "worker")]


def test_days_without_a_worker_are_one_turn(send: Send) -> None:
    run()

    assert turn(DAY + timedelta(days=9)) is not None
    assert Run.objects.count() == 2


def test_while_a_reader_keeps_what_was_erased_the_same_day_has_further_turns(
    send: Send, guarded: None
) -> None:
    send(a_person())
    archive.follow_snapshot(actor="worker", on=DAY)

    with snapshot():
        assert not run().wiped
        again = turn()

    assert again is not None
    assert not again.wiped
    last = turn()
    assert last is not None
    assert last.wiped
    assert turn() is None
