"""What the templates get: frozen values, never rows of a table; text in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from xinyun.base import Text
from xinyun.portal.rules import Kind
from xinyun.portal.snapshot import Line, Since, Snapshot
from xinyun.subjects.queries import BaseView


@dataclass(frozen=True, slots=True)
class Tally:
    """How many public records of a kind; `chosen` marks the tab on which the reader is."""

    kind: str
    title: Text
    count: int
    tone: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Namesake:
    """Another subject of the same name, with what tells it apart."""

    code: str
    division: str
    state: Text
    established_on: date | None


@dataclass(frozen=True, slots=True)
class Namesakes:
    """How many other subjects bear a name, and the first few of them."""

    total: int
    shown: tuple[Namesake, ...]


@dataclass(frozen=True, slots=True)
class SubjectPage:
    """The page of one subject."""

    subject: Snapshot
    tabs: tuple[Tally, ...]
    chosen: Tally
    lines: tuple[Line, ...]
    page: int
    pages: int
    base: BaseView
    namesakes: Namesakes


@dataclass(frozen=True, slots=True)
class Hit:
    """One subject in a list of results; `pieces` is its name, cut where the search matched.

    `former` and `number` are the former name or the document number by which it was found, cut likewise.
    """

    code: str
    pieces: tuple[tuple[str, bool], ...]
    kind: Text
    division: str
    state: Text
    standing: str
    established_on: date | None
    tallies: tuple[Tally, ...]
    former: tuple[tuple[str, bool], ...] = ()
    number: tuple[tuple[str, bool], ...] = ()
    current: str = ""
    """The current code of its subject, where that is another."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet, with how many finds it would leave; `floor` where there may be more of them."""

    value: str
    title: Text
    chosen: bool
    count: int = 0
    floor: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """A way to narrow a search down: `name` in the address, and the values that some find has."""

    name: str
    title: Text
    choices: tuple[Choice, ...]

    @property
    def chosen(self) -> Choice | None:
        """The value that was chosen, if one was."""
        return next((choice for choice in self.choices if choice.chosen), None)


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The results of a search; `headline` and `advice` are there when nothing was found.

    `person` says that a resident identity number was asked for: it is not looked up, and `asked` does not hold it.
    """

    asked: str
    total: int
    capped: bool
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...]
    page: int
    pages: int
    next: str = ""
    previous: str = ""
    surveyed: int = 0
    """Of how many of the best finds the records were looked at; 0 where it is all of them."""
    person: bool = False
    headline: Text | None = None
    advice: Text | None = None

    @property
    def narrowed(self) -> bool:
        """Whether a facet narrows the search down."""
        return any(facet.chosen for facet in self.facets)


@dataclass(frozen=True, slots=True)
class Latest:
    """A published decision: about whom, what, when, by whom."""

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
    public: bool
    confidence: str = "seen"


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
class ListRow:
    """One organisation on a public list; `current` and `current_name` where the code that the list names is another."""

    code: str
    name: str
    document: str
    office: Text
    since: date | None
    until: date | None
    current: str = ""
    current_name: str = ""


@dataclass(frozen=True, slots=True)
class ListPage:
    """Who is on a public list, and by which rules; with `asked` those alone whose subject has that code."""

    card: ListCard
    rows: tuple[ListRow, ...]
    page: int
    pages: int
    on: date
    asked: str = ""


@dataclass(frozen=True, slots=True)
class LatestPage:
    """The latest published decisions of one kind."""

    kind: Kind
    rows: tuple[Latest, ...]
    total: int
    page: int
    pages: int
    on: date


@dataclass(frozen=True, slots=True)
class ItemCard:
    """A catalogue item as the catalogue page lists it."""

    id: str
    title: Text
    providers: tuple[Text, ...]
    publicity: Text
    tier: Text
    update: Text
    confidence: str = "seen"


@dataclass(frozen=True, slots=True)
class NormLink:
    """A norm by name, with a word about it."""

    kind: str
    id: str
    title: Text
    word: Text
    confidence: str


@dataclass(frozen=True, slots=True)
class CataloguePage:
    """What is collected, listed and applied: items by chapter, lists, and the other norms by kind."""

    chapters: tuple[tuple[Text, tuple[ItemCard, ...]], ...]
    lists: tuple[ListCard, ...]
    others: tuple[tuple[str, Text, tuple[NormLink, ...]], ...]
    sources: int
    rulebook: str
    on: date

    @property
    def items(self) -> tuple[ItemCard, ...]:
        """Every item."""
        return tuple(item for _, items in self.chapters for item in items)


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


@dataclass(frozen=True, slots=True)
class VerdictCard:
    """What the verify page says of a report of ours: whom it is about, as of when, and what has changed since."""

    found: ReportVerdict
    name: str = ""
    since: Since | None = None
