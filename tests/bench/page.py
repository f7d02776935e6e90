"""The results as docs/performance.md: a section a bench, with its day and its machine, in the prose of `page.md`."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

from tests.bench.measure import Result, Row, Sample

_TEMPLATE = Path(__file__).with_name("page.md")


def page(
    names: Iterable[str],
    results: dict[str, Result],
    machine: dict[str, Any],
    settings: dict[str, Any],
    before: str,
) -> str:
    """The whole page as Markdown: the benches `names` in their order; those without results as they stand in `before`."""
    sections = []
    for name in names:
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        if name in results:
            told = _section(results[name], machine, settings)
        elif begin in before:
            told = before.partition(begin)[2].partition(end)[0].strip()
        else:
            continue
        sections.append(f"{begin}\n\n{told}\n\n{end}")
    return _TEMPLATE.read_text(encoding="utf-8").replace("{results}", "\n\n".join(sections))


def _section(result: Result, machine: dict[str, Any], settings: dict[str, Any]) -> str:
    tables = [_table(bench, list(group)) for bench, group in groupby(result.rows, key=lambda row: row.bench)]
    missing = [f"未测 not measured: {reason}" for reason in result.missing]
    notes = [f"- {line}" for line in (*result.facts, *missing, _machine(machine, settings))]
    return "\n\n".join((*tables, "\n".join(notes)))


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
        f"测于 measured: {machine['at']}; {machine['cores']} cores, {machine['cpu']}, {machine['memory_gb']} GB; "
        f"{machine['system']}; 开始时负载 load at start {' '.join(map(str, machine['load']))}; Python {machine['python']}; "
        f"设置 settings: {told}; {packages}."
    )
