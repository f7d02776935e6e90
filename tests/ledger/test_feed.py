"""Sealing the change feed into the log: every change, in order, once."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from django.db import connections, transaction

from xinyun.ledger import operations, queries
from xinyun.plumbing import feed

pytestmark = [
    pytest.mark.django_db(databases=["default", "ledger"], transaction=True),
    pytest.mark.usefixtures("empty_log"),
]
ON = date(2026, 3, 2)


def happened(kind: str, **payload: object) -> int:
    with transaction.atomic():
        return feed.append(kind, payload, actor="52.market-regulation")


def seal() -> int:
    return operations.seal_feed(actor="clock", on=ON)


def test_a_change_is_logged_with_who_made_it_and_when():
    seq = happened("list.added", entry=7)

    assert seal() == 1

    opened = queries.entry(0)
    (change,) = feed.since(seq - 1, limit=1)
    assert (opened.leaf.kind, opened.leaf.at) == ("list.added", change.at)
    assert opened.payload == {"actor": "52.market-regulation", "seq": seq, "change": {"entry": 7}}


def test_sealing_again_logs_only_what_is_new():
    first = happened("list.added", entry=1)
    seal()
    assert queries.sealed_seq() == first

    second = happened("list.removed", entry=1)

    assert (seal(), seal()) == (1, 0)
    assert queries.sealed_seq() == second
    assert queries.kinds() == {"list.added": 1, "list.removed": 1}


def test_a_feed_longer_than_one_batch_is_sealed_whole_and_in_order():
    with transaction.atomic():
        seqs = [feed.append("list.added", {}, actor="52.tax") for _ in range(1001)]

    assert seal() == 1001
    assert [queries.entry(index).payload["seq"] for index in (0, 499, 500, 1000)] == [
        seqs[0], seqs[499], seqs[500], seqs[1000]
    ]  # fmt: skip


def test_references_of_other_events_do_not_move_the_mark():
    seq = happened("list.added")
    seal()
    at = queries.leaf_at(0).at
    others = [operations.Entry("report", at, {}, ref) for ref in ("report:9", "feed", "check-1", "zzz", "0")]

    operations.append(others, actor="portal", on=ON)

    assert queries.sealed_seq() == seq
    assert seal() == 0


def test_an_archive_older_than_the_log_is_refused_before_anything_is_logged():
    happened("list.added", entry=1)
    seal()
    ahead = operations.Entry(
        "list.added", datetime(2026, 3, 2, tzinfo=UTC), {}, f"{queries.FEED_REF}{10**9:019d}"
    )
    operations.append([ahead], actor="test", on=ON)
    size = queries.size()
    happened("list.removed", entry=1)

    with pytest.raises(operations.ArchiveBehind):
        seal()

    assert queries.size() == size


def test_a_change_that_another_seals_meanwhile_is_no_sign_of_an_older_archive():
    happened("list.added", entry=1)

    def another() -> None:
        happened("list.added", entry=2)
        seal()
        connections.close_all()

    @contextmanager
    def right_after_the_feed_was_read():
        waiting = [another]

        def then(execute, sql, params, many, context):
            found = execute(sql, params, many, context)
            if waiting:
                thread = threading.Thread(target=waiting.pop())
                thread.start()
                thread.join()
            return found

        with connections["default"].execute_wrapper(then):
            yield

    with right_after_the_feed_was_read():
        seal()

    assert queries.kinds() == {"list.added": 2}
