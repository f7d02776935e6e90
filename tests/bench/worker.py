"""One task in one process: `python -m tests.bench.worker TASK JSON` writes what it found as a line of JSON.

A process has one store (settings are read once), and what an earlier measurement left warm or allocated must not
count for the next one.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import django

from tests.bench.measure import NotMeasured

DAY = date(2026, 11, 20)
"""The day on which files are collected; checks and reports happen on the real one."""
PENALTY = {"item": "penalty", "office": "52.market-regulation", "actor": "bench", "on": DAY}


REGISTRATION = PENALTY | {"item": "registration"}


def collect(path: str, warm: str, errors_to: str | None = None) -> dict[str, Any]:
    """Collect a file of penalties into an empty archive, after a tiny one that warms the process up."""
    _initialise()
    from xinyun.collection.operations import collect as take

    take(path=Path(warm), **PENALTY)
    start = time.perf_counter()
    outcome = take(path=Path(path), errors_to=Path(errors_to) if errors_to else None, **PENALTY)
    return {
        "seconds": time.perf_counter() - start, "memory_mb": _peak(), "received": outcome.received,
        "accepted": outcome.accepted, "rejected": outcome.rejected, "errors": outcome.errors,
    }  # fmt: skip


def parse(path: str, warm: str) -> dict[str, Any]:
    """Parse the same file by Polars alone, every column text, as our reader wants it."""
    import polars as pl

    pl.read_csv(warm, infer_schema=False)
    start = time.perf_counter()
    frame = pl.read_csv(path, infer_schema=False)
    return {"seconds": time.perf_counter() - start, "memory_mb": _peak(), "received": frame.height}


def ingest(path: str, warm: str) -> dict[str, Any]:
    """Put the file's rows, parsed beforehand, into one table without key or index by ADBC, and commit."""
    import polars as pl
    from django.conf import settings

    _ready()
    tables = {
        name: pl.read_csv(file, infer_schema=False).to_arrow()
        for name, file in (("warm", warm), ("rows", path))
    }
    connection = _adbc(settings.XINYUN)
    with connection.cursor() as cursor:
        for name, table in tables.items():
            start = time.perf_counter()
            cursor.adbc_ingest(name, table, mode="create")
            connection.commit()
            spent = time.perf_counter() - start
    connection.close()
    return {"seconds": spent, "received": tables["rows"].num_rows}


def _adbc(environment: Any) -> Any:
    """A connection with the durability that our own store has: WAL and FULL on SQLite."""
    if environment.database_url:
        from adbc_driver_postgresql import dbapi as postgresql

        return postgresql.connect(environment.database_url)
    import sqlite3

    from adbc_driver_sqlite import dbapi as sqlite

    path = environment.home / "ingest.sqlite3"
    with sqlite3.connect(path) as made:
        made.execute("PRAGMA journal_mode=WAL")
    return sqlite.connect(f"file:{path}")  # synchronous=FULL is SQLite's default


def validate(**given: Any) -> dict[str, Any]:
    """See `validation.contest`."""
    _initialise()
    from tests.bench.validation import contest

    return contest(**given)


def read_workbook(**given: Any) -> dict[str, Any]:
    """See `workbook.contest`."""
    _ready()
    from tests.bench.workbook import contest

    return contest(**given)


def seed_checks(**given: Any) -> dict[str, Any]:
    """See `seeding.for_checks`."""
    _initialise()
    from tests.bench.seeding import for_checks

    return for_checks(**given)


def seed_screen(**given: Any) -> dict[str, Any]:
    """See `screen.seed`."""
    _initialise()
    from tests.bench.screen import seed

    return seed(**given)


def screen(**given: Any) -> dict[str, Any]:
    """See `screen.contest`."""
    _ready()
    from tests.bench.screen import contest
    from xinyun import law

    law.rulebook()
    return contest(**given) | {"memory_mb": _peak()}


def leaves() -> dict[str, Any]:
    """How many checks the ledger holds, and whether all of it verifies."""
    _ready()
    from django.utils import timezone

    from xinyun.gateway.operations import seal_answered
    from xinyun.ledger import operations, queries

    seal_answered(actor="bench", on=date.today(), at=timezone.now())
    start = time.perf_counter()
    verdict = operations.verify(actor="bench", on=date.today())
    return {
        "size": queries.size(),
        "ok": verdict.ok,
        "checks": verdict.kinds.get("check", 0),
        "seconds": time.perf_counter() - start,
    }


