"""Commands of what offices fill in and how their columns are read: templates and column mappings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cyclopts import App

from xinyun.base import Refusal, Text
from xinyun.law import Item, rulebook
from xinyun.plumbing.writing import USUAL, arriving, demand_apart
from xinyun.site.cli.output import Json, Office, OfItem, OfOffice, actor, add_group, set_up, show, today


class NotAColumn(Refusal):
    """What follows `--column` is no title with a field."""

    code = "not-a-column"


class NotOneLayout(Refusal):
    """The file has no table, or tables with different titles, of which one mapping cannot speak."""

    code = "not-one-layout"


def register(app: App) -> None:
    """Add the commands to the command line."""
    app.command(_template, name="template")
    add_group(
        app,
        "mapping",
        "列与字段的对应 | which column is which field",
        propose=_propose,
        confirm=_confirm,
        show=_show,
    )


def _template(item: str, /, *, out: Path, json: Json = False) -> None:
    """写出一个事项的填报模板（XLSX）| Write the workbook in which an item is filled in.

    Parameters
    ----------
    item
        目录事项，如 registration、licence、penalty | the catalogue item
    out
        写入的文件 | the file to write
    """
    set_up()
    from django.conf import settings

    from xinyun.collection.templates import template

    norms = rulebook().on(today())
    found = norms.item(item)
    demand_apart(out, *settings.XINYUN.own_files)
    with arriving(out, USUAL) as target:
        template(target, found, norms)
    show({"item": item, "edition": found.since, "fields": len(found.fields), "file": out}, as_json=json)


def _propose(item: str, file: Path, /, *, office: Office, json: Json = False) -> None:
    """逐列提出对应的字段，不作任何改动 | Say for each column which field it is or may be; changes nothing.

    Parameters
    ----------
    item
        目录事项 | the catalogue item
    file
        要报送的文件 | the file to submit
    office
        报送单位 | the furnishing office
    """
    set_up()
    from xinyun.collection import mappings

    norms = rulebook().on(today())
    norms.office(office)
    found = norms.item(item)
    titles = _titles(found, file)
    proposed = mappings.propose(found, titles, mappings.mapping_of(office, item, titles))
    if json:
        show(proposed, as_json=True)
        return
    show([_line(found, one) for one in proposed], as_json=False, title="列 columns")
    taken = {one.field for one in proposed if one.how != "alike"}
    missing = [f.title for f in found.fields if f.required == "yes" and f.name not in taken]
    if missing:
        show({"还缺 missing": "、".join(missing)}, as_json=False)


def _line(item: Item, proposed: Any) -> str:
    how = {"title": "列名相符", "saved": "已确认", "alike": "相近，待确认", "none": "未对应"}[proposed.how]
    meant = f"{proposed.field}（{item.field(proposed.field).title}）" if proposed.field else "—"
    score = f" {proposed.score:g}%" if proposed.how == "alike" else ""
    return f"{proposed.title}  →  {meant}  {how}{score}"


def _confirm(
    item: str,
    file: Path,
    /,
    *,
    office: Office,
    column: list[str] | None = None,
    json: Json = False,
) -> None:
    """确认一种列的排法各列是什么字段 | Confirm for this layout which column is which field.

    Parameters
    ----------
    item
        目录事项 | the catalogue item
    file
        有这些列的文件，只读列名 | a file of the layout; only its titles are read
    office
        报送单位 | the furnishing office
    column
        「列名=字段」，可重复；等号后为空表示不用这一列 | title=field, repeatable; nothing after = leaves the column out
    """
    set_up()
    from xinyun.collection.confirming import confirm_mapping
    from xinyun.collection.mappings import mapping_of

    titles = _titles(rulebook().on(today()).item(item), file)
    columns = (mapping_of(office, item, titles) or {}) | dict(map(_pair, column or []))
    layout = confirm_mapping(
        office=office, item=item, columns=columns, titles=titles, actor=actor(), on=today()
    )
    show({"item": item, "office": office, "layout": layout, "columns": columns}, as_json=json)


def _pair(text: str) -> tuple[str, str]:
    title, sign, name = text.rpartition("=")
    if not sign or not title.strip():
        raise NotAColumn(
            Text(f"「{text}」不是「列名=字段」。", f"{text} is not title=field."),
            Text("例如 --column 处罚文号=decision_no。", "Such as --column 处罚文号=decision_no."),
        )
    return title.strip(), name.strip()


def _show(
    *,
    office: OfOffice = None,
    item: OfItem = None,
    json: Json = False,
) -> None:
    """列出已确认的对应 | List the mappings that were confirmed."""
    set_up()
    from xinyun.collection import mappings

    show(mappings.mappings(office=office, item=item), as_json=json)


def _titles(item: Item, file: Path) -> list[str]:
    """The titles of a file's tables, which must be the same in all of them."""
    from xinyun.collection.columns import known_titles
    from xinyun.collection.reading import tables

    with tables(file, known_titles(item)) as found:
        layouts = []
        for table in found:
            if table.titles not in layouts:
                layouts.append(table.titles)
    if len(layouts) != 1:
        raise NotOneLayout(
            Text(f"文件里有 {len(layouts)} 种列的排法。", f"The file has {len(layouts)} layouts of columns."),
            Text("请每次只给一种排法的表。", "Give a file of one layout."),
        )
    return layouts[0]
