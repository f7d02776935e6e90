"""What norm files say of each other must hold: what they name exists, what they cite was in force, limits are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from xinyun.law.building import naming, telling
from xinyun.law.citations import Span, citations
from xinyun.law.faults import RulebookFault
from xinyun.law.identities import SAME
from xinyun.law.items import item_faults
from xinyun.law.reading import NormFile
from xinyun.law.scope import scope
from xinyun.law.shelf import Edition, Shelf, editions


def crosscheck(shelf: Shelf) -> list[RulebookFault]:
    """Every fault between files; an empty list when the rulebook agrees with itself."""
    departments = {row["slug"] for row in shelf.rows("offices/departments.csv")} | {"any"}
    faults = [*_successors(shelf), *_instruments(shelf), *scope(shelf)]
    for (kind, _), norm in shelf.norms.items():
        faults += _order(norm)
        for since, until, edition in editions(norm):
            faults += citations(kind, norm, (since, until), edition, shelf)
            faults += _references(kind, norm, since, edition, shelf, departments)
            if kind == "item":
                faults += item_faults(norm, since, edition, shelf)
            if kind == "assessment":
                faults += _weights(norm, since, edition)
            if kind == "relation":
                faults += _told(norm, (since, until), edition, shelf)
            if kind == "identity":
                faults += _named(norm, (since, until), edition, shelf)
            if kind == "retention":
                faults += _counted(norm, (since, until), edition, shelf)
            if kind == "fine":
                faults += _ceilings(norm, since, edition)
            if kind == "code":
                faults += _registered(norm, since, edition, shelf)
    return faults


def _successors(shelf: Shelf) -> Iterator[RulebookFault]:
    """What a division or an industry names as above or after it is in some table."""
    for table in ("codes/divisions.csv", "codes/industries.csv"):
        known = {row.get("code") for row in shelf.rows(table)} | {""}
        for (jurisdiction, name), rows in shelf.tables.items():
            for number, row in enumerate(rows if name == table else (), start=2):
                for column in ("parent", "successor"):
                    if row.get(column, "") not in known:
                        problem = f"{column} {row[column]} 不在 {table} 中"
                        remedy = "补上它或改正 (name a code that exists)"
                        yield RulebookFault(f"{jurisdiction}/{name}", number, problem, remedy)
                if row.get("from") and row.get("until") and row["from"] >= row["until"]:
                    problem = f"{row['code']} 的起止日期颠倒"
                    yield RulebookFault(f"{jurisdiction}/{name}", number, problem, "改正日期 (mend the days)")


def _instruments(shelf: Shelf) -> Iterator[RulebookFault]:
    """An instrument is in force before it ends; what replaced it is an instrument too."""
    for norm in shelf.of_kind("source"):
        days = [(key, norm.content[key]) for key in ("in_force", "until") if norm.content.get(key)]
        for (_, first), (key, then) in pairwise(days):
            if then < first:
                yield norm.fault(
                    [key], f"{key} {then} 早于 {first}", "改正日期：先施行，后失效 (mend the days)"
                )
        heir = norm.content.get("replaced_by")
        if heir and ("source", heir) not in shelf.known:
            yield norm.fault(
                ["replaced_by"], f"接替的 {heir} 不在 sources/ 中", "补上它 (add the instrument)"
            )


def _order(norm: NormFile) -> Iterator[RulebookFault]:
    """Editions stand in the order of their days, so that a reader sees the last one last."""
    days = list(norm.content.get("values") or {})
    for before, after in pairwise(days):
        if after < before:
            yield norm.fault(
                ["values", after],
                f"{after} 这一版排在 {before} 之后",
                "各版按施行日从早到晚排列 (put the editions in the order of their days)",
            )


def _weights(norm: NormFile, since: str, edition: Edition) -> Iterator[RulebookFault]:
    """The indicators of an assessment share out a hundred points, and a higher rate is never worth less."""
    where = ["values", since, "indicators"]
    total = sum(indicator["weight"] for indicator in edition["indicators"].values())
    if total != 100:
        yield norm.fault(where, f"各指标权重合计 {total}", "合计须为 100 (weights add up to 100)")
    for name, indicator in edition["indicators"].items():
        if indicator["zero"] >= indicator["full"]:
            problem = f"零分的比率 {indicator['zero']} 不低于满分的 {indicator['full']}"
            yield norm.fault([*where, name], problem, "零分须低于满分 (zero lies below full)")


def _ceilings(norm: NormFile, since: str, edition: Edition) -> Iterator[RulebookFault]:
    """The greatest fines are those of one instrument, and each article is cited."""
    cited = {article for _, article in edition["basis"]}
    if len({source for source, _ in edition["basis"]}) > 1:
        problem = "basis 引了不止一份文件"
        yield norm.fault(["values", since, "basis"], problem, "一份文件一个规定 (one instrument a norm)")
    for article in sorted(cited ^ edition["ceilings"].keys()):
        problem = f"{article} 在 basis 和 ceilings 中只有其一"
        yield norm.fault(["values", since, "ceilings"], problem, "两处一并写上 (name it in both)")


def _told(norm: NormFile, span: Span, edition: Edition, shelf: Shelf) -> Iterator[RulebookFault]:
    """The fields that tell a relation are fields of their item at that time, and a number of persons is sealed."""
    for item, written in edition["told"].items():
        where, named = ["values", span[0], "told", item], telling(written)
        for rows in _rows_meanwhile(shelf, item, span):
            yield from _missing(norm, where, item, named.fields, rows)
            if named.person in rows and rows[named.person]["personal"] != "yes":
                problem = f"字段 {named.person} 不加密存放"
                yield norm.fault(where, problem, "字段表中 personal 写 yes (the number must be sealed)")


def _registered(norm: NormFile, since: str, edition: Edition, shelf: Shelf) -> Iterator[RulebookFault]:
    """Each item that registers a group of subjects exists, and registers one group alone."""
    seen: set[str] = set()
    for label, facts in edition["labels"].items():
        for item in (facts or {}).get("registered_by", ()):
            where = ["values", since, "labels", label]
            if ("item", item) not in shelf.known:
                yield norm.fault(where, f"事项 {item} 不存在", "补上它或改正名字 (name an item that exists)")
            elif item in seen:
                yield norm.fault(where, f"事项 {item} 写了两处", "只留一处 (name each item once)")
            seen.add(item)


def _named(norm: NormFile, span: Span, edition: Edition, shelf: Shelf) -> Iterator[RulebookFault]:
    """The fields that tell a bond are fields of their item, and no free text makes two codes one subject."""
    for item, written in edition["told"].items():
        where, named = ["values", span[0], "told", item], naming(written)
        for rows in _rows_meanwhile(shelf, item, span):
            yield from _missing(norm, where, item, named.fields, rows)
        if named.within and edition["bond"] in SAME:
            problem = f"{edition['bond']} 说的是同一主体，不得凭文字认定"
            yield norm.fault(where, problem, "用 code 写代码字段 (name the field that is the code)")


def _counted(norm: NormFile, span: Span, edition: Edition, shelf: Shelf) -> Iterator[RulebookFault]:
    """What a time is counted from is a day among the fields of the item at that time."""
    for item, names in edition.get("counted_from", {}).items():
        where = ["values", span[0], "counted_from", item]
        for rows in _rows_meanwhile(shelf, item, span):
            for name in names:
                if name not in rows:
                    yield norm.fault(
                        where, f"事项 {item} 没有字段 {name}", "改正字段名 (name a field of the item)"
                    )
                elif rows[name]["type"] not in {"date", "end-date"}:
                    yield norm.fault(where, f"字段 {name} 不是日期", "改为日期字段 (name a day)")


def _rows_meanwhile(shelf: Shelf, item: str, span: Span) -> Iterator[dict[str, dict[str, str]]]:
    """The fields by name of each edition of an item that is in force at some time of a span."""
    for since, until, told in shelf.editions_of("item", item):
        if max(span[0], since) < min(span[1], until):
            yield {row["name"]: row for row in told.get("rows", ())}


def _missing(
    norm: NormFile, where: list[str], item: str, named: Iterable[str], rows: dict[str, dict[str, str]]
) -> Iterator[RulebookFault]:
    for name in (name for name in named if name not in rows):
        yield norm.fault(where, f"事项 {item} 没有字段 {name}", "改正字段名 (name a field of the item)")


_REFERENCES = {
    "assessment": {"items": "item"},
    "association": {"lists": "list"},
    "enforcement": {"measures": "measure"},
    "identity": {"told": "item"},
    "listing": {
        "lists": "list",
        "period": "clock",
        "hearing": "clock",
        "answer": "clock",
        "service": "clock",
    },
    "list": {"authority": "department", "item": "item", "measures": "measure"},
    "measure": {"implementing": "department"},
    "procedure": {"items": "item", "lists": "list", "clocks": "clock"},
    "scene": {"office": "department", "measures": "measure"},
    "item": {"providers": "department"},
    "relation": {"told": "item"},
    "retention": {"counted_from": "item", "items": "item", "floor": "clock"},
}


def _references(
    kind: str, norm: NormFile, since: str, edition: Edition, shelf: Shelf, departments: set[str]
) -> Iterator[RulebookFault]:
    for key, target in _REFERENCES.get(kind, {}).items():
        value = edition.get(key, ())
        for name in [value] if isinstance(value, str) else value:
            exists = name in departments if target == "department" else (target, name) in shelf.known
            if not exists:
                yield norm.fault(
                    ["values", since, key],
                    f"{key} 中的 {name} 不存在（{target}）",
                    "补上它或改正名字 (name something that exists)",
                )
