"""The command that checks a whole file."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from hashlib import file_digest, sha256
from pathlib import Path
from queue import Full, Queue
from typing import Any, BinaryIO

from cyclopts import App

from xinyun.base import Refusal, Text
from xinyun.plumbing.writing import USUAL, arriving, demand_apart
from xinyun.site.cli.output import Json, actor, now, set_up, show, today

_CODE = ("code", "统一社会信用代码", "社会信用代码", "信用代码", "代码")
_NAME = ("name", "名称", "企业名称", "单位名称", "主体名称")
_FORMULA = r"^[=+\-@\t\r]"


class NothingToScreen(Refusal):
    """The file has neither codes nor names, or its tables differ."""

    code = "nothing-to-screen"


class WrongEnding(Refusal):
    """The answers can be written as CSV or as Parquet."""

    code = "wrong-ending"


def register(app: App) -> None:
    """Add the command to the command line."""
    app.command(_screen, name="screen")


def _screen(
    file: Path,
    /,
    *,
    scene: str,
    out: Path,
    purpose: str = "命令行批量核查",
    case: str | None = None,
    json: Json = False,
) -> None:
    """批量核查一个文件，逐行给出结论、措施、条款、截止日和理由 | Check a whole file: decision, measures, articles, ends, reasons a row.

    Parameters
    ----------
    file
        表格，列 code（统一社会信用代码）、name（名称）至少一列（CSV、XLSX、Parquet 等）| a table with codes, names or both
    scene
        场景，如 tender-registration | the scene
    out
        写入的文件，.csv 或 .parquet，原有各列之后加结论 | the CSV or Parquet to write
    purpose
        用途 | what the checks are for
    case
        业务编号 | the number of the case at hand
    """
    set_up()
    from xinyun.gateway import operations as gateway

    at = now()
    with file.open("rb") as stream:
        digest = file_digest(stream, "sha256").hexdigest()
    asked = gateway.Question(scene=scene, purpose=purpose, case=case, client=actor())
    with sheet(out) as answers:
        told = gateway.screen(
            asked, rows(file), answers, input_sha256=digest, at=at, on=today(), actor=actor()
        )
    show(
        {
            "rows": told.rows, "decisions": told.decisions, "file": out, "input_sha256": digest,
            "output_sha256": told.output_sha256, "as_of": {"seq": told.seq, "rulebook": told.rulebook},
            "ledger_index": told.index, "receipt": told.receipt,
        },
        as_json=json,
    )  # fmt: skip


def rows(file: Path) -> Iterator[tuple[Any, Any, Any]]:
    """The frames of a file without their numbers, each with its codes and its names.

    :raises NothingToScreen: no column of codes or names, or a second table with other titles.
    """
    import polars as pl

    from xinyun.collection.reading import ROW, tables
    from xinyun.gateway.screening import ANSWERS

    titles: list[str] = []
    with tables(file, lambda title: title.strip().lower() in {*_CODE, *_NAME}) as found:
        for table in found:
            columns = [_column(table.titles, wanted) for wanted in (_CODE, _NAME)]
            if columns == [None, None]:
                raise _no_column()
            if titles and table.titles != titles:
                raise _other_titles(table.name)
            titles = table.titles
            for frame in table.frames:
                nothing = pl.Series([None] * frame.height, dtype=pl.String)
                asked = [frame[column] if column else nothing for column in columns]
                yield frame.drop(ROW, *(set(ANSWERS) & set(frame.columns) - set(columns))), *asked


def _column(titles: list[str], wanted: tuple[str, ...]) -> str | None:
    return next((title for title in titles if title.strip().lower() in wanted), None)


def _no_column() -> NothingToScreen:
    return NothingToScreen(
        Text("没有代码列，也没有名称列。", "There is no column of codes and none of names."),
        Text(f"请把列名写成「{_CODE[1]}」或「{_NAME[1]}」。", f"Title it {_CODE[0]} or {_NAME[0]}."),
    )


def _other_titles(name: str) -> NothingToScreen:
    return NothingToScreen(
        Text(f"「{name}」的列名与前面的表不同。", f"The titles of {name} differ from those before it."),
        Text("请把它存成单独的文件。", "Save it as a file of its own."),
    )


class _Hashed:
    """A file that is being written, and what its bytes hash to; a writer of Parquet asks for no more."""

    closed = False

    def __init__(self, out: BinaryIO) -> None:
        self._out, self.hash = out, sha256()
        self.failed: OSError | None = None

    def write(self, piece: Any) -> int:
        self.hash.update(piece)
        try:
            return self._out.write(piece)
        except OSError as error:
            self.failed = error
            raise

    def flush(self) -> None:
        self._out.flush()


def _csv(frames: Iterator[Any], out: _Hashed) -> None:
    """A cell that a spreadsheet would run as a formula is written as text."""
    import polars as pl

    cell = pl.col(pl.String)
    inert = pl.when(cell.str.contains(_FORMULA)).then("'" + cell).otherwise(cell)
    for place, frame in enumerate(frames):
        out.write(frame.with_columns(inert.name.keep()).write_csv(include_header=not place).encode())


def _parquet(frames: Iterator[Any], out: _Hashed) -> None:
    import polars as pl
    from polars.io.plugins import register_io_source

    first = next(frames, None)
    if first is None:
        return

    def source(*_: Any) -> Iterator[Any]:
        yield first
        yield from frames

    whole = register_io_source(source, schema=first.schema)
    try:
        whole.sink_parquet(out, compression="zstd", compression_level=1)
    except pl.exceptions.PolarsError as error:  # in which a disk that is full comes as a fault of the format
        raise (out.failed or error) from None


_KINDS = {".csv": _csv, ".parquet": _parquet}


class _Sheet:
    """Frames that are written beside what goes on: while one is, the next is answered, and no more are held."""

    def __init__(self, frames: Queue[Any], written: Future[None], out: _Hashed) -> None:
        self._frames, self._written, self._out = frames, written, out

    def write(self, frame: Any) -> None:
        """Hand a frame over.

        :raises OSError: what was handed over before could not be written.
        """
        handed = False
        while not handed and not self._written.done():
            with suppress(Full):
                self._frames.put(frame, timeout=1)
                handed = True
        if not handed:
            self._written.result()

    def close(self) -> str:
        """Wait until all is written, and give its SHA-256."""
        self.write(None)
        self._written.result()
        return self._out.hash.hexdigest()


def _handed_over(frames: Queue[Any]) -> Iterator[Any]:
    while (frame := frames.get()) is not None:
        yield frame


@contextmanager
def sheet(out: Path) -> Iterator[Any]:
    """Where answers are written: a file that appears whole, when the block ends well.

    :raises WrongEnding: its name says neither CSV nor Parquet.
    """
    from django.conf import settings

    kind = _KINDS.get(out.suffix.lower())
    if kind is None:
        raise WrongEnding(
            Text(f"{out.name} 不是 .csv 或 .parquet。", f"{out.name} is neither .csv nor .parquet."),
            Text("请改用其中一种。", "Name it as one of the two."),
        )
    demand_apart(out, *settings.XINYUN.own_files)
    with arriving(out, USUAL) as stream, ThreadPoolExecutor(1, "sheet") as pool:
        frames: Queue[Any] = Queue(1)
        hashed = _Hashed(stream)
        answers = _Sheet(frames, pool.submit(kind, _handed_over(frames), hashed), hashed)
        try:
            yield answers
        finally:
            answers.write(None)
