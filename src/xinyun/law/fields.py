"""The tables of fields of catalogue items: composed, completed from data elements, checked row by row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from xinyun.law.faults import RulebookFault
from xinyun.law.reading import NormFile, read_table
from xinyun.law.schemas import Schema

Row = dict[str, str]

SHARED = "cn/catalogue"
"""Where a table is looked for that does not lie beside the item: several items may share one."""

FROM_ELEMENT = ("title", "english", "type", "length", "codes", "checks", "publicity", "personal")
"""What a row may leave to its data element."""


class FieldTables:
    """Every fields table of a rulebook, each read and checked once however many items name it."""

    def __init__(self, files: dict[str, Path], elements: list[Row], schema: Schema) -> None:
        self._files = files
        self._elements = {row.get("name", ""): row for row in elements}
        self._schema = schema
        self._tables: dict[str, list[Row]] = {}

    def attach(self, norm: NormFile) -> list[RulebookFault]:
        """Read each edition's tables into `edition["rows"]`; the faults of those not read before."""
        faults: list[RulebookFault] = []
        for since, edition in norm.content["values"].items():
            if edition is None:
                continue
            named, edition["rows"] = edition["fields"], []
            for table in [named] if isinstance(named, str) else named:
                name = self._find(norm, table)
                if name is None:
                    place = ["values", since, "fields"]
                    faults.append(norm.fault(place, f"没有文件 {table}", "补上字段表 (add the table)"))
                    continue
                faults += self._read(name)
                edition["rows"] += self._tables[name]
        return faults

    def _find(self, norm: NormFile, table: str) -> str | None:
        names = (f"{norm.name.rpartition('/')[0]}/{table}", f"{SHARED}/{table}")
        return next((name for name in names if name in self._files), None)

    def _read(self, name: str) -> list[RulebookFault]:
        if name in self._tables:
            return []
        rows = read_table(self._files[name], name)
        if isinstance(rows, RulebookFault):
            self._tables[name] = []
            return [rows]
        self._tables[name] = [self._complete(row) for row in rows]
        return [
            fault for number, row in enumerate(rows, start=2) for fault in self._faults(name, number, row)
        ]

    def _complete(self, row: Row) -> Row:
        element = self._elements.get(row.get("element", ""), {})
        own = {key: row.get(key) or element.get(key, "") for key in FROM_ELEMENT}
        return {**row, **{key: value for key, value in own.items() if key in row}}

    def _faults(self, name: str, number: int, row: Row) -> Iterator[RulebookFault]:
        element = row.get("element", "")
        if element and element not in self._elements:
            yield RulebookFault(
                name, number, f"没有数据元 {element}", "补进 codes/data-elements.csv (add the data element)"
            )
            return
        if element and row["type"] not in ("", self._elements[element]["type"]):
            yield RulebookFault(
                name,
                number,
                f"类型 {row['type']} 与数据元 {element} 的 {self._elements[element]['type']} 不同",
                "改正，或不引这个数据元 (take the element's type, or another element)",
            )
        for error in self._schema.errors(self._complete(row)):
            where = "/".join(map(str, error.path))
            yield RulebookFault(name, number, f"{where} {error.message}", "按 field.json 改正 (mend the row)")
