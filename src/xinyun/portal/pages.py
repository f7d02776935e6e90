"""What the templates get: frozen values, never rows of a table; text in both languages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from xinyun.base import Text
from xinyun.portal.rules import HEADER_FIELDS, LEADING_FIELDS, Kind, Value


@dataclass(frozen=True, slots=True)
class Tally:
    """How many public records of a kind; `chosen` marks the tab on which the reader is."""

    kind: str
    title: Text
    count: int
    tone: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One public record or list entry, as a row of the timeline and of the report."""

    id: str
    kind: Kind
    card: Text
    title: str
    on: date | None
    number: str = ""
    authority: str = ""
    source: Text | None = None
    until: date | None = None
    basis: tuple[Text, ...] = ()
    leave: str = ""
    values: tuple[Value, ...] = ()
    listed: bool = False
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that is public about a subject at one point of the feed; pages and report draw on it alone."""

    code: str
    name: str
    kind: Text
    division: str
    status: str
    established_on: date | None
    registration: tuple[Value, ...]
    registrar: Text | None
    lines: tuple[Line, ...]
    seq: int
    rulebook: str
    on: date

    @property
    def leading(self) -> tuple[Value, ...]:
        """The registration's fields that the page shows at once."""
        return tuple(value for value in self.registration if value.name in LEADING_FIELDS and value.text)

    @property
    def further(self) -> tuple[Value, ...]:
        """The other fields with a value, except those that the head of the page says in its own way."""
        said = (*HEADER_FIELDS, *LEADING_FIELDS)
        return tuple(value for value in self.registration if value.name not in said and value.text)

    def of(self, kind: str) -> tuple[Line, ...]:
        """The lines of one kind, newest first."""
        return tuple(line for line in self.lines if line.kind.id == kind)

    @property
    def label(self) -> Text | None:
        """The subject's label in the report's sense; facts only, never a grade."""
        if self.of("serious"):
            return Text("失信惩戒对象", "Subject to sanctions")
        if self.of("honour"):
            return Text("守信激励对象", "Entitled to incentives")
        return None

    @property
    def standing(self) -> str:
        """The tone in which the registration state is shown."""
        if not self.status or self.status.startswith(("存续", "在业", "开业", "在营", "正常")):
            return "good"
        return "bad" if self.status.startswith("吊销") else "mute"


@dataclass(frozen=True, slots=True)
class SubjectPage:
    """The page of one subject."""

    subject: Snapshot
    tabs: tuple[Tally, ...]
    chosen: Tally
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One subject in a list of results; `pieces` is its name, cut where the search matched."""

    code: str
    pieces: tuple[tuple[str, bool], ...]
    kind: Text
    division: str
    status: str
    standing: str
    established_on: date | None
    tallies: tuple[Tally, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter."""

    value: str
    title: Text
    chosen: bool


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The results of a search; `advice` is there when nothing was found."""

    asked: str
    total: int
    capped: bool
    hits: tuple[Hit, ...]
    cities: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    city: str
    kind: str
    page: int
    pages: int
    advice: Text | None = None

    @property
    def total_text(self) -> str:
        """The number of hits as people read it; more than are counted is said so."""
        return f"{self.total:,}{'+' if self.capped else ''}"


@dataclass(frozen=True, slots=True)
class Latest:
    """A line of the home page: who, what, when."""

    code: str
    name: str
    title: str
    on: date | None
    authority: str


@dataclass(frozen=True, slots=True)
class ListCard:
    """A list as the catalogue page and the home page show it."""

    id: str
    title: Text
    polarity: str
    count: int
    authority: tuple[Text, ...]
    term_months: int | None
    entry: str
    exit: str
    basis: tuple[Text, ...]
    measures: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class HomePage:
    """The first page: numbers with their date, and what was published last."""

    subjects: int
    records: int
    blacklisted: int
    honoured: int
    licences: tuple[Latest, ...]
    penalties: tuple[Latest, ...]
    tries: tuple[str, ...]
    lists: tuple[ListCard, ...]
    on: date


@dataclass(frozen=True, slots=True)
class ItemCard:
    """A catalogue item as the catalogue page shows it."""

    id: str
    title: Text
    kind: Kind
    providers: tuple[Text, ...]
    publicity: Text
    within: int | None
    basis: tuple[Text, ...]
    fields: tuple[tuple[str, Text, Text], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class CataloguePage:
    """What is collected, listed and applied, each with its basis."""

    items: tuple[ItemCard, ...]
    lists: tuple[ListCard, ...]
    rulebook: str
    on: date


@dataclass(frozen=True, slots=True)
class IssuedReport:
    """A report that was handed out."""

    number: str
    pdf: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class ReportVerdict:
    """What the register says: `unchanged`, `changed`, `registered` (by number only) or `unknown`."""

    outcome: str
    number: str = ""
    code: str = ""
    sha256: str = ""
    at: datetime | None = None
    seq: int | None = None
    ledger_index: int | None = None

    @property
    def ok(self) -> bool:
        """Whether the file is, byte by byte, a report that was issued here."""
        return self.outcome == "unchanged"
