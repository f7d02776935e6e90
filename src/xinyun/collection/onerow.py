"""A file of one row, for a single record and for a returned one that is submitted again."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import replace

from xinyun.collection.columns import match
from xinyun.law import Item


def lenient(item: Item) -> Item:
    """The item with no field required, to ask of some titles which fields they are."""
    return replace(item, fields=tuple(replace(field, required="no") for field in item.fields))


def one_row(item: Item, cells: Mapping[str, str], chosen: Mapping[str, str]) -> io.BytesIO:
    """A CSV of this row, by column title; fields that it leaves out are there, empty.

    So a row that lacks what is required is returned with all that is wrong with it, and not refused as a file.
    `chosen` says which title is which field where titles do not speak for themselves.

    :raises SameColumnTwice: two of the titles are the same field.
    """
    found = match(lenient(item), list(cells), chosen).found
    whole = {field.title: "" for field in item.fields if field.name not in found} | dict(cells)
    text = io.StringIO(newline="")
    csv.writer(text).writerows([list(whole), list(whole.values())])
    return io.BytesIO(text.getvalue().encode())
