"""The rulebook: every norm with all of its editions, and what was released of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar

from xinyun.base import Text
from xinyun.law import building, kinds, releases
from xinyun.law.day import Law, NotInForce, UnknownNorm
from xinyun.law.faults import RulebookFault, RulebookFaults
from xinyun.law.loader import load
from xinyun.law.reading import NormFile
from xinyun.law.shelf import Shelf

Value = TypeVar("Value")


class Rulebook:
    """A loaded rulebook; `hash` identifies its content, `on(day)` gives the law of a day."""

    def __init__(self, folder: Path, over: Path | None = None, shelf: Shelf | None = None) -> None:
        self.folder, self.over = folder, over
        self._shelf: Shelf = shelf or load(folder, over)
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

    @cached_property
    def describing_items(self) -> frozenset[str]:
        """The items whose rows are the registry's word on their subjects, in force or not."""
        return frozenset(
            id
            for id in self.ids("item")
            for _, _, edition in self.editions("item", id)
            if edition and edition["category"] == "registration"
        )

    def cases(self) -> list[dict[str, Any]]:
        """The worked cases, as written."""
        return [file.content for (kind, _), file in self._shelf.norms.items() if kind == "case"]

    def file_of(self, kind: str, id: str) -> str:
        """The file that holds a norm, relative to the rulebook.

        :raises UnknownNorm: no such norm.
        """
        return self._file(kind, id).name

    def text_of(self, kind: str, id: str) -> str:
        """The text of the file that holds a norm.

        :raises UnknownNorm: no such norm.
        """
        return self._file(kind, id).path.read_text(encoding="utf-8")

    def schema_of(self, kind: str) -> dict[str, Any]:
        """The JSON Schema of a kind of norm file."""
        found: dict[str, Any] = json.loads((self.folder / "schema" / f"{kind}.json").read_text("utf-8"))
        return found

    @property
    def jurisdictions(self) -> tuple[str, ...]:
        """The folders of the nation and of provinces."""
        return tuple(sorted({file.name.partition("/")[0] for file in self._shelf.norms.values()}))

    def title_of(self, kind: str, id: str) -> Text:
        """A norm's title.

        :raises UnknownNorm: no such norm.
        """
        content = self._file(kind, id).content
        return Text(content["title"], content["english"])

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
    def industries(self) -> dict[str, kinds.Industry]:
        """Every section and division of GB/T 4754 by its letter or two digits."""
        return {
            row["code"]: kinds.Industry(row["code"], row["title"], row["english"], row["parent"])
            for row in self._shelf.rows("codes/industries.csv")
        }

    @cached_property
    def offices(self) -> dict[str, kinds.Office]:
        """Every office by its id: national, provincial, and one a department in each city."""
        return {office.id: office for office in self._all_offices()}

    @cached_property
    def departments(self) -> dict[str, Text]:
        """The short title of each department by its slug, as a province calls it where one does."""
        rows = self._shelf.rows("offices/departments.csv")
        return {row["slug"]: Text(row["title"], row["english"]) for row in rows}

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

    def _file(self, kind: str, id: str) -> NormFile:
        file = self._shelf.norms.get((kind, id))
        if file is None:
            known = "、".join(self.ids(kind)[:12])
            raise UnknownNorm(
                Text(f"法规库中没有 {id}（{kind}）。", f"The rulebook has no {kind} {id}."),
                Text(f"可用的有：{known}。", f"Known: {known}."),
            )
        return file

    def editions(self, kind: str, id: str) -> tuple[tuple[date, date | None, dict[str, Any] | None], ...]:
        """Every edition as written, with its first day and the first day on which it no longer holds.

        A repeal is an edition of `None`. Earliest first.

        :raises UnknownNorm: no such norm.
        """
        values = self._file(kind, id).content["values"]
        days = sorted(values)
        ends = [date.fromisoformat(day) for day in days[1:]]
        return tuple(
            (date.fromisoformat(day), end, values[day]) for day, end in zip(days, [*ends, None], strict=True)
        )

    def frozen(self) -> tuple[RulebookFault, ...]:
        """What differs from the last release though it may not; empty before the first one."""
        release = releases.latest(self.folder)
        return tuple(releases.frozen(self._shelf, release)) if release else ()

    def past_changed(self, current: Rulebook, day: date) -> tuple[RulebookFault, ...]:
        """What this draft changes of the law that is already in force on `day` in another rulebook."""
        rows = [row for row in releases.released(current._shelf) if row["since"] <= day.isoformat()]
        return tuple(releases.frozen(self._shelf, (day, rows)))

    @property
    def released_on(self) -> date | None:
        """The day of the last release."""
        release = releases.latest(self.folder)
        return release[0] if release else None

    def release(self, day: date) -> Path:
        """Freeze the rulebook as it stands: its editions may not be changed from now on.

        :raises RulebookFaults: it differs from the last release where it may not.
        """
        if faults := self.frozen():
            raise RulebookFaults(list(faults))
        return releases.write_release(self.folder, self._shelf, day)

    def edition(self, kind: str, id: str, day: date, build: Callable[..., Value]) -> Value:
        """The edition of a norm in force on `day`, built once.

        :raises UnknownNorm: no such norm.
        :raises NotInForce: before its first day, or repealed by then.
        """
        norm, since, edition = self.written(kind, id, day)
        key = (kind, id, since)
        if key not in self._built:
            self._built[key] = build(norm, since, edition)
        built: Value = self._built[key]
        return built

    def written(self, kind: str, id: str, day: date) -> tuple[dict[str, Any], str, dict[str, Any]]:
        """A norm, its edition in force on `day` and that one's first day, as written.

        :raises UnknownNorm: no such norm.
        :raises NotInForce: before its first day, or repealed by then.
        """
        file = self._file(kind, id)
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
        return file.content, since, edition
