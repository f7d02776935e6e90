"""Submissions wait durably, are worked on once, and end as what they are; a second officer decides what is held."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from tests.conftest import DAY, HOME
from tests.factories import a_registration
from xinyun.archive import queries as archive
from xinyun.collection import drafts, operations, queries, queueing
from xinyun.collection.collecting import NotYours
from xinyun.collection.models import Batch, Returned, Submission
from xinyun.collection.submitting import (
    IdempotencyKeyReused,
    NoReason,
    NotHeld,
    SameOfficer,
    WrongIdempotencyKey,
)
from xinyun.plumbing import feed

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)

OFFICE = "52.market-regulation"
AT = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def send(path: Path | None = None, **given: Any) -> str:
    told = {
        "item": "registration", "path": path, "office": OFFICE, "actor": "clerk", "way": "web",
        "file_name": path.name if path else "rows.csv", "on": DAY, "at": AT,
    } | given  # fmt: skip
    return operations.submit(**told)


def work(at: datetime = AT) -> str | None:
    return operations.run_next(worker="test", on=DAY, at=at)


def state(id: str) -> str:
    found = queries.submission(id)
    assert found is not None
    return found.state


@pytest.fixture
def rows(write_csv: Callable[..., Path]) -> Callable[..., Path]:
    def write(count: int = 3, name: str = "rows.csv", **changes: str) -> Path:
        return write_csv([a_registration(**changes) for _ in range(count)], name)

    return write


def test_a_submission_waits_sealed_and_becomes_the_batch_of_its_id(rows: Callable[..., Path]) -> None:
    file = rows(3)

    id = send(file)
    waiting, copy = state(id), HOME / "home" / "submissions" / "drafts" / f"{id}.sealed"
    sealed = copy.read_bytes()
    file.unlink()
    done = work()

    assert (waiting, done, work()) == ("waiting", id, None)
    assert "贵州演示".encode() not in sealed
    found = queries.submission(id)
    assert found is not None
    assert found.batch is not None
    assert (found.state, found.progress, found.batch.accepted, found.way) == ("done", 3, 3, "web")
    assert found.batch.file_name == "rows.csv"
    assert (HOME / "home" / "submissions" / f"{id}.sealed").exists()
    assert list((HOME / "home" / "staging" / "opened").iterdir()) == []


def test_the_same_key_is_the_same_submission_and_another_file_under_it_is_refused(
    rows: Callable[..., Path],
) -> None:
    first, other = rows(2, "a.csv"), rows(2, "b.csv")

    id = send(first, idempotency_key="k1")
    again = send(first, idempotency_key="k1")
    work()
    after = send(first, idempotency_key="k1")
    elsewhere = send(first, idempotency_key="k1", office="520100.market-regulation")

    assert (again, after) == (id, id)
    assert elsewhere != id
    with pytest.raises(IdempotencyKeyReused):
        send(other, idempotency_key="k1")
    with pytest.raises(IdempotencyKeyReused):
        send(first, idempotency_key="k1", columns={"名称": "name"})
    for wrong in ("", "x" * 201, "a\nb"):
        with pytest.raises(WrongIdempotencyKey):
            send(first, idempotency_key=wrong)


def test_a_file_sent_by_two_clerks_at_once_is_two_submissions_and_one_set_of_records(
    rows: Callable[..., Path],
) -> None:
    file = rows(40)

    def clerk(name: str) -> str:
        try:
            return send(file, actor=name)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        ids = set(pool.map(clerk, ("one", "two")))
    while work():
        pass

    batches = Batch.objects.filter(pk__in=ids)
    assert sorted((one.accepted, one.unchanged) for one in batches) == [(0, 40), (40, 0)]
    assert archive.counts()["registration"] == 40


def test_what_is_no_table_or_not_theirs_is_refused_and_says_so(rows: Callable[..., Path]) -> None:
    id = send(stream=io.BytesIO(b"\x00\x01\x02"), file_name="x.csv")
    work()

    found = queries.submission(id)
    assert found is not None
    assert (found.state, found.batch) == ("refused", None)
    assert found.problem is not None
    assert found.problem["code"] == "unreadable-file"
    assert found.problem["detail"]
    with pytest.raises(NotYours):
        send(rows(), office="52.tax")


def test_the_oldest_goes_first_and_an_office_never_overtakes_itself(rows: Callable[..., Path]) -> None:
    first = send(rows(1, "a.csv"))
    second = send(rows(1, "b.csv"), at=AT + timedelta(seconds=1))
    other = send(rows(1, "c.csv"), at=AT + timedelta(seconds=2), office="520100.market-regulation")
    held = queueing._take(AT)
    assert held is not None

    meanwhile = [work(), work()]
    held.give_back(timedelta(0), attempts=0)
    then = [work(AT + timedelta(hours=1)), work(AT + timedelta(hours=1))]

    assert held.row.pk == first
    assert meanwhile == [other, None]
    assert then == [first, second]


def test_two_workers_never_take_the_same(rows: Callable[..., Path]) -> None:
    ids = {send(rows(1, f"{n}.csv"), at=AT + timedelta(seconds=n)) for n in range(6)}

    def worker(_: int) -> list[str]:
        try:
            return [id for _ in range(12) if (id := work())]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        worked = [id for taken in pool.map(worker, range(2)) for id in taken]
    while id := work():
        worked.append(id)

    assert sorted(worked) == sorted(ids)
    assert Batch.objects.filter(pk__in=ids, accepted=1).count() == 6


def test_a_lease_that_ran_out_is_taken_over_and_who_lost_it_cannot_settle(rows: Callable[..., Path]) -> None:
    id = send(rows())
    lost = queueing._take(AT)
    assert lost is not None
    within = work(AT + timedelta(seconds=5))

    taken_over = work(AT + timedelta(minutes=2))
    lost.settle(Submission.State.REFUSED, problem={"code": "late"})

    assert (within, taken_over) == (None, id)
    assert state(id) == "done"


def test_one_that_was_stopped_after_its_commit_is_done_without_being_read_again(
    rows: Callable[..., Path],
) -> None:
    id = send(rows())
    work()
    before = feed.head()
    Submission.objects.filter(pk=id).update(state="running", lease_until=AT)

    work(AT + timedelta(minutes=2))

    assert (state(id), Batch.objects.count(), feed.head()) == ("done", 1, before)


def test_one_that_fails_and_fails_is_given_up_with_a_problem(rows: Callable[..., Path]) -> None:
    id = send(rows())
    for n in range(queueing.MOST_ATTEMPTS):  # as when the worker is killed each time
        assert queueing._take(AT + timedelta(hours=n))

    work(AT + timedelta(days=1))

    found = queries.submission(id)
    assert found is not None
    assert found.problem is not None
    assert (found.state, found.problem["code"]) == ("refused", "could-not-be-processed")


def test_trouble_with_the_disk_uses_up_no_attempt(rows: Callable[..., Path]) -> None:
    id = send(rows())
    folder = HOME / "home" / "staging" / "opened"
    shutil.rmtree(folder, ignore_errors=True)
    folder.write_text("in the way")  # a file where the worker wants a folder

    for n in range(queueing.MOST_ATTEMPTS + 2):
        with pytest.raises(OSError):
            work(AT + timedelta(hours=n))
    folder.unlink()
    work(AT + timedelta(days=1))

    assert state(id) == "done"


def test_a_copy_that_is_gone_is_refused_and_not_tried_for_ever(rows: Callable[..., Path]) -> None:
    id = send(rows())
    drafts.drop(id)

    work()

    found = queries.submission(id)
    assert found is not None
    assert found.problem is not None
    assert found.problem["code"] == "no-original"


@pytest.fixture
def held(rows: Callable[..., Path]) -> str:
    """A submission that waits for a second officer."""
    id = send(rows(5))
    Submission.objects.filter(pk=id).update(state="held", doubts=[{"code": "volume"}])
    return id


def decide(verb: Callable[..., None], id: str, **given: Any) -> None:
    verb(**({"submission": id, "reason": "已电话核实", "actor": "officer", "on": DAY, "at": AT} | given))


def test_a_second_officer_lets_it_pass_and_is_named(held: str) -> None:
    with pytest.raises(SameOfficer):
        decide(operations.release, held, actor="clerk")
    with pytest.raises(NoReason):
        decide(operations.release, held, reason=" ")

    decide(operations.release, held)
    work()

    found = queries.submission(held)
    assert found is not None
    assert (found.state, found.reviewed_by, found.review) == ("done", "officer", "已电话核实")
    assert "submission.released" in [change.kind for change in feed.since(0)]
    with pytest.raises(NotHeld):
        decide(operations.release, held)
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.filter(pk=held).update(reviewed_by="clerk")


def test_turned_away_it_is_refused_with_the_reason(held: str) -> None:
    decide(operations.turn_away, held, reason="导出条件有误")

    found = queries.submission(held)
    assert found is not None
    assert found.problem is not None
    assert (found.state, work()) == ("refused", None)
    assert "导出条件有误" in found.problem["title"]
    assert feed.since(0)[-1].kind == "submission.turned-away"


def test_lists_are_of_an_office_in_a_state_and_newest_first(rows: Callable[..., Path]) -> None:
    first = send(rows(1, "a.csv"))
    second = send(rows(1, "b.csv"), at=AT + timedelta(seconds=1))
    work()

    of_office = queries.submissions(limit=5, office=OFFICE)
    waiting = queries.submissions(limit=5, state="waiting")
    older = queries.submissions(limit=5, before=of_office[0].at)

    assert [one.id for one in of_office] == [second, first]
    assert [one.id for one in waiting] == [second]
    assert [one.id for one in older] == [first]
    assert queries.submissions(limit=5, office="52.tax") == []
    assert queries.submission(first, office="52.tax") is None
    assert Returned.objects.count() == 0
