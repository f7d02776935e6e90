"""A province's own folder beside the nation's, to begin with."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from xinyun.base import Refusal, Text
from xinyun.law.book import Rulebook

FOLDERS = (
    "sources",
    "catalogue",
    "lists",
    "measures",
    "scenes",
    "clocks",
    "procedures",
    "assessments",
    "relations",
    "associations",
    "identity",
    "retention",
    "listings",
    "enforcements",
    "cases",
)
DEPARTMENTS = "offices/departments.csv"

README = """# {title}

这里是{title}自己的法规；全国的在 `../cn/`，不要改。This folder holds the norms of {title}; those of the nation are in `../cn/`.

1. `offices/departments.csv`：部门照 `../{like}/` 的样子生成，名称中的省名已换，请逐行核对；`{{}}` 处填市州名。
2. `codes/divisions.csv`：列出市州和区县（列：code,title,parent,from,until,successor,confidence）；有了市州，才有市州的单位。
3. `sources/`：本省的条例和文件，一份一个文件。
4. `catalogue/`（补充目录）、`lists/`、`measures/`、`scenes/`（本省各系统在什么时候核查）、`cases/`（算例）：写法见 `docs/adding.md`。
5. 改完运行 `xinyun law check`。
"""


class CannotBegin(Refusal):
    """The folder cannot be made."""

    code = "cannot-begin"


def begin(folder: Path, name: str) -> list[Path]:
    """Make the folder `cn-53` of a province in the rulebook `folder`, ready to be filled; returns the files written.

    Its departments are those of the first province that is there, under the new province's name, so that what the
    national norms say of departments holds at once.

    :raises CannotBegin: the name is no province's, or the folder exists, or there is no other province to begin from.
    :raises RulebookFaults: the rulebook does not load as it is.
    """
    book = Rulebook(folder)
    code = name.removeprefix("cn-") + "0000"
    province = book.divisions.get(code) if re.fullmatch(r"cn-\d\d", name) else None
    if province is None or province.parent != "100000":
        raise CannotBegin(
            Text(f"{name} 不是省级区划。", f"{name} names no province."),
            Text(
                "写作 cn- 加省级代码前两位，如 cn-53。",
                "Write cn- and the province's two digits, such as cn-53.",
            ),
        )
    if (folder / name).exists():
        raise CannotBegin(
            Text(f"{name} 已经有了。", f"{name} exists already."),
            Text("直接修改其中的文件。", "Edit the files in it."),
        )
    model = next((p.parents[1] for p in sorted(folder.glob(f"cn-*/{DEPARTMENTS}"))), None)
    if model is None:
        raise CannotBegin(
            Text("没有别的省可以参照。", "There is no other province to begin from."),
            Text("请取一份完整的法规库。", "Take a complete rulebook."),
        )
    return _write(folder / name, model, province.title, book.divisions[f"{model.name[3:]}0000"].title)


def _write(place: Path, model: Path, title: str, model_title: str) -> list[Path]:
    for each in FOLDERS:
        (place / each).mkdir(parents=True)
    table, readme = place / DEPARTMENTS, place / "README.md"
    table.parent.mkdir()
    with (model / DEPARTMENTS).open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        for column in ("province_title", "city_title"):
            row[column] = _renamed(row[column], row["title"], model_title, title)
    with table.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    readme.write_text(README.format(title=title, like=model.name), encoding="utf-8")
    return [readme, table]


def _renamed(name: str, department: str, was: str, becomes: str) -> str:
    """An office's title under another province; one that is called after a city is given the province's name."""
    short_was, short = (
        re.sub("(省|市|壮族自治区|回族自治区|维吾尔自治区|自治区)$", "", t) for t in (was, becomes)
    )
    if was in name:
        return name.replace(was, becomes)
    if short_was in name:
        return name.replace(short_was, short)
    return name if not name or "{}" in name else f"{becomes}{department}"
