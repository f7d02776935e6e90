"""Matching goes on where it was killed, tells of delay once, and does not grow with the rosters."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from tests.conftest import DAY
from tests.enforcement.conftest import LABOUR, OFFICE, SCENE, a_key, delist, do, enlist, match, put, states
from tests.factories import a_code
from xinyun.enforcement import exporting, matching, operations, queries
from xinyun.enforcement.models import Task
from xinyun.plumbing import feed
from xinyun.plumbing.models import Change

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])


class Killed(BaseException):
    """As if the process had ended."""


@pytest.mark.parametrize("chunk", range(3))
def test_killed_between_match_and_commit_the_next_round_finishes(
    chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "CHUNK", 2)
    codes = [enlist(number=n)[0] for n in range(5)]
    put(*codes)
    real, left = matching._match, chunk

    def die(*args: Any, **given: Any) -> None:
        nonlocal left
        real(*args, **given)
        if left == 0:
            raise Killed
        left -= 1

    monkeypatch.setattr(matching, "_match", die)
    with pytest.raises(Killed):
        match()
    torn = Task.objects.values_list("code").distinct().count()
    monkeypatch.setattr(matching, "_match", real)
    match()

    assert torn == 2 * chunk
    assert {code: set(states(code).values()) for code in codes} == {code: {"open"} for code in codes}
    assert Task.objects.count() == 5 * len(states(codes[0]))


def test_an_office_is_reminded_once_and_its_delay_told_once() -> None:
    code, _ = enlist()
    put(code)
    match()
    tender = Task.objects.get(measure="bar-tender")
    assert (tender.remind_on, tender.due_on, tender.escalate_on) == (
        date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 27),
    )  # fmt: skip

    for offset in range(12):
        match(DAY + timedelta(days=offset))

    told = [
        (row.kind, row.payload)
        for row in Change.objects.filter(kind__in=["tasks.reminded", "tasks.escalated"])
    ]
    assert told[0] == ("tasks.reminded", {"offices": {OFFICE: 1}})
    assert [kind for kind, _ in told].count("tasks.escalated") == 1
    tender.refresh_from_db()
    assert tender.told == 2
    day = DAY + timedelta(days=11)
    assert [one.measure for one in queries.tasks(OFFICE, on=day, state="escalated")] == ["bar-tender"]
    do(tender.pk, on=day)
    assert queries.tasks(OFFICE, on=day, state="escalated") == []
    assert Task.objects.get(pk=tender.pk).in_time is False


def test_a_reward_is_a_task_of_equal_rank() -> None:
    from xinyun.lists import operations as lists

    code = a_code()
    view = lists.enlist(
        list_id="tax-a", code=code, document="演税评1号", decided=date(2026, 4, 1), name="贵州演示守信有限公司",
        office="52.tax", actor="t", on=DAY,
    )  # fmt: skip
    office = "520100.government-services"
    put(code, office=office, scene="service-window")

    match()

    (task, *_) = queries.tasks(office, on=DAY)
    assert (task.effect, task.entry, task.state) == ("benefit", view.id, "open")
    operations.do(
        task=task.id, what="开通绿色通道（演示）", day=DAY, document="", office=office, actor="t", on=DAY
    )
    figures = queries.automatics(DAY)
    assert figures.rewards["done"] == 1
    assert figures.sanctions == {"open": 0, "done": 0, "declined": 0, "ended": 0}


def test_figures_feedback_and_export_tell_the_same(tmp_path: Path) -> None:
    code, entry = enlist()
    put(code)
    match()
    first, *others = queries.tasks(OFFICE, on=DAY)
    do(first.id)
    operations.decline(
        task=others[0].id, reason="no-dealings", text="=没有在办", office=OFFICE, actor="t", on=DAY
    )
    delist(entry)
    match()
    operations.release(task=first.id, what="恢复", day=DAY, document="", office=OFFICE, actor="t", on=DAY)

    (mine,) = queries.standing("office", DAY)
    assert (mine.key, mine.answered, mine.done, mine.declined, mine.released) == (OFFICE, 2, 1, 1, 1)
    assert mine.rate == 100.0
    assert mine.days_to_act == (DAY - date(2026, 3, 1)).days
    assert mine.days_to_release == 0
    assert queries.effects()["left"] == 1
    assert {one.key for one in queries.standing("list", DAY)} == {"wage-arrears"}
    assert sum(one.tasks for one in queries.standing("measure", DAY)) == 1 + len(others)

    told = queries.feedback(entry)
    assert {one.decided_by for one in told} == {LABOUR}
    assert [len(one.actions) for one in told if one.id == first.id] == [2]

    target = tmp_path / "out.csv"
    with target.open("wb") as out:
        assert exporting.write_csv(out, DAY, DAY) == 3
    lines = target.read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("信云反馈格式 1,任务编号")
    assert [line.split(",")[15] for line in lines[1:]] == ["已执行", "未执行", "已解除"]
    assert "'=没有在办" in lines[2]
    with (tmp_path / "out.xlsx").open("wb") as out:
        assert exporting.write_xlsx(out, DAY, DAY) == 3
    assert list(exporting.rows(DAY + timedelta(days=1), DAY + timedelta(days=1))) == []


def test_programs_keep_the_roster_take_tasks_and_say_what_was_done(client: Browser) -> None:
    key = {"Authorization": f"Bearer {a_key(furnishes=True)}"}
    asking = {"Authorization": f"Bearer {a_key(name='只核查')}"}
    other = {"Authorization": f"Bearer {a_key(name='旁人', office='52.finance', furnishes=True)}"}
    code, entry = enlist()

    def post(where: str, body: dict[str, Any], headers: dict[str, str] = key) -> Any:
        return client.post(
            f"/api/v1/{where}", json.dumps(body), content_type="application/json", headers=headers
        )

    bad = post("rosters", {"scene": SCENE, "lines": [{"code": code}, {"code": "123"}]})
    assert (bad.status_code, bad.json()["code"]) == (422, "roster-bad-rows")
    assert post("rosters", {"scene": SCENE, "lines": [{"code": code}]}).json()["added"] == 1
    match(timezone.localdate())
    assert client.get("/api/v1/tasks").status_code == 401
    assert client.get("/api/v1/tasks", headers=other).json() == []
    first, *_ = client.get("/api/v1/tasks", headers=key).json()
    assert (first["code"], first["state"], first["entry"]) == (code, "open", entry)
    assert post(f"tasks/{first['id']}/done", {"what": "x"}, other).status_code == 404
    for where, body in (
        ("rosters", {"scene": SCENE, "lines": []}),
        (f"tasks/{first['id']}/done", {"what": "x"}),
    ):
        assert post(where, body, asking).status_code == 403
    done = post(f"tasks/{first['id']}/done", {"what": "取消资格", "document": "演执1号"})
    assert (done.status_code, done.json()["state"]) == (200, "done")
    assert post(f"tasks/{first['id']}/done", {"what": "again"}).status_code == 409
    changed = client.get(f"/api/v1/tasks?state=&after={first['seq']}", headers=key).json()
    assert [one["id"] for one in changed] == [first["id"]]
    (act,) = client.get(f"/api/v1/tasks/{first['id']}", headers=key).json()["actions"]
    assert (act["kind"], act["document"]) == ("done", "演执1号")
    assert client.get("/api/v1/enforcement/statistics").status_code == 401
    (mine,) = client.get("/api/v1/enforcement/statistics", headers=key).json()
    assert (mine["key"], mine["answered"]) == (OFFICE, 1)
    assert client.get(f"/api/v1/enforcement/feedback?entry={entry}", headers=key).json() == []


def test_the_number_of_questions_does_not_grow_with_the_roster(
    django_assert_max_num_queries: Callable[[int], Any],
) -> None:
    listed = [enlist(number=n)[0] for n in range(30)]
    put(*listed, *(a_code() for _ in range(200)))

    with django_assert_max_num_queries(60):
        found = match()

    assert found.lines == 230
    assert feed.head() > 0
