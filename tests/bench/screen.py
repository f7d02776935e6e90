"""A batch of checks beside bare joins of the same files: DuckDB's and Polars'.

The rivals read the codes and the entries and write each row with its list and its end, no more. Ours reads the codes,
decides by the rule with measures, articles and reasons, writes them, and has everybody asked about in the ledger.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench import generated, stores
from tests.bench.measure import Result, Row, Sample, alternate

BENCH = "批量核查 screen"
DUCKDB, POLARS = "DuckDB 裸连接 bare join", "Polars 裸连接 bare join"


def run(*, rows: int, entries: int, runs: int) -> Result:
    """Seed a store and the files, then let the three take turns, each in a process of its own."""
    result = Result()
    folder = stores.scratch() / "screen"
    (folder / "home").mkdir(parents=True)
    store = stores.Store("sqlite", folder / "home")
    seeded = store.run("seed_screen", rows=rows, entries=entries, folder=folder)
    built = store.run("screen", part="ours", folder=folder)
    found: dict[str, list[dict[str, Any]]] = {}

    def contestant(part: str) -> Callable[[], float]:
        def once() -> float:
            found.setdefault(part, []).append(store.run("screen", part=part, folder=folder))
            return float(found[part][-1]["seconds"])

        return once

    times = alternate({part: contestant(part) for part in ("ours", "duckdb", "polars")}, runs)
    hits = {part: each[-1]["hits"] for part, each in found.items()}
    if len(set(hits.values())) != 1:
        raise AssertionError(f"they disagree: {hits}")
    result.agreed = hits
    for part, rival in (("duckdb", DUCKDB), ("polars", POLARS)):
        memory = (Sample(tuple(one["memory_mb"] for one in found[one_of])) for one_of in ("ours", part))
        result.rows += [
            Row(BENCH, f"{rows:,} 行 rows", times["ours"], rival, times[part], "s", more_is_better=False, target=1 / 1.5),
            Row(BENCH, f"{rows:,} 行 rows：内存 memory", next(memory), rival, next(memory), "MiB", more_is_better=False),
        ]  # fmt: skip
    result.facts.append(
        f"{seeded['entered']:,} 条名单条目 entries，命中 hits {hits['ours']:,} / {rows:,}；"
        f"各列从核查索引建成 columns built {built['built']:.1f} s，{built['columns_mb']:.0f} MB。"
    )
    return result


def seed(rows: int, entries: int, folder: str) -> dict[str, Any]:
    """In a worker: `entries` listed subjects in the check index; a file of codes, of which a fifth are, and one of entries.

    The index is filled as it would be from lists, and not through them: what is measured reads nothing else, and to
    enter millions of decisions takes an hour.
    """
    import numpy as np
    import polars as pl
    from django.db import transaction
    from django.utils import timezone

    from tests.bench.seeding import LIST
    from xinyun.plumbing import feed

    home, numbers = Path(folder), np.arange(entries)
    decided = pl.Series(np.datetime64(timezone.localdate()) - 1 - numbers % 300).cast(pl.Date)
    table = pl.DataFrame(
        {"code": generated.codes(numbers), "list_id": LIST, "decided_on": decided}
    ).with_columns(
        document="演人社列〔2026〕" + pl.Series(numbers).cast(pl.String) + "号",
        ends_on=decided.dt.offset_by("3y"),
    )
    table.write_parquet(home / "entries.parquet")
    with transaction.atomic():
        seq = feed.append("list.entered", {"batch": "bench"}, actor="bench")
    _fill_index(table, seq)
    order = np.random.default_rng(7)
    listed, others = (
        order.integers(0, entries, rows // 5),
        order.integers(entries, 9_999_999, rows - rows // 5),
    )
    asked = order.permutation(np.concatenate([listed, others]))
    pl.DataFrame({"code": generated.codes(asked), "编号": asked}).write_parquet(home / "asked.parquet")
    return {"entered": table.height}


def _fill_index(table: Any, seq: int) -> None:
    from xinyun.base import Period
    from xinyun.gateway import index as checks
    from xinyun.lists.queries import Standing

    opened = checks.index()._open()
    with opened.environment.begin(write=True) as transaction:
        for number, (code, list_id, decided, document, ends) in enumerate(table.iter_rows()):
            standing = Standing(list_id, number, document, decided, Period(decided, ends))
            header = (f"贵州演示{number}号有限公司", "organisation", "520100", "存续", None, False)
            transaction.put(code.encode(), checks._encode(header), db=opened.subjects)
            transaction.put(code.encode(), checks._encode([checks._row(standing)]), db=opened.standings)
        transaction.put(b"form", checks._FORM, db=opened.meta)
        transaction.put(b"seq", str(seq).encode(), db=opened.meta)


def contest(part: str, folder: str) -> dict[str, Any]:
    """In a worker: one batch, timed without imports."""
    return {"ours": _ours, "duckdb": _duckdb, "polars": _polars}[part](Path(folder))


def _ours(folder: Path) -> dict[str, Any]:
    from datetime import datetime
    from hashlib import file_digest
    from zoneinfo import ZoneInfo

    from tests.bench.seeding import SCENE
    from xinyun.gateway import columns, operations
    from xinyun.gateway.index import index
    from xinyun.site.cli.screening import rows, sheet

    at = datetime.now(ZoneInfo("Asia/Shanghai"))
    operations.follow_index(actor="bench", on=at.date())
    start = time.perf_counter()
    with index().reading() as snapshot:
        columns.follow(snapshot)
    built = time.perf_counter() - start
    start = time.perf_counter()
    file = folder / "asked.parquet"
    with file.open("rb") as stream:
        digest = file_digest(stream, "sha256").hexdigest()
    asked = operations.Question(scene=SCENE, purpose="压测", client="bench")
    with sheet(folder / "ours.parquet") as out:
        told = operations.screen(
            asked, rows(file), out, input_sha256=digest, at=at, on=at.date(), actor="bench"
        )
    return {
        "seconds": time.perf_counter() - start, "hits": told.decisions.get("block", 0), "built": built,
        "columns_mb": columns.file().stat().st_size / 1e6,
    }  # fmt: skip


def _duckdb(folder: Path) -> dict[str, Any]:
    import duckdb

    asked, entries, out = (folder / name for name in ("asked.parquet", "entries.parquet", "duckdb.parquet"))
    start = time.perf_counter()
    with duckdb.connect() as bare:
        bare.execute(
            f"COPY (SELECT a.*, e.list_id, e.document, e.ends_on FROM '{asked}' a LEFT JOIN '{entries}' e USING (code))"
            f" TO '{out}' (FORMAT parquet, COMPRESSION zstd)"
        )
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "hits": _hits(out)}


def _polars(folder: Path) -> dict[str, Any]:
    import polars as pl

    asked, entries = (pl.scan_parquet(folder / name) for name in ("asked.parquet", "entries.parquet"))
    start = time.perf_counter()
    joined = asked.join(entries.select("code", "list_id", "document", "ends_on"), on="code", how="left")
    joined.sink_parquet(folder / "polars.parquet")
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "hits": _hits(folder / "polars.parquet")}


def _hits(path: Path) -> int:
    import polars as pl

    return int(pl.scan_parquet(path).select(pl.col("list_id").is_not_null().sum()).collect().item())
