"""The columns that a record of an item has in the snapshot, as the catalogue says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Literal

import polars as pl

from xinyun.law import Field, Item, NotInForce, Rulebook, UnknownNorm

_DIGITS = 38
"""The most digits of a DECIMAL that Parquet's readers agree on."""
_SCALE = 6
"""Decimals of a number whose field does not say how many it may have."""

REVISION = pl.Schema(
    {
        "_id": pl.Int64(),
        "_subject": pl.Int64(),
        "_key": pl.Int64(),
        "_revision": pl.Int32(),
        "_office": pl.String(),
        "_batch": pl.String(),
        "_decided_on": pl.Date(),
        "_valid_from": pl.Date(),
        "_valid_until": pl.Date(),
        "_publicity": pl.String(),
        "_withdrawn": pl.Boolean(),
        "_recorded_at": pl.Datetime("us", "UTC"),
        "_recorded_seq": pl.Int64(),
        "_superseded_seq": pl.Int64(),
        "_ends": pl.Int64(),
        "_other": pl.String(),
    }
)
"""What every revision has, whatever its item; no field's name begins with `_`, so none is hidden by these.

`_superseded_seq` is as known when the part was written; `_ends` is the revision of an earlier part that this one
superseded. `_other` is a JSON object of the values that fit no column of theirs, as they were written.
"""
SUBJECT = pl.Schema(
    {
        "id": pl.Int64,
        "code": pl.String,
        "kind": pl.String,
        "category": pl.String,
        "name": pl.String,
        "division": pl.String,
        "status": pl.String,
        "established_on": pl.Date,
        "first_seq": pl.Int64,
        "seq": pl.Int64,
        "known_seq": pl.Int64,
        "replaces": pl.Boolean,
    }
)
"""A subject's header as it stood when the snapshot came to `known_seq`; `replaces` where an earlier part has it too."""


@dataclass(frozen=True, slots=True)
class Column:
    """A field as a column; `of_persons` where also records about natural persons show it."""

    field: Field
    type: pl.DataType
    of_persons: bool

    @property
    def name(self) -> str:
        """The field's name, which is the column's."""
        return self.field.name

    @property
    def searched(self) -> bool:
        """Whether an identity number may have strayed into it: codes of organisations are let be."""
        return self.type == pl.String and all(check.name != "uscc" for check in self.field.checks)


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns of an item and who may see its records: those of all its editions, in the latest one's words."""

    item: str
    publicity: Literal["public", "on-application", "shared", "consent", "unknown"]
    columns: tuple[Column, ...]
    personal: tuple[str, ...]
    """Fields that have no column: they are sealed in the archive."""

    @property
    def schema(self) -> pl.Schema:
        """The columns of the item's files, in their order."""
        return pl.Schema({**REVISION, **{column.name: column.type for column in self.columns}})


def shape(book: Rulebook, item: str, on: date) -> Shape:
    """The shape of an item's records; one of an item that the catalogue does not know has no columns of its own.

    Who may see them is what the edition in force on the day `on` says, or the last one of an item that is no more.
    Personal fields have no column.
    """
    editions = _editions(book, item)
    if not editions:
        return Shape(item, "unknown", (), ())
    latest: dict[str, Field] = {}
    for edition in editions:
        latest |= {field.name: field for field in edition.fields}
    personal = {field.name for edition in editions for field in edition.fields if field.personal}
    naming = {edition.subject.name for edition in editions}
    scales = {name: max(_scale(field) for field in _named(editions, name)) for name in latest}
    columns = tuple(
        Column(field, _type(field, scales[name]), field.publicity == "public" and name not in naming)
        for name, field in latest.items()
        if name not in personal
    )
    return Shape(item, _in_force(book, item, on, editions).publicity, columns, tuple(sorted(personal)))


@lru_cache(maxsize=2)
def shapes_digest(book: Rulebook, on: date) -> str:
    """A digest of all items' shapes: where it differs, files of the old shapes cannot be continued."""
    told = [
        (one.item, one.publicity, [(c.name, str(c.type), c.of_persons, c.searched) for c in one.columns])
        for one in (shape(book, id, on) for id in book.ids("item"))
    ]
    fixed = [[(name, str(type)) for name, type in schema.items()] for schema in (REVISION, SUBJECT)]
    return sha256(json.dumps([fixed, told], ensure_ascii=False).encode()).hexdigest()


def catalogue(book: Rulebook, on: date) -> pl.DataFrame:
    """Every field of every item with its column's type and who may see it; personal fields have no column."""
    rows = []
    for id in book.ids("item"):
        one, title = shape(book, id, on), book.title_of("item", id)
        columns = {column.name: column for column in one.columns}
        latest = {f.name: f for edition in _editions(book, id) for f in edition.fields}
        rows += [
            (id, title.zh, title.en, one.publicity, name, f.title, f.english, f.publicity)
            + ((str(columns[name].type), columns[name].of_persons) if name in columns else (None, False))
            for name, f in latest.items()
        ]
    names = ["item", "item_title", "item_english", "item_publicity", "field", "title", "english", "publicity"]
    return pl.DataFrame(rows, schema=[*names, "type", "of_persons"], orient="row")


def _editions(book: Rulebook, item: str) -> list[Item]:
    try:
        written = book.editions("item", item)
    except UnknownNorm:
        return []
    return [book.on(since).item(item) for since, _, edition in written if edition is not None]


def _in_force(book: Rulebook, item: str, on: date, editions: list[Item]) -> Item:
    try:
        return book.on(on).item(item)
    except NotInForce:
        return editions[-1]


def _named(editions: list[Item], name: str) -> Iterator[Field]:
    return (field for edition in editions for field in edition.fields if field.name == name)


def _scale(field: Field) -> int:
    told = [int(check.argument) for check in field.checks if check.name == "decimals"]
    return told[0] if told else _SCALE


def _type(field: Field, scale: int) -> pl.DataType:
    match field.type:
        case "date" | "end-date":
            return pl.Date()
        case "integer":
            return pl.Int64()
        case "decimal":
            return pl.Decimal(min(_DIGITS, field.length + scale), scale)
    return pl.String()
