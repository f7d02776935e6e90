"""The subject page: read and rendered in process from a store of many subjects, each asked for once, in no order."""

from __future__ import annotations

from tests.bench import stores
from tests.bench.measure import Result, Row, Sample

BENCH = "主体页 subject page"
LINE = "项目的线 our own line"
MOST_MS = 30.0
"""What the project has promised for the 99th of a hundred pages at five million subjects."""


def run(*, subjects: int, records: int, asked: int, kinds: tuple[str, ...]) -> Result:
    """Fill a store of each kind, then ask for as many pages, one after the other, in one process."""
    result = Result()
    for kind in kinds:
        with stores.fresh(kind) as store:
            found = store.run("subject_page", subjects=subjects, records=records, asked=asked)
        title = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[kind]
        for name, said in (("page", "查询和排版 read and rendered"), ("read", "只查询 read alone")):
            for share in (0.5, 0.99):
                result.rows.append(_row(f"{title}：{said}, p{share * 100:.0f}", found[name], share))
        result.facts.append(
            f"{title}：{found['subjects']:,} 主体 subjects，{found['records']:,} 条记录的修订 revisions，"
            f"装入 filled in {found['fill']:.0f} s；每页 {found['queries']} 句查询 queries a page。"
        )
    return result


def _row(name: str, seconds: list[float], share: float) -> Row:
    ordered = sorted(seconds)
    at = ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1e3
    return Row(
        BENCH, name, Sample((at,)), LINE, Sample((MOST_MS,)), "ms", more_is_better=False,
        target=1.0 if share > 0.5 else None,
    )  # fmt: skip
