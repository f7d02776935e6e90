from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from xinyun.ledger import keys, queries
from xinyun.plumbing import feed


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own, with its signing key."""
    monkeypatch.setattr(settings, "XINYUN", replace(settings.XINYUN, home=tmp_path))
    monkeypatch.delenv("XINYUN_SIGNING_KEY", raising=False)
    monkeypatch.delenv("XINYUN_SM2_KEY", raising=False)
    monkeypatch.delenv("XINYUN_ORIGIN", raising=False)
    keys.ensure_keys()
    return tmp_path


@pytest.fixture
def empty_log(transactional_db: None, home: Path) -> None:
    """A log and a feed without the leaf that `init` writes."""
    if queries.size() or feed.head():
        for alias in ("default", "ledger"):
            call_command("flush", database=alias, interactive=False, verbosity=0)


@pytest.fixture
def intruder() -> Callable[[], AbstractContextManager[Any]]:
    """A cursor of somebody who rules the database and has put its guards aside."""

    @contextmanager
    def inside() -> Iterator[Any]:
        connection = connections["ledger"]
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET session_replication_role = replica")
                yield cursor
                cursor.execute("SET session_replication_role = origin")
                return
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            guards = cursor.fetchall()
            cursor.execute("PRAGMA foreign_keys = OFF")
            for name, _ in guards:
                cursor.execute(f"DROP TRIGGER {name}")
            yield cursor
            for _, statement in guards:
                cursor.execute(statement)
            cursor.execute("PRAGMA foreign_keys = ON")

    return inside
