"""Load a rulebook folder: read strictly, check against the schemas, check what the files say of each other.

Everything that is wrong is collected, so that an author mends a draft in one go.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from jsonschema import ValidationError

from xinyun.law.crosscheck import crosscheck
from xinyun.law.editions import spread
from xinyun.law.faults import RulebookFault, RulebookFaults
from xinyun.law.fields import FieldTables
from xinyun.law.reading import NormFile, read_norm, read_table
from xinyun.law.schemas import Schema
from xinyun.law.shelf import Shelf
from xinyun.law.tables import DEPARTMENTS, DIVISIONS, ELEMENTS, INDUSTRIES, check_table, is_day

FOLDERS = {
    "sources": "source",
    "codes": "code",
    "catalogue": "item",
    "limits": "limit",
    "lists": "list",
    "measures": "measure",
    "scenes": "scene",
    "repair": "repair",
    "procedures": "procedure",
    "clocks": "clock",
    "assessments": "assessment",
    "fines": "fine",
    "relations": "relation",
    "associations": "association",
    "identity": "identity",
    "retention": "retention",
    "listings": "listing",
    "enforcements": "enforcement",
    "cases": "case",
}
"""Folder of norm files -> its kind, which is also its schema's name."""

TABLES = {
    "offices/departments.csv": DEPARTMENTS,
    "codes/divisions.csv": DIVISIONS,
    "codes/industries.csv": INDUSTRIES,
    "codes/data-elements.csv": ELEMENTS,
}
"""Tables of a jurisdiction -> how their rows are checked."""


def load(folder: Path, over: Path | None = None) -> Shelf:
    """Read and check the rulebook in `folder`; a file of the same name in `over` takes the place of its own.

    :raises RulebookFaults: with every fault found.
    """
    shelf, faults = Shelf(), []
    schemas = _schemas(folder / "schema")
    files = files_of(folder, over)
    for name, path in files.items():
        if name.partition("/")[2] in TABLES:
            faults += _shelve_table(shelf, path, name)
    fields = FieldTables(files, shelf.rows("codes/data-elements.csv"), schemas["field"])
    for name, path in files.items():
        if path.suffix == ".yaml":
            faults += _shelve_norm(shelf, schemas, fields, path, name)
    faults += crosscheck(shelf)
    if faults:
        raise RulebookFaults(faults)
    shelf.hash = digest_of((name, path.read_bytes()) for name, path in files.items())
    return shelf


def digest_of(files: Iterable[tuple[str, bytes]]) -> str:
    """The hash of a rulebook: a digest of its files' names and contents in their order."""
    digest = hashlib.sha256()
    for name, content in files:
        digest.update(f"{name}\0".encode() + content + b"\0")
    return digest.hexdigest()


def files_of(folder: Path, over: Path | None) -> dict[str, Path]:
    """The files of a rulebook by their names, the nation's first; one in `over` takes the place of its own."""
    found = {name: path for place in (folder, over) if place for name, path in _files(place)}
    return {name: found[name] for name in sorted(found, key=lambda name: name.split("/"))}


def _files(place: Path) -> Iterator[tuple[str, Path]]:
    """The files of every jurisdiction in a place, by their name relative to it."""
    for jurisdiction in place.glob("cn*/"):
        for path in jurisdiction.rglob("*"):
            if path.suffix in {".yaml", ".csv"}:
                yield path.relative_to(place).as_posix(), path


def _schemas(folder: Path) -> dict[str, Schema]:
    """The schema of each kind.

    :raises RulebookFaults: one is missing, as in a folder of another release or in no rulebook at all.
    """
    paths = {kind: folder / f"{kind}.json" for kind in (*FOLDERS.values(), "field")}
    missing = [
        RulebookFault(
            f"schema/{path.name}", 0, "缺少这个文件 (missing)", "取与程序同一版本的 schema/ (copy it)"
        )
        for path in paths.values()
        if not path.is_file()
    ]
    if missing:
        raise RulebookFaults(missing)
    return {kind: Schema(path) for kind, path in paths.items()}


def _shelve_norm(
    shelf: Shelf, schemas: dict[str, Schema], fields: FieldTables, path: Path, name: str
) -> list[RulebookFault]:
    kind = FOLDERS.get(path.parent.name)
    if kind is None:
        return [RulebookFault(name, 0, "不认识的文件夹 (unknown folder)", f"放入 {'、'.join(FOLDERS)} 之一")]
    norm = read_norm(path, name)
    if isinstance(norm, RulebookFault):
        return [norm]
    shelf.known.add((kind, path.stem))
    faults = spread(norm)
    faults += _schema_faults(norm, schemas[kind])
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
    return fields.attach(norm) if kind == "item" else []


def _shelve_table(shelf: Shelf, path: Path, name: str) -> list[RulebookFault]:
    jurisdiction, _, table = name.partition("/")
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


def _schema_faults(norm: NormFile, schema: Schema) -> list[RulebookFault]:
    remedy = f"按 schema/{FOLDERS[norm.path.parent.name]}.json 改正 (mend it)"
    faults = []
    for error in chain.from_iterable(map(_leaves, schema.errors(norm.content))):
        path = list(error.absolute_path)
        where = "/".join(str(step) for step in path) or "文件"
        faults.append(norm.fault(path, f"{where}：{error.message}", remedy))
    return faults
