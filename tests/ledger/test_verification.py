"""Verification finds what was changed behind its back, and says where."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, date, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from xinyun.ledger import erasing, operations, queries, recomputing, rules, verification
from xinyun.ledger.keys import origin
from xinyun.ledger.notes import Head, sign
from xinyun.ledger.operations import Entry

pytestmark = [
    pytest.mark.django_db(databases=["default", "ledger"], transaction=True),
    pytest.mark.usefixtures("empty_log"),
]
ON = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def a_log(size: int = 600) -> operations.Checkpoint:
    """A log signed at 100 and at its end, of checks and, every tenth, reports."""
    entries = [Entry("check" if n % 10 else "report", AT, {"number": n}) for n in range(size)]
    operations.append(entries[:100], actor="gateway", on=ON)
    operations.checkpoint(actor="clock", on=ON)
    operations.append(entries[100:], actor="gateway", on=ON)
    return operations.checkpoint(actor="clock", on=ON)


def verify() -> operations.Verdict:
    return operations.verify(actor="clock", on=ON)


def places(verdict: operations.Verdict) -> list[tuple[str, int]]:
    return [(fault.part, fault.index) for fault in verdict.faults]


def test_an_untouched_log_is_sound():
    head = a_log()

    verdict = verify()

    assert verdict == operations.Verdict(True, 600, head.root, {"check": 540, "report": 60})


def test_an_empty_log_is_sound():
    assert verify() == operations.Verdict(True, 0, rules.EMPTY_ROOT, {})


def test_a_log_is_sound_across_blocks_with_a_head_at_every_edge(monkeypatch):
    monkeypatch.setattr(verification, "BLOCK", 256)
    for size in (0, 1, 255, 256, 257, 512, 700):
        entries = [Entry("check", AT, {}) for _ in range(size - queries.size())]
        operations.append(entries, actor="gateway", on=ON)
        head = operations.checkpoint(actor="clock", on=ON)

    assert verify() == operations.Verdict(True, 700, head.root, {"check": 700})


def test_a_log_that_several_processes_examine_is_found_as_sound_and_as_damaged(monkeypatch, intruder):
    monkeypatch.setattr(verification, "BLOCK", 256)
    head = a_log(900)
    one = verify()
    monkeypatch.setattr(recomputing, "LONG", 900)

    assert verify() == one == operations.Verdict(True, 900, head.root, {"check": 810, "report": 90})
    with intruder() as cursor:
        cursor.execute("DELETE FROM ledger_preimage WHERE leaf_id IN (100, 700)")
        cursor.execute('DELETE FROM ledger_leaf WHERE "index" = 700')
    assert places(verify()) == [("payload", 100), ("leaf", 700)]


def test_erased_payloads_are_counted_and_leave_the_log_sound():
    a_log()
    operations.erase(5, norm="query-log", basis="法 第一条", actor="clerk", on=ON, at=AT)

    verdict = verify()

    assert (verdict.ok, verdict.root, verdict.erased) == (True, queries.root(), 1)
    assert verdict.kinds["contents.erased"] == 1


def test_a_payload_that_went_without_an_order_is_a_finding(intruder):
    a_log()
    with intruder() as cursor:
        cursor.execute(
            "UPDATE ledger_preimage SET payload = NULL, salt = NULL, erased_on = '2026-03-02' WHERE leaf_id = 7"
        )

    verdict = verify()

    assert (verdict.ok, places(verdict), verdict.erased) == (False, [("payload", 7)], 0)


def test_an_order_that_is_not_in_the_log_is_a_finding_until_it_is_logged():
    a_log()
    erasing.erase_named([3, 4], norm="query-log", basis="法 第一条", actor="clerk", on=ON)

    assert [part for part, _ in places(verify())] == ["log"]

    assert operations.log_orders(actor="clerk", on=ON, at=AT) == 1
    assert operations.log_orders(actor="clerk", on=ON, at=AT) == 0
    assert (verify().ok, verify().erased) == (True, 2)


@pytest.mark.parametrize(
    ("statement", "part"),
    [
        ("UPDATE ledger_leaf SET kind = 'report' WHERE \"index\" = 317", "leaf"),
        ("UPDATE ledger_leaf SET at = '2026-03-02 09:31:00' WHERE \"index\" = 317", "leaf"),
        ("UPDATE ledger_preimage SET payload = '{}' WHERE leaf_id = 317", "payload"),
        (
            "UPDATE ledger_preimage SET salt = leaf.commitment FROM ledger_leaf leaf WHERE leaf_id = 317",
            "payload",
        ),
        ("DELETE FROM ledger_preimage WHERE leaf_id = 317", "payload"),
    ],
)
def test_a_changed_leaf_or_payload_is_named_by_its_index(intruder, statement, part):
    a_log()
    with intruder() as cursor:
        cursor.execute(statement)

    verdict = verify()

    assert not verdict.ok
    assert places(verdict) == [(part, 317)]
    assert "317" in verdict.faults[0].text.zh
    assert "317" in verdict.faults[0].text.en


def test_a_deleted_leaf_is_named_by_its_index(intruder):
    a_log()
    with intruder() as cursor:
        cursor.execute("DELETE FROM ledger_preimage WHERE leaf_id = 317")
        cursor.execute('DELETE FROM ledger_leaf WHERE "index" = 317')

    assert places(verify()) == [("leaf", 317)]


def test_a_leaf_rewritten_with_a_matching_hash_is_found_in_the_tile_and_the_signed_root(intruder):
    a_log()
    forged = rules.leaf_hash(
        b'{"at":"2026-03-02T09:30:00.000000Z","commitment":"%s","kind":"check"}' % (b"00" * 32)
    )
    with intruder() as cursor:
        cursor.execute(
            'UPDATE ledger_leaf SET commitment = %s, leaf_hash = %s WHERE "index" = 317', [bytes(32), forged]
        )

    assert sorted(places(verify())) == [("checkpoint", 600), ("payload", 317), ("tile", 256), ("tile", 317)]


@pytest.mark.parametrize(
    ("level", "index", "entry", "leaf"), [(0, 1, 61, 317), (0, 2, 87, 599), (1, 0, 1, 256)]
)
def test_a_changed_tile_is_named_with_the_first_leaf_below_it(intruder, level, index, entry, leaf):
    a_log()
    hashes = bytearray(queries.tile(level, index))
    hashes[entry * rules.HASH] ^= 1
    with intruder() as cursor:
        cursor.execute(
            'UPDATE ledger_tile SET hashes = %s WHERE level = %s AND "index" = %s',
            [bytes(hashes), level, index],
        )

    verdict = verify()

    assert places(verdict) == [("tile", leaf)]
    assert f"{level}/{index}" in verdict.faults[0].text.zh


def test_a_log_whose_end_was_cut_off_is_found_even_with_its_heads_gone(intruder):
    a_log()
    with intruder() as cursor:
        cursor.execute("DELETE FROM ledger_checkpoint")
        cursor.execute("DELETE FROM ledger_preimage WHERE leaf_id >= 590")
        cursor.execute('DELETE FROM ledger_leaf WHERE "index" >= 590')

    assert places(verify()) == [("log", 590)]


def test_a_log_cut_off_with_its_tiles_still_owes_the_leaves_it_signed(intruder):
    a_log()
    with intruder() as cursor:
        cursor.execute("DELETE FROM ledger_preimage WHERE leaf_id >= 512")
        cursor.execute('DELETE FROM ledger_leaf WHERE "index" >= 512')
        cursor.execute('DELETE FROM ledger_tile WHERE level = 0 AND "index" = 2')

    assert places(verify()) == [("log", 512)]


@pytest.mark.parametrize(
    ("column", "value"),
    [("root", bytes(32)), ("note", "nothing of the kind"), ("note", None), ("size", 101)],
)
def test_a_changed_checkpoint_is_named_by_its_size(intruder, column, value):
    a_log()
    stranger = Ed25519PrivateKey.generate()
    if value is None:
        value = sign(str(Head(origin(), 100, queries.root())), origin(), stranger)
    with intruder() as cursor:
        cursor.execute(f"UPDATE ledger_checkpoint SET {column} = %s WHERE size = 100", [value])

    assert places(verify()) == [("checkpoint", 101 if column == "size" else 100)]


def test_a_rewritten_history_that_agrees_with_itself_is_still_not_what_was_signed(intruder):
    a_log()
    forged = [rules.leaf_hash(b"%d" % n) for n in range(600)]
    tiles = rules.extend(0, forged, lambda level, index: b"")
    with intruder() as cursor:
        for (level, index), hashes in tiles.items():
            cursor.execute(
                'UPDATE ledger_tile SET hashes = %s WHERE level = %s AND "index" = %s', [hashes, level, index]
            )
        cursor.executemany(
            'UPDATE ledger_leaf SET leaf_hash = %s WHERE "index" = %s', [(h, n) for n, h in enumerate(forged)]
        )

    verdict = verify()

    assert {("checkpoint", 100), ("checkpoint", 600)} <= set(places(verdict))


def test_faults_without_number_are_counted_out_at_a_thousand(intruder):
    a_log(1500)
    with intruder() as cursor:
        cursor.execute("UPDATE ledger_preimage SET payload = '{}'")

    verdict = verify()

    assert not verdict.ok
    assert len(verdict.faults) == 1000


def test_memory_does_not_grow_with_the_log(monkeypatch):
    monkeypatch.setattr(verification, "BLOCK", 256)
    peaks = []
    for size in (2_000, 12_000):
        a_log(size - queries.size())
        tracemalloc.start()
        assert verify().ok
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < 2 * peaks[0]


def test_a_stray_leaf_far_beyond_the_tree_is_named_and_the_rest_examined(intruder):
    a_log()
    with intruder() as cursor:
        cursor.execute(
            'INSERT INTO ledger_leaf ("index", kind, at, commitment, leaf_hash)'
            ' SELECT 9999999999, kind, at, commitment, leaf_hash FROM ledger_leaf WHERE "index" = 5'
        )

    verdict = verify()

    assert not verdict.ok
    assert ("leaf", 9999999999) in [(fault.part, fault.index) for fault in verdict.faults]


def test_without_its_tiles_the_log_takes_no_more_and_tells_where_they_are_missing(intruder):
    a_log()
    with intruder() as cursor:
        cursor.execute("DELETE FROM ledger_tile")

    with pytest.raises(operations.Damaged):
        operations.append([Entry("check", AT, {})], actor="gateway", on=ON)
    verdict = verify()

    assert not verdict.ok
    assert {fault.part for fault in verdict.faults} == {"tile"}
    assert verdict.size == 600
