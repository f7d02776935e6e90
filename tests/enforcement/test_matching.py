"""Who is on a roster and on a list makes tasks, at once, once; what ends ends them that very day."""

from __future__ import annotations

from datetime import date

import pytest

from tests.conftest import DAY
from tests.enforcement.conftest import OFFICE, delist, do, enlist, match, put, states
from tests.factories import a_code
from xinyun.enforcement import operations, queries
from xinyun.enforcement.models import Line, Task
from xinyun.enforcement.operations import NoSuchLine, NotTheirScene
from xinyun.lists.suspending import resume, suspend
from xinyun.plumbing import feed

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])


def test_an_entry_of_somebody_on_a_roster_is_a_task_with_its_measure_article_and_last_day() -> None:
    code, entry = enlist()
    put(code, a_code())

    found = match()

    assert (found.lines, found.opened) == (2, len(states()))
    (task, *_) = queries.tasks(OFFICE, on=DAY)
    assert (task.code, task.entry, task.list, task.document) == (code, entry, "wage-arrears", "演列1号")
    assert task.measure == "bar-tender"
    assert task.basis
    assert (task.since, task.due_on) == (DAY, date(2026, 11, 25))
    assert task.state == "open"


def test_it_makes_no_difference_which_was_first_and_again_changes_nothing() -> None:
    code = a_code()
    put(code)
    assert match().opened == 0
    enlist(code)

    assert match().opened > 0

    head = feed.head()
    assert match() == type(match())()
    assert feed.head() == head


def test_removal_ends_open_tasks_that_day_and_turns_what_was_done_into_something_to_undo() -> None:
    code, entry = enlist()
    put(code)
    match()
    (first, *others) = [one.id for one in queries.tasks(OFFICE, on=DAY)]
    assert others
    do(first)
    delist(entry)

    found = match()

    assert found.to_release == 1
    assert queries.task(first).state == "release"
    assert {queries.task(one).state for one in others} == {"ended"}
    assert {one.ended_on for one in Task.objects.all()} == {DAY}
    assert {one.ended_why for one in Task.objects.all()} == {"removed"}
    released = operations.release(
        task=first, what="恢复投标资格（演示）", day=DAY, document="", office=OFFICE, actor="t", on=DAY
    )
    assert released.state == "released"


def test_the_end_of_a_term_needs_no_change_of_the_list() -> None:
    code, _ = enlist(decided=date(2023, 12, 1))
    put(code)
    match()
    assert set(states().values()) == {"open"}

    match(date(2026, 12, 1))

    assert set(states().values()) == {"ended"}
    assert {(one.ended_why, one.ended_on) for one in Task.objects.all()} == {("expired", date(2026, 12, 1))}


def test_a_courts_order_holds_tasks_off_and_they_come_back_with_the_entry() -> None:
    code, entry = enlist()
    put(code)
    match()
    (first, *_) = [one.id for one in queries.tasks(OFFICE, on=DAY)]
    do(first)
    order = {"reason": "诉讼期间停止执行", "office": "520300.human-resources", "actor": "t", "on": DAY}
    suspend(entry=entry, document="演法裁1号", ordered_by="演示法院", **order)  # type: ignore[arg-type]
    match()
    assert set(states().values()) == {"release", "ended"}

    resume(entry=entry, document="演法裁2号", **order)  # type: ignore[arg-type]
    match()

    assert queries.task(first).state == "done"
    assert queries.task(first).ended_on is None
    assert sum(one.state == "open" for one in Task.objects.all()) == len(states()) - 1


def test_who_leaves_the_roster_is_no_task_any_more() -> None:
    code, _ = enlist()
    other = a_code()
    put(code, other)
    match()

    put(other, replace=True)
    match()

    assert set(states(code).values()) == {"ended"}
    assert {one.ended_why for one in Task.objects.all()} == {"off-roster"}
    put(code)
    match()
    assert set(states(code).values()) == {"open"}
    operations.remove_lines(office=OFFICE, scene="tender-registration", keys=[code], actor="t", on=DAY)
    match()
    assert set(states(code).values()) == {"ended"}
    with pytest.raises(NoSuchLine):
        operations.remove_lines(office=OFFICE, scene="tender-registration", keys=[code], actor="t", on=DAY)


def test_a_name_alone_is_at_most_somebody_to_look_for() -> None:
    from xinyun.archive.operations import follow_names

    code, _ = enlist()
    follow_names(actor="t", on=DAY)
    operations.put_lines(
        office=OFFICE, scene="tender-registration", lines=[("", "贵州演示建筑有限公司", "标段3")], replace=False,
        actor="t", on=DAY,
    )  # fmt: skip

    assert match().doubts == 1
    assert states() == {}

    (doubt,) = queries.doubts(OFFICE)
    assert doubt["candidates"] == [(code, "贵州演示建筑有限公司")]
    settle = {"line": doubt["line"], "office": OFFICE, "actor": "t", "on": DAY}
    operations.settle_name(code=code, **settle)
    match()
    assert "open" in states(code).values()
    assert Line.objects.get().key == "贵州演示建筑有限公司"
    with pytest.raises(operations.NameSettled):
        operations.settle_name(code="", **settle)


def test_a_name_that_was_nobodys_is_asked_about_again_when_another_is_listed() -> None:
    from xinyun.archive.operations import follow_names

    _, entry = enlist()
    follow_names(actor="t", on=DAY)
    operations.put_lines(
        office=OFFICE, scene="tender-registration", lines=[("", "贵州演示建筑有限公司", "")], replace=False,
        actor="t", on=DAY,
    )  # fmt: skip
    match()
    (doubt,) = queries.doubts(OFFICE)
    operations.settle_name(code="", line=doubt["line"], office=OFFICE, actor="t", on=DAY)
    assert match(date(2026, 11, 21)).doubts == 0

    other, _ = enlist(number=2)
    follow_names(actor="t", on=DAY)

    assert match(date(2026, 11, 21)).doubts == 1
    assert other in dict(queries.doubts(OFFICE)[0]["candidates"])
    delist(entry)
    assert states() == {}


def test_an_office_keeps_rosters_for_its_own_scenes() -> None:
    with pytest.raises(NotTheirScene):
        put(a_code(), scene="bank-loan")
