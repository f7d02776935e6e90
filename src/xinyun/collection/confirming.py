"""Confirm which column of an office's layout is which field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from xinyun import law
from xinyun.base import Refusal, Text
from xinyun.collection.collecting import demand_provider
from xinyun.collection.columns import match
from xinyun.collection.mappings import is_other_unit, layout
from xinyun.collection.models import ColumnMapping
from xinyun.law import Item
from xinyun.plumbing import feed

KIND = "mapping.confirmed"


class UnknownColumns(Refusal):
    """The mapping names a field that the item has not, or a column that the file has not."""

    code = "unknown-columns"


class OtherUnit(Refusal):
    """A column of amounts is in another unit than the field for which it is to stand."""

    code = "other-unit"


def confirm_mapping(
    *, office: str, item: str, columns: dict[str, str], titles: list[str], actor: str, on: date
) -> str:
    """Keep a clerk's word on which title of this layout is which field, or "" where it is none; returns the layout.

    Titles that `columns` leaves out speak for themselves as far as the catalogue knows them.

    :raises law.UnknownNorm, law.NotInForce: there is no such item or office on that day.
    :raises NotYours: the office may not furnish the item.
    :raises UnknownColumns: a field or a title does not exist.
    :raises OtherUnit: an amount in 元 would stand for one in 万元.
    :raises SameColumnTwice, MissingColumns: two columns are one field; a required field has none.
    """
    norms = law.rulebook().on(on)
    wanted = norms.item(item)
    demand_provider(wanted, norms.office(office))
    _demand_known(wanted, columns, titles)
    match(wanted, titles, columns)
    digest = layout(titles)
    with transaction.atomic():
        told = {"office": office, "item": item, "layout": digest, "columns": columns}
        feed.append(KIND, told, actor=actor)
        ColumnMapping.objects.create(
            office=office, item=item, layout=digest, columns=columns, confirmed_by=actor, confirmed_on=on
        )
    return digest


def _demand_known(item: Item, columns: Mapping[str, str], titles: list[str]) -> None:
    fields = {field.name: field for field in item.fields}
    unknown = [
        *((title, Text("文件中没有这一列", "no such column")) for title in columns if title not in titles),
        *(
            (name, Text("事项没有这个字段", "no such field"))
            for name in columns.values()
            if name not in {*fields, ""}
        ),
    ]
    if unknown:
        raise UnknownColumns(
            Text(
                f"对列中有不存在的列或字段：{'、'.join(name[:40] for name, _ in unknown)}。",
                f"Unknown columns or fields: {', '.join(name[:40] for name, _ in unknown)}.",
            ),
            Text(
                f"列名须与文件完全相同；字段有：{'、'.join(fields)}。",
                f"Titles are as in the file; fields are: {', '.join(fields)}.",
            ),
            fields=tuple(unknown),
        )
    wrong = [
        (title, fields[name])
        for title, name in columns.items()
        if name and is_other_unit(fields[name], title)
    ]
    if wrong:
        raise OtherUnit(
            Text(
                f"单位不同：{'、'.join(f'「{title}」与「{field.title}」' for title, field in wrong)}。",
                f"Units differ: {', '.join(f'{title} and {field.english}' for title, field in wrong)}.",
            ),
            Text(
                "请在导出时换算成目录的单位，并改列名。",
                "Convert the amounts to the catalogue's unit when they are exported, and change the title.",
            ),
            fields=tuple((field.name, Text("单位不同", "another unit")) for _, field in wrong),
        )
