"""Relations: who stands within two steps, asked of a store of many links, beside one unbounded recursive statement."""

from __future__ import annotations

from tests.bench import stores
from tests.bench.measure import Result, Row, Sample

BENCH = "关联 relations"
RIVAL, LINE = "递归 SQL，不设界、不看公示 unbounded recursive SQL", "项目的线 our own line"
MOST_MS = 50.0
"""What the project has promised for the 99th of a hundred questions about two steps at two million links."""


def run(*, links: int, asked: int, kinds: tuple[str, ...]) -> Result:
    """Fill a store of each kind, then ask about as many subjects, one after the other, in one process."""
    result = Result()
    for kind in kinds:
        home = stores.scratch() / f"relations-{kind}"
        home.mkdir(parents=True)
        found = stores.Store(kind, home).run("relations", links=links, asked=asked)
        title = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[kind]
        for name, share in (("p50", 0.5), ("p99", 0.99)):
            ours, theirs = (Sample((_at(found[who], share),)) for who in ("related", "recursive"))
            result.rows.append(_row(f"{title}：两步 two steps, {name}", ours, RIVAL, theirs, None))
        for name in ("related", "associated"):
            said = {"related": "两步 two steps", "associated": "两步以内的名单主体 listed within two steps"}[
                name
            ]
            ours = Sample((_at(found[name], 0.99),))
            result.rows.append(_row(f"{title}：{said}, p99", ours, LINE, Sample((MOST_MS,)), 1.0))
        result.facts.append(
            f"{title}：{found['links']:,} 条关联 links，{found['subjects']:,} 主体 subjects，{found['listed']:,} 个在名单上 listed；"
            f"五十个主体各有约 {found['hub']:,} 条 links of each of fifty hubs；重做 rebuilt in {found['rebuild']:.0f} s。"
        )
    return result


def _row(name: str, ours: Sample, rival: str, theirs: Sample, target: float | None) -> Row:
    return Row(BENCH, name, ours, rival, theirs, "ms", more_is_better=False, target=target)


def _at(seconds: list[float], share: float) -> float:
    """The value below which this share of them lies, in milliseconds."""
    ordered = sorted(seconds)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1e3
