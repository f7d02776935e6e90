"""Facts are kept by the database itself, not by good manners: seen from outside, on an installation's own store."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.conftest import Store
from tests.factories import a_code, a_registration

CODE = a_code()
DECISION = ("--document", "演列〔2026〕1号", "--by", "52.human-resources")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """An installation that has a row of each kind of fact."""
    folder = tmp_path_factory.mktemp("kept")
    made, file = Store(folder / "home"), folder / "rows.csv"
    row = a_registration(CODE)
    file.write_text(f"{','.join(row)}\n{','.join(row.values())}\n", "utf-8")
    made.run("init")
    made.run("collect", "registration", file, "--from", "52.market-regulation")
    made.run("list", "add", "wage-arrears", CODE, *DECISION, "--decided", str(date.today()))
    made.run("list", "remove", "wage-arrears", CODE, *DECISION)
    made.run("report", CODE, "--out", folder / "report.pdf")
    return made


@pytest.fixture(scope="module")
def execute(kept: Store) -> Callable[[str], list[Any]]:
    """Execute SQL on the installation's store as its owner could."""
    address = kept.environment["DATABASE_URL"]

    def run(statement: str) -> list[Any]:
        if address:
            with psycopg.connect(address, options="-c search_path=public,ledger") as connection:
                found = connection.execute(statement)
                return found.fetchall() if found.description else []
        home: Path = kept.home
        file = home / ("ledger.sqlite3" if "ledger_" in statement else "archive.sqlite3")
        with closing(sqlite3.connect(file)) as connection, connection:
            return connection.execute(statement).fetchall()

    return run


@pytest.mark.parametrize("statement", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"])
@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("collection_batch", "item"),
        ("feed_change", "kind"),
        ("lists_entry", "document"),
        ("lists_removal", "document"),
        ("portal_report", "number"),
        ("ledger_leaf", "kind"),
        ("ledger_preimage", "payload"),
        ("ledger_checkpoint", "actor"),
    ],
)
def test_a_fact_is_neither_changed_nor_deleted(
    execute: Callable[[str], list[Any]], table: str, column: str, statement: str
) -> None:
    before = execute(f"SELECT COUNT(*) FROM {table}")

    with pytest.raises((sqlite3.DatabaseError, psycopg.DatabaseError), match="holds facts"):
        execute(statement.format(table, column))

    assert execute(f"SELECT COUNT(*) FROM {table}") == before != [(0,)]


@pytest.mark.parametrize("change", ["content = '{}'", "office = '52.tax'", "subject_id = subject_id + 1"])
def test_a_revision_is_not_rewritten(execute: Callable[[str], list[Any]], change: str) -> None:
    with pytest.raises((sqlite3.DatabaseError, psycopg.DatabaseError), match="holds facts"):
        execute(f"UPDATE archive_record SET {change}")


def test_a_revision_is_not_deleted_and_is_superseded_once(execute: Callable[[str], list[Any]]) -> None:
    with pytest.raises((sqlite3.DatabaseError, psycopg.DatabaseError), match="holds facts"):
        execute("DELETE FROM archive_record")

    execute("UPDATE archive_record SET superseded_seq = 9000")

    with pytest.raises((sqlite3.DatabaseError, psycopg.DatabaseError), match="holds facts"):
        execute("UPDATE archive_record SET superseded_seq = 9001")
