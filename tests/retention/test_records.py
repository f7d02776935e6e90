"""Records about natural persons end when the law says, as a whole, and nothing of them is left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection

from tests.archive.lake import rows as lake_rows
from tests.conftest import DAY, HOME
from tests.factories import a_penalty
from tests.retention.conftest import NAME, OTHER, PERSON, Send, a_person, erased, holding, run
from xinyun.archive import operations as archive
from xinyun.archive.models import Erased, ErasureOrder, Record, Sighting, Statement, Subject
from xinyun.collection import operations as collection
from xinyun.collection.models import Batch
from xinyun.collection.originals import NoOriginal, demand
from xinyun.ledger import operations as ledger
from xinyun.ledger import queries as ledgers
from xinyun.retention import operations, queries

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])


@contextmanager
def _without_guards() -> Iterator[Any]:
    """A cursor of somebody who rules the database."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            yield cursor
            cursor.execute("SET session_replication_role = origin")
            return
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'archive_record_unchanged'")
        (guard,) = cursor.fetchone()
        cursor.execute("DROP TRIGGER archive_record_unchanged")
        yield cursor
        cursor.execute(guard)


def test_what_is_five_years_past_goes_with_its_revisions_and_the_person(send: Send, guarded: None) -> None:
    old = a_person()
    send(old)
    send(old | {"CF_NR": "罚款二万元"})
    send(a_person(OTHER, on="2024/05/10"), a_penalty(CF_JDRQ="2015/05/10"))

    told = run()

    assert erased(told) == {"records": 1, "companions": 1, "originals": 2}
    assert [(s.kind, s.name) for s in Subject.objects.exclude(code__isnull=False)] == [("person", NAME)]
    assert Record.objects.count() == 2
    tombs = Erased.objects.filter(table_name="archive_record")
    assert sorted(tombs.values_list("item", "batch")) == sorted(
        ("penalty", batch.pk) for batch in Batch.objects.order_by("at")[:2]
    )
    (order,) = [one for one in ErasureOrder.objects.all() if one.norm == "adverse-of-persons"]
    assert order.basis == "《征信业管理条例》第十六条"
    assert run().lines == ()


def test_the_last_day_is_kept_and_the_next_is_not(send: Send) -> None:
    send(a_person(on="2021/05/10"))

    assert erased(run(date(2026, 5, 10))) == {}
    assert erased(run(date(2026, 5, 11)))["records"] == 1


def test_without_an_order_nothing_is_deleted(send: Send, guarded: None) -> None:
    send(a_person())

    for table in ("archive_record", "archive_subject"):
        with pytest.raises(DatabaseError, match="by an order alone"), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")

    assert Record.objects.count() == Subject.objects.count() == 1


