"""The rulebook and the law of one day."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar

from xinyun.base import Basis, Refusal, Text
from xinyun.law import building, kept, kinds, releases
from xinyun.law.enforcements import Enforcement
from xinyun.law.faults import RulebookFault, RulebookFaults
from xinyun.law.identities import Identity
from xinyun.law.listings import Listing
from xinyun.law.loader import load
from xinyun.law.reading import NormFile
from xinyun.law.relations import Association, Relation
from xinyun.law.retention import Keeping
from xinyun.law.shelf import Shelf

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


class Law:
    """The law of one day. Every getter raises `UnknownNorm` or `NotInForce`."""

    def __init__(self, book: Rulebook, day: date) -> None:
        self.book = book
        self.day = day
        self._all: dict[str, tuple[Any, ...]] = {}

    def item(self, id: str) -> kinds.Item:
        """A catalogue item."""
        return self.book.edition("item", id, self.day, building.item)

    def list(self, id: str) -> kinds.CreditList:
        """A red, black or watch list."""
        return self.book.edition("list", id, self.day, building.credit_list)

    def measure(self, id: str) -> kinds.Measure:
        """A measure of sanction or incentive, with the lists from which it follows on this day."""
        edition = self.book.edition("measure", id, self.day, building.measure)
        return replace(edition, own_basis=self._lists_by_measure.get(id, {}))

    @cached_property
    def _lists_by_measure(self) -> dict[str, dict[str, tuple[Basis, ...]]]:
        """Measure -> list -> the list's own articles for it."""
        found: dict[str, dict[str, tuple[Basis, ...]]] = {}
        for listed in self.lists():
            for measure, own in listed.measures.items():
                found.setdefault(measure, {})[listed.id] = own
        return found

    def scene(self, id: str) -> kinds.Scene:
        """A scene in which subjects are checked."""
        return self.book.edition("scene", id, self.day, building.scene)

    def codes(self, id: str) -> kinds.CodeList:
        """A code list."""
        return self.book.edition("code", id, self.day, building.code_list)

    def clock(self, id: str) -> kinds.Clock:
        """A clock."""
        return self.book.edition("clock", id, self.day, building.clock)

    def procedure(self, id: str) -> kinds.Procedure:
        """A procedure of repair, objection, listing or rectification."""
        return self.book.edition("procedure", id, self.day, building.procedure)

    def assessment(self, id: str) -> kinds.Assessment:
        """An assessment of the offices that furnish data."""
        return self.book.edition("assessment", id, self.day, building.assessment)

    def fine(self, id: str) -> kinds.Fines:
        """The greatest fines under an instrument."""
        return self.book.edition("fine", id, self.day, building.fines)

    def relation(self, id: str) -> Relation:
        """A kind of relation and the items that tell it."""
        return self.book.edition("relation", id, self.day, building.relation)

    def identity(self, id: str) -> Identity:
        """A kind of bond between subjects and the items that tell it."""
        return self.book.edition("identity", id, self.day, building.identity)

    def association(self, id: str) -> Association:
        """Whom a listing may be associated with."""
        return self.book.edition("association", id, self.day, building.association)

    def keeping(self, id: str) -> Keeping:
        """For how long something is kept."""
        return self.book.edition("retention", id, self.day, building.keeping)

    def listing(self, id: str) -> Listing:
        """How a subject is entered in lists."""
        return self.book.edition("listing", id, self.day, building.listing)

    def enforcement(self, id: str) -> Enforcement:
        """How long an office has to carry measures out."""
        return self.book.edition("enforcement", id, self.day, building.enforcement)

    def enforcement_of(self, measure: str) -> Enforcement:
        """The times for a measure: of the norm that names it, else of the one that names none.

        :raises NotInForce: there was neither.
        """
        found = self._in_force("enforcement", self.enforcement)
        named = next((one for one in found if measure in one.measures), None)
        common = named or next((one for one in found if not one.measures), None)
        if common is None:
            raise NotInForce(
                Text(
                    f"{self.day} 没有规定 {measure} 的执行期限。",
                    f"No time for {measure} is set on {self.day}.",
                ),
                Text("请在法规库的 enforcements/ 中补上。", "Add it under enforcements/ in the rulebook."),
            )
        return common

    def norm(self, kind: str, id: str) -> dict[str, Any]:
        """Any norm's edition in force, as written, with its `since`."""
        _, since, edition = self.book.written(kind, id, self.day)
        return {**edition, "since": since}

    def _in_force(self, kind: str, get: Callable[[str], Value]) -> tuple[Value, ...]:
        if kind not in self._all:
            found = []
            for id in self.book.ids(kind):
                try:
                    found.append(get(id))
                except NotInForce:
                    continue
            self._all[kind] = tuple(found)
        return self._all[kind]

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

    def clocks(self) -> tuple[kinds.Clock, ...]:
        """Every clock in force."""
        return self._in_force("clock", self.clock)

    def procedures(self) -> tuple[kinds.Procedure, ...]:
        """Every procedure in force."""
        return self._in_force("procedure", self.procedure)

    def assessments(self) -> tuple[kinds.Assessment, ...]:
        """Every assessment in force."""
        return self._in_force("assessment", self.assessment)

    def fines(self) -> tuple[kinds.Fines, ...]:
        """Every instrument's greatest fines in force."""
        return self._in_force("fine", self.fine)

    def relations(self) -> tuple[Relation, ...]:
        """Every kind of relation in force."""
        return self._in_force("relation", self.relation)

    def identities(self) -> tuple[Identity, ...]:
        """Every kind of bond in force."""
        return self._in_force("identity", self.identity)

    def associations(self) -> tuple[Association, ...]:
        """Every association in force."""
        return self._in_force("association", self.association)

    def keepings(self) -> tuple[Keeping, ...]:
        """Everything in force that says for how long something is kept."""
        return self._in_force("retention", self.keeping)

    def listings(self) -> tuple[Listing, ...]:
        """Every procedure of entering lists in force."""
        return self._in_force("listing", self.listing)

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


PLACE, STAMP = "rulebook", "stamp"
"""The folder of released norms in the home, and the file in it that is written anew whenever the folder changes."""


def released_folder() -> Path:
    """Where the norms lie that officers released on this platform: `rulebook/` in `XINYUN_HOME`."""
    return Path(os.environ.get("XINYUN_HOME", "var")) / PLACE


def rulebook() -> Rulebook:
    """The rulebook in use: the one that came with the program, under what was released on this platform.

    It is loaded once, and anew when something was released since.
    """
    home = os.environ.get("XINYUN_HOME", "var")
    try:  # asked at every turn, so without the cost of a Path
        stamp = os.stat(f"{home}/{PLACE}/{STAMP}").st_mtime_ns
    except OSError:
        return _loaded(None, 0)
    return _loaded(released_folder(), stamp)


@lru_cache(maxsize=2)
def _loaded(over: Path | None, stamp: int) -> Rulebook:
    folder, home = default_folder(), Path(os.environ.get("XINYUN_HOME", "var"))
    return Rulebook(folder, over, kept.load(folder, over, home / "derived"))
