"""A batch of checks, frame by frame: the verdict of each row, as a single check would give it.

Most rows are plain codes and go through `columns` together; the rule of `lists` is asked once for each shape that
occurs. Rows that need more (a name alone, another spelling, a subject of several codes) go the way of a single check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from xinyun import law
from xinyun.base import Reason, Refusal
from xinyun.base.identifier_columns import uscc_is_right
from xinyun.gateway import rulings
from xinyun.gateway.answers import Candidate
from xinyun.gateway.columns import NOTHING, SEVERAL, Columns, name_prints
from xinyun.gateway.index import Snapshot
from xinyun.gateway.questions import LIMITS, Question, admit
from xinyun.lists.queries import Verdict

ANSWERS = ("decision", "known", "measures", "lists", "basis", "until", "reasons", "reasons_en", "candidates")
"""The columns that a batch adds; measures, lists and untils stand in one order, as do basis and reasons."""
REFUSED = "refused"
_JOINT = "；"
_REMEMBERED = 50_000
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
        self._cells: dict[Any, int] = {}
        self._answers: list[Cells] = []

    def answers(self, codes: pl.Series, names: pl.Series) -> pl.DataFrame:
        """The `ANSWERS` of each row, with the code (or name) that was asked about in `asked`, normal where it is one."""
        if len(self._answers) > _REMEMBERED:
            self._cells, self._answers = {}, []
        rows = pl.DataFrame(
            {_CODE: codes.fill_null("").str.strip_chars(), _NAME: names.fill_null("").str.strip_chars()}
        )
        plain = uscc_is_right(rows[_CODE]) & _is_plain(rows[_NAME])
        settled: dict[int, int] = {}
        if not plain.all():
            rows = self._admit(rows, plain, settled)
        numbers = self._numbers(rows, settled)
        table = pl.DataFrame(self._answers, dict.fromkeys(ANSWERS, pl.String), orient="row")
        table = table.cast(pl.Categorical)  # few texts, many rows: numbers are copied and written, not texts
        asked = pl.when(pl.col(_CODE) == "").then(pl.col(_NAME)).otherwise(pl.col(_CODE)).alias("asked")
        return table[numbers].with_columns(rows.select(asked).to_series())

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

    def _numbers(self, rows: pl.DataFrame, settled: dict[int, int]) -> list[int]:
        """The answer of each row, by its number in `_answers`."""
        found = self._columns.find(rows[_CODE]).rename({"name": "held"})
        doubt = (pl.col(_NAME) != "") & (pl.col("held") != pl.col("print"))
        told = pl.concat([rows, found], how="horizontal").with_columns(print=name_prints(rows[_NAME]))
        told = told.with_columns(doubt=doubt.fill_null(False)).with_row_index("place")
        alone = (pl.col("shape") == SEVERAL) | pl.col("doubt") | pl.col("place").is_in(list(settled))
        alone = alone.fill_null(False)
        shapes = told.select(
            pl.when(alone).then(None).otherwise(pl.col("shape").cast(pl.Int64).fill_null(-1))
        )
        column = shapes.to_series()
        by_shape = {shape: self._of_shape(shape) for shape in column.drop_nulls().unique().to_list()}
        numbers: list[int] = column.replace_strict(by_shape, return_dtype=pl.Int64).to_list()
        for place, code, name, shape in told.filter(alone).select("place", _CODE, _NAME, "shape").iter_rows():
            numbers[place] = settled[place] if place in settled else self._alone(code, name, shape)
        return numbers

    def _of_shape(self, shape: int, doubted: bool = False) -> int:
        return self._number((shape, doubted), lambda: self._judged(shape, doubted))

    def _judged(self, shape: int, doubted: bool) -> Cells:
        if shape < 0:
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


def hits(answers: pl.DataFrame) -> Iterator[tuple[list[str], list[list[str]]]]:
    """For the ledger, in pieces: who was asked about and passed, and who did not, with decision and lists."""
    told = answers.filter(pl.col("decision") != REFUSED)
    for piece in told.iter_slices(_PIECE):
        passed = piece.filter(pl.col("decision") == "pass")["asked"].to_list()
        hit = piece.filter(pl.col("decision") != "pass").select("asked", "decision", "lists", "candidates")
        yield passed, [list(row) for row in hit.iter_rows()]


_PIECE = 5000
"""Rows that one leaf of the ledger tells of."""
