"""What norm files say of each other must hold: citations resolve, lists exist, offices exist, limits are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from xinyun.law.faults import RulebookFault
from xinyun.law.reading import NormFile
from xinyun.law.tables import is_day

Norms = dict[tuple[str, str], NormFile]
Known = set[tuple[str, str]]
Tables = dict[tuple[str, str], list[dict[str, str]]]


def crosscheck(norms: Norms, known: Known, tables: Tables) -> list[RulebookFault]:
    """Every fault between files; an empty list when the rulebook agrees with itself."""
    departments = {
        row["slug"] for (_, name), rows in tables.items() if "departments" in name for row in rows
    } | {"any"}
    return _parents(tables) + [
        fault
        for (kind, _), norm in norms.items()
        for since, edition in _editions(norm)
        for fault in (
            *_citations(norm, since, edition, norms, known),
            *_references(kind, norm, since, edition, known, departments),
            *(_item(norm, since, edition, norms, known) if kind == "item" else ()),
        )
    ]


def _parents(tables: Tables) -> list[RulebookFault]:
    """A division's parent and successor are divisions of some table."""
    divisions = [
        (f"{jurisdiction}/{name}", number, row)
        for (jurisdiction, name), rows in tables.items()
        if "divisions" in name
        for number, row in enumerate(rows, start=2)
    ]
    known = {row.get("code") for _, _, row in divisions} | {""}
    return [
        RulebookFault(
            file, number, f"{column} {row[column]} 不在区划表中", "补上它或改正 (name a division that exists)"
        )
        for file, number, row in divisions
        for column in ("parent", "successor")
        if row.get(column, "") not in known
    ]


def _editions(norm: NormFile) -> Iterator[tuple[str, dict[str, Any]]]:
    for since, edition in (norm.content.get("values") or {}).items():
        if edition is not None:
            yield since, edition


def _cited(edition: dict[str, Any]) -> Iterator[tuple[list[Any], str]]:
    """Every instrument that an edition rests on, with the place in the edition that names it."""
    places = [(["basis"], edition.get("basis"))]
    places += [(["lists", one], own) for one, own in _own(edition).items()]
    for key in ("update", "retention_of_persons"):
        places.append(([key, "basis"], (edition.get(key) or {}).get("basis")))
    for path, basis in places:
        for index, (source, _) in enumerate(basis or ()):
            yield [*path, index], source


def _own(edition: dict[str, Any]) -> dict[str, Any]:
    lists = edition.get("lists")
    return lists if isinstance(lists, dict) else {}


def _citations(
    norm: NormFile, since: str, edition: dict[str, Any], norms: Norms, known: Known
) -> Iterator[RulebookFault]:
    """What an edition rests on must exist, and be in force from the edition's first day to its last."""
    until = min((day for day in norm.content["values"] if day > since), default=None)
    for path, source in _cited(edition):
        place = ["values", since, *path]
        if ("source", source) not in known:
            yield norm.fault(
                place,
                f"依据 {source} 不在 sources/ 中",
                "补上这份文件或改正引用 (cite an instrument that exists)",
            )
        elif cited := norms.get(("source", source)):
            yield from _in_force(norm, place, (since, until), cited)
    for one, own in _own(edition).items():
        if not own and not edition.get("basis"):
            yield norm.fault(
                ["values", since, "lists", one],
                f"措施由名单 {one} 引出而没有依据",
                "写上这份名单自己的条款，或共同的 basis (give the list an article of its own, or a common one)",
            )


def _in_force(
    norm: NormFile, place: list[Any], edition: tuple[str, str | None], cited: NormFile
) -> Iterator[RulebookFault]:
    """A source without a day is one whose day nobody has seen, and is not judged by it."""
    since, until = edition
    source, first, end = (cited.content.get(key) for key in ("id", "in_force", "until"))
    if first and since < first:
        yield norm.fault(
            place,
            f"{since} 这一版引用的 {source} 自 {first} 起才施行",
            "改引当时有效的文件，或自该日起加一版 (cite what was in force, or add an edition from that day)",
        )
    if end and since >= end:
        yield norm.fault(
            place,
            f"{since} 这一版引用的 {source} 已于 {end} 失效",
            "改引当时有效的文件 (cite what was in force)",
        )
    elif end and (until is None or until > end):
        yield norm.fault(
            place,
            f"{since} 这一版引用的 {source} 到 {end} 失效，而这一版仍在施行",
            f"自 {end} 起加一版，引用接替它的文件或写 null (add an edition from that day)",
        )


_REFERENCES = {
    "list": {"authority": "department", "item": "item"},
    "measure": {"lists": "list", "implementing": "department"},
    "scene": {"office": "department", "measures": "measure"},
    "item": {"providers": "department"},
}


