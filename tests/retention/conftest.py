"""A person with old records, and what stands beside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from tests.conftest import DAY, HOME
from tests.factories import a_penalty, collected
from xinyun.retention import operations
from xinyun.retention.queries import RunView

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
PERSON, OTHER = "52010219870603391X", "520103199003070010"
NAME = "欧阳演示甲"
Send = Callable[..., Any]


def a_person(number: str = PERSON, on: str = "2021/05/10", **changes: str) -> dict[str, str]:
    """A penalty of a natural person, decided on a day."""
    told = {
        "CF_XDR_MC": NAME, "CF_XDR_LB": "自然人", "CF_XDR_SHXYM": "", "CF_FRDB": "",
        "CF_XDR_ZJLX": "身份证", "CF_XDR_ZJHM": number, "CF_JDRQ": on,
    }  # fmt: skip
    return a_penalty() | told | changes


def run(on: date = DAY) -> RunView:
    return operations.run(actor="officer", on=on, at=AT)


def erased(told: RunView) -> dict[str, int]:
    """How many of what went."""
    found: dict[str, int] = {}
    for one in told.lines:
        if one.outcome == "erased":
            found[one.of] = found.get(one.of, 0) + one.count
    return found


def holding(text: str, folder: Path = HOME / "home") -> list[str]:
    """The files below a folder that hold a text as it is written."""
    wanted = text.encode()
    return [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and wanted in path.read_bytes()
    ]


@pytest.fixture
def send(write_csv: Callable[..., Path]) -> Send:
    """Send rows of an item."""

    def put(*rows: dict[str, str], item: str = "penalty", **given: Any) -> Any:
        return collected(write_csv(list(rows), f"{item}.csv"), item, **given)

    return put


@pytest.fixture
def guarded() -> Iterator[None]:
    """The guards against deletion that the tests' store is without on SQLite: put up for this test."""
    if connection.vendor == "postgresql":
        yield
        return
    from xinyun.plumbing.guards import _by_order

    assert MigrationRecorder(connection).applied_migrations()
    tables = ("archive_record", "archive_statement", "archive_subject")
    with connection.cursor() as cursor:
        for table in tables:
            ordered = (
                f"EXISTS (SELECT 1 FROM archive_erased e WHERE e.table_name = '{table}' AND e.row = OLD.id)"
            )
            for statement in _by_order("sqlite", table, ordered):
                cursor.execute(statement)
        yield
        for table in tables:
            cursor.execute(f"DROP TRIGGER {table}_undeleted")
