"""Commands about organisations' names: compare pairs, and find the codes that names may mean."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter, validators

from xinyun.base import Reason, Refusal, Text
from xinyun.plumbing.writing import USUAL, arriving, demand_apart
from xinyun.site.cli.output import Json, add_group, set_up, show, today

_LEFT = ("left", "左", "名称一", "名称1", "甲")
_RIGHT = ("right", "右", "名称二", "名称2", "乙")
_NAME = ("name", "名称", "企业名称", "单位名称", "主体名称")
_OTHER = ("other", "又名", "曾用名", "简称")
_MATCHED = ("score", "decision", "reasons", "reasons_en")
_RESOLVED = ("rank", "code", "matched_name", "former", *_MATCHED)
Limit = Annotated[int, Parameter(validator=validators.Number(gte=1, lte=100))]
Known = Annotated[
    Path | None, Parameter(help="已知的曾用名、简称，列 name、other | known former and short names")
]


class NoSuchColumn(Refusal):
    """A file of names lacks a column."""

    code = "no-such-column"


def register(app: App) -> None:
    """Add the commands to the command line."""
    add_group(app, "names", "组织名称比对 | matching of organisations' names", match=_match, resolve=_resolve)


def _match(file: Path, /, *, out: Path, known: Known = None, json: Json = False) -> None:
    """逐对比较名称：分数、结论、理由 | Compare pairs of names; a name alone decides nothing against anyone.

    Parameters
    ----------
    file
        表格，列 left、right（CSV、XLSX 等）| a table with the columns left and right
    out
        写入的 CSV，原有各列之后加 score、decision、reasons | the CSV to write
    """
    set_up()
    from xinyun.naming.comparing import compare, known_names

    aliases = known_names([tuple(cells[:2]) for cells, _ in _cells(known, _NAME, _OTHER)]) if known else None
    counts: Counter[str] = Counter()
    with _written(out) as writer:
        for (left, right), row in _rows(file, writer, _MATCHED, _LEFT, _RIGHT):
            found = compare(left, right, aliases)
            counts[found.decision.outcome] += 1
            writer.writerow([*row, *_answer(found.points, found.decision.outcome, found.decision.reasons)])
    told = {outcome: counts[outcome] for outcome in ("same", "unsure", "different")}
    show({"pairs": counts.total(), **told, "file": out}, as_json=json)


def _resolve(file: Path, /, *, out: Path, limit: Limit = 5, json: Json = False) -> None:
    """按名称找候选代码，曾用名也算；不找自然人 | Find the codes that names may mean; persons are never looked for.

    Parameters
    ----------
    file
        表格，列 name（或名称）| a table with the column name
    out
        写入的 CSV，每个候选一行 | the CSV to write, a line a candidate
    limit
        每个名称最多几个候选 | how many candidates a name at most
    """
    set_up()
    from xinyun.archive.bearing import borne_names
    from xinyun.law import rulebook
    from xinyun.naming.resolving import Resolver

    counts: Counter[str] = Counter()
    with _written(out) as writer:
        rows = _rows(file, writer, _RESOLVED, _NAME)
        first = next(rows, None)
        resolver = Resolver(borne_names(rulebook().on(today())) if first else ())
        for (name,), row in _again(first, rows):
            found = resolver.resolve(name, limit)
            counts[found.outcome] += 1
            writer.writerows([*row, *line] for line in _candidates(found))
    told = {outcome: counts[outcome] for outcome in ("same", "unsure", "none")}
    show({"names": counts.total(), **told, "known_names": len(resolver), "file": out}, as_json=json)


def _candidates(found: Any) -> Iterator[list[Any]]:
    """The lines of one name: a candidate each, or one that says why there is none."""
    if not found.candidates:
        yield ["", "", "", "", *_answer(0, found.outcome, found.notes)]
    for rank, one in enumerate(found.candidates, start=1):
        outcome = found.outcome if rank == 1 else "unsure"
        answer = _answer(one.comparison.points, outcome, (*found.notes, *one.reasons))
        yield [rank, one.code, _inert(one.name), "yes" if one.former else "", *answer]


def _answer(points: int, outcome: str, reasons: Sequence[Reason]) -> list[str]:
    return [
        f"{points / 1000:.3f}",
        outcome,
        _inert("；".join(reason.text.zh for reason in reasons)),
        _inert("; ".join(reason.text.en for reason in reasons)),
    ]


def _again(first: Any, rest: Iterator[Any]) -> Iterator[Any]:
    if first is not None:
        yield first
    yield from rest


@contextmanager
def _written(out: Path) -> Iterator[Any]:
    """A CSV writer of a file that appears whole or not at all."""
    from django.conf import settings

    demand_apart(out, *settings.XINYUN.own_files)
    with arriving(out, USUAL) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
        yield csv.writer(text)
        text.flush()
        text.detach()


def _rows(
    file: Path, writer: Any, added: Sequence[str], *wanted: Sequence[str]
) -> Iterator[tuple[list[str], list[str]]]:
    """The wanted cells of each row, and the row as it goes out; the titles are written before the first."""
    titled: list[str] = []
    for cells, row in _cells(file, *wanted):
        if not titled:
            titled = [title for title in row if title not in added]
            writer.writerow([*map(_inert, titled), *added])
        yield cells, [_inert(row.get(title) or "") for title in titled]
    if not titled:
        writer.writerow([*(spellings[0] for spellings in wanted), *added])


def _cells(file: Path, *wanted: Sequence[str]) -> Iterator[tuple[list[str], dict[str, str]]]:
    """The wanted cells of each row and all of its cells by title.

    :raises NoSuchColumn: a table lacks a wanted column.
    """
    from xinyun.collection.reading import ROW, tables

    spellings = {spelling for some in wanted for spelling in some}
    with tables(file, lambda title: title.strip().lower() in spellings) as found:
        for table in found:
            columns = [_column(table.titles, some) for some in wanted]
            for frame in table.frames:
                for row in frame.drop(ROW).iter_rows(named=True):
                    yield [row[column] or "" for column in columns], row


def _column(titles: list[str], spellings: Sequence[str]) -> str:
    found = next((title for title in titles if title.strip().lower() in spellings), None)
    if found is None:
        raise NoSuchColumn(
            Text(f"没有「{spellings[0]}」列。", f"There is no column {spellings[0]}."),
            Text(f"请把列名写成 {'、'.join(spellings)} 之一。", f"Title it {spellings[0]}."),
        )
    return found


def _inert(value: str) -> str:
    from xinyun.collection.errorfile import inert

    return inert(value)
