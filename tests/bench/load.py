"""Load on an HTTP server: wrk where it is installed, else our own generator, slower but of the same manner.

Both are closed loops: each connection sends its next request when its answer is complete. Ours is one Python
process; against servers faster than itself it measures itself, so whoever reads `generator_cpu` near 1 knows that
the server could do more.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

_WRK = Path(__file__).with_name("post.lua")


@dataclass(frozen=True)
class Load:
    """What a run of load found; `generator_cpu` is the share of one core that the generator itself used."""

    answers: int
    seconds: float
    p50_ms: float
    p99_ms: float
    failed: int
    generator_cpu: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds


def generator() -> str:
    """Which generator this machine has."""
    return "wrk" if shutil.which("wrk") else "python"


def press(
    port: int, path: str, bodies: Path, *, key: str, connections: int, seconds: float, rate: float = 0
) -> Load:
    """Press a server on this machine for a while; `bodies` has one request body a line.

    With a `rate` our own generator sends so many a second, whatever comes back, and counts each delay from the instant
    at which it should have sent.
    """
    told = {"BENCH_BODIES": str(bodies), "BENCH_PATH": path, "BENCH_KEY": key}
    if generator() == "wrk" and not rate:
        timing = [f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "30s", "--latency"]
        command = ["wrk", "-t1", *timing, "-s", str(_WRK), f"http://127.0.0.1:{port}{path}"]
    else:
        command = [
            sys.executable,
            __file__,
            str(port),
            str(connections),
            str(seconds),
            str(rate / connections),
        ]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, env=os.environ | told, capture_output=True, text=True, check=True)
    after, spent = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - start
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Load(generator_cpu=used / spent, **json.loads(done.stdout.strip().splitlines()[-1]))


class _Connection(asyncio.Protocol):
    """One connection: sends the next request as soon as an answer is complete, or when it is time at its rate."""

    def __init__(self, requests: list[bytes], place: int, latencies: list[float], rate: float) -> None:
        self._requests, self._place, self._latencies = requests, place, latencies
        self._every, self._due = 1 / rate if rate else 0.0, 0.0
        self._buffer, self._sent = b"", 0.0
        self.failed, self.going = 0, True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        self.failed += self.going

    def _next(self) -> None:
        now = time.perf_counter()
        if self._every:
            self._due = self._due + self._every if self._due else now + random.random() * self._every
            if self._due > now:
                asyncio.get_running_loop().call_later(self._due - now, self._send, self._due)
                return
        self._send(self._due or now)

    def _send(self, due: float) -> None:
        if not self.going:
            return
        self._place = (self._place + 1) % len(self._requests)
        self._sent = due
        self._transport.write(self._requests[self._place])  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._buffer[:end].lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(self._buffer) < end + 4 + length:
            return
        self._latencies.append(time.perf_counter() - self._sent)
        self.failed += head[9:12] != b"200"
        self._buffer = self._buffer[end + 4 + length :]
        if self.going:
            self._next()


async def _press(
    port: int, connections: int, seconds: float, rate: float, requests: list[bytes]
) -> dict[str, float]:
    loop, latencies = asyncio.get_running_loop(), list[float]()
    made = [
        await loop.create_connection(
            lambda n=n: _Connection(requests, n * 997, latencies, rate), "127.0.0.1", port
        )
        for n in range(connections)
    ]
    latencies.clear()
    start = time.perf_counter()
    await asyncio.sleep(seconds)
    spent, taken = time.perf_counter() - start, sorted(latencies) or [0.0]
    for transport, connection in made:
        connection.going = False
        transport.abort()
    return {
        "answers": len(taken), "seconds": spent, "p50_ms": taken[len(taken) // 2] * 1e3,
        "p99_ms": taken[len(taken) * 99 // 100] * 1e3, "failed": sum(c.failed for _, c in made),
    }  # fmt: skip


def _requests(path: str, key: str, bodies: list[bytes]) -> list[bytes]:
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAuthorization: Bearer {key}\r\n"
    return [head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body for body in bodies]


if __name__ == "__main__":
    try:
        import uvloop as loops
    except ImportError:
        import asyncio as loops  # type: ignore[no-redef]
    lines = Path(os.environ["BENCH_BODIES"]).read_bytes().splitlines()
    made = _requests(os.environ["BENCH_PATH"], os.environ["BENCH_KEY"], lines)
    print(
        json.dumps(
            loops.run(
                _press(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4]), made)
            )
        )
    )
