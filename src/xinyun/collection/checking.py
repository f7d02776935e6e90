"""Apply compiled rules to a frame: which rows are good, and one fault a broken rule of each bad row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from xinyun.base import Text
from xinyun.base.identifiers import lookalike_proposal, mask
from xinyun.collection.files import ROW
from xinyun.collection.rules import Rule
from xinyun.law import Item

_RESIDENT_LIKE = re.compile(
    r"[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{2,3}[\dXx]?"
)
"""An identity number even where a digit is missing or wrong: what was mistyped is still somebody's."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field of one row; `value` is masked where it is personal."""

    row: int
    field: str
    rule: str
    value: str
    problem: Text
    remedy: Text


@dataclass(slots=True)
class Checked:
    """The outcome for one frame."""

    good: pl.DataFrame
    rejected: int
    faults: list[Fault]
    warnings: Counter[str]


def check(frame: pl.DataFrame, rules: list[Rule], item: Item) -> Checked:
    """Evaluate every rule over the frame at once."""
    verdicts = frame.select(rule.fault.fill_null(False).alias(str(index)) for index, rule in enumerate(rules))
    broken = [str(index) for index, rule in enumerate(rules) if not rule.warning]
    bad = (
        verdicts.select(pl.any_horizontal(broken)).to_series()
        if broken
        else pl.Series([False] * frame.height)
    )
    warnings = Counter({rule.id: 0 for rule in rules if rule.warning})
    for index, rule in enumerate(rules):
        if rule.warning:
            warnings[rule.id] += int((verdicts[str(index)] & ~bad).sum())
    if not bad.any():
        return Checked(frame, 0, [], warnings)
    faults = list(_faults(frame.filter(bad), verdicts.filter(bad), rules, item))
    return Checked(frame.filter(~bad), int(bad.sum()), faults, warnings)


def _faults(rows: pl.DataFrame, verdicts: pl.DataFrame, rules: list[Rule], item: Item) -> Iterator[Fault]:
    personal = {field.name for field in item.fields if field.personal}
    flags = [(rule, verdicts[str(index)].to_list()) for index, rule in enumerate(rules) if not rule.warning]
    flags = [(rule, flag) for rule, flag in flags if any(flag)]
    shown_columns = [ROW, *dict.fromkeys(rule.field for rule, _ in flags if rule.field in rows.columns)]
    for position, row in enumerate(rows.select(shown_columns).iter_rows(named=True)):
        for rule, flag in flags:
            if flag[position]:
                value = row.get(rule.field) or ""
                shown = mask(value) if rule.field in personal else _without_identities(value)
                yield Fault(row[ROW], rule.field, rule.id, shown[:200], rule.problem, _remedy(rule, value))


def _without_identities(value: str) -> str:
    return _RESIDENT_LIKE.sub(lambda found: mask(found[0]), value)


def _remedy(rule: Rule, value: str) -> Text:
    """For a code with look-alike letters the proposal that would pass; a person decides, nothing is swapped."""
    if rule.id == "uscc" and (proposal := lookalike_proposal(value)):
        return Text(
            f"代码中不用字母 I、O、S、V、Z，是否为 {proposal}？请核对后改正。",
            f"I, O, S, V, Z are not used in codes: did you mean {proposal}?",
        )
    return rule.remedy
