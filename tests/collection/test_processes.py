"""Real processes: two at once lose nothing, a kill leaves all of a batch or nothing, refusals set the exit status."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.collection.conftest import standing
from tests.conftest import Store
from tests.factories import a_registration

OFFICE = ("--from", "52.market-regulation")


def since(before: tuple[int, ...], store: Store) -> tuple[int, ...]:
    return tuple(now - then for now, then in zip(standing(store), before, strict=True))


def test_two_files_collected_at_once_lose_nothing(live: Store, write_csv: Callable[..., Path]):
    before = standing(live)
    shared = [a_registration() for _ in range(500)]
    files = [
        write_csv([a_registration() for _ in range(2500)] + shared, f"{side}.csv")
        for side in ("left", "right")
    ]

    running = [live.start("collect", "registration", file, *OFFICE, "--json") for file in files]
    told = [process.communicate(timeout=120)[0] for process in running]

    assert [process.returncode for process in running] == [0, 0], told
    outcomes = [json.loads(text.splitlines()[-1]) for text in told]
    assert sorted(outcome["accepted"] for outcome in outcomes) == [2500, 3000]
    assert sorted(outcome["unchanged"] for outcome in outcomes) == [0, 500]
    assert since(before, live) == (2, 2, 5500, 5500, 0)
    assert len({outcome["seq"] for outcome in outcomes}) == 2
    assert live.run("ledger", "verify").returncode == 0


def settle(store: Store) -> None:
    """Wait until PostgreSQL has noticed that its client died: a commit that was on its way may still land."""
    address = store.environment["DATABASE_URL"]
    if not address:
        return
    others = (
        "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    with psycopg.connect(address, autocommit=True) as connection:
        for _ in range(600):
            if connection.execute(others).fetchone() == (0,):
                return
            time.sleep(0.05)
    raise AssertionError("a backend of the killed process is still there")


def test_a_kill_at_any_instant_leaves_the_whole_batch_or_nothing_and_again_finishes_it(
    live: Store, write_csv: Callable[..., Path]
):
    rows, bad = 3000, 30
    files = [
        write_csv(
            [*(a_registration() for _ in range(rows)), *(a_registration(名称="甲") for _ in range(bad))],
            f"batch{n}.csv",
        )
        for n in range(6)
    ]
    began = time.monotonic()
    live.run("collect", "registration", files[0], *OFFICE, "--dry-run")
    whole, chance = time.monotonic() - began, random.Random(2026)

    before, done = standing(live), 0
    for number, file in enumerate(files):
        process = live.start("collect", "registration", file, *OFFICE)
        time.sleep(whole * (0.55 + 0.1 * number + chance.random() / 10))
        process.kill()
        process.communicate()
        settle(live)
        now = since(before, live)
        assert now in {(n, n, n * rows, n * rows, n * bad) for n in (done, done + 1)}
        done = now[0]

    outcomes = [
        json.loads(live.run("collect", "registration", file, *OFFICE, "--json").stdout) for file in files
    ]

    assert all(outcome["accepted"] + outcome["unchanged"] == rows for outcome in outcomes)
    assert sum(outcome["unchanged"] == rows for outcome in outcomes) == done
    assert since(before, live)[1:] == (len(files), len(files) * rows, len(files) * rows, len(files) * bad)
    assert list((live.home / "staging").glob("*")) == []
    assert live.run("ledger", "verify").returncode == 0


@pytest.mark.one_store
def test_files_that_are_none_end_with_status_one_and_say_why_in_both_languages(live: Store, tmp_path: Path):
    before = standing(live)
    (tmp_path / "folder").mkdir()
    (tmp_path / "book.csv").write_bytes(b"PK\x03\x04" + b"\0" * 40)

    for name in ("nowhere.csv", "folder", "book.csv"):
        refused = live.run("collect", "registration", tmp_path / name, *OFFICE, check=False)
        assert refused.returncode == 1, name
        assert "拒绝 [unreadable-file]" in refused.stderr
        assert "refused:" in refused.stderr
        assert "Traceback" not in refused.stderr
    assert standing(live) == before


@pytest.mark.one_store
def test_bad_rows_are_returned_in_the_error_file_and_the_command_succeeds(
    live: Store, write_csv: Callable[..., Path], tmp_path: Path
):
    file = write_csv([a_registration(), a_registration(名称="甲")])

    done = live.run("collect", "registration", file, *OFFICE, "--errors", tmp_path / "errors.csv", "--json")
    refused = live.run("collect", "registration", file, "--from", "52.tax", "--json", check=False)

    assert json.loads(done.stdout)["rejected"] == 1
    assert (tmp_path / "errors.csv").read_text("utf-8").splitlines()[
        0
    ] == "row,field,rule,value,problem,remedy"
    assert refused.returncode == 1
    assert json.loads(refused.stdout)["status"] == 403
