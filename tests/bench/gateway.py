"""Checks through real HTTP: our gateway beside a bare reply and beside FastAPI with a dict, one process each.

All three run under uvicorn with the same settings, one at a time answers, the others idle.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import load, stores
from tests.bench.measure import NotMeasured, Result, Row, Sample, alternate

BENCH = "核查 check"
ROUTE = "/v1/checks"
BARE, FASTAPI = "裸 ASGI 定长应答 bare ASGI reply", "FastAPI + dict，不留痕 no audit"


@dataclass
class Server:
    """A running server and what was measured of it, by number of connections."""

    port: int
    process: subprocess.Popen[bytes]
    loads: dict[int, list[load.Load]] = field(default_factory=dict)
    cpu: dict[int, list[float]] = field(default_factory=dict)
    ready: float = 0.0
    """Seconds from its start until it took connections."""

    def press(self, bodies: Path, key: str, connections: int, seconds: float) -> float:
        """Press it, remember everything, and return the rate.

        :raises AssertionError: an answer was not 200.
        """
        before = _cpu_seconds(self.process.pid)
        found = load.press(self.port, ROUTE, bodies, key=key, connections=connections, seconds=seconds)
        used = _cpu_seconds(self.process.pid) - before
        if found.failed or not found.answers:
            raise AssertionError(f"{found.failed} of {found.answers} answers failed")
        self.loads.setdefault(connections, []).append(found)
        self.cpu.setdefault(connections, []).append(used / found.answers * 1e6)
        return found.rate

    def waits_for_the_load(self, connections: int) -> bool:
        """Whether the generator was busier than the server, so that the server could have done more."""
        pairs = zip(self.loads[connections], self.cpu[connections], strict=True)
        return any(found.generator_cpu * 1e6 > used * found.rate for found, used in pairs)


def run(
    *, subjects: int, entries: int, seconds: float, runs: int, connections: tuple[int, ...] = (32, 128)
) -> Result:
    """Seed a store, start the three servers, press them in turns, then see that the ledger has every answer."""
    result = Result()
    folder = stores.scratch() / "checks"
    (folder / "home").mkdir(parents=True)
    store = stores.Store("sqlite", folder / "home")
    seeded = store.run("seed_checks", subjects=subjects, entries=entries, folder=folder)
    before = store.run("leaves")["checks"]
    with ExitStack() as stack:
        servers = {name: stack.enter_context(_serve(store, folder, name)) for name in _COMMANDS}
        for server in servers.values():  # warm up
            server.press(folder / "bodies", seeded["key"], 8, 1)
        for count in connections:
            _contest(result, servers, folder / "bodies", seeded["key"], count, seconds, runs)
        ours = servers["ours"]
        half = ours.loads[connections[0]][-1].rate / 2
        calm = load.press(
            ours.port, ROUTE, folder / "bodies", key=seeded["key"], connections=32, seconds=seconds, rate=half
        )
        memory = _resident(ours.process.pid)
        ready = ours.ready
    answered = calm.answers + sum(
        found.answers for loads in servers["ours"].loads.values() for found in loads
    )
    after = store.run("leaves")
    if not after["ok"] or after["checks"] - before < answered:
        raise AssertionError(f"{answered} answers, but the ledger has {after}")
    result.facts += [
        f"半负荷 at half load（{half:,.0f} 次/s，按时发，不等 sent on time）：p50 {calm.p50_ms:.1f} ms，p99 {calm.p99_ms:.1f} ms。",
        f"网关从启动到能答 from start to ready: {ready:.1f} s；压测后常驻内存 resident afterwards: {memory:,.0f} MB，"
        f"为索引的 {memory / seeded['index_mb']:.2f} 倍 of the index file.",
        f"索引 index：{subjects:,} 主体 subjects，{seeded['entered']:,} 条名单 entries，{seeded['index_mb']:.0f} MB；"
        f"应答平均 mean answer {seeded['reply_bytes']:,} bytes；压力工具 load by {load.generator()}。",
        f"压测后账本逐条复算 the ledger verified afterwards: {after['size']:,} 条 leaves, {after['seconds']:.1f} s；"
        f"客户端收到的 {answered:,} 个答复全部在账 every answer that a client got is in it。",
    ]
    return result


def _contest(
    result: Result, servers: dict[str, Server], bodies: Path, key: str, count: int, seconds: float, runs: int
) -> None:
    def pressed(server: Server) -> Callable[[], float]:
        return lambda: server.press(bodies, key, count, seconds)

    rates = alternate({name: pressed(server) for name, server in servers.items()}, runs)
    ours = servers["ours"]
    for name, rival, target in (("bare", BARE, 0.5), ("fastapi", FASTAPI, 1.5)):
        if name not in servers:
            continue
        theirs = servers[name]
        bound = theirs.waits_for_the_load(count)
        remark = (
            "压力工具已满载，对照实际更快 the generator was the limit: the rival is faster than shown"
            if bound
            else ""
        )
        at = f"{count} 连接 connections"
        result.rows += [
            Row(BENCH, f"{at}：应答 answers", rates["ours"], rival, rates[name], "次/s", target=target, remark=remark),
            _fewer(f"{at}：p50", ours.loads, rival, theirs.loads, count, "p50_ms"),
            _fewer(f"{at}：p99", ours.loads, rival, theirs.loads, count, "p99_ms"),
            Row(
                BENCH, f"{at}：服务端 CPU server CPU", Sample(tuple(ours.cpu[count])), rival,
                Sample(tuple(theirs.cpu[count])), "µs/次", more_is_better=False,
            ),
        ]  # fmt: skip
    if "fastapi" not in servers:
        result.missing.append("FastAPI")


def _fewer(
    name: str,
    ours: dict[int, list[load.Load]],
    rival: str,
    theirs: dict[int, list[load.Load]],
    count: int,
    what: str,
) -> Row:
    own, other = (Sample(tuple(getattr(found, what) for found in loads[count])) for loads in (ours, theirs))
    return Row(BENCH, name, own, rival, other, "ms", more_is_better=False)


_UVICORN = ("-m", "uvicorn", "--log-level", "warning", "--no-access-log")
_COMMANDS = {
    "ours": ("-m", "xinyun.site", "gateway"),
    "bare": (*_UVICORN, "tests.bench.peers:bare"),
    "fastapi": (*_UVICORN, "tests.bench.peer_fastapi:app"),
}


@contextmanager
def _serve(store: stores.Store, folder: Path, name: str) -> Iterator[Server]:
    port = free_port()
    environment = store.environment | {"BENCH_PEERS": str(folder / "peers.json")}
    command = [sys.executable, *_COMMANDS[name], "--port", str(port)]
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environment, cwd=stores.ROOT, stdout=subprocess.DEVNULL)
    try:
        wait(process, port, name)
        yield Server(port, process, ready=time.perf_counter() - start)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()


def wait(process: subprocess.Popen[bytes], port: int, name: str) -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise NotMeasured(f"the server {name} did not start")


def free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def _resident(pid: int) -> float:
    """A process's resident memory in MB, mapped files as far as they were touched; nothing where it is not told."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return float("nan")
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _cpu_seconds(pid: int) -> float:
    """A process's processor time so far, all threads; nothing where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return float("nan")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
