"""Stages on disk: what dead processes left is swept away, what the living hold is not."""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from xinyun.archive.staging import stage

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_store,
]


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(settings.XINYUN.home) / "staging"
    path.mkdir(parents=True, exist_ok=True)
    yield path
    for file in path.glob("batch-*"):
        file.unlink()


def left(folder: Path) -> set[str]:
    return {file.name for file in folder.glob("batch-*")}


@pytest.mark.parametrize("parts", [("lock",), ("sqlite3",), ("lock", "sqlite3")])
def test_whatever_a_dead_process_left_is_swept_by_the_next(folder: Path, parts: tuple[str, ...]) -> None:
    for part in parts:
        (folder / f"batch-dead.{part}").touch()

    with stage("batch-next", {}):
        assert left(folder) == {"batch-next.lock", "batch-next.sqlite3"}

    assert left(folder) == set()


def test_a_stage_that_is_held_is_left_alone(folder: Path) -> None:
    with stage("batch-first", {}), stage("batch-second", {}):
        assert {"batch-first.lock", "batch-first.sqlite3"} <= left(folder)

    assert left(folder) == set()


def test_nothing_is_left_where_the_work_fails(folder: Path) -> None:
    with pytest.raises(ZeroDivisionError), stage("batch-failing", {}):
        raise ZeroDivisionError

    assert left(folder) == set()


def test_who_begins_waits_for_a_sweep_that_took_the_lock(folder: Path) -> None:
    lock = folder / "batch-mine.lock"
    with lock.open("w") as sweeper:
        fcntl.flock(sweeper, fcntl.LOCK_EX)

        def swept() -> None:
            lock.unlink()
            fcntl.flock(sweeper, fcntl.LOCK_UN)

        threading.Timer(0.2, swept).start()
        with stage("batch-mine", {}):
            assert left(folder) == {"batch-mine.lock", "batch-mine.sqlite3"}

    assert left(folder) == set()
