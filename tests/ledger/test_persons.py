"""What is logged about a person lies under the person's own key: destroyed, the contents are gone, the proofs stay."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, date, datetime
from hashlib import sha256

import pytest
from django.db import DatabaseError, connections

from xinyun.ledger import erasing, models, operations, queries, recomputing, rules
from xinyun.ledger.operations import Entry
from xinyun.plumbing import sealing

pytestmark = [
    pytest.mark.django_db(databases=["default", "ledger"], transaction=True),
    pytest.mark.usefixtures("empty_log", "data_key"),
]
ON, LATER = date(2026, 3, 2), date(2026, 6, 1)
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ONE, OTHER = "a1" * 32, "b2" * 32
TERMS = {"norm": "query-log", "basis": "法 第一条", "actor": "clerk", "at": AT}


@pytest.fixture
def data_key(home):
    sealing.ensure_keys()


def an_entry(about: str | None = None, **told: object) -> Entry:
    return Entry("read", AT, {"identity_hash": about, **told}, about=about)


def log(*entries: Entry) -> list[operations.Leaf]:
    return operations.append(entries, actor="gateway", on=ON)


def shred(about: str) -> int:
    return operations.shred(about, on=LATER, **TERMS)


def verify() -> operations.Verdict:
    return operations.verify(actor="clock", on=ON)


def test_what_is_about_a_person_is_read_as_it_was_told_and_stored_as_nobody_can_read_it():
    (leaf,) = log(an_entry(ONE, purpose="核对身份"))

    opened = queries.entry(0)
    assert opened.payload == {"actor": "gateway", "identity_hash": ONE, "purpose": "核对身份"}
    payload = f'{{"actor":"gateway","identity_hash":"{ONE}","purpose":"核对身份"}}'
    assert leaf.commitment == sha256(opened.salt + payload.encode()).digest()
    assert [one.payload for one in queries.contents("read", 0, 1)] == [opened.payload]
    row = models.Preimage.objects.get(leaf_id=0)
    for stored in bytes(row.salt), b64decode(row.payload), bytes(row.key.wrapped), row.key.about.encode():
        assert ONE.encode() not in stored
        assert opened.salt not in stored


def test_a_person_has_one_key_and_another_person_another():
    log(an_entry(ONE), an_entry(OTHER), an_entry(None))
    log(an_entry(ONE))

    keys = list(models.Preimage.objects.order_by("leaf_id").values_list("key_id", flat=True))
    assert keys[0] == keys[3] != keys[1]
    assert keys[2] is None
    assert models.PersonKey.objects.count() == 2


def test_with_the_key_all_contents_about_the_person_are_gone_and_every_proof_stays():
    log(an_entry(ONE, n=1), an_entry(OTHER, n=2), an_entry(ONE, n=3), an_entry(None, n=4))
    operations.checkpoint(actor="clock", on=ON)
    before = [operations.prove(n) for n in range(4)]

    assert shred(ONE) == 2

    assert [queries.entry(n).payload is None for n in range(4)] == [True, False, True, False]
    assert [queries.entry(n).salt is None for n in (0, 2)] == [True, True]
    assert [one.payload is None for one in queries.contents("read", 0, 4)] == [True, False, True, False]
    assert sorted(queries.of_kind("read", range(4))) == [1, 3]
    assert [operations.prove(n) for n in range(4)] == before
    verdict = verify()
    assert (verdict.ok, verdict.erased, verdict.kinds) == (True, 2, {"contents.erased": 1, "read": 4})


def test_an_order_that_destroys_a_key_is_a_leaf_and_names_neither_person_nor_leaves():
    log(an_entry(ONE))

    shred(ONE)

    (order,) = erasing.orders()
    assert (order.norm, order.basis, order.actor, order.on) == ("query-log", "法 第一条", "clerk", LATER)
    assert (order.count, order.keys) == (1, 1)
    assert queries.entry(1).payload == {
        "actor": "clerk", "basis": "法 第一条", "count": 1, "keys": 1, "norm": "query-log", "order": order.id
    }  # fmt: skip
    row = models.PersonKey.objects.get()
    assert (row.about, row.wrapped, row.order_id) == ("", None, order.id)


def test_a_key_goes_once_and_what_is_told_later_has_another():
    log(an_entry(ONE, n=1))

    assert [shred(ONE), shred(ONE), shred(OTHER)] == [1, 0, 0]
    log(an_entry(ONE, n=2))

    assert len(erasing.orders()) == 1
    assert (queries.entry(0).payload, queries.entry(2).payload["n"]) == (None, 2)
    assert verify().ok


def test_a_copy_of_the_contents_from_before_is_of_no_use_afterwards(intruder):
    log(an_entry(ONE, n=1))
    columns = ("leaf_id", "salt", "payload", "key_id")
    backup = models.Preimage.objects.values_list(*columns).get()
    operations.erase(0, on=ON, **TERMS)
    shred(ONE)

    with intruder() as cursor:
        cursor.execute("DELETE FROM ledger_preimage WHERE leaf_id = 0")
        cursor.execute(
            "INSERT INTO ledger_preimage (leaf_id, salt, payload, key_id, erased_by) VALUES (%s, %s, %s, %s, '')",
            backup,
        )

    assert queries.entry(0).payload is None
    assert verify().ok


def test_contents_that_were_erased_singly_are_not_counted_again_with_their_key():
    log(an_entry(ONE, n=1), an_entry(ONE, n=2))
    operations.erase(0, on=ON, **TERMS)

    assert shred(ONE) == 1

    assert [(one.count, one.keys) for one in erasing.orders()] == [(1, 1), (1, 0)]
    assert verify().erased == 2


def test_keys_above_no_content_go_by_one_order_and_the_others_stay():
    log(an_entry(ONE), an_entry(OTHER), an_entry("c3" * 32))
    operations.erase_many([0, 2], on=ON, **TERMS)

    assert [operations.shred_unused(on=ON, **TERMS) for _ in range(2)] == [2, 0]

    assert queries.entry(1).payload is not None
    assert [(one.count, one.keys) for one in erasing.orders()] == [(0, 2), (2, 0)]
    assert verify().ok


def test_an_order_of_a_key_without_its_leaf_is_a_finding_until_it_is_logged():
    log(an_entry(ONE))
    erasing.destroy_key(
        models.PersonKey.objects.get().about, norm="query-log", basis="法 第一条", actor="clerk", on=ON
    )

    assert [one.part for one in verify().faults] == ["log"]
    operations.log_orders(actor="clerk", on=ON, at=AT)
    assert verify().ok


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_personkey SET wrapped = NULL, about = ''",
        "UPDATE ledger_personkey SET wrapped = NULL, about = '', order_id = 9",
        "UPDATE ledger_personkey SET about = 'x'",
        "UPDATE ledger_personkey SET wrapped = (SELECT salt FROM ledger_preimage)",
    ],
)
def test_the_database_itself_lets_no_key_go_without_an_order(statement):
    log(an_entry(ONE))

    with pytest.raises(DatabaseError, match="holds facts"), connections["ledger"].cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_preimage SET payload = 'A' || substr(payload, 2) WHERE leaf_id = 1",
        "UPDATE ledger_preimage SET payload = '!' || substr(payload, 2) WHERE leaf_id = 1",
        "UPDATE ledger_preimage SET salt = %s WHERE leaf_id = 1",
        "UPDATE ledger_preimage SET key_id = (SELECT key_id FROM ledger_preimage WHERE leaf_id = 2) WHERE leaf_id = 1",
        "UPDATE ledger_personkey SET wrapped = %s WHERE id = (SELECT key_id FROM ledger_preimage WHERE leaf_id = 1)",
        (
            "UPDATE ledger_personkey SET wrapped = NULL, about = '', order_id = 9"
            " WHERE id = (SELECT key_id FROM ledger_preimage WHERE leaf_id = 1)"
        ),
    ],
)
def test_a_changed_content_or_key_is_named_by_the_leaf(intruder, statement):
    log(an_entry(None), an_entry(ONE), an_entry(OTHER))
    with intruder() as cursor:
        cursor.execute(statement, [bytes(12)] if "%s" in statement else None)

    assert [(one.part, one.index) for one in verify().faults] == [("payload", 1)]


def test_a_part_that_another_process_examines_opens_what_is_sealed_there(monkeypatch):
    log(*(an_entry(ONE if n % 2 else None, n=n) for n in range(300)))
    shred(ONE)
    monkeypatch.setattr(recomputing, "LONG", 300)

    verdict = verify()

    assert (verdict.ok, verdict.erased, verdict.size) == (True, 150, 301)
    assert verdict.root == rules.root(301, queries.reader())
