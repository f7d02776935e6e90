"""A batch of checks, frame by frame: the verdict of each row, as a single check would give it.

Most rows are plain codes and go through `columns` together; the rule of `lists` is asked once for each shape that
occurs. Rows that need more (a name alone, another spelling, a subject of several codes) go the way of a single check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from msgspec.structs import replace

from xinyun import law
from xinyun.base import Reason, Refusal
from xinyun.base.identifier_columns import uscc_is_right
from xinyun.gateway import rulings
from xinyun.gateway.answers import Candidate
from xinyun.gateway.columns import NOTHING, SEVERAL, UNKNOWN, Columns, Numbers, name_prints
from xinyun.gateway.index import Snapshot
from xinyun.gateway.questions import LIMITS, Question, admit
from xinyun.lists.queries import Verdict

ANSWERS = ("decision", "known", "measures", "lists", "basis", "until", "reasons", "reasons_en", "candidates")
"""The columns that a batch adds; measures, lists and untils stand in one order, as do basis and reasons."""
REFUSED = "refused"
_JOINT = "；"
_REMEMBERED = 50_000
_NOT_YET = -1
_CODE, _NAME = "__code", "__name"

Cells = tuple[str, ...]


@dataclass
class Counts:
    """How many rows there were, by what was answered."""

    rows: int = 0
    by_decision: dict[str, int] = field(default_factory=dict)

    def add(self, decisions: pl.Series) -> None:
        """Count a frame's decisions."""
        self.rows += len(decisions)
        for decision, count in decisions.value_counts().iter_rows():
            self.by_decision[decision] = self.by_decision.get(decision, 0) + count


class Screen:
    """Answers frames of rows in one scene, all as of one snapshot."""

    def __init__(self, asked: Question, snapshot: Snapshot, columns: Columns, now: law.Law) -> None:
        self._asked = asked
        self._snapshot = snapshot
        self._columns = columns
        self._now = now
        self._scene = now.scene(asked.scene)
        self._forget()

    def _forget(self) -> None:
        self._cells: dict[Any, int] = {}
        self._answers: list[Cells] = []
        self._table = _table([])
        self._by_shape = np.full(len(self._columns.shapes) + 1, _NOT_YET)  # the last is for UNKNOWN, -1

    def answers(self, codes: pl.Series, names: pl.Series) -> pl.DataFrame:
        """The `ANSWERS` of each row, with the code (or name) that was asked about in `asked`, normal where it is one."""
        if len(self._answers) > _REMEMBERED:
            self._forget()
        rows = pl.DataFrame({_CODE: _clean(codes), _NAME: _clean(names)})
        plain = uscc_is_right(rows[_CODE]) & _is_plain(rows[_NAME])
        settled: dict[int, int] = {}
        if not plain.all():
            rows = self._admit(rows, plain, settled)
        numbers = self._numbers(rows, settled)
        if self._table.height != len(self._answers):
            self._table = _table(self._answers)
        asked = pl.when(pl.col(_CODE) == "").then(pl.col(_NAME)).otherwise(pl.col(_CODE)).alias("asked")
        told = self._table.select(pl.all().gather(pl.Series(numbers)))
        return told.with_columns(rows.select(asked).to_series())

    def _admit(self, rows: pl.DataFrame, plain: pl.Series, settled: dict[int, int]) -> pl.DataFrame:
        """Bring the other rows into normal form; those that are refused or ask by name alone are settled here."""
        codes, names = rows[_CODE].to_list(), rows[_NAME].to_list()
        for place in (~plain).arg_true():
            code, name = codes[place], names[place]
            try:
                question = admit(replace(self._asked, code=code or None, name=name or None), self._now)
            except Refusal as refusal:
                settled[place] = self._number(("refused", code, name), lambda r=refusal: _refused(r))
                continue
            codes[place], names[place] = question.code or "", question.name or ""
            if question.code is None:
                settled[place] = self._number(("name", question.name), lambda q=question: self._by_name(q))
        return pl.DataFrame({_CODE: codes, _NAME: names}, dict.fromkeys((_CODE, _NAME), pl.String))

    def _numbers(self, rows: pl.DataFrame, settled: dict[int, int]) -> Numbers:
        """The answer of each row, by its number in `_answers`."""
        shapes, held = self._columns.find(rows[_CODE])
        alone = shapes == SEVERAL
        if (rows[_NAME] != "").any():
            asked = (rows[_NAME] != "").to_numpy()
            alone |= asked & (shapes != UNKNOWN) & (name_prints(rows[_NAME]).to_numpy() != held)
        alone[list(settled)] = True
        numbers = self._of_shapes(np.where(alone, UNKNOWN, shapes))
        for place in np.flatnonzero(alone).tolist():
            if place in settled:
                numbers[place] = settled[place]
            else:
                code, name = rows.row(place)
                numbers[place] = self._alone(code, name, int(shapes[place]))
        return numbers

    def _of_shapes(self, shapes: Numbers) -> Numbers:
        for shape in np.unique(shapes[self._by_shape[shapes] == _NOT_YET]).tolist():
            self._by_shape[shape] = self._of_shape(shape)
        return self._by_shape[shapes]

    def _of_shape(self, shape: int, doubted: bool = False) -> int:
        return self._number((shape, doubted), lambda: self._judged(shape, doubted))

    def _judged(self, shape: int, doubted: bool) -> Cells:
        if shape == UNKNOWN:
            return _cells(rulings.unknown(self._scene), known=False)
        kind, standings = ("", ()) if shape == NOTHING else self._columns.standings(shape)
        return _cells(rulings.bearing(standings, kind, doubted, self._scene, self._now), known=True)

    def _alone(self, code: str, name: str, shape: int) -> int:
        """A row whose name is not, byte by byte, the one that is held, or whose subject has several codes."""
        if shape == SEVERAL:
            return self._number(("several", code, name), lambda: self._by_code(code, name))
        found = self._snapshot.lookup(code)
        assert found is not None
        return self._of_shape(shape, doubted=not rulings.is_named(name, found.names))

    def _by_code(self, code: str, name: str) -> Cells:
        question = replace(self._asked, code=code, name=name or None)
        verdict, found = rulings.by_code(question, self._snapshot.lookup(code), self._now)
        return _cells(verdict, known=found.known)

    def _by_name(self, question: Question) -> Cells:
        exact, alike = rulings.meant(question.name or "", self._snapshot)
        counting = ((known.standings, known.kind) for known in (exact or alike).values())
        verdict, _ = rulings.by_name(question, counting, self._now)
        return _cells(
            verdict, known=False, candidates=rulings.candidates(exact, alike, question.scene, self._now)
        )

    def _number(self, key: Any, make: Callable[[], Cells]) -> int:
        number = self._cells.get(key)
        if number is None:
            number = self._cells[key] = len(self._answers)
            self._answers.append(make())
        return number


