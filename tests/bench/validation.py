"""Validation alone: the same rules over the same parsed and normalised rows, by three engines."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl

from tests.bench import rivals, slow_rivals, stores
from tests.bench.measure import NotMeasured, Result, Row, Sample, alternate, rate, seconds

BENCH = "采集：校验 validation"
TARGETS = {"pandera": 1.3, "pointblank": 1.7, "great-expectations": 15.0, "frictionless": 60.0}
_SLOW_ROWS = 20_000
"""Rows for the rivals that would take minutes otherwise."""


def run(path: Path, *, rows: int, runs: int) -> Result:
    """Measure in a process of its own; `path` has faults, so that there is something to agree upon."""
    with stores.fresh() as store:
        found = store.run("validate", path=path, runs=runs)
    samples = {name: rate(rows, Sample(tuple(values))) for name, values in found["seconds"].items()}
    ours, read = samples.pop("ours"), samples.pop("ours, read and normalised too")
    result = Result(missing=found["missing"], agreed=found["bad_rows"])
    for name, target in TARGETS.items():
        if name not in samples:
            continue
        rows_of, rules_of = found["given"].get(name, (rows, found["rules"]))
        theirs = samples[name] if rows_of == rows else rate(rows_of, Sample(tuple(found["seconds"][name])))
        agreed = found["bad_rows"].get(name)
        remark = f"{rules_of} 条规则 rules" + (
            f", {agreed:,} 坏行 bad rows" if agreed else f", {rows_of:,} 行 rows"
        )
        rival = f"{name} {found['versions'][name]}"
        row = Row(BENCH, "校验 validate", ours, rival, theirs, "行/s rows/s", target=target, remark=remark)
        result.rows.append(row)
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
    from tests.bench.worker import DAY
    from xinyun import law
    from xinyun.collection.checking import check
    from xinyun.collection.columns import match
    from xinyun.collection.reading import tables
    from xinyun.collection.rules import compile_rules
    from xinyun.collection.shaping import normalise

    norms = law.rulebook().on(DAY)
    item = norms.item("penalty")
    with tables(Path(path)) as found:
        table = next(found)
        columns = match(item, table.titles)
        every = compile_rules(item, norms, DAY, columns.found)
        rules = [rule for rule in every if rule.severity == "refuse"]
        frames = [_plain(normalise(frame, item, norms, columns), rules) for frame in table.frames]
    whole = pl.concat(frames, rechunk=True)
    own = rivals.own_words(rules, item, norms, DAY)
    engines, missing = _engines(own)

    def ours() -> int:
        return sum(check(_cells(frame, columns.found), rules, item).rejected for frame in frames)

    def ours_from_the_file() -> None:
        with tables(Path(path)) as found:
            for frame in next(found).frames:
                check(normalise(frame, item, norms, columns), every, item)

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
    given = _slow(own, whole.select(list(columns.found)).head(_SLOW_ROWS), turns, missing)
    samples = alternate(turns, runs)
    return {
        "seconds": {name: sample.values for name, sample in samples.items()},
        "bad_rows": bad,
        "rules": len(rules),
        "given": given,
        "missing": missing,
        "versions": {name: _version(name) for name in [*engines, *given]},
        "facts": [_told(own)],
    }


def _plain(cells: Any, rules: list[Any]) -> Any:
    """A normalised frame as rivals take it: fields, parsed days, and where the catalogue's conditions hold."""
    from xinyun.collection.checking import wide

    return wide(cells, rules).with_columns(cells.frame(cells.names))


def _cells(frame: Any, names: Any) -> Any:
    """Ours begins where the rivals begin: which columns repeat, and what follows from them, is found out anew."""
    from xinyun.collection.cells import split
    from xinyun.collection.checks import derived_from
    from xinyun.collection.reading import ROW

    cells = split(frame.select(list(names)), frame[ROW])
    for name in frame.columns:
        field, condition = derived_from(name)
        if name != field and not condition and name != ROW:
            day = pl.col(field).str.to_date("%Y-%m-%d", strict=False).alias(name)
            cells.with_derived(field, lambda values, day=day: values.with_columns(day))
    return cells


def _slow(
    own: list[rivals.Own], frame: Any, turns: dict[str, Any], missing: list[str]
) -> dict[str, tuple[int, int]]:
    """Add the slow rivals to the turns; how many rows and rules each was given."""
    makers = {
        "great-expectations": lambda: slow_rivals.great_expectations(own, frame),
        "frictionless": lambda: slow_rivals.frictionless(own, frame, stores.scratch() / "frictionless.csv"),
    }
    given = {}
    for name, make in makers.items():
        try:
            validate, rules = make()
        except NotMeasured as reason:
            missing.append(str(reason))
            continue
        turns[name] = lambda validate=validate: seconds(validate)
        given[name] = (frame.height, rules)
    return given


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
