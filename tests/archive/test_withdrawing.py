"""Records are taken back and let in again: revisions with a reason, which the past does not know of yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import DAY
from tests.factories import a_code, a_penalty, a_registration, collected
from xinyun.archive import operations, queries
from xinyun.archive.models import Record
from xinyun.archive.operations import Notice
from xinyun.archive.withdrawing import (
    AlreadyWithdrawn,
    NoNotice,
    NoSuchRecord,
    NotWithdrawn,
    NotYourRecord,
    RecordChanged,
    SamePerson,
    SeveralItems,
    WrongReason,
)
from xinyun.base import Refusal
from xinyun.plumbing import feed

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)

OFFICE = "52.market-regulation"
NOTICE = Notice("演告〔2026〕1号", date(2026, 11, 18))


@pytest.fixture
def furnish(write_csv: Callable[..., Path]) -> Callable[..., Any]:
    """Collects rows of an item, penalties unless told otherwise."""

    def put(*rows: dict[str, str], item: str = "penalty", **given: Any) -> Any:
        return collected(write_csv(list(rows), f"{item}.csv"), item, OFFICE, **given)

    return put


def current(code: str, item: str = "penalty") -> queries.RevisionView:
    (found,) = queries.find_current(item, office=OFFICE, code=code)
    return found


def withdraw(*records: int, **told: Any) -> int:
    given = {"reason": "重复报送", "office": OFFICE, "actor": "clerk", "on": DAY} | told
    return operations.withdraw(records=records, **given)


def readmit(record: int, **told: Any) -> int:
    given = {"reason": "复核无误", "notice": NOTICE, "actor": "centre", "on": DAY} | told
    return operations.readmit(record=record, **given)


def shown(code: str, as_of: int | None = None) -> list[int]:
    subject = queries.subject(code, as_of=as_of)
    return [one.revision for one in queries.records_of(subject.id, as_of=as_of)] if subject else []


def test_a_withdrawn_record_is_shown_nowhere_and_the_past_shows_it_as_it_was(furnish):
    one, other = a_code(), a_code()
    furnish(a_penalty(one), a_penalty(other))
    before = feed.head()

    seq = withdraw(current(one).id)

    assert seq == before + 1
    assert (shown(one), shown(other)) == ([], [1])
    assert (shown(one, before), shown(one, seq)) == ([1], [])
    assert queries.counts()["penalty"] == 1
    assert [one.decided_on for one, *_ in queries.latest("penalty", 10)] == [date(2026, 5, 10)]
    (told,) = feed.since(before)
    assert (told.kind, told.actor) == ("records.withdrawn", "clerk")
    assert (told.payload["item"], told.payload["office"], told.payload["count"]) == ("penalty", OFFICE, 1)


def test_a_withdrawal_is_a_revision_of_the_same_content_with_its_reason(furnish):
    code = a_code()
    furnish(a_penalty(code))
    was = current(code)

    withdraw(was.id, reason=" 主体错误 ")

    now, before = queries.revisions_of(was.id)
    assert (before.id, before.superseded_seq) == (was.id, now.recorded_seq)
    assert (now.revision, now.withdrawal, now.content, now.is_current) == (2, "主体错误", was.content, True)
    assert queries.withdrawn_now([was.id]) == {was.id: now}


def test_a_later_batch_does_not_bring_it_back_however_often_it_is_sent(furnish):
    code = a_code()
    row = a_penalty(code)
    furnish(row)
    withdraw(current(code).id)
    head = feed.head()

    outcomes = [furnish(row), furnish(row | {"CF_NR": "罚款两万元"}), furnish(row)]

    assert [(one.accepted, one.revised, one.rejected) for one in outcomes] == [(0, 0, 1)] * 3
    assert [dict(one.faults) for one in outcomes] == [{"withdrawn": 1}] * 3
    assert shown(code) == []
    assert feed.head() == head


def test_readmission_makes_it_current_again_and_later_batches_find_it(furnish):
    code = a_code()
    row = a_penalty(code)
    furnish(row)
    withdraw(current(code).id)
    (gone,) = (one for one in queries.revisions_of(Record.objects.get(revision=2).pk) if one.is_current)
    out = feed.head()

    fresh = readmit(gone.id)

    assert current(code).id == fresh
    assert (shown(code), shown(code, out)) == ([3], [])
    (told,) = feed.since(out)
    assert told.kind == "record.readmitted"
    assert (told.payload["notice"], told.payload["notified_on"]) == (NOTICE.number, "2026-11-18")
    assert furnish(row).unchanged == 1
    assert furnish(row | {"CF_NR": "罚款两万元"}).revised == 1
    assert shown(code) == [4]


def test_many_are_withdrawn_in_one_change(furnish):
    codes = [a_code() for _ in range(1200)]
    furnish(*(a_penalty(code) for code in codes))
    ids = [one.id for one, _ in queries.current_records("penalty")]
    before = feed.head()

    seq = withdraw(*ids)

    assert [change.seq for change in feed.since(before)] == [seq]
    assert "penalty" not in queries.counts()
    assert Record.objects.filter(recorded_seq=seq, revision=2).exclude(withdrawal="").count() == 1200
    assert len(feed.since(before)[0].payload["records"]) == 100
    assert len({one.subject_id for one in queries.revisions(ids)}) == 1200


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        (WrongReason, {"reason": "  "}),
        (WrongReason, {"reason": "两\n行"}),
        (WrongReason, {"reason": "长" * 401}),
        (NotYourRecord, {"office": "520100.market-regulation"}),
    ],
)
def test_what_is_not_to_be_withdrawn_is_refused_and_nothing_changes(furnish, refusal: type[Refusal], told):
    code = a_code()
    furnish(a_penalty(code))
    before = feed.head()

    with pytest.raises(refusal) as raised:
        withdraw(current(code).id, **told)

    assert raised.value.remedy.en
    assert (feed.head(), shown(code)) == (before, [1])


def test_only_current_records_of_one_item_are_withdrawn_all_or_none(furnish):
    one, other = a_code(), a_code()
    furnish(a_penalty(one, CF_WSH="演罚〔2026〕1号"), a_penalty(other))
    stale = current(one).id
    furnish(a_penalty(one, CF_WSH="演罚〔2026〕1号", CF_NR="罚款两万元"))
    furnish(a_registration(one), item="registration")
    (registration,) = queries.find_current("registration", office=OFFICE, code=one)

    for refusal, ids in [
        (NoSuchRecord, [current(other).id, 10**12]),
        (NoSuchRecord, []),
        (RecordChanged, [current(other).id, stale]),
        (SeveralItems, [current(other).id, registration.id]),
    ]:
        with pytest.raises(refusal):
            withdraw(*ids)
    gone = current(one).id
    withdraw(gone)
    with pytest.raises(RecordChanged):
        withdraw(gone)
    with pytest.raises(AlreadyWithdrawn):
        withdraw(queries.withdrawn_now([gone])[gone].id)
    assert shown(other) == [1]


def test_a_record_is_readmitted_by_another_person_after_a_notice_alone(furnish):
    code = a_code()
    furnish(a_penalty(code))
    was = current(code).id
    with pytest.raises(NotWithdrawn):
        readmit(was)
    withdraw(was)
    gone = queries.withdrawn_now([was])[was].id

    for refusal, told in [
        (SamePerson, {"actor": "clerk"}),
        (NoNotice, {"notice": Notice(" ", DAY)}),
        (NoNotice, {"notice": Notice("演告1号", date(2026, 11, 21))}),
        (WrongReason, {"reason": ""}),
    ]:
        with pytest.raises(refusal):
            readmit(gone, **told)
    with pytest.raises(RecordChanged):
        readmit(was)
    with pytest.raises(NoSuchRecord):
        readmit(10**12)
    assert shown(code) == []


def test_what_only_a_withdrawn_registration_told_of_its_subject_goes_with_it(furnish):
    code, before = a_code(), feed.head()
    furnish(a_registration(code, 名称="贵州演示撤回有限公司"), item="registration")
    known = feed.head()

    withdraw(current(code, "registration").id)
    without = queries.subject(code)
    gone = Record.objects.get(revision=2)
    readmit(gone.pk)
    again = queries.subject(code)

    assert (without.name, without.status, without.established_on) == ("贵州演示撤回有限公司", "", None)
    assert (again.status, again.established_on) == ("存续", date(2015, 6, 1))
    past = queries.subject(code, as_of=known)
    assert (past.status, past.established_on) == ("存续", date(2015, 6, 1))
    assert [one.code for one in queries.subjects_changed_since(before)] == [code]
    assert again.seq == feed.head()


def test_records_are_found_by_code_or_number_of_the_own_office_alone(furnish):
    code = a_code()
    furnish(a_penalty(code, CF_WSH="演罚〔2026〕7号"), a_penalty(code, CF_WSH="演罚〔2026〕8号"))

    def numbers(**asked: Any) -> list[str]:
        found = queries.find_current("penalty", **({"office": OFFICE} | asked))
        return sorted(one.content["decision_no"] for one in found)

    assert numbers(code=code) == ["演罚〔2026〕7号", "演罚〔2026〕8号"]
    assert numbers(field="decision_no", number="演罚〔2026〕8号") == ["演罚〔2026〕8号"]
    assert numbers(code=a_code()) == []
    assert numbers(code=code, office="520100.market-regulation") == []
    withdraw(*[one.id for one in queries.find_current("penalty", office=None, code=code)])
    assert numbers(code=code) == []
