"""The snapshot's files: whole or absent, for the owner alone, back when they are gone, and few."""

from __future__ import annotations

import json
import random
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.db import connections

from tests.archive import lake
from tests.conftest import DAY, Store
from tests.factories import a_code, a_penalty, a_registration, collected
from xinyun.archive import operations
from xinyun.archive.models import Record, Subject
from xinyun.archive.snapshot import compacting, manifest
from xinyun.archive.snapshot.queries import NoSnapshot, snapshot, verify
from xinyun.plumbing import feed

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)


@pytest.fixture
def furnish(write_csv: Callable[..., Path]) -> Callable[..., Any]:
    """Collects rows of an item."""

    def put(*rows: dict[str, str], item: str = "penalty") -> Any:
        return collected(write_csv(list(rows), f"{item}.csv"), item, "52.market-regulation")

    return put


@pytest.fixture
def place(settings) -> Path:
    """The snapshot's folder."""
    return settings.XINYUN.snapshot


def follow() -> int:
    return operations.follow_snapshot(actor="test", on=DAY)


def rebuild(**given: Any) -> int:
    return operations.rebuild_snapshot(actor="test", on=DAY, **given)


def named(place: Path) -> set[str]:
    return {file.path for file in manifest.read(place).files}


def present(place: Path) -> set[str]:
    return {str(path.relative_to(place)) for path in place.rglob("*.parquet")}


def test_it_is_for_the_owner_alone_and_its_manifest_tells_what_is_in_it(furnish, place):
    furnish(a_penalty(), a_penalty())

    assert follow() == feed.head()

    files = [path for path in place.rglob("*") if path.is_file()]
    folders = [place, *(path for path in place.rglob("*") if path.is_dir())]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o700}
    told = json.loads((place / "manifest.json").read_text())
    assert (told["seq"], told["counts"]) == (feed.head(), {"subjects": 2, "records": {"penalty": 2}})
    assert [(f["rows"], f["first_seq"], f["last_seq"]) for f in told["files"] if f["item"]] == [
        (2, 1, feed.head())
    ]
    assert verify().ok


def test_nothing_is_written_where_nothing_changed(furnish, place):
    furnish(a_penalty())
    follow()
    before = (place / "manifest.json").stat().st_mtime_ns

    assert follow() == rebuild() == feed.head()

    assert (place / "manifest.json").stat().st_mtime_ns == before


