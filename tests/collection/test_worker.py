"""The worker as a process: killed at any instant, without its store, on a full disk. Each row ends once."""

from __future__ import annotations

import json
import random
import resource
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import OperationalError

from tests.conftest import DAY, HOME, Store
from tests.factories import a_registration
from xinyun.collection import operations, queries
from xinyun.collection.models import Submission
from xinyun.collection.queueing import LEASE

OFFICE = "52.market-regulation"
AT = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
GOOD, BAD = 4000, 300


class Outside:
    """A store as it is seen from outside the platform."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.address = store.environment["DATABASE_URL"]

    def connect(self) -> Any:
        if self.address:
            return psycopg.connect(self.address, autocommit=True)
        return sqlite3.connect(self.store.home / "archive.sqlite3", timeout=60, isolation_level=None)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        with closing(self.connect()) as connection:
            return list(connection.execute(query))

    def states(self) -> set[str]:
        return {state for (state,) in self.ask("SELECT DISTINCT state FROM collection_submission")}

    def wait_until(self, holds: Callable[[set[str]], bool], seconds: float = 120) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if holds(self.states()):
                return
            time.sleep(0.05)
        raise AssertionError(f"still {self.states()} after {seconds} s")

    def expire_leases(self) -> None:
        with closing(self.connect()) as connection:
            connection.execute("UPDATE collection_submission SET lease_until = NULL")


@pytest.fixture
def outside(live: Store) -> Outside:
    return Outside(live)


@contextmanager
def working(store: Store) -> Iterator[subprocess.Popen[str]]:
    worker = store.start("worker")
    Thread(
        target=worker.stdout.read, daemon=True
    ).start()  # a worker that nobody listens to would wait for it
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait()


def submit(store: Store, *files: Path) -> None:
    for file in files:
        store.run("submit", "registration", file, "--from", OFFICE)


def test_killed_at_any_instant_every_row_is_accepted_or_returned_just_once(
    live: Store, outside: Outside, write_csv: Callable[..., Path]
) -> None:
    rows = [a_registration() for _ in range(GOOD)] + [a_registration(名称="甲") for _ in range(BAD)]
    submit(live, write_csv(rows, "a.csv"), write_csv(rows[::-1], "b.csv"))
    chance, killed = random.Random(2026), 0

    for _ in range(4):  # a fifth death would give the submission up
        with working(live):
            outside.wait_until(lambda states: "running" in states or states == {"done"})
            time.sleep(chance.random() * 1.5)
        killed += outside.states() != {"done"}
        outside.expire_leases()
    with working(live):
        outside.wait_until(lambda states: states == {"done"})

    counts = outside.ask(
        "SELECT received, accepted, unchanged, rejected FROM collection_batch ORDER BY accepted"
    )
    assert counts == [(GOOD + BAD, 0, GOOD, BAD), (GOOD + BAD, GOOD, 0, BAD)]
    assert outside.ask("SELECT COUNT(*) FROM archive_record") == [(GOOD,)]
    assert outside.ask("SELECT COUNT(*), COUNT(DISTINCT batch) FROM collection_returned") == [(2 * BAD, 2)]
    assert killed
    assert sorted(path.stem for path in (live.home / "submissions").glob("*.sealed")) == sorted(
        id for (id,) in outside.ask("SELECT id FROM collection_batch")
    )
    assert live.run("ledger", "verify").returncode == 0


def test_without_its_store_for_longer_than_a_lease_the_worker_waits_and_goes_on(
    live: Store, outside: Outside, write_csv: Callable[..., Path]
) -> None:
    submit(live, write_csv([a_registration() for _ in range(20_000)], "away.csv"))
    with working(live) as worker:
        outside.wait_until(lambda states: "running" in states)
        with taken_away(outside):
            time.sleep(LEASE.total_seconds() + 3)
        outside.wait_until(lambda states: states == {"done"})
        assert worker.poll() is None
    last = "SELECT accepted FROM collection_batch ORDER BY seq DESC LIMIT 1"
    assert outside.ask(last) == [(20_000,)]


@contextmanager
def taken_away(outside: Outside) -> Iterator[None]:
    """PostgreSQL ends every session and lets nobody in; SQLite is locked by another process."""
    if not outside.address:
        with closing(outside.connect()) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            yield
            connection.execute("ROLLBACK")
        return
    parts = urlsplit(outside.address)
    name = parts.path.removeprefix("/")
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as server:
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        yield
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


def test_a_file_dropped_while_a_worker_runs_is_answered(
    live: Store, outside: Outside, write_csv: Callable[..., Path]
) -> None:
    (folder,) = [
        Path(line) for line in json.loads(live.run("inbox", OFFICE, "--json").stdout)["folders"]
        if line.endswith("/registration")
    ]  # fmt: skip
    write_csv([a_registration()], "new.csv").rename(folder / "new.csv")
    result = live.home / "outbox" / OFFICE / "registration" / "new.csv.result.json"

    with working(live):
        for _ in range(400):
            if result.exists():
                break
            time.sleep(0.1)

    assert json.loads(result.read_text("utf-8"))["state"] == "done"


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """No file of this process grows beyond `size`."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.django_db(databases=["default", "ledger"], transaction=True)
def test_on_a_full_disk_nothing_is_promised_and_what_was_promised_waits(
    write_csv: Callable[..., Path],
) -> None:
    chance = random.Random(1)  # what is sealed is compressed first, and this cannot be
    file = write_csv([a_registration(经营范围=chance.randbytes(300).hex()) for _ in range(1000)], "large.csv")
    small = 100_000
    assert file.stat().st_size > 5 * small
    told: dict[str, Any] = {
        "item": "registration", "path": file, "office": OFFICE, "file_name": file.name, "actor": "clerk",
        "way": "web", "on": DAY, "at": AT,
    }  # fmt: skip

    with full_disk(small), pytest.raises((OSError, OperationalError)):
        operations.submit(**told)
    left = list((HOME / "home" / "submissions" / "drafts").iterdir())
    promised = operations.submit(**told)
    with full_disk(small), pytest.raises((OSError, OperationalError)):
        operations.run_next(worker="test", on=DAY, at=AT)
    operations.run_next(worker="test", on=DAY, at=AT + timedelta(hours=1))

    found = queries.submission(promised)
    assert found is not None
    assert found.batch is not None
    assert (left, Submission.objects.count()) == ([], 1)
    assert (found.state, found.batch.accepted) == ("done", 1000)
