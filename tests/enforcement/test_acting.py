"""Of two officers one is first; what was done keeps its entry and article; a false alarm needs two, and ends by itself."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.db import connections

from tests.conftest import DAY
from tests.enforcement.conftest import OFFICE, SCENE, a_key, delist, do, enlist, match, put, states
from xinyun.accounts.queries import client_by_key
from xinyun.enforcement import operations, queries
from xinyun.enforcement.acting import AlreadyHandled, NotSaid, WrongDay
from xinyun.enforcement.guarding import (
    NotAFalseAlarm,
    NotAnOverride,
    NotTheirCheck,
    OverriddenBefore,
    SecondOfficer,
)
from xinyun.enforcement.models import Action, Task
from xinyun.enforcement.queries import NoSuchTask
from xinyun.ledger import operations as ledger
from xinyun.ledger import receipts
from xinyun.ledger.receipts import ReceiptRefused
from xinyun.plumbing.models import AppendOnlyError

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])


@pytest.fixture
def task() -> int:
    code, _ = enlist()
    put(code)
    match()
    return queries.tasks(OFFICE, on=DAY)[0].id


def test_what_was_done_keeps_entry_article_officer_and_day(task: int) -> None:
    found = do(task, day=date(2026, 11, 19))

    assert (found.state, found.acted_on) == ("done", date(2026, 11, 19))
    (act,) = queries.task(task, OFFICE).actions
    assert (act.kind, act.day, act.document, act.actor, act.on) == (
        "done", date(2026, 11, 19), "演执1号", "user:甲", DAY,
    )  # fmt: skip
    assert (act.entry, act.basis) == (found.entry, found.basis)
    row = Task.objects.get(pk=task)
    assert (row.in_time, row.days_to_act) == (True, (date(2026, 11, 19) - date(2026, 3, 1)).days)
    with pytest.raises(AppendOnlyError):
        Action.objects.get().save()


def test_refusals(task: int) -> None:
    with pytest.raises(NoSuchTask):
        operations.do(task=task, what="x", day=DAY, document="", office="52.finance", actor="t", on=DAY)
    with pytest.raises(WrongDay):
        do(task, day=DAY + timedelta(days=1))
    with pytest.raises(WrongDay):
        do(task, day=date(2026, 2, 1))
    given = {"task": task, "office": OFFICE, "actor": "t", "on": DAY}
    with pytest.raises(NotSaid):
        operations.do(what="  ", day=DAY, document="", **given)  # type: ignore[arg-type]
    with pytest.raises(NotSaid):
        operations.decline(reason="because", text="x", **given)  # type: ignore[arg-type]
    with pytest.raises(AlreadyHandled):
        operations.release(what="x", day=DAY, document="", **given)  # type: ignore[arg-type]
    operations.decline(reason="no-dealings", text="没有在办的标段", **given)  # type: ignore[arg-type]
    with pytest.raises(AlreadyHandled):
        do(task)
    assert queries.task(task).state == "declined"
    assert match().opened == 0


def test_of_two_officers_at_once_one_is_first(task: int) -> None:
    told: list[str] = []
    both = threading.Barrier(2)

    def act(actor: str) -> None:
        both.wait()
        try:
            do(task, actor=actor)
            told.append("done")
        except AlreadyHandled:
            told.append("refused")
        finally:
            connections.close_all()

    officers = [threading.Thread(target=act, args=(f"user:{n}",)) for n in range(2)]
    for one in officers:
        one.start()
    for one in officers:
        one.join()

    assert sorted(told) == ["done", "refused"]
    assert Action.objects.count() == 1


def test_what_was_declined_stays_so_when_the_entry_ends(task: int) -> None:
    operations.decline(task=task, reason="other", text="写明", office=OFFICE, actor="t", on=DAY)
    delist(queries.task(task).entry)
    match()

    assert queries.task(task).state == "declined"
    assert queries.task(task).ended_on == DAY


def test_a_false_alarm_needs_a_second_officer_and_ends_by_itself(task: int) -> None:
    until = date(2026, 12, 1)
    given = {"task": task, "whole_subject": True, "office": OFFICE, "actor": "user:甲", "on": DAY}
    for reason, day in (("", until), ("同名不同人", DAY), ("同名不同人", date(2027, 12, 1))):
        with pytest.raises(NotAFalseAlarm):
            operations.propose_false_alarm(reason=reason, until=day, **given)  # type: ignore[arg-type]
    alarm = operations.propose_false_alarm(reason="证号写错", until=until, **given)  # type: ignore[arg-type]
    assert match().ended == 0
    with pytest.raises(SecondOfficer):
        operations.confirm_false_alarm(alarm=alarm, office=OFFICE, actor="user:甲", on=DAY)
    with pytest.raises(NoSuchTask):
        operations.confirm_false_alarm(alarm=alarm, office="52.finance", actor="user:乙", on=DAY)

    operations.confirm_false_alarm(alarm=alarm, office=OFFICE, actor="user:乙", on=DAY)

    with pytest.raises(SecondOfficer):
        operations.confirm_false_alarm(alarm=alarm, office=OFFICE, actor="user:丙", on=DAY)
    match()
    assert set(states().values()) == {"ended"}
    assert {one.ended_why for one in Task.objects.all()} == {"false-alarm"}
    match(date(2026, 11, 30))
    assert set(states().values()) == {"ended"}
    match(until)
    assert set(states().values()) == {"open"}


def a_receipt(code: str, outcome: str = "", name: str = "演示交易系统") -> tuple[str, str]:
    """The receipt of a check by the office's client, and what was answered."""
    from datetime import UTC, datetime

    from xinyun.gateway.operations import Question, answer

    client = client_by_key(a_key(name=name))
    assert client
    question = Question(
        scene=SCENE, code=code, name=None, client=client.id, office=client.office, purpose="投标登记", case="标段1",
        ref=f"t-{code}-{name}",
    )  # fmt: skip
    (found,) = answer([question], at=datetime(2026, 11, 20, 2, tzinfo=UTC), on=DAY)
    return found.receipt, found.outcome


