"""The law of one day: every norm as it stood then, and the refusals where there was none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from xinyun.base import Basis, Refusal, Text
from xinyun.law import building
from xinyun.law.assessments import Assessment
from xinyun.law.catalogue import CodeList, Item
from xinyun.law.ceilings import Fines
from xinyun.law.enforcements import Enforcement
from xinyun.law.identities import Identity
from xinyun.law.kinds import Division, Office, Source
from xinyun.law.listings import Listing
from xinyun.law.measures import CreditList, Measure, Scene
from xinyun.law.procedures import Clock, Procedure
from xinyun.law.relations import Association, Relation
from xinyun.law.retention import Keeping

if TYPE_CHECKING:
    from xinyun.law.book import Rulebook

Value = TypeVar("Value")


class UnknownNorm(Refusal):
    """The rulebook has no norm of that kind and id."""

    code = "unknown-norm"
    status = 404


class NotInForce(Refusal):
    """The norm exists, but not on that day."""

    code = "not-in-force"


class Law:
    """The law of one day. Every getter raises `UnknownNorm` or `NotInForce`."""

    def __init__(self, book: Rulebook, day: date) -> None:
        self.book = book
        self.day = day
        self._all: dict[str, tuple[Any, ...]] = {}
        self._scenes: dict[str, Scene] = {}

    def item(self, id: str) -> Item:
        """A catalogue item."""
        return self.book.edition("item", id, self.day, building.item)

    def list(self, id: str) -> CreditList:
        """A red, black or watch list."""
        return self.book.edition("list", id, self.day, building.credit_list)

    def measure(self, id: str) -> Measure:
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

    def scene(self, id: str) -> Scene:
        """A scene in which subjects are checked."""
        if (found := self._scenes.get(id)) is None:  # asked for at every check
            found = self._scenes[id] = self.book.edition("scene", id, self.day, building.scene)
        return found

    def codes(self, id: str) -> CodeList:
        """A code list."""
        return self.book.edition("code", id, self.day, building.code_list)

    def clock(self, id: str) -> Clock:
        """A clock."""
        return self.book.edition("clock", id, self.day, building.clock)

    def procedure(self, id: str) -> Procedure:
        """A procedure of repair, objection, listing or rectification."""
        return self.book.edition("procedure", id, self.day, building.procedure)

    def assessment(self, id: str) -> Assessment:
        """An assessment of the offices that furnish data."""
        return self.book.edition("assessment", id, self.day, building.assessment)

    def fine(self, id: str) -> Fines:
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

    def items(self) -> tuple[Item, ...]:
        """Every catalogue item in force."""
        return self._in_force("item", self.item)

    def lists(self) -> tuple[CreditList, ...]:
        """Every list in force."""
        return self._in_force("list", self.list)

    def measures(self) -> tuple[Measure, ...]:
        """Every measure in force."""
        return self._in_force("measure", self.measure)

    def scenes(self) -> tuple[Scene, ...]:
        """Every scene in force."""
        return self._in_force("scene", self.scene)

    def clocks(self) -> tuple[Clock, ...]:
        """Every clock in force."""
        return self._in_force("clock", self.clock)

    def procedures(self) -> tuple[Procedure, ...]:
        """Every procedure in force."""
        return self._in_force("procedure", self.procedure)

    def assessments(self) -> tuple[Assessment, ...]:
        """Every assessment in force."""
        return self._in_force("assessment", self.assessment)

    def fines(self) -> tuple[Fines, ...]:
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

    def office(self, id: str) -> Office:
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

    def offices(self) -> tuple[Office, ...]:
        """Every office."""
        return tuple(self.book.offices.values())

    def division(self, code: str) -> Division | None:
        """A division by its six digits, retired ones too; `None` where the rulebook has no such code."""
        return self.book.divisions.get(code)

    def source(self, id: str) -> Source:
        """An instrument by its id."""
        found = self.book.sources.get(id)
        if found is None:
            raise UnknownNorm(
                Text(f"法规库中没有文件 {id}。", f"The rulebook has no instrument {id}."),
                Text("可用的见 rulebook/*/sources/。", "See rulebook/*/sources/."),
            )
        return found
