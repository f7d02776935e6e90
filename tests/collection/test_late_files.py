"""What was written down earlier and comes to its turn late undoes nothing that came meanwhile, and disturbs nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import DAY, HOME
from tests.factories import a_code, a_registration
from xinyun.archive import queries as archive
from xinyun.collection import drafts, operations, queries, queueing
from xinyun.collection.models import Submission

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)

OFFICE, SCOPE = "52.market-regulation", "business_scope"
AT = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def send(write_csv: Callable[..., Path]) -> Callable[..., str]:
    """Submits rows as sent so many minutes after nine."""

    def submitted(rows: list[dict[str, str]], minutes: int = 0) -> str:
        return operations.submit(
            item="registration", path=write_csv(rows, "rows.csv"), office=OFFICE, file_name="rows.csv",
            actor="clerk", way="web", on=DAY, at=AT + timedelta(minutes=minutes),
        )  # fmt: skip

    return submitted


def work() -> None:
    while operations.run_next(worker="test", on=DAY, at=AT + timedelta(hours=1)):
        pass


def held(id: str) -> str:
    Submission.objects.filter(pk=id).update(state="held", doubts=[{"code": "volume"}])
    return id


def release(id: str) -> Any:
    operations.release(submission=id, reason="已核实", actor="officer", on=DAY, at=AT)
    work()
    found = queries.submission(id)
    assert found is not None
    return found


def scope_of(code: str) -> str:
    (record,) = archive.find_current("registration", office=OFFICE, code=code)
    return str(record.content[SCOPE])


def test_a_held_batch_does_not_undo_what_its_office_has_sent_since(send: Callable[..., str]) -> None:
    code, other = a_code(), a_code()
    send([a_registration(code, 经营范围="起初")], minutes=-5)
    work()
    late = held(send([a_registration(code, 经营范围="旧"), a_registration(other)]))
    send([a_registration(code, 经营范围="新")], minutes=1)
    work()

    found = release(late)

    assert found.state == "refused"
    assert found.problem["code"] == "overtaken"
    assert "1 条" in found.problem["title"]
    assert scope_of(code) == "新"
    assert archive.find_current("registration", office=OFFICE, code=other) == []


def test_a_held_batch_passes_where_what_came_since_is_about_others(send: Callable[..., str]) -> None:
    code = a_code()
    send([a_registration(code, 经营范围="起初")], minutes=-5)
    work()
    late = held(send([a_registration(code, 经营范围="改"), a_registration()]))
    send([a_registration()], minutes=1)
    work()

    found = release(late)

    assert (found.state, found.batch.revised, found.batch.accepted) == ("done", 1, 1)
    assert scope_of(code) == "改"


def test_a_correction_does_not_undo_what_went_before_it_in_the_queue(send: Callable[..., str]) -> None:
    code = a_code()
    send([a_registration(code, 经营范围="起初")])
    work()
    (record,) = archive.find_current("registration", office=OFFICE, code=code)
    send([a_registration(code, 经营范围="新")], minutes=1)

    id = operations.correct_record(
        record=record.id, values={"法定代表人": "王某"}, reason="录入错误", office=OFFICE, actor="clerk",
        on=DAY, at=AT + timedelta(minutes=2),
    )  # fmt: skip
    work()

    found = queries.submission(id)
    assert found is not None
    assert found.problem is not None
    assert (found.state, found.problem["code"]) == ("refused", "record-changed")
    assert scope_of(code) == "新"


def test_who_looks_at_a_file_or_lost_it_does_not_take_it_from_the_worker(send: Callable[..., str]) -> None:
    row = Submission.objects.get(pk=send([a_registration()]))
    assert queueing._take(AT)

    with drafts.opened(row, DAY) as lost, drafts.opened(row, DAY) as ours:
        with drafts.looked_at(row) as seen:
            assert seen.read_bytes() == ours.read_bytes()
        assert not lost.exists()
        lost_folder, still = lost.parent, ours.exists()
    assert still
    assert not lost_folder.exists()
    assert list((HOME / "home" / "staging" / "opened").iterdir()) == []
