"""Load a rulebook folder: read strictly, check against the schemas, check what the files say of each other.

Everything that is wrong is collected, so that an author mends a draft in one go.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from jsonschema import Draft202012Validator, ValidationError

from xinyun.law.crosscheck import crosscheck
from xinyun.law.faults import RulebookFault, RulebookFaults
from xinyun.law.reading import NormFile, read_norm, read_table
from xinyun.law.tables import DEPARTMENTS, DIVISIONS, check_table, is_day

FOLDERS = {
    "sources": "source",
    "codes": "code",
    "catalogue": "item",
    "limits": "limit",
    "lists": "list",
    "measures": "measure",
    "scenes": "scene",
    "repair": "repair",
    "cases": "case",
}
"""Folder of norm files -> its kind, which is also its schema's name."""

TABLES = {"offices/departments.csv": DEPARTMENTS, "codes/divisions.csv": DIVISIONS}
"""Tables of a jurisdiction -> how their rows are checked."""


@dataclass(slots=True)
class Shelf:
    """Everything read from the folders: norm files by kind and id, tables by jurisdiction."""

    norms: dict[tuple[str, str], NormFile] = field(default_factory=dict)
    known: set[tuple[str, str]] = field(default_factory=set)
    """Every norm there is a file of, also one that is at fault itself."""
    tables: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)
    hash: str = ""


def load(folder: Path) -> Shelf:
    """Read and check the rulebook in `folder`.

    :raises RulebookFaults: with every fault found.
    """
    shelf, faults = Shelf(), []
    digest = hashlib.sha256()
    schemas = _schemas(folder / "schema")
    for jurisdiction in sorted(p for p in folder.iterdir() if p.is_dir() and p.name.startswith("cn")):
        for path in sorted(p for p in jurisdiction.rglob("*") if p.suffix in {".yaml", ".csv"}):
            name = path.relative_to(folder).as_posix()
            digest.update(f"{name}\0".encode() + path.read_bytes() + b"\0")
            if path.suffix == ".yaml":
                faults += _shelve_norm(shelf, schemas, path, name)
            elif name.partition("/")[2] in TABLES:
                faults += _shelve_table(shelf, path, jurisdiction.name, name)
    faults += crosscheck(shelf.norms, shelf.known, shelf.tables)
    if faults:
        raise RulebookFaults(faults)
    shelf.hash = digest.hexdigest()
    return shelf


def _schemas(folder: Path) -> dict[str, Draft202012Validator]:
    kinds = [*FOLDERS.values(), "field"]
    return {
        kind: Draft202012Validator(json.loads((folder / f"{kind}.json").read_text(encoding="utf-8")))
        for kind in kinds
    }


def _shelve_norm(
    shelf: Shelf, schemas: dict[str, Draft202012Validator], path: Path, name: str
) -> list[RulebookFault]:
    kind = FOLDERS.get(path.parent.name)
    if kind is None:
        return [RulebookFault(name, 0, "不认识的文件夹 (unknown folder)", f"放入 {'、'.join(FOLDERS)} 之一")]
    norm = read_norm(path, name)
    if isinstance(norm, RulebookFault):
        return [norm]
    shelf.known.add((kind, path.stem))
    faults = _schema_faults(norm, schemas[kind])
    faults += _days(norm) if not faults else []
    if faults:
        return faults
    if norm.content.get("id", path.stem) != path.stem:
        return [
            norm.fault(
                ["id"], f"id 与文件名 {path.stem} 不一致", "改成同一个名字 (id must equal the file name)"
            )
        ]
    if (kind, path.stem) in shelf.norms:
        return [
            norm.fault(["id"], f"与 {shelf.norms[kind, path.stem].name} 同名", "换一个 id (id already taken)")
        ]
    shelf.norms[kind, path.stem] = norm
    return _attach_rows(norm, schemas["field"]) if kind == "item" else []


def _attach_rows(norm: NormFile, schema: Draft202012Validator) -> list[RulebookFault]:
    """Read each edition's fields table into `edition["rows"]`."""
    faults = []
    for since, edition in norm.content["values"].items():
        if edition is None:
            continue
        table = norm.path.with_name(edition["fields"])
        if not table.is_file():
            faults.append(
                norm.fault(
                    ["values", since, "fields"], f"没有文件 {table.name}", "补上字段表 (add the table)"
                )
            )
            continue
        name = norm.name.rpartition("/")[0] + "/" + table.name
        rows = read_table(table, name)
        if isinstance(rows, RulebookFault):
            faults.append(rows)
            continue
        edition["rows"] = rows
        for number, row in enumerate(edition["rows"], start=2):
            faults += [
                RulebookFault(
                    name,
                    number,
                    f"{'/'.join(map(str, e.path))} {e.message}",
                    "按 field.json 改正 (mend the row)",
                )
                for e in schema.iter_errors(row)
            ]
    return faults


def _shelve_table(shelf: Shelf, path: Path, jurisdiction: str, name: str) -> list[RulebookFault]:
    table = name.partition("/")[2]
    rows = read_table(path, name)
    if isinstance(rows, RulebookFault):
        return [rows]
    shelf.tables[jurisdiction, table] = rows
    return check_table(name, TABLES[table], rows)


def _days(norm: NormFile) -> list[RulebookFault]:
    """Days have the right form by schema; here they must also exist."""
    named = [(["values", day], day) for day in norm.content.get("values") or {}]
    named += [
        ([key], norm.content[key]) for key in ("dated", "in_force", "until", "on") if norm.content.get(key)
    ]
    return [
        norm.fault(path, f"没有 {day} 这一天", "改正日期 (name a day that exists)")
        for path, day in named
        if not is_day(day)
    ]


def _leaves(error: ValidationError) -> Iterator[ValidationError]:
    """The errors below an "any of" that tell what is wrong; the branch "or nothing at all" does not."""
    below = [
        cause for cause in error.context or () if cause.validator != "type" or cause.validator_value != "null"
    ]
    if not below:
        yield error
    for cause in below:
        yield from _leaves(cause)


def _schema_faults(norm: NormFile, schema: Draft202012Validator) -> list[RulebookFault]:
    remedy = f"按 schema/{FOLDERS[norm.path.parent.name]}.json 改正 (mend it)"
    faults = []
    for error in chain.from_iterable(map(_leaves, schema.iter_errors(norm.content))):
        path = list(error.absolute_path)
        where = "/".join(str(step) for step in path) or "文件"
        faults.append(norm.fault(path, f"{where}：{error.message}", remedy))
    return faults
