"""Which column of a file is which field of the item."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from xinyun.base import Refusal, Text
from xinyun.law import Item


class SameColumnTwice(Refusal):
    """Two columns of the file are one and the same field; which of them counts is not guessed."""

    code = "same-column-twice"


class MissingColumns(Refusal):
    """The file lacks columns without which no row can be accepted."""

    code = "missing-columns"


RETURN_NUMBER, CONFIRMED = "退回编号", "确认无误"
"""Titles of columns that our own error workbook adds: which returned row this one mends, and that it is right as it is."""
TOLD = frozenset({"问题", "建议", "位置"})
"""Titles of what that workbook says about a row, which is no part of it."""


@dataclass(frozen=True, slots=True)
class Columns:
    """`found` maps a field's name to the file's title; `ignored` are titles that the item does not know.

    `own` maps `RETURN_NUMBER` and `CONFIRMED` to their titles where the file has them.
    """

    found: dict[str, str]
    ignored: tuple[str, ...]
    own: dict[str, str]


def fold(title: str) -> str:
    """Titles differ by width, case, blanks and marks of what must be filled in from office to office."""
    folded = unicodedata.normalize("NFKC", title).strip().upper().replace(" ", "").replace("*", "")
    return re.sub(r"\((必填|选填|必填项)\)$", "", folded)


def titles_of(item: Item) -> dict[str, str]:
    """The field that each title of the catalogue means, by folded title.

    A title that the catalogue gives to an earlier field wins where two fields accept it.
    """
    by_title: dict[str, str] = {}
    for rank in range(max(len(field.titles) for field in item.fields)):
        for field in item.fields:
            if rank < len(field.titles):
                by_title.setdefault(fold(field.titles[rank]), field.name)
    return by_title


def known_titles(item: Item) -> Callable[[str], bool]:
    """Whether a title is one that the item's catalogue entry knows."""
    by_title = titles_of(item)
    return lambda title: fold(title) in by_title


def match(item: Item, titles: list[str], chosen: Mapping[str, str] = MappingProxyType({})) -> Columns:
    """Find each field by official title, official code, our name or an accepted alternative title.

    `chosen` is a clerk's word on some titles: the field that each means, or nothing where it is none.

    :raises SameColumnTwice: two columns are the same field.
    :raises MissingColumns: a required field has no column.
    """
    by_title = titles_of(item)
    found: dict[str, str] = {}
    own: dict[str, str] = {}
    ignored = []
    for title in titles:
        folded = fold(title)
        name = chosen[title] if title in chosen else by_title.get(folded)
        if folded in (RETURN_NUMBER, CONFIRMED):
            own[folded] = title
        elif not name and folded not in TOLD:
            ignored.append(title)
        elif name in found:
            raise _twice(item, name, found[name], title)
        elif name:
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
    return Columns(found, tuple(ignored), own)


def _twice(item: Item, name: str, one: str, other: str) -> SameColumnTwice:
    field = item.field(name)
    return SameColumnTwice(
        Text(
            f"「{one}」和「{other}」两列都是「{field.title}」。",
            f"The columns {one} and {other} are both {field.english}.",
        ),
        Text("请只保留其中一列。", "Keep one of them."),
        fields=((name, Text("有两列", "two columns")),),
    )
