"""From the archive's rows to the snapshot's: contents as typed columns, persons without what tells who they are.

By whole columns, because a rebuild meets every record there is. A row whose content is not plain text under names of
the catalogue, or that holds more than its columns took, is looked at by itself, so that nothing of it is lost.
"""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from xinyun.archive.snapshot.shape import REVISION, SUBJECT, Column, Shape
from xinyun.base.identifiers import mask_within

_SEALED = "sealed:"
_RESIDENT_SHAPED = "[0-9０-９]{17}[0-9０-９XxＸｘ]"
_WHOLE = "^-?[0-9]{1,18}$"
_INSTANT = "%Y-%m-%d %H:%M:%S%.f"

Leftovers = dict[int, dict[str, Any]]
"""By the number of its row in the frame: what of a content has no column, or does not fit it."""


def fit(rows: pl.DataFrame, shape: Shape, *, spaced: bool) -> pl.DataFrame:
    """The revisions of one item in its shape, from rows as `reading.revisions` gives them.

    `spaced` says that the store writes blanks between the members of a content, as PostgreSQL does.
    """
    told, leftovers = _told(rows["content"], shape, spaced=spaced)
    person = rows["person"].cast(pl.Boolean)
    columns = [_fitted(told[column.name], column, leftovers) for column in shape.columns]
    if person.any():
        columns = [_pseudonymised(*pair, person) for pair in zip(columns, shape.columns, strict=True)]
        _forget_persons(leftovers, person, shape)
    own = _days(rows, ("decided_on", "valid_from", "valid_until"))
    own = own.with_columns(pl.col("superseded_seq", "ends").replace(0, None)).select(
        *(pl.col(name.removeprefix("_")).alias(name) for name in REVISION.names() if name not in _MADE),
        pl.lit(shape.publicity).alias("_publicity"),
        pl.col("recorded_at").str.to_datetime(_INSTANT, time_zone="UTC").alias("_recorded_at"),
        _other(leftovers, rows.height),
    )
    return pl.DataFrame([*own.select(REVISION.names()).cast(REVISION).get_columns(), *columns])


_MADE = {"_publicity", "_recorded_at", "_other"}


def fit_subjects(rows: pl.DataFrame, *, known_seq: int, before: int) -> pl.DataFrame:
    """Headers in the shape of `SUBJECT`, known at `known_seq`; those first met by `before` stand in an earlier part."""
    made = _days(rows, ("established_on",)).with_columns(
        pl.col("code", "name").replace("", None),
        known_seq=pl.lit(known_seq, pl.Int64),
        replaces=pl.col("first_seq") <= before,
    )
    return made.select(SUBJECT.names()).cast(SUBJECT)


def _days(rows: pl.DataFrame, names: tuple[str, ...]) -> pl.DataFrame:
    return rows.with_columns(pl.col(name).replace("", None).str.to_date("%Y-%m-%d") for name in names)


def _told(contents: pl.Series, shape: Shape, *, spaced: bool) -> tuple[pl.DataFrame, Leftovers]:
    """Each field's text, and what a content holds besides."""
    names = [*(column.name for column in shape.columns), *shape.personal]
    if not names:
        told = contents.to_frame().clear(len(contents))
        return told, _besides(contents, pl.Series(range(len(contents)), dtype=pl.Int64), shape)
    try:
        told = contents.str.json_decode(pl.Struct(dict.fromkeys(names, pl.String))).struct.unnest()
    except pl.exceptions.PolarsError:  # a value that is no text and does not become one
        told = _one_by_one(contents, names)
    inexact = (_written(told, spaced=spaced) != contents.str.len_bytes()).arg_true()
    return told, _besides(contents, inexact, shape)


def _written(told: pl.DataFrame, *, spaced: bool) -> pl.Series:
    """How many bytes a content takes that holds these texts, none of them escaped, and nothing else."""
    marks, ends = (8, 0) if spaced else (6, 1)
    sizes = [
        (pl.col(name).str.len_bytes() + len(name) + marks).fill_null(0).cast(pl.Int64)
        for name in told.columns
    ]
    return told.select((pl.sum_horizontal(sizes) + ends).alias("written")).to_series()


def _one_by_one(contents: pl.Series, names: list[str]) -> pl.DataFrame:
    rows = [
        {name: value for name, value in json.loads(text).items() if isinstance(value, str)}
        for text in contents.to_list()
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _besides(contents: pl.Series, rows: pl.Series, shape: Shape) -> Leftovers:
    """What these rows' contents hold that is no text of a field with a column."""
    columns, personal = {column.name for column in shape.columns}, set(shape.personal)
    found: Leftovers = {}
    for row, text in zip(rows.to_list(), contents.gather(rows).to_list(), strict=True):
        left = {
            name: value
            for name, value in json.loads(text).items()
            if name not in personal
            and value is not None
            and not (isinstance(value, str) and (name in columns or value.startswith(_SEALED)))
        }
        if left:
            found[row] = left
    return found


def _fitted(texts: pl.Series, column: Column, leftovers: Leftovers) -> pl.Series:
    """The texts as values of the column's type; a text that is none is left over."""
    strays = [row for row, left in leftovers.items() if column.name in left]
    if strays:  # what the decoder made of a value that is no text
        texts = texts.scatter(strays, None)
    values = _parsed(texts, column)
    for row in (texts.is_not_null() & values.is_null()).arg_true().to_list():
        leftovers.setdefault(row, {})[column.name] = texts[row]
    return _masked(values) if column.searched else values


def _parsed(texts: pl.Series, column: Column) -> pl.Series:
    match column.type:
        case pl.Date():
            return texts.str.to_date("%Y-%m-%d", strict=False)
        case pl.Int64():
            return _where(texts, _WHOLE).cast(pl.Int64, strict=False)
        case pl.Decimal(precision=int(precision), scale=scale):
            decimals = rf"(\.[0-9]{{1,{scale}}})?" if scale else ""
            return _where(texts, rf"^-?[0-9]{{1,{precision - scale}}}{decimals}$").cast(
                column.type, strict=False
            )
    return texts


def _where(texts: pl.Series, pattern: str) -> pl.Series:
    """The texts of that form and no others: a number is taken as it is written, or not at all."""
    return texts.set(~texts.str.contains(pattern).fill_null(True), None)


def _masked(texts: pl.Series) -> pl.Series:
    """Texts with every identity number inside them masked."""
    shaped = texts.str.contains(_RESIDENT_SHAPED).fill_null(False).arg_true()
    if not len(shaped):
        return texts
    return texts.scatter(shaped, [mask_within(text) for text in texts.gather(shaped).to_list()])


def _pseudonymised(values: pl.Series, column: Column, person: pl.Series) -> pl.Series:
    """Of persons' records nothing that is not public, and never the name."""
    return values if column.of_persons else values.set(person, None)


def _forget_persons(leftovers: Leftovers, person: pl.Series, shape: Shape) -> None:
    """Of what is left over of persons' records keep public fields alone; a field that is unknown is not public."""
    public = {column.name for column in shape.columns if column.of_persons}
    for row in [row for row in leftovers if person[row]]:
        leftovers[row] = {name: value for name, value in leftovers[row].items() if name in public}


def _other(leftovers: Leftovers, height: int) -> pl.Series:
    texts: list[str | None] = [None] * height
    for row, left in leftovers.items():
        if left:
            texts[row] = mask_within(json.dumps(left, ensure_ascii=False, sort_keys=True))
    return pl.Series("_other", texts, dtype=pl.String)
