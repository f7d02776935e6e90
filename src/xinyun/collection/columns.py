"""Which column of a file is which field of the item."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from xinyun.base import Refusal, Text
from xinyun.law import Item


class MissingColumns(Refusal):
    """The file lacks columns without which no row can be accepted."""

    code = "missing-columns"


@dataclass(frozen=True, slots=True)
class Columns:
    """`found` maps a field's name to the file's title; `ignored` are titles that the item does not know."""

    found: dict[str, str]
    ignored: tuple[str, ...]


def _fold(title: str) -> str:
    """Titles differ by width, case, blanks and brackets from office to office."""
    return unicodedata.normalize("NFKC", title).strip().upper().replace(" ", "").replace("*", "")


def match(item: Item, titles: list[str]) -> Columns:
    """Find each field by official title, official code, our name or an accepted alternative title.

    A title that the catalogue gives to an earlier field wins where two fields accept it.

    :raises MissingColumns: a required field has no column.
    """
    by_title: dict[str, str] = {}
    for rank in range(max(len(field.titles) for field in item.fields)):
        for field in item.fields:
            if rank < len(field.titles):
                by_title.setdefault(_fold(field.titles[rank]), field.name)
    found: dict[str, str] = {}
    ignored = []
    for title in titles:
        name = by_title.get(_fold(title))
        if name is None or name in found:
            ignored.append(title)
        else:
            found[name] = title
    missing = [field for field in item.fields if field.required == "yes" and field.name not in found]
    if missing:
        names = "、".join(field.title for field in missing)
        raise MissingColumns(
            Text(
                f"「{item.title}」缺少必需的列：{names}。", f"Columns of {item.english} are missing: {names}."
            ),
            Text(
                f"文件中的列有：{'、'.join(title[:40] for title in titles[:30])}。请按目录补上这些列，列名可用中文名称、字段代码或英文名。",
                "Add them; a column may be titled by its Chinese title, its code or its English name.",
            ),
            item.basis,
            tuple((field.name, Text("缺少此列", "column missing")) for field in missing),
        )
    return Columns(found, tuple(ignored))
