"""Collection end to end: from the file to the committed archive, beside parsing alone and beside a raw ingest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from tests.bench import stores
from tests.bench.measure import NotMeasured, Result, Row, alternate, rate

BENCH = "采集：入库 collect"
STORES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def run(
    clean: Path, faulty: Path, warm: Path, *, rows: int, runs: int, kinds: Iterable[str] = tuple(STORES)
) -> Result:
    """Every measurement has its own process and its own empty store."""
    result = Result()
    for kind in kinds:
        try:
            _on(kind, STORES[kind], result, clean, faulty, warm, rows, runs)
        except NotMeasured as reason:
            result.missing.append(str(reason))
    return result


def _on(
    kind: str, title: str, result: Result, clean: Path, faulty: Path, warm: Path, rows: int, runs: int
) -> None:
    memory: list[float] = []

    def task(name: str, path: Path, errors: bool = False) -> Callable[[], float]:
        def once() -> float:
            with stores.fresh(kind) as store:
                extra = {"errors_to": store.home / "errors.csv"} if errors else {}
                found = store.run(name, path=path, warm=warm, **extra)
            if found["received"] != rows:
                raise AssertionError(f"{name} saw {found['received']} of {rows} rows")
            if name == "collect":
                memory.append(found["memory_mb"])
            return float(found["seconds"])

        return once

    turns = {
        "collect": task("collect", clean),
        "parse": task("parse", clean),
        "ingest": task("ingest", clean),
        "collect faulty": task("collect", faulty, errors=True),
    }
    took = {name: rate(rows, sample) for name, sample in alternate(turns, runs).items()}
    unit, ours = "行/s rows/s", took["collect"]
    name = f"入库 collect → {title}"
    result.rows += [
        Row(BENCH, name, ours, f"ADBC 直接写入 raw ingest → {title}", took["ingest"], unit, target=0.4),
        Row(BENCH, name, ours, "Polars 只解析 parse only", took["parse"], unit),
        Row(
            BENCH, f"{name}，含坏行与错误文件 with faults and error file", took["collect faulty"],
            "本平台，无坏行 ours, no faults", ours, unit, target=0.5,
        ),
    ]  # fmt: skip
    result.facts.append(
        f"{title}：采集进程内存峰值 peak memory of the collecting process {max(memory):,.0f} MB"
    )
