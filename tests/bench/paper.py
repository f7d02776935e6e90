"""In a worker: the credit report, ours from the request to the registered PDF, beside Typst with the data at hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl
from django.utils import timezone

from tests.bench import generated
from tests.bench.measure import NotMeasured, alternate, seconds
from tests.bench.worker import DAY
from xinyun.collection.operations import collect
from xinyun.lists.operations import enlist
from xinyun.plumbing.typesetting import FontsMissing
from xinyun.portal import paper, queries, report

RECORDS = 30
"""Penalties of the subject whose report is made, all public, and one list entry."""


def seed(folder: str) -> dict[str, Any]:
    """A store with one subject that has much to report; returns its code."""
    home = Path(folder)
    registered = generated.registrations(home / "one.parquet", 1)
    code = pl.read_parquet(registered)["统一社会信用代码"][0]
    fined = generated.penalties(home / "all.csv", 2 * RECORDS)
    legal = (
        pl.read_csv(fined, infer_schema=False).filter(pl.col("CF_XDR_LB") == "法人及非法人组织").head(RECORDS)
    )
    recent = pl.lit((timezone.localdate() - timedelta(days=30)).isoformat())
    legal.with_columns(
        CF_XDR_SHXYM=pl.lit(code), CF_JDRQ=recent, CF_GSJZQ=pl.lit(None, pl.String), CF_CFLB=pl.lit("罚款")
    ).write_csv(home / "its.csv")
    for item, path in (("registration", registered), ("penalty", home / "its.csv")):
        taken = collect(
            item=item, path=path, office="52.market-regulation", actor="bench", on=timezone.localdate()
        )
        assert taken.accepted == taken.received, taken
    enlist(
        list_id="wage-arrears", code=code, document="演人社列〔2026〕1号", decided=DAY, office="520100.human-resources",
        actor="bench", on=timezone.localdate(),
    )  # fmt: skip
    return {"code": code}


def warm(code: str, runs: int) -> dict[str, Any]:
    """One process, fonts loaded, compiler made: reports in turns, each with its own number and instant."""
    issue, bare = _Ours(code), _Bare(code)
    size = issue()
    bare()
    samples = alternate({"ours": lambda: seconds(issue), "bare": lambda: seconds(bare)}, runs)
    return {"seconds": {name: sample.values for name, sample in samples.items()}, "bytes": size}


def cold_ours(code: str) -> dict[str, Any]:
    """The first report of a process that is ready to serve."""
    return {"seconds": seconds(_Ours(code))}


def cold_bare(code: str) -> dict[str, Any]:
    """The first compile of a process, with fonts to find and a compiler to make."""
    return {"seconds": seconds(_Bare(code))}


class _Ours:
    def __init__(self, code: str) -> None:
        self._code = code
        self._at = timezone.now()

    def __call__(self) -> int:
        """A day later each time: the same report asked for again on its day would not be issued anew."""
        self._at += timedelta(days=1)
        try:
            return len(report.issue(self._code, actor="bench", on=self._at.date(), at=self._at).pdf)
        except FontsMissing as missing:
            raise NotMeasured(f"report: {missing.what.both}") from None


class _Bare:
    """The same template, the same data, the same PDF standard; a compiler that is kept, and nothing else."""

    def __init__(self, code: str) -> None:
        snapshot = queries.public_snapshot(code, on=timezone.localdate())
        assert snapshot is not None
        self._content = paper.contents(snapshot)
        self._compiler: Any = None
        self._number = 0
        self._qr = paper._qr("https://example.invalid/verify?no=XY")

    def __call__(self) -> int:
        import typst

        if self._compiler is None:
            template = str(files("xinyun.portal") / "report.typ")
            self._compiler = typst.Compiler(template, font_paths=typst.Fonts())
        self._number += 1
        made = datetime.now(UTC).replace(microsecond=0)
        told = paper.stamp(f"XYBENCH{self._number:08d}", made) | {"qr": self._qr}
        data = json.dumps(self._content | told, ensure_ascii=False, sort_keys=True)
        pdf = self._compiler.compile(
            format="pdf", sys_inputs={"data": data}, pdf_standards=["ua-1"], timestamp=made
        )
        return len(pdf)
