"""Reading SQLite by columns: this file, run as a program, answers each query, a line of its input, by an Arrow stream.

A process of its own, because ADBC brings an SQLite library beside the one that Django uses: two of them in one
process undo each other's locks on the file (sqlite.org/howtocorrupt.html, 2.2.1). It reads three times as fast.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import polars as pl

BLOCK = 20_000
"""Rows of a block: with the texts of their contents some tens of megabytes."""


class Columns:
    """A process that answers queries about an SQLite file, one after the other."""

    def __init__(self, process: Popen[bytes]) -> None:
        self._process = process

    def ask(self, query: str) -> None:
        """Put a query, which holds no line break; it is worked on while earlier answers are read."""
        assert self._process.stdin
        self._process.stdin.write(query.encode() + b"\n")
        self._process.stdin.flush()

    def answer(self) -> Iterator[pl.DataFrame]:
        """The rows of the next query that was put, to be read to their end."""
        import pyarrow as pa

        for batch in pa.ipc.open_stream(self._process.stdout):
            if batch.num_rows:
                yield pl.DataFrame(batch)


@contextmanager
def columns(path: str) -> Iterator[Columns]:
    """Start the process for an SQLite file; it ends with the block, or when this process dies."""
    command = [sys.executable, "-P", __file__, path]  # it needs nothing of ours, and finds nothing of ours
    with Popen(command, stdin=PIPE, stdout=PIPE) as process:  # noqa: S603 - our own command and our own file
        try:
            yield Columns(process)
        finally:
            process.kill()


def _main(path: str) -> None:
    import pyarrow as pa
    from adbc_driver_sqlite import dbapi

    with closing(dbapi.connect(Path(path).resolve().as_uri(), autocommit=True)) as opened:
        for query in sys.stdin:
            with opened.cursor() as cursor:
                # The driver takes a column's type from the first block, and all of it.
                cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(BLOCK)})
                cursor.execute(query)
                _write(cursor.fetch_record_batch(), pa)


def _write(found: Any, pa: Any) -> None:
    with pa.ipc.new_stream(sys.stdout.buffer, found.schema) as out:
        for batch in found:
            out.write_batch(batch)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    _main(sys.argv[1])