def test_an_order_lets_go_of_the_rows_that_it_names_alone(send: Send, guarded: None) -> None:
    send(a_person(), a_person(OTHER))
    first, second = Record.objects.order_by("id")
    archive.erase_records(
        records=[first.pk], terms=archive.Terms("x", DAY, "法 第一条"), actor="officer", on=DAY
    )

    with pytest.raises(DatabaseError, match="by an order alone"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM archive_record WHERE id = %s", [second.pk])

    assert list(Record.objects.values_list("pk", flat=True)) == [second.pk]


def test_nothing_erased_is_left_on_the_disk(send: Send) -> None:
    fact = "此人演示用违法事实之独特说法"
    old = a_person(CF_SY=fact)
    send(old)
    send(old | {"CF_NR": "罚款二万元"})
    send(a_penalty(CF_SY="留下的违法事实"))
    archive.follow_snapshot(actor="test", on=DAY)
    identity = Subject.objects.get(kind="person").identity_sealed
    assert len(lake_rows("SELECT * FROM penalty")) == 3
    if connection.vendor == "sqlite":
        assert holding(fact)
        assert holding(identity)
    old_files = set((HOME / "home/snapshot").rglob("*.parquet"))

    told = run()

    assert told.wiped
    assert len(lake_rows("SELECT * FROM penalty")) == 1
    assert [row["id"] for row in lake_rows("SELECT id FROM subjects")] == [Subject.objects.get().pk]
    assert not [path for path in old_files if path.exists() and "subjects" in str(path)]
    assert holding(fact) == holding(identity) == holding(NAME) == []


def test_what_cannot_be_counted_is_kept_and_reported(send: Send) -> None:
    send(a_person())
    with _without_guards() as cursor:  # a record of an older release, without the day
        blank = (
            "content - 'decision_date'"
            if connection.vendor == "postgresql"
            else "json_remove(content, '$.decision_date')"
        )
        cursor.execute(f"UPDATE archive_record SET content = {blank}")

    told = run()

    assert [(one.outcome, one.count, one.why) for one in told.lines] == [
        ("undetermined", 1, "记录没有填decision_date")
    ]
    assert Record.objects.count() == 1


def test_a_held_record_stays_until_it_is_released(send: Send) -> None:
    send(a_person())
    record = Record.objects.get()
    number = operations.hold(
        record=record.pk, ground="objection", reason="异议正在核查", actor="officer", on=DAY
    )

    told = run()
    assert [(one.outcome, one.why) for one in told.lines] == [("held", "异议正在核查")]
    assert Record.objects.count() == 1

    operations.release(hold=number, reason="异议已办结", actor="officer", on=DAY)
    assert erased(run())["records"] == 1
    (hold,) = queries.holds(standing=False)
    assert (hold.released_by, hold.released_on) == ("officer", DAY)


def test_a_dry_run_counts_what_a_run_erases_and_changes_nothing(send: Send) -> None:
    send(a_person(), a_person(OTHER), a_person(OTHER, on="2024/01/01"))

    (line,) = queries.due(DAY)

    assert (line.norm, line.item, line.outcome, line.count) == ("adverse-of-persons", "penalty", "due", 2)
    assert Record.objects.count() == 3
    assert erased(run())["records"] == 2


def test_statements_beside_a_record_go_with_it(send: Send) -> None:
    old = a_person()
    send(old, office="52.market-regulation")
    send(old | {"CF_NR": "罚款三万元"}, office="52.tax")
    beside = Statement.objects.count()

    run()

    assert Record.objects.count() == Statement.objects.count() == 0
    assert Erased.objects.filter(table_name="archive_statement").count() == beside


def test_an_original_stays_while_something_that_it_brought_is_held(send: Send) -> None:
    old, young = a_person(), a_person(OTHER, on="2024/05/10")
    send(old, young)
    again = send(old)
    batch, seen = Batch.objects.order_by("at")
    assert Sighting.objects.filter(batch=again.batch).exists()

    told = run()

    assert erased(told)["originals"] == 1
    assert demand(batch.pk).is_file()
    with pytest.raises(NoOriginal):
        demand(seen.pk)
    assert not (HOME / "home" / "submissions" / f"{seen.pk}.sealed").exists()
    assert erased(run(date(2029, 5, 11))) == {"records": 1, "companions": 1, "originals": 1}
    with pytest.raises(NoOriginal):
        collection.open_original(batch.pk, HOME / "x", purpose="核对", actor="a", on=DAY, at=told.at)


def test_the_ledger_verifies_and_tells_of_each_order(send: Send) -> None:
    send(a_person())
    ledger.seal(actor="test", on=DAY)

    run()
    ledger.seal(actor="test", on=DAY)

    verdict = ledger.verify(actor="test", on=DAY)
    assert verdict.ok
    assert verdict.kinds["records.erased"] == verdict.kinds["persons.erased"] == 1
    leaf = ledgers.entry(ledgers.size() - 1)
    assert PERSON not in str(leaf.payload)
    assert NAME not in str(leaf.payload)
