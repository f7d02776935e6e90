"""The bench runs and its engines agree. Nothing here looks at a time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.one_store
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], str]:
    """A quick run: its figures and its page."""
    for needed in ("pandera", "pointblank", "fastapi", "frictionless", "great_expectations"):
        pytest.importorskip(needed, reason=f"the bench extra is not installed: {needed}")
    out = tmp_path_factory.mktemp("bench") / "page.md"
    # On the other store it is the same program, and minutes more.
    small = ["--quick", "--rows", "600", "--store", "sqlite"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", *small, "--json", "--out", str(out)],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT / "src")}, capture_output=True, text=True, timeout=1800,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("bench", "least"),
    [
        ("validation", 5),
        ("collection", 3),
        ("workbook", 1),
        ("gateway", 16),
        ("screen", 4),
        ("report", 2),
        ("snapshot", 1),
        ("names", 1),
        ("search", 5),
        ("relations", 4),
        ("subject-page", 4),
        ("ledger", 7),
        ("push", 2),
        ("decisions", 2),
    ],
)
def test_every_bench_gives_its_rows(run: tuple[dict[str, Any], str], bench: str, least: int) -> None:
    found, page = run
    rows = found["benches"][bench]["rows"]
    if not rows and found["benches"][bench]["missing"]:
        pytest.skip("; ".join(found["benches"][bench]["missing"]))
    assert len(rows) >= least
    for row in rows:
        assert row["ratio"] > 0
        assert f"| {row['name']} |" in page


def test_engines_find_the_same_rows_at_fault(run: tuple[dict[str, Any], str]) -> None:
    assert run[0]["benches"]["validation"]["agreed"] == {"ours": 60, "pandera": 60, "pointblank": 60}


def test_the_page_names_the_machine_and_what_is_not_compared(run: tuple[dict[str, Any], str]) -> None:
    found, page = run
    assert found["machine"]["cpu"] in page
    assert "没有比什么" in page
