"""Apply compiled rules to cells: which rows are good, and one fault a broken rule of each bad row."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from xinyun.base import Text
from xinyun.base.identifiers import lookalike_proposal, mask
from xinyun.collection.cells import Cells, Mask
from xinyun.collection.checks import Severity, derived_from, holding
from xinyun.collection.rules import ArchiveCheck, Rule
from xinyun.law import Item

_RESIDENT_LIKE = re.compile(
    r"[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{2,3}[\dXx]?"
)
"""An identity number even where a digit is missing or wrong: what was mistyped is still somebody's."""


_FLAG = "__broken"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field of one row; `value` is masked where it is personal."""

    row: int
    field: str
    rule: str
    value: str
    problem: Text
    remedy: Text
    severity: Severity = "refuse"


@dataclass(slots=True)
class Checked:
    """The outcome for one frame: `bad` says which of its rows are returned."""

    good: Cells
    bad: Mask
    faults: list[Fault]
    warnings: Counter[str]

    @property
    def rejected(self) -> int:
        """How many rows are returned."""
        return int(self.bad.sum())


def check(cells: Cells, rules: list[Rule], item: Item) -> Checked:
    """Evaluate every rule over all rows at once."""
    verdicts = _verdicts(cells, rules)
    bad = np.zeros(cells.height, dtype=np.bool_)
    warnings = Counter({rule.id: 0 for rule in rules if rule.severity == "warn"})
    for index, flags in verdicts.items():
        if rules[index].severity == "ask" and cells.confirmed is not None:
            verdicts[index] = flags = flags & ~cells.confirmed
        if rules[index].severity != "warn":
            bad |= flags
    for index, flags in verdicts.items():
        if rules[index].severity == "warn":
            warnings[rules[index].id] += int((flags & ~bad).sum())
    if not bad.any():
        return Checked(cells, bad, [], warnings)
    broken = {index: flags[bad] for index, flags in verdicts.items() if rules[index].severity != "warn"}
    faults = list(_faults(cells.filter(bad), broken, rules, item))
    return Checked(cells.filter(~bad), bad, faults, warnings)


def _verdicts(cells: Cells, rules: list[Rule]) -> dict[int, Mask]:
    """For each rule that any row breaks, which rows do. A rule about one repeating field looks at its values alone."""
    by_field: dict[str, list[int]] = defaultdict(list)
    for index, rule in enumerate(rules):
        fields = {derived_from(root)[0] for root in rule.fault.meta.root_names()}
        by_field[fields.pop() if len(fields) == 1 else ""].append(index)
    verdicts, among_rows = {}, by_field.pop("", [])
    for field, indexes in by_field.items():
        if field not in cells.few:
            among_rows += indexes
            continue
        one = cells.few[field]
        flagged = _evaluate(_with_conditions(one.values, indexes, rules), indexes, rules)
        for index, flags in flagged.items():
            spread = flags[one.codes]
            if spread.any():
                verdicts[index] = spread
    return verdicts | _evaluate(wide(cells, [rules[index] for index in among_rows]), among_rows, rules)


def _evaluate(frame: pl.DataFrame, indexes: list[int], rules: list[Rule]) -> dict[int, Mask]:
    """Those of these rules that are broken anywhere in the frame, with where."""
    if not indexes or not frame.height:
        return {}
    flags = frame.with_columns(
        rules[index].fault.fill_null(False).alias(f"{_FLAG}{index}") for index in indexes
    ).select(f"{_FLAG}{index}" for index in indexes)
    return {int(one.name.removeprefix(_FLAG)): one.to_numpy() for one in flags if one.any()}


def _with_conditions(values: pl.DataFrame, indexes: list[int], rules: list[Rule]) -> pl.DataFrame:
    roots = {root for index in indexes for root in rules[index].fault.meta.root_names()}
    conditions = ((root, derived_from(root)[1]) for root in roots)
    return values.with_columns(holding(condition).alias(root) for root, condition in conditions if condition)


def wide(cells: Cells, rules: list[Rule]) -> pl.DataFrame:
    """The columns that these rules look at, for every row, beside the rows' numbers."""
    roots = {root: derived_from(root) for rule in rules for root in rule.fault.meta.root_names()}
    for root, (field, condition) in roots.items():
        if condition and (field not in cells.few or root not in cells.few[field].values.columns):
            cells.with_derived(
                field, lambda frame, c=condition, r=root: frame.with_columns(holding(c).alias(r))
            )
    columns = [cells.column(root, field).alias(root) for root, (field, _) in roots.items()]
    return pl.DataFrame([*columns, cells.rows])


def _faults(rows: Cells, broken: dict[int, Mask], rules: list[Rule], item: Item) -> Iterator[Fault]:
    """Row by row, in the order of the rules: there are few of them, and each is told in words."""
    personal = {field.name for field in item.fields if field.personal}
    names = {rules[index].field for index in broken} & set(rows.names)
    values = {name: rows.column(name).to_list() for name in names}
    numbers = rows.rows.to_list()
    found = [(int(place), index) for index in sorted(broken) for place in np.flatnonzero(broken[index])]
    for place, index in sorted(found):
        rule = rules[index]
        value = (values[rule.field][place] if rule.field in names else None) or ""
        shown = mask(value) if rule.field in personal else without_identities(value)
        yield Fault(
            numbers[place],
            rule.field,
            rule.id,
            shown[:200],
            rule.problem,
            remedy(rule, value),
            rule.severity,
        )


def without_identities(value: str) -> str:
    """The text with whatever looks like an identity number masked."""
    return _RESIDENT_LIKE.sub(lambda found: mask(found[0]), value)


def remedy(rule: Rule | ArchiveCheck, value: str) -> Text:
    """For a code with look-alike letters the proposal that would pass; a person decides, nothing is swapped."""
    if rule.id == "uscc" and (proposal := lookalike_proposal(value)):
        return Text(
            f"代码中不用字母 I、O、S、V、Z，是否为 {proposal}？请核对后改正。",
            f"I, O, S, V, Z are not used in codes: did you mean {proposal}?",
        )
    return rule.remedy
