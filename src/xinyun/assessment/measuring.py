"""A month as it was: facts from the archive and the batches, made into an assessment's rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.core.cache import cache

from xinyun import law
from xinyun.archive import queries as archive
from xinyun.assessment import numbering, rules
from xinyun.assessment.models import Notice
from xinyun.assessment.rules import Facts, Measures, Row, Score
from xinyun.base import Refusal, Text
from xinyun.base.months import last_day
from xinyun.collection import queries as collection
from xinyun.law import Assessment, Law


class NoSuchCity(Refusal):
    """The division has no offices of its own."""

    code = "no-such-city"
    status = 404


KEPT_SECONDS = 3600
"""For how long a month's facts are kept at hand; where batches were added, only these are counted."""
MOST_WITHDRAWN = 10_000
"""Of so many records that an office took back, the latest, the numbers are known."""


@dataclass(frozen=True, slots=True)
class Table:
    """A month by one assessment."""

    assessment: Assessment
    rows: tuple[Row, ...]

    @property
    def whole(self) -> tuple[Measures, Score]:
        """Everything together."""
        measures = rules.summed(self.rows)
        return measures, rules.score(measures, self.assessment, self.rows)


@dataclass(frozen=True, slots=True)
class Month:
    """A month up to the day `through`, by every assessment in force on it; the widest first."""

    first: date
    through: date
    tables: tuple[Table, ...]
    norms: Law

    @property
    def widest(self) -> Table | None:
        """The table with the most items; `None` where nothing is assessed."""
        return self.tables[0] if self.tables else None


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice as issued; `scope` is an office's id or a city's code."""

    number: str
    scope: str
    month: date
    through: date
    sha256: str
    at: datetime
    ledger_index: int


def month(first: date, on: date) -> Month:
    """How offices furnished their data in the month that begins on `first`, as far as it has come on the day `on`."""
    through = min(last_day(first), on)
    norms = law.rulebook().on(through)
    facts = _kept(first, through)
    tables = [Table(one, rules.rows(facts, norms, through, one)) for one in norms.assessments()]
    tables.sort(key=lambda table: (bool(table.assessment.items), table.assessment.id))
    return Month(first, through, tuple(tables), norms)


def narrowed(told: Month, *, office: str = "", city: str = "") -> Month:
    """The same month for one office, or for the offices of one city.

    :raises law.UnknownNorm: there is no such office.
    :raises NoSuchCity: no office belongs to that division.
    """
    if office:
        told.norms.office(office)
    elif city and all(one.division != city for one in told.norms.offices()):
        raise NoSuchCity(
            Text(f"{city} 没有报送单位。", f"No office belongs to {city}."),
            Text("请写市州的六位区划代码，如 520100。", "Write a city's six digits, such as 520100."),
        )
    tables = [
        Table(
            table.assessment,
            tuple(
                row
                for row in table.rows
                if (not office or row.office.id == office) and (not city or row.office.division == city)
            ),
        )
        for table in told.tables
    ]
    return replace(told, tables=tuple(tables))


def months(on: date) -> list[date]:
    """The months up to this one in which anything came, the newest first; this month where nothing ever did."""
    return collection.months_collected(on) or [on.replace(day=1)]


def _kept(first: date, through: date) -> list[Facts]:
    key = f"quality:{first}:{through}:{collection.batches_through(through)}"
    facts: list[Facts] | None = cache.get(key)
    if facts is None:
        facts = _facts(first, through)
        cache.set(key, facts, KEPT_SECONDS)
    return facts


def _facts(first: date, through: date) -> list[Facts]:
    """What came in a month, for every office and item of which anything ever did."""
    sums = {(one.office, one.item): one for one in collection.sums(first, through)}
    faults = collection.faults_by_rule(first, through)
    days = _days(first, through)
    found = []
    for (office, item), (first_on, last_on) in collection.first_and_last(through).items():
        one = sums.get((office, item))
        counts = (
            {name: getattr(one, name) for name in one.__slots__ if name not in {"office", "item"}}
            if one
            else {}
        )
        found.append(
            Facts(
                office,
                item,
                **counts,
                faults=faults.get((office, item), {}),
                days=tuple(days.get((office, item), ())),
                first_on=first_on,
                last_on=last_on,
            )
        )
    return found


def _days(first: date, through: date) -> dict[tuple[str, str], list[tuple[date | None, date, int]]]:
    """How many records were first received, by day of decision and of receipt, for each office and item.

    What a batch brought first never changes, so that only batches after those counted before are counted.
    """
    key = f"quality-days:{first}:{through}"
    known: tuple[int, Counter[tuple[str, str, date | None, date]]] | None = cache.get(key)
    last, counted = known or (0, Counter())
    batches = collection.collected_on(first, through, after=last)
    if batches:
        seqs = [seq for _, seq in batches.values()]
        for office, item, batch, decided, count in archive.first_received(min(seqs), max(seqs)):
            if batch in batches:
                counted[office, item, decided, batches[batch][0]] += count
        cache.set(key, (max(seqs), counted), KEPT_SECONDS)
    found: dict[tuple[str, str], list[tuple[date | None, date, int]]] = {}
    for (office, item, decided, got), count in counted.items():
        found.setdefault((office, item), []).append((decided, got, count))
    return found


def missing_numbers(office: str, through: date) -> dict[str, tuple[numbering.Sequence, ...]]:
    """For each item of which the office has sent anything this year the sequences in which numbers are missing.

    A suspicion only: see `numbering.gaps`.
    """
    norms, january = law.rulebook().on(through), date(through.year, 1, 1)
    batches = collection.collected_on(january, through, office=office)
    if not batches:
        return {}
    since = min(seq for _, seq in batches.values())
    withdrawn = collection.withdrawn_of_office(office, limit=MOST_WITHDRAWN)
    sent = {one.item for one in collection.sums(january, through, office=office)}
    found = {}
    for item in norms.items():
        number = item.display.number
        if number and item.id in sent:
            numbers = archive.document_numbers(
                item.id, number, office=office, since_seq=since, through=through
            )
            taken_back = [one.content.get(number, "") for one in withdrawn if one.item == item.id]
            if gaps := numbering.gaps([*numbers, *taken_back], through.year):
                found[item.id] = gaps
    return found


def notices(*, office: str = "", limit: int = 200) -> list[NoticeView]:
    """The newest notices, or an office's own."""
    rows = Notice.objects.order_by("-id")
    if office:
        rows = rows.filter(scope=office)
    names = NoticeView.__dataclass_fields__
    return [NoticeView(**{name: getattr(row, name) for name in names}) for row in rows[:limit]]
