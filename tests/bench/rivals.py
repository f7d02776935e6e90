"""The catalogue's rules in the words of pandera and pointblank.

A rule is given in an engine's own check wherever it has one (not null, pattern, length, bounds). What it has no
word for — conditions between fields, check characters, names — it gets as the very expression that ours evaluates.
Only `fault_free` is shared; nothing of our engine runs inside theirs otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from tests.bench.measure import NotMeasured
from xinyun.collection.rules import Rule, day_column
from xinyun.law import CodeList, Field, Item, Law


@dataclass(frozen=True)
class Own:
    """A rule in an engine-neutral form: `kind` is notnull, matches, length, among, max, min or expression."""

    rule: Rule
    kind: str
    column: str = ""
    value: Any = None


def own_words(rules: Sequence[Rule], item: Item, norms: Law, on: date) -> list[Own]:
    """Each rule as a check that the engines know, or as an expression."""
    return [_own(rule, item.field(rule.field), norms, on) for rule in rules]


def _own(rule: Rule, field: Field, norms: Law, on: date) -> Own:
    checks = {check.name: check.argument for check in field.checks}
    match rule.id:
        case "required":
            return Own(rule, "notnull", field.name)
        case "length":
            return Own(rule, "length", field.name, field.length)
        case "number":
            return Own(
                rule, "matches", field.name, r"^-?\d+(\.\d+)?$" if field.type == "decimal" else r"^-?\d+$"
            )
        case "has-digit":
            return Own(rule, "matches", field.name, r"\d")
        case "digits":
            return Own(rule, "matches", field.name, rf"^\d{{{checks['digits']}}}$")
        case "code-list" if not (codes := norms.codes(field.codes)).open_prefix and not codes.several:
            return Own(rule, "among", field.name, _spellings(codes))
        case "not-future":
            return Own(rule, "max", day_column(field.name), on)
        case "not-before":
            return Own(rule, "min", day_column(field.name), date.fromisoformat(checks["not-before"]))
    return Own(rule, "expression")


def _spellings(codes: CodeList) -> list[str]:
    return sorted({*codes.labels, *codes.spellings})


def fault_free(rule: Rule) -> pl.Expr:
    """True where a row keeps the rule."""
    return ~rule.fault.fill_null(False)


def pandera_finds(rules: Sequence[Own]) -> Any:
    """A function from a frame to the set of bad rows' positions, by pandera with `lazy=True`."""
    try:
        import pandera.polars as pa
    except ImportError as error:
        raise NotMeasured(f"pandera: {error}") from None
    makers = {
        "matches": lambda value: pa.Check.str_contains(value),
        "length": lambda value: pa.Check.str_length(max_value=value),
        "among": lambda value: pa.Check.isin(value),
        "max": lambda value: pa.Check.le(value),
        "min": lambda value: pa.Check.ge(value),
    }
    columns: dict[str, list[Any]] = {}
    required = {own.column for own in rules if own.kind == "notnull"}
    for own in rules:
        if own.kind in makers:
            columns.setdefault(own.column, []).append(makers[own.kind](own.value))
    whole = [_pandera_expression(pa, own.rule) for own in rules if own.kind == "expression"]
    schema = pa.DataFrameSchema(
        {
            name: pa.Column(checks=columns.get(name), nullable=name not in required)
            for name in {*columns, *required}
        },
        checks=whole,
    )

    def find(frame: pl.DataFrame) -> Any:
        try:
            schema.validate(frame, lazy=True)
        except pa.errors.SchemaErrors as errors:
            return errors.failure_cases
        return None

    return find


def _pandera_expression(pa: Any, rule: Rule) -> Any:
    kept = fault_free(rule)
    return pa.Check(lambda data: data.lazyframe.select(kept), name=f"{rule.field} {rule.id}")


def pandera_bad_rows(found: Any) -> int:
    """How many rows a pandera result names."""
    return 0 if found is None else found["index"].n_unique()


def pointblank_finds(rules: Sequence[Own]) -> Any:
    """A function from a frame to pointblank's interrogated validation."""
    try:
        import pointblank as pb
    except ImportError as error:
        raise NotMeasured(f"pointblank: {error}") from None

    def find(frame: pl.DataFrame) -> Any:
        validation = pb.Validate(data=frame)
        for own in rules:
            validation = _pointblank_step(validation, own)
        return validation.interrogate()

    return find


def _pointblank_step(validation: Any, own: Own) -> Any:
    match own.kind:
        case "notnull":
            return validation.col_vals_not_null(columns=own.column)
        case "matches":
            return validation.col_vals_regex(columns=own.column, pattern=own.value, na_pass=True)
        case "among":
            return validation.col_vals_in_set(columns=own.column, set=[*own.value, None])
        case "max":
            return validation.col_vals_le(columns=own.column, value=own.value, na_pass=True)
        case "min":
            return validation.col_vals_ge(columns=own.column, value=own.value, na_pass=True)
    return validation.col_vals_expr(expr=fault_free(own.rule))


def pointblank_bad_rows(found: Any) -> int:
    """How many rows fail any step of a pointblank result."""
    broken = [step.i for step in found.validation_info if step.eval_error]
    if broken:
        raise AssertionError(f"pointblank could not evaluate steps {broken}")
    return found.get_sundered_data(type="fail").height
