"""The snapshot from nothing beside a raw copy of the same two tables, what following a change takes, and the indexes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from tests.bench import stores
from tests.bench.collection import STORES
from tests.bench.measure import NotMeasured, Result, Row, Sample, alternate, rate

BENCH = "快照 snapshot"
_NAMES = {"snapshot": "快照 snapshot", "checks": "核查索引 check index", "names": "名称索引 name index"}


def run(registrations: Path, change: Path, *, subjects: int, runs: int, kinds: Iterable[str]) -> Result:
    """One store of `subjects` registrations for each kind; every measurement has a process of its own."""
    result = Result()
    for kind in kinds:
        try:
            _on(kind, result, registrations, change, subjects, runs)
        except NotMeasured as reason:
            result.missing.append(str(reason))
    return result


def _on(kind: str, result: Result, registrations: Path, change: Path, subjects: int, runs: int) -> None:
    memory: list[float] = []
    with stores.fresh(kind) as store:
        store.run("seed_snapshot", path=registrations)

        def task(part: str) -> Callable[[], float]:
            def once() -> float:
                found = store.run("rebuild", part=part)
                if part == "snapshot":
                    memory.append(found["memory_mb"])
                return float(found["seconds"])

            return once

        took = alternate({part: task(part) for part in ("snapshot", "copy", "checks", "names")}, runs)
        followed = Sample(tuple(store.run("follow_snapshot", path=change)["seconds"] for _ in range(runs)))
    speed = {part: rate(subjects, sample) for part, sample in took.items()}
    title, rival = STORES[kind], "ADBC 读出、Polars 原样写 raw copy"
    name = f"从零重写 from nothing, {title}"
    result.rows.append(Row(BENCH, name, speed["snapshot"], rival, speed["copy"], "主体/秒 subjects/s"))
    told = "，".join(f"{_NAMES[part]} {speed[part].median:,.0f}" for part in _NAMES)
    result.facts += [
        f"{title}：从零重建，主体/秒 rebuilt from nothing, subjects/s: {told}；目标 target ≥ 200,000；"
        f"快照每主体一条登记记录 one registration a subject；峰值内存 peak {max(memory):,.0f} MB",
        f"{title}：一次变更后跟上快照 the snapshot follows a change in {followed.median:.2f} s；目标 target ≤ 2 s",
    ]
