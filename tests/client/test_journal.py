"""The client's journal: added to only, durable, whole lines only."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from xinyun.client import Journal, Retries
from xinyun.client.retries import retry_after

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def an_answer(id: str) -> dict[str, str]:
    return {"id": id, "at": NOW.isoformat(), "decision": "pass"}


def test_what_is_acknowledged_waits_no_longer_and_stays_written(tmp_path):
    journal = Journal(tmp_path / "journal")
    for id in "abc":
        journal.append(an_answer(id))

    journal.acknowledge(["a", "c"])

    assert [one["id"] for one in Journal(tmp_path / "journal").pending()] == ["b"]
    assert (tmp_path / "journal").read_bytes().count(b"\n") == 4
    assert journal.last_at() == NOW


def test_there_is_nothing_in_a_journal_that_is_not_there(tmp_path):
    assert (Journal(tmp_path / "none").pending(), Journal(tmp_path / "none").last_at()) == ([], None)


@given(st.integers(min_value=2, max_value=60))
def test_a_torn_line_is_not_read_and_spoils_no_other(tmp_path_factory, cut):
    path = tmp_path_factory.mktemp("torn") / "journal"
    journal = Journal(path)
    journal.append(an_answer("whole"))
    journal.append(an_answer("torn"))
    os.truncate(path, path.stat().st_size - cut)

    journal.append(an_answer("after"))

    assert [one["id"] for one in journal.pending()] == ["whole", "after"]


def test_a_changed_byte_is_found(tmp_path):
    journal = Journal(tmp_path / "journal")
    journal.append(an_answer("one"))
    (tmp_path / "journal").write_bytes((tmp_path / "journal").read_bytes().replace(b"pass", b"veto"))

    assert journal.pending() == []


def test_what_a_killed_process_had_written_is_there(tmp_path):
    told = (
        "import os, signal; from pathlib import Path; from xinyun.client import Journal\n"
        f"Journal(Path({str(tmp_path / 'journal')!r})).append({an_answer('last')!r})\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", told], check=False)

    assert done.returncode == -signal.SIGKILL
    assert [one["id"] for one in Journal(tmp_path / "journal").pending()] == ["last"]


@given(st.integers(1, 30), st.floats(0, 1), st.none() | st.floats(0, 1000))
def test_waits_are_bounded_and_no_shorter_than_the_platform_asked(attempt, chance, asked):
    wait = Retries().wait(attempt, chance, asked)

    assert min(asked or 0, 60) <= wait <= max(5.0, min(asked or 0, 60))


def test_retry_after_is_seconds_or_an_instant():
    assert retry_after({"retry-after": "7"}, NOW) == 7
    assert retry_after({"retry-after": "Fri, 20 Nov 2026 09:30:30 GMT"}, NOW) == 30
    assert retry_after({"retry-after": "Fri, 20 Nov 2026 09:00:00 GMT"}, NOW) == 0
    assert retry_after({"retry-after": "soon"}, NOW) is None
    assert retry_after({}, NOW) is None


def test_the_journal_is_for_its_owner_alone(tmp_path: Path):
    Journal(tmp_path / "journal").append(an_answer("one"))

    assert (tmp_path / "journal").stat().st_mode & 0o077 == 0
