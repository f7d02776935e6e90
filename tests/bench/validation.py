"""Validation alone: the same rules over the same parsed and normalised rows, by three engines."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from tests.bench import rivals, stores
from tests.bench.measure import NotMeasured, Result, Row, Sample, alternate, rate, seconds

BENCH = "采集：校验 validation"


def run(path: Path, *, rows: int, runs: int) -> Result:
    """Measure in a process of its own; `path` has faults, so that there is something to agree upon."""
    with stores.fresh() as store:
        found = store.run("validate", path=path, runs=runs)
    samples = {name: rate(rows, Sample(tuple(values))) for name, values in found["seconds"].items()}
    ours, read = samples.pop("ours"), samples.pop("ours, read and normalised too")
    result = Result(missing=found["missing"], agreed=found["bad_rows"])
    targets = {"pandera": 1.3, "pointblank": 1.7}
    for name in targets:
        if name in samples:
            remark = f"{found['rules']} 条规则 rules, {found['bad_rows'][name]:,} 坏行 bad rows"
            rival = f"{name} {found['versions'][name]}"
            result.rows.append(
                Row(
                    BENCH,
                    "校验 validate",
                    ours,
                    rival,
                    samples[name],
                    "行/s rows/s",
                    target=targets[name],
                    remark=remark,
                )
            )
    result.rows.append(
        Row(
            BENCH,
            "读入＋规整＋校验 read, normalise, validate",
            read,
            "Polars 只解析 parse only",
            samples["parse"],
            "行/s rows/s",
        )
    )
    result.facts = found["facts"]
    return result


def contest(path: str, runs: int) -> dict[str, Any]:
    """In the worker: time the engines in turns and compare what they find.

    :raises AssertionError: the engines do not find the same rows at fault.
    """
    import polars as pl

    from tests.bench.worker import DAY
    from xinyun import law
    from xinyun.collection import files, shaping
    from xinyun.collection.checking import check
    from xinyun.collection.columns import match
    from xinyun.collection.rules import compile_rules

    norms = law.rulebook().on(DAY)
    item = norms.item("penalty")
    with files.frames(Path(path)) as (titles, stream):
        columns = match(item, titles)
        every = compile_rules(item, norms, DAY, columns.found)
        frames = [shaping.normalise(frame, item, norms, columns) for frame in stream]
    rules = [rule for rule in every if not rule.warning]
    whole = pl.concat(frames, rechunk=True)
    own = rivals.own_words(rules, item, norms, DAY)
    engines, missing = _engines(own)

    def ours() -> int:
        return sum(check(frame, rules, item).rejected for frame in frames)

    def ours_from_the_file() -> None:
        with files.frames(Path(path)) as (_, stream):
            for frame in stream:
                check(shaping.normalise(frame, item, norms, columns), every, item)

    bad = {"ours": ours()} | {name: count(find(whole)) for name, (find, count) in engines.items()}
    if len(set(bad.values())) > 1:
        raise AssertionError(f"the engines do not agree on the bad rows: {bad}")
    turns = {
        "ours": lambda: seconds(ours),
        "ours, read and normalised too": lambda: seconds(ours_from_the_file),
    }
    turns["parse"] = lambda: seconds(lambda: pl.read_csv(path, infer_schema=False))
    for name, (find, _) in engines.items():
        turns[name] = lambda find=find: seconds(lambda: find(whole))  # type: ignore[misc]
    samples = alternate(turns, runs)
    return {
        "seconds": {name: sample.values for name, sample in samples.items()},
        "bad_rows": bad,
        "rules": len(rules),
        "missing": missing,
        "versions": {name: _version(name) for name in engines},
        "facts": [_told(own)],
    }


def _engines(own: list[rivals.Own]) -> tuple[dict[str, Any], list[str]]:
    engines, missing = {}, []
    makers = {
        "pandera": (rivals.pandera_finds, rivals.pandera_bad_rows),
        "pointblank": (rivals.pointblank_finds, rivals.pointblank_bad_rows),
    }
    for name, (make, count) in makers.items():
        try:
            engines[name] = (make(own), count)
        except NotMeasured as reason:
            missing.append(str(reason))
    return engines, missing


def _told(own: list[rivals.Own]) -> str:
    """Which rules the rivals were given as expressions, for honesty."""
    given = Counter(rule.rule.id for rule in own if rule.kind == "expression")
    native = len(own) - sum(given.values())
    names = ", ".join(f"{name}×{count}" for name, count in sorted(given.items()))
    return (
        f"规则 {len(own)} 条：{native} 条用对手自带的检查，其余以同一 Polars 表达式（含同一 numpy 校验码函数）交给对手：{names}。"
        f"pointblank 没有长度检查，也用表达式。"
        f" | {len(own)} rules: {native} by the rivals' own checks, the rest handed to them as the same expression."
    )


def _version(name: str) -> str:
    from importlib.metadata import version

    return version(name)
