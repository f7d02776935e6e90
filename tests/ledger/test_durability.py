"""What was appended survives a kill, and simultaneous writers lose nothing: real processes, a real file."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import connections

from xinyun.ledger import operations, queries
from xinyun.ledger.operations import Entry

BATCH = 256
AT, ON = datetime(2026, 3, 2, tzinfo=UTC), date(2026, 3, 2)
PRELUDE = """
import json, sys, django
django.setup()
from datetime import UTC, date, datetime
from django.core.management import call_command
from xinyun.ledger import keys, models, operations, queries
at, on = datetime(2026, 3, 2, tzinfo=UTC), date(2026, 3, 2)
def append(refs):
    entries = [operations.Entry("check", at, {"text": "x" * 200}, ref) for ref in refs]
    return operations.append(entries, actor="gateway", on=on)
"""
PREPARE = "call_command('migrate', database='ledger', verbosity=0); keys.ensure_keys()"
APPEND_FOR_EVER = """
number = queries.size() // 256
while True:
    append([f"{number}-{n}" for n in range(256)])
    print(number, flush=True)
    number += 1
"""
APPEND_SOME = """
for number in range(60):
    append([f"{sys.argv[1]}-{number}-{n}" for n in range(8)] + [f"shared-{number}"])
"""
INSPECT = """
operations.checkpoint(actor="test", on=on)
verdict = operations.verify(actor="test", on=on)
refs = list(models.Leaf.objects.order_by("index").values_list("ref", flat=True))
print(json.dumps([verdict.ok, verdict.size, refs, [str(fault.text) for fault in verdict.faults]]))
"""


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    """Starts Python with the platform set up on an embedded store of the test's own."""
    env = {
        name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "XINYUN_TEST_STORE"}
    }
    env |= {"XINYUN_HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    env |= {"DJANGO_SETTINGS_MODULE": "xinyun.site.settings"}

    def run(code: str, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", PRELUDE + code, *arguments]
        return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)

    assert run(PREPARE).wait() == 0
    return run


def inspect(start: Callable[..., subprocess.Popen[str]]) -> tuple[bool, int, list[str], list[str]]:
    return tuple(json.loads(start(INSPECT).communicate()[0]))


def test_a_kill_in_the_middle_of_an_append_leaves_all_of_the_batch_or_nothing(start):
    answered = -1
    chance = random.Random(7)

    for _ in range(4):
        writer = start(APPEND_FOR_EVER)
        for _ in range(chance.randint(3, 40)):
            answered = int(writer.stdout.readline())
        time.sleep(chance.random() / 100)
        writer.kill()
        answered = max([answered, *map(int, writer.communicate()[0].split())])

        sound, size, refs, faults = inspect(start)
        batches = size // BATCH
        assert sound, faults
        assert refs == [f"{number}-{n}" for number in range(batches) for n in range(BATCH)]
        assert answered < batches <= answered + 2
        answered = batches - 1


def test_two_processes_that_append_at_once_lose_nothing_and_log_nothing_twice(start):
    writers = [start(APPEND_SOME, name) for name in ("left", "right")]
    assert [writer.wait() for writer in writers] == [0, 0]

    sound, size, refs, faults = inspect(start)

    assert sound, faults
    assert size == len(refs) == 60 * (8 + 8 + 1)
    assert set(refs) == {
        f"{side}-{a}-{b}" for side in ("left", "right") for a in range(60) for b in range(8)
    } | {f"shared-{number}" for number in range(60)}


@pytest.mark.django_db(databases=["default", "ledger"], transaction=True)
def test_threads_that_append_at_once_on_postgresql_wait_for_each_other(empty_log):
    if connections["ledger"].vendor != "postgresql":
        pytest.skip("the embedded store is tested above, with processes")

    def write(name: str) -> None:
        for number in range(30):
            entries = [Entry("check", AT, {}, f"{name}-{number}-{n}") for n in range(8)]
            operations.append([*entries, Entry("check", AT, {}, f"shared-{number}")], actor="gateway", on=ON)
        connections["ledger"].close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, "abcd"))

    verdict = operations.verify(actor="clock", on=ON)
    assert verdict.ok
    assert verdict.size == queries.size() == 30 * (4 * 8 + 1)