def _references(
    kind: str, norm: NormFile, since: str, edition: dict[str, Any], known: Known, departments: set[str]
) -> Iterator[RulebookFault]:
    for key, target in _REFERENCES.get(kind, {}).items():
        value = edition[key]
        for name in [value] if isinstance(value, str) else value:
            exists = name in departments if target == "department" else (target, name) in known
            if not exists:
                yield norm.fault(
                    ["values", since, key],
                    f"{key} 中的 {name} 不存在（{target}）",
                    "补上它或改正名字 (name something that exists)",
                )


def _item(
    norm: NormFile, since: str, edition: dict[str, Any], norms: Norms, known: Known
) -> Iterator[RulebookFault]:
    """A catalogue item names only fields that it has, code lists that exist, and nothing that may not be collected."""
    fields = {row["name"] for row in edition.get("rows", ())}
    named = [*edition["subject"].values(), *edition["key"], *edition["display"].values()]
    named += [v for k, v in (edition.get("enters") or {}).items()]
    term = edition.get("publicity_term") or {}
    named += [term["field"]] if "field" in term else []
    if "norm" in term and ("repair", term["norm"]) not in known:
        problem = f"publicity_term 的 {term['norm']} 不在 repair/ 中"
        yield norm.fault(
            ["values", since, "publicity_term"], problem, "补上它或改正名字 (name a norm that exists)"
        )
    for name in named:
        if name not in fields:
            yield norm.fault(["values", since], f"没有字段 {name}", "改正字段名 (name a field of the table)")
    yield from _fields(norm, since, edition, fields)
    for row in edition.get("rows", ()):
        if row["codes"] and ("code", row["codes"]) not in known:
            yield norm.fault(
                ["values", since, "fields"],
                f"字段 {row['name']} 的代码表 {row['codes']} 不存在",
                "补上代码表 (add the code list)",
            )
    yield from _forbidden(norm, since, edition, norms)


_OF_ANOTHER_FIELD = {"not-after", "before", "together", "part-of", "tax-number"}
"""Checks whose argument is another field of the item."""


def _fields(norm: NormFile, since: str, edition: dict[str, Any], names: set[str]) -> Iterator[RulebookFault]:
    """Fields are named once and by one title each, and their conditions and checks name fields that exist."""
    seen: set[str] = set()
    for row in edition.get("rows", ()):
        own = {row["name"], f"「{row['title']}」"}
        for repeated in own & seen:
            problem = f"字段 {repeated} 出现两次"
            yield norm.fault(["values", since, "fields"], problem, "删去一行或改名 (name each field once)")
        seen |= own
        conditions = [row["when"], row["empty_when"]]
        for check in (text.strip() for text in row["checks"].split(";")):
            name, _, argument = check.partition(" ")
            if name == "not-before" and not is_day(argument):
                problem = f"字段 {row['name']} 的 not-before {argument} 不是日期"
                yield norm.fault(["values", since, "fields"], problem, "写成 2026-01-31 (mend the day)")
            conditions += [argument] if name in _OF_ANOTHER_FIELD or "=" in argument else []
        for condition in filter(None, conditions):
            if condition.partition("=")[0].strip() not in names:
                problem = f"字段 {row['name']} 的条件 {condition} 用了不存在的字段"
                yield norm.fault(
                    ["values", since, "fields"], problem, "改正字段名 (name a field of the table)"
                )


def _forbidden(norm: NormFile, since: str, edition: dict[str, Any], norms: Norms) -> Iterator[RulebookFault]:
    """What 征信业管理条例第十四条 keeps out: some things altogether, some unless the person agreed in writing.

    Its 第十六条 sets an end to what is kept about persons, so an adverse item about them must have one.
    """
    if "person" not in edition["subjects"]:
        return
    if edition["bearing"] == "adverse" and not edition.get("retention_of_persons"):
        yield norm.fault(
            ["values", since],
            "关于自然人的不良信息没有写保存年限",
            "写上 retention_of_persons 及其依据 (say how long it is kept, and by which article)",
        )
    for _, rule in (
        found for (kind, _), file in norms.items() if kind == "limit" for found in _editions(file)
    ):
        basis = "、".join(f"{s} {a}" for s, a in rule["basis"])
        consent = edition["publicity"] == "consent"
        unless_agreed = () if consent else rule.get("consent_only", ())
        for row in edition.get("rows", ()):
            if word := _word(row["title"], rule["forbidden"]):
                yield norm.fault(
                    ["values", since, "fields"],
                    f"字段「{row['title']}」属于禁止采集的个人信息（{word}，{basis}）",
                    "删去该字段 (this may not be collected about persons)",
                )
            elif word := _word(row["title"], unless_agreed):
                yield norm.fault(
                    ["values", since, "fields"],
                    f"字段「{row['title']}」须经本人书面同意才能采集（{word}，{basis}）",
                    "删去该字段，或把事项的 publicity 设为 consent (drop it, or make the item one of consent)",
                )


def _word(title: str, words: Iterable[str]) -> str | None:
    return next((word for word in words if word in title), None)