def report(**given: Any) -> dict[str, Any]:
    """See `paper.contest`."""
    if not given.pop("seeded"):
        _initialise()
    _ready()
    from tests.bench import paper

    return getattr(paper, given.pop("part"))(**given)


def search(**given: Any) -> dict[str, Any]:
    """See `searching`."""
    if given.pop("fresh", False):
        _initialise()
    _ready()
    from tests.bench import searching

    return getattr(searching, given.pop("part"))(**given)


def seed_snapshot(path: str) -> dict[str, Any]:
    """Fill an empty archive with registrations."""
    _initialise()
    from xinyun.collection.operations import collect as take

    return {"accepted": take(path=Path(path), **REGISTRATION).accepted}


def rebuild(part: str) -> dict[str, Any]:
    """Build derived state from nothing, or for comparison copy the two tables as they are; the law is loaded before."""
    _ready()
    from xinyun import law
    from xinyun.archive import operations as archive
    from xinyun.gateway import operations as gateway

    law.rulebook()

    told = {"actor": "bench", "on": DAY}
    works: dict[str, Callable[[], object]] = {
        "snapshot": lambda: archive.rebuild_snapshot(from_nothing=True, **told),
        "names": lambda: archive.rebuild_names(**told),
        "checks": lambda: gateway.rebuild_index(**told),
        "copy": _copy,
    }
    start = time.perf_counter()
    works[part]()
    return {"seconds": time.perf_counter() - start, "memory_mb": _peak()}


def _copy() -> None:
    import polars as pl
    from adbc_driver_postgresql import dbapi as postgresql
    from adbc_driver_sqlite import dbapi as sqlite
    from django.conf import settings

    environment = settings.XINYUN
    connect, address = (
        (postgresql.connect, environment.database_url)
        if environment.database_url
        else (sqlite.connect, f"file:{environment.home / 'archive.sqlite3'}")
    )
    for table in ("archive_subject", "archive_record"):
        with connect(address) as opened, opened.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table}")
            frame = pl.DataFrame(cursor.fetch_arrow_table())
            frame.write_parquet(
                environment.home / f"{table}.parquet", compression="zstd", compression_level=1
            )


def follow_snapshot(path: str) -> dict[str, Any]:
    """Collect a small file into an archive whose snapshot stands at the head, and follow."""
    _ready()
    from xinyun.archive.operations import follow_snapshot as follow
    from xinyun.collection.operations import collect as take

    follow(actor="bench", on=DAY)
    _told_otherwise(Path(path))
    take(path=Path(path), **REGISTRATION)
    start = time.perf_counter()
    follow(actor="bench", on=DAY)
    return {"seconds": time.perf_counter() - start}


def _told_otherwise(path: Path) -> None:
    """Give the subjects of a file of registrations another name, so that every row of it is a change."""
    import polars as pl

    pl.read_parquet(path).with_columns(pl.col("名称") + "改").write_parquet(path)


def relations(**given: Any) -> dict[str, Any]:
    """See `kinship.measure`."""
    _initialise()
    from tests.bench.kinship import measure

    return measure(**given)


def subject_page(**given: Any) -> dict[str, Any]:
    """See `pages_asked.measure`."""
    _initialise()
    from tests.bench.pages_asked import measure

    return measure(**given)


def log(**given: Any) -> dict[str, Any]:
    """See `ledger.contest`, which sets up only what a part needs."""
    from tests.bench.ledger import contest

    return contest(**given)


def push(part: str, **given: Any) -> dict[str, Any]:
    """See `deciding`."""
    _initialise()
    from tests.bench import deciding

    found: dict[str, Any] = {"begin": deciding.begin, "decide": deciding.decide}[part](**given)
    return found


def _ready() -> None:
    django.setup()


def _initialise() -> None:
    _ready()
    from xinyun.site.initialise import initialise

    initialise(actor="bench", on=DAY)


def _peak() -> float:
    """This process's greatest memory so far, in MB."""
    scale = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale / 1e6


TASKS: dict[str, Callable[..., dict[str, Any]]] = {
    task.__name__: task
    for task in (
        collect,
        parse,
        ingest,
        validate,
        read_workbook,
        seed_checks,
        seed_screen,
        screen,
        leaves,
        report,
        seed_snapshot,
        rebuild,
        follow_snapshot,
        search,
        relations,
        subject_page,
        log,
        push,
    )
}


if __name__ == "__main__":
    try:
        answer = TASKS[sys.argv[1]](**json.loads(sys.argv[2]))
    except NotMeasured as reason:
        answer = {"not_measured": str(reason)}
    print(json.dumps(answer))
