"""In a worker: the name index built, asked while it is written, and followed."""

from __future__ import annotations

import json
import time
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench import generated
from tests.bench.worker import DAY
from xinyun.archive import names, operations, queries, spelling
from xinyun.collection.operations import collect
from xinyun.plumbing import memory

_NAMES = 5_000
_MORE = 1_000


def seed(subjects: int, folder: str) -> dict[str, Any]:
    """Collect that many companies and write what people will type into `folder`."""
    file = generated.named_registrations(Path(folder) / "named.parquet", subjects)
    collect(item="registration", path=file, office="52.market-regulation", actor="bench", on=DAY)
    operations.follow_names(actor="bench", on=DAY)
    operations.follow_documents(actor="bench", on=DAY)
    typed = _typed(_NAMES)
    (Path(folder) / "typed.json").write_text(json.dumps(typed, ensure_ascii=False), encoding="utf-8")
    return {"typed": len(typed)}


def _typed(count: int) -> list[str]:
    """Beginnings of cores, parts of names, pinyin, initials and codes, as long as people are when they look up."""
    draw, found = np.random.default_rng(5), []
    with names.FILE.opened() as index:
        (last,) = index.execute("SELECT MAX(id) FROM subject").fetchone()
        for id in draw.integers(1, last + 1, count).tolist():
            row = index.execute("SELECT folded, core, code FROM subject WHERE id = ?", [id]).fetchone()
            if row is None:
                continue
            folded, core, code = row
            initials, letters = next(iter(spelling.spellings([folded[core:]])))[:2]
            length = int(draw.integers(2, 7))
            ways = (
                folded[core : core + length],
                folded[:length],
                folded[-length:],
                initials[:length],
                letters[: length + 2],
                code[: length + 4],
            )
            found.append(ways[int(draw.integers(0, len(ways)))])
    return [text for text in found if len(text) > 1]


def _warm_up() -> None:
    """Load the law and the tables of readings, as a process does with its first question."""
    queries.suggest("qianshan", 8)
    list(spelling.spellings(["黔山"]))
    memory.settle()


def rebuild() -> dict[str, Any]:
    """Build the name index from nothing; the law and the tables of readings are loaded before."""
    _warm_up()
    start = time.perf_counter()
    operations.rebuild_names(actor="bench", on=DAY)
    return {"seconds": time.perf_counter() - start, "mb": names.FILE.path.stat().st_size / 1e6}


def ask(folder: str, seconds: float, place: int, thinking: float) -> dict[str, Any]:
    """Type for a while: the milliseconds that the index took for each suggestion."""
    typed = json.loads((Path(folder) / "typed.json").read_text(encoding="utf-8"))
    _warm_up()
    spent, end = [], time.perf_counter() + seconds
    while (start := time.perf_counter()) < end:
        queries.suggest(typed[(place + 4 * len(spent)) % len(typed)], 8)
        spent.append((time.perf_counter() - start) * 1e3)
        time.sleep(thinking)
    return {"ms": spent}


def write(folder: str, seconds: float, numbered: int) -> dict[str, Any]:
    """Collect batches of new companies for a while and follow each; how long until each was found."""
    _warm_up()
    followed, end, batch = [], time.perf_counter() + seconds, 0
    while time.perf_counter() < end:
        file = Path(folder) / f"more-{numbered}-{batch}.parquet"
        word = f"新批{numbered}第{batch}批"
        _more(file, word, 9_000_000 - (numbered * 100 + batch + 1) * _MORE)
        collect(item="registration", path=file, office="52.market-regulation", actor="bench", on=DAY)
        start = time.perf_counter()
        operations.follow_names(actor="bench", on=date.today())
        assert queries.search(word, limit=1).total == _MORE
        followed.append(time.perf_counter() - start)
        batch += 1
    return {"followed": followed, "batches": batch}


def _more(path: Path, word: str, first: int) -> None:
    import polars as pl

    n = np.arange(first, first + _MORE)
    pl.DataFrame({"名称": "贵州" + word + pl.Series(n).cast(pl.String) + "号店", "统一社会信用代码": generated.codes(n)}).with_columns(
        pl.lit("2015-06-01").alias("成立日期"), pl.lit("有限责任公司").alias("类型"), pl.lit("存续").alias("登记状态"),
    ).write_parquet(path)  # fmt: skip
