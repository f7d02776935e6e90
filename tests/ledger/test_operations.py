"""Appending, signing, proving and erasing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from hashlib import sha256

import pytest
from django.db import DatabaseError, connections, transaction

from xinyun.ledger import models, operations, queries, rules
from xinyun.ledger.entries import UnfitEntry
from xinyun.ledger.keys import verifier
from xinyun.ledger.notes import Head, open_note
from xinyun.ledger.operations import Entry, RefTaken
from xinyun.ledger.queries import NoSuchLeaf

pytestmark = [
    pytest.mark.django_db(databases=["default", "ledger"], transaction=True),
    pytest.mark.usefixtures("empty_log"),
]
ON = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=timezone(timedelta(hours=8)))


def an_entry(number: int = 0, ref: str | None = None, kind: str = "check", **payload: object) -> Entry:
    return Entry(kind, AT, {"scene": "tender-registration", "number": number} | payload, ref)


def append(*entries: Entry) -> list[operations.Leaf]:
    return operations.append(entries, actor="520100.tax", on=ON)


def erase(index: int, actor: str, on: date = ON) -> None:
    operations.erase(index, norm="query-log", basis="法 第一条", actor=actor, on=on, at=AT)


def test_an_appended_event_is_found_with_its_actor_and_by_its_reference():
    (leaf,) = append(an_entry(7, "check-7", name="贵阳某公司"))

    assert queries.by_ref("check-7") == leaf
    assert (leaf.index, leaf.kind, leaf.at) == (0, "check", AT)
    opened = queries.entry(0)
    assert opened.leaf == leaf
    assert opened.payload == {
        "actor": "520100.tax", "name": "贵阳某公司", "number": 7, "scene": "tender-registration"
    }  # fmt: skip


def test_a_leaf_can_be_recomputed_from_the_payload_and_salt_by_anyone():
    (leaf,) = append(Entry("check", AT, {"b": "乙", "a": 1}))
    salt = queries.entry(0).salt

    payload = '{"a":1,"actor":"520100.tax","b":"乙"}'.encode()
    commitment = sha256(salt + payload).hexdigest()
    text = f'{{"at":"2026-03-02T01:30:00.123456Z","commitment":"{commitment}","kind":"check"}}'
    assert leaf.leaf_hash == sha256(b"\x00" + text.encode()).digest()


def test_equal_payloads_commit_to_different_values():
    one, other = append(an_entry(), an_entry())

    assert one.commitment != other.commitment


def test_a_payload_that_is_canonical_json_already_is_taken_as_it_is():
    written = '{"actor":"52.tax","name":"贵阳某公司"}'

    (leaf,) = append(Entry("check", AT, written.encode()))

    opened = queries.entry(0)
    assert opened.payload == {"actor": "52.tax", "name": "贵阳某公司"}
    assert leaf.commitment == sha256(opened.salt + written.encode()).digest()


def test_an_entry_that_names_its_own_actor_keeps_it():
    append(an_entry(actor="52.market-regulation"))

    assert queries.entry(0).payload["actor"] == "52.market-regulation"


def test_the_same_reference_is_logged_once():
    (first,) = append(an_entry(1, "r1"))

    again = append(an_entry(2, "r2"), an_entry(1, "r1"), an_entry(2, "r2"), an_entry(3))

    assert [leaf.index for leaf in again] == [1, 0, 1, 2]
    assert again[1] == first
    assert queries.size() == 3
    assert append(an_entry(1, "r1")) == [first]
    assert queries.size() == 3


def test_more_references_than_one_query_may_hold_are_looked_up():
    entries = [an_entry(n, f"r{n}") for n in range(1300)]
    append(*entries)

    assert [leaf.index for leaf in append(*entries)] == list(range(1300))
    assert queries.size() == 1300


def test_a_reference_of_another_kind_is_refused_and_nothing_is_logged():
    append(an_entry(1, "r1"))

    with pytest.raises(RefTaken, match="r1"):
        append(an_entry(2), an_entry(1, "r1", kind="report"))
    assert queries.size() == 1


@pytest.mark.parametrize(
    "entry",
    [
        Entry("Check", AT, {}),
        Entry("", AT, {}),
        Entry('c","x":"', AT, {}),
        Entry("check", datetime(2026, 3, 2), {}),
        Entry("check", AT, {"x": object()}),
        Entry("check", AT, {"x": "\ud800"}),
        Entry("check", AT, {"x": {1: 2}}),
        Entry("check", AT, b"[]"),
        Entry("check", AT, b'{"x":"\xff"}'),
        Entry("check", AT, b'{"x":1'),
    ],
)
def test_an_entry_that_has_no_single_spelling_is_refused_with_its_whole_batch(entry):
    with pytest.raises(UnfitEntry):
        append(an_entry(), entry)
    assert queries.size() == 0


def test_appending_nothing_changes_nothing():
    assert append() == []
    assert queries.size() == 0
    assert queries.root() == rules.EMPTY_ROOT


def test_batches_of_any_size_give_the_root_of_their_leaves():
    leaves = []
    for count in (1, 255, 1, 300, 7):
        leaves += append(*(an_entry(n) for n in range(count)))

    tiles = rules.extend(0, [leaf.leaf_hash for leaf in leaves], lambda level, index: b"")
    assert [leaf.index for leaf in leaves] == list(range(564))
    assert queries.root() == rules.root(564, lambda *at: tiles[at])
    assert {at: queries.tile(*at) for at in tiles} == tiles
    assert queries.kinds() == {"check": 564}


def test_an_append_inside_a_ledger_transaction_is_an_error_for_it_would_not_be_durable():
    with transaction.atomic(using="ledger"), pytest.raises(RuntimeError, match="durable"):
        append(an_entry())


def test_a_checkpoint_signs_the_root_and_an_unchanged_log_keeps_it():
    append(*(an_entry(n) for n in range(300)))

    head = operations.checkpoint(actor="clock", on=ON)

    assert (head.size, head.root) == (300, queries.root())
    assert Head.parse(open_note(head.note, [verifier()])) == Head(verifier().name, 300, head.root)
    assert operations.checkpoint(actor="clock", on=ON) == head
    assert queries.latest_checkpoint() == head


def test_an_empty_log_can_be_signed():
    assert operations.checkpoint(actor="clock", on=ON).root == rules.EMPTY_ROOT


def test_a_leaf_is_proved_against_the_signed_head_that_covers_it():
    append(*(an_entry(n) for n in range(300)))
    head = operations.checkpoint(actor="clock", on=ON)
    append(an_entry(300))

    for index, size, note in ((0, 300, head.note), (299, 300, head.note), (300, 301, "")):
        proof = operations.prove(index)
        assert (proof.size, proof.note) == (size, note)
        assert rules.verify_inclusion(index, size, proof.leaf_hash, proof.path, proof.root)


def test_a_leaf_that_is_not_there_is_neither_proved_nor_erased():
    for ask in (operations.prove, queries.entry, lambda index: erase(index, "clerk")):
        with pytest.raises(NoSuchLeaf):
            ask(0)


def test_what_was_erased_is_gone_and_its_proof_stays():
    append(an_entry(1, name="某人"), an_entry(2))
    operations.checkpoint(actor="clock", on=ON)
    before = operations.prove(0)

    erase(0, "clerk")
    erase(0, "somebody else", date(2026, 4, 1))

    opened = queries.entry(0)
    assert (opened.payload, opened.salt) == (None, None)
    assert operations.prove(0) == before
    row = models.Preimage.objects.get(leaf_id=0)
    assert (row.erased_by, row.erased_on) == ("clerk", ON)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_leaf SET kind = 'report'",
        "UPDATE ledger_preimage SET payload = '{}'",
        "UPDATE ledger_preimage SET payload = NULL, salt = NULL, erased_on = '2026-03-02' WHERE leaf_id = 3",
        "UPDATE ledger_checkpoint SET size = 5",
        "UPDATE ledger_tile SET width = 1 WHERE width = 256",
    ],
)
def test_the_database_itself_refuses_to_rewrite_the_log(statement):
    append(*(an_entry(n) for n in range(256)))
    operations.checkpoint(actor="clock", on=ON)

    with pytest.raises(DatabaseError, match="holds facts"), connections["ledger"].cursor() as cursor:
        cursor.execute(statement)


def test_instants_are_kept_in_full_whatever_their_zone():
    (leaf,) = append(Entry("check", datetime(2026, 1, 1, tzinfo=UTC), {}))

    assert queries.leaf_at(0) == leaf
