"""One flipped bit, wherever it lies, is found and its place is named: in the store by `verify`, in the files by a witness."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.db import connections

from xinyun.client.witness import Complaint, Damaged, Forked, Witness
from xinyun.ledger import keys, operations, paths, queries, rules
from xinyun.ledger.operations import Entry

pytest.importorskip("gmssl_pyx", reason="GmSSL is not installed")
pytestmark = [
    pytest.mark.django_db(databases=["default", "ledger"], transaction=True),
    pytest.mark.usefixtures("empty_log"),
]
ON = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=UTC)
SIZE, LEAF = 600, 317


@pytest.fixture
def head() -> operations.Checkpoint:
    """A log of 600 leaves, signed at its end."""
    operations.append([Entry("check", AT, {"number": n}) for n in range(SIZE)], actor="gateway", on=ON)
    return operations.checkpoint(actor="clock", on=ON)


@pytest.fixture
def flip(intruder: Any) -> Callable[[str, str, str, int], None]:
    """Flips the bit `bit` of a stored value, counted from its end where it is negative; once more puts it back."""

    def flipped(table: str, column: str, where: str, bit: int) -> None:
        with intruder() as cursor:
            stored = f"{column} || ''" if column == "at" else column  # as it lies, not as a datetime
            cursor.execute(f"SELECT {stored} FROM {table} WHERE {where}")
            (value,) = cursor.fetchone()
            plain = value.encode() if isinstance(value, str) else bytes(value)
            bit %= len(plain) * 8
            changed = bytearray(plain)
            changed[bit // 8] ^= 1 << bit % 8
            new = changed.decode() if isinstance(value, str) else bytes(changed)
            cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {where}", [new])

    return flipped


def found() -> list[tuple[str, int]]:
    return [(one.part, one.index) for one in operations.verify(actor="clock", on=ON).faults]


# Of a text the lowest bits of its characters, so that it stays one.
@pytest.mark.parametrize("bit", [0, 8, 40, -1, -8])
@pytest.mark.parametrize(
    ("table", "column", "where"),
    [
        ("ledger_leaf", "leaf_hash", f'"index" = {LEAF}'),
        ("ledger_leaf", "commitment", f'"index" = {LEAF}'),
        ("ledger_leaf", "kind", f'"index" = {LEAF}'),
        ("ledger_preimage", "payload", f"leaf_id = {LEAF}"),
        ("ledger_preimage", "salt", f"leaf_id = {LEAF}"),
    ],
)
def test_in_a_leaf_or_its_content_by_the_leafs_number(head, flip, table, column, where, bit):
    flip(table, column, where, bit - bit % 8 if column in ("kind", "payload") else bit)

    places = found()

    assert {place for place in places if place[0] in ("leaf", "payload")} in (
        {("leaf", LEAF)}, {("payload", LEAF)}, {("leaf", LEAF), ("payload", LEAF)}
    )  # fmt: skip
    assert places[0][1] == LEAF


def test_in_the_instant_of_a_leaf_by_the_leafs_number(head, flip, intruder):
    if connections["ledger"].vendor == "postgresql":  # it holds no text there: the last bit is a microsecond
        with intruder() as cursor:
            cursor.execute(
                f"UPDATE ledger_leaf SET at = at + interval '1 microsecond' WHERE \"index\" = {LEAF}"
            )
        assert found() == [("leaf", LEAF)]
        return
    for character in range(len("2026-03-02 09:30:00.123456")):
        flip("ledger_leaf", "at", f'"index" = {LEAF}', character * 8)
        assert found() == [("leaf", LEAF)], character
        flip("ledger_leaf", "at", f'"index" = {LEAF}', character * 8)


@pytest.mark.parametrize(("level", "index", "width"), [(0, 0, 256), (0, 1, 256), (0, 2, 88), (1, 0, 2)])
def test_in_a_tile_by_the_first_leaf_below_the_changed_hash(head, flip, level, index, width):
    for entry in (0, width // 2, width - 1):
        bit = entry * rules.HASH * 8 + 77
        flip("ledger_tile", "hashes", f'level = {level} AND "index" = {index}', bit)
        assert found() == [("tile", (index * rules.WIDTH + entry) << (rules.HEIGHT * level))]
        flip("ledger_tile", "hashes", f'level = {level} AND "index" = {index}', bit)


def test_in_a_tile_of_the_third_level(flip):
    size = rules.WIDTH**2 + 3
    operations.append([Entry("check", AT, b'{"actor":"x"}')] * size, actor="x", on=ON)
    flip("ledger_tile", "hashes", 'level = 2 AND "index" = 0', 5)

    assert found() == [("tile", 0)]


@pytest.mark.parametrize("column", ["root", "note"])
def test_in_a_signed_head_by_its_size(head, flip, column):
    length = len(head.note.encode()) if column == "note" else rules.HASH
    for byte in range(0, length, 3):
        flip("ledger_checkpoint", column, f"size = {SIZE}", byte * 8)
        assert found() == [("checkpoint", SIZE)], byte
        flip("ledger_checkpoint", column, f"size = {SIZE}", byte * 8)


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def folder(head, tmp_path: Path) -> Path:
    operations.export(tmp_path / "log", actor="x", on=ON)
    return tmp_path / "log"


@pytest.fixture
def witness(folder: Path, tmp_path: Path):
    """A witness of the exported files, over HTTP; it trusts one key."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Silent, directory=folder))
    Thread(target=server.serve_forever, daemon=True).start()

    def watching(key: object) -> Witness:
        url = f"http://127.0.0.1:{server.server_port}"
        return Witness(url, str(key), tmp_path / "state.json", stale_after=timedelta(days=1))

    yield watching
    server.shutdown()
    server.server_close()


def test_in_an_exported_file_by_its_path(folder, witness):
    watching = witness(keys.verifier())
    assert watching.examine(AT).size == SIZE

    for part in paths.parts(SIZE):
        path = folder / str(part)
        content = path.read_bytes()
        bit = len(content) * 5 + 3
        path.write_bytes(
            content[: bit // 8] + bytes([content[bit // 8] ^ (1 << bit % 8)]) + content[bit // 8 + 1 :]
        )
        with pytest.raises((Damaged, Forked)) as complaint:
            watching.examine(AT)
        if isinstance(
            complaint.value, Damaged
        ):  # otherwise the root itself, which is signed, no longer follows
            named = str(part).replace("entries", "0")
            assert str(part) in complaint.value.what.zh or named in complaint.value.what.zh
        path.write_bytes(content)
    assert watching.examine(AT).size == SIZE


@pytest.mark.parametrize("trusted", ["verifier", "sm2_verifier"])
def test_in_the_exported_head_under_either_key(folder, witness, trusted):
    watching, path = witness(getattr(keys, trusted)()), folder / paths.CHECKPOINT
    assert watching.look(AT).root == queries.root().hex()
    text = path.read_text().partition("\n\n")[0].encode()

    for byte in range(0, len(text), 5):
        content = bytearray(path.read_bytes())
        content[byte] ^= 1
        path.write_bytes(content)
        with pytest.raises(Complaint):
            watching.look(AT)
        content[byte] ^= 1
        path.write_bytes(content)
