"""What may be collected, as norms: the items of the catalogue with their fields, and the code lists of these."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from xinyun.base import Basis
from xinyun.law.kinds import Condition, Norm, Span, SubjectKind


@dataclass(frozen=True, slots=True)
class Check:
    """A named check of a field with its argument; the names are those of `schema/field.json`.

    `severity` is what becomes of a row that fails where the catalogue says so, empty where the check itself does.
    """

    name: str
    argument: str = ""
    severity: Literal["", "ask", "warn"] = ""

    @classmethod
    def parse(cls, text: str) -> tuple[Check, ...]:
        """From the form `name argument;ask:name argument`, as a fields table has it."""
        return tuple(cls._one(part.strip()) for part in text.split(";") if part.strip())

    @classmethod
    def _one(cls, text: str) -> Check:
        name, _, argument = text.partition(" ")
        for severity in ("ask", "warn"):
            if name.startswith(f"{severity}:"):
                return cls(name.removeprefix(f"{severity}:"), argument.strip(), severity)
        return cls(name, argument.strip())


@dataclass(frozen=True, slots=True)
class Field:
    """One column of an item, with the titles under which departments send it."""

    name: str
    code: str
    title: str
    english: str
    type: str
    length: int
    required: str
    when: Condition | None
    empty_when: Condition | None
    codes: str
    checks: tuple[Check, ...]
    publicity: str
    personal: bool
    aliases: tuple[str, ...]
    confidence: str

    @property
    def titles(self) -> tuple[str, ...]:
        """Every column title under which the field is read; official title first."""
        return tuple(dict.fromkeys(t for t in (self.title, self.code, self.name, *self.aliases) if t))


@dataclass(frozen=True, slots=True)
class SubjectFields:
    """Which fields say whom the record is about."""

    name: str
    code: str = ""
    kind_field: str = ""
    person_id_type: str = ""
    person_id: str = ""


@dataclass(frozen=True, slots=True)
class Display:
    """Which fields make up a record's line on a page."""

    title: str
    date: str
    number: str = ""
    authority: str = ""
    valid_from: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Enters:
    """The item's rows put their subject on a list: which field names the list, its document, its day."""

    list: str
    document: str
    decided: str
    authority: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Retention:
    """For how many years something is kept once its conduct or event has ended, and by which article."""

    years: int
    basis: tuple[Basis, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Norm):
    """A catalogue item: what may be collected, from whom, about whom, and who may see it."""

    category: str
    chapter: str
    bearing: Literal["neutral", "adverse", "favourable"]
    tier: Literal["none", "minor", "general", "serious", "by-record"]
    providers: tuple[str, ...]
    subjects: tuple[SubjectKind, ...]
    classes: tuple[str, ...]
    """Labels of the code list `subject-kind`; empty where any of `subjects` will do."""
    publicity: Literal["public", "on-application", "shared", "consent"]
    update: Span
    update_basis: tuple[Basis, ...]
    """Empty where no article sets the time: it is then our own working rule."""
    retention: str
    retention_of_persons: Retention | None
    subject: SubjectFields
    key: tuple[str, ...]
    display: Display
    publicity_norm: str
    publicity_field: str
    enters: Enters | None
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field:
        """The field of that name.

        :raises KeyError: the item has none.
        """
        for candidate in self.fields:
            if candidate.name == name:
                return candidate
        raise KeyError(f"{self.id} has no field {name}")

    @property
    def describes_subject(self) -> bool:
        """Whether its rows are the registry's word on the subject itself."""
        return self.category == "registration"

    def admits(self, department: str) -> bool:
        """Whether an office of this department may furnish the item."""
        return "any" in self.providers or department in self.providers


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeList(Norm):
    """A code list: official labels and the other spellings under which they are met."""

    labels: tuple[str, ...]
    spellings: dict[str, str]
    english_labels: dict[str, str]
    codes: dict[str, str]
    """Label -> its code in the standard, where it has one."""
    prefixes: dict[str, str]
    open_prefix: str = ""
    several: str = ""
    """The characters that may join several labels in one cell; empty where a cell holds one."""
    kinds: dict[str, SubjectKind] = field(default_factory=dict)
    """For lists of subjects: the kind that each label stands for."""
    registering: dict[str, str] = field(default_factory=dict)
    """For groups of subjects: catalogue item -> the label of those whom it registers."""

    @property
    def kinds_by_prefix(self) -> dict[str, SubjectKind]:
        """For the list of subjects: the kind that the first two characters of a code stand for."""
        return {prefix: self.kinds[label] for prefix, label in self.prefixes.items() if label in self.kinds}

    def accepts(self, text: str) -> bool:
        """Whether `text` is a label, another spelling of one, or an open "other" value."""
        return text in self.spellings or bool(self.open_prefix and text.startswith(self.open_prefix))