def test_what_is_deleted_or_damaged_comes_back(furnish, place):
    furnish(a_penalty(), a_penalty())
    follow()
    (part,) = (place / "records" / "item=penalty").iterdir()

    part.unlink()
    assert verify().damaged == (str(part.relative_to(place)),)
    follow()
    assert verify().ok
    (part,) = (place / "records" / "item=penalty").iterdir()
    spoilt = bytearray(part.read_bytes())
    spoilt[len(spoilt) // 2] ^= 1
    part.write_bytes(spoilt)
    assert not verify().ok
    rebuild()
    assert verify().ok
    shutil.rmtree(place)
    with pytest.raises(NoSnapshot), snapshot():
        pass
    follow()

    assert len(lake.standing("penalty")) == 2
    assert present(place) == named(place)


def test_a_store_put_back_from_a_backup_is_not_continued(furnish, place):
    furnish(a_penalty())
    follow()
    told = json.loads((place / "manifest.json").read_text())
    (place / "manifest.json").write_text(json.dumps(told | {"at": "2001-01-01T00:00:00+00:00"}))

    furnish(a_penalty())
    follow()

    assert [file.first_seq for file in manifest.read(place).parts("penalty")] == [1]
    assert len(lake.standing("penalty")) == 2


def test_many_small_changes_leave_few_files_which_tell_the_same(furnish, place, monkeypatch):
    monkeypatch.setattr(compacting, "MANY", 2)
    code, fewest = a_code(), 4
    for number in range(8):
        furnish(a_penalty(code, CF_WSH="演罚〔2026〕1号", CF_NR_FK=f"{number + 1}.5"))
        furnish(a_registration(code, 名称=f"贵州演示{number}改称公司"), item="registration")
        follow()

    known = manifest.read(place)
    assert len(known.parts("penalty")) < fewest
    assert len(known.parts(manifest.SUBJECTS)) < fewest
    assert present(place) == named(place)
    told = lake.rows("SELECT * EXCLUDE (_ends) FROM penalty ORDER BY _id"), lake.rows("FROM subjects")
    assert [row["_superseded_seq"] for row in told[0]] == list(
        Record.objects.filter(item="penalty").order_by("pk").values_list("superseded_seq", flat=True)
    )
    assert [row["name"] for row in told[1]] == [Subject.objects.get(code=code).name]
    rebuild(from_nothing=True)
    assert (
        lake.rows("SELECT * EXCLUDE (_ends) FROM penalty ORDER BY _id"),
        lake.rows("FROM subjects"),
    ) == told


def test_files_stay_while_somebody_reads_and_go_afterwards(furnish, place):
    furnish(a_penalty())
    follow()
    with snapshot() as shown:
        rebuild(from_nothing=True)
        assert shown.records("penalty").collect().height == 1
        assert present(place) > named(place)

    furnish(a_penalty())
    follow()

    assert present(place) == named(place)


def test_two_at_once_do_no_harm(furnish, place):
    furnish(*(a_penalty() for _ in range(300)))
    failed = []

    def work(task: Callable[[], int]) -> None:
        try:
            for _ in range(4):
                task()
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [
        Thread(target=work, args=(task,)) for task in (follow, follow, lambda: rebuild(from_nothing=True))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    follow()

    assert failed == []
    assert verify().ok
    assert len(lake.standing("penalty")) == 300


_LOOP = """
import django; django.setup()
from datetime import date
from xinyun.archive import operations
print("ready", flush=True)
while True:
    operations.rebuild_snapshot(from_nothing=True, actor="test", on=date(2026, 11, 20))
"""


def test_a_kill_at_any_instant_leaves_it_whole_and_the_next_run_goes_on(
    store: Store, write_csv: Callable[..., Path]
):
    rows = [a_penalty() for _ in range(4000)]
    store.run("collect", "penalty", write_csv(rows), "--from", "52.market-regulation")
    place, chance = store.home / "snapshot", random.Random(2026)
    for attempt in range(8):
        process = subprocess.Popen(
            [sys.executable, "-c", _LOOP], env=store.environment, stdout=subprocess.PIPE
        )
        assert process.stdout.readline() == b"ready\n"
        time.sleep(chance.random() / (3 if attempt % 2 else 1))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if attempt == 3:
            shutil.rmtree(place, ignore_errors=True)
        known = manifest.read(place)
        assert known is None or all(manifest.is_whole(place, file) for file in known.files)
    (place / f".{manifest.NAME}.5eed2026.part").touch()  # as a kill leaves it while the manifest is written

    told = json.loads(store.run("rebuild", "snapshot", "--json").stdout)
    store.run("snapshot", "verify")

    with lake.opened(place) as opened:
        assert opened.execute("SELECT count(*), count(DISTINCT _id) FROM penalty").fetchone() == (4000, 4000)
    assert told["snapshot"] == manifest.read(place).seq
    store.run("rebuild", "all", "--from-nothing")
    assert present(place) == named(place)
    assert [path for path in place.rglob("*") if path.name.endswith(".part")] == []


def test_the_worker_follows_within_two_seconds(store: Store, write_csv: Callable[..., Path]):
    office = ("--from", "52.market-regulation")
    worker = store.start("worker")
    place = store.home / "snapshot"
    try:
        store.run("collect", "penalty", write_csv([a_penalty()]), *office)
        _wait(
            lambda: (known := manifest.read(place)) and known.parts("penalty"), 30
        )  # until the worker has begun
        outcome = json.loads(
            store.run("collect", "penalty", write_csv([a_penalty()]), *office, "--json").stdout
        )
        waited = _wait(lambda: manifest.read(place).seq >= outcome["seq"], 30)
    finally:
        worker.kill()
        worker.communicate()

    assert waited < 2


def _wait(until: Callable[[], Any], seconds: float) -> float:
    began = time.monotonic()
    while not until():
        assert time.monotonic() - began < seconds
        time.sleep(0.02)
    return time.monotonic() - began
