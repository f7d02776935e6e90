"""The results as docs/performance.md: a table a bench and the machine, in the prose of `page.md`."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any

from tests.bench.measure import Result, Row, Sample

_TEMPLATE = Path(__file__).with_name("page.md")


def page(machine: dict[str, Any], results: list[Result], settings: dict[str, Any]) -> str:
    """The whole page as Markdown."""
    rows = [row for result in results for row in result.rows]
    tables = [_table(bench, list(group)) for bench, group in groupby(rows, key=lambda row: row.bench)]
    facts = [fact for result in results for fact in result.facts]
    missing = [f"未测 not measured: {reason}" for result in results for reason in result.missing]
    notes = "".join(f"- {line}\n" for line in [*facts, *missing])
    found = "\n\n".join(part.strip() for part in (*tables, notes))
    template = _TEMPLATE.read_text(encoding="utf-8")
    return template.replace("{results}", found).replace("{machine}", _machine(machine, settings))


def _table(bench: str, rows: list[Row]) -> str:
    lines = [
        f"### {bench}",
        "",
        "| 测项 measure | 本平台 ours | 对照 rival | 对照值 theirs | 单位 unit | 倍数 ratio | 目标 target | 轮 runs | 注 note |",
        "|---|---:|---|---:|---|---:|---:|---:|---|",
    ]
    for row in rows:
        target = f"≥ {row.target:.2g}" if row.target else ""
        cells = [
            row.name, shown(row.ours), row.rival, shown(row.theirs), row.unit, f"**{row.ratio:.2f}**", target,
            str(len(row.ours.values)), row.remark,
        ]  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def shown(sample: Sample) -> str:
    """A median with its range."""
    low, high = min(sample.values), max(sample.values)
    return f"{_number(sample.median)} ({_number(low)}–{_number(high)})"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _machine(machine: dict[str, Any], settings: dict[str, Any]) -> str:
    packages = ", ".join(f"{name} {version}" for name, version in machine["packages"].items())
    told = ", ".join(f"{name} {value}" for name, value in settings.items())
    return (
        "## 机器 Machine\n\n"
        f"{machine['at']}; {machine['cores']} cores, {machine['cpu']}, {machine['memory_gb']} GB; {machine['system']}; "
        f"开始时负载 load at start {' '.join(map(str, machine['load']))}; Python {machine['python']}.\n\n"
        f"设置 settings: {told}.\n\n{packages}."
    )
