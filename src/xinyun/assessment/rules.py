"""What a month's submissions are worth: measures of an office's item, their sums, and the score. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache

from xinyun.base import Basis, Reason, Text
from xinyun.law import Assessment, Indicator, Item, Law, Office
from xinyun.law.kinds import Span

NATION = "100000"
HUNDRED = Decimal(100)
TENTH = Decimal("0.1")

INDICATORS = {
    "timeliness": Text("及时率", "Timeliness"),
    "compliance": Text("合规率", "Compliance"),
    "coverage": Text("覆盖率", "Coverage"),
}
"""What is measured, in words; the ids are those of assessments in the rulebook."""

HOW = {
    "timeliness": Text(
        "当月首次收到的记录中，自决定之日起在事项规定时限内收到的所占比例；时限按国务院公布的节假日和调休计工作日，"
        "没有条款写明时限的事项不计，该单位首次报送该事项时已经逾期的另记为补录，也不计",
        "of the records first received in the month, the share received within the item's term, counted from the day "
        "after the decision in working days by the official calendar; items for which no article sets a term are left out, "
        "and so is, as backlog, what was overdue when the office first furnished the item",
    ),
    "compliance": Text(
        "当月收到的行中，经校验收下的所占比例（收下的含未变和更正的）",
        "of the rows received in the month, the share that passed the checks, unchanged and revising rows included",
    ),
    "coverage": Text(
        "目录要求该单位报送的事项中，在考核规则所定时间内有数据的所占比例；各部门都可以报的事项，报过的才计",
        "of the items that the catalogue asks of the office, the share of which something came within the assessment's time; "
        "items open to every department count once the office has furnished them",
    ),
}
"""How each is computed, for the pages that show it."""


SILENCE = {
    "ceased": Text("以往报送，现已到期未报", "Came before, and is overdue"),
    "never": Text("目录要求，从未报送", "Asked for, and never came"),
}
"""Why an item looks as if it were kept back; the more telling one first. Both are suspicions, not findings."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What came of an item from an office in a month.

    `days` holds how many records were first received, by their day of decision and that of receipt. `first_on` and
    `last_on` are the first and last day up to the month's end on which anything came, `None` where nothing ever did.
    """

    office: str
    item: str
    batches: int = 0
    received: int = 0
    accepted: int = 0
    unchanged: int = 0
    revised: int = 0
    rejected: int = 0
    faults: Mapping[str, int] = field(default_factory=dict)
    days: tuple[tuple[date | None, date, int], ...] = ()
    first_on: date | None = None
    last_on: date | None = None


@dataclass(frozen=True, slots=True)
class Measures:
    """Counts that add up over items, offices and cities; rates are taken of the sums."""

    batches: int = 0
    received: int = 0
    accepted: int = 0
    unchanged: int = 0
    revised: int = 0
    rejected: int = 0
    conflicts: int = 0
    """Rows refused because the same file says two things of one record."""
    judged: int = 0
    late: int = 0
    backlog: int = 0
    """Records that were overdue when the office first furnished the item: sent late, but not judged."""
    asked: int = 0
    covered: int = 0
    faults: Mapping[str, int] = field(default_factory=dict)

    @property
    def duplicates(self) -> int:
        """Rows that brought nothing: sent again unchanged, or contradicted in their own file."""
        return self.unchanged + self.conflicts

    def rate(self, indicator: str) -> Fraction | None:
        """The rate of an indicator; `None` where there was nothing to measure."""
        part, whole = self.fraction(indicator)
        return Fraction(part, whole) if whole else None

    @property
    def shown(self) -> dict[str, str]:
        """Every rate as pages show it; empty where there was nothing to measure."""
        return {indicator: shown(self.rate(indicator)) for indicator in INDICATORS}

    def fraction(self, indicator: str) -> tuple[int, int]:
        """Of how many, how many: the numbers behind a rate."""
        return {
            "timeliness": (self.judged - self.late, self.judged),
            "compliance": (self.received - self.rejected, self.received),
            "coverage": (self.covered, self.asked),
        }[indicator]


@dataclass(frozen=True, slots=True)
class Row:
    """An office's item in a month: what was measured, and what the centre should look at.

    `silence` is a key of `SILENCE`, or empty.
    """

    office: Office
    item: Item
    measures: Measures
    silence: str = ""
    last_on: date | None = None

    @property
    def office_title(self) -> Text:
        """What the office is called."""
        return Text(self.office.title, self.office.english)

    @property
    def item_title(self) -> Text:
        """What the item is called."""
        return Text(self.item.title, self.item.english)


@dataclass(frozen=True, slots=True)
class Points:
    """What an indicator earned. `points` is `None` where there was nothing to measure; then its weight is left out."""

    id: str
    title: Text
    part: int
    whole: int
    weight: int
    points: Decimal | None
    attention: bool
    reason: Reason


@dataclass(frozen=True, slots=True)
class Score:
    """A decision: points of a hundred by an assessment, with each indicator's reason and article."""

    assessment: str
    title: Text
    points: Decimal | None
    indicators: tuple[Points, ...]
    basis: tuple[Basis, ...]
    confidence: str

    @property
    def attention(self) -> bool:
        """Whether an indicator lies so low that the office is named for correction."""
        return any(indicator.attention for indicator in self.indicators)


def rows(facts: Iterable[Facts], norms: Law, through: date, assessment: Assessment) -> tuple[Row, ...]:
    """An assessment's table of a month: every item that is asked of an office of the province, or came from it.

    `norms` is the law of `through`, the last day that counts. Items and offices that the rulebook no longer knows are
    left out.
    """
    known = {(one.office, one.item): one for one in facts}
    items = [item for item in norms.items() if assessment.concerns(item.id)]
    found = []
    for office in norms.offices():
        if office.division == NATION:
            continue
        for item in items:
            one = known.get((office.id, item.id))
            if one or office.department in item.providers:
                found.append(_row(office, item, one or Facts(office.id, item.id), through, assessment))
    return tuple(found)


