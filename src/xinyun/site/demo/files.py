"""Offices' files: titles, encodings and formats differ, as they do."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from xinyun.law import Field, Item
from xinyun.site.demo.places import Province
from xinyun.site.demo.records import Row


@dataclass(frozen=True, slots=True)
class Style:
    """How an office writes: `title` gives a field's column title."""

    format: str = "csv"
    encoding: str = "utf-8"
    title: Callable[[Field], str] = lambda field: field.title


def style_of(item: str, office: str, province: Province) -> Style:
    """The capital sends Parquet with our names, the second city GB18030, builders and carriers the official codes."""
    city, _, department = office.partition(".")
    if item == "registration" and city == province.cities[0]:
        return Style(format="parquet", title=lambda field: field.name)
    if item == "registration" and city == province.cities[1]:
        return Style(encoding="gb18030")
    if department in {"housing-construction", "transport"}:
        return Style(title=lambda field: field.code or field.title)
    return Style(encoding="utf-8-sig" if department == "market-regulation" else "utf-8")


def write(rows: list[Row], item: Item, folder: Path, office: str, style: Style) -> Path:
    """Write an office's rows of an item and return the file's path."""
    fields = [f for f in item.fields if f.required != "no" or any(f.name in row for row in rows)]
    path = folder / f"{item.id}-{office}.{style.format}"
    titles = [style.title(field) for field in fields]
    if style.format == "parquet":
        columns = {
            title: [row.get(field.name) for row in rows] for title, field in zip(titles, fields, strict=True)
        }
        pl.DataFrame(columns, schema=dict.fromkeys(titles, pl.String)).write_parquet(path)
        return path
    with path.open("w", encoding=style.encoding, newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(titles)
        writer.writerows([row.get(field.name, "") for field in fields] for row in rows)
    return path
