"""The rulebook and the law of one day."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar

from xinyun.base import Refusal, Text
from xinyun.law import building, kinds
from xinyun.law.loader import Shelf, load

Value = TypeVar("Value")


class UnknownNorm(Refusal):
    """The rulebook has no norm of that kind and id."""

    code = "unknown-norm"
    status = 404


class NotInForce(Refusal):
    """The norm exists, but not on that day."""

    code = "not-in-force"


class Rulebook:
    """A loaded rulebook; `hash` identifies its content, `on(day)` gives the law of a day."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._shelf: Shelf = load(folder)
        self.hash: str = self._shelf.hash
        self._built: dict[tuple[str, str, str], Any] = {}

    @lru_cache(maxsize=4096)  # noqa: B019 - a rulebook lives as long as the process
    def on(self, day: date) -> Law:
        """The law as it stood on `day`."""
        return Law(self, day)

    @cached_property
    def sources(self) -> dict[str, kinds.Source]:
        """Every instrument that the rulebook may cite, by its id."""
        found = (file.content for (kind, _), file in self._shelf.norms.items() if kind == "source")
        return {content["id"]: building.source(content) for content in found}

    def cases(self) -> list[dict[str, Any]]:
        """The worked cases, as written."""
        return [file.content for (kind, _), file in self._shelf.norms.items() if kind == "case"]

    def ids(self, kind: str) -> tuple[str, ...]:
        """The ids of all norms of a kind, in force or not."""
        return tuple(sorted(id for k, id in self._shelf.norms if k == kind))

    @cached_property
    def divisions(self) -> dict[str, kinds.Division]:
        """Every division by its code, retired ones too."""
        rows = (
            row for (_, name), table in self._shelf.tables.items() if "divisions" in name for row in table
        )
        return {row["code"]: building.division(row) for row in rows}

    @cached_property
    def offices(self) -> dict[str, kinds.Office]:
        """Every office by its id: national, provincial, and one a department in each city."""
        return {office.id: office for office in self._all_offices()}

    def _all_offices(self) -> list[kinds.Office]:
        offices = []
        for (jurisdiction, name), rows in self._shelf.tables.items():
            if "departments" not in name:
                continue
            province = jurisdiction.partition("-")[2]
            cities = [d for d in self.divisions.values() if d.parent == f"{province}0000" and not d.retired]
            for row in rows:
                levels = row["levels"].split("+")
                if "national" in levels:
                    offices.append(building.office(row, "cn", ""))
                if "province" in levels:
                    offices.append(building.office(row, province, ""))
                if "city" in levels:
                    offices += [building.office(row, city.code, city.title) for city in cities]
        return offices

    def edition(self, kind: str, id: str, day: date, build: Callable[..., Value]) -> Value:
        """The edition of a norm in force on `day`, built once.

        :raises UnknownNorm: no such norm.
        :raises NotInForce: before its first day, or repealed by then.
        """
        file = self._shelf.norms.get((kind, id))
        if file is None:
            known = "、".join(self.ids(kind)[:12])
            raise UnknownNorm(
                Text(f"法规库中没有 {id}（{kind}）。", f"The rulebook has no {kind} {id}."),
                Text(f"可用的有：{known}。", f"Known: {known}."),
            )
        since = max((start for start in file.content["values"] if start <= day.isoformat()), default=None)
        edition = file.content["values"][since] if since else None
        if since is None or edition is None:
            first = min(file.content["values"])
            raise NotInForce(
                Text(
                    f"{file.content['title']}在 {day} 没有生效的规定。",
                    f"{id} has no edition in force on {day}.",
                ),
                Text(f"最早自 {first} 起施行。", f"Its first edition is of {first}."),
            )
        key = (kind, id, since)
        if key not in self._built:
            self._built[key] = build(file.content, since, edition)
        built: Value = self._built[key]
        return built


