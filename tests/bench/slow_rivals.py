"""The catalogue's rules in the words of Great Expectations and frictionless: those that they have a word for.

Both have no place for an expression of ours, so they are given fewer rules, and fewer rows, and the rate is what counts.
"""

from __future__ import annotations

import csv
import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from tests.bench.measure import NotMeasured
from tests.bench.rivals import Own


def great_expectations(rules: Sequence[Own], frame: pl.DataFrame) -> tuple[Callable[[], object], int]:
    """What validates the rows once by Great Expectations on pandas, and how many rules it was given."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    try:
        import great_expectations as gx
    except ImportError as error:
        raise NotMeasured(f"Great Expectations: {error}") from None
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    makers = {
        "notnull": lambda own: gx.expectations.ExpectColumnValuesToNotBeNull(column=own.column),
        "matches": lambda own: gx.expectations.ExpectColumnValuesToMatchRegex(
            column=own.column, regex=own.value
        ),
        "length": lambda own: gx.expectations.ExpectColumnValueLengthsToBeBetween(
            column=own.column, max_value=own.value
        ),
        "among": lambda own: gx.expectations.ExpectColumnValuesToBeInSet(
            column=own.column, value_set=own.value
        ),
    }
    told = [makers[own.kind](own) for own in rules if own.kind in makers]
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = gx.data_context.types.base.ProgressBarsConfig(globally=False)
    source = context.data_sources.add_pandas("bench")
    whole = source.add_dataframe_asset("rows").add_batch_definition_whole_dataframe("whole")
    rows = frame.to_pandas()

    def validate() -> object:
        suite = gx.ExpectationSuite(name="penalty", expectations=told)
        return whole.get_batch({"dataframe": rows}).validate(suite)

    return validate, len(told)


def frictionless(rules: Sequence[Own], frame: pl.DataFrame, path: Path) -> tuple[Callable[[], object], int]:
    """What reads and validates the rows once by frictionless, from a CSV written here, and how many rules it was given."""
    try:
        from frictionless import Resource, Schema
    except ImportError as error:
        raise NotMeasured(f"frictionless: {error}") from None
    names = {"notnull": "required", "matches": "pattern", "length": "maxLength", "among": "enum"}
    constraints: dict[str, dict[str, Any]] = {name: {} for name in frame.columns}
    given = [own for own in rules if own.kind in names]
    for own in given:
        constraints[own.column][names[own.kind]] = True if own.kind == "notnull" else own.value
    frame.write_csv(path, quote_style="necessary")
    with path.open(encoding="utf-8", newline="") as stream:
        titles = next(csv.reader(stream))
    schema = Schema.from_descriptor(
        {"fields": [{"name": title, "type": "string", "constraints": constraints[title]} for title in titles]}
    )

    def validate() -> object:
        # Below the working folder, for frictionless trusts no absolute path.
        return Resource(path=path.name, basepath=str(path.parent), schema=schema).validate(
            limit_errors=len(frame) * len(titles)
        )

    return validate, len(given)
