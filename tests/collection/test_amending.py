"""Offices correct what they furnished, take it back, and have it let in again: by the ordinary rules, with reasons kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from tests.collection.test_persons import PERSON, a_person
from tests.conftest import DAY
from tests.factories import a_code, a_penalty, a_registration
from xinyun.archive import queries as archive
from xinyun.archive.operations import AlreadyWithdrawn, Notice
from xinyun.archive.withdrawing import NotYourRecord, RecordChanged, SamePerson, WrongReason
from xinyun.base import Refusal
from xinyun.base.identifiers import mask
from xinyun.collection import operations, queries
from xinyun.collection.amending import KeyChanged, NothingChanged, UnknownFields
from xinyun.collection.models import Amendment, Batch, Returned, Submission
from xinyun.law import rulebook
from xinyun.plumbing import feed

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)

OFFICE = "52.market-regulation"
AT = datetime(2026, 11, 20, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
NOTICE = Notice("演告〔2026〕1号", date(2026, 11, 18))


def found(item: str = "penalty", **asked: Any) -> archive.RevisionView:
    (one,) = queries.records_of_office(item, **({"office": OFFICE, "on": DAY} | asked))
    return one


def correct(record: int, **told: Any) -> queries.SubmissionView:
    given = {"reason": "录入错误", "office": OFFICE, "actor": "clerk", "on": DAY, "at": AT} | told
    id = operations.correct_record(record=record, **given)
    return operations.worked_on(submission=id, actor="clerk", on=DAY, at=AT)


def withdraw(*records: int, **told: Any) -> int:
    given = {"reason": "重复报送", "office": OFFICE, "actor": "clerk", "on": DAY} | told
    return operations.withdraw_records(records=records, **given)


def readmit(record: int, **told: Any) -> int:
    given = {"reason": "复核无误", "notice": NOTICE, "actor": "centre", "on": DAY} | told
    return operations.readmit_record(record=record, **given)


def test_a_correction_is_a_revision_by_a_file_of_one_row_and_its_reason_is_kept(submit):
    code = a_code()
    submit([a_penalty(code), a_penalty()], "penalty")
    was, before = found(code=code), feed.head()

    sent = correct(
        was.id, values={"CF_NR": "罚款两万元", "罚款金额(万元)": "2.0", "remark": "更正"}, reason=" 金额录错 "
    )

    now = found(code=code)
    assert (sent.state, sent.batch.received, sent.batch.revised) == ("done", 1, 1)
    changed = {name for name in now.content if now.content[name] != was.content.get(name)}
    assert changed == {"content", "fine_10k_yuan", "remark"}
    assert (now.revision, now.batch, was.content["content"]) == (2, sent.id, "罚款一万元")
    (kept,) = queries.amendments_of(now.id)
    assert (kept.kind, kept.record, kept.reason, kept.submission) == (
        "corrected",
        was.id,
        "金额录错",
        sent.id,
    )
    assert (kept.actor, kept.amended_on, kept.state) == ("clerk", DAY, "done")
    subject = archive.subject(code)
    assert subject is not None
    assert [one.content["content"] for one in archive.records_of(subject.id, as_of=before)] == ["罚款一万元"]


def test_what_a_correction_leaves_alone_stays_as_it_was_however_it_is_stored(submit):
    submit([a_person()], "penalty")
    was = found(person=PERSON)

    sent = correct(was.id, values={"CF_NR": "警告"})

    assert (sent.batch.revised, sent.batch.rejected) == (1, 0)
    now = found(person=PERSON)
    assert (now.subject_id, now.revision, now.content["content"]) == (was.subject_id, 2, "警告")
    content = queries.shown(now, rulebook().on(DAY).item("penalty"))
    assert (content.values["id_no"], "id_no" in content.hidden) == (mask(PERSON), True)
    assert {"decision_no", "id_no", "uscc"} <= content.fixed


def test_a_correction_that_breaks_a_rule_is_returned_and_the_record_stays(submit):
    code = a_code()
    submit([a_penalty(code)], "penalty")
    was = found(code=code)

    sent = correct(was.id, values={"CF_JDRQ": "2099-01-01"})

    assert (sent.batch.revised, sent.batch.rejected) == (0, 1)
    assert found(code=code) == was
    assert {rule for _, rule, _ in Returned.objects.get().faults} >= {"not-future"}
    assert queries.amendments_of(was.id)[0].submission == sent.id


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        (WrongReason, {"reason": ""}),
        (NotYourRecord, {"office": "520100.market-regulation"}),
        (UnknownFields, {"values": {"没有这一栏": "甲"}}),
        (UnknownFields, {"values": {}}),
        (NothingChanged, {"values": {"CF_NR": " 罚款一万元 "}}),
        (KeyChanged, {"values": {"CF_WSH": "演市监罚〔2026〕999号"}}),
        (KeyChanged, {"values": {"CF_XDR_SHXYM": a_code()}}),
        (KeyChanged, {"values": {"CF_XDR_LB": "自然人"}}),
    ],
)  # fmt: skip
def test_what_is_not_to_be_corrected_is_refused_and_nothing_is_sent(submit, refusal: type[Refusal], told):
    code = a_code()
    submit([a_penalty(code)], "penalty")

    with pytest.raises(refusal) as raised:
        correct(found(code=code).id, **({"values": {"CF_NR": "警告"}} | told))

    assert raised.value.remedy.zh
    assert (Amendment.objects.count(), Submission.objects.count()) == (0, 0)


def test_the_key_may_be_written_in_another_way(submit):
    code = a_code()
    submit([a_penalty(code)], "penalty")

    sent = correct(found(code=code).id, values={"CF_XDR_SHXYM": code.lower(), "CF_NR": "警告"})

    assert sent.batch.revised == 1


def test_an_older_revision_is_not_corrected_over_a_newer_one(submit):
    code = a_code()
    submit([a_penalty(code)], "penalty")
    stale = found(code=code).id
    correct(stale, values={"CF_NR": "警告"})

    with pytest.raises(RecordChanged):
        correct(stale, values={"CF_NR": "罚款三万元"})


def test_a_withdrawn_record_stays_out_whatever_is_sent_until_it_is_readmitted(submit):
    code = a_code()
    row = a_penalty(code)
    submit([row], "penalty")
    was = found(code=code)

    seq = withdraw(was.id, reason="行政复议撤销")
    sent = [submit([row], "penalty"), submit([row | {"CF_NR": "警告"}], "penalty")]

    assert [one.rules for one in sent] == [[("1", "decision_no", "withdrawn")]] * 2
    assert queries.records_of_office("penalty", office=OFFICE, on=DAY, code=code) == []
    (gone,) = queries.withdrawn_of_office(OFFICE)
    assert (gone.revision, gone.withdrawal, gone.recorded_seq) == (2, "行政复议撤销", seq)
    assert queries.withdrawn_of_office("520100.market-regulation") == []
    assert [len(queries.withdrawn_of_office(OFFICE, item=one)) for one in ("penalty", "licence")] == [1, 0]
    with pytest.raises(AlreadyWithdrawn):
        correct(gone.id, values={"CF_NR": "警告"})

    fresh = readmit(gone.id)

    assert found(code=code).id == fresh
    assert queries.withdrawn_of_office(OFFICE) == []
    assert submit([row], "penalty").outcome.unchanged == 1
    last, first = queries.amendments_of(fresh)
    assert (first.kind, first.record, first.actor) == ("withdrawn", was.id, "clerk")
    assert (last.kind, last.record, last.notice, last.notified_on) == (
        "readmitted", gone.id, NOTICE.number, NOTICE.on,
    )  # fmt: skip


def test_a_returned_row_of_a_withdrawn_record_is_returned_again_when_it_is_mended(submit):
    code = a_code()
    submit([a_penalty(code)], "penalty")
    was = found(code=code)
    row = a_penalty(code, CF_WSH=was.content["decision_no"])
    withdraw(was.id)
    submit([row], "penalty")
    returned = Returned.objects.get()

    id = operations.mend_returned(
        returned=returned.pk, values={"CF_NR": "警告"}, actor="clerk", on=DAY, at=AT
    )
    again = operations.worked_on(submission=id, actor="clerk", on=DAY, at=AT)

    assert (again.batch.rejected, dict(again.batch.faults)) == (1, {"withdrawn": 1})
    assert queries.records_of_office("penalty", office=OFFICE, on=DAY, code=code) == []


def test_who_withdrew_does_not_readmit_and_nothing_is_kept_of_the_attempt(submit):
    code = a_code()
    submit([a_penalty(code)], "penalty")
    withdraw(found(code=code).id)
    (gone,) = queries.withdrawn_of_office(OFFICE)

    with pytest.raises(SamePerson):
        readmit(gone.id, actor="clerk")

    assert [one.kind for one in queries.amendments_of(gone.id)] == ["withdrawn"]


def test_only_who_furnished_a_record_takes_it_back_or_the_credit_centre_for_it(submit):
    code = a_code()
    submit([a_registration(code)])
    record = found("registration", code=code)

    with pytest.raises(NotYourRecord):
        withdraw(record.id, office="520100.market-regulation")
    withdraw(record.id, office=None)

    assert Amendment.objects.get().office == OFFICE


def test_many_withdrawals_are_kept_one_by_one(submit):
    submit([a_penalty() for _ in range(300)], "penalty")
    ids = [record.id for record, _ in archive.current_records("penalty")]

    withdraw(*ids)

    assert Amendment.objects.filter(kind="withdrawn").count() == 300
    assert len(queries.withdrawn_of_office(OFFICE, limit=250)) == 250
    assert Batch.objects.count() == 1


def test_a_registration_is_found_by_its_code_given_as_number(submit):
    code = a_code()
    submit([a_registration(code)])

    assert found("registration", number=code.lower()).code == code
    assert queries.records_of_office("registration", office=OFFICE, on=DAY) == []
    assert queries.records_of_office("registration", office=OFFICE, on=DAY, code=a_code()) == []


def test_the_store_keeps_what_an_amendment_must_have(submit):
    given = {"item": "penalty", "record": 1, "office": OFFICE, "reason": "x", "actor": "a", "amended_on": DAY}
    for wrong in (
        {"kind": "withdrawn", "reason": ""},
        {"kind": "corrected"},
        {"kind": "readmitted"},
        {"kind": "readmitted", "notice": "1号", "notified_on": date(2026, 11, 21)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Amendment.objects.create(**(given | wrong))

    Amendment.objects.create(**given, kind="withdrawn")
    with pytest.raises(Exception, match="facts"), transaction.atomic():
        Amendment.objects.update(reason="别的")
    if connection.vendor == "postgresql":
        with pytest.raises(Exception, match="facts"), transaction.atomic():
            Amendment.objects.all().delete()
