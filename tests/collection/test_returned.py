"""A bad row is kept until its office has settled it; what mends it is linked to it; nothing is kept twice."""

from __future__ import annotations

import io
import json
from base64 import b64decode
from datetime import UTC, datetime

import fastexcel
import pytest

from tests.conftest import DAY
from tests.factories import a_code, a_penalty, a_registration
from xinyun.archive import queries
from xinyun.base.calendar import working_days_after
from xinyun.collection import errors, settling
from xinyun.collection.models import Batch, Returned, Submission
from xinyun.collection.returns import take_error_workbook
from xinyun.plumbing import feed
from xinyun.plumbing.sealing import open_sealed

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)

PERSON_ID = "11010519491231002X"


def told(row: Returned) -> dict[str, str]:
    return json.loads(open_sealed(b64decode(row.content.removeprefix("sealed:"))))


def test_a_returned_row_is_kept_as_it_came_with_its_faults_and_a_day_by_which_it_is_due(submit):
    bad = a_registration(a_code()[:-1], 名称="12")

    sent = submit([a_registration(), bad])

    (row,) = Returned.objects.all()
    assert (row.batch, row.row, row.place, row.item, row.office) == (
        sent.outcome.batch, 2, "2", "registration", "52.market-regulation",
    )  # fmt: skip
    assert told(row) == bad
    assert row.faults == [["name", "organisation-name", "refuse"], ["uscc", "uscc", "refuse"]]
    assert (row.returned_on, row.due_on, row.settled) == (DAY, working_days_after(DAY, 5), "")


def test_what_is_personal_in_a_returned_row_does_not_lie_about_in_clear(submit):
    person = a_penalty(CF_XDR_MC="演", CF_XDR_LB="自然人", CF_XDR_SHXYM="", CF_FRDB="", CF_XDR_ZJLX="身份证")

    submit([person | {"CF_XDR_ZJHM": PERSON_ID}], "penalty")

    (row,) = Returned.objects.all()
    assert PERSON_ID not in row.content
    assert told(row)["CF_XDR_ZJHM"] == PERSON_ID


def test_a_row_that_mends_a_returned_one_settles_it(submit):
    code = a_code()
    first = submit([a_registration(code, 名称="12")]).outcome
    number = f"{first.batch}-1"

    second = submit([a_registration(code) | {"退回编号": number}]).outcome

    (row,) = Returned.objects.all()
    assert (row.settled, row.settled_batch, row.settled_on) == ("mended", second.batch, DAY)
    assert second.ignored_columns == ()
    assert queries.subject(code) is not None


def test_a_row_that_is_still_wrong_follows_the_one_it_was_to_mend(submit):
    code = a_code()
    first = submit([a_registration(code, 名称="12")]).outcome

    submit([a_registration(code, 名称="34") | {"退回编号": f"{first.batch}-1"}])

    earlier, later = Returned.objects.order_by("pk")
    assert (earlier.settled, later.settled, later.follows) == ("again", "", earlier.pk)


@pytest.mark.parametrize("number", ["0" * 32 + "-1", "不是编号", "{batch}-9"])
def test_a_return_number_that_there_is_not_settles_nothing_and_is_told(submit, number):
    first = submit([a_registration(名称="12")]).outcome

    sent = submit([a_registration() | {"退回编号": number.format(batch=first.batch)}])

    assert sent.outcome.accepted == 1
    assert sent.outcome.warnings.get("return-number", 0) == (0 if number == "不是编号" else 1)
    assert Returned.objects.get().settled == ""


def test_another_office_does_not_settle_what_is_not_its_own(submit):
    code = a_code("11")
    row = {"CF_XDR_MC": "12"}
    first = submit([a_penalty(code, **row)], "penalty", office="52.tax").outcome

    submit([a_penalty(code) | {"退回编号": f"{first.batch}-1"}], "penalty")

    assert Returned.objects.get().settled == ""


def test_a_file_that_is_sent_again_leaves_each_of_its_bad_rows_open_once(submit):
    rows = [a_registration(), a_registration(名称="12"), a_registration(名称="34")]
    submit(rows)

    second = submit(rows).outcome

    assert (second.unchanged, second.rejected) == (1, 2)
    assert Returned.objects.filter(settled="again").count() == 2
    standing = Returned.objects.filter(settled="").order_by("row")
    assert [(row.batch, row.row) for row in standing] == [(second.batch, 2), (second.batch, 3)]
    assert all(row.follows for row in standing)


def test_a_dry_run_keeps_no_returned_row(submit):
    sent = submit([a_registration(名称="12"), a_registration()], dry_run=True)

    assert (sent.outcome.rejected, sent.outcome.accepted) == (1, 1)
    assert not Returned.objects.exists()
    assert not Batch.objects.exists()


def test_a_batch_unlike_its_offices_earlier_ones_waits_for_a_second_officer(submit):
    for _ in range(6):
        submit([a_registration() for _ in range(5)])
    head = feed.head()
    rows = [a_registration() for _ in range(900)]

    held = submit(rows).outcome

    assert [reason.code for reason in held.held] == ["unusual-volume"]
    assert (held.received, held.accepted, held.rejected) == (900, 0, 0)
    assert feed.head() == head
    waiting = Submission.objects.get(pk=held.batch)
    assert (waiting.state, waiting.progress, waiting.office) == ("held", 900, "52.market-regulation")
    assert "900" in waiting.doubts[0]["text"]
    assert submit(rows, released_by="user:second").outcome.accepted == 900


def test_the_archive_is_asked_for_each_subject_once_however_often_it_stands_in_the_file(submit):
    code = a_code()

    sent = submit([a_penalty(code, CF_XDR_MC="贵州演示商贸有限公司") for _ in range(40)], "penalty")

    assert sent.outcome.accepted == 40
    assert len(queries.records_of(queries.subject(code).id)) == 40


def test_rows_are_settled_so_many_at_once_and_those_that_there_cannot_be_are_unknown():
    act = {"reason": "已核对", "actor": "clerk", "on": DAY}
    with pytest.raises(settling.TooManyRows):
        settling.confirm_returned(returned=list(range(1, 102)), at=datetime.now(UTC), **act)
    with pytest.raises(settling.NoSuchReturned):
        settling.drop_returned(returned=[2**80, -1], **act)


def test_what_is_written_while_somebody_waits_is_bounded_and_says_what_is_left(submit, tmp_path):
    batch = submit([a_registration(名称="12") for _ in range(5)]).outcome.batch
    table, book = io.StringIO(), tmp_path / "returned.xlsx"

    errors.write(table, batch, most=3)
    take_error_workbook(book, batch=batch, actor="clerk", on=DAY, at=datetime.now(UTC), most=3)

    told, advice = table.getvalue().splitlines(), fastexcel.read_excel(book).load_sheet("说明").to_polars()
    assert (len(told), told[-1].count("2 ")) == (5, 2)
    assert told[-1].endswith("after=3")
    assert fastexcel.read_excel(book).load_sheet("退回记录").to_polars().height == 3
    assert "另有 2 行" in advice.to_series()[-1]
