from __future__ import annotations

import csv
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.conftest import Store, initialised
from tests.factories import a_code, collected
from xinyun.archive import queries
from xinyun.collection.reading import UnreadableFile
from xinyun.plumbing import feed

HEADER = "名称,统一社会信用代码,经营范围\n"
TABLES = (
    "collection_batch",
    "feed_change WHERE kind = 'records.accepted'",
    "archive_record",
    "archive_subject",
    "collection_returned WHERE settled = ''",
)


class Returned:
    """What became of a file: the outcome and the lines of its error file."""

    def __init__(self, outcome: Any, errors: Path) -> None:
        self.outcome = outcome
        self.text = errors.read_text(encoding="utf-8")
        with errors.open(encoding="utf-8", newline="") as stream:
            self.faults = list(csv.DictReader(stream))

    @property
    def rules(self) -> list[tuple[str, str, str]]:
        """Row, field and rule of each fault, in file order."""
        return [(fault["row"], fault["field"], fault["rule"]) for fault in self.faults]


@pytest.fixture
def submit(write_csv: Callable[..., Path], tmp_path: Path) -> Callable[..., Returned]:
    """Submit rows, raw text or bytes, or a file; `item` and the rest as for `collect`."""

    def send(what: Any, item: str = "registration", **given: Any) -> Returned:
        path = tmp_path / "submitted.csv"
        if isinstance(what, Path):
            path = what
        elif isinstance(what, list):
            titles = dict.fromkeys(title for row in what for title in row)
            rows = [{title: row.get(title, "") for title in titles} for row in what]
            path = write_csv(rows, "submitted.csv", given.pop("encoding", "utf-8"))
        else:
            path.write_bytes(what.encode() if isinstance(what, str) else what)
        errors = tmp_path / "errors.csv"
        errors.unlink(missing_ok=True)
        return Returned(collected(path, item, errors_to=errors, **given), errors)

    return send


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store for the processes of a whole module; each test counts from what it finds."""
    return Store(tmp_path_factory.mktemp("live") / "home", like=initialised())


def standing(store: Store) -> tuple[int, ...]:
    """Batches, changes, records, subjects and open returned rows of a store, read at one instant from outside."""
    address = store.environment["DATABASE_URL"]
    connection = (
        psycopg.connect(address) if address else sqlite3.connect(store.home / "archive.sqlite3", timeout=60)
    )
    with closing(connection):
        counts = (f"(SELECT COUNT(*) FROM {table})" for table in TABLES)
        return tuple(connection.execute(f"SELECT {', '.join(counts)}").fetchone())


@pytest.fixture
def refused(submit):
    """Submits what must be refused as a whole; nothing of it may be stored."""

    def send(what, item: str = "registration", kind=UnreadableFile, **given):
        from xinyun.collection.models import Batch

        before = feed.head(), queries.counts(), Batch.objects.count()
        with pytest.raises(kind) as refusal:
            submit(what, item, **given)
        assert (feed.head(), queries.counts(), Batch.objects.count()) == before
        assert refusal.value.remedy.zh
        assert refusal.value.what.en
        return refusal.value

    return send


def line(name: str = "贵州演示科技有限公司", scope: str = "演示") -> str:
    return f"{name},{a_code()},{scope}\n"