def _row(office: Office, item: Item, facts: Facts, through: date, assessment: Assessment) -> Row:
    asked = office.department in item.providers or facts.last_on is not None
    measures = Measures(
        batches=facts.batches,
        received=facts.received,
        accepted=facts.accepted,
        unchanged=facts.unchanged,
        revised=facts.revised,
        rejected=facts.rejected,
        conflicts=facts.faults.get("conflict", 0),
        asked=int(asked),
        covered=int(_covered(facts.last_on, through, assessment.covered_within)),
        faults=facts.faults,
        **_timeliness(item, facts),
    )
    return Row(office, item, measures, _silence(item, facts, through), facts.last_on)


def _timeliness(item: Item, facts: Facts) -> dict[str, int]:
    """How many were judged, late or backlog; none where no article sets the time."""
    counts = {"judged": 0, "late": 0, "backlog": 0}
    for decided, got, count in facts.days if item.update_basis else ():
        if decided is None:
            continue
        last = due(item.update, decided)
        if facts.first_on and last < facts.first_on:
            counts["backlog"] += count
        else:
            counts["judged"] += count
            counts["late"] += count if got > last else 0
    return counts


@lru_cache(maxsize=65536)
def due(span: Span, decided: date) -> date:
    """The last day on which what was decided on a day is in time."""
    return span.after(decided)


def _covered(last_on: date | None, through: date, within: Span) -> bool:
    return last_on is not None and within.after(last_on) >= through


def _silence(item: Item, facts: Facts, through: date) -> str:
    if facts.last_on is None:
        return "never"
    return "" if facts.batches or item.update.after(facts.last_on) >= through else "ceased"


def summed(table: Iterable[Row]) -> Measures:
    """The measures of several rows together."""
    several = [row.measures for row in table]
    faults: Counter[str] = Counter()
    for one in several:
        if one.faults:
            faults.update(one.faults)
    return Measures(**{name: sum(getattr(one, name) for one in several) for name in _COUNTS}, faults=faults)


def late(table: Iterable[Row]) -> list[Row]:
    """The rows of which something came late, those with the most first."""
    return sorted((row for row in table if row.measures.late), key=lambda row: -row.measures.late)


def silent(table: Iterable[Row]) -> list[Row]:
    """The rows that look as if something were kept back, the more telling first."""
    order = list(SILENCE)
    return sorted((row for row in table if row.silence), key=lambda row: order.index(row.silence))


def faults(table: Iterable[Row]) -> list[tuple[str, int]]:
    """The rules by which rows were refused and how often, the most frequent first."""
    return Counter(summed(table).faults).most_common()


_COUNTS = tuple(name for name in Measures.__slots__ if name != "faults")


def score(measures: Measures, assessment: Assessment, table: Iterable[Row] = ()) -> Score:
    """Points of a hundred by an assessment, with reasons; `table` are the rows that were summed, for their articles.

    An indicator without anything to measure takes no points: its weight is shared out among the others.
    """
    terms = tuple(
        dict.fromkeys(basis for row in table if row.measures.judged for basis in row.item.update_basis)
    )
    earned = tuple(_points(one, measures, assessment, terms) for one in assessment.indicators)
    counted = [(one.points, one.weight) for one in earned if one.points is not None]
    total = None
    if counted:
        total = sum(points for points, _ in counted) * HUNDRED / sum(weight for _, weight in counted)
        total = total.quantize(TENTH, ROUND_HALF_UP)
    title = Text(assessment.title, assessment.english)
    return Score(assessment.id, title, total, earned, assessment.basis, assessment.confidence)


def _points(
    indicator: Indicator, measures: Measures, assessment: Assessment, terms: tuple[Basis, ...]
) -> Points:
    title, rate = INDICATORS[indicator.id], measures.rate(indicator.id)
    part, whole = measures.fraction(indicator.id)
    basis = (*terms, *assessment.basis) if indicator.id == "timeliness" else assessment.basis
    basis = tuple(dict.fromkeys(basis))
    if rate is None:
        nothing = Text(f"{title.zh}：没有可计的数据，不计分", f"{title.en}: nothing to measure, not counted")
        reason = Reason(f"{indicator.id}-nothing", nothing, basis)
        return Points(indicator.id, title, part, whole, indicator.weight, None, False, reason)
    percent = Decimal(rate.numerator) * 100 / Decimal(rate.denominator)
    share = (percent - indicator.zero) / (indicator.full - indicator.zero)
    points = (min(max(share, Decimal(0)), Decimal(1)) * indicator.weight).quantize(TENTH, ROUND_HALF_UP)
    attention = indicator.attention is not None and percent < indicator.attention
    told = Text(
        f"{title.zh} {shown(rate)}（{part} / {whole}），得 {points} 分，满分 {indicator.weight} 分",
        f"{title.en} {shown(rate)} ({part} of {whole}): {points} of {indicator.weight} points",
    )
    return Points(
        indicator.id,
        title,
        part,
        whole,
        indicator.weight,
        points,
        attention,
        Reason(indicator.id, told, basis),
    )


def shown(rate: Fraction | None) -> str:
    """A rate as pages show it: two decimals, never a hundred that is not quite one, nor a nought that is not."""
    if rate is None:
        return ""
    percent = (Decimal(rate.numerator) * 100 / Decimal(rate.denominator)).quantize(Decimal("0.01"))
    if rate < 1 and percent == HUNDRED:
        percent = Decimal("99.99")
    if rate > 0 and percent == 0:
        percent = Decimal("0.01")
    return f"{percent}%"
