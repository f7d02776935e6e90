"""Names: how well and how fast pairs are told apart, beside other matchers, and names found among a million."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, product
from typing import Any

import numpy as np

from tests.bench import name_pairs
from tests.bench.measure import NotMeasured, Result, Row, Sample, alternate, rate, seconds
from tests.bench.name_rivals import RIVALS, Matcher

BENCH = "名称比对 names"
SEED = 4711
"""Not the seed with which the points were tried out."""
_SLOW_PAIRS = 500
_LOOKED_FOR = 2_000
_SCANNED = 20


def run(*, names: int, each: int, runs: int) -> Result:
    """Accuracy on real names where they are to be had; speed on generated ones otherwise."""
    result = Result()
    if (name_pairs.DATA / name_pairs.SOURCE).exists():
        _accuracy(result, name_pairs.pairs(each=each, seed=SEED))
    else:
        result.missing.append(
            f"名称的准确率 accuracy of names: {name_pairs.DATA.name}/{name_pairs.SOURCE} is absent"
        )
    _speed(result, names, runs)
    return result


def measured(pairs: Sequence[name_pairs.Pair]) -> dict[str, dict[str, Any]]:
    """By kind: our scores, and the shares not called different and called same."""
    from xinyun.naming.comparing import compare

    found: dict[str, list[Any]] = defaultdict(list)
    for pair in pairs:
        found[pair.kind].append(compare(pair.left, pair.right))
    return {
        kind: {
            "scores": [one.score for one in some],
            "found": float(np.mean([one.decision.outcome != "different" for one in some])),
            "same": float(np.mean([one.decision.outcome == "same" for one in some])),
        }
        for kind, some in found.items()
    }


def auc(same: Sequence[float], other: Sequence[float]) -> float:
    """How often a pair of one organisation scores higher than one of two; ties count half."""
    ours, theirs = np.array(same), np.sort(np.array(other))
    below, to = np.searchsorted(theirs, ours, "left"), np.searchsorted(theirs, ours, "right")
    return float((below + to).mean() / 2 / len(theirs))


def _accuracy(result: Result, pairs: list[name_pairs.Pair]) -> None:
    ours = measured(pairs)
    mine = _auc({kind: told["scores"] for kind, told in ours.items()})
    kinds = "；".join(f"{kind} {told['found']:.3f} / {told['same']:.3f}" for kind, told in ours.items())
    result.facts.append(f"本平台：不判为 different 的 / 判为 same 的 ours: not different / same: {kinds}。")
    for make in RIVALS:
        try:
            rival = make()
        except NotMeasured as reason:
            result.missing.append(str(reason))
            continue
        scores = _scores(rival, pairs)
        theirs = _auc(scores)
        told = "；".join(f"{k} {np.mean(np.array(v) >= rival.same_from):.3f}" for k, v in scores.items())
        result.facts.append(f"{rival.name}（≥ {rival.same_from}）判为同一的 called the same: {told}。")
        for kind in name_pairs.OTHER:
            row = (Sample((mine[kind],)), rival.name, Sample((theirs[kind],)))
            result.rows.append(Row(BENCH, f"AUC, {kind}", *row, "AUC"))


def _scores(matcher: Matcher, pairs: list[name_pairs.Pair]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = defaultdict(list)
    for pair in pairs:
        found[pair.kind].append(matcher.score(pair.left, pair.right))
    return found


def _auc(scores: dict[str, list[float]]) -> dict[str, float]:
    same = [score for kind in name_pairs.SAME for score in scores[kind]]
    return {kind: auc(same, scores[kind]) for kind in name_pairs.OTHER}


def generated(count: int, chance: random.Random) -> Iterator[tuple[str, str, bool]]:
    """Invented names with invented codes: real divisions, trades and legal forms around two to four characters."""
    from xinyun.law import rulebook
    from xinyun.naming.splitting import words

    regions = [one.title for one in rulebook().divisions.values() if one.code.startswith("52")]
    trades = sorted(word for some in words("trade").values() for word in some if len(word) > 1)
    forms = ["有限公司", "有限责任公司", "有限公司", "股份有限公司", "专业合作社", "厂"]
    chars = [chr(point) for point in range(0x4E00, 0x9FA5, 17)]
    for number in range(count):
        core = "".join(chance.choices(chars, k=chance.choice((2, 2, 2, 3, 4))))
        yield chance.choice(regions) + core + chance.choice(trades) + chance.choice(forms), str(number), False


def _speed(result: Result, names: int, runs: int) -> None:
    from rapidfuzz import fuzz, process

    from xinyun.naming.comparing import compare
    from xinyun.naming.resolving import Resolver

    chance = random.Random(SEED)
    known = list(generated(names, chance))
    asked = [_slip(known[chance.randrange(names)], chance) for _ in range(min(_LOOKED_FOR, names))]
    compare(*asked[0])  # the tables of sounds, scripts and places are read once in a process
    made: list[Resolver] = []
    built = seconds(lambda: made.append(Resolver(known)))
    spelled, resolve = [name for name, _, _ in known], made[0].resolve
    turns = {
        "resolve": lambda: _anew(lambda: [resolve(name) for name, _ in asked]),
        "scan": lambda: _anew(
            lambda: [process.extractOne(name, spelled, scorer=fuzz.ratio) for name, _ in asked[:_SCANNED]]
        ),
    }
    found = alternate(turns, runs)
    ours, theirs = rate(len(asked), found["resolve"]), rate(len(asked[:_SCANNED]), found["scan"])
    remark = f"{names:,} 个名称 names，单进程 one process"
    result.rows.append(
        Row(BENCH, "resolve", ours, "rapidfuzz extractOne", theirs, "名/s names/s", remark=remark)
    )
    hit = np.mean([code in [one.code for one in resolve(name).candidates] for name, code in asked])
    result.facts.append(
        f"名称索引 name index: {names:,} 个，建 {built:.1f} s；各丢一字的名称，候选中有原主体的占 {hit:.3f}"
        f" | built in {built:.1f} s; of names that lack a character, {hit:.3f} have their organisation among the candidates。"
    )
    _pairs(result, list(islice(product(spelled[:50], spelled[50:200]), _SLOW_PAIRS)), runs)


def _pairs(result: Result, pairs: list[tuple[str, str]], runs: int) -> None:
    """How fast pairs are compared, beside the rival that tells them apart best."""
    from xinyun.naming.comparing import compare

    try:
        rival = RIVALS[0]()
    except NotMeasured:
        return
    found = alternate(
        {
            "ours": lambda: _anew(lambda: [compare(left, right) for left, right in pairs]),
            "rival": lambda: seconds(lambda: [rival.score(left, right) for left, right in pairs]),
        },
        runs,
    )
    ours, theirs = (rate(len(pairs), found[who]) for who in ("ours", "rival"))
    result.rows.append(Row(BENCH, "match", ours, rival.name, theirs, "对/s pairs/s"))


def _anew(work: Callable[[], object]) -> float:
    """How long it takes with names that have not been split before."""
    from xinyun.naming.folding import fold
    from xinyun.naming.splitting import split

    split.cache_clear()
    fold.cache_clear()
    return seconds(work)


def _slip(known: tuple[str, str, bool], chance: random.Random) -> tuple[str, str]:
    """A name with one character left out, and its code."""
    name, code, _ = known
    at = chance.randrange(len(name))
    return name[:at] + name[at + 1 :], code
