"""`python -m tests.bench`: measure ours beside others in one run and write docs/performance.md."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench import (
    collection,
    decisions,
    gateway,
    generated,
    ledger,
    load,
    naming,
    push,
    relations,
    report,
    screen,
    search,
    snapshot,
    stores,
    subject_page,
    validation,
    workbook,
)
from tests.bench.machine import machine
from tests.bench.measure import NotMeasured, Result, say
from tests.bench.page import page

PAGE = stores.ROOT / "docs" / "performance.md"


@dataclass(frozen=True)
class Size:
    """How large and how often."""

    rows: int
    faults: float
    subjects: int
    entries: int
    listed: int
    names: int
    seconds: float
    links: int
    pages: int
    leaves: int
    runs: int
    stores: tuple[str, ...]


def _validation(size: Size) -> Result:
    path = generated.penalties(stores.scratch() / "faulty.csv", size.rows, size.faults)
    return validation.run(path, rows=size.rows, runs=size.runs)


def _collection(size: Size) -> Result:
    folder = stores.scratch()
    clean = generated.penalties(folder / "clean.csv", size.rows)
    faulty = generated.penalties(folder / "faulty.csv", size.rows, size.faults)
    warm = generated.penalties(folder / "warm.csv", 20)
    return collection.run(clean, faulty, warm, rows=size.rows, runs=size.runs, kinds=size.stores)


def _workbook(size: Size) -> Result:
    rows = min(size.rows, 200_000)
    path = generated.workbook(stores.scratch() / "rows.xlsx", rows)
    return workbook.run(path, rows=rows, runs=size.runs)


def _gateway(size: Size) -> Result:
    return gateway.run(subjects=size.subjects, entries=size.entries, seconds=size.seconds, runs=size.runs)


def _screen(size: Size) -> Result:
    return screen.run(rows=size.rows, entries=size.listed, runs=size.runs)


def _report(size: Size) -> Result:
    return report.run(runs=size.runs)


def _search(size: Size) -> Result:
    return search.run(subjects=size.names, seconds=size.seconds * 3, runs=size.runs)


def _snapshot(size: Size) -> Result:
    folder = stores.scratch()
    registrations = generated.registrations(folder / "registrations.parquet", size.subjects)
    change = generated.registrations(folder / "change.parquet", min(size.subjects, 1000))
    return snapshot.run(registrations, change, subjects=size.subjects, runs=size.runs, kinds=size.stores)


def _names(size: Size) -> Result:
    return naming.run(names=size.rows, each=min(500, size.subjects // 10), runs=size.runs)


def _relations(size: Size) -> Result:
    return relations.run(links=size.links, asked=min(500, size.links // 10), kinds=size.stores)


def _subject_page(size: Size) -> Result:
    asked = min(2000, size.pages)
    return subject_page.run(subjects=size.pages, records=size.pages * 4, asked=asked, kinds=size.stores)


def _ledger(size: Size) -> Result:
    return ledger.run(
        leaves=size.leaves, proofs=min(200, size.leaves // 10), runs=size.runs, kinds=size.stores
    )


def _push(size: Size) -> Result:
    return push.run(seconds=size.seconds * 3, kinds=size.stores)


def _decisions(size: Size) -> Result:
    return decisions.run(asked=size.rows // 5, runs=size.runs)


BENCHES: dict[str, Callable[[Size], Result]] = {
    "validation": _validation,
    "collection": _collection,
    "workbook": _workbook,
    "gateway": _gateway,
    "screen": _screen,
    "report": _report,
    "search": _search,
    "snapshot": _snapshot,
    "names": _names,
    "relations": _relations,
    "subject-page": _subject_page,
    "ledger": _ledger,
    "push": _push,
    "decisions": _decisions,
}


def main() -> None:
    """Run what was asked for; the page goes to docs, figures to stdout with --json, progress to stderr."""
    asked = _arguments()
    size = Size(
        asked.rows,
        asked.faults,
        asked.subjects,
        asked.entries,
        asked.listed,
        asked.names,
        asked.seconds,
        asked.links,
        asked.pages,
        asked.leaves,
        asked.runs,
        tuple(asked.store or collection.STORES),
    )
    settings = vars(size) | {"stores": "+".join(size.stores), "load": load.generator()}
    before, results = machine(), dict[str, Result]()
    for name in asked.only or BENCHES:
        say(f"{name} …")
        results[name] = _measured(BENCHES[name], size)
    if asked.json:
        found = {name: _document(result) for name, result in results.items()}
        print(
            json.dumps(
                {"machine": before, "settings": settings, "benches": found}, ensure_ascii=False, indent=1
            )
        )
    past = asked.out.read_text(encoding="utf-8") if asked.out and asked.out.exists() else ""
    text = page(BENCHES, results, before, settings, past)
    if asked.out:
        asked.out.write_text(text, encoding="utf-8")
        say(f"{asked.out}")
    elif not asked.json:
        print(text)


def _measured(bench: Callable[[Size], Result], size: Size) -> Result:
    try:
        return bench(size)
    except NotMeasured as reason:
        return Result(missing=[str(reason)])


def _document(result: Result) -> dict[str, Any]:
    return {
        "rows": [row.document() for row in result.rows],
        "facts": result.facts,
        "missing": result.missing,
        "agreed": result.agreed,
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "--only",
        action="append",
        choices=BENCHES,
        help="one bench; may be repeated; writes no page but --out",
    )
    parser.add_argument("--rows", type=int, help="penalty rows (1,000,000)")
    parser.add_argument("--faults", type=float, default=0.1, help="share of bad rows in the faulty file")
    parser.add_argument("--subjects", type=int, help="subjects in the check index and the snapshot (100,000)")
    parser.add_argument("--entries", type=int, help="list entries (20,000)")
    parser.add_argument("--listed", type=int, help="listed subjects for a batch of checks (5,000,000)")
    parser.add_argument("--names", type=int, help="subjects in the name index (1,000,000)")
    parser.add_argument("--seconds", type=float, help="length of each press (3)")
    parser.add_argument("--links", type=int, help="links between subjects (2,000,000)")
    parser.add_argument(
        "--pages", type=int, help="subjects with pages; four times as many records (1,000,000)"
    )
    parser.add_argument("--leaves", type=int, help="leaves in the ledger (1,000,000)")
    parser.add_argument("--runs", type=int, help="rounds (3)")
    parser.add_argument(
        "--quick", action="store_true", help="small sizes, one round, to see that it runs; writes no page"
    )
    parser.add_argument("--store", action="append", choices=collection.STORES, help="to collect into (all)")
    parser.add_argument("--json", action="store_true", help="figures as JSON on stdout")
    parser.add_argument(
        "--out",
        type=Path,
        help="the page to write (docs/performance.md for a whole run); what is not measured stays in it",
    )
    asked = parser.parse_args()
    usual = {
        "rows": 1_000_000,
        "subjects": 100_000,
        "entries": 20_000,
        "listed": 5_000_000,
        "names": 1_000_000,
        "seconds": 3.0,
        "links": 2_000_000,
        "pages": 1_000_000,
        "leaves": 1_000_000,
        "runs": 3,
    }
    quick = {
        "rows": 2_000,
        "subjects": 500,
        "entries": 100,
        "listed": 500,
        "names": 3_000,
        "seconds": 1.0,
        "links": 2_000,
        "pages": 500,
        "leaves": 300,
        "runs": 1,
    }
    for name, value in (quick if asked.quick else usual).items():
        if getattr(asked, name) is None:
            setattr(asked, name, value)
    if asked.out is None and not asked.only and not asked.quick:
        asked.out = PAGE
    return asked


if __name__ == "__main__":
    main()
