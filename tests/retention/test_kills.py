"""A kill leaves a page whole or untouched, and the next run finishes: real processes, killed at two exact instants."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.conftest import Store
from tests.retention.conftest import NAME, OTHER, PERSON, a_person

_KILLED = """
import os, sys, django
django.setup()
from datetime import UTC, date, datetime
from xinyun.archive import operations as archive
from xinyun.archive.models import Record, Subject
from xinyun.retention import operations
print(Record.objects.count(), Subject.objects.count(), flush=True)
def die(*given, **named): os.kill(os.getpid(), 9)
setattr({"records": archive, "files": operations}[sys.argv[1]], sys.argv[2], die)
operations.run(actor="test", on=date(2026, 11, 20), at=datetime(2026, 11, 20, tzinfo=UTC))
"""


def killed(store: Store, where: str, name: str) -> list[int]:
    """Kill retention where it comes to call this operation; how many records and subjects there were before."""
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, where, name],
        env=store.environment, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert done.returncode == -9, done.stderr
    return [int(count) for count in done.stdout.split()]


def test_a_kill_leaves_all_or_nothing_and_the_next_run_finishes(
    store: Store, write_csv: Callable[..., Path]
) -> None:
    store.run("collect", "penalty", write_csv([a_person(PERSON), a_person(OTHER)]), "--from", "52.tax")

    killed(store, "records", "erase_persons")  # records are deleted, their persons not yet
    assert killed(store, "files", "_wipe") == [2, 2]  # all is committed now, the files are not clean yet
    done = json.loads(store.run("retention", "run", "--json").stdout)

    assert (done["lines"], done["wiped"]) == ([], True)
    if not store.environment["DATABASE_URL"]:
        held = [
            path for path in store.home.rglob("*") if path.is_file() and NAME.encode() in path.read_bytes()
        ]
        assert held == []
