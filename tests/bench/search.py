"""Search while people type and another process collects, beside the lines that the project has set itself."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.bench import stores
from tests.bench.gateway import free_port, wait
from tests.bench.measure import Result, Row, Sample, say

BENCH = "查询 search"
LINE = "自定的线 our own line"
USERS = 4
THINKING = 0.1
"""Seconds between two letters of somebody who types."""


def run(*, subjects: int, seconds: float, runs: int) -> Result:
    """Seed, rebuild, then type against the index and against the site while a process collects."""
    folder = stores.scratch() / "search"
    (folder / "home").mkdir(parents=True)
    store = stores.Store("sqlite", folder / "home")
    store.run("search", part="seed", fresh=True, subjects=subjects, folder=folder)
    built = [store.run("search", part="rebuild") for _ in range(runs)]
    say(f"    rebuilt in {built[-1]['seconds']:.1f} s")
    looked, asked, followed = [], [], []
    for number in range(runs):
        looked.append(
            _typing(
                store, folder, seconds, number, lambda place: _look(store, folder, seconds, place), followed
            )
        )
    with _site(store) as address:
        for number in range(runs):
            asked.append(
                _typing(
                    store,
                    folder,
                    seconds,
                    runs + number,
                    lambda place: _ask(address, folder, seconds, place),
                    followed,
                )
            )
    rows = [
        _row("重建 rebuilt", Sample(tuple(subjects / one["seconds"] for one in built)), 200_000, "主体 subjects/s", True),
        _row("建议：查索引 p50 index look-up", _percentile(looked, 50), 5, "ms"),
        _row("建议：查索引 p99 index look-up", _percentile(looked, 99), 5, "ms", target=1),
        _row("建议：整个请求 p50 whole request", _percentile(asked, 50), 50, "ms"),
        _row("建议：整个请求 p99 whole request", _percentile(asked, 99), 50, "ms"),
        _row("跟进一千个 a thousand followed", Sample(tuple(followed)), 2, "s", target=1),
    ]  # fmt: skip
    count = sum(map(len, looked)), sum(map(len, asked))
    return Result(rows, [
        f"查询 search：{subjects:,} 个名称 names，索引 index {built[-1]['mb']:.0f} MB；{USERS} 人各隔 {THINKING} s 一次"
        f"，查索引 {count[0]:,} 次、请求 {count[1]:,} 次，同时另一进程归集 while another process collects。",
    ])  # fmt: skip


def _row(
    name: str, ours: Sample, line: float, unit: str, more_is_better: bool = False, target: float | None = None
) -> Row:
    return Row(
        BENCH,
        name,
        ours,
        LINE,
        Sample((float(line),)),
        unit,
        more_is_better,
        target or (1 if more_is_better else None),
    )


def _percentile(runs: list[list[float]], percent: int) -> Sample:
    return Sample(tuple(sorted(one)[min(len(one) - 1, len(one) * percent // 100)] for one in runs))


def _typing(
    store: stores.Store,
    folder: Path,
    seconds: float,
    number: int,
    user: Callable[[int], list[float]],
    followed: list[float],
) -> list[float]:
    """Everybody types at the same time, and a process writes; the milliseconds of all."""
    with ThreadPoolExecutor(USERS + 1) as pool:
        writing = pool.submit(
            store.run, "search", part="write", folder=folder, seconds=seconds + 2, numbered=number
        )
        found = [spent for one in pool.map(user, range(USERS)) for spent in one]
        followed += writing.result()["followed"]
    say(f"    {len(found)} suggestions, p99 {sorted(found)[len(found) * 99 // 100]:.1f} ms")
    return found


def _look(store: stores.Store, folder: Path, seconds: float, place: int) -> list[float]:
    found: list[float] = store.run(
        "search", part="ask", folder=folder, seconds=seconds, place=place, thinking=THINKING
    )["ms"]
    return found


def _ask(address: str, folder: Path, seconds: float, place: int) -> list[float]:
    typed = json.loads((folder / "typed.json").read_text(encoding="utf-8"))
    spent: list[float] = []
    with httpx.Client(base_url=address) as client:
        end = time.perf_counter() + seconds
        while (start := time.perf_counter()) < end:
            answer = client.get(
                "/api/v1/suggest", params={"q": typed[(place + USERS * len(spent)) % len(typed)]}
            )
            spent.append((time.perf_counter() - start) * 1e3)
            assert answer.status_code == 200, answer.text
            time.sleep(THINKING)
    return spent


@contextmanager
def _site(store: stores.Store) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "xinyun.site", "serve", "--port", str(port)]
    process = subprocess.Popen(
        command, env=store.environment, cwd=stores.ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait(process, port, "serve")
        address = f"http://127.0.0.1:{port}"
        # The first answer loads the law and the tables of readings; whoever measures comes after it.
        httpx.get(f"{address}/api/v1/suggest", params={"q": "qianshan"}, timeout=120).raise_for_status()
        yield address
    finally:
        process.terminate()
        process.wait(20)
