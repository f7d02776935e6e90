"""The credit report beside Typst alone, warm and cold."""

from __future__ import annotations

from collections.abc import Callable

from tests.bench import stores
from tests.bench.measure import Result, Row, Sample, alternate

BENCH = "信用报告 report"
RIVAL = "Typst 只排版 compile only"


def run(*, runs: int) -> Result:
    """Warm: many in one process. Cold: each in a process of its own."""
    folder = stores.scratch() / "report"
    (folder / "home").mkdir(parents=True)
    store = stores.Store("sqlite", folder / "home")
    code = store.run("report", part="seed", seeded=False, folder=folder)["code"]
    found = store.run("report", part="warm", seeded=True, code=code, runs=max(5, runs * 5))
    warm = {name: _ms(values) for name, values in found["seconds"].items()}

    def cold(part: str) -> Callable[[], float]:
        return lambda: float(store.run("report", part=part, seeded=True, code=code)["seconds"])

    first = alternate({"ours": cold("cold_ours"), "bare": cold("cold_bare")}, runs)
    pairs = {
        "热 warm": warm,
        "冷（进程首份）cold, first of a process": {name: _ms(first[name].values) for name in first},
    }
    rows = [
        Row(BENCH, name, pair["ours"], RIVAL, pair["bare"], "ms", more_is_better=False)
        for name, pair in pairs.items()
    ]
    return Result(rows, [f"报告 report: {found['bytes'] / 1e3:,.0f} kB PDF/UA"])


def _ms(values: tuple[float, ...] | list[float]) -> Sample:
    return Sample(tuple(value * 1e3 for value in values))