def test_a_check_is_overridden_with_its_receipt_and_a_reason_once(task: int) -> None:
    receipt, outcome = a_receipt(queries.task(task).code)
    assert outcome == "block"
    given = {
        "receipt": receipt,
        "reason": "省级重点项目，联席会议同意",
        "office": OFFICE,
        "actor": "t",
        "on": DAY,
    }
    with pytest.raises(NotAnOverride):
        operations.override(did="refused", **given)  # type: ignore[arg-type]
    with pytest.raises(NotAnOverride):
        operations.override(did="let-through", **given | {"reason": " "})  # type: ignore[arg-type]
    with pytest.raises(NotTheirCheck):
        operations.override(did="let-through", **given | {"office": "52.finance"})  # type: ignore[arg-type]
    with pytest.raises(ReceiptRefused):
        operations.override(did="let-through", **given | {"receipt": receipt[:-3] + "AAA"})  # type: ignore[arg-type]
    forged = receipts.issue({"kind": "check", "index": 10**6, "outcome": "block"})
    with pytest.raises(NotTheirCheck):
        operations.override(did="let-through", **given | {"receipt": forged})  # type: ignore[arg-type]

    operations.override(did="let-through", **given)  # type: ignore[arg-type]

    with pytest.raises(OverriddenBefore):
        operations.override(did="let-through", **given)  # type: ignore[arg-type]
    (told,) = queries.overrides(OFFICE)
    assert (told.outcome, told.did, told.scene) == ("block", "let-through", SCENE)
    (mine,) = queries.standing("office", DAY)
    assert mine.overrides == 1


def test_checks_are_counted_once_however_often_the_log_is_followed(task: int) -> None:
    a_receipt(queries.task(task).code)
    ledger.seal(actor="t", on=DAY)

    assert operations.count_checks(actor="t", on=DAY) == 1
    assert operations.count_checks(actor="t", on=DAY) == 0

    assert queries.checks_by_outcome(DAY) == {"block": 1}
    assert queries.checks_by_outcome(DAY - timedelta(days=1)) == {}