class Law:
    """The law of one day. Every getter raises `UnknownNorm` or `NotInForce`."""

    def __init__(self, book: Rulebook, day: date) -> None:
        self.book = book
        self.day = day

    def item(self, id: str) -> kinds.Item:
        """A catalogue item."""
        return self.book.edition("item", id, self.day, building.item)

    def list(self, id: str) -> kinds.CreditList:
        """A red, black or watch list."""
        return self.book.edition("list", id, self.day, building.credit_list)

    def measure(self, id: str) -> kinds.Measure:
        """A measure of sanction or incentive."""
        return self.book.edition("measure", id, self.day, building.measure)

    def scene(self, id: str) -> kinds.Scene:
        """A scene in which subjects are checked."""
        return self.book.edition("scene", id, self.day, building.scene)

    def codes(self, id: str) -> kinds.CodeList:
        """A code list."""
        return self.book.edition("code", id, self.day, building.code_list)

    def norm(self, kind: str, id: str) -> dict[str, Any]:
        """Any norm's edition in force, as written, with its `since`."""
        return self.book.edition(kind, id, self.day, lambda norm, since, edition: {**edition, "since": since})

    def _in_force(self, kind: str, get: Callable[[str], Value]) -> tuple[Value, ...]:
        found = []
        for id in self.book.ids(kind):
            try:
                found.append(get(id))
            except NotInForce:
                continue
        return tuple(found)

    def items(self) -> tuple[kinds.Item, ...]:
        """Every catalogue item in force."""
        return self._in_force("item", self.item)

    def lists(self) -> tuple[kinds.CreditList, ...]:
        """Every list in force."""
        return self._in_force("list", self.list)

    def measures(self) -> tuple[kinds.Measure, ...]:
        """Every measure in force."""
        return self._in_force("measure", self.measure)

    def scenes(self) -> tuple[kinds.Scene, ...]:
        """Every scene in force."""
        return self._in_force("scene", self.scene)

    def office(self, id: str) -> kinds.Office:
        """An office by its id.

        :raises UnknownNorm: there is none.
        """
        try:
            return self.book.offices[id]
        except KeyError:
            raise UnknownNorm(
                Text(f"没有单位 {id}。", f"There is no office {id}."),
                Text(
                    "单位写作「区划.部门」，如 52.market-regulation 或 520100.tax，见 rulebook/cn-52/offices/。",
                    "Offices are `<division>.<department>`, such as 52.market-regulation or 520100.tax.",
                ),
            ) from None

    def offices(self) -> tuple[kinds.Office, ...]:
        """Every office."""
        return tuple(self.book.offices.values())

    def division(self, code: str) -> kinds.Division | None:
        """A division by its six digits, retired ones too; `None` where the rulebook has no such code."""
        return self.book.divisions.get(code)

    def source(self, id: str) -> kinds.Source:
        """An instrument by its id."""
        found = self.book.sources.get(id)
        if found is None:
            raise UnknownNorm(
                Text(f"法规库中没有文件 {id}。", f"The rulebook has no instrument {id}."),
                Text("可用的见 rulebook/*/sources/。", "See rulebook/*/sources/."),
            )
        return found


def default_folder() -> Path:
    """`XINYUN_RULEBOOK`, else the checkout's `rulebook/`, else the one inside the installed package."""
    named = os.environ.get("XINYUN_RULEBOOK")
    package = Path(__file__).resolve().parents[1]
    candidates = [Path(named)] if named else [package.parents[1] / "rulebook", package / "rulebook"]
    for folder in candidates:
        if (folder / "schema").is_dir():
            return folder
    raise UnknownNorm(
        Text(f"找不到法规库：{candidates}。", f"No rulebook found at {candidates}."),
        Text("请检查 XINYUN_RULEBOOK。", "Check XINYUN_RULEBOOK."),
    )


@cache
def rulebook(folder: Path | None = None) -> Rulebook:
    """The rulebook of this process, loaded once; `folder` for another one (drafts, tests)."""
    return Rulebook(folder or default_folder())
