"""What ends beside records: entries of persons, settled returned rows, contents of the log of queries, links."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection

from tests.conftest import DAY
from tests.factories import a_penalty
from tests.retention.conftest import AT, OTHER, Send, a_person, erased, holding, run
from xinyun.archive import operations as archive
from xinyun.archive.models import Erased, Record, Subject
from xinyun.collection.models import Returned
from xinyun.ledger import models as leaves
from xinyun.ledger import operations as ledger
from xinyun.ledger import queries as ledgers
from xinyun.lists.models import Entry, Removal, Resumption, Suspension
from xinyun.relations.models import Link
from xinyun.retention import operations, queries

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])


def enlist(subject: Subject, document: str, decided: date, ends: date | None = None) -> Entry:
    """Put a person on a list; no item of the catalogue brings such an entry yet."""
    return Entry.objects.create(
        subject=subject, code="", list_id="judgment-defaulter", document=document, office="52.courts",
        decided_on=decided, starts_on=decided, ends_on=ends, seq=1,
    )  # fmt: skip


def test_a_record_under_an_entry_that_counts_is_held_until_the_entry_ends(send: Send) -> None:
    send(a_person(CF_WSH="演列〔2021〕1号"), a_person(CF_WSH="演罚〔2021〕2号"))
    person = Subject.objects.get()
    entry = enlist(person, "演列（2021）1号", date(2021, 5, 10))

    told = run()

    assert erased(told) == {"records": 1}
    assert [(one.outcome, one.why) for one in told.lines if one.outcome == "held"] == [
        ("held", "列入决定仍在有效期内")
    ]
    assert Record.objects.get().content["decision_no"] == "演列〔2021〕1号"
    Removal.objects.create(
        entry=entry, document="移1号", reason="履行完毕", office="52.courts", decided_on=date(2021, 5, 10),
        removed_on=date(2026, 1, 10), seq=2,
    )  # fmt: skip
    held = Suspension.objects.create(
        entry=entry, document="裁1号", ordered_by="演示法院", reason="停止执行", office="52.courts", starts_on=date(2022, 1, 10),
        seq=2,
    )  # fmt: skip
    Resumption.objects.create(
        suspension=held, document="判1号", reason="驳回", office="52.courts", starts_on=date(2022, 1, 10),
        resumed_on=date(2022, 3, 10), seq=2,
    )  # fmt: skip
    assert erased(run()) == {"records": 1, "originals": 1}
    assert Subject.objects.exists()

    assert erased(run(date(2031, 1, 11))) == {"entries": 1, "companions": 1}
    assert not Entry.objects.exists()
    for beside in (Removal, Suspension, Resumption):
        assert not beside.objects.exists()
    assert not Subject.objects.exists()


def test_an_entry_without_an_end_never_goes(send: Send) -> None:
    send(a_person())
    enlist(Subject.objects.get(), "演列〔2021〕1号", date(2021, 5, 10))

    assert "entries" not in erased(run(date(2099, 1, 1)))


def test_settled_returned_rows_lose_their_content_and_nothing_else(send: Send) -> None:
    bad = a_person(CF_JDRQ="昨天")
    batch = send(bad).batch
    row = Returned.objects.get()
    with pytest.raises(DatabaseError, match="holds facts"), connection.cursor() as cursor:
        cursor.execute("UPDATE collection_returned SET content = ''")
    assert erased(run(date(2040, 1, 1))) == {}
    Returned.objects.update(settled="dropped", settled_on=DAY, settled_by="clerk")
    with pytest.raises(DatabaseError, match="by an order alone"), connection.cursor() as cursor:
        cursor.execute("UPDATE collection_returned SET content = ''")

    assert erased(run(date(2027, 5, 20))) == {}
    assert erased(run(date(2027, 5, 21))) == {"returned": 1, "originals": 1}

    after = Returned.objects.get()
    assert (after.content, after.faults, after.settled, after.batch) == ("", row.faults, "dropped", batch)
    if connection.vendor == "sqlite":
        assert holding(row.content) == []


def a_check(days: int, kind: str = "check") -> ledger.Entry:
    return ledger.Entry(kind, AT - timedelta(days=days), {"name": f"演示企业{days}"})


def test_contents_of_old_queries_go_and_the_ledger_still_verifies() -> None:
    ledger.append(
        [a_check(1200), a_check(1100, "report"), a_check(1100, "read"), a_check(900)], actor="x", on=DAY
    )
    ledger.seal(actor="x", on=DAY)
    size = ledgers.size()
    (line,) = queries.due(DAY)
    assert (line.of, line.norm, line.count) == ("queries", "query-log", 2)

    assert erased(run()) == {"queries": 2}

    gone = leaves.Preimage.objects.filter(payload=None)
    assert sorted(gone.values_list("leaf__kind", flat=True)) == ["check", "read"]
    assert ledgers.size() == size + 1
    ledger.seal(actor="x", on=DAY)
    verdict = ledger.verify(actor="x", on=DAY)
    assert (verdict.ok, verdict.erased) == (True, 2)
    (order,) = ledgers.orders()
    assert (order.norm, order.basis, order.count) == (
        "query-log",
        "《中华人民共和国网络安全法》第二十三条",
        2,
    )
    assert erased(run()) == {}
    if connection.vendor == "sqlite":
        assert holding("演示企业1200") == []
        assert holding("演示企业900") != []


def test_the_key_of_a_person_goes_with_the_last_query_about_the_person() -> None:
    about = {name: f"{name}" * 32 for name in ("a1", "b2")}
    entries = [
        ledger.Entry("read", AT - timedelta(days=days), {"identity_hash": about[name]}, about=about[name])
        for name, days in (("a1", 1200), ("b2", 1200), ("b2", 900))
    ]
    first, *_ = ledger.append(entries, actor="x", on=DAY)

    assert erased(run()) == {"queries": 2}

    assert [one.payload is not None for one in ledgers.contents("read", first.index, ledgers.size())] == [
        False, False, True
    ]  # fmt: skip
    kept = leaves.PersonKey.objects.filter(wrapped__isnull=False)
    assert [key.pk for key in kept] == [leaves.Preimage.objects.get(leaf_id=first.index + 2).key_id]
    assert [(one.count, one.keys) for one in ledgers.orders()] == [(0, 1), (2, 0)]
    ledger.seal(actor="x", on=DAY)
    assert ledger.verify(actor="x", on=DAY).ok


def test_the_border_is_midnight_here_and_not_in_greenwich() -> None:
    border = datetime(2023, 11, 19, 16, 0, tzinfo=UTC)  # the 20th begins in China
    for at in (border - timedelta(seconds=1), border):
        ledger.append([ledger.Entry("check", at, {})], actor="x", on=DAY)

    assert [line.count for line in queries.due(DAY)] == [1]


def test_links_that_an_erased_record_told_go_with_it(send: Send) -> None:
    send(a_person(), a_penalty())
    mine, other = (
        Record.objects.filter(subject__kind="person").get(),
        Record.objects.exclude(subject__kind="person").get(),
    )
    for record in (mine, other):
        Link.objects.create(
            link="controller", relation="x", item="penalty", office="o", record=record, near="A" * 18,
            far=f"B{record.pk}", shape="code", seq=1,
        )  # fmt: skip

    run()

    assert [link.record_id for link in Link.objects.all()] == [other.pk]


def test_consented_records_end_on_the_day_after_the_consent(send: Send) -> None:
    keeping = next(one for one in queries.of_kind(_norms(), "records") if one.id == "consented-of-persons")

    assert queries.oldest_kept(keeping, DAY, _norms()) == DAY - timedelta(days=1)


def _norms() -> object:
    from xinyun.law import rulebook

    return rulebook().on(DAY)


def test_a_hold_needs_a_ground_and_a_reason_and_a_record(send: Send) -> None:
    send(a_person())
    record = Record.objects.get().pk
    asked = {"actor": "officer", "on": DAY}
    for given, code in (
        ({"record": record, "ground": "whim", "reason": "x"}, "wrong-ground"),
        ({"record": record, "ground": "case", "reason": " "}, "no-reason"),
        ({"record": record + 1000, "ground": "case", "reason": "x"}, "no-such-record"),
    ):
        with pytest.raises(Exception, match=r".") as refused:
            operations.hold(**given, **asked)
        assert refused.value.code == code
    number = operations.hold(record=record, ground="case", reason="诉讼中", **asked)
    with pytest.raises(operations.AlreadyHeld):
        operations.hold(record=record, ground="case", reason="诉讼中", **asked)
    operations.release(hold=number, reason="终结", **asked)
    with pytest.raises(operations.NoSuchHold):
        operations.release(hold=number, reason="终结", **asked)


def test_a_page_that_was_cut_off_leaves_all_or_nothing(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    send(a_person(), a_person(OTHER))
    subjects = Subject.objects.count()

    def fail(**given: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(archive, "erase_persons", fail)
        with pytest.raises(KeyboardInterrupt):
            run()

    assert (Record.objects.count(), Subject.objects.count(), Erased.objects.count()) == (2, subjects, 0)
    assert erased(run())["records"] == 2
