"""Read a view of a department's database as CSV: PostgreSQL, MySQL and MariaDB.

As a stream into a file, in a transaction that can write nothing, for a bounded time. Values are texts as the
database itself writes them, so that a day that is none arrives as it is and is returned with its reason.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable
from contextlib import closing
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

import psycopg
import psycopg.conninfo
import pymysql
import pymysql.converters
from psycopg import sql
from pymysql.cursors import SSCursor

from xinyun.base import Refusal, Text
from xinyun.collection.uploading import demand_size

CONNECT_SECONDS, READ_SECONDS = 10, 900
"""How long a department's database is waited for, and how long reading one view may take."""
_ALIVE: dict[str, Any] = {"keepalives_idle": 60, "keepalives_interval": 10, "keepalives_count": 6}
"""A machine that vanished while we read is noticed after two minutes; the usual would be two hours."""
_ROWS = 5000


class NoAddress(Refusal):
    """The environment holds no address for the pull, or none that we can read from."""

    code = "no-address"


class SourceAway(Refusal):
    """The department's database does not answer, or does not give out the view."""

    code = "source-away"
    status = 502


class EmptyRelation(Refusal):
    """The view has no rows: that is more likely a fault of its making than the truth."""

    code = "empty-relation"


def read(variable: str, relation: str, out: BinaryIO) -> None:
    """Write a relation (`view` or `schema.view`) of the database whose address `variable` holds, with its titles.

    :raises NoAddress: the environment holds no address that we can read from.
    :raises SourceAway: the database does not answer, or does not give out the relation.
    :raises EmptyRelation: it has no rows.
    :raises FileTooLarge: it is more than is taken.
    """
    try:
        rows = _reader(variable)(os.environ[variable], relation.split(".", 1), out)
    except (psycopg.Error, pymysql.Error, UnicodeError) as error:
        told = str(error.args[-1] if error.args else error).partition("\n")[0][:200]
        raise SourceAway(
            Text(f"读不到 {relation}（{told}）。", f"{relation} cannot be read ({told})."),
            Text(
                "请该部门检查数据库、账号权限和视图；稍后自动重试。",
                "Ask the department to check database, account and view; it is tried again later.",
            ),
        ) from None
    out.flush()
    if not rows:
        raise EmptyRelation(
            Text(f"{relation} 没有数据行。", f"{relation} has no rows."),
            Text(
                "请该部门检查视图；未报送任何内容。", "Ask the department to check it; nothing was submitted."
            ),
        )


def _reader(variable: str) -> Callable[[str, list[str], BinaryIO], int]:
    """Who reads from the address, once it is clear that it is one: drivers quote what they cannot parse, passwords too."""
    address = os.environ.get(variable, "")
    try:
        parts = urlsplit(address)
        reader = _READERS[parts.scheme]
        if parts.scheme.startswith("postgres"):
            psycopg.conninfo.conninfo_to_dict(address)
        parts.port  # noqa: B018 - reading it checks it
    except (KeyError, ValueError, psycopg.Error):
        raise NoAddress(
            Text(
                f"环境变量 {variable} 中没有可用的数据库地址。",
                f"The environment variable {variable} holds no address of a database.",
            ),
            Text(
                "应为 postgresql://用户:密码@主机/库 或 mysql://用户:密码@主机/库（特殊字符用百分号编码），设在 worker 的环境中。",
                "Set postgresql://… or mysql://…, percent-encoded, in the environment of the worker.",
            ),
        ) from None
    return reader


def _from_postgresql(address: str, relation: list[str], out: BinaryIO) -> int:
    with psycopg.connect(address, connect_timeout=CONNECT_SECONDS, autocommit=True, **_ALIVE) as source:
        source.execute(f"SET statement_timeout = {READ_SECONDS * 1000}")
        source.execute("SET datestyle = ISO")
        source.execute("BEGIN TRANSACTION READ ONLY")
        whole = sql.SQL("COPY (SELECT * FROM {}) TO STDOUT (FORMAT csv, HEADER, ENCODING 'UTF8')")
        with source.cursor() as cursor:
            with cursor.copy(whole.format(sql.Identifier(*relation))) as copy:
                for block in copy:
                    out.write(block)
                    demand_size(out.tell())
            return cursor.rowcount


def _from_mysql(address: str, relation: list[str], out: BinaryIO) -> int:
    parts = urlsplit(address)
    source = pymysql.connect(
        host=parts.hostname or "localhost",
        port=parts.port or 3306,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or "").encode(),  # as text, the driver would take Latin-1 alone
        database=unquote(parts.path.lstrip("/")) or None,
        charset="utf8mb4",
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        cursorclass=SSCursor,
        conv=pymysql.converters.encoders,  # none for what is read: texts, as the database writes them
    )
    with closing(source), source.cursor() as cursor:
        limit = (
            f"max_statement_time = {READ_SECONDS}"
            if "MariaDB" in source.get_server_info()
            else f"max_execution_time = {READ_SECONDS * 1000}"
        )
        cursor.execute(f"SET SESSION {limit}")
        cursor.execute("START TRANSACTION READ ONLY")
        quoted = ".".join("`" + name.replace("`", "``") + "`" for name in relation)
        cursor.execute(f"SELECT * FROM {quoted}")  # noqa: S608 - the identifiers are quoted
        text = io.TextIOWrapper(out, "utf-8", newline="", write_through=True)  # type: ignore[type-var]
        writer, count = csv.writer(text), 0
        writer.writerow([column[0] for column in cursor.description or ()])
        while rows := cursor.fetchmany(_ROWS):
            writer.writerows(rows)
            count += len(rows)
            demand_size(out.tell())
        text.detach()
        return count


_READERS: dict[str, Callable[[str, list[str], BinaryIO], int]] = {
    "postgresql": _from_postgresql,
    "postgres": _from_postgresql,
    "mysql": _from_mysql,
    "mariadb": _from_mysql,
}
