"""The kinds of norms, as values. Each is one edition: what was in force from `since` on.

Shapes follow `rulebook/schema/`; the loader has checked them before anything is built here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from xinyun.base import Basis, Period, Text
from xinyun.base.calendar import working_days_after
from xinyun.base.period import add_months

Confidence = Literal["seen", "memory", "unsure"]
SubjectKind = Literal["organisation", "individual-business", "person"]

PEOPLE: dict[str, Text] = {
    "organisation": Text("法人和非法人组织", "organisations"),
    "individual-business": Text("个体工商户", "individual businesses"),
    "person": Text("自然人", "natural persons"),
}
"""The kinds of subjects in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm:
    """What every edition of every kind carries; `since` is the day from which it holds."""

    id: str
    title: str
    english: str
    since: date
    basis: tuple[Basis, ...]
    confidence: Confidence = "seen"
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A legal instrument or standard; `articles` are facts in our own words, by place."""

    id: str
    title: str
    english: str
    number: str
    issuer: str
    dated: date | None = None
    in_force: date | None = None
    until: date | None = None
    replaced_by: str | None = None
    confidence: Confidence = "seen"
    note: str = ""
    articles: dict[str, str] = field(default_factory=dict)
    status: str = "in-force"


@dataclass(frozen=True, slots=True)
class Office:
    """An office that furnishes, decides or asks; `id` is `<division>.<department>`."""

    id: str
    title: str
    english: str
    division: str
    department: str


@dataclass(frozen=True, slots=True)
class Division:
    """An administrative division; a retired one keeps its row with `period.end` and its successor."""

    code: str
    title: str
    parent: str
    period: Period
    successor: str
    retired: bool
    confidence: str


@dataclass(frozen=True, slots=True)
class Industry:
    """A section (a letter) or a division (two digits) of GB/T 4754; `parent` is a division's section."""

    code: str
    title: str
    english: str
    parent: str


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds when `field` has one of `values`, or merely has a value when `values` is empty."""

    field: str
    values: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Condition | None:
        """From the form `field` or `field=value|value`; empty text is no condition."""
        name, _, values = text.strip().partition("=")
        return cls(name.strip(), tuple(v for v in values.split("|") if v)) if name else None


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
class Span:
    """A length of time in one unit; months and years end on the same day of the month, or its last."""

    within: int
    unit: Literal["working-days", "days", "months", "years"]

    def after(self, day: date) -> date:
        """The last day of a term that begins on the day after `day`."""
        if self.unit == "working-days":
            return working_days_after(day, self.within)
        if self.unit == "days":
            return day + timedelta(days=self.within)
        return add_months(day, self.within * (12 if self.unit == "years" else 1))


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


@dataclass(frozen=True, slots=True)
class EarlyExit:
    """When and on which conditions a subject may ask to leave a list before the end; `months` from the decision."""

    months: int
    conditions: tuple[str, ...]
    basis: tuple[Basis, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditList(Norm):
    """A red, black or watch list: who decides, whom it may name, for how long."""

    polarity: Literal["adverse", "favourable", "watch"]
    authority: tuple[str, ...]
    kinds: tuple[SubjectKind, ...]
    term_months: int | None
    extension_months: int
    item: str
    publicity: Literal["public", "on-application", "shared", "consent"]
    entry: str
    exit: str
    measures: dict[str, tuple[Basis, ...]]
    """Measure -> the list's own articles for it; empty where the measure's common basis names it."""
    early_exit: EarlyExit | None = None
    tier: str = ""

    def period(self, decided_on: date) -> Period:
        """From the day of the decision for the list's term; without a term it lasts until removal."""
        return Period(decided_on, add_months(decided_on, self.term_months) if self.term_months else None)

    def latest_end(self, decided_on: date) -> date | None:
        """The last "first free day" that a decision may name: its term, its lawful extension, and one day.

        The day is that of the decision itself, which 民法典第二百零一条 leaves out of the count and our terms do not.
        """
        if not self.term_months:
            return None
        return add_months(decided_on, self.term_months + self.extension_months) + timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure(Norm):
    """What follows from being on a list: its effect on a check, on whom, by whom.

    `lists` are those in force on the day that name the measure, each with its own articles; `basis` is what they have
    in common, and may be empty. What an answer cites is `basis_for` the list.
    """

    effect: Literal["block", "review", "remind", "benefit"]
    targets: tuple[SubjectKind, ...]
    measure_class: str
    implementing: tuple[str, ...]
    own_basis: dict[str, tuple[Basis, ...]] = field(default_factory=dict)

    @property
    def lists(self) -> tuple[str, ...]:
        """The lists from which it follows."""
        return tuple(self.own_basis)

    def basis_for(self, list_id: str) -> tuple[Basis, ...]:
        """The articles by which the measure follows from this list: the list's own, then the common ones.

        :raises KeyError: the measure does not name the list.
        """
        return tuple(dict.fromkeys((*self.own_basis[list_id], *self.basis)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene(Norm):
    """A moment at which somebody asks: which office, for what purpose, which measures bear."""

    office: str
    purpose: str
    subjects: tuple[SubjectKind, ...]
    measures: tuple[str, ...]
    disputed: Literal["review", "block"]

    def __hash__(self) -> int:
        # At every check it is looked up by; hashing all its articles took longer than to decide.
        return hash((self.id, self.since))


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock(Norm):
    """How long somebody has for something; the day that starts it is not counted."""

    counted_from: str
    span: Span
    extension: Span | None
    extension_when: str
    duty: str
    overdue: str

    def due(self, start: date, *, extended: bool = False) -> date:
        """The last day on which it is in time, with the extension that the norm allows where one was granted."""
        due = self.span.after(start)
        return self.extension.after(due) if extended and self.extension else due


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure(Norm):
    """Who may ask for what, with which papers, on which clocks, and on which grounds it is refused."""

    of: Literal["repair", "objection", "listing", "delisting", "rectification"]
    items: tuple[str, ...]
    lists: tuple[str, ...]
    handled_by: str
    earliest_norm: str
    earliest_months: int
    by_early_exit: bool
    conditions: tuple[str, ...]
    documents: tuple[str, ...]
    clocks: tuple[str, ...]
    refusals: dict[str, str]
    not_for: tuple[str, ...]
    effects: tuple[str, ...]
    bar_months: int
    false_statement: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """What a rate is worth: all of `weight` from `full` percent on, nothing up to `zero`, in proportion between.

    Below `attention` percent an office is named for correction; `None` where it never is.
    """

    id: str
    weight: int
    full: int
    zero: int
    attention: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment(Norm):
    """How the offices that furnish data are assessed: over which items (empty: all), by which indicators.

    An item counts as furnished when something came within `covered_within` before the end of the month.
    """

    items: tuple[str, ...]
    covered_within: Span
    indicators: tuple[Indicator, ...]

    def concerns(self, item: str) -> bool:
        """Whether the item is among those that are assessed."""
        return not self.items or item in self.items


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The greatest fine of an article, in 10 000 yuan: for organisations, and for natural persons where it differs.

    An article without one, such as a fine by multiples or by days, has `None` for both.
    """

    organisation: float | None = None
    person: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fines(Norm):
    """The greatest fines under one instrument, by article."""

    instrument: str
    ceilings: dict[str, Ceiling]
