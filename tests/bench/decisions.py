"""Deciding in process: 1,300 measures in 20 scenes, ours beside zen-engine's decision tables with the same rows."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from tests.bench.measure import NotMeasured, Result, Row, Sample, alternate, seconds
from xinyun import law
from xinyun.base import Period
from xinyun.law import CreditList, Measure, Scene
from xinyun.lists.rules import Standing, check

BENCH = "裁决 decisions"
MEASURES, SCENES = 1300, 20
LINE, LEAST = "项目的线 our own line", 50_000.0
_DAY, _KIND = date(2026, 11, 20), "organisation"
_SUBJECTS, _LISTED = 5_000, 0.3


@dataclass(frozen=True)
class Norms:
    """A law of so many measures, made from one real measure and one real scene: what the rule asks of a law, and no more."""

    day: date
    lists: dict[str, CreditList]
    measures: dict[str, Measure]
    scenes: tuple[Scene, ...]

    __hash__ = object.__hash__

    def list(self, id: str) -> CreditList:
        """A list by its id."""
        return self.lists[id]

    def measure(self, id: str) -> Measure:
        """A measure by its id."""
        return self.measures[id]


def run(*, asked: int, runs: int) -> Result:
    """Decide about as many subjects, in turns; the measures of both must be the same first."""
    now, rng = _norms(), Random(36)
    questions = [
        (rng.choice(now.scenes), _standings(now, rng) if rng.random() < _LISTED else ())
        for _ in range(_SUBJECTS)
    ]
    result = Result()
    try:
        tables = _tables(now)
    except ImportError as error:
        raise NotMeasured(f"zen-engine: {error}") from None
    for scene, standings in questions[:200]:
        ours = sorted(one.id for one in check(standings, _KIND, scene, now).measures)
        theirs = tables[scene.id].evaluate(_facts(standings))["result"] or []
        assert ours == sorted(one["measure"] for one in theirs), (scene.id, standings)

    def decide() -> None:
        for number in range(asked):
            scene, standings = questions[number % _SUBJECTS]
            check(standings, _KIND, scene, now)

    few = max(asked // 50, 50)

    def evaluate() -> None:
        for number in range(few):
            scene, standings = questions[number % _SUBJECTS]
            tables[scene.id].evaluate(_facts(standings))

    found = alternate(
        {"ours": lambda: asked / seconds(decide), "zen-engine": lambda: few / seconds(evaluate)}, runs
    )
    result.rows.append(
        Row(
            BENCH,
            "每秒裁决 decisions a second",
            found["ours"],
            "zen-engine",
            found["zen-engine"],
            "/s",
            target=1.0,
        )
    )
    result.rows.append(
        Row(BENCH, "每秒裁决 decisions a second", found["ours"], LINE, Sample((LEAST,)), "/s", target=1.0)
    )
    result.facts.append(
        f"{MEASURES:,} 项措施 measures，{SCENES} 个场景 scenes，{len(now.lists)} 份名单 lists；"
        f"{_LISTED:.0%} 的主体有一到三个条目 of the subjects are on lists。"
    )
    return result


def _norms() -> Norms:
    real = law.rulebook().on(_DAY)
    lists = {one.id: replace(one, kinds=(_KIND,)) for one in real.lists() if one.polarity == "adverse"}
    ids = sorted(lists)
    measure, scene = real.measure("bar-tender"), real.scene("tender-registration")
    measures = {
        f"m{n}": replace(
            measure,
            id=f"m{n}",
            targets=(_KIND,),
            own_basis={ids[n % len(ids)]: lists[ids[n % len(ids)]].basis},
        )
        for n in range(MEASURES)
    }
    scenes = tuple(
        replace(
            scene, id=f"s{n}", subjects=(_KIND,), measures=tuple(f"m{m}" for m in range(n, MEASURES, SCENES))
        )
        for n in range(SCENES)
    )
    return Norms(_DAY, lists, measures, scenes)


def _standings(now: Norms, rng: Random) -> tuple[Standing, ...]:
    chosen = rng.sample(sorted(now.lists), rng.randint(1, 3))
    start = _DAY - timedelta(days=100)
    return tuple(Standing(one, n, f"演{n}号", start, Period(start, None)) for n, one in enumerate(chosen))


def _facts(standings: tuple[Standing, ...]) -> dict[str, Any]:
    return {"lists": [one.list_id for one in standings if one.in_force(_DAY)], "kind": _KIND}


def _tables(now: Norms) -> dict[str, Any]:
    """A decision table of each scene: a row for each measure, all that match are collected."""
    import zen

    engine = zen.ZenEngine()
    return {scene.id: engine.create_decision(json.dumps(_table(now, scene))) for scene in now.scenes}


def _table(now: Norms, scene: Scene) -> dict[str, Any]:
    rows = [
        {"_id": id, "l": f'some($, # == "{list_id}")', "k": f'"{_KIND}"', "m": f'"{id}"'}
        for id in scene.measures
        for list_id in now.measures[id].lists
    ]
    content = {
        "hitPolicy": "collect",
        "inputs": [
            {"id": "l", "field": "lists", "name": "lists"},
            {"id": "k", "field": "kind", "name": "kind"},
        ],
        "outputs": [{"id": "m", "field": "measure", "name": "measure"}],
        "rules": rows,
    }
    place = {"position": {"x": 0, "y": 0}}
    return {
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "in"} | place,
            {"id": "table", "type": "decisionTableNode", "name": "table", "content": content} | place,
            {"id": "out", "type": "outputNode", "name": "out"} | place,
        ],
        "edges": [
            {"id": "a", "type": "edge", "sourceId": "in", "targetId": "table"},
            {"id": "b", "type": "edge", "sourceId": "table", "targetId": "out"},
        ],
    }
