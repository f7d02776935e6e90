"""The database keeps the promises: identity, one current revision, facts that are written once."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from tests.conftest import DAY
from tests.factories import a_code
from xinyun.archive import operations, queries
from xinyun.archive.models import Record, Subject
from xinyun.archive.operations import UnknownCode
from xinyun.collection.models import Batch
from xinyun.plumbing import feed
from xinyun.plumbing.models import AppendOnlyError, Change

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)


def a_subject(**told) -> Subject:
    return Subject.objects.create(
        **{"code": a_code(), "kind": "organisation", "name": "贵州演示公司", "first_seq": 1, "seq": 1} | told
    )


def a_record(subject: Subject, **told) -> Record:
    given = {
        "subject": subject,
        "item": "licence",
        "key": 1,
        "revision": 1,
        "digest": 2,
        "content": {},
        "office": "52.tax",
        "batch": "b",
        "recorded_seq": 5,
    }
    return Record.objects.create(**given | told)


def a_batch(**told) -> Batch:
    given = {
        "id": "b1",
        "item": "licence",
        "office": "52.tax",
        "actor": "test",
        "file_name": "f",
        "file_digest": "",
        "received": 3,
        "accepted": 1,
        "unchanged": 1,
        "revised": 0,
        "rejected": 1,
        "seq": 1,
        "collected_on": DAY,
    }
    return Batch.objects.create(**given | told)


@pytest.mark.parametrize(
    "told",
    [
        {"code": None},
        {"code": None, "kind": "person"},
        {"kind": "person", "identity_hash": "h"},
        {"identity_hash": "h"},
        {"code": None, "identity_hash": "h"},
    ],
    ids=[
        "nobody",
        "a person without document",
        "a person with a code",
        "both",
        "an organisation by a document",
    ],
)
def test_a_subject_is_an_organisation_with_a_code_or_a_person_with_a_document(told):
    with pytest.raises(IntegrityError):
        a_subject(**told)


def test_two_subjects_never_share_a_code_or_a_document():
    one = a_subject()
    a_subject(code=None, kind="person", identity_hash="h")

    with pytest.raises(IntegrityError):
        a_subject(code=one.code)
    with pytest.raises(IntegrityError):
        a_subject(code=None, kind="person", identity_hash="h")


def test_a_record_has_each_revision_once():
    subject = a_subject()
    a_record(subject, superseded_seq=6)
    a_record(subject, revision=2)

    with pytest.raises(IntegrityError):
        a_record(subject, revision=2)
    with pytest.raises(IntegrityError):
        a_record(subject, revision=1, superseded_seq=7)
    a_record(subject, item="penalty")


def test_a_record_is_never_superseded_before_it_was_recorded():
    with pytest.raises(IntegrityError):
        a_record(a_subject(), superseded_seq=4)


def test_a_subject_with_records_cannot_be_deleted():
    subject = a_subject()
    a_record(subject)

    with pytest.raises((ProtectedError, IntegrityError, AppendOnlyError)):
        subject.delete()


def test_a_batch_counts_every_row():
    a_batch()

    with pytest.raises(IntegrityError):
        a_batch(id="b2", received=4)


@pytest.mark.parametrize("kind", [Batch, Change])
def test_a_fact_is_written_once(kind):
    fact = a_batch() if kind is Batch else Change.objects.create(kind="x", actor="test", payload={})

    with pytest.raises(AppendOnlyError):
        fact.save()
    with pytest.raises(AppendOnlyError):
        fact.delete()
    assert kind.objects.filter(pk=fact.pk).exists()


def test_the_feed_is_in_order_of_commits_and_a_change_undone_leaves_no_trace():
    head = feed.head()
    with transaction.atomic():
        first = feed.append("a", {"n": 1}, actor="test")
        second = feed.append("b", {"n": 2}, actor="test")
    with transaction.atomic():
        feed.append("never", {}, actor="test")
        transaction.set_rollback(True)

    told = feed.since(head)
    assert [(change.seq, change.kind, change.payload) for change in told] == [
        (first, "a", {"n": 1}),
        (second, "b", {"n": 2}),
    ]
    assert head < first < second == feed.head()
    assert feed.since(first, limit=5) == told[1:]
    assert feed.since(head, limit=1) == told[:1]


def test_the_feed_is_appended_inside_the_changes_own_transaction_only():
    with pytest.raises(transaction.TransactionManagementError):
        feed.append("a", {}, actor="test")


def test_registering_a_subject_is_told_once_and_a_known_one_is_left_as_it_is():
    code, head = a_code("92"), feed.head()

    first = operations.register_subject(code=code, name="演示小店", actor="test", on=DAY)
    again = operations.register_subject(code=code, name="另一名称", actor="test", on=DAY)

    assert first == again == queries.subject(code).id
    assert (queries.subject(code).name, queries.subject(code).kind) == ("演示小店", "individual-business")
    assert [change.kind for change in feed.since(head)] == ["subject.registered"]


@pytest.mark.parametrize(
    "text", ["", "贵州演示公司", "00000000000000000X", "91350211M0000XUF46", "11010519491231002X"]
)
def test_what_is_no_code_is_not_registered(text):
    with pytest.raises(UnknownCode):
        operations.register_subject(code=text, name="演示", actor="test", on=DAY)
    assert Subject.objects.count() == 0


def test_records_come_newest_decision_first_and_only_as_known_then():
    subject = a_subject(seq=5)
    a_record(subject, key=11, decided_on=date(2024, 1, 1), superseded_seq=8)
    a_record(subject, key=11, revision=2, decided_on=date(2024, 1, 2), recorded_seq=8)
    a_record(subject, key=12, decided_on=date(2026, 1, 1), recorded_seq=6)

    assert [r.key for r in queries.records_of(subject.pk)] == [12, 11]
    assert [(r.key, r.revision) for r in queries.records_of(subject.pk, as_of=7)] == [(12, 1), (11, 1)]
    assert [(r.key, r.revision) for r in queries.records_of(subject.pk, as_of=5)] == [(11, 1)]
    assert queries.records_of(subject.pk, as_of=4) == []
    assert queries.records_of(subject.pk, items=()) == []


def test_both_stores_keep_days_and_content_alike():
    content = {"名": "值😀", "列": [1, None], "数": "1.50"}
    subject = a_subject(established_on=date(1949, 10, 1))
    record = a_record(subject, content=content, valid_from=date(2026, 1, 1), valid_until=date(2027, 1, 1))
    (read,) = queries.records_of(subject.pk)

    assert read.content == content
    assert (read.valid.start, read.valid.last_day) == (date(2026, 1, 1), date(2026, 12, 31))
    assert queries.subject(subject.code).established_on == date(1949, 10, 1)
    assert Record.objects.get(pk=record.pk).recorded_at.tzinfo is not None
    assert connection.vendor in {"sqlite", "postgresql"}
