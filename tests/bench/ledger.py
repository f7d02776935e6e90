"""The log beside pymerkle: durable leaves a second, a proof at a hundred million leaves, the whole log verified.

pymerkle stores and hashes bare entries. Ours writes the event down, commits to it with a salt, looks its reference up,
hashes it into tiles and stores all of it; verifying goes back from each payload to each signed head.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from hashlib import shake_128
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from tests.bench import stores
from tests.bench.measure import Result, Row, Sample, alternate, rate, seconds

BENCH = "存证 ledger"
SQLITE, MEMORY = "pymerkle SqliteTree", "pymerkle InmemoryTree"
LINE, LEAST_A_SECOND, MOST_SECONDS, MOST_MS = "项目的线 our own line", 20_000.0, 10.0, 1.0
BATCH, MOST_SINGLY, MOST_PROVED = 5_000, 2_000, 20_000
HUNDRED_MILLION = 100_000_000
AT, ON = datetime(2026, 11, 20, 1, tzinfo=UTC), date(2026, 11, 20)


def run(*, leaves: int, proofs: int, runs: int, kinds: tuple[str, ...]) -> Result:
    """Each contestant in a process of its own, in turns."""
    result = Result()
    count = {"ours": leaves // runs, "singly": min(leaves, MOST_SINGLY), "memory": leaves}
    for kind in kinds:
        folder = stores.scratch() / f"ledger-{kind}"
        (folder / "home").mkdir(parents=True)
        store = stores.Store(kind, folder / "home")
        store.run("log", part="begin", folder=folder)
        title = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[kind]

        def contestant(part: str, **given: Any) -> Callable[[], float]:
            return lambda: float(store.run("log", part=part, folder=folder, **given)["seconds"])  # noqa: B023

        appended = alternate({part: contestant(part, count=count[part]) for part in count}, runs)
        rates = {part: rate(count[part], appended[part]) for part in count}
        for part, rival, name in (
            ("singly", SQLITE, "落盘 durable"),
            ("memory", MEMORY, "对照不落盘 theirs not durable"),
        ):
            result.rows.append(
                Row(BENCH, f"{title}：追加 append, {name}", rates["ours"], rival, rates[part], "/s")
            )
        verified = alternate({part: contestant(part, count=leaves) for part in ("verify", "rebuild")}, runs)
        result.rows.append(
            Row(
                BENCH, f"{title}：验证 verify, {leaves:,} 条 leaves", verified["verify"], MEMORY,
                verified["rebuild"], "s", more_is_better=False,
                remark="对照只重建树 theirs builds the tree only",
            )
        )  # fmt: skip
        small = min(leaves, MOST_PROVED)
        proved = alternate(
            {"prove": contestant("prove", count=proofs), "proof": contestant("proof", count=small)}, runs
        )
        ms = {part: Sample(tuple(one * 1e3 for one in proved[part].values)) for part in proved}
        result.rows.append(
            Row(
                BENCH, f"{title}：证明 proof, {HUNDRED_MILLION:,} 条 leaves", ms["prove"], SQLITE, ms["proof"], "ms",
                more_is_better=False, remark=f"对照在 {small:,} 条 theirs at {small:,} leaves",
            )
        )  # fmt: skip
        result.rows += _lines(title, rates["ours"], verified["verify"], ms["prove"], leaves)
    result.facts.append(
        f"一批 {BATCH:,} 条 a batch，内容约六百字节 payloads of some 600 bytes，引用号各不相同 refs unique。"
    )
    return result


def _lines(title: str, appended: Sample, verified: Sample, proved: Sample, leaves: int) -> list[Row]:
    """What the project has promised, of which verifying is told in its share of a million leaves."""
    whole = Sample((MOST_SECONDS * leaves / 1_000_000,))
    return [
        Row(BENCH, f"{title}：追加 append", appended, LINE, Sample((LEAST_A_SECOND,)), "/s", target=1.0),
        Row(BENCH, f"{title}：验证 verify", verified, LINE, whole, "s", more_is_better=False, target=1.0),
        Row(BENCH, f"{title}：证明 proof", proved, LINE, Sample((MOST_MS,)), "ms", more_is_better=False, target=1.0),
    ]  # fmt: skip


def contest(part: str, folder: str, count: int = 0) -> dict[str, Any]:
    """In a worker: one measurement, timed without imports; `prove` and `proof` give the median of one."""
    if part in ("begin", "ours", "verify", "prove"):
        import django

        django.setup()
    work = {
        "begin": _begin, "ours": _append, "verify": _verify, "prove": _prove,
        "singly": _singly, "memory": _memory, "rebuild": _memory, "proof": _proof,
    }  # fmt: skip
    return {"seconds": work[part](count, Path(folder))}


def _payload(number: int) -> dict[str, Any]:
    return {
        "scene": "tender-registration",
        "subject": f"91520100{number:010d}",
        "note": "压" * 160,
        "n": number,
    }


def _begin(count: int, folder: Path) -> float:
    from xinyun.site.initialise import initialise

    return seconds(lambda: initialise(actor="bench", on=ON))


def _append(count: int, folder: Path) -> float:
    from xinyun.ledger import operations, queries

    first = queries.size()
    entries = [
        operations.Entry("check", AT, _payload(n), f"bench:{n:032d}") for n in range(first, first + count)
    ]
    batches = [entries[n : n + BATCH] for n in range(0, count, BATCH)]
    spent = seconds(lambda: [operations.append(batch, actor="bench", on=ON) for batch in batches])
    operations.checkpoint(actor="bench", on=ON)
    return spent


def _verify(count: int, folder: Path) -> float:
    from xinyun.ledger import operations

    start = time.perf_counter()
    verdict = operations.verify(actor="bench", on=ON)
    spent = time.perf_counter() - start
    assert verdict.ok
    assert verdict.size >= count
    return spent


def _prove(count: int, folder: Path) -> float:
    """Ours, from the store, where lie the tiles that are read of a log of a hundred million leaves, each proof verified.

    That log is put beside the one appended to: its leaves and tiles under numbers that the small one does not reach.
    """
    from xinyun.ledger import keys, models, notes, operations, rules

    chance = Random(7)
    asked = [chance.randrange(HUNDRED_MILLION // 2, HUNDRED_MILLION) for _ in range(count)]
    if not models.Checkpoint.objects.filter(size=HUNDRED_MILLION).exists():
        tiles = _tiles(asked)
        storing = [
            models.Tile(level=level, index=index, width=len(tile) // rules.HASH, hashes=tile)
            for (level, index), tile in tiles.items()
        ]
        models.Tile.objects.bulk_create(
            storing,
            batch_size=200,
            update_conflicts=True,
            unique_fields=["level", "index"],
            update_fields=["width", "hashes"],
        )
        rows = [
            models.Leaf(index=n, kind="check", at=AT, commitment=bytes(32), leaf_hash=_entry(tiles, n))
            for n in sorted(set(asked))
        ]
        models.Leaf.objects.bulk_create(rows, batch_size=100)
        root = rules.root(HUNDRED_MILLION, lambda level, index: tiles[level, index])
        head = notes.sign(
            str(notes.Head(keys.origin(), HUNDRED_MILLION, root)), keys.origin(), keys.signing_key()
        )
        models.Checkpoint.objects.create(size=HUNDRED_MILLION, root=root, note=head, actor="bench", on=ON)
    spent = []
    for index in asked:
        start = time.perf_counter()
        proof = operations.prove(index)
        spent.append(time.perf_counter() - start)
        assert rules.verify_inclusion(index, proof.size, proof.leaf_hash, proof.path, proof.root)
    return median(spent)


def _tiles(asked: list[int]) -> dict[tuple[int, int], bytes]:
    """The tiles that proofs of these leaves read, as noise, save where one is the hash of another."""
    from xinyun.ledger import rules

    tiles: dict[tuple[int, int], bytes] = {}
    below: dict[int, bytes] = {}
    size, wanted, level = HUNDRED_MILLION, set(asked), 0
    while size:
        wanted = {index >> rules.HEIGHT for index in wanted} | {size - 1 >> rules.HEIGHT}
        for index in wanted:
            width = min(size - index * rules.WIDTH, rules.WIDTH)
            tiles[level, index] = shake_128(f"{level}/{index}".encode()).digest(width * rules.HASH)
        for place, folded in below.items():
            at = level, place >> rules.HEIGHT
            offset = place % rules.WIDTH * rules.HASH
            tiles[at] = tiles[at][:offset] + folded + tiles[at][offset + rules.HASH :]
        full = [index for index in wanted if len(tiles[level, index]) == rules.WIDTH * rules.HASH]
        below = {index: _root(tiles[level, index]) for index in full}
        wanted, size, level = set(full), size >> rules.HEIGHT, level + 1
    return tiles


def _root(tile: bytes) -> bytes:
    from xinyun.ledger import rules

    hashes = [tile[n : n + rules.HASH] for n in range(0, len(tile), rules.HASH)]
    return rules.extend(0, hashes, lambda level, index: b"")[1, 0]


def _entry(tiles: dict[tuple[int, int], bytes], index: int) -> bytes:
    tile, offset = divmod(index, 256)
    return tiles[0, tile][offset * 32 : (offset + 1) * 32]


def _entries(count: int) -> list[bytes]:
    import msgspec

    return [msgspec.json.encode(_payload(n)) for n in range(count)]


def _singly(count: int, folder: Path) -> float:
    from pymerkle import SqliteTree

    entries = _entries(count)
    (folder / "singly.db").unlink(missing_ok=True)
    with SqliteTree(str(folder / "singly.db")) as tree:
        return seconds(lambda: [tree.append_entry(entry) for entry in entries])


def _memory(count: int, folder: Path) -> float:
    from pymerkle import InmemoryTree

    entries = _entries(count)
    return seconds(lambda: InmemoryTree.init_from_entries(entries).get_state())


def _proof(count: int, folder: Path) -> float:
    from pymerkle import SqliteTree

    path, chance, spent = folder / "proofs.db", Random(7), []
    with SqliteTree(str(path)) as tree:
        if not tree.get_size():
            tree.append_entries(_entries(count))
        for _ in range(50):
            start = time.perf_counter()
            tree.prove_inclusion(chance.randrange(1, count + 1), count)
            spent.append(time.perf_counter() - start)
    return median(spent)