def _table(answers: list[Cells]) -> pl.DataFrame:
    """Few texts, many rows: as categories, numbers are copied and written and not texts."""
    return pl.DataFrame(answers, dict.fromkeys(ANSWERS, pl.String), orient="row").cast(pl.Categorical)


def _clean(texts: pl.Series) -> pl.Series:
    if texts.null_count() == len(texts):  # no such column in the file
        return pl.repeat("", len(texts), eager=True)
    return texts.fill_null("").str.strip_chars()


def _is_plain(names: pl.Series) -> pl.Series:
    return (names.str.len_chars() <= LIMITS["name"]) & ~names.str.contains(r"[\x00-\x1f\x7f]")


def _cells(verdict: Verdict, *, known: bool, candidates: Sequence[Candidate] = ()) -> Cells:
    reasons = verdict.decision.reasons
    return (
        verdict.outcome,
        "true" if known else "false",
        _JOINT.join(one.id for one in verdict.measures),
        _JOINT.join(one.list_id for one in verdict.measures),
        _JOINT.join(_articles(one) for one in reasons),
        _JOINT.join(one.until.isoformat() if one.until else "" for one in verdict.measures),
        _JOINT.join(one.text.zh for one in reasons),
        "; ".join(one.text.en for one in reasons),
        _JOINT.join(f"{one.code} {one.name}" for one in candidates),
    )


def _articles(reason: Reason) -> str:
    return "、".join(str(basis) for basis in reason.basis)


def _refused(refusal: Refusal) -> Cells:
    return (
        REFUSED,
        "false",
        "",
        "",
        "",
        "",
        f"{refusal.what.zh}{refusal.remedy.zh}",
        str(refusal.remedy.en),
        "",
    )


def logged(answers: pl.DataFrame) -> Iterator[list[dict[str, str]]]:
    """For the ledger, in pieces: the answers that were given, each with those it was given about, a line each."""
    told = answers.filter(pl.col("decision") != REFUSED).with_row_index(_PIECE)
    given = told.group_by(pl.col(_PIECE) // _PIECE_ROWS, *_LOGGED, maintain_order=True)
    texts = given.agg(pl.col("asked").str.join("\n"))
    for piece in texts.partition_by(_PIECE, maintain_order=True, include_key=False):
        yield piece.to_dicts()


_LOGGED = ("decision", "lists", "candidates")
_PIECE = "__piece"
_PIECE_ROWS = 5000
"""Rows that one leaf of the ledger tells of."""
